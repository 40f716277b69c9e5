"""What the reporter and those who follow a case hear, on which channel."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.contracts.contacts import Channels, QuietHours
from chalicelib.contracts.feedback_events import Consumer, FeedbackEventType
from chalicelib.core.clock import VIETNAM
from chalicelib.notices.model import Channel, Notice, State
from chalicelib.notices.planning import (
    chosen_channels,
    citizen_notices,
    inbox_entry,
    may_go,
    rings_at,
    told_citizens,
)
from chalicelib.notices.ports import Case, Duty
from chalicelib.notices.rules import RULES, Way, rule_of
from tests.unit.notices.fakes import (
    ACCOUNT,
    AGENCY,
    CASES,
    FOLLOWER,
    MAIN,
    NIGHT,
    OTHER,
    START,
    E,
    a_case,
    a_contact,
    an_event,
)


def citizens(kind: FeedbackEventType, case: Case | None = None, **contact: object) -> list[Notice]:
    """What the reporter and one who follows the case are sent."""
    event, given = an_event(kind), case or CASES[kind]
    return [
        notice
        for rule, account in told_citizens(event, given, lambda code: [FOLLOWER, given.reporter])
        for notice in citizen_notices(event, rule, given, START, account, a_contact(**contact))
    ]


def test_a_citizen_is_told_by_sms_unless_something_else_was_chosen() -> None:
    assert chosen_channels(a_contact()) == (Channel.SMS,)
    assert chosen_channels(a_contact(channels=Channels(sms=False, email=True))) == (Channel.EMAIL,)
    assert chosen_channels(a_contact(channels=Channels(sms=True, email=True))) == (Channel.SMS, Channel.EMAIL)
    assert chosen_channels(a_contact(channels=Channels(sms=False, email=False))) == ()


def test_who_chose_e_mail_and_gave_no_address_is_told_by_sms() -> None:
    assert chosen_channels(a_contact(channels=Channels(sms=False, email=True), email="")) == (Channel.SMS,)


QUIET = {E.ACCEPTED, E.CLOSED, E.TRANSFERRED}
FOLLOWED = {E.ANSWERED, E.REFUSED, E.CLOSED}


def line(kind: FeedbackEventType, case: Case | None = None) -> dict[str, str]:
    """What the reporter's inbox keeps."""
    event, rule = an_event(kind), RULES[Consumer.CITIZENS][kind][0]
    return dict(inbox_entry(event, rule, case or CASES[kind], ACCOUNT).params)


@pytest.mark.parametrize("kind", sorted(RULES[Consumer.CITIZENS]))
def test_citizens_hear_of_the_steps_that_ask_something_of_them_and_find_the_rest_in_their_inbox(
    kind: FeedbackEventType,
) -> None:
    sent = {notice.channel for notice in citizens(kind) if notice.recipient.id == ACCOUNT}
    assert sent == (set() if kind in QUIET else {Channel.SMS})
    assert all(Way.INBOX in rule.ways for rule in RULES[Consumer.CITIZENS][kind])


@pytest.mark.parametrize("kind", sorted(RULES[Consumer.CITIZENS]))
def test_who_follows_a_case_hears_of_its_end_and_of_nothing_else(kind: FeedbackEventType) -> None:
    event, case = an_event(kind), CASES[kind]
    accounts = [account for _, account in told_citizens(event, case, lambda code: [FOLLOWER, "another", ACCOUNT])]
    assert accounts == [ACCOUNT, *([FOLLOWER, "another"] if kind in FOLLOWED else [])]
    sent = {notice.words for notice in citizens(kind) if notice.recipient.id == FOLLOWER}
    assert sent == {E.ANSWERED: {"answered_followed"}, E.REFUSED: {"refused_followed"}}.get(kind, set())


@pytest.mark.parametrize("kind", [E.ANSWERED, E.CLOSED])
@pytest.mark.parametrize("publication", ["hidden", "private", "pending"])
def test_who_follows_a_case_hears_nothing_that_the_public_may_not_read(
    kind: FeedbackEventType, publication: str
) -> None:
    case = replace(CASES[kind], publication=publication)
    assert [account for _, account in told_citizens(an_event(kind), case, lambda code: [FOLLOWER])] == [ACCOUNT]


def test_an_answer_hidden_before_it_was_sent_does_not_reach_who_follows() -> None:
    notice = next(notice for notice in citizens(E.ANSWERED) if notice.recipient.id == FOLLOWER)
    assert may_go(notice, rule_of(notice), CASES[E.ANSWERED])
    assert not may_go(notice, rule_of(notice), replace(CASES[E.ANSWERED], publication="hidden"))


def test_who_follows_is_asked_for_only_where_it_matters() -> None:
    def never(code: str) -> list[str]:
        raise AssertionError(code)

    for kind in RULES[Consumer.CITIZENS].keys() - FOLLOWED:
        assert list(told_citizens(an_event(kind), CASES[kind], never))


def test_what_was_hidden_and_is_shown_again_is_told_as_it_is_now() -> None:
    hidden = citizens(E.HIDDEN, CASES[E.UNHIDDEN])
    assert {notice.state for notice in hidden} == {State.OBSOLETE}
    assert {notice.state for notice in citizens(E.UNHIDDEN)} == {State.RECORDED}


def test_an_account_that_is_gone_gets_no_message() -> None:
    event, rule = an_event(E.ANSWERED), RULES[Consumer.CITIZENS][E.ANSWERED][0]
    assert list(citizen_notices(event, rule, CASES[E.ANSWERED], START, ACCOUNT, None)) == []


def test_the_inbox_tells_what_happened_also_when_it_is_overtaken_but_no_deadline_of_another_assignment() -> None:
    assert line(E.ASSIGNED, a_case(assignment=Duty(2, OTHER))) == {"agency": AGENCY}
    assert line(E.ASSIGNED) == {"agency": AGENCY, "deadline": "2023-05-30T10:00:00.000Z"}


def test_the_inbox_names_the_case_merged_into_and_the_cases_split_into() -> None:
    assert line(E.MERGED)["main"] == MAIN
    split = line(E.SPLIT)
    assert (split["children"], split["count"]) == ("YB1CH1LDCDE, YB2CH1LDCDE", "2")
    assert "main" not in line(E.ANSWERED, replace(CASES[E.ANSWERED], merged_into=MAIN))


MIDNIGHT = datetime(2023, 5, 24, 0, 30, tzinfo=VIETNAM)
MORNING = datetime(2023, 5, 24, 6, 30, tzinfo=VIETNAM)


def sms(kind: FeedbackEventType, **changes: object) -> Notice:
    event, rule = an_event(kind, **changes), RULES[Consumer.CITIZENS][kind][0]
    return next(iter(citizen_notices(event, rule, CASES[kind], START, ACCOUNT, a_contact())))


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


def test_rows_hold_no_personal_data_of_citizens() -> None:
    case = a_case(share_contact=True)
    for notice in citizens(E.ASSIGNED, case):
        assert not any(secret in str(notice) for secret in ("+84", "@", "Bà Mẫu", "Cán bộ", "Km 5", "Đất đá"))
