"""The seed's tables as rows of the directory."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from chalicelib.directory.model import (
    Agency,
    AgencyKind,
    Area,
    AreaLevel,
    Category,
    CategoryLevel,
    Danger,
    Officer,
    OfficerRole,
    Officers,
    Post,
    PublicationRule,
    Roster,
    RoutingStep,
    Watch,
)
from infra.seed.data import Row, read


def areas() -> Iterator[Area]:
    """The rows of areas.csv; its successors of July 2025 are for the reform and stay there."""
    for row in read("areas"):
        yield Area(
            code=row["code"],
            level=AreaLevel(row["level"]),
            name=row["name"],
            parent=row["parent"] or None,
            lat=float(row["lat"]),
            long=float(row["long"]),
            south=float(row["south"]),
            west=float(row["west"]),
            north=float(row["north"]),
            east=float(row["east"]),
            valid_from=_day(row["valid_from"]),
            valid_to=_last_day(row),
        )


def agencies() -> Iterator[Agency]:
    """The rows of agencies.csv."""
    for row in read("agencies"):
        yield Agency(
            code=row["code"],
            kind=AgencyKind(row["kind"]),
            name=row["name"],
            short_name=row["short_name"],
            areas=tuple(row["areas"].split()),
            parent=row["parent"] or None,
            email=row["email"],
            phone=row["phone"],
            valid_from=_day(row["valid_from"]),
            valid_to=_last_day(row),
        )


def officers() -> Iterator[Officers]:
    """The rows of officers.csv, those of one agency and period together; they stand together in the file."""
    for (agency, valid_from), group in groupby(read("officers"), key=lambda row: (row["agency"], row["valid_from"])):
        found = tuple(group)
        yield Officers(
            code=agency,
            officers=tuple(officer(row) for row in found),
            valid_from=_day(valid_from),
            valid_to=_last_day(found[0]),
        )


def categories() -> Iterator[Category]:
    """The rows of categories.csv, in the order of lists."""
    for order, row in enumerate(read("categories"), start=1):
        yield Category(
            code=row["code"],
            order=order,
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            level=CategoryLevel(row["level"]),
            may_be_urgent=Danger(row["may_be_urgent"]) if row["may_be_urgent"] else None,
            working_days=int(row["working_days"]) if row["working_days"] else None,
            urgent_hours=int(row["urgent_hours"]),
            publication=PublicationRule(row["publication"]),
            routing=routing_steps(row["routing"]),
            safety_vi=row["safety_vi"],
            safety_en=row["safety_en"],
            group=row["group"],
            valid_from=_day(row["valid_from"]),
            valid_to=_last_day(row),
        )


def watches() -> Iterator[Watch]:
    """The rows of watches.csv; a step is written as `kind@level`."""
    for row in read("watches"):
        step = routing_steps(row["step"])
        yield Watch(
            code=row["code"],
            agency=row["agency"],
            kind=AgencyKind(row["kind"]) if row["kind"] else None,
            level=AreaLevel(row["level"]) if row["level"] else None,
            group=row["group"],
            watcher=row["watcher"],
            step=step[0] if step else None,
            valid_from=_day(row["valid_from"]),
            valid_to=_last_day(row),
        )


def rosters() -> Iterator[Roster]:
    """The rows of rosters.csv, those of one roster and period together; they stand together in the file."""
    for (code, valid_from), group in groupby(read("rosters"), key=lambda row: (row["code"], row["valid_from"])):
        found = tuple(group)
        yield Roster(
            code=code,
            posts=tuple(Post(row["agency"], OfficerRole(row["role"])) for row in found),
            valid_from=_day(valid_from),
            valid_to=_last_day(found[0]),
        )


def routing_steps(text: str) -> tuple[RoutingStep, ...]:
    """The steps written as `committee@commune>committee@district`; raises ValueError for kinds or levels unknown."""
    steps = (step.split("@") for step in text.split(">") if step)
    return tuple(RoutingStep(AgencyKind(kind), AreaLevel(level)) for kind, level in steps)


def officer(row: Row) -> Officer:
    """The officer that a row names."""
    return Officer(role=OfficerRole(row["role"]), name=row["name"], email=row["email"], phone=row["phone"])


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _last_day(row: Row) -> date | None:
    return _day(row["valid_to"]) if row["valid_to"] else None
