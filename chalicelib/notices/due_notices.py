"""Reminding people of bills before they are due: a line in the inbox, and a message by the ways that the person chose.

The caller tells each reminder once and repeats it only where this says so; of what may have arrived nothing is repeated.
"""

from collections.abc import Iterator
from datetime import datetime, time

from chalicelib.contracts.contacts import Contact, QuietHours
from chalicelib.contracts.dues import Due
from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.notices import bill_words, mail
from chalicelib.notices.delivery import Message, Post
from chalicelib.notices.digests import DigestState
from chalicelib.notices.model import Channel, InboxEntry, Side
from chalicelib.notices.planning import chosen_channels
from chalicelib.notices.ports import Bounces, Contacts, Journal, Letter, Sms, Store, Telling
from chalicelib.notices.quiet import quiet_until
from chalicelib.notices.telling import TELLINGS, hand_over
from chalicelib.notices.wording import common, fill, fill_lines, fill_sms, words_of

# The hour of the daily run. A line is dated by it, so that telling the same again on that day finds the line.
RUN = time(8, 0)


class DueNotices:
    """Tells people of bills. `night` are the quiet hours of people who chose none."""

    def __init__(
        self, store: Store, contacts: Contacts, post: Post, journal: Journal, bounces: Bounces, clock: Clock,
        night: QuietHours,
    ) -> None:  # fmt: skip
        self._store = store
        self._contacts = contacts
        self._post = post
        self._journal = journal
        self._bounces = bounces
        self._clock = clock
        self._night = night

    def tell(self, due: Due) -> Telling:
        """Put the line into the inbox if it is not there, then send what the person chose.

        Told as soon as one message was taken, may have been, or none is wanted: an SMS in quiet hours is not, since a reminder that
        waits for their end is no better than the line, which is read whenever its reader likes.
        """
        contact = self._contacts.contact(due.account)
        if contact is None:
            return Telling.REFUSED
        now = self._clock()
        entry = _entry(due, now)
        if self._store.put_into_inbox(entry):
            self._journal.noted_in_inbox(entry)
        outcomes = {TELLINGS[self._send(message)] for message in self._messages(due, contact, now)}
        if not outcomes or Telling.TOLD in outcomes:
            return Telling.TOLD
        return Telling.BUSY if Telling.BUSY in outcomes else Telling.REFUSED

    def _messages(self, due: Due, contact: Contact, now: datetime) -> Iterator[Message]:
        channels = chosen_channels(contact)
        bounced = Channel.EMAIL in channels and self._bounces.bounced(contact.email)
        if Channel.EMAIL in channels and not bounced:
            yield _letter(due, contact)
        # As with every notice: an SMS stands in for an address that has bounced.
        rings = Channel.SMS in channels or (bounced and bool(contact.phone))
        if rings and quiet_until(contact.quiet_hours or self._night, now) is None:
            yield _sms(due, contact)

    def _send(self, message: Message) -> DigestState:
        channel = Channel.EMAIL if isinstance(message, Letter) else Channel.SMS
        return hand_over(lambda: self._post.send(message), self._journal, channel, bill_words.WORDS)


def _entry(due: Due, now: datetime) -> InboxEntry:
    hour = datetime.combine(now.astimezone(VIETNAM).date(), RUN, VIETNAM)
    return InboxEntry(
        account=due.account, event=due.id, words=bill_words.WORDS, happened_at=min(hour.astimezone(now.tzinfo), now),
        params=bill_words.params(due),
    )  # fmt: skip


def _letter(due: Due, contact: Contact) -> Letter:
    language = contact.language
    words, frame = words_of(Side.CITIZEN, bill_words.WORDS, language), common(language)
    values = bill_words.values(bill_words.params(due), language)
    lead = fill_lines(words["text"], values)
    context = {
        "language": language, "urgent": False, "heading": words["title"], "lead": lead, "preview": lead[0], "details": [],
        "button": "", "link": "", "foot": [*frame["foot"], words["foot"]],
        "t": {**frame, "sender_line": frame["sender_line_utilities"]},
    }  # fmt: skip
    subject = fill(words["subject"], values)
    trace = {"notice": bill_words.WORDS}
    return Letter(contact.email, subject, mail.text("citizen", context), mail.html("citizen", context), trace)


def _sms(due: Due, contact: Contact) -> Sms:
    words = words_of(Side.CITIZEN, bill_words.WORDS, contact.language)
    values = bill_words.values(bill_words.params(due), contact.language)
    return Sms(contact.phone, fill_sms(words["sms"], values))
