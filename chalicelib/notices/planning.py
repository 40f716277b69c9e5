"""Who hears of what on which channel: one table, and the notices that an event leads to (pure)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from chalicelib.contracts.contacts import Contact, QuietHours
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.core.clock import from_text, to_text
from chalicelib.notices.model import GRACE, Channel, InboxEntry, Notice, Recipient, Role, Side
from chalicelib.notices.ports import Case, Duty, Office, Officer
from chalicelib.notices.quiet import quiet_until

# What a person has just done is confirmed at once, also at night; after this time it is a message like any other.
PROMPT = timedelta(minutes=15)


class Whom(StrEnum):
    """Whom a rule tells: the agency of the event's assignment, the one an offer goes to, the holder whose offer came back, or
    the reporter, of this assignment or of the case whatever its assignment.
    """

    HOLDER = "holder"
    RECEIVER = "receiver"
    OFFERER = "offerer"
    REPORTER_OF_DUTY = "reporter_of_duty"
    REPORTER = "reporter"


class Way(StrEnum):
    """A channel, or `chosen`: SMS or e-mail, as the person chose."""

    INBOX = "inbox"
    SMS = "sms"
    EMAIL = "email"
    CHOSEN = "chosen"


class Rule(msgspec.Struct, frozen=True):
    """One row: an event makes these notices, to be sent only while the case stands in one of `statuses`.

    `words` names the texts (templates/<side>/<words>.toml); `prompt` answers what the recipient has just done.
    """

    type: FeedbackEventType
    whom: Whom
    words: str
    ways: tuple[Way, ...]
    statuses: frozenset[str]
    prompt: bool = False


_E = FeedbackEventType
_HELD = frozenset({"assigned", "in_progress", "waiting", "awaiting_approval"})
_OPEN = _HELD | {"received"}
_OFFERED = frozenset({"assigned", "in_progress"})
_LOUD = (Way.EMAIL, Way.SMS)
_CALM = (Way.EMAIL,)
_TELL = (Way.INBOX, Way.CHOSEN)
_NOTE = (Way.INBOX,)

AGENCY_RULES: tuple[Rule, ...] = (
    Rule(_E.ASSIGNED, Whom.HOLDER, "assigned", _LOUD, _HELD),
    Rule(_E.HAND_OVER_OFFERED, Whom.RECEIVER, "offered", _LOUD, _OFFERED),
    Rule(_E.REOPENED, Whom.HOLDER, "reopened", _LOUD, _HELD),
    Rule(_E.REPLIED, Whom.HOLDER, "replied", _CALM, _HELD),
    Rule(_E.TIMED_OUT, Whom.HOLDER, "timed_out", _CALM, _HELD),
    Rule(_E.GIVEN_BACK, Whom.OFFERER, "offer_declined", _CALM, _OFFERED),
    Rule(_E.RATED, Whom.HOLDER, "rated", _CALM, frozenset({"closed"})),
    Rule(_E.WITHDRAWN, Whom.HOLDER, "withdrawn", _CALM, frozenset({"withdrawn"})),
)

CITIZEN_RULES: tuple[Rule, ...] = (
    Rule(_E.SUBMITTED, Whom.REPORTER, "submitted", _TELL, _OPEN, prompt=True),
    Rule(_E.ASSIGNED, Whom.REPORTER_OF_DUTY, "assigned", _TELL, _HELD),
    Rule(_E.ACCEPTED, Whom.REPORTER_OF_DUTY, "accepted", _NOTE, _HELD),
    Rule(_E.ASKED, Whom.REPORTER_OF_DUTY, "asked", _TELL, frozenset({"waiting"})),
    Rule(_E.ANSWERED, Whom.REPORTER_OF_DUTY, "answered", _TELL, frozenset({"answered"})),
    Rule(_E.REFUSED, Whom.REPORTER, "refused", _TELL, frozenset({"refused"})),
    Rule(_E.REOPENED, Whom.REPORTER_OF_DUTY, "reopened", _TELL, _HELD),
    Rule(_E.CLOSED, Whom.REPORTER, "closed", _NOTE, frozenset({"closed"})),
)

RULES = {
    Consumer.AGENCIES: {rule.type: rule for rule in AGENCY_RULES},
    Consumer.CITIZENS: {rule.type: rule for rule in CITIZEN_RULES},
}
SIDES = {Consumer.AGENCIES: Side.AGENCY, Consumer.CITIZENS: Side.CITIZEN}

# The focal officer acts, the deputy stands in; the head hears of what cannot wait.
ROLES = (Role.FOCAL, Role.DEPUTY)
URGENT_ROLES = (Role.FOCAL, Role.DEPUTY, Role.HEAD)


def rule_of(notice: Notice) -> Rule:
    """The row that a notice came from; raises KeyError where the table has it no more."""
    consumer = Consumer.AGENCIES if notice.recipient.side is Side.AGENCY else Consumer.CITIZENS
    return RULES[consumer][notice.type]


def still_true(rule: Rule, assignment: int, case: Case) -> bool:
    """Whether what an event says holds for the case as it stands now: its status, and the assignment the event named."""
    if case.status not in rule.statuses:
        return False
    match rule.whom:
        case Whom.HOLDER | Whom.REPORTER_OF_DUTY:
            return case.assignment is not None and case.assignment.number == assignment
        case Whom.RECEIVER:
            return case.offer is not None and case.offer.number == assignment
        case Whom.OFFERER:
            return _offered_by(case, assignment) is not None
    return True


def told_agency(rule: Rule, event: FeedbackEvent, case: Case) -> Duty | None:
    """The agency that an event of AGENCY_RULES concerns, and the assignment its link is for; None where nobody is told."""
    if rule.whom is not Whom.OFFERER:
        return Duty(event.assignment, event.agency) if event.agency else None
    # A holder's own "not ours" leads to the centre's queue; only a declined offer goes back to an agency.
    return _offered_by(case, event.assignment) if event.status != "received" else None


def agency_notices(
    event: FeedbackEvent, case: Case, now: datetime, office: Office | None, officers: Sequence[Officer]
) -> Iterator[Notice]:
    """The notices to an agency's officers (or its office); one a person and channel, obsolete ones where it is too late."""
    rule = RULES[Consumer.AGENCIES][event.type]
    duty = told_agency(rule, event, case)
    if duty is None:
        return
    people = _in_charge(event.level == "urgent", office, officers)
    for way in rule.ways:
        channel = Channel(way)
        addresses: set[str] = set()
        for officer in people:
            address = address_of(officer, channel)
            if address and address in addresses:
                continue
            addresses.add(address)
            recipient = Recipient(Side.AGENCY, duty.agency, officer.role)
            yield _notice(event, rule, recipient, channel, case, now)


def citizen_notices(event: FeedbackEvent, case: Case, now: datetime, contact: Contact | None) -> Iterator[Notice]:
    """The notices to the reporter beside the inbox; none for a person who wants none or is gone."""
    rule = RULES[Consumer.CITIZENS][event.type]
    if Way.CHOSEN not in rule.ways or contact is None:
        return
    recipient = Recipient(Side.CITIZEN, case.reporter)
    for channel in chosen_channels(contact):
        yield _notice(event, rule, recipient, channel, case, now)


def inbox_entry(event: FeedbackEvent, case: Case) -> InboxEntry:
    """The line in the reporter's inbox; it tells what happened then, so it is written also where it is overtaken by now.

    What is true only of the present assignment (deadlines) is left out where the event is about an earlier one.
    """
    rule = RULES[Consumer.CITIZENS][event.type]
    present = still_true(rule, event.assignment, case)
    params = {"agency": event.agency} if event.agency else {}
    moments = {"deadline": case.deadline, "answer_by": case.answer_by, "rate_by": case.rate_by}
    if present:
        params |= {name: to_text(moment) for name, moment in moments.items() if moment is not None}
    return InboxEntry(
        account=case.reporter, event=event.id, words=rule.words, happened_at=from_text(event.at), code=event.code,
        seq=event.seq, params=params, cid=event.cid,
    )  # fmt: skip


def chosen_channels(contact: Contact) -> tuple[Channel, ...]:
    """The channels a person chose, as far as there is an address; SMS where e-mail was chosen and none was given."""
    email = contact.channels.email and contact.email
    sms = contact.phone and (contact.channels.sms or (contact.channels.email and not contact.email))
    return ((Channel.SMS,) if sms else ()) + ((Channel.EMAIL,) if email else ())


def rings_at(notice: Notice, rule: Rule, hours: QuietHours, now: datetime) -> datetime | None:
    """The end of the quiet hours that hold a notice back at `now`; None where it may go.

    Urgent matters have no quiet hours, nor has the prompt answer to what somebody has just done.
    """
    if notice.channel is not Channel.SMS or notice.urgent:
        return None
    if rule.prompt and now - notice.happened_at <= PROMPT:
        return None
    return quiet_until(hours, now)


def address_of(officer: Officer, channel: Channel) -> str:
    """The officer's address on a channel; may be empty."""
    return officer.phone if channel is Channel.SMS else officer.email


def awaited(kind: FeedbackEventType) -> tuple[Consumer, ...]:
    """The consumers of this slice that have to act on events of that type."""
    return tuple(consumer for consumer in RULES if kind in CONSUMES[consumer])


def _in_charge(urgent: bool, office: Office | None, officers: Sequence[Officer]) -> Sequence[Officer]:
    by_role = {officer.role: officer for officer in officers}
    found = [by_role[role] for role in (URGENT_ROLES if urgent else ROLES) if role in by_role]
    if found:
        return found
    # Nobody named: the office itself, even without an address, so that the failure is recorded and counted.
    own = Officer(Role.OFFICE, office.name, office.email, office.phone) if office else Officer(Role.OFFICE, "", "", "")
    return [by_role.get(Role.HEAD, own)]


def _offered_by(case: Case, offer: int) -> Duty | None:
    # Numbers grow with every duty, so whoever made the offer holds a lower one.
    return case.assignment if case.assignment and case.assignment.number < offer else None


def _notice(
    event: FeedbackEvent, rule: Rule, recipient: Recipient, channel: Channel, case: Case, now: datetime
) -> Notice:
    made = Notice(
        event=event.id, type=event.type, code=event.code, seq=event.seq, assignment=event.assignment, agency=event.agency,
        words=rule.words, recipient=recipient, channel=channel, urgent=event.level == "urgent",
        happened_at=from_text(event.at), recorded_at=now, not_before=now, due_at=now + GRACE, cid=event.cid,
    )  # fmt: skip
    return made if still_true(rule, event.assignment, case) else made.obsolete()
