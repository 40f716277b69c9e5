"""Who hears of what on which channel, as one table for agencies and one for citizens."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from chalicelib.contracts.feedback_events import Consumer, FeedbackEventType
from chalicelib.notices.model import Notice, Role, Side


class Whom(StrEnum):
    """Whom a rule tells.

    By duty: the agency of the event's assignment (`holder`), the one that supports it, the one an offer goes to, the holder whose
    offer came back, the holder that a contribution is for (`lead`), who held it or was offered it until this event (`former`,
    `pending`). Over it: who watches over the holder, and the rosters `duty`, `centre` and `leaders`. And the citizens: the
    reporter, of this assignment or of the case whatever its assignment, and who follows the case.
    """

    HOLDER = "holder"
    SUPPORTER = "supporter"
    RECEIVER = "receiver"
    OFFERER = "offerer"
    LEAD = "lead"
    FORMER = "former"
    PENDING = "pending"
    WATCHER = "watcher"
    DUTY = "duty"
    CENTRE = "centre"
    LEADERS = "leaders"
    REPORTER_OF_DUTY = "reporter_of_duty"
    REPORTER = "reporter"
    FOLLOWER = "follower"


class Way(StrEnum):
    """A channel; `chosen`: SMS or e-mail, as the person chose; `urgent_sms`: an SMS where the matter is urgent."""

    INBOX = "inbox"
    SMS = "sms"
    EMAIL = "email"
    CHOSEN = "chosen"
    URGENT_SMS = "urgent_sms"


class Rank(StrEnum):
    """Who at the agency: focal officer and deputy, of urgent matters the head too; these two alone; the head; all three."""

    ON_DUTY = "on_duty"
    OFFICERS = "officers"
    HEAD = "head"
    ALL = "all"


class Rule(msgspec.Struct, frozen=True):
    """One row: an event makes these notices, to be sent only while the case stands in one of `statuses`.

    `words` names the texts (templates/<side>/<words>.toml); `prompt` answers what the recipient has just done. `head_link` gives
    the head's own link, to nobody but the head. Of climbs the row is about those `rungs`. `publication`, where named, has to hold.
    """

    type: FeedbackEventType
    whom: Whom
    words: str
    ways: tuple[Way, ...]
    statuses: frozenset[str]
    prompt: bool = False
    rank: Rank = Rank.ON_DUTY
    head_link: bool = False
    rungs: frozenset[int] = frozenset()
    publication: str = ""


_E = FeedbackEventType
_W = Whom
_R = Rank
_CLOCKED = frozenset({"assigned", "in_progress", "awaiting_approval"})
_HELD = _CLOCKED | {"waiting"}
_OPEN = _HELD | {"received"}
_SHOWN = _OPEN | {"answered", "closed"}
_OFFERED = frozenset({"assigned", "in_progress"})
_WORKED_ON = frozenset({"in_progress", "waiting", "awaiting_approval"})
_ASSIGNED = frozenset({"assigned"})
_RECEIVED = frozenset({"received"})
_LOUD = (Way.EMAIL, Way.SMS)
_CALM = (Way.EMAIL,)
_WARY = (Way.EMAIL, Way.URGENT_SMS)
_TELL = (Way.INBOX, Way.CHOSEN)
_NOTE = (Way.INBOX,)


def _climb(whom: Whom, words: str, rank: Rank, *rungs: int) -> Rule:
    return Rule(_E.CLIMBED, whom, words, _LOUD, _ASSIGNED, rank=rank, rungs=frozenset(rungs))


AGENCY_RULES: tuple[Rule, ...] = (
    Rule(_E.ASSIGNED, _W.HOLDER, "assigned", _LOUD, _HELD),
    Rule(_E.ASSIGNED, _W.FORMER, "reassigned", _CALM, _HELD),
    Rule(_E.ASSIGNED, _W.PENDING, "offer_reassigned", _CALM, _HELD),
    Rule(_E.HAND_OVER_OFFERED, _W.RECEIVER, "offered", _LOUD, _OFFERED),
    Rule(_E.HAND_OVER_LAPSED, _W.FORMER, "lapsed", _CALM, _RECEIVED),
    Rule(_E.HAND_OVER_LAPSED, _W.PENDING, "offer_lapsed", _CALM, _RECEIVED),
    Rule(_E.REOPENED, _W.HOLDER, "reopened", _LOUD, _HELD),
    Rule(_E.REOPENED, _W.WATCHER, "reopened_watched", _WARY, _HELD, rank=_R.OFFICERS),
    Rule(_E.REPLIED, _W.HOLDER, "replied", _CALM, _HELD),
    Rule(_E.TIMED_OUT, _W.HOLDER, "timed_out", _CALM, _HELD),
    Rule(_E.GIVEN_BACK, _W.OFFERER, "offer_declined", _CALM, _OFFERED),
    Rule(_E.EXTENSION_GRANTED, _W.HOLDER, "extension_granted", _CALM, _WORKED_ON),
    Rule(_E.EXTENSION_DENIED, _W.HOLDER, "extension_denied", _CALM, _WORKED_ON),
    Rule(_E.SUPPORT_REQUESTED, _W.SUPPORTER, "support", _LOUD, _HELD),
    Rule(_E.CONTRIBUTED, _W.LEAD, "contributed", _CALM, _HELD),
    Rule(
        _E.APPROVAL_REQUESTED,
        _W.HOLDER,
        "approval",
        _LOUD,
        frozenset({"awaiting_approval"}),
        rank=_R.HEAD,
        head_link=True,
    ),
    Rule(_E.RETURNED, _W.HOLDER, "returned", _LOUD, _HELD),
    Rule(_E.REMINDED, _W.HOLDER, "reminded", _LOUD, _ASSIGNED),
    Rule(_E.NEARLY_DUE, _W.HOLDER, "nearly_due", _LOUD, _CLOCKED, rank=_R.ALL),
    Rule(_E.BREACHED, _W.HOLDER, "breached", _LOUD, _CLOCKED, rank=_R.ALL),
    Rule(_E.BREACHED, _W.WATCHER, "breached_watched", _WARY, _CLOCKED, rank=_R.OFFICERS),
    Rule(_E.ESCALATED, _W.CENTRE, "escalated", _WARY, _CLOCKED),
    Rule(_E.ESCALATED, _W.LEADERS, "escalated", _WARY, _CLOCKED),
    _climb(_W.HOLDER, "climbed", _R.HEAD, 1),
    _climb(_W.HOLDER, "climbed", _R.ALL, 6),
    _climb(_W.WATCHER, "climbed_watched", _R.OFFICERS, 2),
    _climb(_W.WATCHER, "climbed_watched", _R.HEAD, 3),
    _climb(_W.WATCHER, "climbed_watched", _R.ALL, 6),
    _climb(_W.DUTY, "climbed_watched", _R.OFFICERS, 4, 6),
    _climb(_W.LEADERS, "climbed_watched", _R.OFFICERS, 5, 6),
    Rule(_E.RESCHEDULED, _W.HOLDER, "rescheduled", _CALM, _HELD, rank=_R.OFFICERS),
    Rule(_E.TRANSFERRED, _W.HOLDER, "transferred", _CALM, _HELD),
    Rule(_E.TRANSFERRED, _W.HOLDER, "approval", _LOUD, frozenset({"awaiting_approval"}), rank=_R.HEAD, head_link=True),
    Rule(_E.MERGED, _W.HOLDER, "merged", _CALM, frozenset({"duplicate"})),
    Rule(_E.RATED, _W.HOLDER, "rated", _CALM, frozenset({"closed"})),
    Rule(_E.WITHDRAWN, _W.HOLDER, "withdrawn", _CALM, frozenset({"withdrawn"})),
    Rule(_E.WITHDRAWN, _W.PENDING, "offer_withdrawn", _CALM, frozenset({"withdrawn"})),
)

CITIZEN_RULES: tuple[Rule, ...] = (
    Rule(_E.SUBMITTED, _W.REPORTER, "submitted", _TELL, _OPEN, prompt=True),
    Rule(_E.ASSIGNED, _W.REPORTER_OF_DUTY, "assigned", _TELL, _HELD),
    Rule(_E.ACCEPTED, _W.REPORTER_OF_DUTY, "accepted", _NOTE, _HELD),
    Rule(_E.ASKED, _W.REPORTER_OF_DUTY, "asked", _TELL, frozenset({"waiting"})),
    Rule(_E.TRANSFERRED, _W.REPORTER_OF_DUTY, "transferred", _NOTE, _HELD),
    Rule(_E.ANSWERED, _W.REPORTER_OF_DUTY, "answered", _TELL, frozenset({"answered"})),
    Rule(_E.ANSWERED, _W.FOLLOWER, "answered_followed", _TELL, frozenset({"answered", "closed"}), publication="public"),
    Rule(_E.REFUSED, _W.REPORTER, "refused", _TELL, frozenset({"refused"})),
    Rule(_E.REFUSED, _W.FOLLOWER, "refused_followed", _TELL, frozenset({"refused"})),
    Rule(_E.MERGED, _W.REPORTER, "merged", _TELL, frozenset({"duplicate"})),
    Rule(_E.SPLIT, _W.REPORTER, "split", _TELL, frozenset({"split"})),
    Rule(_E.HIDDEN, _W.REPORTER, "hidden", _TELL, _SHOWN, publication="hidden"),
    Rule(_E.UNHIDDEN, _W.REPORTER, "unhidden", _TELL, _SHOWN, publication="public"),
    Rule(_E.REOPENED, _W.REPORTER_OF_DUTY, "reopened", _TELL, _HELD),
    Rule(_E.CLOSED, _W.REPORTER, "closed", _NOTE, frozenset({"closed"})),
    Rule(_E.CLOSED, _W.FOLLOWER, "closed_followed", _NOTE, frozenset({"closed"}), publication="public"),
)

Table = Mapping[FeedbackEventType, tuple[Rule, ...]]


def _by_type(rules: tuple[Rule, ...]) -> Table:
    return {kind: tuple(rule for rule in rules if rule.type is kind) for kind in {rule.type for rule in rules}}


RULES: Mapping[Consumer, Table] = {
    Consumer.AGENCIES: _by_type(AGENCY_RULES),
    Consumer.CITIZENS: _by_type(CITIZEN_RULES),
}
SIDES = {Consumer.AGENCIES: Side.AGENCY, Consumer.CITIZENS: Side.CITIZEN}

# The last rung is told to everybody, however often it is climbed.
LAST_RUNG = 6
# These have no duty in the case: no link.
WITHOUT_DUTY = frozenset({_W.FORMER, _W.PENDING, _W.WATCHER, _W.DUTY, _W.CENTRE, _W.LEADERS})
# These never learn the reporter's name, whatever the reporter consents to: what the consent is for is the agency that answers.
WITHOUT_REPORTER = WITHOUT_DUTY | {_W.SUPPORTER}
ROSTERS = {_W.DUTY: "duty", _W.CENTRE: "centre", _W.LEADERS: "leaders"}

# The focal officer acts, the deputy stands in; the head hears of what cannot wait.
ROLES: Mapping[Rank, tuple[Role, ...]] = {
    _R.ON_DUTY: (Role.FOCAL, Role.DEPUTY),
    _R.OFFICERS: (Role.FOCAL, Role.DEPUTY),
    _R.HEAD: (Role.HEAD,),
    _R.ALL: (Role.FOCAL, Role.DEPUTY, Role.HEAD),
}


# Rows of one event with the same words differ in whom they tell, not in what has to be true.
_BY_WORDS = {
    (SIDES[consumer], rule.type, rule.words): rule
    for consumer, rules in ((Consumer.AGENCIES, AGENCY_RULES), (Consumer.CITIZENS, CITIZEN_RULES))
    for rule in rules
}


def rule_of(notice: Notice) -> Rule:
    """The row that a notice came from, or another with the same words; raises KeyError where the table has none any more."""
    return _BY_WORDS[notice.recipient.side, notice.type, notice.words]
