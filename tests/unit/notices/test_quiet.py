"""When a telephone may not ring."""

from datetime import UTC, datetime

import pytest

from chalicelib.contracts.contacts import QuietHours
from chalicelib.core.clock import VIETNAM
from chalicelib.notices.quiet import quiet_until, read_hours
from tests.unit.notices.fakes import NIGHT


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, 5, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(23, 21, 29), None),
        (at(23, 21, 30), at(24, 6, 30)),
        (at(23, 23, 59), at(24, 6, 30)),
        (at(24, 0, 0), at(24, 6, 30)),
        (at(24, 6, 29), at(24, 6, 30)),
        (at(24, 6, 30), None),
        (at(31, 22, 0), datetime(2023, 6, 1, 6, 30, tzinfo=VIETNAM)),
    ],
)
def test_the_night_begins_at_2130_and_ends_at_0630(now: datetime, end: datetime | None) -> None:
    assert quiet_until(NIGHT, now) == end


def test_quiet_hours_within_a_day() -> None:
    nap = QuietHours("12:00", "13:30")
    assert quiet_until(nap, at(23, 11, 59)) is None
    assert quiet_until(nap, at(23, 12, 0)) == at(23, 13, 30)
    assert quiet_until(nap, at(23, 13, 30)) is None


def test_hours_that_start_when_they_end_are_none() -> None:
    assert quiet_until(QuietHours("00:00", "00:00"), at(23, 0, 0)) is None
    assert quiet_until(QuietHours("22:00", "22:00"), at(23, 22, 0)) is None


def test_the_clock_is_that_of_vietnam_whatever_the_zone_of_the_time() -> None:
    assert quiet_until(NIGHT, datetime(2023, 5, 23, 15, 0, tzinfo=UTC)) == at(24, 6, 30)


def test_the_setting_is_read_or_refused() -> None:
    assert read_hours("21:30-06:30") == NIGHT
    for wrong in ("", "21:30", "21:30-25:00", "evening-morning"):
        with pytest.raises(ValueError, match=r"isoformat|hour must be"):
            read_hours(wrong)
