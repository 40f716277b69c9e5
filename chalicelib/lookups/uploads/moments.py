"""Days, moments and months as people in Vietnam write them: the day before the month, years of four digits (pure)."""

import re
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.core.clock import VIETNAM

# Excel counts days from here; it takes 1900 for a leap year, which no day since March 1900 notices.
_EXCEL_BEGINS = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2})[:h]([0-9]{2})?(?::([0-9]{2}))?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,]+(?:ngày\s+)?", re.IGNORECASE)
_MONTH = re.compile(r"(?:tháng\s*|kỳ\s*|T)?([0-9]{1,2})[/.-]([0-9]{4})", re.IGNORECASE)
_ISO_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})")


def day(text: str) -> date:
    """The day of `23/05/2023`, `23-5-2023`, `23.05.2023` or `2023-05-23`; raises ValueError."""
    if found := _DAY.fullmatch(text):
        return _checked(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    raise ValueError(text)


def day_of_serial(serial: float) -> date:
    """The day that Excel counts so; raises ValueError for fractions and years that no file means."""
    if serial != int(serial):
        raise ValueError(serial)
    return moment_of_serial(serial).date()


def moment_of_serial(serial: float) -> datetime:
    """The moment that Excel counts so, in Vietnam time and whole seconds; raises ValueError as above."""
    if not 0 < serial < 100_000:
        raise ValueError(serial)
    midnight = datetime.combine(_EXCEL_BEGINS, time.min, VIETNAM)
    found = midnight + timedelta(seconds=round(serial * 86_400))
    of_our_age(found)
    return found


def moment(text: str, last: bool = False) -> datetime:
    """The moment, in UTC, of a day and a time in Vietnam in either order, or of RFC 3339.

    A day alone is its first moment, with `last` its last millisecond. Raises ValueError.
    """
    try:
        found = day(text)
    except ValueError:
        return _timed(text)
    return last_of(found) if last else first_of(found)


def first_of(found: date) -> datetime:
    """The first moment of a day in Vietnam, in UTC."""
    return datetime.combine(found, time.min, VIETNAM).astimezone(UTC)


def last_of(found: date) -> datetime:
    """The last millisecond of a day in Vietnam, in UTC."""
    return first_of(found) + timedelta(days=1, milliseconds=-1)


def month(text: str) -> str:
    """The month of `10/2026`, `T10/2026`, `tháng 10/2026` or `2026-10` as `YYYY-MM`; raises ValueError."""
    if found := _MONTH.fullmatch(text):
        return f"{_checked(int(found[2]), int(found[1]), 1):%Y-%m}"
    if found := _ISO_MONTH.fullmatch(text):
        return f"{_checked(int(found[1]), int(found[2]), 1):%Y-%m}"
    raise ValueError(text)


def _timed(text: str) -> datetime:
    parts = _BETWEEN.split(text, maxsplit=1)
    if len(parts) == 2:
        for clock, calendar in (parts, parts[::-1]):
            found = _TIME.fullmatch(clock.strip())
            if found:
                return datetime.combine(day(calendar.strip()), _time(found), VIETNAM).astimezone(UTC)
    return _rfc3339(text)


def _time(found: re.Match[str]) -> time:
    return time(int(found[1]), int(found[2] or 0), int(found[3] or 0))


def _rfc3339(text: str) -> datetime:
    if "T" not in text.upper():
        raise ValueError(text)
    found = datetime.fromisoformat(text)
    of_our_age(found)
    return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).astimezone(UTC)


def of_our_age(found: date) -> date:
    """The day, where a file can mean its year; raises ValueError."""
    return _checked(found.year, found.month, found.day)


def _checked(year: int, month_number: int, day_number: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    return date(year, month_number, day_number)
