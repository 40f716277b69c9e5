"""The clocks of a case."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback import deadlines, escalation
from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.values import Handling, Level
from tests.builders import at

CALENDAR = official()
SEVEN_DAYS, FOUR_HOURS = Handling(7), Handling(0, 4)

moments = st.datetimes(datetime(2023, 1, 1), datetime(2030, 1, 1), timezones=st.just(VIETNAM))  # noqa: DTZ001
handlings = st.one_of(st.integers(1, 30).map(Handling), st.integers(1, 72).map(lambda hours: Handling(0, hours)))


@pytest.mark.parametrize(
    ("start", "handling", "due"),
    [
        ("23/05/2023 14:05", SEVEN_DAYS, "01/06/2023 17:00"),
        ("23/05/2023 17:01", SEVEN_DAYS, "02/06/2023 17:00"),
        ("19/01/2023 10:00", SEVEN_DAYS, "06/02/2023 17:00"),
        ("23/05/2023 23:30", FOUR_HOURS, "24/05/2023 03:30"),
        ("22/01/2023 01:00", FOUR_HOURS, "22/01/2023 05:00"),
    ],
)
def test_an_answer_is_due_in_working_days_or_in_hours_around_the_clock(
    start: str, handling: Handling, due: str
) -> None:
    assert deadlines.due(CALENDAR, handling, at(start)) == at(due)


@pytest.mark.parametrize(
    ("handling", "due"),
    [
        (Handling(7), "29/05/2023 17:00"),
        (Handling(2), "24/05/2023 17:00"),
        (Handling(1), "24/05/2023 17:00"),
        (Handling(0, 5), "23/05/2023 17:05"),
        (Handling(0, 1), "23/05/2023 15:05"),
    ],
)
def test_a_reopened_case_has_half_the_time_rounded_up(handling: Handling, due: str) -> None:
    assert deadlines.due_again(CALENDAR, handling, at("23/05/2023 14:05")) == at(due)


@given(handlings, moments)
def test_a_reopened_case_is_never_due_later_than_a_new_one(handling: Handling, start: datetime) -> None:
    assert start < deadlines.due_again(CALENDAR, handling, start) <= deadlines.due(CALENDAR, handling, start)


@pytest.mark.parametrize(
    ("handling", "until", "due"),
    [
        (SEVEN_DAYS, "25/05/2023 09:00", "05/06/2023 17:00"),
        (SEVEN_DAYS, "23/05/2023 16:00", "01/06/2023 17:00"),
        (FOUR_HOURS, "23/05/2023 16:35", "01/06/2023 19:30"),
    ],
)
def test_the_clock_stands_while_the_reporter_is_asked(handling: Handling, until: str, due: str) -> None:
    asked, deadline = at("23/05/2023 14:05"), at("01/06/2023 17:00")
    assert deadlines.due_after_pause(CALENDAR, handling, deadline, asked, at(until)) == at(due)


def test_the_centre_has_eight_working_hours_and_none_where_it_is_urgent() -> None:
    start = at("26/05/2023 16:00")
    assert deadlines.centre_due(CALENDAR, Level.NORMAL, start) == at("29/05/2023 16:00")
    assert deadlines.centre_due(CALENDAR, Level.COMPLEX, start) == at("29/05/2023 16:00")
    assert deadlines.centre_due(CALENDAR, Level.URGENT, start) == start


def test_the_reporter_has_five_working_days_to_reply_and_seven_days_to_rate() -> None:
    assert deadlines.reply_by(CALENDAR, at("28/04/2023 09:00")) == at("10/05/2023 17:00")
    assert deadlines.rate_by(at("28/04/2023 09:00")) == at("05/05/2023 09:00")


def test_a_case_can_be_given_back_within_eight_working_hours() -> None:
    given_at, limit = at("26/05/2023 16:00"), at("29/05/2023 16:00")
    assert deadlines.may_give_back(CALENDAR, given_at, limit)
    assert not deadlines.may_give_back(CALENDAR, given_at, limit + timedelta(seconds=1))


# What holds of every date


calm = st.integers(1, 30).map(Handling)
urgent = st.integers(1, 72).map(lambda hours: Handling(0, hours))
pauses = st.timedeltas(timedelta(0), timedelta(days=40))


@given(handlings, moments, moments)
def test_what_is_assigned_later_is_never_due_earlier(handling: Handling, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    for due in (deadlines.due, deadlines.due_again):
        assert due(CALENDAR, handling, early) <= due(CALENDAR, handling, late)


@given(calm, moments)
def test_calm_deadlines_end_working_days(handling: Handling, start: datetime) -> None:
    for due in (deadlines.due(CALENDAR, handling, start), deadlines.due_again(CALENDAR, handling, start)):
        local = due.astimezone(VIETNAM)
        assert local.time() == time(17)
        assert CALENDAR.is_working_day(local.date())


@given(urgent, moments)
def test_urgent_deadlines_know_no_calendar(handling: Handling, start: datetime) -> None:
    assert deadlines.due(CALENDAR, handling, start) - start == timedelta(hours=handling.hours)


@given(handlings, moments, moments, pauses)
def test_a_pause_never_makes_a_deadline_earlier_and_a_longer_one_never_less_late(
    handling: Handling, start: datetime, since: datetime, pause: timedelta
) -> None:
    deadline = deadlines.due(CALENDAR, handling, start)
    short = deadlines.due_after_pause(CALENDAR, handling, deadline, since, since + pause / 2)
    long = deadlines.due_after_pause(CALENDAR, handling, deadline, since, since + pause)
    assert deadline <= short <= long


@given(calm, moments, moments, pauses)
def test_a_pause_moves_a_deadline_by_the_working_days_that_passed(
    handling: Handling, start: datetime, since: datetime, pause: timedelta
) -> None:
    deadline = deadlines.due(CALENDAR, handling, start)
    moved = deadlines.due_after_pause(CALENDAR, handling, deadline, since, since + pause)
    counted = [CALENDAR.deadline(end, 0).astimezone(VIETNAM).date() for end in (since, since + pause)]
    assert CALENDAR.working_days_between(deadline.astimezone(VIETNAM).date(), moved.astimezone(VIETNAM).date()) == (
        CALENDAR.working_days_between(*counted)
    )


@given(st.dates(date(2023, 1, 1), date(2030, 1, 1)))
def test_an_extension_never_ends_before_its_day_does(day: date) -> None:
    end = deadlines.extended_to(CALENDAR, day).astimezone(VIETNAM)
    assert end.date() >= day
    assert end.time() == time(17)
    assert CALENDAR.is_working_day(end.date())
    assert (end.date() == day) == CALENDAR.is_working_day(day)


@given(handlings, moments)
def test_the_time_to_accept_lies_within_the_time_to_answer(handling: Handling, start: datetime) -> None:
    due = deadlines.due(CALENDAR, handling, start)
    by = deadlines.accept_by(CALENDAR, handling, start, due)
    assert start < by < due
    if not handling.hours:
        between = CALENDAR.working_time_between
        assert abs(between(start, by) * 2 - between(start, due)) <= timedelta(milliseconds=1)


@given(st.sampled_from(Level), moments)
def test_the_centre_has_its_hours_of_work_and_no_more(level: Level, start: datetime) -> None:
    due = deadlines.centre_due(CALENDAR, level, start)
    hours = 0 if level is Level.URGENT else deadlines.CENTRE_WORKING_HOURS
    assert CALENDAR.working_time_between(start, due) == timedelta(hours=hours)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_not_ours_can_be_said_until_eight_working_hours_have_passed(start: datetime, later: timedelta) -> None:
    passed = CALENDAR.working_time_between(start, start + later)
    may = deadlines.may_give_back(CALENDAR, start, start + later)
    assert may == (start + later <= CALENDAR.after_working_hours(start, 8))
    assert may or passed >= timedelta(hours=8)


@given(moments)
def test_waits_end_after_their_working_days_and_ratings_after_their_days(start: datetime) -> None:
    assert CALENDAR.days_left(start, deadlines.reply_by(CALENDAR, start)) == 5
    assert CALENDAR.days_left(start, deadlines.lapses_at(CALENDAR, start)) == 1
    assert deadlines.rate_by(start) - start == timedelta(days=7)


# The ladder


@given(handlings, moments)
def test_a_ladder_goes_up_in_time_begins_after_the_assignment_and_breaches_at_the_deadline(
    handling: Handling, start: datetime
) -> None:
    deadline = deadlines.due(CALENDAR, handling, start)
    made = deadlines.ladder(CALENDAR, handling, start, deadline)
    times = [escalation.when(rung) for rung in made]
    assert times == sorted(times)
    assert times[0] > start
    (breach,) = (escalation.when(rung) for rung in made if rung.action is Action.BREACH)
    assert timedelta(0) <= breach - deadline < timedelta(seconds=1)
    assert made[-1].action is Action.ESCALATE
    assert times[-1] > breach


@given(calm, moments)
def test_a_calm_ladder_has_each_level_once_in_their_order(handling: Handling, start: datetime) -> None:
    deadline = deadlines.due(CALENDAR, handling, start)
    made = deadlines.ladder(CALENDAR, handling, start, deadline)
    assert [rung.action for rung in made] == [Action.REMIND, Action.WARN, Action.BREACH, Action.ESCALATE]
    assert CALENDAR.days_left(deadline, escalation.when(made[-1])) == deadlines.ESCALATION_WORKING_DAYS


@given(urgent, moments)
def test_an_urgent_ladder_climbs_every_half_hour_until_the_deadline(handling: Handling, start: datetime) -> None:
    deadline = deadlines.due(CALENDAR, handling, start)
    made = deadlines.ladder(CALENDAR, handling, start, deadline)
    climbs = [rung.at for rung in made if rung.action is Action.CLIMB]
    assert len(climbs) == min(deadlines.MOST_CLIMBS, handling.hours * 2 - 1)
    assert [later - earlier for earlier, later in pairwise(climbs)] == [1800] * (len(climbs) - 1)
    assert {rung.action for rung in made} == {Action.CLIMB, Action.WARN, Action.BREACH, Action.ESCALATE}


@given(handlings, moments, moments)
def test_a_ladder_to_any_deadline_behind_the_assignment_stays_behind_it(
    handling: Handling, one: datetime, other: datetime
) -> None:
    start, deadline = sorted((one, other))
    made = deadlines.ladder(CALENDAR, handling, start, deadline)
    assert all(escalation.when(rung) >= start for rung in made)
    assert [rung.at for rung in made] == sorted(rung.at for rung in made)
