"""One's own profile: what can be changed, how, and what others may learn of it."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.accounts.commands import ChangeProfile
from chalicelib.accounts.model import Account, Audience, Language
from chalicelib.accounts.views import profile_view
from chalicelib.contracts.contacts import Channels, Contact, QuietHours
from chalicelib.core.errors import Invalid, LostRace, NotFound
from chalicelib.runtime.decoding import convert
from tests.unit.accounts.fakes import START, House

ACCOUNT = Account(id="account-1", phone="+84951234567", created_at=START)


def with_account() -> House:
    house = House()
    house.store.add(ACCOUNT)
    return house


def change(house: House, **fields: Any) -> Account:
    return house.service.change_profile("account-1", convert(fields, ChangeProfile))


def refused_fields(house: House, **fields: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        change(house, **fields)
    return [(error.field, error.words) for error in caught.value.errors]


def test_every_field_of_the_profile_can_be_set() -> None:
    changed = change(
        with_account(), name="Bà Mẫu", audience="cooperative", area="04288", language="en", email="mau@nha.example",
        channels={"sms": False, "email": True}, quiet_hours={"from": "21:30", "to": "06:00"},
    )  # fmt: skip
    assert changed == replace(
        ACCOUNT, name="Bà Mẫu", audience=Audience.COOPERATIVE, area="04288", language=Language.ENGLISH,
        email="mau@nha.example", channels=Channels(sms=False, email=True), quiet_hours=QuietHours("21:30", "06:00"), version=2,
    )  # fmt: skip


def test_what_is_left_out_stays_and_null_takes_away() -> None:
    house = with_account()
    change(house, name="Bà Mẫu", email="mau@nha.example", area="132", quiet_hours={"from": "21:30", "to": "06:00"})
    changed = change(house, name=None, quiet_hours=None)
    assert (changed.name, changed.quiet_hours, changed.email, changed.area) == ("", None, "mau@nha.example", "132")
    assert change(house, email=None, area=None).email == ""


def test_one_channel_changes_without_the_other() -> None:
    house = with_account()
    change(house, email="mau@nha.example", channels={"email": True})
    assert change(house, channels={"sms": False}).channels == Channels(sms=False, email=True)


def test_a_change_that_changes_nothing_is_not_written() -> None:
    house = with_account()
    assert change(house) == ACCOUNT
    assert change(house, language="vi", channels={"sms": True}).version == 1


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"audience": None}, [("audience", "field.choice")]),
        ({"language": "fr"}, [("language", "field.choice")]),
        ({"name": ""}, [("name", "field.text")]),
        ({"name": "x" * 101}, [("name", "field.text")]),
        ({"name": "a\u0000b"}, [("name", "field.control")]),
        ({"area": "99999"}, [("area", "field.area")]),
        ({"email": "mau"}, [("email", "field.email")]),
        ({"email": "a@b"}, [("email", "field.email")]),
        ({"email": "mẫu@nha.example"}, [("email", "field.email")]),
        ({"email": "a@nha.example, b@nha.example"}, [("email", "field.email")]),
        ({"channels": {"email": True}}, [("email", "field.email_needed")]),
        ({"channels": {"push": True}}, [("channels.push", "field.unknown")]),
        ({"channels": None}, [("channels", "field.object")]),
        ({"quiet_hours": {"from": "21:30"}}, [("quiet_hours.to", "field.missing")]),
        ({"quiet_hours": {"from": "24:00", "to": "06:00"}}, [("quiet_hours.from", "field.pattern")]),
        ({"quiet_hours": {"from": "21:30", "to": "6:00"}}, [("quiet_hours.to", "field.pattern")]),
        ({"quiet_hours": {"from": "06:00", "to": "06:00"}}, [("quiet_hours.to", "field.quiet_hours")]),
        ({"phone": "0957654321"}, [("phone", "field.unknown")]),
        ({"id": "x", "version": 7}, [("id", "field.unknown"), ("version", "field.unknown")]),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_written(fields: dict[str, Any], refused: list[tuple[str, str]]) -> None:
    house = with_account()
    assert refused_fields(house, **fields) == refused
    assert house.store.accounts["account-1"] == ACCOUNT


def test_all_wrong_fields_are_named_at_once() -> None:
    found = refused_fields(with_account(), email="x@y", area="99999", quiet_hours={"from": "06:00", "to": "06:00"})
    assert sorted(field for field, _ in found) == ["area", "email", "quiet_hours.to"]


def test_the_email_cannot_be_taken_away_while_messages_go_there() -> None:
    house = with_account()
    change(house, email="mau@nha.example", channels={"email": True})
    assert refused_fields(house, email=None) == [("email", "field.email_needed")]
    assert change(house, email=None, channels={"email": False}).email == ""


def test_two_changes_at_once_are_both_kept() -> None:
    house = with_account()

    def another() -> None:
        house.store.before_writing = lambda: None
        change(house, name="Bà Mẫu")

    house.store.before_writing = another
    changed = change(house, language="en")
    assert (changed.name, changed.language, changed.version) == ("Bà Mẫu", "en", 3)


def test_a_change_that_loses_every_race_says_so() -> None:
    house = with_account()

    def another() -> None:
        standing = house.store.accounts["account-1"]
        house.store.accounts["account-1"] = replace(standing, version=standing.version + 1)

    house.store.before_writing = another
    with pytest.raises(LostRace):
        change(house, language="en")


def test_an_account_that_is_gone_is_not_found() -> None:
    house = House()
    with pytest.raises(NotFound):
        house.service.profile("account-1")
    with pytest.raises(NotFound):
        change(house, language="en")


def test_others_learn_how_to_reach_a_person_and_no_more() -> None:
    house = with_account()
    change(house, name="Bà Mẫu", area="132")
    expected = Contact("+84951234567", "", "Bà Mẫu", "vi", Channels(sms=True, email=False), None)
    assert house.service.contact("account-1") == expected
    assert house.service.contact("account-2") is None


def test_the_view_shows_what_was_not_given_as_null() -> None:
    view = profile_view(ACCOUNT)
    assert (view.name, view.area, view.email, view.quiet_hours) == (None, None, None, None)
    assert (view.phone, view.audience, view.language) == ("+84951234567", "citizen", "vi")
