"""Addresses that bounce: what SES says of them, that they are not written to again, and that nobody stays untold."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from chalicelib.contracts.contacts import Channels
from chalicelib.core.clock import VIETNAM
from chalicelib.notices.bounce_service import BounceService
from chalicelib.notices.bounces import MailEvent, Reason, key_of
from chalicelib.notices.model import Channel, Role, State
from chalicelib.notices.ports import Officer
from tests.unit.notices.fakes import (
    ACCOUNT,
    AGENCY,
    CASES,
    OFFICES,
    SECRET,
    E,
    FakeClock,
    House,
    a_contact,
    an_event,
)
from tests.unit.notices.steps import CITIZEN, FOCAL, answered

SENDER = "YenBai-S <no-reply@yenbai.example>"
OFFICER, OFFICE = f"focal@{AGENCY}.example", OFFICES[AGENCY].email
MAIL = a_contact().email


def golden(name: str, **replaced: str) -> MailEvent:
    """What SES says, with words of it replaced."""
    text = Path(f"tests/golden/{name}.json").read_text("utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return msgspec.json.decode(text, type=MailEvent)


@dataclass
class Once:
    """The table in memory: what stands is not written again."""

    known: dict[str, Reason] = field(default_factory=dict)

    def suppress(self, address: str, reason: Reason, at: datetime) -> bool:
        if address in self.known:
            return False
        self.known[address] = reason
        return True


def noted(*events: MailEvent) -> tuple[dict[str, Reason], list[int]]:
    """What is remembered after events, and how many were new with each."""
    store = Once()
    service = BounceService(store, SENDER, FakeClock())
    return store.known, [service.note(event) for event in events]


def test_a_permanent_bounce_and_a_complaint_end_an_address_and_repeated_ones_change_nothing() -> None:
    bounce, complaint = golden("ses_bounce"), golden("ses_complaint")
    known, new = noted(bounce, complaint, bounce, complaint)
    assert known == {"can-bo.cu@ubnd.example": Reason.BOUNCE, "ba.mau@nha.example": Reason.COMPLAINT}
    assert new == [1, 1, 0, 0]


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_bounce_that_may_pass_does_nothing(kind: str) -> None:
    assert noted(golden("ses_bounce", Permanent=kind)) == ({}, [0])


@pytest.mark.parametrize(
    "replaced",
    [
        {"YenBai-S <no-reply@yenbai.example>": "Someone <else@nowhere.example>"},
        {'"destination": ["can-bo.cu@ubnd.example"]': '"destination": ["another@ubnd.example"]'},
        {'"eventType": "Bounce"': '"eventType": "Delivery"'},
        {'"eventType": "Bounce"': '"eventType": "Complaint"'},
    ],
)
def test_what_ses_would_not_have_said_is_refused(replaced: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="an event"):
        noted(golden("ses_bounce", **replaced))


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"Type": "Notification"}', type=MailEvent)


def test_the_key_of_an_address_is_the_same_in_all_spellings_and_needs_the_secret() -> None:
    key = key_of("Can-Bo@UBND.example", SECRET)
    assert key == key_of("Cán bộ <can-bo@ubnd.example>", SECRET)
    assert key != key_of("can-bo@ubnd.example", "another secret of the tests, long enough")
    assert "ubnd" not in key


# Who hears instead


def test_an_officers_e_mail_goes_to_the_office_once_the_officers_address_has_bounced() -> None:
    house = House()
    house.bounces.known = {OFFICER}
    house.tell_agencies(an_event(E.ASSIGNED))
    assert sorted(house.mails.addresses()) == sorted([OFFICE, f"deputy@{AGENCY}.example"])
    assert house.row(FOCAL, Channel.EMAIL).state is State.SENT
    assert house.journal.count("NoticeDiverted") == 1
    assert len(house.texts.taken) == 2, "SMS go as always"


def test_an_e_mail_that_nobody_could_read_is_failed_and_counted() -> None:
    house = House()
    house.bounces.known = {OFFICER, OFFICE}
    house.tell_agencies(an_event(E.ASSIGNED))
    row = house.row(FOCAL, Channel.EMAIL)
    assert (row.state, row.reason, row.attempt, row.open) == (State.FAILED, "bounced", 0, False)
    assert house.mails.addresses() == [f"deputy@{AGENCY}.example"]
    assert house.journal.count("NoticeFailed") == 1


def test_nobody_gets_the_heads_own_link_in_the_heads_place() -> None:
    house = House(CASES[E.APPROVAL_REQUESTED])
    house.bounces.known = {f"head@{AGENCY}.example"}
    house.tell_agencies(an_event(E.APPROVAL_REQUESTED))
    assert house.mails.taken == []
    assert house.row(f"agency:{AGENCY}:head", Channel.EMAIL).reason == "bounced"
    assert len(house.texts.taken) == 1, "the head's SMS has the link"


def test_a_changed_address_works_at_once() -> None:
    house = House()
    house.bounces.known = {OFFICER}
    house.directory.people[AGENCY] = [Officer(Role.FOCAL, "Cán bộ mẫu", "moi@xa.example", "+84959000001")]
    house.tell_agencies(an_event(E.ASSIGNED))
    assert house.mails.addresses() == ["moi@xa.example"]


def test_a_citizen_whose_e_mail_bounced_has_an_sms_instead() -> None:
    house = House(CASES[E.ANSWERED], a_contact(channels=Channels(sms=False, email=True)))
    house.bounces.known = {MAIL}
    house.tell_citizens(answered())
    assert house.mails.taken == []
    assert house.texts.addresses() == [house.contacts.known[ACCOUNT].phone]
    assert house.row(CITIZEN, Channel.EMAIL).state is State.SENT
    assert house.journal.count("NoticeDiverted") == 1


def test_who_has_an_sms_of_the_same_event_anyway_gets_no_second() -> None:
    house = House(CASES[E.ANSWERED], a_contact(channels=Channels(sms=True, email=True)))
    house.bounces.known = {MAIL}
    house.tell_citizens(answered())
    assert len(house.texts.taken) == 1
    assert house.row(CITIZEN, Channel.EMAIL).reason == "bounced"


def test_the_sms_instead_of_an_e_mail_heeds_quiet_hours() -> None:
    house = House(CASES[E.ANSWERED], a_contact(channels=Channels(sms=False, email=True)))
    house.bounces.known = {MAIL}
    house.clock.now = datetime(2023, 5, 23, 23, 0, tzinfo=VIETNAM)
    house.tell_citizens(answered())
    assert house.texts.taken == []
    assert house.row(CITIZEN, Channel.EMAIL).reason == "quiet_hours"
    house.clock.now = datetime(2023, 5, 24, 6, 35, tzinfo=VIETNAM)
    house.resend()
    assert len(house.texts.taken) == 1


def test_whether_an_address_bounced_is_asked_once_an_e_mail_and_never_for_an_sms() -> None:
    house = House(CASES[E.ANSWERED], a_contact(channels=Channels(sms=True, email=False)))
    house.tell_citizens(answered())
    assert house.bounces.asked == []
    house = House()
    house.tell_agencies(an_event(E.ASSIGNED))
    assert sorted(house.bounces.asked) == sorted(house.mails.addresses())
