"""Who hears of what, on which channel."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.contracts.contacts import Channels, QuietHours
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEventType
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback.lifecycle import Status
from chalicelib.notices.model import Channel, Notice, Role, State
from chalicelib.notices.planning import (
    RULES,
    Whom,
    agency_notices,
    chosen_channels,
    citizen_notices,
    inbox_entry,
    rings_at,
    rule_of,
)
from chalicelib.notices.ports import Case, Duty, Officer
from tests.unit.notices.fakes import (
    ACCOUNT,
    AGENCY,
    CASES,
    NIGHT,
    OFFICES,
    OTHER,
    START,
    E,
    a_case,
    a_contact,
    an_event,
    officers_of,
)


def told(kind: FeedbackEventType, case: Case | None = None, **changes: object) -> list[Notice]:
    event = an_event(kind, **changes)
    given = case or CASES[kind]
    agency = (
        given.assignment.agency
        if RULES[Consumer.AGENCIES][kind].whom is Whom.OFFERER and given.assignment
        else event.agency
    )
    return list(agency_notices(event, given, START, OFFICES.get(agency), officers_of(agency)))


def names(notices: Iterable[Notice]) -> set[str]:
    return {f"{notice.recipient.id} {notice.recipient.role} {notice.channel}" for notice in notices}


def of(agency: str, channels: str, roles: str = "focal deputy") -> set[str]:
    return {f"{agency} {role} {channel}" for role in roles.split() for channel in channels.split()}


def test_every_event_that_a_consumer_gets_has_a_row_and_no_other_has() -> None:
    for consumer in (Consumer.AGENCIES, Consumer.CITIZENS):
        assert RULES[consumer].keys() == CONSUMES[consumer]


def test_rows_name_statuses_that_there_are() -> None:
    known = {status.value for status in Status}
    assert all(rule.statuses <= known for rules in RULES.values() for rule in rules.values())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (E.ASSIGNED, of(AGENCY, "email sms")),
        (E.REOPENED, of(AGENCY, "email sms")),
        (E.HAND_OVER_OFFERED, of(OTHER, "email sms")),
        (E.REPLIED, of(AGENCY, "email")),
        (E.TIMED_OUT, of(AGENCY, "email")),
        (E.RATED, of(AGENCY, "email")),
        (E.WITHDRAWN, of(AGENCY, "email")),
        (E.GIVEN_BACK, of(AGENCY, "email")),
    ],
)
def test_an_agency_hears_of_new_duties_loudly_and_of_the_rest_by_e_mail(
    kind: FeedbackEventType, expected: set[str]
) -> None:
    notices = told(kind)
    assert names(notices) == expected
    assert {notice.state for notice in notices} == {State.RECORDED}


def test_of_urgent_matters_the_head_hears_too() -> None:
    assert names(told(E.ASSIGNED, level="urgent")) == of(AGENCY, "email sms", "focal deputy head")


def test_nobody_at_an_agency_is_told_of_the_holders_own_not_ours() -> None:
    case = a_case(status="received", assignment=None)
    assert told(E.GIVEN_BACK, case, status="received", agency=AGENCY, assignment=1) == []


def test_an_agency_without_officers_is_told_at_its_office() -> None:
    event = an_event(E.ASSIGNED)
    notices = list(agency_notices(event, a_case(), START, OFFICES[AGENCY], []))
    assert names(notices) == of(AGENCY, "email sms", "office")


def test_an_agency_with_a_head_alone_is_told_through_the_head() -> None:
    head = [officer for officer in officers_of(AGENCY) if officer.role is Role.HEAD]
    assert names(agency_notices(an_event(E.ASSIGNED), a_case(), START, OFFICES[AGENCY], head)) == of(
        AGENCY, "email sms", "head"
    )


def test_an_agency_nobody_knows_still_leaves_a_trace() -> None:
    assert names(agency_notices(an_event(E.ASSIGNED), a_case(), START, None, [])) == of(AGENCY, "email sms", "office")


def test_one_person_in_two_roles_gets_one_message_a_channel() -> None:
    same = [
        Officer(Role.FOCAL, "Một người", "mot@nguoi.example", "+84959000001"),
        Officer(Role.DEPUTY, "Một người", "mot@nguoi.example", "+84959000002"),
    ]
    notices = agency_notices(an_event(E.ASSIGNED), a_case(), START, OFFICES[AGENCY], same)
    assert names(notices) == {f"{AGENCY} focal email", f"{AGENCY} focal sms", f"{AGENCY} deputy sms"}


@pytest.mark.parametrize(
    ("kind", "now"),
    [
        (E.ASSIGNED, a_case(assignment=Duty(3, OTHER))),
        (E.ASSIGNED, a_case(status="received", assignment=None)),
        (E.ASSIGNED, a_case(status="answered")),
        (E.REOPENED, a_case(assignment=Duty(3, OTHER))),
        (E.HAND_OVER_OFFERED, a_case()),
        (E.HAND_OVER_OFFERED, a_case(offer=Duty(3, OTHER))),
        (E.REPLIED, a_case(status="answered")),
        (E.RATED, a_case(status="assigned")),
    ],
)
def test_what_the_case_has_left_behind_is_recorded_as_obsolete(kind: FeedbackEventType, now: Case) -> None:
    notices = told(kind, now)
    assert notices
    assert {notice.state for notice in notices} == {State.OBSOLETE}


def test_a_declined_offer_whose_sender_has_lost_the_case_meanwhile_concerns_nobody() -> None:
    assert told(E.GIVEN_BACK, a_case(assignment=Duty(3, OTHER))) == []


def test_a_citizen_is_told_by_sms_unless_something_else_was_chosen() -> None:
    assert chosen_channels(a_contact()) == (Channel.SMS,)
    assert chosen_channels(a_contact(channels=Channels(sms=False, email=True))) == (Channel.EMAIL,)
    assert chosen_channels(a_contact(channels=Channels(sms=True, email=True))) == (Channel.SMS, Channel.EMAIL)
    assert chosen_channels(a_contact(channels=Channels(sms=False, email=False))) == ()


def test_who_chose_e_mail_and_gave_no_address_is_told_by_sms() -> None:
    assert chosen_channels(a_contact(channels=Channels(sms=False, email=True), email="")) == (Channel.SMS,)


@pytest.mark.parametrize("kind", sorted(CONSUMES[Consumer.CITIZENS]))
def test_citizens_hear_of_the_steps_that_ask_something_of_them_and_find_the_rest_in_their_inbox(
    kind: FeedbackEventType,
) -> None:
    sent = {notice.channel for notice in citizen_notices(an_event(kind), CASES[kind], START, a_contact())}
    assert sent == (set() if kind in (E.ACCEPTED, E.CLOSED) else {Channel.SMS})
    assert inbox_entry(an_event(kind), CASES[kind]).account == ACCOUNT


def test_an_account_that_is_gone_gets_no_message() -> None:
    assert list(citizen_notices(an_event(E.ANSWERED), CASES[E.ANSWERED], START, None)) == []


def test_the_inbox_tells_what_happened_also_when_it_is_overtaken_but_no_deadline_of_another_assignment() -> None:
    entry = inbox_entry(an_event(E.ASSIGNED), a_case(assignment=Duty(2, OTHER)))
    assert entry.words == "assigned"
    assert entry.params == {"agency": AGENCY}
    assert inbox_entry(an_event(E.ASSIGNED), a_case()).params == {
        "agency": AGENCY,
        "deadline": "2023-05-30T10:00:00.000Z",
    }


def test_rows_hold_no_personal_data() -> None:
    case = a_case(share_contact=True)
    for notice in [*told(E.ASSIGNED, case), *citizen_notices(an_event(E.ASSIGNED), case, START, a_contact())]:
        assert not any(secret in str(notice) for secret in ("+84", "@", "Bà Mẫu", "Cán bộ", "Km 5", "Đất đá"))


MIDNIGHT = datetime(2023, 5, 24, 0, 30, tzinfo=VIETNAM)
MORNING = datetime(2023, 5, 24, 6, 30, tzinfo=VIETNAM)


def sms(kind: FeedbackEventType, **changes: object) -> Notice:
    return next(iter(citizen_notices(an_event(kind, **changes), CASES[kind], START, a_contact())))


def rings(notice: Notice, now: datetime, hours: QuietHours | None = None) -> datetime | None:
    return rings_at(notice, rule_of(notice), hours or NIGHT, now)


def test_an_sms_waits_for_the_end_of_the_night() -> None:
    assert rings(sms(E.ANSWERED), MIDNIGHT) == MORNING


def test_a_persons_own_quiet_hours_count_where_there_are_any() -> None:
    assert rings(sms(E.ANSWERED), MIDNIGHT, QuietHours("13:00", "15:00")) is None
    assert rings(sms(E.ANSWERED), START, QuietHours("13:00", "15:00")) == START.astimezone(VIETNAM) + timedelta(hours=1)


def test_urgent_matters_know_no_quiet_hours() -> None:
    assert rings(sms(E.ANSWERED, level="urgent"), MIDNIGHT) is None


def test_e_mails_wait_for_nothing() -> None:
    assert rings(replace(sms(E.ANSWERED), channel=Channel.EMAIL), MIDNIGHT) is None


def test_what_a_person_just_did_is_confirmed_at_once_and_not_later() -> None:
    notice = replace(sms(E.SUBMITTED), happened_at=MIDNIGHT)
    assert rings(notice, MIDNIGHT + timedelta(minutes=1)) is None
    assert rings(notice, MIDNIGHT + timedelta(minutes=20)) == MORNING


def test_officers_sleep_too_unless_it_is_urgent() -> None:
    notice = next(notice for notice in told(E.ASSIGNED) if notice.channel is Channel.SMS)
    assert rings(notice, MIDNIGHT) == MORNING
    assert rings(replace(notice, urgent=True), MIDNIGHT) is None
