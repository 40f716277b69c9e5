"""Who hears of what, on which channel: one test a circle of people."""

from collections.abc import Iterable
from datetime import datetime

import pytest
from msgspec.structs import replace

from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEventType
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback.lifecycle import Status
from chalicelib.notices.model import Channel, Notice, Role, State
from chalicelib.notices.planning import (
    agency_notices,
    may_go,
    rings_at,
)
from chalicelib.notices.ports import Case, Duty, Officer, Stood
from chalicelib.notices.rules import AGENCY_RULES, CITIZEN_RULES, ROSTERS, RULES, Whom, rule_of
from tests.unit.notices.fakes import (
    ABOVE,
    AGENCY,
    CASES,
    CENTRE,
    NIGHT,
    OTHER,
    START,
    TOP,
    E,
    FakeDirectory,
    a_case,
    an_event,
    officers_of,
)

# Of a sealed case nobody is told; the consumer takes away what was recorded.
SILENT = {E.SEALED}


def told(
    kind: FeedbackEventType, case: Case | None = None, directory: FakeDirectory | None = None, **changes: object
) -> list[Notice]:
    event = an_event(kind, **changes)
    return list(agency_notices(event, case or CASES[kind], START, directory or FakeDirectory()))


def staffed(**people: list[Officer]) -> FakeDirectory:
    """A directory in which other people work at AGENCY."""
    directory = FakeDirectory()
    directory.people[AGENCY] = people["officers"]
    return directory


def names(notices: Iterable[Notice]) -> set[str]:
    return {f"{notice.recipient.id} {notice.recipient.role} {notice.channel}" for notice in notices}


def of(agency: str, channels: str, roles: str = "focal deputy") -> set[str]:
    return {f"{agency} {role} {channel}" for role in roles.split() for channel in channels.split()}


def test_every_event_that_a_consumer_gets_has_a_row_and_no_other_has() -> None:
    for consumer in (Consumer.AGENCIES, Consumer.CITIZENS):
        assert RULES[consumer].keys() == CONSUMES[consumer] - SILENT


def test_rows_name_statuses_that_there_are() -> None:
    known = {status.value for status in Status}
    assert all(rule.statuses and rule.statuses <= known for rule in (*AGENCY_RULES, *CITIZEN_RULES))


def test_rows_of_an_event_with_the_same_words_ask_for_the_same_to_be_true() -> None:
    for rules in (AGENCY_RULES, CITIZEN_RULES):
        alike: dict[tuple[FeedbackEventType, str], set[object]] = {}
        for rule in rules:
            has_duty = rule.whom in {*Whom} - ROSTERS.keys() - {Whom.WATCHER}
            needs = (rule.statuses, rule.prompt, rule.head_link, rule.publication, has_duty)
            alike.setdefault((rule.type, rule.words), set()).add(needs)
        assert {len(needs) for needs in alike.values()} == {1}


ABOVE_TOLD = of(ABOVE, "email")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (E.ASSIGNED, of(AGENCY, "email sms")),
        (E.REOPENED, of(AGENCY, "email sms") | ABOVE_TOLD),
        (E.HAND_OVER_OFFERED, of(OTHER, "email sms")),
        (E.HAND_OVER_LAPSED, of(AGENCY, "email") | of(OTHER, "email")),
        (E.REPLIED, of(AGENCY, "email")),
        (E.TIMED_OUT, of(AGENCY, "email")),
        (E.GIVEN_BACK, of(AGENCY, "email")),
        (E.EXTENSION_GRANTED, of(AGENCY, "email")),
        (E.EXTENSION_DENIED, of(AGENCY, "email")),
        (E.SUPPORT_REQUESTED, of(OTHER, "email sms")),
        (E.CONTRIBUTED, of(AGENCY, "email")),
        (E.APPROVAL_REQUESTED, of(AGENCY, "email sms", "head")),
        (E.RETURNED, of(AGENCY, "email sms")),
        (E.REMINDED, of(AGENCY, "email sms")),
        (E.NEARLY_DUE, of(AGENCY, "email sms", "focal deputy head")),
        (E.BREACHED, of(AGENCY, "email sms", "focal deputy head") | ABOVE_TOLD),
        (E.ESCALATED, of(CENTRE, "email", "head focal") | of(TOP, "email", "head")),
        (E.RESCHEDULED, of(AGENCY, "email")),
        (E.TRANSFERRED, of(ABOVE, "email")),
        (E.MERGED, of(AGENCY, "email")),
        (E.RATED, of(AGENCY, "email")),
        (E.WITHDRAWN, of(AGENCY, "email") | of(OTHER, "email")),
    ],
)
def test_an_agency_hears_of_new_duties_loudly_and_of_the_rest_by_e_mail(
    kind: FeedbackEventType, expected: set[str]
) -> None:
    notices = told(kind)
    assert names(notices) == expected
    assert {notice.state for notice in notices} == {State.RECORDED}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (E.REOPENED, of(AGENCY, "email sms", "focal deputy head") | of(ABOVE, "email sms")),
        (E.BREACHED, of(AGENCY, "email sms", "focal deputy head") | of(ABOVE, "email sms")),
        (E.ESCALATED, of(CENTRE, "email sms", "head focal") | of(TOP, "email sms", "head")),
    ],
)
def test_who_watches_is_rung_up_in_urgent_matters_only(kind: FeedbackEventType, expected: set[str]) -> None:
    assert names(told(kind, level="urgent")) == expected


EVERYBODY = (
    of(AGENCY, "email sms", "head focal deputy") | of(ABOVE, "email sms", "head focal deputy")
    | of(CENTRE, "email sms", "focal") | of(TOP, "email sms", "head")
)  # fmt: skip


@pytest.mark.parametrize(
    ("climbs", "expected"),
    [
        (1, of(AGENCY, "email sms", "head")),
        (2, of(ABOVE, "email sms")),
        (3, of(ABOVE, "email sms", "head")),
        (4, of(CENTRE, "email sms", "focal")),
        (5, of(TOP, "email sms", "head")),
        (6, EVERYBODY),
        (7, EVERYBODY),
    ],
)
def test_an_urgent_case_climbs_the_duty_roster_rung_by_rung(climbs: int, expected: set[str]) -> None:
    case = a_case(level="urgent", before={2: Stood(Duty(1, AGENCY), None, climbs)})
    notices = told(E.CLIMBED, case, level="urgent")
    assert names(notices) == expected
    assert all(rings_at(notice, rule_of(notice), NIGHT, MIDNIGHT) is None for notice in notices)


def test_once_somebody_has_accepted_nobody_is_told_of_a_climb() -> None:
    case = replace(CASES[E.CLIMBED], status="in_progress")
    assert {notice.state for notice in told(E.CLIMBED, case, level="urgent")} == {State.OBSOLETE}


def test_at_the_top_of_the_province_the_centre_is_told_in_place_of_a_watcher() -> None:
    case = a_case(status="in_progress", assignment=Duty(1, TOP))
    assert names(told(E.BREACHED, case, agency=TOP)) == of(TOP, "email sms", "focal deputy head") | of(
        CENTRE, "email", "head focal"
    )


def test_the_link_of_the_head_goes_to_nobody_else_and_its_absence_leaves_a_trace() -> None:
    officers = [officer for officer in officers_of(AGENCY) if officer.role is not Role.HEAD]
    for people in (officers, []):
        assert names(told(E.APPROVAL_REQUESTED, directory=staffed(officers=people))) == of(AGENCY, "email sms", "head")


def test_a_draft_that_waits_for_a_head_waits_for_the_head_of_the_successor() -> None:
    case = replace(CASES[E.TRANSFERRED], status="awaiting_approval")
    assert names(told(E.TRANSFERRED, case)) == of(ABOVE, "email") | of(ABOVE, "email sms", "head")


# The agency complained of


@pytest.mark.parametrize("kind", sorted(RULES[Consumer.AGENCIES]))
@pytest.mark.parametrize("about", [AGENCY, ABOVE, OTHER, TOP, CENTRE])
def test_the_agency_complained_of_is_never_told(kind: FeedbackEventType, about: str) -> None:
    for level in ("normal", "urgent"):
        notices = told(kind, replace(CASES[kind], complained_of=frozenset({about})), level=level)
        assert about not in {notice.recipient.id for notice in notices}


def test_the_superior_of_the_agency_complained_of_watches_in_its_place() -> None:
    notices = told(E.BREACHED, replace(CASES[E.BREACHED], complained_of=frozenset({ABOVE})))
    assert names(notices) == of(AGENCY, "email sms", "focal deputy head") | of(TOP, "email")


def test_a_notice_recorded_before_it_was_known_whom_the_matter_is_about_does_not_go() -> None:
    notice = told(E.ASSIGNED)[0]
    assert may_go(notice, rule_of(notice), a_case())
    assert not may_go(notice, rule_of(notice), a_case(complained_of=frozenset({AGENCY})))


def test_of_urgent_matters_the_head_hears_too() -> None:
    assert names(told(E.ASSIGNED, level="urgent")) == of(AGENCY, "email sms", "focal deputy head")


def test_nobody_at_an_agency_is_told_of_the_holders_own_not_ours() -> None:
    case = a_case(status="received", assignment=None)
    assert told(E.GIVEN_BACK, case, status="received", agency=AGENCY, assignment=1) == []


def test_an_agency_without_officers_is_told_at_its_office() -> None:
    assert names(told(E.ASSIGNED, directory=staffed(officers=[]))) == of(AGENCY, "email sms", "office")


def test_an_agency_with_a_head_alone_is_told_through_the_head() -> None:
    head = [officer for officer in officers_of(AGENCY) if officer.role is Role.HEAD]
    assert names(told(E.ASSIGNED, directory=staffed(officers=head))) == of(AGENCY, "email sms", "head")


def test_an_agency_nobody_knows_still_leaves_a_trace() -> None:
    nobody = FakeDirectory(offices={}, people={})
    assert names(told(E.ASSIGNED, directory=nobody)) == of(AGENCY, "email sms", "office")


def test_one_person_in_two_roles_gets_one_message_a_channel() -> None:
    same = [
        Officer(Role.FOCAL, "Một người", "mot@nguoi.example", "+84959000001"),
        Officer(Role.DEPUTY, "Một người", "mot@nguoi.example", "+84959000002"),
    ]
    notices = told(E.ASSIGNED, directory=staffed(officers=same))
    assert names(notices) == {f"{AGENCY} focal email", f"{AGENCY} focal sms", f"{AGENCY} deputy sms"}


def test_one_person_in_two_circles_gets_one_message_a_channel() -> None:
    directory = FakeDirectory()
    chief = next(officer for officer in directory.people[TOP] if officer.role is Role.HEAD)
    directory.people[ABOVE] = [replace(chief, role=Role.FOCAL)]
    directory.above[AGENCY] = ABOVE
    assert names(told(E.CLIMBED, directory=directory, level="urgent")) == of(
        AGENCY, "email sms", "head focal deputy"
    ) | of(ABOVE, "email sms", "focal") | of(CENTRE, "email sms", "focal")


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


MIDNIGHT = datetime(2023, 5, 24, 0, 30, tzinfo=VIETNAM)
MORNING = datetime(2023, 5, 24, 6, 30, tzinfo=VIETNAM)


def test_officers_sleep_too_unless_it_is_urgent() -> None:
    notice = next(notice for notice in told(E.ASSIGNED) if notice.channel is Channel.SMS)
    assert rings_at(notice, rule_of(notice), NIGHT, MIDNIGHT) == MORNING
    assert rings_at(replace(notice, urgent=True), rule_of(notice), NIGHT, MIDNIGHT) is None


def test_rows_hold_no_personal_data() -> None:
    case = a_case(share_contact=True)
    for notice in [*told(E.ASSIGNED, case), *told(E.BREACHED, replace(CASES[E.BREACHED], share_contact=True))]:
        assert not any(secret in str(notice) for secret in ("+84", "@", "Bà Mẫu", "Cán bộ", "Km 5", "Đất đá"))
