"""How much the utilities are used and what people think of them, in figures; docs/indicators.md defines each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec

from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.errors import invalid
from chalicelib.lookups.figures.ratings import RatingTotals
from chalicelib.lookups.figures.usage import Uses
from chalicelib.lookups.model import Utility
from chalicelib.lookups.ports import Areas

# A quarter: every utility and month is a query, of a row for each day and area.
MOST_DAYS = 92
USUAL_DAYS = 30
# Nothing was counted before; and the last days that there are have no month after them.
YEARS = range(2020, 3000)


class AreaUses(msgspec.Struct, frozen=True):
    """Lookups for an area with all below it."""

    area: str
    name: str
    uses: int


class UtilityFigures(msgspec.Struct, frozen=True, omit_defaults=True):
    """One utility: lookups in the period, and ratings as they stand.

    `areas` divides the lookups of the area that was asked for: those for each area right under it that had any, and those for
    the area as a whole, under its own code.
    """

    utility: str
    name: str
    uses: int
    ratings: RatingTotals
    areas: list[AreaUses] | None = None


class UtilityIndicators(msgspec.Struct, frozen=True, omit_defaults=True, rename={"first": "from", "last": "to"}):
    """Figures of every utility, in the catalogue's order, from one Vietnam day to another, both included."""

    first: date
    last: date
    as_of: datetime
    items: list[UtilityFigures]
    area: str | None = None


class Counted(Protocol):
    """What was counted of use."""

    def uses(self, utility: str, first: date, last: date) -> Uses:
        """From one day to another, both included."""


class Indicators:
    """Makes the figures."""

    def __init__(
        self, utilities: Callable[[], Sequence[Utility]], counted: Counted, summary: Callable[[str], RatingTotals],
        areas: Areas, clock: Clock,
    ) -> None:  # fmt: skip
        self._utilities, self._counted, self._summary = utilities, counted, summary
        self._areas, self._clock = areas, clock

    def show(self, first: date | None, last: date | None, area: str | None, language: str) -> UtilityIndicators:
        """The figures of a period, by default of the last thirty days; with `area` for that area and divided below it.

        Raises Invalid for a period that is turned round or longer than 92 days, for days of no year that counts, and for an area
        unknown.
        """
        first, last = self._period(first, last)
        if area is not None and not self._areas.path(area):
            raise invalid("area", "field.area")
        utilities = self._utilities()
        found = [self._counted.uses(one.id, first, last) for one in utilities]
        items = [self._figures(one, uses.by_area, area, language) for one, uses in zip(utilities, found, strict=True)]
        as_of = min((uses.at for uses in found), default=self._clock())
        return UtilityIndicators(first, last, as_of, items, area)

    def _period(self, first: date | None, last: date | None) -> tuple[date, date]:
        for name, day in (("from", first), ("to", last)):
            if day is not None and day.year not in YEARS:
                raise invalid(name, "field.date")
        last = last or self._clock().astimezone(VIETNAM).date()
        first = first or last - timedelta(days=USUAL_DAYS - 1)
        if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            raise invalid("to", "field.period", most=MOST_DAYS)
        return first, last

    def _figures(
        self, utility: Utility, by_area: Mapping[str, int], area: str | None, language: str
    ) -> UtilityFigures:  # fmt: skip
        name, ratings = utility.name.text(language), self._summary(utility.id)
        if area is None:
            return UtilityFigures(utility.id, name, sum(by_area.values()), ratings)
        divided = self._divided(by_area, area)
        areas = [AreaUses(code, self._areas.name(code), divided[code]) for code in sorted(divided)]
        return UtilityFigures(utility.id, name, sum(divided.values()), ratings, areas)

    def _divided(self, by_area: Mapping[str, int], area: str) -> Counter[str]:
        """Lookups for an area by what lies right under it; those for the whole under its own code."""
        divided: Counter[str] = Counter()
        for code, times in by_area.items():
            path = self._areas.path(code)
            if area in path:
                divided[path[max(path.index(area) - 1, 0)]] += times
        return divided
