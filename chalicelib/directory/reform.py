"""A reform of the map as changes of the directory with an effective day: what has to be written, and what would not fit (pure).

A row that the reform ends or changes is taken as it stands, with all that was changed in operation; applied again it gives nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

import msgspec
from msgspec.structs import asdict, replace

from chalicelib.core.errors import Conflict
from chalicelib.directory import catalogue
from chalicelib.directory.model import (
    Agency,
    Area,
    AreaLevel,
    Category,
    Dated,
    Officers,
    Subject,
    Successor,
    Watch,
)
from chalicelib.directory.succession import circle
from chalicelib.directory.watching import circle as tree_circle

Row = TypeVar("Row", Area, Agency, Category, Officers, Watch, Successor)

Period = TypeVar("Period", bound=Dated)


class Change(msgspec.Struct, frozen=True):
    """What a reform does to a row: ends it, or goes on with these `values` instead of its own; `new` where none stood."""

    code: str
    end: bool = False
    new: bool = False
    values: Mapping[str, object] = msgspec.field(default_factory=dict)


class Reform(msgspec.Struct, frozen=True, kw_only=True):
    """All that a reform does to the directory on a day."""

    day: date
    areas: tuple[Change, ...] = ()
    agencies: tuple[Change, ...] = ()
    officers: tuple[Officers, ...] = ()
    categories: tuple[Change, ...] = ()
    watches: tuple[Change, ...] = ()
    successors: tuple[Successor, ...] = ()


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Every row of the kinds that a reform changes."""

    areas: tuple[Area, ...]
    agencies: tuple[Agency, ...]
    categories: tuple[Category, ...]
    watches: tuple[Watch, ...]
    successors: tuple[Successor, ...] = ()


def written(rows: Iterable[Row], changes: Iterable[Change], day: date, kind: type[Row]) -> tuple[Row, ...]:
    """The rows to write so that the changes hold from `day`; none for what holds already.

    Raises Conflict where there is nothing to end or to change, or something in the place of what is new.
    """
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    return tuple(one for change in changes for one in _written(by_code.get(change.code, []), change, day, kind))


def reformed(tables: Tables, reform: Reform) -> Tables:
    """The tables as they will be; raises Conflict where the reform does not fit them."""
    day = reform.day
    return Tables(
        areas=_with(tables.areas, written(tables.areas, reform.areas, day, Area)),
        agencies=_with(tables.agencies, written(tables.agencies, reform.agencies, day, Agency)),
        categories=_with(tables.categories, written(tables.categories, reform.categories, day, Category)),
        watches=_with(tables.watches, written(tables.watches, reform.watches, day, Watch)),
        successors=_with(tables.successors, reform.successors),
    )


def faults(tables: Tables, day: date) -> tuple[str, ...]:
    """What does not fit together in tables on the day of a reform, in words; empty where everything does."""
    areas, agencies = catalogue.areas_on(tables.areas, day), catalogue.agencies_on(tables.agencies, day)
    return (
        *_circles(tables),
        *_dangling(tables, areas, agencies, day),
        *_without_way(tables, areas, agencies, day),
        *_without_successor(tables, areas, agencies, day),
    )


def _written(standing: list[Row], change: Change, day: date, kind: type[Row]) -> Iterator[Row]:
    earlier = [row for row in standing if row.valid_from < day]
    before = next((row for row in earlier if row.valid_on(day) or row.valid_to == day), None)
    if len(earlier) < len(standing) and any(row.valid_from == day for row in standing):
        # Done already, and perhaps corrected since; a writing that was cut off may have left the end of the old row.
        if before is not None and before.valid_to != day:
            yield replace(before, valid_to=day)
        return
    if (before is None) is not change.new:
        raise Conflict("error.reform_unfit", code=change.code, day=day.isoformat())
    if before is not None and before.valid_to != day:
        yield replace(before, valid_to=day)
    if not change.end:
        known = asdict(before) if before is not None else {"code": change.code}
        merged = {name: msgspec.to_builtins(value) for name, value in known.items()} | dict(change.values)
        ends = before.valid_to if before is not None and before.valid_to != day else None
        yield msgspec.convert(merged | {"valid_from": day, "valid_to": ends}, kind, strict=False)


def _with(rows: Iterable[Period], new: Iterable[Period]) -> tuple[Period, ...]:
    return tuple({(row.code, row.valid_from): row for row in (*rows, *new)}.values())


def _circles(tables: Tables) -> Iterator[str]:
    for name, found in (("successors", circle(tables.successors)), ("agencies", tree_circle(tables.agencies))):
        if found:
            yield f"{name} in a circle: {' → '.join(found)}"


def _dangling(
    tables: Tables, areas: catalogue.Areas, agencies: catalogue.Agencies, day: date
) -> Iterator[str]:  # fmt: skip
    for area in areas.today.values():
        if area.parent and area.parent not in areas.today:
            yield f"area {area.code}: no {area.parent} above it"
    for agency in agencies.today.values():
        if agency.parent and agency.parent not in agencies.today:
            yield f"agency {agency.code}: no {agency.parent} above it"
        yield from (f"agency {agency.code}: no area {code}" for code in agency.areas if code not in areas.today)
    for watch in tables.watches:
        if watch.valid_on(day) and watch.watcher and watch.watcher not in agencies.today:
            yield f"watch {watch.code}: no agency {watch.watcher}"
    for row in tables.successors:
        standing: Mapping[str, Dated] = areas.today if row.subject is Subject.AREA else agencies.today
        if row.valid_from == day:
            yield from (f"successor of {row.of}: no {heir}" for heir in row.to if heir not in standing)
            if row.subject is Subject.AGENCY and row.of in standing:
                yield f"successor of {row.of}: it goes on"


def _without_way(
    tables: Tables, areas: catalogue.Areas, agencies: catalogue.Agencies, day: date
) -> Iterator[str]:  # fmt: skip
    levels = {code: area.level for code, area in areas.today.items()}
    ways = {(kind, levels[code]) for kind, code in agencies.serving if code in levels}
    for category in tables.categories:
        if category.valid_on(day) and category.routing and not any((s.kind, s.level) in ways for s in category.routing):
            yield f"category {category.code}: no agency for any of its steps"


def _without_successor(
    tables: Tables, areas: catalogue.Areas, agencies: catalogue.Agencies, day: date
) -> Iterator[str]:  # fmt: skip
    succeeded = {(row.subject, row.of) for row in tables.successors if row.valid_from == day}
    for area in tables.areas:
        if area.valid_to == day and area.level is not AreaLevel.PROVINCE and (Subject.AREA, area.code) not in succeeded:
            yield f"area {area.code}: ended without a successor"
    for agency in tables.agencies:
        ended = agency.valid_to == day and agency.code not in agencies.today
        if ended and (Subject.AGENCY, agency.code) not in succeeded:
            yield f"agency {agency.code}: ended without a successor"
