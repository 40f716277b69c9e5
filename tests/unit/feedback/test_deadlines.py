"""The clocks of a case."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback import deadlines
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
