"""One cell of a file as the value of its column: what is taken, what is refused and in which words (pure).

Formulas: a text that begins with = or @ (or their wide forms), a tab or a line end is refused, whatever the column; one that begins
with + is taken as a number or telephone number only; a - before it is kept before a number and else becomes a dash (–), which no
spreadsheet calculates. So nothing that is stored, shown or sent back can begin a formula. Reasons never quote a cell.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from chalicelib.core.clock import VIETNAM, to_text
from chalicelib.core.text import has_control, tidy
from chalicelib.lookups.model import Column, ColumnType, Role
from chalicelib.lookups.places.opening import parse_hours
from chalicelib.lookups.ports import Areas
from chalicelib.lookups.rows import folded, normal_code
from chalicelib.lookups.uploads.moments import (
    day,
    day_of_serial,
    first_of,
    last_of,
    moment,
    moment_of_serial,
    month,
    of_our_age,
)
from chalicelib.lookups.uploads.numerals import MOST_DIGITS, Ambiguous, Number, Range, money, number, of_cell

# What a sheet has in a cell: text, or what XLSX types.
Cell = str | int | float | bool | datetime | date | time | None

MOST_TEXT = 2_000
MOST_ENTRIES = 50
MOST_STEPS = 20
_MOST_LINK = 500
_MOST_PERIOD = 100
# A sort key holds 1,024 bytes, with the slice and both of these in it.
_MOST_ID, _MOST_TITLE, _MOST_FOLDED = 100, 300, 600
_MOST_NAMED = 12

_REFUSED_BEGINNINGS = frozenset("=@＝＠\t\r\n")
_PLUS, _MINUS = frozenset("+＋"), frozenset("-－")
_FIGURES = re.compile(r"[+-][0-9\s.,()/%-]+")
# How a spreadsheet shows, and saves as CSV, the beginning of a long number.
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}")
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PHONE_MARKS = re.compile(r"[\s.()-]+")
# Subscribers' numbers, 1800 and 1900, and the short ones such as 113.
_PHONE = re.compile(r"(?:\+84|84|0)([2-9][0-9]{8,9})")
_SHORT_PHONE = re.compile(r"1[89]00[0-9]{4,6}|1[0-9]{2,3}")
_BARE_PHONE = re.compile(r"[2-9][0-9]{8,9}")
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("co", "x", "1", "true", "dung", "yes", "da tra", "da thanh toan"), True),
    **dict.fromkeys(("khong", "0", "false", "sai", "no", "chua", "chua tra", "chua thanh toan"), False),
}


class CellRefused(ValueError):
    """A cell is not what its column holds; `words` names a sentence, `params` fill it."""

    def __init__(self, words: str, **params: str | int | float) -> None:
        super().__init__(words)
        self.words = words
        self.params = params


def value(column: Column, cell: Cell, areas: Areas) -> Any:
    """The value of a cell as records keep it, None for an empty one; raises CellRefused."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        if column.required:
            raise CellRefused("cell.missing")
        return None
    found = _PARSERS[column.type](column, _sound(cell), areas)
    if column.role in _BY_ROLE:
        return _BY_ROLE[column.role](found)
    return found


def _sound(cell: Cell) -> Cell:
    """The cell without what begins a formula and without control characters."""
    if not isinstance(cell, str):
        return cell
    text = tidy(cell)
    if cell[0] in _REFUSED_BEGINNINGS or text[0] in _REFUSED_BEGINNINGS:
        raise CellRefused("cell.formula")
    if has_control(text):
        raise CellRefused("cell.control")
    if text in _ERRORS:
        raise CellRefused("cell.error")
    if text[0] in _PLUS and not _is_figures(text):
        raise CellRefused("cell.formula")
    if text[0] in _MINUS and not _is_figures(text):
        return f"–{text[1:]}"
    return text


def _is_figures(text: str) -> bool:
    """Whether a text that begins with a sign is a number or telephone number."""
    return _FIGURES.fullmatch(text) is not None and any(map(str.isdigit, text))


def _text(column: Column, cell: Cell, _: Areas) -> str:
    text = _written(column, cell)
    if column.role is Role.PERIOD:
        text = _period(text)
    _bounded(column, text)
    return text


def _written(column: Column, cell: Cell) -> str:
    """The text of a cell that a spreadsheet may have typed by itself."""
    if isinstance(cell, str):
        if _ROUNDED.fullmatch(cell):
            raise CellRefused("cell.rounded")
        return cell
    if isinstance(cell, bool) or cell is None:
        raise CellRefused("cell.text")
    if column.role is Role.PERIOD and isinstance(cell, date) and cell.day == 1:
        # What was typed as 10/2026 has become a day.
        return f"{cell:%Y-%m}"
    if isinstance(cell, (int, float)):
        return _figures(column, cell)
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()


def _figures(column: Column, cell: Number) -> str:
    found = of_cell(cell)
    if isinstance(found, float) or abs(found) >= 10**MOST_DIGITS:
        # Spreadsheets keep fifteen digits; a longer code has lost its end.
        raise CellRefused("cell.rounded")
    # A spreadsheet drops zeros at the front; where every value is as long they can be known.
    fixed = int(column.most or 0) if column.least == column.most else 0
    return f"{found:0{fixed}d}" if found >= 0 else str(found)


def _bounded(column: Column, text: str) -> None:
    most = int(MOST_TEXT if column.most is None else column.most)
    if len(text) > most:
        raise CellRefused("cell.long", most=most)
    if column.least is not None and len(text) < column.least:
        raise CellRefused("cell.short", least=int(column.least))


def _number(column: Column, cell: Cell, _: Areas) -> Number:
    bounds = Range(*_COORDINATES.get(column.role, (column.least, column.most)))
    try:
        found = number(cell, bounds, column.unit) if isinstance(cell, str) else of_cell(_typed_number(cell))
    except Ambiguous as error:
        raise CellRefused("cell.ambiguous") from error
    except ValueError as error:
        raise CellRefused("cell.number") from error
    return _within(column, found)


_COORDINATES: Mapping[Role | None, tuple[float, float]] = {Role.LAT: (-90, 90), Role.LONG: (-180, 180)}


def _typed_number(cell: Cell) -> Number:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise ValueError(cell)
    return cell


def _within(column: Column, found: Number) -> Number:
    least, most = _COORDINATES.get(column.role, (column.least, column.most))
    if least is not None and found < least:
        raise CellRefused("cell.low", least=least)
    if most is not None and found > most:
        raise CellRefused("cell.high", most=most)
    return found


def _money(column: Column, cell: Cell, _: Areas) -> int:
    try:
        found = money(cell) if isinstance(cell, str) else of_cell(_typed_number(cell))
    except ValueError as error:
        raise CellRefused("cell.money") from error
    if isinstance(found, float):
        raise CellRefused("cell.money")
    return int(_within(column, found))


def _day(cell: Cell) -> date:
    if isinstance(cell, str):
        return day(cell)
    if isinstance(cell, datetime):
        if cell.time() != time.min:
            raise ValueError(cell)
        return of_our_age(cell.date())
    if isinstance(cell, date):
        return of_our_age(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return day_of_serial(cell)
    raise ValueError(cell)


def _date(_: Column, cell: Cell, __: Areas) -> str:
    try:
        return _day(cell).isoformat()
    except ValueError as error:
        raise CellRefused("cell.date") from error


def _moment(column: Column, cell: Cell, _: Areas) -> str:
    last = column.role is Role.ENDS
    try:
        if isinstance(cell, str):
            return to_text(moment(cell, last))
        found = _typed_moment(cell)
    except ValueError as error:
        raise CellRefused("cell.moment") from error
    if found.timetz() == time.min.replace(tzinfo=VIETNAM):
        return to_text(last_of(found.date()) if last else first_of(found.date()))
    return to_text(found)


def _typed_moment(cell: Cell) -> datetime:
    if not isinstance(cell, datetime):
        return moment_of_serial(_typed_number(cell))
    of_our_age(cell)
    return cell.replace(tzinfo=VIETNAM)


def _flag(_: Column, cell: Cell, __: Areas) -> bool:
    if isinstance(cell, bool):
        return cell
    found = _FLAGS.get(folded(cell if isinstance(cell, str) else _digits(cell)))
    if found is None:
        raise CellRefused("cell.flag")
    return found


def _phone(_: Column, cell: Cell, __: Areas) -> str:
    digits = _PHONE_MARKS.sub("", cell) if isinstance(cell, str) else _digits(cell)
    if not isinstance(cell, str) and _BARE_PHONE.fullmatch(digits):
        digits = f"0{digits}"
    if _SHORT_PHONE.fullmatch(digits):
        return digits
    found = _PHONE.fullmatch(digits)
    if found is None:
        raise CellRefused("cell.phone")
    return f"+84{found[1]}"


def _digits(cell: Cell) -> str:
    """A whole number of a typed cell as it is read; nothing for anything else."""
    return str(of_cell(cell)) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else ""


def _link(_: Column, cell: Cell, __: Areas) -> str:
    text = cell if isinstance(cell, str) else ""
    if len(text) > _MOST_LINK or re.search(r"[\s<>\"'\\^`{|}]", text):
        raise CellRefused("cell.link")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise CellRefused("cell.link") from error
    if parts.scheme != "https" or parts.username is not None or port or "." not in (parts.hostname or ""):
        raise CellRefused("cell.link")
    return text


def _choice(column: Column, cell: Cell, _: Areas) -> str:
    text = folded(_written(column, cell))
    for choice in column.choices:
        if text in (folded(choice.value), folded(choice.name.vi), folded(choice.name.en)):
            return choice.value
    raise CellRefused("cell.choice", choices=", ".join(choice.name.vi for choice in column.choices[:_MOST_NAMED]))


def _hours(column: Column, cell: Cell, _: Areas) -> str:
    try:
        return parse_hours(_written(column, cell))
    except ValueError as error:
        raise CellRefused("cell.hours") from error


def _steps(column: Column, cell: Cell, _: Areas) -> list[list[Number]]:
    found = []
    for part in _entries(_written(column, cell), MOST_STEPS):
        pair = part.split(":")
        try:
            quantity, price = (number(one, Range(0), unit) for one, unit in zip(pair, (column.unit, ""), strict=True))
        except Ambiguous as error:
            raise CellRefused("cell.ambiguous") from error
        except ValueError as error:
            raise CellRefused("cell.steps") from error
        if quantity < 0 or price < 0:
            raise CellRefused("cell.steps")
        found.append([quantity, price])
    return found


def _area(column: Column, cell: Cell, areas: Areas) -> str:
    return _found_area(_written(column, cell), areas)


def _areas(column: Column, cell: Cell, areas: Areas) -> list[str]:
    parts = _entries(_written(column, cell), MOST_ENTRIES)
    return list(dict.fromkeys(_found_area(part, areas) for part in parts))


def _found_area(text: str, areas: Areas) -> str:
    found = areas.find(text)
    if len(found) != 1:
        raise CellRefused("cell.areas" if found else "cell.area", found=len(found))
    return found[0]


def _texts(column: Column, cell: Cell, _: Areas) -> list[str]:
    parts = _entries(_written(column, cell), MOST_ENTRIES)
    for part in parts:
        if part[0] in _REFUSED_BEGINNINGS | _PLUS | _MINUS:
            raise CellRefused("cell.formula")
        _bounded(column, part)
    return parts


def _entries(text: str, most: int) -> list[str]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts or len(parts) > most:
        raise CellRefused("cell.entries", most=most)
    return parts


_PARSERS: Mapping[ColumnType, Callable[[Column, Cell, Areas], Any]] = {
    ColumnType.TEXT: _text,
    ColumnType.NUMBER: _number,
    ColumnType.MONEY: _money,
    ColumnType.DATE: _date,
    ColumnType.MOMENT: _moment,
    ColumnType.FLAG: _flag,
    ColumnType.PHONE: _phone,
    ColumnType.LINK: _link,
    ColumnType.CHOICE: _choice,
    ColumnType.HOURS: _hours,
    ColumnType.STEPS: _steps,
    ColumnType.AREA: _area,
    ColumnType.AREAS: _areas,
    ColumnType.TEXTS: _texts,
}


def _one_line(found: Any) -> Any:
    return " ".join(found.split()) if isinstance(found, str) else found


def _title(found: Any) -> str:
    title = str(_one_line(found))
    if len(title) > _MOST_TITLE or len(folded(title).encode()) > _MOST_FOLDED:
        raise CellRefused("cell.long", most=_MOST_TITLE)
    return title


def _identifier(found: Any) -> str:
    if not _ID.fullmatch(str(found)):
        raise CellRefused("cell.id")
    if len(found) > _MOST_ID:
        raise CellRefused("cell.long", most=_MOST_ID)
    return str(found)


def _code(found: Any) -> str:
    if not normal_code(str(found)):
        raise CellRefused("cell.code")
    return str(found)


def _period(found: Any) -> str:
    text = str(_one_line(found))
    try:
        text = month(text)
    except ValueError:
        if "#" in text or len(text) > _MOST_PERIOD:
            raise CellRefused("cell.period") from None
    return text


# What the keys of records ask beside the type.
_BY_ROLE: Mapping[Role | None, Callable[[Any], Any]] = {
    Role.ID: _identifier,
    Role.TITLE: _title,
    Role.CODE: _code,
    Role.PERIOD: _period,
}
