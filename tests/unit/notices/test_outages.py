"""Providers that fail, and recipients whose trouble must stay their own."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Unavailable
from chalicelib.notices.model import MOST_ATTEMPTS, Channel, State
from chalicelib.notices.ports import Busy, Refused, Unanswered
from tests.unit.notices.fakes import (
    ACCOUNT,
    AGENCY,
    CODE,
    START,
    E,
    House,
    a_case,
    a_contact,
    an_event,
    officers_of,
)
from tests.unit.notices.steps import CITIZEN, DEPUTY, FOCAL, answered, answered_house, settle


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
