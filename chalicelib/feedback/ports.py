"""What the heart of the house needs from outside, as it wishes to see it; wiring fills these with the other slices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from chalicelib.feedback.model import Feedback
from chalicelib.feedback.routing import Step
from chalicelib.feedback.values import Follow, Handling, Level, Look, Matter, Spot


class CategoryRule(msgspec.Struct, frozen=True):
    """What a category says about its cases; `publication` is public, review or private."""

    code: str
    handling: Handling
    level: Level
    publication: str
    steps: tuple[Step, ...]


class Named(msgspec.Struct, frozen=True):
    """A code with the name people know."""

    code: str
    name: str


class File(msgspec.Struct, frozen=True):
    """An uploaded photo or document: `by` is `citizen` or the number of the assignment it is evidence for; bytes."""

    id: str
    by: str
    content_type: str
    size: int
    at: datetime


class Dossier(msgspec.Struct, frozen=True):
    """A whole case: its head, every text by reference, its files."""

    feedback: Feedback
    texts: Mapping[str, str] = msgspec.field(default_factory=dict)
    files: tuple[File, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One case in a list."""

    code: str
    status: str
    category: str
    area: str
    level: str
    publication: str
    submitted_at: datetime
    due: datetime | None = None
    agency: str = ""
    title: str = ""
    lat: float | None = None
    long: float | None = None
    scheduled_for: str = ""


class Listing(msgspec.Struct, frozen=True):
    """One list of the centre: an index, the attributes of its key and its order, and the key's value there."""

    index: str
    name: str
    order: str
    key: str


class QueueLine(msgspec.Struct, frozen=True):
    """One case in a list of the centre, and how it came there: what, since when, by which agency (or empty)."""

    case: Feedback
    why: str
    since: datetime
    agency: str = ""


class Found(msgspec.Struct, frozen=True):
    """A case that may be the same matter: how like it is (0 to 1), how many metres away, its words, whether the asker's own."""

    line: Line
    score: float
    metres: float
    text: str
    own: bool


class PublicFilter(msgspec.Struct, frozen=True):
    """What a reader of the public feed wants to see; `box` is west, south, east, north in degrees."""

    districts: tuple[str, ...]
    areas: frozenset[str] | None = None
    category: str | None = None
    status: str | None = None
    agency: str | None = None
    box: tuple[float, float, float, float] | None = None


class Upload(msgspec.Struct, frozen=True):
    """Leave to post one file straight to storage, until `expires_in` seconds have passed."""

    id: str
    key: str
    url: str
    fields: Mapping[str, str]
    expires_in: int


class Store(Protocol):
    """Where cases are kept."""

    def add(self, feedback: Feedback) -> Feedback | None:
        """Write a new case with one conditional write; None if it stands now, else the case that has the code already."""

    def save(self, feedback: Feedback, beside: Feedback | None = None) -> None:
        """Write the next version of a case, only while the case `beside` stands as it was read, where one is given.

        Raises LostRace where somebody else has written either.
        """

    def write_text(self, code: str, ref: str, text: str) -> None:
        """Write a text item before the head refers to it."""

    def head(self, code: str) -> Feedback:
        """The head of a case without the words that may stand beside it; raises NotFound."""

    def dossier(self, code: str) -> Dossier:
        """The whole case; raises NotFound."""

    def everything(self, code: str) -> Sequence[Mapping[str, Any]]:
        """The attributes of everything in the partition of a case, as they stand."""

    def forget(self, code: str, part: str) -> None:
        """Take away one item of a case."""

    def heads(self, codes: Sequence[str]) -> Mapping[str, Feedback]:
        """The heads of at most 100 cases by their codes, those that exist."""

    def places(self, listing: Listing, limit: int, after: Mapping[str, str] | None) -> Sequence[Mapping[str, str]]:
        """The places of cases in a listing, in its order; each says the `code`, and a page can go on `after` it."""

    def keep_look(self, code: str, look: Look) -> None:
        """Record for good that somebody looked at personal data."""

    def looks(self, code: str) -> Sequence[Look]:
        """Who looked at the personal data of a case, the earliest first."""

    def attach(self, code: str, file: File, most: int) -> bool:
        """Register an uploaded file once; False where that party has `most` files already."""

    def own(
        self, reporter: str, limit: int, after: Mapping[str, str] | None
    ) -> tuple[Sequence[Line], Mapping[str, str] | None]:
        """The reporter's cases, newest first, and where to go on."""

    def desk(
        self, desk: str, limit: int, after: Mapping[str, str] | None
    ) -> tuple[Sequence[Line], Mapping[str, str] | None]:
        """What waits at a desk, the most urgent first, and where to go on."""

    def public(self, wanted: PublicFilter, limit: int, before: str) -> tuple[Sequence[Line], str]:
        """Public cases, newest first, that come before the place `before`; and the place to go on from, empty at the end."""

    def due(self, desk: str, until: datetime, limit: int) -> Sequence[Line]:
        """Cases at the desk that were due by `until`."""

    def changed(self, shard: int, after: datetime, until: datetime, limit: int) -> Sequence[tuple[str, datetime]]:
        """Codes of cases changed after a time, up to another, in order, with the time of their last change."""

    def watched(self, watch: str, until: datetime, limit: int) -> Sequence[str]:
        """Codes of cases under a watch whose time came by `until`, the earliest first."""

    def listed(
        self, watch: str, limit: int, after: Mapping[str, str] | None
    ) -> tuple[Sequence[str], Mapping[str, str] | None]:
        """Codes of all cases under a watch, in the order of their times, and where to go on."""

    def walk(self, of: str = "watch#calendar") -> tuple[str, int]:
        """How far somebody has come in walking through the open cases, in his own words, and their version; at first ("", 0)."""

    def keep_walk(self, text: str, version: int, of: str = "watch#calendar") -> bool:
        """Remember how far somebody has come; False where the version before is not the one that stands."""

    def nearby(self, cells: Sequence[str], most: int) -> Sequence[Spot]:
        """Open public cases in these cells, of each the newest `most`."""

    def words(self, cases: Sequence[Feedback]) -> Mapping[str, Matter]:
        """By their codes the words of at most 100 cases whose heads were read, wherever they stand."""

    def follow(self, code: str, account: str, at: datetime) -> None:
        """Let an account follow a case; once, however often it is said."""

    def unfollow(self, code: str, account: str) -> bool:
        """Let an account follow a case no more; whether it did."""

    def followers(self, code: str) -> Sequence[str]:
        """The accounts that follow a case, however many; read consistently."""

    def followed(
        self, account: str, limit: int, after: Mapping[str, str] | None
    ) -> tuple[Sequence[Follow], Mapping[str, str] | None]:
        """What an account follows, what it followed last first, and where to go on."""

    def watermark(self, shard: int) -> datetime:
        """Up to when the sweep has found every change to have had its effect."""

    def move_watermark(self, shard: int, to: datetime) -> None:
        """Remember how far the sweep has come; never moves back."""

    def unsettled(self, now: datetime, limit: int) -> Sequence[tuple[str, int]]:
        """Codes of cases whose events were published again and are to be looked at by `now`, with the number of tries."""

    def keep_unsettled(self, code: str, tries: int, look_at: datetime) -> None:
        """Remember to look at a case again."""

    def settle(self, code: str) -> None:
        """Forget a case whose events have had their effects."""


class Directory(Protocol):
    """Reference data as of today."""

    def category(self, code: str) -> CategoryRule | None:
        """The category, or None where there is none today."""

    def place(self, lat: float, long: float, confirmed: str | None) -> str:
        """The area to route to: the confirmed commune, else the commune found, else the district; raises Invalid outside."""

    def path(self, area: str) -> tuple[tuple[str, str], ...]:
        """(level, code) of the area and all above it, lowest first; of one that has ended those of its successor.

        Empty for an unknown one.
        """

    def competent(self, kind: str, area: str) -> str | None:
        """The agency of that kind that serves that area today."""

    def area(self, code: str, at: datetime | None = None) -> Named:
        """The area's name, at that moment where one is given, also of one that has ended; the code of one never known."""

    def agency(self, code: str, at: datetime | None = None) -> Named:
        """The agency's name, at that moment where one is given, also of one that has ended; the code of one never known."""

    def has_agency(self, code: str) -> bool:
        """Whether the agency exists today."""

    def needs_approval(self, code: str) -> bool:
        """Whether the agency's answers need its head's approval (ký duyệt)."""

    def above(self, code: str) -> tuple[str, ...]:
        """The agencies above this one that work today, the nearest first; ends where the tree turns back on itself."""

    def heirs(self, code: str, category: str = "") -> tuple[str, ...]:
        """The agencies of today that succeed one that has ended, in matters of a category; none for one that works."""

    def knows_agency(self, code: str) -> bool:
        """Whether there is such an agency or was one."""

    def knows_category(self, code: str) -> bool:
        """Whether there is such a category or was one."""

    def within(self, area: str) -> frozenset[str]:
        """The area and every area below it; empty for an unknown one."""

    def districts(self) -> tuple[str, ...]:
        """The shards of the public feed: every district, also one that has ended, and a province without districts."""


class Files(Protocol):
    """Where photos and documents are kept."""

    def upload(self, code: str, by: str, declared_type: str, size: int, back_to: str = "") -> Upload:
        """Leave to upload one file; `back_to` is where a browser form goes afterwards."""

    def link(self, code: str, file: File) -> str:
        """An address at which the file can be read for some minutes."""

    def arrived(self, code: str, by: str, identifier: str) -> File | None:
        """An uploaded file as its first bytes show it, its type empty for one we do not take; None where none has arrived."""


class Draft(msgspec.Struct, frozen=True):
    """What the head of an agency signs: the answer that the history entry `seq` of a case submitted, by that duty."""

    code: str
    assignment: int
    seq: int


class CodeSent(msgspec.Struct, frozen=True):
    """A one-time code is on its way: good for `expires_in` seconds, to the phone whose number ends with `phone_end`."""

    expires_in: int
    phone_end: str


class Signatures(Protocol):
    """One-time codes on the own phones of agencies' heads."""

    def send(self, agency: str, draft: Draft, key: str, language: str) -> CodeSent:
        """Send the head a code for this draft; a call with the same key sends nothing again.

        Raises TooMany, Conflict where the head cannot be reached, Unavailable.
        """

    def check(self, draft: Draft, code: str) -> None:
        """Count a guess at the code of this draft; raises Invalid for `code` unless it is right and still good."""


class SealedParts(Protocol):
    """Where the parts of sealed cases are kept; the API can only write there."""

    def keep(self, code: str, part: str, content: str) -> None:
        """Keep one part of a case as JSON; a second time replaces the first."""

    def opened(self, code: str) -> Mapping[str, str]:
        """Every part by name; for whoever may read."""


class CaseCopies(Protocol):
    """Files that move or multiply with their case."""

    def copy(self, code: str, to: str, file: File) -> None:
        """Lay the reporter's file beside another case as well; there it registers itself as an upload does."""

    def seal(self, code: str, file: File) -> None:
        """Move a file to where the API can only write; nothing where that was done."""

    def sealed_link(self, code: str, file: File) -> str:
        """An address at which a sealed file can be read for an hour; for whoever may read."""


class Effects(Protocol):
    """What an event should have caused, as the sweep asks for it."""

    def missing(self, feedback: Feedback) -> Sequence[int]:
        """The numbers of the history entries whose event was not yet seen by its consumers."""


class Publisher(Protocol):
    """The way to other slices."""

    def publish(self, feedback: Feedback, seqs: Sequence[int]) -> None:
        """Publish the events of these history entries (again)."""


class Contacts(Protocol):
    """The reporter's name and phone, for an agency that may see them."""

    def contact(self, account: str) -> tuple[str, str] | None:
        """(name, phone) of the account, or None."""
