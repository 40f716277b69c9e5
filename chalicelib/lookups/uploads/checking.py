"""Row by row, whether a file says what an offer's columns ask: all that is wrong with a row at once (pure).

The header names the columns, by their names or labels, without regard to diacritics and case; a column `STT` is passed over. Of
rows of one key the first good one counts, every further one is refused and names it.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from chalicelib.core.errors import FieldError
from chalicelib.core.text import clip, has_control
from chalicelib.lookups.model import KEYS, NEEDED, Column, ColumnType, Dataset, Facts, Feed, Role
from chalicelib.lookups.ports import Areas
from chalicelib.lookups.rows import folded, normal_code
from chalicelib.lookups.uploads.encodings import mended_row, readings
from chalicelib.lookups.uploads.items import bound
from chalicelib.lookups.uploads.model import SheetRefused
from chalicelib.lookups.uploads.moments import month
from chalicelib.lookups.uploads.sheets import Line
from chalicelib.lookups.uploads.values import Cell, CellRefused, value

_PASSED_OVER = frozenset({"stt", "tt", "so tt", "so thu tu"})
_MOST_NAMED = 5
# Columns in which few values can stand, so that the one that was meant shows.
_FEW = frozenset({ColumnType.FLAG, ColumnType.CHOICE, ColumnType.AREA, ColumnType.AREAS, ColumnType.HOURS})
_NAME = 40
_KEY_BYTES = 12
# Of areas that cells name, so many are remembered.
_MOST_TEXTS = 4_096
# What a record may take as JSON: a hundred are one answer, which Lambda bounds at six megabytes.
MOST_RECORD = 32 * 1024


class Checked(NamedTuple):
    """A row: its facts where it is good, else every reason why not."""

    number: int
    facts: Facts
    errors: tuple[FieldError, ...] = ()


class KnownAreas:
    """The map for a whole file: what was asked once is remembered."""

    def __init__(self, areas: Areas) -> None:
        self.path = cache(areas.path)
        self.name = cache(areas.name)
        self.find = lru_cache(_MOST_TEXTS)(areas.find)
        self.below = cache(areas.below)


class Checker:
    """Checks the rows of one file in their order, the header first."""

    def __init__(self, dataset: Dataset, feed: Feed, month: str, areas: Areas) -> None:
        self._offer = dataset.offer
        self._feed = feed
        self._month = month
        self._areas = areas
        self._keys = tuple(column for role in KEYS[self._offer.kind] if (column := self._offer.column(role)))
        self._named = _named(self._offer.columns)
        self._places: tuple[Column | None, ...] = ()
        self._seen: dict[bytes, int] = {}

    def fit(self, cells: Sequence[str]) -> int:
        """How many of the cells name a column."""
        return sum(self._column(cell) is not None for cell in cells)

    def header(self, line: Line) -> None:
        """Take the header; raises SheetRefused for a column that is unknown, missing or named twice."""
        known = tuple(self._column(cell) for cell in line.cells)
        if not any(known):
            # Perhaps it is a record already, of which no reason may quote a cell.
            raise SheetRefused("sheet.no_header")
        strange = [
            _quoted(cell)
            for cell, column in zip(line.cells, known, strict=True)
            if column is None and folded(str(cell or "")) not in _PASSED_OVER
        ]
        if strange:
            raise SheetRefused("sheet.unknown_columns", columns=", ".join(strange[:_MOST_NAMED]))
        there = [column.name for column in known if column]
        twice = [column for column in self._offer.columns if there.count(column.name) > 1]
        if twice:
            raise SheetRefused("sheet.twice", columns=_labels(twice))
        needed = NEEDED[self._offer.kind]
        missing = [
            column
            for column in self._offer.columns
            if column.name not in there and (column.required or column.role in needed)
        ]
        if missing:
            raise SheetRefused("sheet.missing_columns", columns=_labels(missing))
        self._places = known

    def row(self, line: Line) -> Checked:
        """A row with its facts or its reasons."""
        cells, doubtful = mended_row(line.cells)
        facts: dict[str, Any] = {}
        errors: list[FieldError] = []
        if len(cells) > len(self._places):
            errors.append(FieldError("", "cell.beyond", (("most", len(self._places)),)))
        for place, column in enumerate(self._places):
            if column is not None:
                cell: Any = cells[place] if place < len(cells) else None
                self._read(column, cell, place in doubtful, facts, errors)
        if not errors:
            errors += self._across(facts)
        if not errors and len(msgspec.json.encode(facts)) > MOST_RECORD:
            errors.append(FieldError("", "cell.record", (("most", MOST_RECORD // 1024),)))
        if not errors:
            errors += self._once(line.number, facts)
        return Checked(line.number, {} if errors else facts, tuple(errors))

    def _column(self, cell: Cell) -> Column | None:
        """The column that a cell of the header names, however it was typed."""
        names = map(folded, readings(cell)) if isinstance(cell, str) else ()
        return next((self._named[name] for name in names if name in self._named), None)

    def _read(
        self, column: Column, cell: Cell, doubtful: bool, facts: dict[str, Any], errors: list[FieldError]
    ) -> None:  # fmt: skip
        try:
            found = self._meant(column, cell, doubtful)
            if found is not None:
                facts[column.name] = found
            elif column.role in NEEDED[self._offer.kind]:
                raise CellRefused("cell.missing")
        except CellRefused as refused:
            errors.append(FieldError(column.name, refused.words, tuple(refused.params.items())))

    def _meant(self, column: Column, cell: Cell, doubtful: bool) -> Any:
        """The value of a cell; what stands in doubt, or is none as it stands, may be one of few as it was meant."""
        try:
            if doubtful:
                raise CellRefused("cell.font")
            return value(column, cell, self._areas)
        except CellRefused:
            if column.type not in _FEW or not isinstance(cell, str) or cell.isascii():
                raise
            found = self._readings(column, cell)
            if len(found) != 1:
                raise
            return found[0]

    def _readings(self, column: Column, cell: str) -> list[Any]:
        """The different values that a text can mean."""
        found: list[Any] = []
        for reading in readings(cell):
            with suppress(CellRefused):
                meant = value(column, reading, self._areas)
                found += [meant] if meant not in found else []
        return found

    def _across(self, facts: Facts) -> list[FieldError]:
        """What is wrong between cells, or for this feed."""
        errors = []
        for column in self._offer.columns:
            found = facts.get(column.name)
            if found is not None and (words := self._foreign(column, found)):
                errors.append(FieldError(column.name, words))
        starts, ends = self._offer.column(Role.STARTS), self._offer.column(Role.ENDS)
        begin, end = bound(starts, facts), bound(ends, facts)
        if begin and end and ends and end < begin:
            errors.append(FieldError(ends.name, "cell.ends_before"))
        return errors

    def _foreign(self, column: Column, found: Any) -> str:
        """Why the value is not the feed's to say; nothing where it is."""
        if column.role is Role.CODE:
            return "" if self._feed.serves_code(str(found)) or self._serves(str(found)) else "cell.other_code"
        if column.role is Role.PERIOD and self._month:
            return "" if _month_of(found) == self._month else "cell.other_month"
        if column.role in (Role.AREA, Role.AREAS) and self._feed.areas:
            areas = [found] if isinstance(found, str) else found
            return (
                "" if all(set(self._areas.path(area)) & set(self._feed.areas) for area in areas) else "cell.other_area"
            )
        return ""

    def _serves(self, code: str) -> bool:
        return self._feed.serves_code(normal_code(code))

    def _once(self, number: int, facts: Facts) -> list[FieldError]:
        parts = [_key_part(column, facts[column.name]) for column in self._keys]
        key = blake2b("\n".join(parts).encode(), digest_size=_KEY_BYTES).digest()
        first = self._seen.setdefault(key, number)
        return [] if first == number else [FieldError(self._keys[0].name, "cell.twice", (("row", first),))]


def _key_part(column: Column, found: Any) -> str:
    return normal_code(found) if column.role is Role.CODE else str(found)


def _month_of(found: Any) -> str:
    """The month of a period: of a day the month it lies in; nothing for what is no time."""
    try:
        return month(str(found)[:7])
    except ValueError:
        return ""


def _named(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns by all that a header may call them."""
    ways = [
        (way, column)
        for column in columns
        for label in (column.label.vi, column.label.en)
        for way in (column.name, label, f"{label} {column.unit}")
    ]
    return {folded(way): column for way, column in reversed(ways)}


def _quoted(cell: Any) -> str:
    """A name of a strange column, so that it can stand in any report."""
    text = str(cell or "")
    return f"“{clip(' '.join(text.split()), _NAME)}”" if not has_control(text) else "“?”"


def _labels(columns: Sequence[Column]) -> str:
    return ", ".join(column.label.vi for column in columns)
