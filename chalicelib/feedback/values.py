"""The values a case is made of: small frozen facts without behaviour.

Those that are stored are JSON arrays in the table: a new field comes last and has a default, so that older ones can be read.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from chalicelib.core.actors import Actor, ActorKind
from chalicelib.feedback.lifecycle import Action, Status


class Publication(StrEnum):
    """Whether the public may read a case."""

    PENDING = "pending"
    PUBLIC = "public"
    PRIVATE = "private"
    HIDDEN = "hidden"


class Level(StrEnum):
    """How much haste a case needs."""

    URGENT = "urgent"
    NORMAL = "normal"
    COMPLEX = "complex"


class Outcome(StrEnum):
    """What an answer amounts to."""

    RESOLVED = "resolved"
    SCHEDULED = "scheduled"
    EXPLAINED = "explained"


class Rating(StrEnum):
    """hài lòng, chấp nhận được, không hài lòng."""

    SATISFIED = "satisfied"
    ACCEPTABLE = "acceptable"
    UNSATISFIED = "unsatisfied"


class RefusalReason(StrEnum):
    """Why a matter is not taken; each has a door that takes it (core/words.py, `refusal_door.*`)."""

    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    CRIME_REPORT = "crime_report"
    ADMIN_RULE = "admin_rule"
    COURT = "court"
    OUT_OF_SCOPE = "out_of_scope"
    NO_CONTENT = "no_content"
    ABUSE = "abuse"


class Channel(StrEnum):
    """By which way a matter came to the province; all but the app are entered by the centre on behalf of a person."""

    APP = "app"
    PORTAL = "portal"
    ONE_STOP = "one_stop"
    HOTLINE = "hotline"
    PAPER = "paper"
    VISIT = "visit"


class Handling(msgspec.Struct, frozen=True, array_like=True):
    """The time a category gives: working days, or hours around the clock where `hours` is set."""

    working_days: int
    hours: int = 0


class Matter(msgspec.Struct, frozen=True, array_like=True):
    """What the citizen wrote and where it is; latitude and longitude in degrees (WGS 84)."""

    title: str
    text: str
    lat: float
    long: float
    address: str = ""


class Rung(msgspec.Struct, frozen=True, array_like=True):
    """One reminder or escalation of an assignment and when it is due, in seconds since 1970 (UTC)."""

    action: Action
    at: int


class Assignment(msgspec.Struct, frozen=True, array_like=True):
    """The current duty of one agency; `number` counts all duties of the case and names its signed link.

    `ladder` holds its reminders and escalations in order, of which the first `climbed` are done or overtaken; `approval` says
    whether the head has to approve the answer.
    """

    number: int
    agency: str
    at: datetime
    deadline: datetime
    accepted_at: datetime | None = None
    approval: bool = False
    ladder: tuple[Rung, ...] = ()
    climbed: int = 0


class Terms(msgspec.Struct, frozen=True):
    """What an assignment is held to: its deadline, its reminders and escalations, and whether the head approves the answer.

    Of the ladder of a duty that goes on, the first `climbed` are done.
    """

    deadline: datetime
    ladder: tuple[Rung, ...] = ()
    approval: bool = False
    climbed: int = 0


class Support(msgspec.Struct, frozen=True, array_like=True):
    """The duty of an agency that contributes while another leads; `number` names its signed link."""

    number: int
    agency: str
    at: datetime


class HandOver(msgspec.Struct, frozen=True, array_like=True):
    """A hand-over that waits for its receiver until `lapses_at`; the holder keeps the case till then."""

    number: int
    agency: str
    at: datetime
    lapses_at: datetime | None = None


class Question(msgspec.Struct, frozen=True, array_like=True):
    """What the agency waits for; `answer_by` is when it goes on without."""

    asked_at: datetime
    answer_by: datetime


class Extension(msgspec.Struct, frozen=True, array_like=True):
    """A requested extension of the deadline; `granted` is what the centre said, None before it did."""

    at: datetime
    until: datetime
    granted: bool | None = None


class Document(msgspec.Struct, frozen=True, array_like=True):
    """An official paper with an answer: number, date of signing (ISO), signer; `file` is the id of its upload."""

    number: str
    date: str
    signer: str
    file: str = ""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The agency's public result; result and next step stand in the text item `text_ref`."""

    at: datetime
    agency: str
    outcome: Outcome
    text_ref: str
    photos: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    scheduled_for: str = ""
    rate_by: datetime | None = None


class Entry(msgspec.Struct, frozen=True):
    """One line of the history.

    `status` is the one it led to, `assignment` and `agency` name the duty it concerns (or that is offered), `text_ref` a text item;
    `key` hashes the caller's Idempotency-Key, `cid` is the correlation id of the request.
    """

    seq: int
    at: datetime
    action: Action
    by: ActorKind
    actor: str
    status: Status
    assignment: int = 0
    agency: str = ""
    text_ref: str = ""
    key: str = ""
    cid: str = ""


class Heading(msgspec.Struct, frozen=True):
    """The title and the place of a public case whose words stand beside its head."""

    title: str
    lat: float
    long: float


class Spot(msgspec.Struct, frozen=True):
    """Where an open public case is, in degrees (WGS 84), and what it is about."""

    code: str
    category: str
    lat: float
    long: float


class Follow(msgspec.Struct, frozen=True):
    """A case that an account follows, and since when."""

    code: str
    since: datetime


class Look(msgspec.Struct, frozen=True, array_like=True):
    """That a member of the staff looked at personal data: when, who, what was opened (`reveal`, `open_sealed`) and why."""

    at: datetime
    user: str
    what: str
    reason: str


class Stamp(msgspec.Struct, frozen=True):
    """What every change carries: who, when, the text item it refers to, the caller's key (hashed) and the correlation id."""

    actor: Actor
    at: datetime
    text_ref: str = ""
    key: str = ""
    cid: str = ""
