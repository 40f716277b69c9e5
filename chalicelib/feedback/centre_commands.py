"""What the operations centre asks of a case, as types; assign, refuse, publish and a bare reason stand in commands.py."""

from datetime import date
from typing import Annotated

import msgspec

from chalicelib.feedback.commands import Code, Command, Cursor, Limit, Reason, Text

Note = Annotated[str, msgspec.Meta(max_length=1000)]
MOST_PARTS = 5
MOST_SUPPORTERS = 5


class Merge(Command, frozen=True, kw_only=True):
    """The code of the main case into which this one is merged, and why."""

    into: Code
    reason: Reason


class Part(Command, frozen=True, kw_only=True):
    """One question of a matter that has several: its category and its words."""

    category: Code
    text: Text
    title: Annotated[str, msgspec.Meta(max_length=120)] = ""


class Split(Command, frozen=True, kw_only=True):
    """The questions of a matter, each of which becomes a case of its own."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=2, max_length=MOST_PARTS)]
    note: Note = ""


class Support(Command, frozen=True, kw_only=True):
    """Another agency that is asked to contribute, and with what."""

    agency: Code
    note: Note = ""


class Grant(Command, frozen=True, kw_only=True):
    """Until when (else until the day that the agency asked for), and why."""

    until: date | None = None
    reason: Reason


class OpenSealed(Command, frozen=True, kw_only=True):
    """Which sealed case an auditor opens, who that is, and why; AWS records which IAM principal it was."""

    code: Code
    auditor: Annotated[str, msgspec.Meta(min_length=3, max_length=200)]
    reason: Reason


class ListQueue(Command, frozen=True, kw_only=True):
    """A page of what the centre has to look after, by list, filtered by category, area (with all below it) and agency."""

    what: Annotated[str, msgspec.Meta(pattern="^(assign|publish|extension|reopened|overdue|unsatisfied)$")] = "assign"
    category: Code | None = None
    area: Code | None = None
    agency: Code | None = None
    cursor: Cursor | None = None
    limit: Limit = 20
