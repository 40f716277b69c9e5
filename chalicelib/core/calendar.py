"""Working days of the Vietnamese public sector: deadlines, remaining days, working hours.

Days are counted, not walked: every date has the number of working days up to and including it, and every number has its
date. Within the generated table (core/working_days.py, 2023 to 2030) the official days off and make-up Saturdays count;
before and after it, unless somebody overrides a day there, the plain rule does: Monday to Friday are working days.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from chalicelib.core import working_days
from chalicelib.core.clock import VIETNAM

# A deadline is 17:00, the end of the working day. The day has eight hours (Quyết định 188/1999/QĐ-TTg: 40 hours in five
# days). Each province sets the halves; 07:30 to 11:30 and 13:00 to 17:00 is the usual pair that ends with the deadline.
DAY_ENDS = time(17, 0)
HALVES = ((time(7, 30), time(11, 30)), (time(13, 0), DAY_ENDS))

_MICROSECOND = timedelta(microseconds=1)
_WORKING_DAY = 8 * 3_600_000_000


class DayKind(StrEnum):
    """What an override makes of a day."""

    OFF = "off"
    WORK = "work"


class Calendar(NamedTuple):
    """The working days, by number; made by `official` and `with_overrides`.

    `first` and `last` bound the table (ordinals of dates), `days` are the ordinals of its working days in order,
    `before` is how many weekdays lie before it.
    """

    first: int
    last: int
    days: tuple[int, ...]
    before: int

    def is_working_day(self, day: date) -> bool:
        """Whether public offices work on that day."""
        ordinal = day.toordinal()
        return self._day(self._number(ordinal)) == ordinal

    def deadline(self, start: datetime, days: int) -> datetime:
        """17:00 Vietnam time of the n-th working day after `start`, in UTC; 0 days is the end of the day that counts.

        What starts after 17:00 or on a day off counts from the next working day. Raises ValueError for a time without a
        zone or a negative number of days.
        """
        if days < 0:
            raise ValueError("a deadline lies ahead")
        return _at(self._day(self._counted(start) + days), DAY_ENDS)

    def days_left(self, now: datetime, deadline: datetime) -> int:
        """Working days from `now` until `deadline`; 0 on its last day, negative by the working days it is overdue."""
        return self._number(_local(deadline).toordinal()) - self._counted(now)

    def after_pause(self, deadline: datetime, since: datetime, until: datetime) -> datetime:
        """The deadline moved later by the working days for which its clock stood, in UTC, at the same time of day.

        Both ends are counted as a deadline counts its start; a pause within one working day moves nothing.
        """
        if until < since:
            raise ValueError("a pause ends after it begins")
        local = _local(deadline)
        paused = self._counted(until) - self._counted(since)
        if paused == 0:
            return deadline.astimezone(UTC)
        return _at(self._day(self._number(local.toordinal()) + paused), local.time())

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` is earlier."""
        return self._number(end.toordinal()) - self._number(start.toordinal())

    def after_working_hours(self, start: datetime, hours: float) -> datetime:
        """The moment, in UTC, at which `hours` of working time have passed since `start`.

        Raises ValueError unless `hours` is positive. A full day ends at 17:00, not at 07:30 of the next.
        """
        if hours <= 0:
            raise ValueError("working hours lie ahead")
        days, rest = divmod(self._worked(start) + round(hours * 3_600_000_000), _WORKING_DAY)
        if rest == 0:
            days, rest = days - 1, _WORKING_DAY
        return _at(self._day(days + 1), _time_after(rest))

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; negative if `end` is earlier."""
        return (self._worked(end) - self._worked(start)) * _MICROSECOND

    def with_overrides(self, overrides: Mapping[date, DayKind]) -> "Calendar":
        """The same calendar with some days made off or working; the table grows to hold them."""
        if not overrides:
            return self
        first = min(self.first, min(overrides).toordinal())
        last = max(self.last, max(overrides).toordinal())
        working = {*self.days, *_weekdays(first, self.first - 1), *_weekdays(self.last + 1, last)}
        for day, kind in overrides.items():
            (working.add if kind == DayKind.WORK else working.discard)(day.toordinal())
        return _calendar(first, last, working)

    def _number(self, ordinal: int) -> int:
        """How many working days there are up to and including a date."""
        if ordinal < self.first:
            return _weekday_number(ordinal)
        if ordinal <= self.last:
            return self.before + bisect_right(self.days, ordinal)
        return self.before + len(self.days) + _weekday_number(ordinal) - _weekday_number(self.last)

    def _day(self, number: int) -> int:
        """The date of the working day with that number: the inverse of `_number`."""
        place = number - self.before
        if place <= 0:
            return _weekday(number)
        if place <= len(self.days):
            return self.days[place - 1]
        return _weekday(_weekday_number(self.last) + place - len(self.days))

    def _counted(self, start: datetime) -> int:
        """The number of the working day on which something that happens at `start` counts."""
        local = _local(start)
        ordinal = local.toordinal()
        number = self._number(ordinal)
        return number if self._day(number) == ordinal and local.time() <= DAY_ENDS else number + 1

    def _worked(self, moment: datetime) -> int:
        """Working time, in microseconds, up to a moment, since the beginning of the count."""
        local = _local(moment)
        ordinal = local.toordinal()
        number = self._number(ordinal)
        if self._day(number) != ordinal:
            return number * _WORKING_DAY
        passed = _microseconds(local.time())
        today = sum(min(max(passed - _microseconds(begin), 0), _length(begin, end)) for begin, end in HALVES)
        return (number - 1) * _WORKING_DAY + today


@cache
def official() -> Calendar:
    """The calendar of the generated table, without overrides."""
    first, last = date(working_days.FIRST_YEAR, 1, 1).toordinal(), date(working_days.LAST_YEAR, 12, 31).toordinal()
    working = {*_weekdays(first, last)} - {*_ordinals(working_days.DAYS_OFF)} | {*_ordinals(working_days.MAKE_UP_DAYS)}
    return _calendar(first, last, working)


def _calendar(first: int, last: int, working: Iterable[int]) -> Calendar:
    return Calendar(first, last, tuple(sorted(working)), _weekday_number(first - 1))


def _ordinals(days: Iterable[str]) -> Iterable[int]:
    return (date.fromisoformat(day).toordinal() for day in days)


def _weekdays(first: int, last: int) -> Iterable[int]:
    # Ordinal 1 is a Monday, so Saturdays and Sundays leave 6 and 0.
    return (ordinal for ordinal in range(first, last + 1) if ordinal % 7 not in (6, 0))


def _weekday_number(ordinal: int) -> int:
    weeks, day = divmod(ordinal - 1, 7)
    return 5 * weeks + min(day + 1, 5)


def _weekday(number: int) -> int:
    weeks, day = divmod(number - 1, 5)
    return 7 * weeks + day + 1


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(VIETNAM)


def _at(ordinal: int, clock: time) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), clock, VIETNAM).astimezone(UTC)


def _microseconds(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def _length(begin: time, end: time) -> int:
    return _microseconds(end) - _microseconds(begin)


def _time_after(worked: int) -> time:
    """The time of day at which that many microseconds of the working day have passed; 17:00 at most."""
    for begin, end in HALVES:
        if worked <= _length(begin, end):
            return (datetime.combine(date.min, begin) + worked * _MICROSECOND).time()
        worked -= _length(begin, end)
    raise ValueError("more than a working day")
