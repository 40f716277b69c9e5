"""A sheet of matters as CSV: its columns, how Vietnamese office software writes them, and a report of it (pure).

The first line names the columns, in any order. Cells are kept as the text they are, whatever they begin with; only a report,
which a spreadsheet will open, marks those that it could take for a formula.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import FieldError, Invalid, invalid
from chalicelib.feedback.intake_commands import MOST_ROWS

REQUIRED = ("channel", "channel_ref", "phone", "category", "text", "lat", "long")
OPTIONAL = ("name", "title", "address", "area", "occurred_at", "visibility", "share_contact", "about_agency")
_PLACE = ("lat", "long", "address", "area")
_DELIMITERS = ",;\t"

_DECIMAL_COMMA = re.compile(r"-?[0-9]{1,3},[0-9]+")
_TIMES = ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_YES_OR_NO = {"có": "true", "x": "true", "1": "true", "không": "false", "0": "false"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows after the names, each with its first line in the file and its cells that are not empty.

    Raises Invalid for `csv`: not UTF-8, broken quotes, unknown, missing or repeated columns, too many rows; before the first row.
    """
    if "\ufffd" in text:
        # What a reader puts in the place of bytes that are not UTF-8.
        raise invalid("csv", "field.sheet_encoding")
    found = _read(text.removeprefix("\ufeff"))
    if not found:
        raise invalid("csv", "field.sheet_empty")
    names = [name.strip().lower() for name in found[0][1]]
    _check_names(names)
    body = [(line, cells) for line, cells in found[1:] if any(cell.strip() for cell in cells)]
    if len(body) > MOST_ROWS:
        raise invalid("csv", "field.sheet_long", most=MOST_ROWS)
    return ((line, _named(names, cells)) for line, cells in body)


def shaped(values: Mapping[str, str]) -> dict[str, Any]:
    """The values of a row in the shape of a command: the place by itself, decimal points, times with a zone, yes and no."""
    given: dict[str, Any] = {name: value for name, value in values.items() if name not in _PLACE}
    place = {name: values[name] for name in _PLACE if name in values}
    for name in ("lat", "long"):
        if _DECIMAL_COMMA.fullmatch(place.get(name, "")):
            place[name] = place[name].replace(",", ".")
    if "occurred_at" in given:
        given["occurred_at"] = _time(given["occurred_at"])
    if "share_contact" in given:
        given["share_contact"] = _YES_OR_NO.get(given["share_contact"].lower(), given["share_contact"].lower())
    return given | {"location": place}


def by_column(errors: Sequence[FieldError]) -> tuple[FieldError, ...]:
    """The errors under the names of the columns."""
    return tuple(error._replace(field=error.field.removeprefix("location.")) for error in errors)


def report(lines: Sequence[Sequence[str | int]]) -> str:
    """Lines as CSV that a spreadsheet opens without taking any cell for a formula."""
    written = io.StringIO()
    csv.writer(written).writerows([_harmless(str(cell)) for cell in line] for line in lines)
    return written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _read(text: str) -> list[tuple[int, list[str]]]:
    """Every record with the line on which it begins."""
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = list[tuple[int, list[str]]](), 1
    try:
        for cells in reader:
            found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        raise invalid("csv", "field.sheet_broken", line=line) from None
    return found if first else []


def _check_names(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    missing = [name for name in REQUIRED if name not in names]
    repeated = sorted(name for name, many in Counter(names).items() if many > 1)
    said = (("field.sheet_unknown", unknown), ("field.sheet_missing", missing), ("field.sheet_repeated", repeated))
    errors = [
        FieldError("csv", words, (("columns", ", ".join(name[:40] or "–" for name in columns[:20])),))
        for words, columns in said if columns
    ]  # fmt: skip
    if errors:
        raise Invalid(errors)


def _named(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    """The cells by column; one beyond the last name counts under no name, so that it is refused with its row."""
    found = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
    beyond = any(cell.strip() for cell in cells[len(names) :])
    return found | {"–": ""} if beyond else found


def _time(text: str) -> str:
    """A day or time as offices write it, in Vietnam, as RFC 3339 in UTC; anything else as it is."""
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=VIETNAM).astimezone(UTC).isoformat()
        except ValueError:
            continue
    return text
