"""What the other slices and the routes ask of the directory; read from the table once in a while, kept in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from chalicelib.core.calendar import Calendar, DayKind, official
from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.errors import invalid
from chalicelib.core.paging import PAGE_SIZE, Page
from chalicelib.directory import catalogue
from chalicelib.directory.catalogue import Agencies, Areas, Categories
from chalicelib.directory.locate import Place, locate
from chalicelib.directory.model import (
    Agency,
    AgencyKind,
    Area,
    AreaLevel,
    Category,
    DayChange,
    Officer,
    Officers,
    Post,
    Roster,
    Successor,
    Watch,
)

if TYPE_CHECKING:
    from chalicelib.directory.succession import At, Succession
    from chalicelib.directory.watching import About

# For so long a function container goes on with what it has read; a change in the directory takes that long to arrive.
KEPT_SECONDS = 300

T = TypeVar("T")
Period = TypeVar("Period", Area, Agency)


class Rows(Protocol):
    """Where the rows come from."""

    def areas(self) -> Sequence[Area]:
        """Every row of every area."""

    def agencies(self) -> Sequence[Agency]:
        """Every row of every agency."""

    def categories(self) -> Sequence[Category]:
        """Every row of every category."""

    def officers(self, agency: str) -> Sequence[Officers]:
        """Every row of the officers of one agency."""

    def day_changes(self) -> Sequence[DayChange]:
        """Every override of the calendar."""

    def watches(self) -> Sequence[Watch]:
        """Every row of who watches over whom."""

    def rosters(self) -> Sequence[Roster]:
        """Every row of every roster."""

    def successors(self) -> Sequence[Successor]:
        """Every row of what became of areas and agencies."""


class Kept(Generic[T]):
    """A value made on first use and made anew after `seconds`, or when a day begins in Vietnam if that comes first."""

    def __init__(self, clock: Clock, make: Callable[[date], T], seconds: float) -> None:
        self._clock, self._make, self._for = clock, make, timedelta(seconds=seconds)
        self._until: datetime | None = None
        self._day: date | None = None
        self._value: T | None = None

    def __call__(self) -> T:
        """The value for today."""
        now = self._clock()
        day = now.astimezone(VIETNAM).date()
        if self._value is None or self._until is None or now >= self._until or day != self._day:
            self._value, self._until, self._day = self._make(day), now + self._for, day
        return self._value


class Directory:
    """Areas, agencies, categories, officers and the calendar of today; each kind is read when first asked for."""

    def __init__(self, rows: Rows, clock: Clock, kept_seconds: float = KEPT_SECONDS) -> None:
        self._rows, self._clock = rows, clock
        self._areas = Kept[Areas](clock, lambda day: catalogue.areas_on(rows.areas(), day), kept_seconds)
        self._agencies = Kept[Agencies](clock, lambda day: catalogue.agencies_on(rows.agencies(), day), kept_seconds)
        self._categories = Kept[Categories](
            clock, lambda day: catalogue.categories_on(rows.categories(), day), kept_seconds
        )
        self._calendar = Kept[Calendar](clock, lambda _: _calendar(rows.day_changes()), kept_seconds)
        self._watches: Kept[Mapping[About, Watch]] = Kept(clock, lambda day: _watches_on(rows, day), kept_seconds)
        self._rosters: Kept[Mapping[str, Roster]] = Kept(clock, lambda day: _rosters_on(rows, day), kept_seconds)
        self._succession: Kept[Succession] = Kept(clock, lambda day: _succession_on(rows, day), kept_seconds)

    def categories(self) -> tuple[Category, ...]:
        """The categories that can be chosen today, in the order of lists."""
        return tuple(self._categories().today.values())

    def category(self, code: str) -> Category | None:
        """The category of that code that can be chosen today."""
        return self._categories().today.get(code)

    def known_category(self, code: str) -> Category | None:
        """The category of that code, also where it has ended: for showing older cases."""
        return self._categories().known.get(code)

    def areas(self, parent: str | None = None) -> tuple[Area, ...]:
        """The areas right under `parent`, or those at the top."""
        return self._areas().children.get(parent, ())

    def area(self, code: str) -> Area | None:
        """The area of that code that holds today."""
        return self._areas().today.get(code)

    def known_area(self, code: str, at: datetime | None = None) -> Area | None:
        """The area of that code, also where it has ended; as it was at a moment where one is given."""
        areas = self._areas()
        return _as_it_was(areas.known.get(code), areas.others, at)

    def area_path(self, code: str) -> tuple[Area, ...]:
        """The area and those above it, up to the province; empty for a code that does not hold today."""
        return self._areas().path(code)

    def place_names(self, code: str, at: datetime | None = None) -> tuple[str, ...]:
        """The names of an area and of those above it, the smallest first, without the province; also of an area that has ended.

        As they were at a moment where one is given. The province itself is named; empty for a code never known.
        """
        found: list[Area] = []
        area = self.known_area(code, at)
        while area is not None:
            found.append(area)
            area = self.known_area(area.parent or "", at)
        below = [area for area in found if area.level != AreaLevel.PROVINCE]
        return tuple(area.name for area in below or found)

    def districts(self) -> tuple[Area, ...]:
        """Every district of today."""
        return tuple(area for area in self._areas().today.values() if area.level == AreaLevel.DISTRICT)

    def shards(self) -> tuple[str, ...]:
        """The codes of every district, also of one that has ended, and of provinces that have communes right under them."""
        areas = self._areas()
        districts = [code for code, area in areas.known.items() if area.level == AreaLevel.DISTRICT]
        whole = (found[0].parent for parent, found in areas.children.items() if found[0].level == AreaLevel.COMMUNE)
        return (*districts, *(code for code in whole if code and areas.today[code].level == AreaLevel.PROVINCE))

    def within(self, code: str) -> frozenset[str]:
        """The codes of an area and of every area below it: of one that has ended as it was, of one of today with what went into it.

        Empty for one never known.
        """
        areas = self._areas()
        if code not in areas.known:
            return frozenset()
        if len(areas.known) == len(areas.today):
            return frozenset(_below(code, areas.children))
        return self._within_ever(code, areas)

    def _within_ever(self, code: str, areas: Areas) -> frozenset[str]:
        children: dict[str | None, list[Area]] = {parent: list(below) for parent, below in areas.children.items()}
        for row in (*areas.known.values(), *areas.others):
            children.setdefault(row.parent, []).append(row)
        found = _below(code, children)
        return frozenset(found) | (self._succession().united(code) if code in areas.today else frozenset())

    def place(self, lat: float, long: float, confirmed: str | None = None) -> str:
        """The code of the area to route to: the one that the person confirmed, else what `locate` says.

        Raises Invalid for `location` too far outside the province, `location.area` unless it is a commune or district.
        """
        place = self.locate(lat, long)
        if confirmed is None:
            return place.area
        area = self.area(confirmed)
        if area is None or area.level == AreaLevel.PROVINCE:
            raise invalid("location.area", "field.area")
        return area.code

    def locate(self, lat: float, long: float, field: str = "location") -> Place:
        """The commune at coordinates (WGS 84 degrees); raises Invalid for `field` over 2 km outside the province."""
        return locate(self._areas().communes, lat, long, field)

    def agency(self, code: str) -> Agency | None:
        """The agency of that code that works today."""
        return self._agencies().today.get(code)

    def known_agency(self, code: str, at: datetime | None = None) -> Agency | None:
        """The agency of that code, also where it has ended; as it was at a moment where one is given."""
        agencies = self._agencies()
        return _as_it_was(agencies.known.get(code), agencies.others, at)

    def ended_agencies(self) -> tuple[str, ...]:
        """The codes of agencies that worked once and do not today."""
        agencies = self._agencies()
        return tuple(sorted(set(agencies.known) - set(agencies.today)))

    def heirs(self, code: str, category: str = "") -> tuple[str, ...]:
        """The agencies of today that succeed one that has ended, in matters of a category; none for one that works."""
        if self.agency(code) is not None:
            return ()
        known = self.known_category(category)
        return self._succession().heirs(self._agencies(), code, known.group if known else "")

    def unit(self, area: str, since: date | None = None, at: "At" = None) -> str:
        """The area of today that covers what was recorded as `area` on a day (before it ended), at a place if it was divided."""
        areas = self._areas()
        if area not in areas.known or (since is None and area in areas.today):
            return area
        return self._succession().units.on(area, since or date.min, self._clock().astimezone(VIETNAM).date(), at)

    def watcher(self, agency: str, category: str) -> Agency | None:
        """Who watches over an agency in matters of a category, today; None at the province's end (watching.py)."""
        from chalicelib.directory.watching import Watching

        known = self.known_category(category)
        return Watching(self._agencies(), self._areas(), self._watches()).watcher(agency, known.group if known else "")

    def roster(self, name: str) -> tuple[Post, ...]:
        """The posts on a roster today; empty where there is no such roster."""
        found = self._rosters().get(name)
        return found.posts if found else ()

    def agencies(
        self, area: str | None = None, kind: AgencyKind | None = None, after: str = "", limit: int = PAGE_SIZE
    ) -> Page[Agency]:
        """The agencies after the code `after`, in the order of codes, at most `limit`; the cursor is the last code.

        With `area` only those that serve it or an area above it, with `kind` only those of the kind.
        """
        served = {place.code for place in self.area_path(area)} if area else None
        found = [
            agency
            for agency in self._agencies().today.values()
            if agency.code > after
            and (kind is None or agency.kind == kind)
            and (served is None or not served.isdisjoint(agency.areas))
        ]
        return Page(tuple(found[:limit]), found[limit - 1].code if len(found) > limit else None)

    def competent(self, kind: str, area: str) -> Agency | None:
        """The agency of `kind` that serves exactly the area of that code today."""
        return self._agencies().competent(kind, area)

    def officers(self, agency: str) -> tuple[Officer, ...]:
        """Who is in charge at an agency today: head, focal officer, deputy; never kept, empty where nobody is named."""
        day = self._clock().astimezone(VIETNAM).date()
        return next((row.officers for row in self._rows.officers(agency) if row.valid_on(day)), ())

    def calendar(self) -> Calendar:
        """The public calendar with today's overrides."""
        return self._calendar()


def _below(code: str, children: Mapping[str | None, Iterable[Area]]) -> dict[str, None]:
    found, way = {code: None}, [code]
    for above in way:
        new = [area.code for area in children.get(above, ()) if area.code not in found]
        found |= dict.fromkeys(new)
        way += new
    return found


def _as_it_was(known: Period | None, others: Iterable[Period], at: datetime | None) -> Period | None:
    return known if at is None else catalogue.standing_on(known, others, at.astimezone(VIETNAM).date())


# Imported when first asked for: the API, which loads the directory at its cold start, does without.


def _succession_on(rows: Rows, day: date) -> "Succession":
    from chalicelib.directory.succession import succession_on

    return succession_on(rows.areas(), rows.successors(), day)


def _watches_on(rows: Rows, day: date) -> "Mapping[About, Watch]":
    from chalicelib.directory.watching import watches_on

    return watches_on(rows.watches(), day)


def _rosters_on(rows: Rows, day: date) -> Mapping[str, Roster]:
    from chalicelib.directory.watching import rosters_on

    return rosters_on(rows.rosters(), day)


def _calendar(changes: Iterable[DayChange]) -> Calendar:
    return official().with_overrides({change.day: DayKind(change.kind) for change in changes})
