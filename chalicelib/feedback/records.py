"""The shapes in which a case lies in the table Cases, and the way from the model to them and back (pure).

One partition a case (`code`), one item a part: `head`, `matter#<digest>` (the words, where the head may not carry them; named
by the submission's digest, so that a repeated or colliding one cannot change them), `text#<ref>`, `file#<by>#<slot>`. What the
public may read at once and is short stands in the head; everything else beside it, so that the stream, which the relay filters to
heads, carries no words and no exact place of a case that is not public.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from operator import attrgetter
from typing import Any
from zlib import crc32

import msgspec
from msgspec.structs import asdict

from chalicelib.core.actors import ActorKind
from chalicelib.core.cells import cell
from chalicelib.core.clock import from_text, to_text
from chalicelib.feedback import escalation
from chalicelib.feedback.lifecycle import CLOCKED, HELD, MOST_REOPENINGS, OPEN, Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import File
from chalicelib.feedback.values import (
    Answer,
    Assignment,
    Channel,
    Entry,
    Extension,
    Follow,
    Handling,
    HandOver,
    Heading,
    Level,
    Look,
    Matter,
    Publication,
    Question,
    Rating,
    RefusalReason,
    Rung,
    Support,
)

INLINE_BYTES = 1000
CHANGE_SHARDS = 4

HEAD = "head"
DESK_ROUTING = "routing"
DESK_CENTRE = "centre"
DESK_REPORTER = "reporter"
FEED_REVIEW = "review"
WATCH_EXTENSION = "extension"
WATCH_REOPENED = "reopened"
WATCH_OVERDUE = "overdue"
WATCH_UNSATISFIED = "unsatisfied"
# What the watch of time passes over: on a list of the centre, with nothing to come by itself.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class EntryRecord(msgspec.Struct, frozen=True, array_like=True):
    """A history entry as a compact JSON array; the relay reads it too."""

    seq: int
    at: str
    action: Action
    by: ActorKind
    actor: str
    status: Status
    assignment: int = 0
    agency: str = ""
    text_ref: str = ""
    key: str = ""
    cid: str = ""


class AssignmentRecord(msgspec.Struct, frozen=True, array_like=True):
    """An assignment as a JSON array; `ladder` is its rungs as `remind` is `r` and the seconds since the assignment."""

    number: int
    agency: str
    at: datetime
    deadline: datetime
    accepted_at: datetime | None
    approval: bool
    ladder: str
    climbed: int


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What neither a condition, an index nor the relay needs, as one JSON array, since each change pays for every kilobyte.

    What stands at the end and is the default is left out. A new field comes last and has a default, so that older heads can
    be read.
    """

    district: str
    handling: Handling
    may_be_public: bool
    share_contact: bool
    promised_by: datetime
    centre_due: datetime
    key: str
    digest: str
    occurred_at: datetime | None = None
    queued: bool = False
    assignment: AssignmentRecord | None = None
    assignments: int = 0
    hand_over: HandOver | None = None
    question: Question | None = None
    extension: Extension | None = None
    answer: Answer | None = None
    refusal: RefusalReason | None = None
    questions: int = 0
    give_backs: int = 0
    reopenings: int = 0
    appealed: bool = False
    draft: Answer | None = None
    supporters: tuple[Support, ...] = ()
    merged_into: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()
    about: str = ""
    channel: Channel = Channel.APP
    channel_ref: str = ""
    breached_at: datetime | None = None


_ENTRY = msgspec.json.Decoder(EntryRecord)
_FACTS = msgspec.json.Decoder(Facts)
_facts_of = attrgetter(*Facts.__struct_fields__)
_ASSIGNMENT = Facts.__struct_fields__.index("assignment")
_RUNGS = {
    "r": Action.REMIND,
    "w": Action.WARN,
    "b": Action.BREACH,
    "e": Action.ESCALATE,
    "c": Action.CLIMB,
}
_LETTERS = {action: letter for letter, action in _RUNGS.items()}
_MATTER = msgspec.json.Decoder(Matter)
_WORDS = msgspec.json.Decoder(tuple[str, str])
_LOOK = msgspec.json.Decoder(Look)
_FILE = msgspec.json.Decoder(File)
_encode = msgspec.json.Encoder().encode


def change_shard(code: str) -> str:
    """The shard of the index by change in which a case stands."""
    return f"c{crc32(code.encode()) % CHANGE_SHARDS}"


def desk(feedback: Feedback) -> tuple[str, datetime] | None:
    """Whose move it is and by when: routing, the centre, an agency (by code) or the reporter; None where nobody's."""
    match feedback.status:
        case Status.RECEIVED if not feedback.queued:
            return DESK_ROUTING, feedback.changed_at
        case Status.RECEIVED:
            return DESK_CENTRE, feedback.centre_due
        case Status.WAITING if feedback.question:
            return DESK_REPORTER, feedback.question.answer_by
        case Status.ANSWERED if feedback.answer and feedback.answer.rate_by:
            return DESK_REPORTER, feedback.answer.rate_by
        case Status.ASSIGNED | Status.IN_PROGRESS | Status.AWAITING_APPROVAL if feedback.assignment:
            return feedback.assignment.agency, feedback.assignment.deadline
    return None


def feed(feedback: Feedback) -> str | None:
    """The public feed of the district, the centre's review list, or none."""
    if feedback.publication is Publication.PUBLIC:
        return f"public#{feedback.district}"
    return FEED_REVIEW if feedback.publication is Publication.PENDING else None


def watch(feedback: Feedback) -> tuple[str, datetime] | None:
    """Where the watch of time finds a case, and when it has to look: a shard, or a list that the centre reads as well.

    An extension that waits for its word, a case reopened twice, one overdue beyond the last rung, one that ended unsatisfied.
    """
    if feedback.status is Status.CLOSED and feedback.rating is Rating.UNSATISFIED:
        return WATCH_UNSATISFIED, feedback.changed_at
    if feedback.status not in HELD:
        return None
    at = _next_moment(feedback)
    if feedback.extension and feedback.extension.granted is None:
        return WATCH_EXTENSION, at or NEVER
    if feedback.reopenings >= MOST_REOPENINGS:
        return WATCH_REOPENED, at or NEVER
    if at is not None:
        return change_shard(feedback.code), at
    return (WATCH_OVERDUE, feedback.deadline) if feedback.status in CLOCKED else None


def _next_moment(feedback: Feedback) -> datetime | None:
    rung = escalation.next_rung(feedback)
    moments = [escalation.when(rung)] if rung else []
    if feedback.hand_over and feedback.hand_over.lapses_at:
        moments.append(feedback.hand_over.lapses_at)
    return min(moments, default=None)


def inline(feedback: Feedback) -> bool:
    """Whether the words may stand in the head: short, and public from the start."""
    matter = feedback.matter
    return (
        feedback.publication is Publication.PUBLIC and matter is not None and len(matter.text.encode()) <= INLINE_BYTES
    )


def matter_part(feedback: Feedback) -> str:
    """The item beside the head that holds the words of this case."""
    return f"matter#{feedback.digest}"


def head_values(feedback: Feedback) -> dict[str, Any]:
    """The attributes of the head item."""
    waiting, feed_key, matter = desk(feedback), feed(feedback), feedback.matter
    watched = watch(feedback)
    values: dict[str, Any] = {
        "code": feedback.code,
        "part": HEAD,
        "version": feedback.version,
        "status": feedback.status.value,
        "category": feedback.category,
        "area": feedback.area,
        "level": feedback.level.value,
        "publication": feedback.publication.value,
        "agency": feedback.agency or None,
        "reporter": feedback.reporter or None,  # a key of an index, so never empty; sealed cases have none
        "submitted_at": to_text(feedback.submitted_at),
        "changed_at": to_text(feedback.changed_at),
        "change_shard": change_shard(feedback.code),
        "deadline": to_text(feedback.deadline),
        "desk": waiting[0] if waiting else None,
        "due": to_text(waiting[1]) if waiting else None,
        "watch": watched[0] if watched else None,
        "watch_at": to_text(watched[1]) if watched else None,
        "feed": feed_key,
        "feed_at": f"{to_text(feedback.submitted_at)}#{feedback.code}" if feed_key else None,
        "rating": feedback.rating.value if feedback.rating else None,
        "scheduled_for": feedback.answer.scheduled_for or None if feedback.answer else None,
        "facts": text_of(_facts(feedback)),
        "history": [text_of(_entry_record(entry)) for entry in feedback.history],
    }
    if (heading := feedback.matter or feedback.heading) and feedback.publication is Publication.PUBLIC:
        values |= {"title": heading.title or None, "lat": heading.lat, "long": heading.long}
        if feedback.status in OPEN:
            values["cell"] = cell(heading.lat, heading.long)
    if matter and inline(feedback):
        # Title and place stand in the head already.
        values["matter"] = text_of((matter.text, matter.address))
    return {name: value for name, value in values.items() if value is not None}


def followers_key(code: str) -> str:
    """The partition of a case's followers; beside the case's own, which is read whole, since followers may be many."""
    return f"followers#{code}"


def follower_part(account: str) -> str:
    """The item of one follower."""
    return f"follower#{account}"


def follower(item: dict[str, Any]) -> str:
    """The account of a follower's item."""
    return str(item["part"]).removeprefix("follower#")


def follows_key(account: str) -> str:
    """Where the index by reporter lists what an account follows, apart from what it reported."""
    return f"follows#{account}"


def follow_from(item: dict[str, Any]) -> Follow:
    """What a follower's item says."""
    return Follow(str(item["code"]).removeprefix("followers#"), from_text(item["submitted_at"]))


def matter_from(text: str) -> Matter:
    """The words from their JSON."""
    return _MATTER.decode(text)


def feedback_from(head: dict[str, Any]) -> Feedback:
    """The case of a head item's attributes; without its words where they stand beside it."""
    facts, rating = _FACTS.decode(str(head["facts"])), head.get("rating")
    return Feedback(
        code=str(head["code"]),
        status=Status(head["status"]),
        reporter=str(head.get("reporter", "")),
        category=str(head["category"]),
        area=str(head["area"]),
        level=Level(head["level"]),
        publication=Publication(head["publication"]),
        submitted_at=from_text(str(head["submitted_at"])),
        changed_at=from_text(str(head["changed_at"])),
        matter=_matter(head),
        heading=_heading(head),
        rating=Rating(rating) if rating else None,
        history=tuple(entry_from(line) for line in head["history"]),
        **(asdict(facts) | {"assignment": _assignment(facts.assignment)}),
    )


def _facts(feedback: Feedback) -> list[object]:
    """The values of Facts up to the last that is not the default."""
    values = list(_facts_of(feedback))
    values[_ASSIGNMENT] = _assignment_record(feedback.assignment)
    for default in reversed(Facts.__struct_defaults__):
        if values[-1] != default:
            break
        values.pop()
    return values


def _assignment_record(held: Assignment | None) -> AssignmentRecord | None:
    if held is None:
        return None
    start = int(held.at.timestamp())
    ladder = " ".join([f"{_LETTERS[rung.action]}{rung.at - start}" for rung in held.ladder])
    return AssignmentRecord(
        held.number, held.agency, held.at, held.deadline, held.accepted_at, held.approval, ladder, held.climbed
    )


def _assignment(record: AssignmentRecord | None) -> Assignment | None:
    if record is None:
        return None
    start = int(record.at.timestamp())
    ladder = tuple([Rung(_RUNGS[rung[0]], start + int(rung[1:])) for rung in record.ladder.split()])
    return Assignment(
        record.number, record.agency, record.at, record.deadline, record.accepted_at, record.approval, ladder,
        record.climbed,
    )  # fmt: skip


def _matter(head: dict[str, Any]) -> Matter | None:
    if not head.get("matter"):
        return None
    text, address = _WORDS.decode(head["matter"])
    return Matter(str(head.get("title") or ""), text, float(head["lat"]), float(head["long"]), address)


def _heading(head: dict[str, Any]) -> Heading | None:
    if head.get("matter") or "lat" not in head:
        return None
    return Heading(str(head.get("title") or ""), float(head["lat"]), float(head["long"]))


def entry_from(line: str) -> Entry:
    """A history entry from its JSON array."""
    record = _ENTRY.decode(line)
    return Entry(
        record.seq, from_text(record.at), record.action, record.by, record.actor, record.status, record.assignment,
        record.agency, record.text_ref, record.key, record.cid,
    )  # fmt: skip


def looks_key(code: str) -> str:
    """The partition of who looked at the personal data of a case; it outlives the case's own, which sealing empties."""
    return f"looks#{code}"


def look_values(code: str, look: Look) -> dict[str, Any]:
    """The item of one look; of two in one millisecond by one person the later stands for both."""
    return {"code": looks_key(code), "part": f"{to_text(look.at)}#{look.user}", "facts": text_of(look)}


def look_from(item: dict[str, Any]) -> Look:
    """The look that an item says."""
    return _LOOK.decode(item["facts"])


def file_from(item: Mapping[str, Any]) -> File:
    """The registered file that an item says."""
    return _FILE.decode(item["facts"])


def entries_after(lines: Sequence[str], seq: int) -> list[Entry]:
    """The history entries numbered above `seq`, oldest first; of a sealed case the history is cut, and its numbers go on."""
    newest_first = takewhile(lambda entry: entry.seq > seq, map(entry_from, reversed(lines)))
    return list(newest_first)[::-1]


def text_of(value: object) -> str:
    """A value as JSON text."""
    return _encode(value).decode()


def _entry_record(entry: Entry) -> EntryRecord:
    return EntryRecord(
        entry.seq, to_text(entry.at), entry.action, entry.by, entry.actor, entry.status, entry.assignment, entry.agency,
        entry.text_ref, entry.key, entry.cid,
    )  # fmt: skip
