"""The directory's rows in the table Directory: one item per row and period, the row itself as one JSON text.

Reference data is read whole and changed row by row, so nothing asks the database for single fields; one text per row
decodes many times faster than an attribute per field. Keys: `kind` (hash) and `sk` (range), `<code>#<valid_from>`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.errors import Conflict
from chalicelib.directory.model import Agency, Area, Category, Dated, DayChange, Officers, Roster, Successor, Watch
from chalicelib.runtime.tables import Table

Row = TypeVar("Row", Area, Agency, Officers, Category, DayChange, Watch, Roster, Successor)
AnyRow = Area | Agency | Officers | Category | DayChange | Watch | Roster | Successor

_KINDS: Mapping[type[AnyRow], str] = {
    Area: "area",
    Agency: "agency",
    Officers: "officers",
    Category: "category",
    DayChange: "calendar",
    Watch: "watch",
    Roster: "roster",
    Successor: "successor",
}


class Item(Table):
    """One row of the directory as stored."""

    class Meta:
        table_name = "directory"

    setting = "directory_table"

    kind = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()


class Written(msgspec.Struct, frozen=True):
    """What became of rows that were to be written; `kept` are keys whose stored row differs and was left."""

    written: int
    unchanged: int
    kept: tuple[str, ...]


class DirectoryStore:
    """Reads and writes whole rows."""

    def areas(self) -> tuple[Area, ...]:
        """Every row of every area."""
        return tuple(rows_of(Area))

    def agencies(self) -> tuple[Agency, ...]:
        """Every row of every agency."""
        return tuple(rows_of(Agency))

    def categories(self) -> tuple[Category, ...]:
        """Every row of every category."""
        return tuple(rows_of(Category))

    def officers(self, agency: str) -> tuple[Officers, ...]:
        """Every row of the officers of one agency."""
        return tuple(rows_of(Officers, f"{agency}#"))

    def day_changes(self) -> tuple[DayChange, ...]:
        """Every override of the calendar."""
        return tuple(rows_of(DayChange))

    def watches(self) -> tuple[Watch, ...]:
        """Every row of who watches over whom."""
        return tuple(rows_of(Watch))

    def rosters(self) -> tuple[Roster, ...]:
        """Every row of every roster."""
        return tuple(rows_of(Roster))

    def successors(self) -> tuple[Successor, ...]:
        """Every row of what became of areas and agencies."""
        return tuple(rows_of(Successor))

    def write(self, rows: Iterable[Row], overwrite: bool = False) -> Written:
        """Write those rows, all of one type, that are not stored yet, and with `overwrite` those stored differently.

        Raises Conflict where agencies would stand above each other, or units succeed each other, in a circle.
        """
        items = [as_item(row) for row in rows]
        if not items:
            return Written(0, 0, ())
        stored = {item.sk: item.body for item in Item.query(items[0].kind, consistent_read=True)}
        different = [item for item in items if stored.get(item.sk, item.body) != item.body]
        wanted = [item for item in items if item.sk not in stored] + (different if overwrite else [])
        if _KINDS[Agency] == items[0].kind:
            refuse_circle({**stored, **{item.sk: item.body for item in wanted}}.values())
        if _KINDS[Successor] == items[0].kind:
            refuse_succession({**stored, **{item.sk: item.body for item in wanted}}.values())
        with Item.batch_write() as batch:
            for item in wanted:
                batch.save(item)
        kept = () if overwrite else tuple(f"{item.kind} {item.sk}" for item in different)
        return Written(len(wanted), len(items) - len(wanted) - len(kept), kept)


def refuse_circle(bodies: Iterable[str]) -> None:
    """Raise Conflict where agencies, given as stored, stand above each other in a circle on any day."""
    from chalicelib.directory.watching import circle

    found = circle([msgspec.json.decode(body, type=Agency) for body in bodies])
    if found:
        raise Conflict("error.agency_circle", agencies=" → ".join(found))


def refuse_succession(bodies: Iterable[str]) -> None:
    """Raise Conflict where units, given as stored, succeed each other in a circle on one day."""
    from chalicelib.directory.succession import circle

    found = circle([msgspec.json.decode(body, type=Successor) for body in bodies])
    if found:
        raise Conflict("error.successor_circle", units=" → ".join(found))


def rows_of(row: type[Row], prefix: str = "", consistent: bool = False) -> Iterator[Row]:
    """Every row of a type whose key begins so; `consistent` for whoever changes what he reads."""
    decode = msgspec.json.Decoder(row).decode
    beginning = Item.sk.startswith(prefix) if prefix else None
    rows, _ = Item.rows(_KINDS[row], beginning, consistent=consistent, only=["body"])
    return (decode(found["body"]) for found in rows)


def as_item(row: AnyRow) -> Item:
    """A row as stored."""
    return Item(kind=_KINDS[type(row)], sk=_key(row), body=msgspec.json.encode(row).decode())


def _key(row: AnyRow) -> str:
    return f"{row.code}#{row.valid_from.isoformat()}" if isinstance(row, Dated) else row.day.isoformat()
