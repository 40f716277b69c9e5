"""What a duty is held to when it goes on: after a pause, an extension, another calendar."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.calendar import Calendar, DayKind, official
from chalicelib.feedback import escalation, succession
from chalicelib.feedback.clocks import Clocks, later_deadline
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import grant
from chalicelib.feedback.values import Handling, Rating
from tests.builders import COMMITTEE, DUE, NOW, POLICE, answer, at, feedback, stamp

PLAIN = official()
# Wednesday 24 and Thursday 25 May 2023, within the seven working days from NOW.
STORM = PLAIN.with_overrides({date(2023, 5, 24): DayKind.OFF, date(2023, 5, 25): DayKind.OFF})
BUSY = PLAIN.with_overrides({date(2023, 5, 27): DayKind.WORK})


def clocks(calendar: Calendar = PLAIN, approval: bool = False) -> Clocks:
    return Clocks(lambda: calendar, lambda _: approval)


def assigned(handling: Handling = Handling(7), when: datetime = NOW) -> Feedback:  # noqa: B008 - frozen
    case = feedback(handling=handling)
    return case.assign(Party.SYSTEM, stamp(Party.SYSTEM, when), COMMITTEE, clocks().terms(case, COMMITTEE, when))


def accepted(case: Feedback) -> Feedback:
    return case.accept(stamp(Party.HOLDER, case.changed_at))


def climbed(case: Feedback, now: datetime) -> Feedback:
    while rung := escalation.due_rung(case, now):
        case = escalation.climb(case, stamp(Party.SYSTEM, now), rung)
    return case


def rescheduled(case: Feedback, calendar: Calendar, now: datetime) -> Feedback:
    terms = clocks(calendar).recounted(case, now)
    return succession.reschedule(case, stamp(Party.SYSTEM, now), terms) if terms else case


def ahead(case: Feedback) -> list[Action]:
    assert case.assignment
    return [rung.action for rung in case.assignment.ladder[case.assignment.climbed :]]


# A pause


def test_after_a_pause_the_ladder_leads_to_the_later_deadline_and_what_was_climbed_is_not_climbed_again() -> None:
    case = climbed(accepted(assigned()), at("31/05/2023 13:13"))
    case = case.ask(stamp(Party.HOLDER, at("31/05/2023 14:00")), at("07/06/2023 17:00"))
    now = at("02/06/2023 09:00")
    case = case.resume(Action.REPLY, stamp(Party.REPORTER, now), clocks().resumed(case, now))
    assert case.deadline == at("05/06/2023 17:00")
    assert ahead(case) == [Action.BREACH, Action.ESCALATE]
    assert climbed(case, at("05/06/2023 17:04")) == case
    assert climbed(case, at("05/06/2023 17:05")).breached_at == at("05/06/2023 17:00")


def test_a_question_after_the_deadline_makes_no_second_breach() -> None:
    case = climbed(accepted(assigned()), at("02/06/2023 08:00"))
    case = case.ask(stamp(Party.HOLDER, at("02/06/2023 09:00")), at("09/06/2023 17:00"))
    now = at("06/06/2023 09:00")
    case = case.resume(Action.REPLY, stamp(Party.REPORTER, now), clocks().resumed(case, now))
    done = climbed(case, at("30/06/2023 09:00"))
    assert [entry.action for entry in done.history[-2:]] == [Action.REPLY, Action.ESCALATE]
    assert done.breached_at == DUE


def test_a_waiting_case_takes_a_changed_calendar_when_its_clock_goes_on() -> None:
    case = accepted(assigned()).ask(stamp(Party.HOLDER, at("26/05/2023 09:00")), at("02/06/2023 17:00"))
    now = at("30/05/2023 09:00")
    # Two days for the storm, two for the pause from Friday to Tuesday.
    assert clocks(STORM).resumed(case, now).deadline == at("07/06/2023 17:00")
    assert clocks().resumed(case, now).deadline == at("05/06/2023 17:00")


# An extension


def test_a_granted_day_is_a_deadline_of_its_own_that_can_be_breached() -> None:
    case = climbed(accepted(assigned()), at("02/06/2023 08:00"))
    case = case.extend(stamp(Party.HOLDER, at("02/06/2023 09:00")), at("09/06/2023 17:00"))
    case = grant(case, stamp(Party.CENTRE, at("02/06/2023 10:00")), clocks().moved(case, at("09/06/2023 17:00")))
    assert case.deadline == at("09/06/2023 17:00")
    assert ahead(case) == [Action.BREACH, Action.ESCALATE]
    done = climbed(case, at("30/06/2023 09:00"))
    assert [entry.action for entry in done.history[-3:]] == [Action.GRANT, Action.BREACH, Action.ESCALATE]
    assert done.breached_at == DUE, "the first deadline that passed"


def test_what_the_centre_grants_counts_and_not_what_was_asked_for() -> None:
    case = accepted(assigned()).extend(stamp(Party.HOLDER), at("30/06/2023 17:00"))
    case = grant(case, stamp(Party.CENTRE), clocks().moved(case, at("05/06/2023 17:00")))
    assert case.deadline == at("05/06/2023 17:00")
    assert later_deadline(PLAIN, case) is None
    off = PLAIN.with_overrides({date(2023, 6, 5): DayKind.OFF})
    assert later_deadline(off, case) == at("06/06/2023 17:00")


# Another calendar


@pytest.mark.parametrize(
    ("calendar", "due"),
    [(PLAIN, "01/06/2023 17:00"), (STORM, "05/06/2023 17:00"), (BUSY, "01/06/2023 17:00")],
)
def test_a_changed_calendar_moves_a_deadline_only_later(calendar: Calendar, due: str) -> None:
    case = rescheduled(assigned(), calendar, NOW)
    assert case.deadline == at(due)
    assert rescheduled(case, calendar, NOW) == case, "a second time changes nothing"
    assert rescheduled(case, PLAIN, NOW) == case, "nor does a day off that is taken back"


def test_pauses_hand_overs_and_reopenings_are_counted_anew_too() -> None:
    paused = accepted(assigned()).ask(stamp(Party.HOLDER, NOW), at("30/05/2023 17:00"))
    now = at("26/05/2023 09:00")
    paused = paused.resume(Action.REPLY, stamp(Party.REPORTER, now), clocks().resumed(paused, now))
    assert paused.deadline == at("06/06/2023 17:00")
    # The storm takes two of the days that were waited for, and gives two to the handling: all in all nothing.
    assert later_deadline(STORM, paused) is None
    off = PLAIN.with_overrides({date(2023, 5, 29): DayKind.OFF})
    assert later_deadline(off, paused) == at("07/06/2023 17:00")

    offer = accepted(assigned()).offer(stamp(Party.HOLDER, NOW), POLICE, at("24/05/2023 17:00"))
    taken_at = at("24/05/2023 09:00")
    taken = offer.take_over(stamp(Party.RECEIVER, taken_at), clocks().terms(offer, POLICE, taken_at))
    assert taken.deadline == at("02/06/2023 17:00")
    assert later_deadline(off, taken) == at("05/06/2023 17:00")

    again = accepted(assigned()).give_answer(stamp(Party.HOLDER), answer())
    again = again.rate(stamp(), Rating.UNSATISFIED, clocks().again(again, COMMITTEE, NOW))
    assert again.deadline == at("29/05/2023 17:00")
    assert later_deadline(off, again) == at("30/05/2023 17:00")


def test_a_transfer_to_a_successor_keeps_the_count() -> None:
    moved = succession.transfer(assigned(), stamp(Party.SYSTEM, NOW + timedelta(days=1)), POLICE, False)
    assert later_deadline(PLAIN, moved) is None
    assert later_deadline(STORM, moved) == at("05/06/2023 17:00")


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.ANSWERED, Status.CLOSED])
def test_only_what_is_owed_is_counted_anew(status: Status) -> None:
    case = replace(assigned(), status=status)
    assert later_deadline(STORM, case) is None


def test_hours_around_the_clock_know_no_calendar() -> None:
    assert later_deadline(STORM, assigned(Handling(0, 72))) is None


def test_a_breach_of_a_deadline_that_was_none_is_taken_back_and_can_happen_again() -> None:
    case = climbed(assigned(), at("01/06/2023 17:10"))
    assert case.breached_at == DUE
    moved = rescheduled(case, STORM, at("01/06/2023 18:00"))
    assert moved.breached_at is None
    assert ahead(moved) == [Action.BREACH, Action.ESCALATE]
    assert climbed(moved, at("05/06/2023 17:05")).breached_at == at("05/06/2023 17:00")


def test_a_breach_that_stays_one_is_dated_by_the_new_deadline_and_told_once() -> None:
    case = climbed(assigned(), at("01/06/2023 17:10"))
    moved = rescheduled(case, STORM, at("06/06/2023 09:00"))
    assert moved.breached_at == moved.deadline == at("05/06/2023 17:00")
    assert ahead(moved) == [Action.ESCALATE]


def test_an_agency_s_way_of_approval_stays_with_the_duty() -> None:
    case = feedback()
    case = case.assign(Party.SYSTEM, stamp(Party.SYSTEM), COMMITTEE, clocks(approval=True).terms(case, COMMITTEE, NOW))
    assert clocks().moved(case, DUE + timedelta(days=1)).approval
