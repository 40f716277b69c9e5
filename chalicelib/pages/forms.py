"""The forms of the page: what they carry hidden, what they bring back."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.core import codes
from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import FieldError
from chalicelib.core.words import say as say_error
from chalicelib.pages.model import File, Task
from chalicelib.pages.words import say

Typed = Mapping[str, Any]

# The fields of the JSON routes that the form of a task has; the files of an answer come on top.
FIELDS: Mapping[Task, tuple[str, ...]] = {
    Task.ACCEPT: (),
    Task.ANSWER: ("outcome", "result", "next_step", "scheduled_for"),
    Task.SUBMIT_APPROVAL: ("outcome", "result", "next_step", "scheduled_for"),
    Task.APPROVE: ("code",),
    Task.RETURN: ("reason",),
    Task.CONTRIBUTE: ("text",),
    Task.ASK: ("question",),
    Task.HAND_OVER: ("agency", "reason"),
    Task.GIVE_BACK: ("reason",),
    Task.EXTEND: ("until", "reason"),
}
_DATES = ("scheduled_for", "until")
_DOCUMENT = ("number", "date", "signer")
_SPOKEN_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")

# The labels of fields in an error summary, where they are not `<task>.<field>`.
_LABELS = {
    "outcome": "outcome",
    "result": "answer.result",
    "next_step": "answer.next_step",
    "scheduled_for": "answer.scheduled_for",
    "question": "ask.question",
    "code": "approve.code",
    "text": "contribute.text",
    "agency": "hand_over.agency",
    "reason": "reason",
    "until": "extend.until",
    "number": "document.number",
    "date": "document.date",
    "signer": "document.signer",
}


class Hidden(msgspec.Struct, frozen=True):
    """What a form carries unseen: the nonce that only we can derive, the key that makes a double click one deed."""

    nonce: str
    key: str


class Problem(msgspec.Struct, frozen=True):
    """One field that was refused: where it stands on the page, its label, what it must be."""

    anchor: str
    label: str
    message: str


class Forms:
    """Makes and checks what forms carry; `new_key` gives a fresh random text."""

    def __init__(self, secret: str, new_key: Callable[[], str]) -> None:
        self._secret = secret
        self._new_key = new_key

    def hidden(self, token: str, now: datetime) -> Hidden:
        """What a form made now carries."""
        return Hidden(self._nonce(token, now), self._new_key())

    def fresh(self, token: str, typed: Typed, now: datetime) -> bool:
        """Whether the form was made by us for this link, today or yesterday in Vietnam."""
        given = text(typed, "nonce")
        return any(codes.same(given, self._nonce(token, now - timedelta(days=back))) for back in (0, 1))

    def _nonce(self, token: str, moment: datetime) -> str:
        return codes.nonce(self._secret, f"{token}\n{moment.astimezone(VIETNAM):%Y-%m-%d}")


def text(typed: Typed, name: str) -> str:
    """One field as typed, empty where it is missing or came twice."""
    value = typed.get(name, "")
    return value if isinstance(value, str) else ""


def texts(typed: Typed, name: str) -> tuple[str, ...]:
    """Every value of a field that can come several times."""
    value = typed.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)


def key(typed: Typed) -> str:
    """The key of a deed: the form's, and what was typed, so that a changed text is another deed; empty without one."""
    given = text(typed, "key")
    if not given:
        return ""
    content = sorted((name, texts(typed, name)) for name in typed if name not in ("nonce", "key"))
    return f"{given[:64]}.{codes.fingerprint(repr(content))}"


def fields(task: Task, typed: Typed, evidence: Sequence[File]) -> dict[str, Any]:
    """What was typed, by the names that the JSON route of the task takes."""
    made: dict[str, Any] = {name: typed[name] for name in FIELDS[task] if name in typed}
    for name in _DATES:
        if name in made:
            made[name] = iso_date(made[name])
    if "code" in made and isinstance(made["code"], str):
        made["code"] = "".join(made["code"].split())  # as people read it out: 123 456
    if task is Task.CONTRIBUTE and texts(typed, "files"):
        made["photos"] = list(texts(typed, "files"))
    if task in (Task.ANSWER, Task.SUBMIT_APPROVAL):
        made |= _files(typed, evidence)
        if made.get("outcome") != "scheduled":
            # The field is out of sight then, and may still hold what was typed before.
            made.pop("scheduled_for", None)
    return made


def _files(typed: Typed, evidence: Sequence[File]) -> dict[str, Any]:
    documents = documents_of(typed, evidence)
    chosen = [file for file in texts(typed, "files") if file not in {document.id for document in documents}]
    made: dict[str, Any] = {}
    if chosen:
        made["photos"] = chosen
    if documents:
        made["documents"] = [_document(typed, document.id) for document in documents]
    return made


def documents_of(typed: Typed, evidence: Sequence[File]) -> list[File]:
    """The chosen files that are documents, in the order in which they are sent."""
    chosen = texts(typed, "files")
    return [file for file in evidence if file.id in chosen and file.content_type == "application/pdf"]


def _document(typed: Typed, file: str) -> dict[str, Any]:
    typed_in = {name: typed[f"{name}-{file}"] for name in _DOCUMENT if f"{name}-{file}" in typed}
    if "date" in typed_in:
        typed_in["date"] = iso_date(typed_in["date"])
    return {**typed_in, "file": file}


def iso_date(typed: Any) -> Any:
    """An ISO date from what a browser without a date field lets people type: 30/05/2023."""
    found = _SPOKEN_DATE.fullmatch(typed.strip()) if isinstance(typed, str) else None
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else typed


def problems(errors: Sequence[FieldError], documents: Sequence[File], language: str) -> list[Problem]:
    """The refused fields in the reader's words, in the order given, each with the place of its input on the page."""
    return [_problem(error, documents, language) for error in errors]


def _problem(error: FieldError, documents: Sequence[File], language: str) -> Problem:
    name, _, rest = error.field.partition(".")
    if error.field == "code" and error.words == "field.pattern":
        error = FieldError("code", "field.six_digits")
    message = say_error(error.words, language, **dict(error.params))
    if name == "documents" and rest:
        place, _, part = rest.partition(".")
        file = documents[int(place)].id
        label = say(_LABELS[part], language) if part in _LABELS else say("evidence.list", language)
        return Problem(f"{part}-{file}" if part in _DOCUMENT else "evidence", label, message)
    if name in ("photos", "documents"):
        return Problem("evidence", say("evidence.list", language), message)
    label = say(_LABELS[name], language) if name in _LABELS else name
    return Problem(name, label, message)
