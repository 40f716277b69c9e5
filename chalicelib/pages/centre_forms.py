"""The forms of a case on the centre's screen: which fields each decision has, what was typed, where what is wrong stands."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chalicelib.core.errors import FieldError
from chalicelib.core.words import say as say_error
from chalicelib.pages.centre_model import Act
from chalicelib.pages.forms import Problem, Typed, iso_date, text
from chalicelib.pages.words import say

# The fields of the JSON routes that the form of a decision has; the parts of a split come on top.
FIELDS: Mapping[Act, tuple[str, ...]] = {
    Act.ASSIGN: ("agency", "note"),
    Act.REFUSE: ("reason_code", "note"),
    Act.PUBLISH: (),
    Act.GRANT: ("until", "reason"),
    Act.DENY: ("reason",),
    Act.SUPPORT: ("agency", "note"),
    Act.MERGE: ("into", "reason"),
    Act.SPLIT: ("note",),
    Act.HIDE: ("reason",),
    Act.UNHIDE: ("reason",),
    Act.SEAL: ("reason",),
    Act.REVEAL: ("reason",),
}
PART = ("category", "title", "text")
LEAST_PARTS = 2
MOST_PARTS = 5


class Slot(msgspec.Struct, frozen=True):
    """One part of a split as it stands in the form: its number there, from 1, and what was typed."""

    number: int
    category: str = ""
    title: str = ""
    text: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.category or self.title or self.text)


def slots(typed: Typed, more: bool = False) -> list[Slot]:
    """The parts of the form: as many as were shown, or one `more`."""
    given = text(typed, "parts")
    shown = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else LEAST_PARTS
    count = min(MOST_PARTS, max(LEAST_PARTS, shown) + more)
    return [Slot(number, *(text(typed, f"{name}-{number}") for name in PART)) for number in range(1, count + 1)]


def fields(act: Act, typed: Typed) -> dict[str, Any]:
    """What was typed, by the names that the JSON route of the decision takes."""
    made: dict[str, Any] = {name: typed[name] for name in FIELDS[act] if name in typed}
    if "until" in made:
        made["until"] = iso_date(made["until"])
    if act is Act.MERGE and text(typed, "into_other"):
        made["into"] = typed["into_other"]
    if act is Act.SPLIT:
        made["parts"] = [
            {name: value for name in PART if (value := getattr(slot, name))} for slot in slots(typed) if not slot.empty
        ]
    return made


def problems(act: Act, errors: Sequence[FieldError], typed: Typed, language: str) -> list[Problem]:
    """The refused fields in the reader's words, in the order given, each with the place of its input on the page."""
    return [_problem(act, error, typed, language) for error in errors]


def _problem(act: Act, error: FieldError, typed: Typed, language: str) -> Problem:
    message = say_error(error.words, language, **dict(error.params))
    name, _, rest = error.field.partition(".")
    if name != "parts":
        anchor = "into_other" if name == "into" else name
        return Problem(f"{act}-{anchor}", say(f"field.{act}.{name}", language), message)
    if not rest:
        # Too few parts: the first that lacks is where to go on.
        return Problem("split-text-2", say("act.split", language), message)
    filled = [slot.number for slot in slots(typed) if not slot.empty]
    place, _, part = rest.partition(".")
    number = filled[int(place)] if place.isdigit() and int(place) < len(filled) else 1
    part = part if part in PART else "text"
    label = f"{say('split.part', language, n=number)}, {say(f'split.{part}', language)}"
    return Problem(f"{act}-{part}-{number}", label, message)
