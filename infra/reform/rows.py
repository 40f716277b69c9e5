"""The tables of a reform (infra/seed/reforms) as changes of the directory."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from chalicelib.directory.model import Officers, Subject, Successor
from chalicelib.directory.reform import Change, Reform
from infra.seed.reforms import Row, read
from infra.seed.rows import officer, routing_steps

_NUMBERS = frozenset({"lat", "long", "south", "west", "north", "east"})


def reform(day: str) -> Reform:
    """The reform of that day; raises ValueError for a day that is none."""
    effective = date.fromisoformat(day)
    return Reform(
        day=effective,
        areas=tuple(_changes(day, "areas")),
        agencies=tuple(_changes(day, "agencies")),
        officers=tuple(_officers(day, effective)),
        categories=tuple(_changes(day, "categories")),
        watches=tuple(_changes(day, "watches")),
        successors=tuple(_successors(day, effective)),
    )


def _changes(day: str, name: str) -> Iterator[Change]:
    for row in read(day, name):
        kind = row.pop("change", "change")
        code = row.pop("code")
        yield Change(
            code, kind == "end", kind == "new", {field: _value(field, text) for field, text in row.items() if text}
        )


def _value(field: str, text: str) -> object:
    """A field as the directory's rows have it."""
    if field in _NUMBERS:
        return float(text)
    if field == "areas":
        return text.split()
    if field in ("routing", "step"):
        steps = [{"kind": step.kind.value, "level": step.level.value} for step in routing_steps(text)]
        return steps if field == "routing" else steps[0]
    return text


def _officers(day: str, effective: date) -> Iterator[Officers]:
    for agency, group in groupby(read(day, "officers"), key=lambda row: row["agency"]):
        yield Officers(code=agency, officers=tuple(officer(row) for row in group), valid_from=effective)


def _successors(day: str, effective: date) -> Iterator[Successor]:
    for row in read(day, "successors"):
        yield Successor(
            code=_name(row),
            subject=Subject(row["subject"]),
            of=row["of"],
            group=row["group"],
            to=tuple(row["to"].split()),
            valid_from=effective,
        )


def _name(row: Row) -> str:
    return "-".join(part for part in (row["subject"], row["of"], row["group"]) if part)
