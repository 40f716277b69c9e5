"""What became of areas and agencies when the map changed, and what they had been: from data, day by day (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from chalicelib.directory.catalogue import Agencies
from chalicelib.directory.locate import nearest
from chalicelib.directory.model import Area, Subject, Successor

# Latitude and longitude (WGS 84 degrees) of what is to be placed where a unit was divided.
At = tuple[float, float] | None
_DAY = timedelta(days=1)
Row = TypeVar("Row")


class Units(msgspec.Struct, frozen=True):
    """The administrative units of all days, so that what happened in one can be counted in those of another day."""

    rows: Mapping[str, tuple[Area, ...]]
    after: Mapping[str, tuple[Successor, ...]]
    before: Mapping[str, tuple[Successor, ...]]

    def on(self, area: str, since: date, day: date, at: At = None) -> str:
        """The unit that on `day` covers what was recorded as `area` on the day `since`: a later one or an earlier one.

        A code can be another unit on another day. Where a unit was divided (read backwards: united from several) the place `at`
        decides; without one it is the nearest unit above that holds (backwards: the united unit itself, which counts apart). So
        everything is in one unit, and sums by old and by new units are the same.
        """
        since = self._held(area, since)
        return self._later(area, since, day, at) if since <= day else self._earlier(area, since, day, at)

    def _later(self, area: str, since: date, day: date, at: At) -> str:
        step = next((row for row in self.after.get(area, ()) if since < row.valid_from <= day), None)
        if step is None:
            return area
        went_to = self._choose(step.to, step.valid_from, at)
        if went_to is None:
            return self._above(area, since, day)
        return self._later(went_to, step.valid_from, day, at)

    def _earlier(self, area: str, since: date, day: date, at: At) -> str:
        row = self._row(area, since)
        steps = [one for one in self.before.get(area, ()) if day < one.valid_from <= since]
        if row is None or row.valid_from <= day or not steps:
            return area
        newest = steps[-1].valid_from
        eve = newest - _DAY
        parts = [one.of for one in steps if one.valid_from == newest and self._level(one.of, eve) == row.level]
        came_from = self._choose(parts, eve, at)
        return self._earlier(came_from, eve, day, at) if came_from else area

    def _choose(self, codes: Sequence[str], day: date, at: At) -> str | None:
        if len(codes) == 1:
            return codes[0]
        found = [row for code in codes for row in [self._row(code, day)] if row is not None]
        return nearest(found, *at).code if at and found else None

    def _above(self, area: str, since: date, day: date) -> str:
        row, seen = self._row(area, since), {area}
        while row is not None and row.parent and row.parent not in seen:
            seen.add(row.parent)
            if self._row(row.parent, day):
                return row.parent
            row = self._row(row.parent, since)
        return area

    def _held(self, area: str, since: date) -> date:
        """The day nearest to `since` on which the area held; hosts and operators can be late."""
        rows = self.rows.get(area, ())
        if not rows or any(row.valid_on(since) for row in rows):
            return since
        ended = [row.valid_to - _DAY for row in rows if row.valid_to and row.valid_to <= since]
        return max(ended, default=rows[0].valid_from)

    def _row(self, area: str, day: date) -> Area | None:
        return next((row for row in self.rows.get(area, ()) if row.valid_on(day)), None)

    def _level(self, area: str, day: date) -> str:
        row = self._row(area, day)
        return row.level.value if row else ""


class Succession(msgspec.Struct, frozen=True):
    """What became of units and agencies by one day."""

    units: Units
    agencies: Mapping[str, tuple[Successor, ...]]
    day: date

    def heirs(self, working: Agencies, agency: str, group: str) -> tuple[str, ...]:
        """The agencies that work today and succeed one that does not, in matters of the group; none for one that works.

        Whoever succeeded and has ended since is followed further.
        """
        if agency in working.today:
            return ()
        found, way, seen = dict[str, None](), [agency], {agency}
        for code in way:
            for heir in self._next(code, group):
                if heir in working.today:
                    found[heir] = None
                elif heir not in seen:
                    seen.add(heir)
                    way.append(heir)
        return tuple(found)

    def united(self, area: str) -> frozenset[str]:
        """The codes of the areas that went into this one by today, and of what went into those."""
        found = [area]
        for code in found:
            rows = (row for row in self.units.before.get(code, ()) if row.valid_from <= self.day and len(row.to) == 1)
            found += (row.of for row in rows if row.of not in found)
        return frozenset(found)

    def _next(self, agency: str, group: str) -> Iterator[str]:
        begun = [row for row in self.agencies.get(agency, ()) if row.valid_from <= self.day]
        newest = [row for row in begun if row.valid_from == begun[-1].valid_from]
        named = [row for row in newest if group and row.group == group] or [row for row in newest if not row.group]
        return (heir for row in named for heir in row.to)


def units(areas: Iterable[Area], successors: Iterable[Successor]) -> Units:
    """The units of all days."""
    rows: dict[str, list[Area]] = defaultdict(list)
    after: dict[str, list[Successor]] = defaultdict(list)
    before: dict[str, list[Successor]] = defaultdict(list)
    for area in sorted(areas, key=lambda area: area.valid_from):
        rows[area.code].append(area)
    for row in _of(Subject.AREA, successors):
        after[row.of].append(row)
        for code in row.to:
            before[code].append(row)
    return Units(_frozen(rows), _frozen(after), _frozen(before))


def succession_on(areas: Iterable[Area], successors: Iterable[Successor], day: date) -> Succession:
    """What became of units and agencies by `day`."""
    successors = tuple(successors)
    agencies: dict[str, list[Successor]] = defaultdict(list)
    for row in _of(Subject.AGENCY, successors):
        agencies[row.of].append(row)
    return Succession(units(areas, successors), _frozen(agencies), day)


def circle(rows: Iterable[Successor]) -> tuple[str, ...]:
    """The codes of units that succeed each other in a circle on one day, the first repeated; empty where there is none.

    An area may go into one of its own code, which is then another unit.
    """
    goes_to: dict[tuple[Subject, date, str], set[str]] = defaultdict(set)
    for row in rows:
        itself = {row.of} if row.subject is Subject.AREA else set()
        goes_to[row.subject, row.valid_from, row.of] |= set(row.to) - itself
    for subject, day, code in sorted(goes_to):
        found = _way_back(goes_to, (subject, day), code)
        if found:
            return found
    return ()


def _way_back(
    goes_to: Mapping[tuple[Subject, date, str], set[str]], when: tuple[Subject, date], code: str
) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [(code,)]
    seen: set[str] = set()
    for way in ways:
        for heir in sorted(goes_to.get((*when, way[-1]), ())):
            if heir == code:
                return (*way, heir)
            if heir not in seen:
                seen.add(heir)
                ways.append((*way, heir))
    return ()


def _of(subject: Subject, rows: Iterable[Successor]) -> list[Successor]:
    return sorted((row for row in rows if row.subject is subject), key=lambda row: (row.valid_from, row.of))


def _frozen(found: Mapping[str, list[Row]]) -> dict[str, tuple[Row, ...]]:
    return {code: tuple(rows) for code, rows in found.items()}
