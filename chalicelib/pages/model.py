"""What a page shows, as plain facts; filled by a bridge from the slices that know them (chalicelib/bridges/pages.py)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Task(StrEnum):
    """What an officer can do on the page; the last part of the address of its form."""

    ACCEPT = "accept"
    ANSWER = "answer"
    ASK = "ask"
    HAND_OVER = "hand_over"
    GIVE_BACK = "give_back"
    EXTEND = "extend"


class Part(StrEnum):
    """Whether the agency has the case, or was only offered it by another."""

    HOLDER = "holder"
    RECEIVER = "receiver"


@dataclass(frozen=True, slots=True)
class Remaining:
    """The time until a deadline: whole working days, or, for an urgent case, minutes around the clock; negative is overdue.

    `overdue` alone says whether it is; on the last day `days` is 0 either way.
    """

    days: int
    overdue: bool
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or document that can be read at `url` for an hour; `name` is its number for people, from 1."""

    id: str
    url: str
    content_type: str
    name: int

    @property
    def shown(self) -> bool:
        """Whether every browser shows it; HEIC and PDF are links instead."""
        return self.content_type in ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class Paper:
    """An official document with an answer; `date` is ISO, `url` None where it was not uploaded."""

    number: str
    date: str
    signer: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the history in the reader's language; `agency` is the one concerned, where that is not the actor."""

    at: datetime
    action: str
    action_text: str
    by: str
    agency: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The agency's answer; `scheduled_for` is an ISO date or empty."""

    at: datetime
    agency: str
    outcome: str
    outcome_text: str
    result: str
    next_step: str = ""
    scheduled_for: str = ""
    rate_by: datetime | None = None
    photos: tuple[Picture, ...] = ()
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """The reporter's name (may be empty) and phone in E.164; only ever with the reporter's consent."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
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
    photos: tuple[Picture, ...] = ()
    history: tuple[Moment, ...] = ()
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole page behind a signed link: the subject, and what concerns only the agency that holds the link.

    `agency` is the link's own agency, `other` the other side of a pending hand-over. `tasks` are those possible now.
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
    reopened_because: str | None = None
    evidence: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Tracked:
    """What the address in a citizen's SMS shows; `public` is false where only the status may be told."""

    subject: Subject
    public: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How the assignment of an ended link ended: the last action, by whom, when."""

    code: str
    action: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to post one file straight to the store: the form's address and hidden fields."""

    id: str
    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One agency that can be chosen."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Agencies that belong together in a list; `name` is what stands above them."""

    name: str
    choices: tuple[Choice, ...]
