"""People for whom the centre enters a matter: their phone is their account, as if they had signed in."""

import pytest

from chalicelib.accounts.commands import ChangeProfile, RequestCode, TakeTokens
from chalicelib.core.errors import Invalid, Unavailable
from tests.unit.accounts.fakes import House

PHONE = "+84951234567"


def signed_in(house: House) -> str:
    sent = house.service.request_code(RequestCode(phone=PHONE), "198.51.100.7", "", "vi")
    code = house.texts.last_code()
    return house.service.sign_in(TakeTokens(phone=PHONE, code=code, session=sent.session), "vi").account


def test_a_new_number_gets_an_account_with_its_name_and_no_message() -> None:
    house = House()
    account = house.service.enrol(PHONE, "Bà Sa")
    contact = house.service.contact(account)
    assert contact is not None
    assert (contact.phone, contact.name, contact.language) == (PHONE, "Bà Sa", "vi")
    assert house.texts.sent == []
    assert house.pool.confirmed == {account}


def test_whoever_owns_the_number_signs_in_to_that_account() -> None:
    house = House()
    assert house.service.enrol(PHONE, "Bà Sa") == signed_in(house)


def test_an_account_that_stands_keeps_what_its_owner_says_of_himself() -> None:
    house = House()
    account = signed_in(house)
    house.service.change_profile(account, ChangeProfile(name="Hoàng Văn Sa"))
    assert house.service.enrol(PHONE, "Ông Sa") == account
    assert house.service.profile(account).name == "Hoàng Văn Sa"


@pytest.mark.parametrize("text", ["0951 234 567", "84951234567", "+84 95 123 4567", "951234567"])
def test_a_number_is_one_however_it_is_written(text: str) -> None:
    assert House().service.phone(text) == PHONE


@pytest.mark.parametrize("text", ["02163852708", "+1 202 555 0100", "9.51E+08", "máy bàn nhà"])
def test_what_no_sms_can_reach_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        House().service.phone(text)


def test_a_sample_number_is_a_number_on_the_local_stage_only() -> None:
    with pytest.raises(Invalid):
        House(stage="prod").service.phone(PHONE)


def test_without_the_user_pool_there_is_no_account() -> None:
    house = House()
    house.pool.broken = True
    with pytest.raises(Unavailable):
        house.service.enrol(PHONE, "")
    assert house.store.accounts == {}
