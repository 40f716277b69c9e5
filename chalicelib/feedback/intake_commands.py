"""What the centre enters on behalf of people, and tries, as types."""

from enum import StrEnum
from typing import Annotated

import msgspec

from chalicelib.feedback.commands import Command, Submit

# About 500 rows of a long text each, and a body with room for what JSON adds to it.
MOST_SHEET = 700_000
MOST_SHEET_BODY = 1_000_000
MOST_ROWS = 2000
MOST_CASES = 200

Phone = Annotated[str, msgspec.Meta(min_length=9, max_length=24)]


class OlderChannel(StrEnum):
    """Every channel but the app, by the values of Channel: provincial portal, one-stop service, hotline, paper, visit."""

    PORTAL = "portal"
    ONE_STOP = "one_stop"
    HOTLINE = "hotline"
    PAPER = "paper"
    VISIT = "visit"


class Enter(Submit, frozen=True, kw_only=True):
    """A matter that came by another channel than the app, under that channel's own number, from the owner of a phone.

    A field that Submit has means the same here; the name is kept where the person has no account yet.
    """

    channel: OlderChannel
    channel_ref: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    phone: Phone
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""


class EnterSheet(Command, frozen=True, kw_only=True):
    """Many matters as CSV with a line of names; `from_line` goes on where an answer before has stopped."""

    csv: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_SHEET)]
    from_line: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1


class TryStep(Command, frozen=True, kw_only=True):
    """One step of the rule: the agency of `kind` that serves the place's area of `level`."""

    kind: Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,40}$")]
    level: Annotated[str, msgspec.Meta(pattern="^(commune|district|province)$")]


class TryRouting(Command, frozen=True, kw_only=True):
    """A rule, and on how many cases of the category it is to be tried."""

    routing: Annotated[tuple[TryStep, ...], msgspec.Meta(max_length=8)]
    last: Annotated[int, msgspec.Meta(ge=1, le=MOST_CASES)] = 100
