"""What a page shows, as plain facts; filled by a bridge from the slices that know them (chalicelib/bridges/pages.py)."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Task(StrEnum):
    """What an officer can do on the page; the last part of the address of its form."""

    ACCEPT = "accept"
    ANSWER = "answer"
    SUBMIT_APPROVAL = "submit_approval"
    APPROVE = "approve"
    RETURN = "return"
    CONTRIBUTE = "contribute"
    ASK = "ask"
    HAND_OVER = "hand_over"
    GIVE_BACK = "give_back"
    EXTEND = "extend"


class Part(StrEnum):
    """Whether the agency has the case (or its head opens it), was only offered it by another, or supports the one that has it."""

    HOLDER = "holder"
    HEAD = "head"
    RECEIVER = "receiver"
    SUPPORTER = "supporter"


class Remaining(msgspec.Struct, frozen=True):
    """The time until a deadline: whole working days, or, for an urgent case, minutes around the clock; negative is overdue.

    `overdue` alone says whether it is; on the last day `days` is 0 either way.
    """

    days: int
    overdue: bool
    minutes: int | None = None


class File(msgspec.Struct, frozen=True):
    """A photo or document that can be read at `url` for an hour; `name` is its number for people, from 1."""

    id: str
    url: str
    content_type: str
    name: int

    @property
    def shown(self) -> bool:
        """Whether every browser shows it; HEIC and PDF are links instead."""
        return self.content_type in ("image/jpeg", "image/png", "image/webp")


class Document(msgspec.Struct, frozen=True):
    """An official document with an answer; `date` is ISO, `url` None where it was not uploaded."""

    number: str
    date: str
    signer: str
    url: str | None


class Entry(msgspec.Struct, frozen=True):
    """One history entry in the reader's language; `agency` is the one concerned, where that is not the actor."""

    at: datetime
    action: str
    action_text: str
    by: str
    agency: str = ""
    text: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The agency's answer; `scheduled_for` is an ISO date or empty."""

    at: datetime
    agency: str
    outcome: str
    outcome_text: str
    result: str
    next_step: str = ""
    scheduled_for: str = ""
    rate_by: datetime | None = None
    photos: tuple[File, ...] = ()
    documents: tuple[Document, ...] = ()


class Contact(msgspec.Struct, frozen=True):
    """The reporter's name (may be empty) and phone in E.164; only ever with the reporter's consent."""

    name: str
    phone: str


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is about and where it stands: what both pages show of it. Coordinates in degrees (WGS 84)."""

    code: str
    status: str
    status_text: str
    category: str
    place: str
    agency: str
    submitted_at: datetime
    deadline: datetime
    remaining: Remaining
    title: str = ""
    text: str = ""
    address: str = ""
    lat: float | None = None
    long: float | None = None
    urgent: bool = False
    photos: tuple[File, ...] = ()
    history: tuple[Entry, ...] = ()
    answer: Answer | None = None


class Said(msgspec.Struct, frozen=True):
    """What somebody said, and when."""

    at: datetime
    text: str


class Support(msgspec.Struct, frozen=True):
    """A supporting agency: what it has said and uploaded so far."""

    agency: str
    said: tuple[Said, ...] = ()
    files: tuple[File, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """One agency's time with the case; `until` is None while it has it, `days` are working days to a tenth."""

    agency: str
    since: datetime
    until: datetime | None
    days: float


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page behind a signed link: the subject, and what concerns only the agency that holds the link.

    `agency` is the link's own agency, `other` the other side of a pending hand-over, or who is in charge where this agency only
    supports it. `tasks` are those possible now. `draft` waits for the head, `asked` is what a supporting agency is asked for.
    """

    subject: Subject
    part: Part
    agency: str
    version: int
    tasks: tuple[Task, ...]
    occurred_at: datetime | None = None
    contact: Contact | None = None
    other: str = ""
    give_back_until: datetime | None = None
    reply_until: datetime | None = None
    extension_until: datetime | None = None
    extension_granted: bool | None = None
    accept_by: datetime | None = None
    draft: Answer | None = None
    returned_because: str | None = None
    asked: str = ""
    supports: tuple[Support, ...] = ()
    held: tuple[Held, ...] = ()
    reopened_because: str | None = None
    evidence: tuple[File, ...] = ()


class Tracked(msgspec.Struct, frozen=True):
    """What the address in a citizen's SMS shows; `public` is false where only the status may be told."""

    subject: Subject
    public: bool


class Ending(msgspec.Struct, frozen=True):
    """How the assignment of an ended link ended: the last action, by whom, when."""

    code: str
    action: str
    by: str
    at: datetime


class Leave(msgspec.Struct, frozen=True):
    """Leave to post one file straight to the store: the form's address and hidden fields."""

    id: str
    url: str
    fields: tuple[tuple[str, str], ...]


class SentCode(msgspec.Struct, frozen=True):
    """A code is on its way: to the number that ends so, good for so many minutes."""

    end: str
    minutes: int


class Choice(msgspec.Struct, frozen=True):
    """One agency that can be chosen."""

    code: str
    name: str


class Group(msgspec.Struct, frozen=True):
    """Agencies that belong together in a list; `name` is what stands above them."""

    name: str
    choices: tuple[Choice, ...]
