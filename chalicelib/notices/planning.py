"""The notices that an event leads to, by the table of rules; asks nothing but the directory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.contracts.contacts import Contact, QuietHours
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.core.clock import from_text, to_text
from chalicelib.notices.model import GRACE, Channel, InboxEntry, Notice, Recipient, Role, Side
from chalicelib.notices.ports import Case, Directory, Duty, Office, Officer
from chalicelib.notices.quiet import quiet_until
from chalicelib.notices.rules import LAST_RUNG, ROLES, ROSTERS, RULES, Rank, Rule, Way, Whom

# What a person has just done is confirmed at once, also at night; after this time it is a message like any other.
PROMPT = timedelta(minutes=15)


class Circle(msgspec.Struct, frozen=True):
    """Who is told by a rule at one agency, by role."""

    rule: Rule
    agency: str
    roles: tuple[Role, ...]


def may_go(notice: Notice, rule: Rule, case: Case) -> bool:
    """Whether a notice may go out now: it is true still, and not for the agency that the matter complains of."""
    return not _is_about(case, notice.recipient) and still_true(rule, notice.assignment, case)


def still_true(rule: Rule, assignment: int, case: Case) -> bool:
    """Whether what an event says holds for the case as it stands now: its status, and the assignment the event named."""
    if case.status not in rule.statuses or rule.publication not in ("", case.publication):
        return False
    match rule.whom:
        case Whom.HOLDER | Whom.REPORTER_OF_DUTY | Whom.WATCHER | Whom.DUTY | Whom.CENTRE | Whom.LEADERS:
            return case.assignment is not None and case.assignment.number == assignment
        case Whom.RECEIVER:
            return case.offer is not None and case.offer.number == assignment
        case Whom.SUPPORTER:
            return any(support.number == assignment for support in case.supporters)
        case Whom.LEAD:
            return case.assignment is not None
        case Whom.OFFERER:
            return _offered_by(case, assignment) is not None
    return True


def told_agencies(event: FeedbackEvent, case: Case, directory: Directory) -> Iterator[Circle]:
    """Who is told of an event at which agencies; never the one that the matter complains of."""
    for rule in RULES[Consumer.AGENCIES][event.type]:
        if not _concerns(rule, event, case):
            continue
        for agency, roles in _posts(rule, event, case, directory):
            if agency not in case.complained_of:
                yield Circle(rule, agency, roles)


def agency_notices(event: FeedbackEvent, case: Case, now: datetime, directory: Directory) -> Iterator[Notice]:
    """The notices to officers (or offices); one a person and channel, obsolete ones where it is too late."""
    addresses: set[tuple[Channel, str]] = set()
    for circle in told_agencies(event, case, directory):
        people = _people(circle, directory.office(circle.agency), directory.officers(circle.agency))
        for channel in _channels(circle.rule, event):
            for officer in people:
                place = channel, address_of(officer, channel)
                if place[1] and place in addresses:
                    continue
                addresses.add(place)
                yield _notice(
                    event, circle.rule, Recipient(Side.AGENCY, circle.agency, officer.role), channel, case, now
                )


def told_citizens(
    event: FeedbackEvent, case: Case, followers: Callable[[str], Sequence[str]]
) -> Iterator[tuple[Rule, str]]:
    """The accounts that are told of an event, and by which rule: the reporter, and who follows what the public may read."""
    for rule in RULES[Consumer.CITIZENS][event.type]:
        if rule.whom is not Whom.FOLLOWER:
            yield rule, case.reporter
        elif rule.publication in ("", case.publication):
            yield from ((rule, account) for account in followers(event.code) if account != case.reporter)


def citizen_notices(
    event: FeedbackEvent, rule: Rule, case: Case, now: datetime, account: str, contact: Contact | None
) -> Iterator[Notice]:
    """The notices to one account beside the inbox; none for a person who wants none or is gone."""
    if Way.CHOSEN not in rule.ways or contact is None:
        return
    for channel in chosen_channels(contact):
        yield _notice(event, rule, Recipient(Side.CITIZEN, account), channel, case, now)


def inbox_entry(event: FeedbackEvent, rule: Rule, case: Case, account: str) -> InboxEntry:
    """The line in an account's inbox; it tells what happened then, so it is written also where it is overtaken by now.

    What is true only of the present assignment (deadlines) is left out where the event is about an earlier one.
    """
    params = {
        "agency": event.agency,
        **(linked_cases(case) if rule.type in (FeedbackEventType.MERGED, FeedbackEventType.SPLIT) else {}),
    }
    if still_true(rule, event.assignment, case):
        params |= {name: to_text(moment) for name, moment in case.moments.items()}
    return InboxEntry(
        account=account, event=event.id, words=rule.words, happened_at=from_text(event.at), code=event.code, seq=event.seq,
        params={name: value for name, value in params.items() if value}, cid=event.cid,
    )  # fmt: skip


def linked_cases(case: Case) -> dict[str, str]:
    """The codes of the cases that this one became, and how many there are, for its texts; empty where there are none."""
    return {
        "main": case.merged_into,
        "children": ", ".join(case.children),
        "count": str(len(case.children)) if case.children else "",
    }


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


def _concerns(rule: Rule, event: FeedbackEvent, case: Case) -> bool:
    """Whether a row has anything to say of this event: of a climb its rung, of a draft that there is one to approve."""
    if rule.head_link and case.status not in rule.statuses:
        return False
    return not rule.rungs or min(case.stood(event.seq).climbs, LAST_RUNG) in rule.rungs


def _posts(
    rule: Rule, event: FeedbackEvent, case: Case, directory: Directory
) -> Iterable[tuple[str, tuple[Role, ...]]]:
    """The agencies that a rule tells, and by which roles."""
    roster = ROSTERS.get(rule.whom)
    if roster:
        return _roster(roster, directory)
    agency = _watcher(event, case, directory) if rule.whom is Whom.WATCHER else _agency(rule.whom, event, case)
    if rule.whom is Whom.WATCHER and not agency:
        # At the top of the province nobody watches; the centre is told in that place.
        return _roster(ROSTERS[Whom.CENTRE], directory)
    urgent = rule.rank is Rank.ON_DUTY and event.level == "urgent"
    return [(agency, ROLES[Rank.ALL if urgent else rule.rank])] if agency else []


def _agency(whom: Whom, event: FeedbackEvent, case: Case) -> str:
    stood = case.stood(event.seq)
    match whom:
        case Whom.OFFERER:
            # A holder's own "not ours" leads to the centre's queue; only a declined offer goes back to an agency.
            duty = _offered_by(case, event.assignment) if event.status != "received" else None
        case Whom.LEAD:
            duty = case.assignment
        case Whom.FORMER:
            duty = stood.holder
        case Whom.PENDING:
            duty = stood.offer
        case _:
            return event.agency
    return duty.agency if duty else ""


def _watcher(event: FeedbackEvent, case: Case, directory: Directory) -> str:
    found = directory.watcher(event.agency, event.category) or ""
    # The one complained about watches over nothing here; its own superior does.
    return (directory.watcher(found, event.category) or "") if found in case.complained_of else found


def _roster(name: str, directory: Directory) -> list[tuple[str, tuple[Role, ...]]]:
    return [(agency, (role,)) for agency, role in directory.roster(name)]


def _people(circle: Circle, office: Office | None, officers: Sequence[Officer]) -> Sequence[Officer]:
    by_role = {officer.role: officer for officer in officers}
    if circle.rule.head_link:
        # Nobody stands in for the head; where none is named, the failure is recorded and counted.
        return [by_role.get(Role.HEAD, Officer(Role.HEAD, "", "", ""))]
    found = [by_role[role] for role in circle.roles if role in by_role]
    if found:
        return found
    # Nobody named: the office itself, even without an address, so that the failure is recorded and counted.
    own = Officer(Role.OFFICE, office.name, office.email, office.phone) if office else Officer(Role.OFFICE, "", "", "")
    return [by_role.get(Role.HEAD, own)]


def _channels(rule: Rule, event: FeedbackEvent) -> list[Channel]:
    ways = [Way.SMS if way is Way.URGENT_SMS else way for way in rule.ways if _applies(way, event)]
    return [Channel(way) for way in ways]


def _applies(way: Way, event: FeedbackEvent) -> bool:
    return way is not Way.URGENT_SMS or event.level == "urgent"


def _is_about(case: Case, recipient: Recipient) -> bool:
    return recipient.side is Side.AGENCY and recipient.id in case.complained_of


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
    return made if may_go(made, rule, case) else made.obsolete()
