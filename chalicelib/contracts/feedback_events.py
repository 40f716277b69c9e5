"""What happened to a case, as other slices and agencies' own systems hear of it (SNS topic FeedbackEvents, raw JSON).

An event says that something happened and to which case, never what was written or by whom: no personal data travels in it.
Version 1. New fields may be added with a default; a change of meaning is a new version.
"""

from enum import StrEnum

import msgspec


class FeedbackEventType(StrEnum):
    """The names of the events, in the past tense."""

    SUBMITTED = "FeedbackSubmitted"
    ASSIGNED = "FeedbackAssigned"
    QUEUED = "FeedbackQueued"
    REFUSED = "FeedbackRefused"
    PUBLISHED = "FeedbackPublished"
    ACCEPTED = "FeedbackAccepted"
    ASKED = "FeedbackAsked"
    REPLIED = "FeedbackReplied"
    TIMED_OUT = "FeedbackTimedOut"
    ANSWERED = "FeedbackAnswered"
    HAND_OVER_OFFERED = "FeedbackHandOverOffered"
    GIVEN_BACK = "FeedbackGivenBack"
    EXTENSION_REQUESTED = "FeedbackExtensionRequested"
    RATED = "FeedbackRated"
    REOPENED = "FeedbackReopened"
    CLOSED = "FeedbackClosed"
    APPEALED = "FeedbackAppealed"
    WITHDRAWN = "FeedbackWithdrawn"
    MERGED = "FeedbackMerged"
    SPLIT = "FeedbackSplit"
    HIDDEN = "FeedbackHidden"
    UNHIDDEN = "FeedbackUnhidden"
    SEALED = "FeedbackSealed"
    EXTENSION_GRANTED = "FeedbackExtensionGranted"
    EXTENSION_DENIED = "FeedbackExtensionDenied"
    SUPPORT_REQUESTED = "FeedbackSupportRequested"
    CONTRIBUTED = "FeedbackContributed"
    APPROVAL_REQUESTED = "FeedbackApprovalRequested"
    RETURNED = "FeedbackReturned"
    HAND_OVER_LAPSED = "FeedbackHandOverLapsed"
    REMINDED = "FeedbackReminded"
    CLIMBED = "FeedbackClimbed"
    NEARLY_DUE = "FeedbackNearlyDue"
    BREACHED = "FeedbackBreached"
    ESCALATED = "FeedbackEscalated"
    RESCHEDULED = "FeedbackRescheduled"
    TRANSFERRED = "FeedbackTransferred"


class FeedbackEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a case. `id` is `<code>#<seq>`; `at` RFC 3339; `status` the one it led to.

    `assignment` and `agency` name the duty it concerns: the present one, or the one that a hand-over offers.
    `cid` is the correlation id of the request that caused it.
    """

    v: int
    id: str
    type: FeedbackEventType
    code: str
    seq: int
    at: str
    status: str
    category: str
    area: str
    level: str
    agency: str = ""
    assignment: int = 0
    cid: str = ""


_TYPES = {
    "submit": FeedbackEventType.SUBMITTED,
    "assign": FeedbackEventType.ASSIGNED,
    "queue": FeedbackEventType.QUEUED,
    "refuse": FeedbackEventType.REFUSED,
    "publish": FeedbackEventType.PUBLISHED,
    "accept": FeedbackEventType.ACCEPTED,
    "ask": FeedbackEventType.ASKED,
    "reply": FeedbackEventType.REPLIED,
    "time_out": FeedbackEventType.TIMED_OUT,
    "answer": FeedbackEventType.ANSWERED,
    "hand_over": FeedbackEventType.HAND_OVER_OFFERED,
    "give_back": FeedbackEventType.GIVEN_BACK,
    "extend": FeedbackEventType.EXTENSION_REQUESTED,
    "rate": FeedbackEventType.RATED,
    "close": FeedbackEventType.CLOSED,
    "appeal": FeedbackEventType.APPEALED,
    "withdraw": FeedbackEventType.WITHDRAWN,
    "merge": FeedbackEventType.MERGED,
    "split": FeedbackEventType.SPLIT,
    "hide": FeedbackEventType.HIDDEN,
    "unhide": FeedbackEventType.UNHIDDEN,
    "seal": FeedbackEventType.SEALED,
    "grant": FeedbackEventType.EXTENSION_GRANTED,
    "deny": FeedbackEventType.EXTENSION_DENIED,
    "support": FeedbackEventType.SUPPORT_REQUESTED,
    "contribute": FeedbackEventType.CONTRIBUTED,
    "submit_approval": FeedbackEventType.APPROVAL_REQUESTED,
    "approve": FeedbackEventType.ANSWERED,
    "return": FeedbackEventType.RETURNED,
    "lapse": FeedbackEventType.HAND_OVER_LAPSED,
    "remind": FeedbackEventType.REMINDED,
    "climb": FeedbackEventType.CLIMBED,
    "warn": FeedbackEventType.NEARLY_DUE,
    "breach": FeedbackEventType.BREACHED,
    "escalate": FeedbackEventType.ESCALATED,
    "reschedule": FeedbackEventType.RESCHEDULED,
    "transfer": FeedbackEventType.TRANSFERRED,
}


def event_type(action: str, status: str) -> FeedbackEventType:
    """The event that an action causes, by the status it led to; raises KeyError for an unknown action."""
    if action == "rate" and status == "assigned":
        return FeedbackEventType.REOPENED
    return _TYPES[action]


class Consumer(StrEnum):
    """Who has to act on events; each has a queue of its own, fed by type."""

    ROUTING = "routing"
    AGENCIES = "agencies"
    CITIZENS = "citizens"


_E = FeedbackEventType

# The filter policies of the queues' subscriptions say the same (a contract test compares them).
CONSUMES: dict[Consumer, frozenset[FeedbackEventType]] = {
    Consumer.ROUTING: frozenset({_E.SUBMITTED, _E.SPLIT, _E.MERGED, _E.SEALED}),
    Consumer.AGENCIES: frozenset(
        {
            _E.ASSIGNED,
            _E.HAND_OVER_OFFERED,
            _E.HAND_OVER_LAPSED,
            _E.REOPENED,
            _E.REPLIED,
            _E.TIMED_OUT,
            _E.GIVEN_BACK,
            _E.EXTENSION_GRANTED,
            _E.EXTENSION_DENIED,
            _E.SUPPORT_REQUESTED,
            _E.CONTRIBUTED,
            _E.APPROVAL_REQUESTED,
            _E.RETURNED,
            _E.REMINDED,
            _E.NEARLY_DUE,
            _E.BREACHED,
            _E.ESCALATED,
            _E.CLIMBED,
            _E.RESCHEDULED,
            _E.TRANSFERRED,
            _E.MERGED,
            _E.RATED,
            _E.WITHDRAWN,
        }
    ),
    Consumer.CITIZENS: frozenset(
        {
            _E.SUBMITTED,
            _E.ASSIGNED,
            _E.ACCEPTED,
            _E.ASKED,
            _E.TRANSFERRED,
            _E.ANSWERED,
            _E.REFUSED,
            _E.MERGED,
            _E.SPLIT,
            _E.HIDDEN,
            _E.UNHIDDEN,
            _E.REOPENED,
            _E.CLOSED,
            # Of a sealed case nobody is told; everything about it that points to the person is taken away.
            _E.SEALED,
        }
    ),
}
