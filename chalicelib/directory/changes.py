"""How what a code stands for changes: a new row from a day on, or an end; never a loss (pure).

A row that began before goes until the new one begins; one that begins on the same day is replaced, and the history keeps it.
Nothing changes what held before today.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, NotFound
from chalicelib.directory.model import Agency, AgencyKind, Category, Dated, DayChange, Officers

Row = TypeVar("Row", bound=Dated)
Kept = Agency | Officers | Category | DayChange

# Several of these serve one place by their nature, and no rule routes to them.
SEVERAL = frozenset({AgencyKind.TELECOM})


class Write(NamedTuple):
    """A row to be written, and what stands in its place now."""

    row: Kept
    before: Kept | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of what a code stands for: its number, when, who, why, and the rows as they were and as they are."""

    number: int
    at: datetime
    user: str
    reason: str
    before: tuple[dict[str, Any], ...]
    after: tuple[dict[str, Any], ...]


def change(number: int, at: datetime, user: str, reason: str, writes: Sequence[Write]) -> Change:
    """The entry of the history for some writes."""
    before = tuple(_shown(write.before) for write in writes if write.before is not None)
    return Change(
        number=number,
        at=at,
        user=user,
        reason=reason,
        before=before,
        after=tuple(_shown(write.row) for write in writes),
    )


def from_day(rows: Iterable[Row], new: Row) -> list[Write]:
    """What is to be written for `new` to hold from its first day until what stands now would have ended; nothing where it does."""
    rows, day = tuple(rows), new.valid_from
    present = next((row for row in rows if row.valid_on(day)), None)
    if present and replace(new, valid_from=present.valid_from, valid_to=present.valid_to) == present:
        return []
    replaced = next((row for row in rows if row.valid_from == day), None)
    later = min((row.valid_from for row in rows if row.valid_from > day), default=None)
    until = present.valid_to if present else later
    writes = [_write(replace(new, valid_to=until), replaced)]
    if present is not None and present is not replaced:
        writes.append(_write(replace(present, valid_to=day), present))
    return writes


def ended(rows: Iterable[Row], day: date) -> list[Write]:
    """What is to be written for a code to hold no more from a day on, nothing where it ends then.

    Raises NotFound where it does not hold then, Conflict where it changes later on.
    """
    rows = tuple(rows)
    present = next((row for row in rows if row.valid_on(day)), None)
    if present is None and not any(row.valid_to == day for row in rows):
        raise NotFound()
    if any(row.valid_from > day for row in rows):
        raise Conflict("error.changes_later")
    return [_write(replace(present, valid_to=day), present)] if present else []


def after(rows: Iterable[Row], writes: Iterable[Write]) -> tuple[Row, ...]:
    """All rows of a kind as they are once the writes are done."""
    written: Mapping[tuple[str, date], Any] = {
        (write.row.code, write.row.valid_from): write.row for write in writes if isinstance(write.row, Dated)
    }
    kept = {(row.code, row.valid_from): row for row in rows}
    return tuple({**kept, **written}.values())


def served_twice(rows: Iterable[Agency], new: Agency, before: Agency | None) -> tuple[str, str] | None:
    """(area, agency) where another agency of the kind serves an area of `new` in its time, and did not beside `before`."""
    if new.kind in SEVERAL:
        return None
    had = frozenset(before.areas) if before and before.kind is new.kind else frozenset[str]()
    for other in rows:
        if other.code != new.code and other.kind is new.kind and _overlap(other, new):
            shared = sorted((set(other.areas) & set(new.areas)) - had)
            if shared:
                return shared[0], other.code
    return None


def _write(row: Dated, before: Dated | None) -> Write:
    assert isinstance(row, Agency | Officers | Category), "these change"
    assert before is None or isinstance(before, Agency | Officers | Category), "a row replaces one of its kind"
    return Write(row, before)


def _overlap(one: Dated, other: Dated) -> bool:
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _shown(row: Kept) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(row)
    return {"what": type(row).__name__.lower(), **shown}
