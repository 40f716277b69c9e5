"""What the pages of the operations centre show, as plain facts; filled by chalicelib/bridges/centre.py."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib.pages.model import Answer, Group, Held, Remaining, Subject, Support


class Act(StrEnum):
    """What can be decided on a case; the last part of the address to which its form is sent."""

    ASSIGN = "assign"
    REFUSE = "refuse"
    PUBLISH = "publish"
    GRANT = "grant"
    DENY = "deny"
    SUPPORT = "support"
    MERGE = "merge"
    SPLIT = "split"
    HIDE = "hide"
    UNHIDE = "unhide"
    SEAL = "seal"
    REVEAL = "reveal"


class Wanted(msgspec.Struct, frozen=True):
    """Which list, and what of it: codes of a category, an area with all below it, an agency; empty for all."""

    what: str = "assign"
    category: str = ""
    area: str = ""
    agency: str = ""
    cursor: str = ""

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.category or self.area or self.agency)

    def query(self) -> Mapping[str, str]:
        """The list by the names of the address, without the place in it."""
        named = {"category": self.category, "area": self.area, "agency": self.agency}
        return {"what": self.what, **{name: value for name, value in named.items() if value}}


class Tab(msgspec.Struct, frozen=True):
    """One list: its name in addresses, and how many cases stand in it; `more` where there are more than were counted."""

    what: str
    count: int
    more: bool


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One case in a list: how it came there (`why`), since when, by which agency."""

    code: str
    title: str
    first_words: str
    category: str
    place: str
    status_text: str
    why: str
    since: datetime
    by: str
    agency: str
    remaining: Remaining
    deadline: datetime
    urgent: bool


class Listing(msgspec.Struct, frozen=True):
    """A page of a list; `cursor` leads to the next, empty on the last."""

    lines: tuple[Waiting, ...]
    cursor: str = ""


class Option(msgspec.Struct, frozen=True):
    """Something that can be chosen in a filter."""

    code: str
    name: str


class Filters(msgspec.Struct, frozen=True):
    """What a list can be filtered by; areas and agencies grouped."""

    categories: tuple[Option, ...]
    areas: tuple[Group, ...]
    agencies: tuple[Group, ...]


class Likeness(msgspec.Struct, frozen=True):
    """A case that may be the same matter: `distance` in metres."""

    code: str
    title: str
    first_words: str
    status_text: str
    distance: int


class Proposal(msgspec.Struct, frozen=True):
    """The agency that the rule of the category, or the matter itself, would give the case to; `gave_back` where it had it."""

    code: str
    name: str
    gave_back: bool = False


class CentreSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A case on the centre's one screen. `acts` are those possible now; the words of states are in the reader's language."""

    subject: Subject
    acts: tuple[Act, ...]
    publication: str
    level: str
    channel: str = ""
    occurred_at: datetime | None = None
    proposal: Proposal | None = None
    similar: tuple[Likeness, ...] = ()
    extension_until: datetime | None = None
    extension_granted: bool | None = None
    offered_to: str = ""
    offered_until: datetime | None = None
    about: str = ""
    refusal: str = ""
    merged_into: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()
    supports: tuple[Support, ...] = ()
    draft: Answer | None = None
    held: tuple[Held, ...] = ()
    sealed: bool = False


class Done(msgspec.Struct, frozen=True):
    """The last thing that happened to a case, as a list says it; `agency` is the one concerned."""

    code: str
    action: str
    agency: str = ""
    into: str = ""


class Looked(msgspec.Struct, frozen=True):
    """Somebody looked at the personal data of a case."""

    at: datetime
    user: str
    what: str
    reason: str


class Asked(msgspec.Struct, frozen=True):
    """One request for a page of the centre: the header Cookie, query and form as they came, the correlation id."""

    cookie: str
    language: str
    query: Mapping[str, Any]
    typed: Mapping[str, Any]
    cid: str
