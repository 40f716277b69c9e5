"""Working days: the official table by hand, the arithmetic against a walk from day to day."""

import timeit
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import Calendar, DayKind, official
from chalicelib.core.clock import VIETNAM

moments = st.datetimes(datetime(2021, 1, 1), datetime(2033, 1, 1), timezones=st.just(VIETNAM))  # noqa: DTZ001
days = st.dates(date(2021, 1, 1), date(2033, 1, 1))
counts = st.integers(0, 60)
overrides = st.dictionaries(days, st.sampled_from(DayKind), max_size=8)


def at(text: str) -> datetime:
    """`24/01/2025 17:00` in Vietnam."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def walked(calendar: Calendar, start: datetime, count: int) -> datetime:
    """The rule of a deadline, a day at a time."""
    day = start.date()
    while not calendar.is_working_day(day) or (day == start.date() and start.time() > time(17)):
        day += timedelta(days=1)
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working_day(day)
    return datetime.combine(day, time(17), VIETNAM)


# Start, working days, deadline (always 17:00); each line counted by hand from the official announcements.
@pytest.mark.parametrize(
    ("start", "count", "deadline"),
    [
        ("23/05/2023 14:05", 5, "30/05/2023"),
        # Tết Quý Mão, off from Friday 20 to Thursday 26 January 2023
        ("19/01/2023 10:00", 1, "27/01/2023"),
        ("19/01/2023 10:00", 3, "31/01/2023"),
        ("19/01/2023 17:30", 1, "30/01/2023"),
        ("22/01/2023 09:00", 1, "30/01/2023"),
        # 1 to 3 May 2023, 1 and 4 September 2023
        ("28/04/2023 09:00", 1, "04/05/2023"),
        ("31/08/2023 09:00", 1, "05/09/2023"),
        # Tết Giáp Thìn, off from Thursday 8 to Wednesday 14 February 2024
        ("07/02/2024 16:00", 2, "16/02/2024"),
        ("09/02/2024 08:00", 1, "16/02/2024"),
        ("17/04/2024 08:00", 1, "19/04/2024"),
        # Monday 29 April 2024 off, Saturday 4 May made up
        ("26/04/2024 09:00", 1, "02/05/2024"),
        ("26/04/2024 09:00", 2, "03/05/2024"),
        ("26/04/2024 09:00", 3, "04/05/2024"),
        ("26/04/2024 09:00", 4, "06/05/2024"),
        ("04/05/2024 10:00", 1, "06/05/2024"),
        ("04/05/2024 17:01", 1, "07/05/2024"),
        # Tết Ất Tỵ, off from Monday 27 to Friday 31 January 2025
        ("24/01/2025 17:00", 1, "03/02/2025"),
        ("24/01/2025 17:01", 1, "04/02/2025"),
        ("24/01/2025 23:59", 0, "03/02/2025"),
        # Saturday 26 April 2025 made up, Friday 2 May off
        ("25/04/2025 09:00", 1, "26/04/2025"),
        ("25/04/2025 09:00", 3, "29/04/2025"),
        ("25/04/2025 09:00", 4, "05/05/2025"),
        ("29/08/2025 09:00", 1, "03/09/2025"),
        # Friday 2 January 2026 off, Saturday 10 January made up
        ("31/12/2025 16:59", 1, "05/01/2026"),
        ("09/01/2026 09:00", 1, "10/01/2026"),
        ("11/01/2026 10:00", 1, "13/01/2026"),
        # Tết Bính Ngọ, off from Monday 16 to Friday 20 February 2026
        ("13/02/2026 09:00", 1, "23/02/2026"),
        ("13/02/2026 18:00", 5, "02/03/2026"),
        ("24/04/2026 09:00", 1, "28/04/2026"),
        ("29/04/2026 09:00", 1, "04/05/2026"),
        # Saturday 22 August 2026 made up, Monday 31 August off
        ("21/08/2026 09:00", 1, "22/08/2026"),
        ("28/08/2026 09:00", 1, "03/09/2026"),
        ("23/11/2026 09:00", 1, "25/11/2026"),
    ],
)
def test_deadlines_around_days_off_and_make_up_saturdays(start: str, count: int, deadline: str) -> None:
    assert official().deadline(at(start), count) == at(f"{deadline} 17:00")


@pytest.mark.parametrize("day", ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"])
def test_offices_work_on_make_up_saturdays(day: str) -> None:
    assert date.fromisoformat(day).weekday() == 5
    assert official().is_working_day(date.fromisoformat(day))


@given(moments, counts)
def test_a_deadline_is_what_walking_from_day_to_day_finds(start: datetime, count: int) -> None:
    assert official().deadline(start, count) == walked(official(), start, count)


@given(moments, counts, overrides)
def test_a_deadline_obeys_overrides(start: datetime, count: int, changes: dict[date, DayKind]) -> None:
    calendar = official().with_overrides(changes)
    assert all(calendar.is_working_day(day) == (kind == DayKind.WORK) for day, kind in changes.items())
    assert calendar.deadline(start, count) == walked(calendar, start, count)


@given(days, overrides)
def test_an_override_changes_no_other_day(day: date, changes: dict[date, DayKind]) -> None:
    if day not in changes:
        assert official().with_overrides(changes).is_working_day(day) == official().is_working_day(day)


@given(moments, counts)
def test_a_deadline_is_in_utc_at_the_end_of_a_working_day(start: datetime, count: int) -> None:
    deadline = official().deadline(start, count)
    assert deadline.tzinfo is UTC
    assert deadline.astimezone(VIETNAM).time() == time(17)
    assert official().is_working_day(deadline.astimezone(VIETNAM).date())


@given(moments, moments, counts)
def test_what_starts_later_is_never_due_earlier(one: datetime, other: datetime, count: int) -> None:
    early, late = sorted((one, other))
    assert official().deadline(early, count) <= official().deadline(late, count)
    assert official().deadline(early, count) < official().deadline(early, count + 1)


@given(moments, counts)
def test_a_new_deadline_has_all_its_days_left(start: datetime, count: int) -> None:
    assert official().days_left(start, official().deadline(start, count)) == count


def test_days_left_fall_to_nothing_on_the_last_day_and_below_after_it() -> None:
    deadline = at("30/05/2023 17:00")
    left = official().days_left
    assert left(at("29/05/2023 17:00"), deadline) == 1
    assert left(at("30/05/2023 17:00"), deadline) == 0
    assert left(at("30/05/2023 17:01"), deadline) == -1


def test_a_deadline_is_the_same_from_whatever_zone_its_start_is_told() -> None:
    start = at("26/04/2024 17:00")
    assert official().deadline(start.astimezone(UTC), 3) == official().deadline(start, 3)


@given(days, days)
def test_working_days_between_are_counted_after_the_first_up_to_the_last(one: date, other: date) -> None:
    start, end = sorted((one, other))
    end = min(end, start + timedelta(days=400))
    walked_days = sum(official().is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    assert official().working_days_between(start, end) == walked_days
    assert official().working_days_between(end, start) == -walked_days


@pytest.mark.parametrize("day", ["2022-04-30", "2031-01-01", "2040-02-12"])
def test_outside_the_table_only_saturdays_and_sundays_are_off(day: str) -> None:
    found = date.fromisoformat(day)
    assert official().is_working_day(found) == (found.weekday() < 5)


def test_a_clock_that_stood_for_a_week_moves_the_deadline_by_five_working_days() -> None:
    moved = official().after_pause(at("30/05/2023 17:00"), at("24/05/2023 09:00"), at("31/05/2023 09:00"))
    assert moved == at("06/06/2023 17:00")


@given(moments, counts, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_pause_never_moves_a_deadline_earlier(start: datetime, count: int, since: datetime, pause: timedelta) -> None:
    deadline = official().deadline(start, count)
    moved = official().after_pause(deadline, since, since + pause)
    assert moved >= deadline
    assert moved.tzinfo is UTC


# Start, hours, end; the day is 07:30 to 11:30 and 13:00 to 17:00.
@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("23/05/2023 07:30", 8, "23/05/2023 17:00"),
        ("23/05/2023 09:30", 8, "24/05/2023 09:30"),
        ("23/05/2023 12:10", 4, "23/05/2023 17:00"),
        ("23/05/2023 12:10", 8, "24/05/2023 11:30"),
        ("23/05/2023 06:00", 4, "23/05/2023 11:30"),
        ("23/05/2023 16:30", 8, "24/05/2023 16:30"),
        ("26/05/2023 22:00", 8, "29/05/2023 17:00"),
        ("27/05/2023 10:00", 8, "29/05/2023 17:00"),
        ("19/01/2023 15:00", 8, "27/01/2023 15:00"),
        ("03/05/2024 15:00", 8, "04/05/2024 15:00"),
    ],
)
def test_working_hours_pass_only_while_offices_work(start: str, hours: int, end: str) -> None:
    assert official().after_working_hours(at(start), hours) == at(end)


@given(moments, st.integers(1, 400).map(lambda quarters: quarters / 4))
def test_so_many_working_hours_pass_until_so_many_working_hours_have_passed(start: datetime, hours: float) -> None:
    end = official().after_working_hours(start, hours)
    assert official().working_time_between(start, end) == timedelta(hours=hours)
    assert official().working_time_between(end, start) == -timedelta(hours=hours)


@given(moments, moments, moments)
def test_working_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    between = official().working_time_between
    assert between(one, two) + between(two, three) == between(one, three)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2023, 5, 23, 9)  # noqa: DTZ001 - the very thing refused
    with pytest.raises(ValueError, match="zone"):
        official().deadline(naive, 1)
    with pytest.raises(ValueError, match="zone"):
        official().after_working_hours(naive, 1)


def test_nothing_is_due_backwards() -> None:
    start = at("23/05/2023 09:00")
    with pytest.raises(ValueError, match="ahead"):
        official().deadline(start, -1)
    with pytest.raises(ValueError, match="ahead"):
        official().after_working_hours(start, 0)
    with pytest.raises(ValueError, match="after"):
        official().after_pause(start, start, start - timedelta(hours=1))


def test_a_deadline_costs_at_most_five_microseconds() -> None:
    calendar, start = official(), at("13/02/2026 09:00")
    best = min(timeit.repeat(lambda: calendar.deadline(start, 10), number=2000, repeat=15)) / 2000
    assert best <= 5e-6
