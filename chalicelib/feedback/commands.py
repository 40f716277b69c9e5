"""What callers ask of a case, as types: JSON, queries and forms are read into them, the OpenAPI document is made of them."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from chalicelib.core.errors import FieldError, Invalid, invalid
from chalicelib.core.text import plain
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.values import Outcome, Rating, RefusalReason

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(min_length=10, max_length=4000)]
Reason = Annotated[str, msgspec.Meta(min_length=10, max_length=1000)]
FileId = Annotated[str, msgspec.Meta(pattern="^[0-9a-z]{8,40}$")]
SigningCode = Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$")]
Cursor = Annotated[str, msgspec.Meta(max_length=400)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=50)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
CITIZEN_TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic")
AGENCY_TYPES = (*CITIZEN_TYPES, "application/pdf")
PhotoType = Annotated[str, msgspec.Meta(max_length=100, extra_json_schema={"enum": list(CITIZEN_TYPES)})]
EvidenceType = Annotated[str, msgspec.Meta(max_length=100, extra_json_schema={"enum": list(AGENCY_TYPES)})]

# An answer below this length has nowhere to put what was done, the result and the next step (design/lessons.md: vague answers).
LEAST_RESULT = 40
Result = Annotated[str, msgspec.Meta(max_length=4000, extra_json_schema={"minLength": LEAST_RESULT})]

_STOCK_PHRASES = (
    "da tiep nhan",
    "da ghi nhan",
    "da chuyen",
    "se xem xet",
    "se xu ly",
    "dang xu ly",
    "dang xem xet",
    "cam on",
    "da biet",
)


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request's content."""


class Location(Command, frozen=True, kw_only=True):
    """Where it is: degrees (WGS 84); `area` is the commune the person confirmed."""

    lat: Latitude
    long: Longitude
    address: Annotated[str, msgspec.Meta(max_length=300)] = ""
    area: Code | None = None


class Submit(Command, frozen=True, kw_only=True):
    """A new matter. `visibility` private keeps it out of the public view; share_contact lets the agency see name and phone.

    A matter about an agency itself (`about_agency`) is private and goes to its superior.
    """

    category: Code
    text: Text
    location: Location
    title: Annotated[str, msgspec.Meta(max_length=120)] = ""
    visibility: Annotated[str, msgspec.Meta(pattern="^(public|private)$")] = "public"
    share_contact: bool = False
    occurred_at: datetime | None = None
    about_agency: Code | None = None


class AddFile(Command, frozen=True, kw_only=True):
    """Leave to upload one file of `size` bytes; which types are taken, the service says."""

    content_type: str
    size: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]


class AddPhoto(AddFile, frozen=True, kw_only=True):
    """Leave to upload one photo of `size` bytes."""

    content_type: PhotoType


class AddEvidence(AddFile, frozen=True, kw_only=True):
    """Leave to upload one photo or PDF document of `size` bytes."""

    content_type: EvidenceType


class Reply(Command, frozen=True, kw_only=True):
    """The reporter's answer to the agency's question."""

    text: Text


class Explain(Command, frozen=True, kw_only=True):
    """A reason and nothing else: appeal, give_back."""

    reason: Reason


class Withdraw(Command, frozen=True, kw_only=True):
    """The reporter's wish to end the case, with or without a reason."""

    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Rate(Command, frozen=True, kw_only=True):
    """The reporter's judgement of the answer; unsatisfied needs a reason."""

    rating: Rating
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def check(self) -> None:
        """Raise Invalid where an unsatisfied rating gives no reason."""
        if self.rating is Rating.UNSATISFIED and len(self.reason) < 10:
            raise invalid("reason", "field.reason")


class Accept(Command, frozen=True, kw_only=True):
    """Nothing to say: the agency takes the case up."""


class Ask(Command, frozen=True, kw_only=True):
    """What the agency needs to know from the reporter."""

    question: Text


class HandOver(Command, frozen=True, kw_only=True):
    """Another agency that should have the case, and why."""

    agency: Code
    reason: Reason


class Extend(Command, frozen=True, kw_only=True):
    """Until when the agency needs, and why."""

    until: date
    reason: Reason


class Paper(Command, frozen=True, kw_only=True):
    """An official paper with the answer: number, date of signing, signer, and its uploaded file."""

    number: Line
    date: date
    signer: Line
    file: FileId | None = None


class GiveAnswer(Command, frozen=True, kw_only=True):
    """The public answer: result (what was done and what came of it), evidence, the next step where work is scheduled."""

    result: Result
    outcome: Outcome = Outcome.RESOLVED
    next_step: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    scheduled_for: date | None = None
    photos: Annotated[tuple[FileId, ...], msgspec.Meta(max_length=MOST_FILES)] = ()
    documents: Annotated[tuple[Paper, ...], msgspec.Meta(max_length=MOST_FILES)] = ()

    def check(self, today: date) -> None:
        """Raise Invalid with all that makes the answer vague: too short, a stock phrase, no next step or date where one is owed."""
        errors = [*self._vague(), *self._unscheduled(today)]
        if errors:
            raise Invalid(errors)

    def _vague(self) -> list[FieldError]:
        if len(self.result) < LEAST_RESULT:
            return [FieldError("result", "field.vague", (("least", LEAST_RESULT),))]
        rest = plain(self.result).lower()
        for phrase in _STOCK_PHRASES:
            rest = rest.replace(phrase, "")
        said = sum(letter.isalnum() for letter in rest)
        return [FieldError("result", "field.phrase_only")] if said < LEAST_RESULT // 2 else []

    def _unscheduled(self, today: date) -> list[FieldError]:
        if self.outcome is not Outcome.SCHEDULED:
            return [FieldError("scheduled_for", "field.unknown")] if self.scheduled_for else []
        errors = [] if len(self.next_step) >= 10 else [FieldError("next_step", "field.next_step")]
        if self.scheduled_for is None or self.scheduled_for <= today:
            errors.append(FieldError("scheduled_for", "field.scheduled_for"))
        return errors


class Approve(Command, frozen=True, kw_only=True):
    """The head's word for the draft: the six digits that were sent to the head's own phone."""

    code: SigningCode


class SendCode(Command, frozen=True, kw_only=True):
    """Nothing to say: the head wishes to approve and needs a code."""


class Contribute(Command, frozen=True, kw_only=True):
    """What a supporting agency has to say; `photos` are its uploads that belong to it and must have arrived."""

    text: Text
    photos: Annotated[tuple[FileId, ...], msgspec.Meta(max_length=MOST_FILES)] = ()


class Assign(Command, frozen=True, kw_only=True):
    """The centre's choice of agency; the note goes with the assignment."""

    agency: Code
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Refuse(Command, frozen=True, kw_only=True):
    """Why the matter is not taken; the reason code says where to go instead."""

    reason_code: RefusalReason
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Publish(Command, frozen=True, kw_only=True):
    """Nothing to say: the public may read it."""


class Follow(Command, frozen=True, kw_only=True):
    """Nothing to say: the caller follows the case."""


class Unfollow(Command, frozen=True, kw_only=True):
    """Nothing to say: the caller follows the case no more."""


class FindSimilar(Command, frozen=True, kw_only=True):
    """What the caller is about to report, in degrees (WGS 84); the first words of the text are enough, or none."""

    category: Code
    lat: Latitude
    long: Longitude
    text: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ListOwn(Command, frozen=True, kw_only=True):
    """A page of the reporter's own cases, or of those of others that he follows."""

    followed: bool = False
    cursor: Cursor | None = None
    limit: Limit = 20


class ListPublic(Command, frozen=True, kw_only=True):
    """A page of public cases, newest first; `bbox` is west,south,east,north in degrees."""

    area: Code | None = None
    category: Code | None = None
    status: Status | None = None
    agency: Code | None = None
    bbox: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    cursor: Cursor | None = None
    limit: Limit = 20

    def box(self) -> tuple[float, float, float, float] | None:
        """The bounding box (west, south, east, north) in degrees; raises Invalid for anything else."""
        if self.bbox is None:
            return None
        try:
            west, south, east, north = (float(part) for part in self.bbox.split(","))
        except ValueError:
            raise invalid("bbox", "field.bbox") from None
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise invalid("bbox", "field.bbox")
        return west, south, east, north
