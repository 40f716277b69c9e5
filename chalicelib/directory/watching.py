"""Who watches over whom: rows by agency, or by kind and level, and by group of categories; else the parent (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from chalicelib.directory.catalogue import Agencies, Areas
from chalicelib.directory.model import Agency, AreaLevel, Roster, RoutingStep, Watch

# What a row is about: agency, kind, level, group; the empty text stands for any.
About = tuple[str, str, str, str]


class Watching(msgspec.Struct, frozen=True):
    """Who watches over whom on one day."""

    agencies: Agencies
    areas: Areas
    rows: Mapping[About, Watch]

    def watcher(self, agency: str, group: str) -> Agency | None:
        """Who watches over the agency in matters of the group; None at the province's end and for a code never known.

        Never the agency itself, and only one that works today: a row that finds none gives way to the next wider, at last to
        the nearest agency above that works, past those that have ended and whatever circle a broken tree may hold.
        """
        watched = self.agencies.known.get(agency)
        if watched is None:
            return None
        found = (*self._by_rows(watched, group), *self._above(watched))
        return next((one for one in found if one.code != agency), None)

    def _by_rows(self, watched: Agency, group: str) -> Iterator[Agency]:
        for about in _abouts(watched, self._level(watched), group):
            row = self.rows.get(about)
            if row is not None:
                found = self.agencies.today.get(row.watcher) if row.step is None else self._step(watched, row.step)
                if found is not None:
                    yield found

    def _step(self, watched: Agency, step: RoutingStep) -> Agency | None:
        area = self.areas.known.get(watched.areas[0]) if watched.areas else None
        seen: set[str] = set()
        while area is not None and area.level != step.level and area.code not in seen:
            seen.add(area.code)
            area = self.areas.known.get(area.parent or "")
        return self.agencies.competent(step.kind, area.code) if area is not None else None

    def _above(self, watched: Agency) -> Iterator[Agency]:
        seen, above = {watched.code}, self.agencies.known.get(watched.parent or "")
        while above is not None and above.code not in seen:
            if above.code in self.agencies.today:
                yield above
            seen.add(above.code)
            above = self.agencies.known.get(above.parent or "")

    def _level(self, agency: Agency) -> AreaLevel | None:
        area = self.areas.known.get(agency.areas[0]) if agency.areas else None
        return area.level if area else None


def watches_on(rows: Iterable[Watch], day: date) -> Mapping[About, Watch]:
    """The rows that hold on `day`, by what they are about."""
    return {
        (row.agency, row.kind or "", row.level or "", row.group): row
        for row in sorted(rows, key=lambda row: row.code)
        if row.valid_on(day)
    }


def rosters_on(rows: Iterable[Roster], day: date) -> Mapping[str, Roster]:
    """The rosters that hold on `day`, by name."""
    return {row.code: row for row in rows if row.valid_on(day)}


def circle(rows: Iterable[Agency]) -> tuple[str, ...]:
    """The codes of agencies that stand above each other in a circle on some day, the first repeated; empty for a tree."""
    rows = tuple(rows)
    for day in sorted({row.valid_from for row in rows}):
        above = {row.code: row.parent for row in rows if row.parent and row.valid_on(day)}
        sound: set[str] = set()
        for code in above:
            way = [code]
            while (parent := above.get(way[-1])) is not None and parent not in sound:
                if parent in way:
                    return (*way[way.index(parent) :], parent)
                way.append(parent)
            sound.update(way)
    return ()


def _abouts(agency: Agency, level: AreaLevel | None, group: str) -> Iterator[About]:
    """What rows about an agency can be about, the narrowest first."""
    for who in ((agency.code, "", ""), ("", agency.kind, level or "")):
        if group:
            yield (*who, group)
        yield (*who, "")
