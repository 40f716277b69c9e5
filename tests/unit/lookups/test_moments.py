"""Days, moments and months as people write them, in Vietnam's time."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lookups.uploads.moments import day, day_of_serial, first_of, last_of, moment, moment_of_serial, month

days = st.dates(date(1900, 3, 1), date(2100, 12, 31))


def refused(read: Callable[..., object], given: object) -> bool:
    """Whether a reading raises ValueError."""
    try:
        read(given)
    except ValueError:
        return True
    return False


@given(days)
def test_a_day_comes_back_however_it_is_written(one: date) -> None:
    for text in (
        f"{one:%d/%m/%Y}",
        f"{one.day}/{one.month}/{one.year}",
        f"{one:%d-%m-%Y}",
        f"{one:%d.%m.%Y}",
        one.isoformat(),
    ):
        assert day(text) == one


@pytest.mark.parametrize(
    "text", ["31/02/2026", "05/23/2026", "1/1/26", "2026-1-1", "23 May 2026", "", "1/1/1899", "1/1/2101", "45000"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    assert refused(day, text)


@given(days)
def test_a_serial_of_excel_is_a_day(one: date) -> None:
    serial = (one - date(1899, 12, 30)).days
    assert day_of_serial(serial) == day_of_serial(float(serial)) == one


@pytest.mark.parametrize("serial", [45_000.5, -1, 0, 1e9, float("nan")])
def test_a_serial_that_is_no_day_is_refused(serial: float) -> None:
    assert refused(day_of_serial, serial)


@pytest.mark.parametrize(
    "text",
    [
        "15/10/2026 07:30", "07:30 15/10/2026", "7h30 ngày 15/10/2026", "15-10-2026 7:30", "2026-10-15 07:30",
        "2026-10-15 07:30:00",
        "2026-10-15T07:30:00+07:00", "2026-10-15T00:30:00Z", "2026-10-15T07:30", "15/10/2026, 07h30",
    ],
)  # fmt: skip
def test_a_moment_is_one_of_vietnam(text: str) -> None:
    assert moment(text) == datetime(2026, 10, 15, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["25:00 15/10/2026", "07:30", "15/10/2026 7", "mai", "2026-10-15T07:30:00+99:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    assert refused(moment, text)


def test_a_day_alone_begins_at_its_first_moment_and_ends_at_its_last() -> None:
    assert moment("15/10/2026") == first_of(date(2026, 10, 15)) == datetime(2026, 10, 14, 17, tzinfo=UTC)
    assert moment("15/10/2026", last=True) == last_of(date(2026, 10, 15))
    assert last_of(date(2026, 10, 15)) == datetime(2026, 10, 15, 16, 59, 59, 999_000, tzinfo=UTC)


def test_a_serial_with_a_fraction_is_a_moment() -> None:
    assert moment_of_serial(45_000.5).isoformat() == "2023-03-15T12:00:00+07:00"


@pytest.mark.parametrize(
    "text", ["10/2026", "2026-10", "T10/2026", "tháng 10/2026", "Kỳ 10-2026", "10.2026", "2026/10"]
)
def test_a_month_is_read(text: str) -> None:
    assert month(text) == "2026-10"


@pytest.mark.parametrize("text", ["13/2026", "2026", "10/26", "2026-10-01", "Thi vào lớp 10"])
def test_what_is_no_month_is_refused(text: str) -> None:
    assert refused(month, text)
