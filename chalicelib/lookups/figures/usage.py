"""How often utilities are used: one count a lookup, by Vietnam's days and by areas; of persons nothing.

A count stands in the partition of its utility and month. A month that is over does not change, so a process keeps what it
has read of it.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.lookups.ports import Areas

NOWHERE = "-"
"""Stands for lookups that were asked of no area, or of none that the directory knows."""

# What has been read of a month that still runs is good for so long.
FRESH = timedelta(seconds=60)
# Months of utilities that a process keeps: a year of sixteen and more.
MOST_KEPT = 300


class Count(NamedTuple):
    """How often a utility was used on one day in one area."""

    day: date
    area: str
    times: int


class Counts(Protocol):
    """Where counts are kept."""

    def add(self, utility: str, day: date, area: str) -> bool:
        """Count one more; False where that failed."""

    def month(self, utility: str, month: date) -> Sequence[Count]:
        """All counts of a utility in the month that begins on that day."""


class UsageCounter:
    """Counts lookups (ports.Usage)."""

    def __init__(self, counts: Counts, areas: Areas, clock: Clock) -> None:
        self._counts, self._areas, self._clock = counts, areas, clock

    def used(self, utility: str, area: str | None = None) -> None:
        """Count one lookup that succeeded, in the area that was asked for, if any; never raises for a count that fails."""
        # Only areas that the directory knows, so that nobody fills the table with names of his own.
        known = area if area and self._areas.path(area) else NOWHERE
        self._counts.add(utility, self._clock().astimezone(VIETNAM).date(), known)


class Uses(NamedTuple):
    """How often a utility was used, by the area that was asked for; counted at `at`."""

    by_area: Mapping[str, int]
    at: datetime

    @property
    def all(self) -> int:
        """In all areas and in none."""
        return sum(self.by_area.values())


class _Month(NamedTuple):
    counts: Sequence[Count]
    at: datetime
    until: datetime | None


class UsageFigures:
    """What was counted."""

    def __init__(self, counts: Counts, clock: Clock) -> None:
        self._counts, self._clock = counts, clock
        self._kept: OrderedDict[tuple[str, date], _Month] = OrderedDict()

    def uses(self, utility: str, first: date, last: date) -> Uses:
        """From one of Vietnam's days to another, both included."""
        by_area: Counter[str] = Counter()
        at = self._clock()
        for month in _months(first, last):
            found = self._month(utility, month)
            at = min(at, found.at) if found.until else at
            for count in found.counts:
                if first <= count.day <= last:
                    by_area[count.area] += count.times
        return Uses(by_area, at)

    def _month(self, utility: str, month: date) -> _Month:
        key, now = (utility, month), self._clock()
        kept = self._kept.get(key)
        if kept is None or (kept.until and now >= kept.until):
            # A lookup that began before midnight may be counted after it.
            over = now.astimezone(VIETNAM).date() > _next(month)
            kept = _Month(self._counts.month(utility, month), now, None if over else now + FRESH)
            self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of the months that the days lie in."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
