"""The life of a case as data: statuses, actions, and the one table that says who may do what, when, and what comes of it.

Source: docs/lifecycle.md (the contract with the mobile app). What is not in TRANSITIONS is refused.
"""

from enum import StrEnum

import msgspec

from chalicelib.core.actors import ActorKind


class Status(StrEnum):
    """Where a case stands; citizens see the words of core/words.py."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    AWAITING_APPROVAL = "awaiting_approval"
    ANSWERED = "answered"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    SEALED = "sealed"


class Action(StrEnum):
    """What can be done to a case, and the word for it in its history."""

    SUBMIT = "submit"
    ASSIGN = "assign"
    QUEUE = "queue"
    REFUSE = "refuse"
    MERGE = "merge"
    SPLIT = "split"
    SUPPORT = "support"
    PUBLISH = "publish"
    HIDE = "hide"
    UNHIDE = "unhide"
    SEAL = "seal"
    GRANT = "grant"
    DENY = "deny"
    ACCEPT = "accept"
    ASK = "ask"
    REPLY = "reply"
    TIME_OUT = "time_out"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    GIVE_BACK = "give_back"
    EXTEND = "extend"
    CONTRIBUTE = "contribute"
    SUBMIT_APPROVAL = "submit_approval"
    APPROVE = "approve"
    RETURN = "return"
    RATE = "rate"
    CLOSE = "close"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    REMIND = "remind"
    WARN = "warn"
    BREACH = "breach"
    ESCALATE = "escalate"
    CLIMB = "climb"
    RESCHEDULE = "reschedule"
    TRANSFER = "transfer"


class Party(StrEnum):
    """In what part an actor stands towards the case; an agency is the holder, the receiver of a pending hand-over or a supporter.

    `head` is the holder's head, by a link of his own.
    """

    REPORTER = "reporter"
    HOLDER = "holder"
    HEAD = "head"
    RECEIVER = "receiver"
    SUPPORTER = "supporter"
    CENTRE = "centre"
    SYSTEM = "system"


class Guard(StrEnum):
    """A condition beside the status; model.py knows each."""

    NOT_QUEUED = "not_queued"
    UNPUBLISHED = "unpublished"
    NO_PENDING_HAND_OVER = "no_pending_hand_over"
    QUESTIONS_LEFT = "questions_left"
    GIVE_BACKS_LEFT = "give_backs_left"
    NOT_EXTENDED = "not_extended"
    NOT_APPEALED = "not_appealed"
    HAND_OVER_PENDING = "hand_over_pending"
    ANSWERS_ALONE = "answers_alone"
    NEEDS_APPROVAL = "needs_approval"
    EXTENSION_ASKED = "extension_asked"
    PUBLIC = "public"
    HIDDEN = "hidden"


class Transition(msgspec.Struct, frozen=True):
    """One row: in these statuses this party may act; the case then stands in one of `targets` (empty: where it stood)."""

    action: Action
    party: Party
    sources: frozenset[Status]
    targets: frozenset[Status] = frozenset()
    guard: Guard | None = None


def _row(
    action: Action, party: Party, sources: set[Status], targets: set[Status] | None = None, guard: Guard | None = None
) -> Transition:
    return Transition(action, party, frozenset(sources), frozenset(targets or ()), guard)


_S = Status
OPEN = frozenset({_S.RECEIVED, _S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING, _S.AWAITING_APPROVAL})
HELD = OPEN - {_S.RECEIVED}
CLOCKED = HELD - {_S.WAITING}
ENDED = frozenset({_S.DUPLICATE, _S.SPLIT, _S.WITHDRAWN, _S.CLOSED, _S.SEALED})

TRANSITIONS: tuple[Transition, ...] = (
    _row(Action.ASSIGN, Party.SYSTEM, {_S.RECEIVED}, {_S.ASSIGNED}, Guard.NOT_QUEUED),
    _row(Action.QUEUE, Party.SYSTEM, {_S.RECEIVED}, guard=Guard.NOT_QUEUED),
    _row(Action.ASSIGN, Party.CENTRE, {_S.RECEIVED, _S.ASSIGNED, _S.IN_PROGRESS}, {_S.ASSIGNED}),
    _row(Action.REFUSE, Party.CENTRE, {_S.RECEIVED}, {_S.REFUSED}),
    _row(Action.MERGE, Party.CENTRE, {_S.RECEIVED, _S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING}, {_S.DUPLICATE}),
    _row(Action.SPLIT, Party.CENTRE, {_S.RECEIVED}, {_S.SPLIT}),
    _row(Action.SUPPORT, Party.CENTRE, set(HELD)),
    _row(Action.GRANT, Party.CENTRE, {_S.IN_PROGRESS, _S.WAITING, _S.AWAITING_APPROVAL}, guard=Guard.EXTENSION_ASKED),
    _row(Action.DENY, Party.CENTRE, {_S.IN_PROGRESS, _S.WAITING, _S.AWAITING_APPROVAL}, guard=Guard.EXTENSION_ASKED),
    _row(Action.PUBLISH, Party.CENTRE, {*OPEN, _S.ANSWERED, _S.CLOSED}, guard=Guard.UNPUBLISHED),
    _row(Action.HIDE, Party.CENTRE, {*OPEN, _S.ANSWERED, _S.CLOSED}, guard=Guard.PUBLIC),
    _row(Action.UNHIDE, Party.CENTRE, {*OPEN, _S.ANSWERED, _S.CLOSED}, guard=Guard.HIDDEN),
    _row(Action.SEAL, Party.CENTRE, set(Status) - {_S.SEALED}, {_S.SEALED}),
    _row(Action.WITHDRAW, Party.REPORTER, {_S.RECEIVED, _S.ASSIGNED}, {_S.WITHDRAWN}),
    _row(Action.ACCEPT, Party.HOLDER, {_S.ASSIGNED}, {_S.IN_PROGRESS}),
    _row(Action.ACCEPT, Party.RECEIVER, {_S.ASSIGNED, _S.IN_PROGRESS}, {_S.IN_PROGRESS}),
    _row(Action.GIVE_BACK, Party.HOLDER, {_S.ASSIGNED}, {_S.RECEIVED}, Guard.GIVE_BACKS_LEFT),
    _row(Action.GIVE_BACK, Party.RECEIVER, {_S.ASSIGNED, _S.IN_PROGRESS}),
    _row(Action.ANSWER, Party.HOLDER, {_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING}, {_S.ANSWERED}, Guard.ANSWERS_ALONE),
    _row(
        Action.SUBMIT_APPROVAL,
        Party.HOLDER,
        {_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING},
        {_S.AWAITING_APPROVAL},
        Guard.NEEDS_APPROVAL,
    ),
    _row(Action.APPROVE, Party.HEAD, {_S.AWAITING_APPROVAL}, {_S.ANSWERED}),
    _row(Action.RETURN, Party.HEAD, {_S.AWAITING_APPROVAL}, {_S.IN_PROGRESS}),
    _row(Action.ASK, Party.HOLDER, {_S.IN_PROGRESS}, {_S.WAITING}, Guard.QUESTIONS_LEFT),
    _row(Action.HAND_OVER, Party.HOLDER, {_S.ASSIGNED, _S.IN_PROGRESS}, guard=Guard.NO_PENDING_HAND_OVER),
    _row(Action.EXTEND, Party.HOLDER, {_S.IN_PROGRESS}, guard=Guard.NOT_EXTENDED),
    _row(Action.CONTRIBUTE, Party.SUPPORTER, set(HELD)),
    _row(Action.REPLY, Party.REPORTER, {_S.WAITING}, {_S.IN_PROGRESS}),
    _row(Action.TIME_OUT, Party.SYSTEM, {_S.WAITING}, {_S.IN_PROGRESS}),
    _row(Action.RATE, Party.REPORTER, {_S.ANSWERED}, {_S.CLOSED, _S.ASSIGNED}),
    _row(Action.CLOSE, Party.SYSTEM, {_S.ANSWERED}, {_S.CLOSED}),
    _row(Action.LAPSE, Party.SYSTEM, {_S.ASSIGNED, _S.IN_PROGRESS}, {_S.RECEIVED}, Guard.HAND_OVER_PENDING),
    _row(Action.REMIND, Party.SYSTEM, {_S.ASSIGNED}),
    _row(Action.CLIMB, Party.SYSTEM, {_S.ASSIGNED}),
    _row(Action.WARN, Party.SYSTEM, set(CLOCKED)),
    _row(Action.BREACH, Party.SYSTEM, set(CLOCKED)),
    _row(Action.ESCALATE, Party.SYSTEM, set(CLOCKED)),
    _row(Action.RESCHEDULE, Party.SYSTEM, set(HELD)),
    _row(Action.TRANSFER, Party.SYSTEM, {*HELD, _S.ANSWERED}),
    _row(Action.QUEUE, Party.SYSTEM, set(HELD), {_S.RECEIVED}),
    _row(Action.HAND_OVER, Party.SYSTEM, {_S.ASSIGNED, _S.IN_PROGRESS}, guard=Guard.HAND_OVER_PENDING),
    _row(Action.GIVE_BACK, Party.SYSTEM, {_S.ASSIGNED, _S.IN_PROGRESS}, guard=Guard.HAND_OVER_PENDING),
    _row(Action.SUPPORT, Party.SYSTEM, set(HELD)),
    _row(Action.APPEAL, Party.REPORTER, {_S.REFUSED}, {_S.RECEIVED}, Guard.NOT_APPEALED),
)

# How often; docs/lifecycle.md.
MOST_QUESTIONS = 5
MOST_GIVE_BACKS = 2
MOST_REOPENINGS = 2

PARTY_KINDS = {
    Party.REPORTER: ActorKind.CITIZEN,
    Party.HOLDER: ActorKind.AGENCY,
    Party.HEAD: ActorKind.AGENCY,
    Party.RECEIVER: ActorKind.AGENCY,
    Party.SUPPORTER: ActorKind.AGENCY,
    Party.CENTRE: ActorKind.DISPATCHER,
    Party.SYSTEM: ActorKind.SYSTEM,
}


def rows(party: Party, status: Status) -> tuple[Transition, ...]:
    """The rows of the table that concern this party in this status."""
    return tuple(row for row in TRANSITIONS if row.party is party and status in row.sources)
