"""Nothing lost, nothing twice: counted from what the providers took and from the ledger."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier

import pytest

from chalicelib.contracts.contacts import Channels, QuietHours
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.core.clock import VIETNAM, to_text
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.notices.model import KEPT, LEASE, MOST_ATTEMPTS, Channel, State
from chalicelib.notices.ports import Busy, Duty, Refused, Unanswered
from tests.unit.notices.fakes import (
    ACCOUNT,
    AGENCY,
    CASES,
    CODE,
    OTHER,
    START,
    E,
    House,
    Killed,
    a_case,
    a_contact,
    an_event,
    officers_of,
)

FOCAL, DEPUTY = f"agency:{AGENCY}:focal", f"agency:{AGENCY}:deputy"
CITIZEN = f"citizen:{ACCOUNT}"
NIGHT = datetime(2023, 5, 23, 23, 0, tzinfo=VIETNAM)


def answered(**changes: object) -> FeedbackEvent:
    return an_event(E.ANSWERED, **changes)


def answered_house() -> House:
    return House(CASES[E.ANSWERED])


def settle(house: House, event: FeedbackEvent, rounds: int = 20) -> None:
    """What queue and sweep do over the next hours: deliver again what failed, send what is due."""
    for _ in range(rounds):
        house.clock.move(minutes=6)
        for tell, consumer in ((house.tell_agencies, Consumer.AGENCIES), (house.tell_citizens, Consumer.CITIZENS)):
            if event.type in CONSUMES[consumer]:
                with suppress(Unavailable):
                    tell(event)
        house.resend()


# Once, whatever comes twice


def test_everything_is_recorded_before_the_first_message_goes_out() -> None:
    house = House()
    recorded: list[int] = []
    house.mails.meanwhile = lambda: recorded.append(len(house.store.rows))
    house.tell_agencies(an_event(E.ASSIGNED))
    assert recorded[0] == 4
    assert house.store.seen == {(f"{CODE}#2", Consumer.AGENCIES)}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_an_event_told_again_sends_nothing_again(kind: FeedbackEventType) -> None:
    house, event = House(CASES[kind]), an_event(kind)
    for tell, consumer in ((house.tell_agencies, Consumer.AGENCIES), (house.tell_citizens, Consumer.CITIZENS)):
        if kind in CONSUMES[consumer]:
            tell(event)
    sent = [*house.mails.addresses(), *house.texts.addresses()]
    entries = dict(house.store.entries)
    settle(house, event, 3)
    house.clock.move(days=30)
    settle(house, event, 1)
    assert [*house.mails.addresses(), *house.texts.addresses()] == sent
    assert len(sent) == len(set(sent))
    assert house.store.entries == entries
    assert all(row.sends <= 1 for row in house.store.rows.values())


def test_one_message_handed_to_twenty_consumers_at_once_is_sent_once() -> None:
    house, event, start = House(), an_event(E.ASSIGNED, level="urgent"), Barrier(20)

    def consume(_: int) -> None:
        start.wait()
        house.tell_agencies(event)

    with ThreadPoolExecutor(20) as workers:
        list(workers.map(consume, range(20)))
    assert len(house.mails.taken) == len(set(house.mails.addresses())) == 3
    assert len(house.texts.taken) == len(set(house.texts.addresses())) == 3
    assert {row.sends for row in house.store.rows.values()} == {1}
    assert house.journal.count("NoticeRecorded") == house.journal.count("NoticeSent") == 6


def test_queue_and_sweep_at_once_send_once() -> None:
    house, event = answered_house(), answered()
    house.store.dies_before = "replace sending"
    with pytest.raises(Killed):
        house.tell_citizens(event)
    house.clock.move(minutes=11)
    start = Barrier(20)

    def work(number: int) -> None:
        start.wait()
        house.resend() if number % 2 else house.tell_citizens(event)

    with ThreadPoolExecutor(20) as workers:
        list(workers.map(work, range(20)))
    assert len(house.texts.taken) == 1


# Killed


@pytest.mark.parametrize("place", ["put_into_inbox", "record", "mark_seen", "replace sending"])
def test_a_worker_killed_before_the_claim_loses_nothing(place: str) -> None:
    house, event = answered_house(), answered()
    house.store.dies_before = place
    with pytest.raises(Killed):
        house.tell_citizens(event)
    assert house.texts.taken == []
    settle(house, event, 1)
    assert len(house.texts.taken) == 1
    assert len(house.store.entries) == 1
    assert house.row(CITIZEN, Channel.SMS).state is State.SENT


def test_a_worker_killed_after_planning_is_made_good_by_the_sweep_alone() -> None:
    house = answered_house()
    house.store.dies_before = "replace sending"
    with pytest.raises(Killed):
        house.tell_citizens(answered())
    assert house.resend()["sent"] == 0, "the queue has the first minutes to itself"
    house.clock.move(minutes=11)
    assert house.resend()["sent"] == 1
    assert len(house.texts.taken) == 1


def test_a_worker_killed_after_the_claim_leaves_a_doubt_that_is_sent_once_more_when_the_lease_is_over() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Killed()]
    with pytest.raises(Killed):
        house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.SENDING
    house.clock.move(minutes=4)
    house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.SENDING, "the lease is not over"
    house.clock.move(minutes=2)
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.UNCERTAIN
    assert house.journal.count("NoticeUncertain") == 1
    settle(house, event)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.attempt, row.doubts, row.sends) == (State.SENT, 2, 1, 1)
    assert len(house.texts.taken) == 1


def test_a_worker_killed_between_acceptance_and_writing_sends_a_second_time_and_never_a_third() -> None:
    house, event = answered_house(), answered()
    house.store.dies_before = "replace sent"
    with pytest.raises(Killed):
        house.tell_citizens(event)
    assert len(house.texts.taken) == 1
    settle(house, event)
    row = house.row(CITIZEN, Channel.SMS)
    assert len(house.texts.taken) == 2
    assert (row.state, row.attempt, row.doubts, row.sends) == (State.SENT, 2, 1, 1)


def test_a_worker_killed_there_twice_leaves_it_uncertain_for_good() -> None:
    house, event = answered_house(), answered()
    house.texts.after = [Killed(), Killed(), Killed()]
    with pytest.raises(Killed):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    with pytest.raises(Killed):
        house.resend()
    settle(house, event)
    house.clock.move(days=60)
    settle(house, event, 2)
    row = house.row(CITIZEN, Channel.SMS)
    assert len(house.texts.taken) == 2
    assert (row.state, row.attempt, row.doubts, row.open) == (State.UNCERTAIN, 2, 2, False)
    assert house.journal.count("NoticeUncertain") == 2


def test_a_slow_worker_whose_lease_ended_still_writes_that_its_message_was_taken() -> None:
    house, event = answered_house(), answered()

    def another_takes_over() -> None:
        house.texts.meanwhile = lambda: None
        house.clock.now += LEASE
        with pytest.raises(Unavailable):
            house.tell_citizens(event)

    house.texts.meanwhile = another_takes_over
    house.tell_citizens(event)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.sends, row.message_id) == (State.SENT, 1, "message-1")
    settle(house, event)
    assert len(house.texts.taken) == 1


# Providers that fail


def test_a_busy_provider_is_asked_again_by_the_queue_and_then_by_the_sweep_until_it_answers() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Busy("Throttling"), Busy("Throttling"), Busy("Throttling")]
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    house.tell_citizens(event)
    assert house.texts.taken == [], "too early: the message is done with, the row's own time has yet to come"
    settle(house, event)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.attempt, row.sends, row.doubts) == (State.SENT, 4, 1, 0)
    assert len(house.texts.taken) == 1
    assert house.journal.count("NoticeRetried") == 3


def test_an_outage_of_four_hours_ends_with_every_message_sent_once_without_a_storm() -> None:
    house = House()
    events = [an_event(E.ASSIGNED, id=f"{CODE}#{seq}", seq=seq) for seq in range(2, 12)]
    attempts: list[datetime] = []

    class Down(list[BaseException]):
        def __bool__(self) -> bool:
            attempts.append(house.clock())
            return house.clock() < START + timedelta(hours=4)

        def pop(self, *_: object) -> BaseException:
            return Busy("ServiceUnavailable")

    house.texts.errors = Down()
    for event in events:
        with pytest.raises(Unavailable):
            house.tell_agencies(event)
    for _ in range(100):
        house.clock.move(minutes=5)
        house.resend()
    assert len(house.texts.taken) == 20
    assert {row.sends for row in house.store.rows.values()} == {1}
    during = [moment for moment in attempts if moment < START + timedelta(hours=4)]
    assert len(during) <= 20 * 9, "each is tried at growing distances"


def test_a_provider_that_never_comes_back_ends_in_a_counted_failure() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Busy("Throttling")] * 100
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    settle(house, event, 400)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.attempt, row.reason) == (State.FAILED, MOST_ATTEMPTS, "Throttling")
    assert len(house.texts.errors) == 100 - MOST_ATTEMPTS
    assert house.journal.count("NoticeFailed") == 1


def test_a_permanent_refusal_is_never_tried_again() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Refused("OptedOut")]
    house.tell_citizens(event)
    settle(house, event)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.attempt, row.reason) == (State.FAILED, 1, "OptedOut")
    assert house.texts.taken == []
    assert house.journal.outcomes.count(("NoticeFailed", Channel.SMS)) == 1


def test_a_provider_that_took_the_message_and_did_not_answer_gets_it_once_more_at_most() -> None:
    house, event = answered_house(), answered()
    house.texts.after = [Unanswered("ReadTimeoutError")] * 5
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.UNCERTAIN
    settle(house, event, 60)
    assert len(house.texts.taken) == 2
    assert house.row(CITIZEN, Channel.SMS).state is State.UNCERTAIN


def test_an_error_nobody_foresaw_in_the_middle_of_a_call_is_a_doubt_and_is_logged_with_its_cause() -> None:
    house, event = answered_house(), answered()
    surprise = ZeroDivisionError("in the provider")
    house.texts.errors = [surprise]
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.UNCERTAIN
    assert house.journal.errors == [surprise]


# One recipient's trouble is not another's


def test_one_broken_contact_stops_nobody_else() -> None:
    house, event = House(), an_event(E.ASSIGNED)
    focal, deputy = officers_of(AGENCY)[1:]
    house.directory.people[AGENCY] = [replace(focal, email="", phone=""), deputy]
    house.tell_agencies(event)
    assert house.mails.addresses() == [deputy.email]
    assert house.texts.addresses() == [deputy.phone]
    assert {row.reason for row in house.store.rows.values() if row.state is State.FAILED} == {"no_address"}
    assert house.journal.count("NoticeFailed") == 2


def test_one_refused_and_one_stalling_address_stop_nobody_else() -> None:
    house, event = House(), an_event(E.ASSIGNED)
    focal, deputy = officers_of(AGENCY)[1:]
    house.mails.fails_for = {focal.email: Refused("BadRequestException")}
    house.texts.fails_for = {focal.phone: Unanswered("ReadTimeoutError")}
    with pytest.raises(Unavailable):
        house.tell_agencies(event)
    assert house.mails.addresses() == [deputy.email]
    assert house.texts.addresses() == [deputy.phone]


def test_one_row_that_cannot_be_written_stops_nobody_else_and_is_not_hidden() -> None:
    house, event = House(), an_event(E.ASSIGNED)
    house.store.broken = lambda notice: notice.recipient.key == FOCAL
    with pytest.raises(ExceptionGroup) as caught:
        house.tell_agencies(event)
    assert {type(error) for error in caught.value.exceptions} == {OSError}
    deputy = officers_of(AGENCY)[2]
    assert [*house.mails.addresses(), *house.texts.addresses()] == [deputy.email, deputy.phone]
    house.clock.move(minutes=11)
    with pytest.raises(ExceptionGroup):
        house.resend()
    house.store.broken = lambda notice: False
    assert house.resend()["sent"] == 2


def test_a_message_that_cannot_be_made_is_logged_tried_again_and_given_up_while_others_go_out() -> None:
    house, event = House(a_case(text=None)), an_event(E.ASSIGNED)
    with pytest.raises(Unavailable):
        house.tell_agencies(event)
    assert len(house.journal.errors) == 2, "both e-mails lack their text"
    assert len(house.texts.taken) == 2, "the SMS need none"
    settle(house, event, 150)
    assert {row.state for row in house.store.rows.values() if row.channel is Channel.EMAIL} == {State.FAILED}
    assert len(house.journal.errors) == 2 * MOST_ATTEMPTS


def test_an_officer_who_left_between_recording_and_sending_is_a_counted_failure() -> None:
    house, event = House(), an_event(E.ASSIGNED)
    house.mails.errors = house.texts.errors = [Busy("Throttling")] * 4
    with pytest.raises(Unavailable):
        house.tell_agencies(event)
    house.directory.people[AGENCY] = officers_of(AGENCY)[1:2]
    settle(house, event)
    assert house.row(DEPUTY, Channel.SMS).reason == "no_officer"
    assert house.row(FOCAL, Channel.SMS).state is State.SENT


def test_the_address_is_looked_up_at_the_moment_of_sending() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Busy("Throttling")]
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.contacts.known[ACCOUNT] = a_contact(phone="+84957654321")
    settle(house, event, 1)
    assert house.texts.addresses() == ["+84957654321"]


def test_an_account_that_was_deleted_meanwhile_is_told_nothing() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Busy("Throttling")]
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.contacts.known = {}
    settle(house, event, 1)
    assert house.row(CITIZEN, Channel.SMS).reason == "no_account"
    assert house.texts.taken == []


# Out of order, late, replayed


def test_an_event_that_comes_after_its_assignment_ended_sends_nothing() -> None:
    house = House(a_case(assignment=Duty(2, OTHER)))
    house.tell_agencies(an_event(E.ASSIGNED))
    house.tell_citizens(an_event(E.ASSIGNED))
    assert house.mails.taken == house.texts.taken == []
    assert {row.state for row in house.store.rows.values()} == {State.OBSOLETE}
    assert house.journal.count("NoticeObsolete") == 5
    assert [entry.words for entry in house.store.entries.values()] == ["assigned"], "the inbox is a history"


def test_what_was_put_off_and_is_overtaken_when_its_time_comes_is_not_sent() -> None:
    house, event = House(), an_event(E.ASSIGNED)
    house.texts.errors = [Busy("Throttling")] * 2
    with pytest.raises(Unavailable):
        house.tell_agencies(event)
    house.cases.known[CODE] = a_case(status="received", assignment=None)
    settle(house, event)
    assert house.texts.taken == []
    assert house.row(FOCAL, Channel.SMS).state is State.OBSOLETE


def test_events_in_the_wrong_order_tell_only_what_is_true() -> None:
    house = House(CASES[E.ANSWERED])
    house.tell_citizens(answered(id=f"{CODE}#4", seq=4, at=to_text(START + timedelta(minutes=2))))
    house.tell_citizens(an_event(E.ASSIGNED))
    assert len(house.texts.taken) == 1
    assert "da co ket qua tra loi" in house.texts.taken[0].text
    assert [entry.words for _, entry in sorted(house.store.entries.items())] == ["assigned", "answered"]


def test_an_event_older_than_the_table_remembers_tells_nobody() -> None:
    house = answered_house()
    house.clock.now = START + KEPT + timedelta(days=1)
    house.tell_citizens(answered())
    assert not house.store.rows
    assert not house.store.entries


def test_an_event_of_another_version_is_refused_and_ends_with_the_dead_letters() -> None:
    with pytest.raises(ValueError, match="version 2"):
        answered_house().tell_citizens(answered(v=2))


def test_an_event_of_another_consumer_is_none_of_ours() -> None:
    house = House()
    house.tell_agencies(an_event(E.SUBMITTED))
    house.tell_citizens(an_event(E.REPLIED))
    assert not house.store.rows
    assert not house.store.seen


def test_an_event_without_its_case_fails_and_comes_again() -> None:
    house = answered_house()
    house.cases.known = {}
    with pytest.raises(NotFound):
        house.tell_citizens(answered())
    assert not house.store.seen


def test_a_notice_whose_case_is_gone_is_given_up_by_the_sweep() -> None:
    house = answered_house()
    house.texts.errors = [Busy("Throttling")]
    with pytest.raises(Unavailable):
        house.tell_citizens(answered())
    house.cases.known = {}
    house.clock.move(minutes=6)
    assert house.resend()["ended"] == 1
    assert house.row(CITIZEN, Channel.SMS).reason == "no_case"


# Quiet hours


def at_night(house: House) -> House:
    house.clock.now = NIGHT
    return house


def test_an_sms_in_the_night_waits_for_the_morning_and_the_e_mail_does_not() -> None:
    house, event = at_night(House()), an_event(E.ASSIGNED, at=to_text(NIGHT))
    house.tell_agencies(event)
    assert len(house.mails.taken) == 2
    assert house.texts.taken == []
    row = house.row(FOCAL, Channel.SMS)
    assert (row.state, row.reason, row.attempt) == (State.RECORDED, "quiet_hours", 0)
    assert row.due_at == datetime(2023, 5, 24, 6, 30, tzinfo=VIETNAM)
    for _ in range(100):
        house.clock.move(minutes=5)
        house.resend()
        assert bool(house.texts.taken) == (house.clock() >= row.due_at)
    assert len(house.texts.taken) == 2


def test_urgent_matters_ring_in_the_night() -> None:
    house = at_night(House())
    house.tell_agencies(an_event(E.ASSIGNED, level="urgent", at=to_text(NIGHT)))
    assert len(house.texts.taken) == 3


def test_a_submission_in_the_night_is_confirmed_at_once() -> None:
    house = at_night(House(CASES[E.SUBMITTED]))
    house.tell_citizens(an_event(E.SUBMITTED, at=to_text(NIGHT)))
    assert len(house.texts.taken) == 1


def test_a_retry_that_falls_into_the_night_waits_for_the_morning() -> None:
    house = House(CASES[E.ANSWERED])
    house.clock.now = NIGHT.replace(hour=21, minute=27)
    house.texts.errors = [Busy("Throttling")]
    event = answered(at=to_text(house.clock.now))
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    house.tell_citizens(event)
    assert house.texts.taken == []
    house.clock.now = datetime(2023, 5, 24, 6, 30, tzinfo=VIETNAM)
    assert house.resend()["sent"] == 1


def test_quiet_hours_that_a_person_chose_meanwhile_are_kept() -> None:
    house, event = House(CASES[E.ANSWERED]), answered()
    house.texts.errors = [Busy("Throttling")]
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.contacts.known[ACCOUNT] = a_contact(quiet_hours=QuietHours("13:00", "15:00"))
    house.clock.move(minutes=6)
    house.resend()
    assert house.texts.taken == []
    house.clock.move(hours=1)
    house.resend()
    assert len(house.texts.taken) == 1


def test_a_person_who_wants_no_messages_has_the_inbox() -> None:
    house = House(CASES[E.ANSWERED], a_contact(channels=Channels(sms=False, email=False)))
    house.tell_citizens(answered())
    assert not house.store.rows
    assert len(house.store.entries) == 1
    assert house.store.seen == {(f"{CODE}#2", Consumer.CITIZENS)}


# The sweep


def test_the_sweep_takes_no_more_than_it_may_begin() -> None:
    house = House()
    house.texts.errors = [Busy("Throttling")] * 2
    with pytest.raises(Unavailable):
        house.tell_agencies(an_event(E.ASSIGNED))
    house.clock.move(minutes=6)
    assert house.service.resend(house.clock())["left"] == 2
    assert house.service.resend(house.clock() + timedelta(minutes=1), limit=1)["sent"] == 1
    assert house.resend()["sent"] == 1


def test_a_sweep_with_nothing_due_does_nothing() -> None:
    house = House()
    house.tell_agencies(an_event(E.ASSIGNED))
    house.clock.move(days=1)
    assert set(house.resend().values()) == {0}


def test_sweeps_off_for_a_day_lose_nothing() -> None:
    house = at_night(House())
    events = [an_event(E.ASSIGNED, id=f"{CODE}#{seq}", seq=seq, at=to_text(NIGHT)) for seq in range(2, 32)]
    for event in events:
        house.tell_agencies(event)
    house.clock.now = datetime(2023, 5, 25, 9, 0, tzinfo=VIETNAM)
    assert house.resend()["sent"] == 60
    assert len(house.texts.taken) == 60


def test_distances_between_attempts_grow() -> None:
    house, event, tried = answered_house(), answered(), [START]
    house.texts.errors = [Busy("Throttling")] * 6
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    for _ in range(6):
        due = house.row(CITIZEN, Channel.SMS).not_before
        tried.append(due)
        house.clock.now = due
        house.resend()
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses[:4] == sorted(pauses[:4])
