"""The directory as it holds on one day: indexes and the questions that routing asks (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

import msgspec

from chalicelib.directory.model import Agency, Area, AreaLevel, Category, Dated

Row = TypeVar("Row", bound=Dated)


class Areas(msgspec.Struct, frozen=True):
    """The administrative tree of one day; `known` also holds the newest row of every code that has ended.

    `others` are what codes stood for on other days.
    """

    today: Mapping[str, Area]
    known: Mapping[str, Area]
    children: Mapping[str | None, tuple[Area, ...]]
    communes: tuple[Area, ...]
    others: tuple[Area, ...] = ()

    def path(self, code: str) -> tuple[Area, ...]:
        """The area and those above it, up to the province; empty for a code that does not hold today."""
        found: list[Area] = []
        area = self.today.get(code)
        while area is not None:
            found.append(area)
            area = self.today.get(area.parent or "")
        return tuple(found)


class Agencies(msgspec.Struct, frozen=True):
    """The agencies of one day, in the order of their codes; `known` also holds those that have ended.

    `others` are what codes stood for on other days.
    """

    today: Mapping[str, Agency]
    known: Mapping[str, Agency]
    serving: Mapping[tuple[str, str], tuple[Agency, ...]]
    others: tuple[Agency, ...] = ()

    def competent(self, kind: str, area: str) -> Agency | None:
        """The agency of `kind` that serves exactly the area of that code; the first by code where there are several."""
        return next(iter(self.serving.get((kind, area), ())), None)


def areas_on(rows: Iterable[Area], day: date) -> Areas:
    """The tree that holds on `day`."""
    rows = tuple(rows)
    today, known = _today(rows, day), _known(rows, day)
    children: dict[str | None, list[Area]] = defaultdict(list)
    for area in today.values():
        children[area.parent].append(area)
    return Areas(
        today,
        known,
        {parent: tuple(found) for parent, found in children.items()},
        tuple(area for area in today.values() if area.level == AreaLevel.COMMUNE),
        _others(rows, known),
    )


def agencies_on(rows: Iterable[Agency], day: date) -> Agencies:
    """The agencies that work on `day`."""
    rows = tuple(rows)
    today, known = _today(rows, day), _known(rows, day)
    serving: dict[tuple[str, str], list[Agency]] = defaultdict(list)
    for agency in today.values():
        for area in agency.areas:
            serving[agency.kind, area].append(agency)
    return Agencies(today, known, {key: tuple(found) for key, found in serving.items()}, _others(rows, known))


class Categories(msgspec.Struct, frozen=True):
    """The categories of one day, in the order of lists; `known` also holds those that have ended."""

    today: Mapping[str, Category]
    known: Mapping[str, Category]


def categories_on(rows: Iterable[Category], day: date) -> Categories:
    """The categories that can be chosen on `day`."""
    ordered = sorted(rows, key=lambda category: (category.order, category.code))
    return Categories({row.code: row for row in ordered if row.valid_on(day)}, _known(ordered, day))


def standing_on(known: Row | None, others: Iterable[Row], day: date) -> Row | None:
    """What the code of `known` stood for on `day`; `known` itself where nothing else did."""
    if known is None or known.valid_on(day):
        return known
    return next((row for row in others if row.code == known.code and row.valid_on(day)), known)


def _others(rows: Iterable[Row], known: Mapping[str, Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if known[row.code] is not row)


def _today(rows: Iterable[Row], day: date) -> dict[str, Row]:
    return {row.code: row for row in sorted(rows, key=lambda row: row.code) if row.valid_on(day)}


def _known(rows: Iterable[Row], day: date) -> dict[str, Row]:
    """The row of each code that holds on `day`, else its newest that began by then, else its first to come."""

    def rank(row: Row) -> tuple[bool, bool, int]:
        begun = row.valid_from <= day
        return row.valid_on(day), begun, row.valid_from.toordinal() * (1 if begun else -1)

    known: dict[str, Row] = {}
    for row in rows:
        if row.code not in known or rank(row) > rank(known[row.code]):
            known[row.code] = row
    return known
