"""Who held a case and for how long."""

from datetime import datetime, timedelta

from chalicelib.core.calendar import official
from chalicelib.feedback import succession
from chalicelib.feedback.holding import Holding, holdings
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.values import Rating, Terms
from tests.builders import (
    COMMITTEE,
    DUE,
    NOW,
    POLICE,
    answer,
    answered,
    assigned,
    awaiting_approval,
    feedback,
    in_progress,
    offered,
    queued,
    stamp,
)

LATER = NOW + timedelta(days=2)
LAST = NOW + timedelta(days=3)


def held(case: object) -> list[tuple[str, datetime, datetime | None]]:
    return [(one.agency, one.since, one.until) for one in holdings(case.history)]  # type: ignore[attr-defined]


def test_nobody_holds_a_case_before_it_is_assigned() -> None:
    assert held(feedback()) == []
    assert held(queued()) == []


def test_an_agency_holds_it_from_its_assignment_on() -> None:
    assert held(in_progress()) == [(COMMITTEE, NOW, None)]
    assert held(awaiting_approval()) == [(COMMITTEE, NOW, None)]


def test_an_offer_leaves_it_with_its_sender_until_it_is_accepted() -> None:
    assert held(offered()) == [(COMMITTEE, NOW, None)]
    declined = offered().give_back(Party.RECEIVER, stamp(Party.RECEIVER, LATER), NOW)
    assert held(declined) == [(COMMITTEE, NOW, None)]
    taken = offered().take_over(stamp(Party.RECEIVER, LATER), Terms(DUE))
    assert held(taken) == [(COMMITTEE, NOW, LATER), (POLICE, LATER, None)]


def test_a_lapsed_offer_ends_it() -> None:
    assert held(succession.lapse(offered(), stamp(Party.SYSTEM, LATER), NOW)) == [(COMMITTEE, NOW, LATER)]


def test_given_back_and_given_to_another() -> None:
    case = assigned().give_back(Party.HOLDER, stamp(Party.HOLDER, LATER), NOW)
    case = case.assign(Party.CENTRE, stamp(Party.CENTRE, LAST), POLICE, Terms(DUE))
    assert held(case) == [(COMMITTEE, NOW, LATER), (POLICE, LAST, None)]


def test_an_answer_ends_it_and_a_reopening_begins_it_again() -> None:
    case = in_progress().give_answer(stamp(Party.HOLDER, LATER), answer())
    case = case.rate(stamp(when=LAST), Rating.UNSATISFIED, Terms(DUE))
    assert held(case) == [(COMMITTEE, NOW, LATER), (COMMITTEE, LAST, None)]


def test_closing_and_what_comes_after_change_nothing() -> None:
    assert held(answered().close(stamp(Party.SYSTEM, LATER))) == [(COMMITTEE, NOW, NOW)]


def test_a_successor_has_a_time_of_its_own() -> None:
    case = succession.transfer(in_progress(), stamp(Party.SYSTEM, LATER), POLICE, False)
    assert held(case) == [(COMMITTEE, NOW, LATER), (POLICE, LATER, None)]
    quiet = succession.transfer(answered(), stamp(Party.SYSTEM, LATER), POLICE, False)
    assert held(quiet) == [(COMMITTEE, NOW, NOW)]


def test_its_length_is_in_working_days_to_a_tenth() -> None:
    calendar = official()
    tuesday_to_thursday = Holding(1, COMMITTEE, NOW, LATER)
    assert tuesday_to_thursday.working_days(calendar, LAST) == 2.0
    assert Holding(1, COMMITTEE, NOW).working_days(calendar, NOW + timedelta(hours=1)) == 0.1
