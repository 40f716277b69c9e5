"""The directory as the staff sees it: every row, planned ones too, with its version and its history."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.core.errors import FieldError
from chalicelib.core.words import say
from chalicelib.directory.model import Agency, Category, DayChange, Officers

if TYPE_CHECKING:  # the API's cold start does without what only these routes do
    from chalicelib.directory.administration import Record
    from chalicelib.directory.changes import Change


class Note(msgspec.Struct, frozen=True):
    """Something worth knowing about what was saved; it does not stop anybody."""

    field: str
    message: str


class CategoryRecord(msgspec.Struct, frozen=True):
    """A category by periods; `version` goes with the next change."""

    code: str
    version: int
    rows: list[Category]
    notes: list[Note]


class CategoryRows(msgspec.Struct, frozen=True):
    """Every row of every category."""

    items: list[Category]


class AgencyRecord(msgspec.Struct, frozen=True):
    """An agency and its officers by periods; `version` goes with the next change."""

    code: str
    version: int
    rows: list[Agency]
    officers: list[Officers]
    notes: list[Note]


class DayRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a day was made; without a `kind` it is as the public calendar says."""

    day: date
    version: int
    kind: str | None = None
    reason: str | None = None


class DayRows(msgspec.Struct, frozen=True):
    """Every override of the public calendar, by day."""

    items: list[DayChange]


class ChangeView(msgspec.Struct, frozen=True):
    """Who changed what, when and why: the rows as they were and as they are."""

    number: int
    at: datetime
    user: str
    reason: str
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]


class ChangeList(msgspec.Struct, frozen=True):
    """Every change, the newest first."""

    items: list[ChangeView]


def category_record(found: "Record[Category]", language: str) -> CategoryRecord:
    """A category, with notes in the caller's language."""
    return CategoryRecord(found.code, found.version, list(found.rows), _notes(found.notes, language))


def agency_record(found: "Record[Agency]", language: str) -> AgencyRecord:
    """An agency, with notes in the caller's language."""
    notes = _notes(found.notes, language)
    return AgencyRecord(found.code, found.version, list(found.rows), list(found.officers), notes)


def day_record(day: date, found: "Record[DayChange]") -> DayRecord:
    """A day of the calendar."""
    row = found.rows[0] if found.rows else None
    return DayRecord(day, found.version, row.kind if row else None, row.reason if row else None)


def change_list(found: "list[Change]") -> ChangeList:
    """A history."""
    return ChangeList([
        ChangeView(one.number, one.at, one.user, one.reason, list(one.before), list(one.after)) for one in found
    ])  # fmt: skip


def _notes(notes: tuple[FieldError, ...], language: str) -> list[Note]:
    return [Note(note.field, say(note.words, language, **dict(note.params))) for note in notes]
