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
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Action(StrEnum):
    """What can be done to a case, and the word for it in its history."""

    SUBMIT = "submit"
    ASSIGN = "assign"
    QUEUE = "queue"
    REFUSE = "refuse"
    PUBLISH = "publish"
    ACCEPT = "accept"
    ASK = "ask"
    REPLY = "reply"
    TIME_OUT = "time_out"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    GIVE_BACK = "give_back"
    EXTEND = "extend"
    RATE = "rate"
    CLOSE = "close"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    """In what part an actor stands towards the case; an agency is the holder, or the receiver of a pending hand-over."""

    REPORTER = "reporter"
    HOLDER = "holder"
    RECEIVER = "receiver"
    CENTRE = "centre"
    SYSTEM = "system"


class Guard(StrEnum):
    """A condition beside the status; model.Feedback.allows knows each."""

    NOT_QUEUED = "not_queued"
    UNPUBLISHED = "unpublished"
    NO_PENDING_HAND_OVER = "no_pending_hand_over"
    QUESTIONS_LEFT = "questions_left"
    GIVE_BACKS_LEFT = "give_backs_left"
    NOT_EXTENDED = "not_extended"
    NOT_APPEALED = "not_appealed"


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
ENDED = frozenset({_S.DUPLICATE, _S.WITHDRAWN, _S.CLOSED})

TRANSITIONS: tuple[Transition, ...] = (
    _row(Action.ASSIGN, Party.SYSTEM, {_S.RECEIVED}, {_S.ASSIGNED}, Guard.NOT_QUEUED),
    _row(Action.QUEUE, Party.SYSTEM, {_S.RECEIVED}, guard=Guard.NOT_QUEUED),
    _row(Action.ASSIGN, Party.CENTRE, {_S.RECEIVED}, {_S.ASSIGNED}),
    _row(Action.REFUSE, Party.CENTRE, {_S.RECEIVED}, {_S.REFUSED}),
    _row(Action.PUBLISH, Party.CENTRE, {*OPEN, _S.ANSWERED, _S.CLOSED}, guard=Guard.UNPUBLISHED),
    _row(Action.WITHDRAW, Party.REPORTER, {_S.RECEIVED, _S.ASSIGNED}, {_S.WITHDRAWN}),
    _row(Action.ACCEPT, Party.HOLDER, {_S.ASSIGNED}, {_S.IN_PROGRESS}),
    _row(Action.ACCEPT, Party.RECEIVER, {_S.ASSIGNED, _S.IN_PROGRESS}, {_S.IN_PROGRESS}),
    _row(Action.GIVE_BACK, Party.HOLDER, {_S.ASSIGNED}, {_S.RECEIVED}, Guard.GIVE_BACKS_LEFT),
    _row(Action.GIVE_BACK, Party.RECEIVER, {_S.ASSIGNED, _S.IN_PROGRESS}),
    _row(Action.ANSWER, Party.HOLDER, {_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING}, {_S.ANSWERED}),
    _row(Action.ASK, Party.HOLDER, {_S.IN_PROGRESS}, {_S.WAITING}, Guard.QUESTIONS_LEFT),
    _row(Action.HAND_OVER, Party.HOLDER, {_S.ASSIGNED, _S.IN_PROGRESS}, guard=Guard.NO_PENDING_HAND_OVER),
    _row(Action.EXTEND, Party.HOLDER, {_S.IN_PROGRESS}, guard=Guard.NOT_EXTENDED),
    _row(Action.REPLY, Party.REPORTER, {_S.WAITING}, {_S.IN_PROGRESS}),
    _row(Action.TIME_OUT, Party.SYSTEM, {_S.WAITING}, {_S.IN_PROGRESS}),
    _row(Action.RATE, Party.REPORTER, {_S.ANSWERED}, {_S.CLOSED, _S.ASSIGNED}),
    _row(Action.CLOSE, Party.SYSTEM, {_S.ANSWERED}, {_S.CLOSED}),
    _row(Action.APPEAL, Party.REPORTER, {_S.REFUSED}, {_S.RECEIVED}, Guard.NOT_APPEALED),
)

# How often; docs/lifecycle.md.
MOST_QUESTIONS = 5
MOST_GIVE_BACKS = 2
MOST_REOPENINGS = 2

PARTY_KINDS = {
    Party.REPORTER: ActorKind.CITIZEN,
    Party.HOLDER: ActorKind.AGENCY,
    Party.RECEIVER: ActorKind.AGENCY,
    Party.CENTRE: ActorKind.DISPATCHER,
    Party.SYSTEM: ActorKind.SYSTEM,
}


def rows(party: Party, status: Status) -> tuple[Transition, ...]:
    """The rows of the table that concern this party in this status."""
    return tuple(row for row in TRANSITIONS if row.party is party and status in row.sources)
