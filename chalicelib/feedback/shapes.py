"""The shapes of a case as callers get it: the JSON of the routes, and the source of the OpenAPI document."""

from datetime import datetime

import msgspec


class AgencyName(msgspec.Struct, frozen=True):
    """An agency by code and name."""

    code: str
    name: str


class LocationView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where it is, in degrees (WGS 84)."""

    lat: float
    long: float
    address: str = ""


class FileView(msgspec.Struct, frozen=True):
    """A photo or document; `url` can be read for an hour."""

    id: str
    url: str
    content_type: str
    size: int


class DocumentView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An official paper with an answer."""

    number: str
    date: str
    signer: str
    url: str | None = None


class AnswerView(msgspec.Struct, frozen=True, omit_defaults=True):
    """The agency's public answer."""

    at: datetime
    agency: AgencyName
    outcome: str
    outcome_text: str
    result: str
    photos: list[FileView]
    documents: list[DocumentView]
    next_step: str | None = None
    scheduled_for: str | None = None
    rate_by: datetime | None = None


class EntryView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the history."""

    at: datetime
    action: str
    action_text: str
    by: str
    status: str
    text: str | None = None
    user: str | None = None


class ContactView(msgspec.Struct, frozen=True):
    """The reporter's name and phone, shown to the agency with the reporter's consent only."""

    name: str
    phone: str


class HeldView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One agency's time with the case, in working days of eight hours; without `until` it has the case now."""

    agency: AgencyName
    since: datetime = msgspec.field(name="from")
    working_days: float
    until: datetime | None = None


class ExtensionView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A later deadline that the agency asked for; `granted` is what the centre said, absent before it did."""

    until: datetime
    granted: bool | None = None


class HandOverView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hand-over that waits for the other agency; it lapses unless that accepts by `accept_by`."""

    agency: AgencyName
    accept_by: datetime | None = None


class ContributionView(msgspec.Struct, frozen=True):
    """What a supporting agency said, the newest last, with all that it uploaded so far."""

    agency: AgencyName
    at: datetime
    text: str
    photos: list[FileView]


class FeedbackView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A whole case. `deadline` is the agency's, or the promise while nobody has the case yet; `held` says who had it how long.

    `breached_at` is the first deadline that passed unanswered; `merged_into`, `parent` and `children` are codes of other cases;
    `parts` says to the reporter where each of the children stands.
    """

    code: str
    status: str
    status_text: str
    category: str
    category_name: str
    area: str
    area_name: str
    agency: AgencyName | None
    submitted_at: datetime
    promised_by: datetime
    deadline: datetime
    overdue: bool
    title: str
    text: str
    location: LocationView | None
    photos: list[FileView]
    history: list[EntryView]
    answer: AnswerView | None
    publication: str
    level: str
    next_actions: list[str]
    version: int
    safety_advice: str = ""
    rating: str | None = None
    refusal: str | None = None
    refusal_text: str | None = None
    answer_by: datetime | None = None
    occurred_at: datetime | None = None
    share_contact: bool | None = None
    contact: ContactView | None = None
    channel: str = ""
    channel_ref: str = ""
    held: list[HeldView] = msgspec.field(default_factory=list)
    extension: ExtensionView | None = None
    hand_over: HandOverView | None = None
    draft: AnswerView | None = None
    contributions: list[ContributionView] = msgspec.field(default_factory=list)
    breached_at: datetime | None = None
    about_agency: AgencyName | None = None
    supporters: list[AgencyName] = msgspec.field(default_factory=list)
    merged_into: str = ""
    parent: str = ""
    children: list[str] = msgspec.field(default_factory=list)
    parts: "list[LineView]" = msgspec.field(default_factory=list)


class LineView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A case in a list."""

    code: str
    status: str
    status_text: str
    category: str
    category_name: str
    area: str
    area_name: str
    agency: AgencyName | None
    submitted_at: datetime
    deadline: datetime | None
    level: str
    publication: str
    title: str = ""
    lat: float | None = None
    long: float | None = None


class LineList(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of cases; `next_cursor` leads to the next."""

    items: list[LineView]
    next_cursor: str | None = None


class QueueLineView(LineView, frozen=True, omit_defaults=True, kw_only=True):
    """A case in a list of the centre: why it stands there, since when, and which agency brought it there."""

    why: str
    why_text: str
    since: datetime
    overdue: bool
    by_agency: AgencyName | None = None


class QueueList(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of a list of the centre; `next_cursor` leads to the next."""

    items: list[QueueLineView]
    next_cursor: str | None = None


class LookView(msgspec.Struct, frozen=True):
    """That somebody of the staff looked at personal data; `reason` is empty where it went under seal with the case."""

    at: datetime
    user: str
    what: str
    what_text: str
    reason: str


class LookList(msgspec.Struct, frozen=True):
    """Everybody who looked, the earliest first."""

    items: list[LookView]


class FollowView(msgspec.Struct, frozen=True):
    """Whether the caller follows the case of that code now; for a duplicate it is the main case's."""

    code: str
    following: bool


class SimilarView(LineView, frozen=True, omit_defaults=True, kw_only=True):
    """An open public case that may be the same matter: `score` from 0 to 1, `distance` in metres, the first words of its text."""

    score: float
    distance: int
    text: str
    own: bool = False


class SimilarList(msgspec.Struct, frozen=True):
    """What may be the same matter, the likest first."""

    items: list[SimilarView]


class UploadView(msgspec.Struct, frozen=True):
    """Where and with which form fields to post the file, the fields first and the file last, within `expires_in` seconds."""

    id: str
    url: str
    fields: dict[str, str]
    expires_in: int


class SigningCodeView(msgspec.Struct, frozen=True):
    """A one-time code is on its way to the phone whose number ends with `phone_end`, good for `expires_in` seconds."""

    expires_in: int
    phone_end: str


class AnswerText(msgspec.Struct, frozen=True):
    """What an answer says: what was done with what result, and what comes next."""

    result: str
    next_step: str = ""
