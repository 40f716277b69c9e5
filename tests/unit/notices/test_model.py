"""The states of one notice, and its ledger."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.contracts.feedback_events import FeedbackEventType
from chalicelib.notices.model import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_DOUBTS,
    Channel,
    InboxEntry,
    Notice,
    Recipient,
    Role,
    Side,
    State,
)
from tests.unit.notices.fakes import ACCOUNT, AGENCY, CODE, START

SQS_REDELIVERS_AFTER = timedelta(minutes=6)

NOTICE = Notice(
    event=f"{CODE}#2", type=FeedbackEventType.ASSIGNED, code=CODE, seq=2, assignment=1, agency=AGENCY, words="assigned",
    recipient=Recipient(Side.AGENCY, AGENCY, Role.FOCAL), channel=Channel.SMS, urgent=False, happened_at=START,
    recorded_at=START, not_before=START, due_at=START + timedelta(minutes=10),
)  # fmt: skip


def test_a_claim_ends_before_the_queue_delivers_again() -> None:
    claimed = NOTICE.claimed(START)
    assert claimed.state is State.SENDING
    assert claimed.attempt == 1
    assert not claimed.abandoned(START + LEASE - timedelta(seconds=1))
    assert claimed.abandoned(START + LEASE)
    assert LEASE < SQS_REDELIVERS_AFTER


def test_nobody_claims_what_another_holds() -> None:
    assert NOTICE.may_be_tried(START)
    assert not NOTICE.claimed(START).may_be_tried(START + timedelta(days=1))


def test_what_was_sent_is_sent_for_good() -> None:
    sent = NOTICE.claimed(START).sent("m-1")
    assert (sent.state, sent.sends, sent.message_id, sent.open) == (State.SENT, 1, "m-1", False)
    with pytest.raises(AssertionError):
        sent.failed("too late")


def test_the_ledger_counts_a_second_send() -> None:
    assert NOTICE.claimed(START).sent("m-1").sent("m-2").sends == 2


def test_the_first_retry_comes_before_the_queue_delivers_again_and_the_next_ones_ever_later() -> None:
    notice, now, pauses = NOTICE, START, []
    while notice.open:
        notice = notice.claimed(now).postponed(now, "Throttling")
        if notice.open:
            pauses.append(notice.not_before - now)
            now = notice.not_before
    assert notice.state is State.FAILED
    assert notice.attempt == MOST_ATTEMPTS
    assert timedelta(minutes=4) <= pauses[0] <= timedelta(minutes=5) < SQS_REDELIVERS_AFTER
    assert pauses[:4] == sorted(pauses[:4])
    assert timedelta(hours=6) < sum(pauses, timedelta()) < timedelta(hours=9)


def test_retries_of_different_notices_are_spread() -> None:
    pauses = {
        replace(NOTICE, event=f"{CODE}#{number}").claimed(START).postponed(START, "Throttling").not_before
        for number in range(50)
    }
    assert len(pauses) > 30


def test_an_attempt_in_doubt_is_repeated_once_and_never_again() -> None:
    first = NOTICE.claimed(START).doubted(START, "ReadTimeoutError")
    assert first.state is State.UNCERTAIN
    assert first.open
    assert not first.may_be_tried(START)
    assert first.may_be_tried(START + timedelta(minutes=5))
    second = first.claimed(START).doubted(START, "ReadTimeoutError")
    assert second.state is State.UNCERTAIN
    assert second.doubts == MOST_DOUBTS
    assert not second.open
    assert not second.may_be_tried(START + timedelta(days=30))


def test_what_turns_out_to_have_been_sent_is_sent_whatever_was_thought_of_it() -> None:
    for state in State:
        assert replace(NOTICE, state=state).sent("m-1").state is State.SENT


def test_a_deferral_uses_up_no_attempt() -> None:
    later = NOTICE.deferred(START + timedelta(hours=8))
    assert (later.state, later.attempt) == (State.RECORDED, 0)
    assert later.due_at == later.not_before == START + timedelta(hours=8)


def test_a_recipient_is_named_without_any_address() -> None:
    assert NOTICE.recipient.key == f"agency:{AGENCY}:focal"
    assert Recipient(Side.CITIZEN, ACCOUNT).key == f"citizen:{ACCOUNT}"


def test_inbox_ids_sort_by_time() -> None:
    def entry(minutes: int, seq: int) -> str:
        return InboxEntry(
            account=ACCOUNT, event="e", words="closed", happened_at=START + timedelta(minutes=minutes), code=CODE,
            seq=seq, params={},
        ).id  # fmt: skip

    assert entry(0, 9) < entry(1, 10) < entry(100_000, 2)


STEPS = {
    "claim": lambda notice, now: notice.claimed(now) if notice.may_be_tried(now) else notice,
    "sent": lambda notice, now: notice.sent("m") if notice.state is State.SENDING else notice,
    "busy": lambda notice, now: notice.postponed(now, "busy") if notice.state is State.SENDING else notice,
    "silence": lambda notice, now: notice.doubted(now, "silence") if notice.state is State.SENDING else notice,
    "refuse": lambda notice, now: notice.failed("refused") if notice.state is State.SENDING else notice,
    "quiet": lambda notice, now: notice.deferred(now + timedelta(hours=8)) if notice.may_be_tried(now) else notice,
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 120)), max_size=60))
def test_whatever_happens_a_notice_goes_out_at_most_once_for_all_that_is_known_and_ends(
    happenings: list[tuple[str, int]],
) -> None:
    notice, now = NOTICE, START
    for step, minutes in happenings:
        now += timedelta(minutes=minutes)
        notice = STEPS[step](notice, now)
        assert notice.sends <= 1
        assert notice.doubts <= MOST_DOUBTS
        assert notice.attempt <= MOST_ATTEMPTS
        assert (notice.due_at is None) == (
            notice.state in (State.SENT, State.FAILED, State.OBSOLETE) or notice.doubts == MOST_DOUBTS
        )
