"""Late, replayed and out of order; quiet hours; the sweep."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chalicelib.contracts.contacts import Channels, QuietHours
from chalicelib.contracts.feedback_events import Consumer
from chalicelib.core.clock import VIETNAM, to_text
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.notices.model import KEPT, Channel, State
from chalicelib.notices.ports import Busy, Duty
from tests.unit.notices.fakes import (
    ACCOUNT,
    CASES,
    CODE,
    OTHER,
    START,
    E,
    House,
    a_case,
    a_contact,
    an_event,
)
from tests.unit.notices.steps import CITIZEN, FOCAL, LATE_EVENING, answered, answered_house, settle


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
    house.clock.now = LATE_EVENING
    return house


def test_an_sms_in_the_night_waits_for_the_morning_and_the_e_mail_does_not() -> None:
    house, event = at_night(House()), an_event(E.ASSIGNED, at=to_text(LATE_EVENING))
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
    house.tell_agencies(an_event(E.ASSIGNED, level="urgent", at=to_text(LATE_EVENING)))
    assert len(house.texts.taken) == 3


def test_a_submission_in_the_night_is_confirmed_at_once() -> None:
    house = at_night(House(CASES[E.SUBMITTED]))
    house.tell_citizens(an_event(E.SUBMITTED, at=to_text(LATE_EVENING)))
    assert len(house.texts.taken) == 1


def test_a_retry_that_falls_into_the_night_waits_for_the_morning() -> None:
    house = House(CASES[E.ANSWERED])
    house.clock.now = LATE_EVENING.replace(hour=21, minute=27)
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
    events = [an_event(E.ASSIGNED, id=f"{CODE}#{seq}", seq=seq, at=to_text(LATE_EVENING)) for seq in range(2, 32)]
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
