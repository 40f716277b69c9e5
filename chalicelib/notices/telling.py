"""Handing over a message that has no row of its own as a notice: what came of it is counted as that of notices is."""

from collections.abc import Callable, Mapping

from chalicelib.notices.digests import DigestState
from chalicelib.notices.model import Channel
from chalicelib.notices.ports import Busy, Journal, Refused, Telling, Unanswered

TELLINGS: Mapping[DigestState, Telling] = {
    DigestState.SENT: Telling.TOLD,
    # Perhaps it arrived. Neither a report nor a reminder is worth a second one: a page or the inbox says the same.
    DigestState.UNCERTAIN: Telling.TOLD,
    DigestState.FREE: Telling.BUSY,
    DigestState.FAILED: Telling.REFUSED,
}


def hand_over(send: Callable[[], str], journal: Journal, channel: Channel, words: str) -> DigestState:
    """Call a provider once; sent, uncertain, failed, or free to be tried again."""
    try:
        number = send()
    except Refused as error:
        journal.noted("NoticeFailed", channel, words, error.words)
        return DigestState.FAILED
    except Busy as error:
        journal.noted("NoticeRetried", channel, words, error.words)
        return DigestState.FREE
    except Unanswered as error:
        journal.noted("NoticeUncertain", channel, words, error.words)
        return DigestState.UNCERTAIN
    journal.noted("NoticeSent", channel, words, number)
    return DigestState.SENT
