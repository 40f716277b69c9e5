"""A person keeps codes that they have proved to know; one call shows all bills."""

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, Invalid, NotFound
from chalicelib.lookups.account.guessing import PER_CODE
from chalicelib.lookups.account.saved import MOST_SAVED, Trouble
from chalicelib.lookups.account.service import Unproven
from chalicelib.lookups.account.standing import Unpaid
from chalicelib.lookups.account.views import bills_view, saved_code_list
from chalicelib.lookups.model import Availability
from tests.unit.lookups.account_fakes import (
    CITIZEN,
    CODE,
    HOME,
    OTHER_CODE,
    PAPERS,
    PHONE_END,
    Town,
    bill,
    question,
)


def full_town(count: int) -> Town:
    """A person keeps so many codes."""
    town = Town()
    for number in range(count):
        code = f"PA{number:011d}"
        town.power.give("home", "bills", "power", code, PHONE_END, bill())
        town.saved.save(question(code=code), "", remind=False)
    return town


def test_a_code_is_kept_only_for_who_knows_its_second_thing() -> None:
    town = Town()
    with pytest.raises(Unproven):
        town.saved.save(question(factor="0000"), "Nhà", remind=False)
    assert town.saved.all_of(CITIZEN) == []
    town.saved.save(question(), "  Nhà   mẹ ", remind=True)
    (kept,) = town.saved.all_of(CITIZEN)
    assert (kept.label, kept.code, kept.remind) == ("Nhà mẹ", CODE, True)


def test_saving_guesses_like_looking_up() -> None:
    town = Town()
    for number in range(PER_CODE):
        with pytest.raises(Unproven):
            town.saved.save(question(account=f"citizen-{number}", factor="0000"), "", remind=False)
    assert set(town.counters.counts.values()) == {1, PER_CODE}


def test_a_code_that_is_saved_again_has_the_new_label_and_stays_one() -> None:
    town = full_town(MOST_SAVED - 1)
    town.saved.save(question(), "Nhà", remind=True)
    town.saved.save(question(), "Quán", remind=False)
    assert len(town.saved.all_of(CITIZEN)) == MOST_SAVED
    assert [one.label for one in town.saved.all_of(CITIZEN) if one.code == CODE] == ["Quán"]
    assert town.store.due == set()


def test_nobody_keeps_more_than_twenty() -> None:
    town = full_town(MOST_SAVED)
    with pytest.raises(Conflict):
        town.saved.save(question(), "", remind=False)
    assert len(town.saved.all_of(CITIZEN)) == MOST_SAVED


def test_nobody_keeps_more_than_twenty_by_saving_several_at_once() -> None:
    town = full_town(MOST_SAVED - 1)
    town.power.give("home", "bills", "power", "PA77777777777", PHONE_END, bill())
    town.store.between = lambda: town.saved.save(question(code="PA77777777777"), "", remind=False)
    with pytest.raises(Conflict):
        town.saved.save(question(), "", remind=False)
    assert len(town.saved.all_of(CITIZEN)) == MOST_SAVED


def test_only_bills_are_reminded_of() -> None:
    town = Town()
    town.table.give("papers", "status", "one", "H12", "1111", bill())
    asked = question(utility="papers", offer="status", code="H12", factor="1111")
    with pytest.raises(Invalid):
        town.saved.save(asked, "", remind=True)
    assert town.saved.save(asked, "", remind=False).feed == "one"


def test_a_saved_code_is_its_owners_alone() -> None:
    town = Town()
    kept = town.saved.save(question(), "", remind=True)
    assert town.saved.all_of("another") == []
    assert town.saved.bills("another").items == ()
    town.saved.remove("another", kept.id)
    assert town.saved.all_of(CITIZEN) == [kept]
    with pytest.raises(NotFound):
        town.saved.read("another", kept.id, "home", "bills", "vi")


def test_a_saved_code_is_read_though_strangers_have_used_up_its_guesses() -> None:
    town = Town()
    kept = town.saved.save(question(), "", remind=False)
    for number in range(PER_CODE):
        with pytest.raises(Unproven):
            town.lookups.look_up(question(account=f"stranger-{number}", factor="0000"))
    before = dict(town.counters.counts)
    assert town.saved.read(CITIZEN, kept.id, "home", "bills", "vi").account.records
    assert town.saved.bills(CITIZEN).items[0].records
    assert town.counters.counts == before


def test_once_the_second_thing_has_changed_a_saved_code_shows_nothing_until_it_is_proved_again() -> None:
    town = Town()
    kept = town.saved.save(question(), "", remind=False)
    town.power.give("home", "bills", "power", CODE, "9999", bill())
    (mine,) = town.saved.bills(CITIZEN).items
    assert (mine.trouble, mine.records) == (Trouble.VERIFY_AGAIN, ())
    with pytest.raises(Conflict):
        town.saved.read(CITIZEN, kept.id, "home", "bills", "vi")
    town.saved.save(question(factor="9999"), "", remind=False)
    assert town.saved.bills(CITIZEN).items[0].trouble is None


def test_a_saved_code_is_read_under_its_own_offer_only() -> None:
    town = Town()
    kept = town.saved.save(question(), "", remind=False)
    with pytest.raises(NotFound):
        town.saved.read(CITIZEN, kept.id, "papers", "status", "vi")


def test_all_bills_come_in_one_call_each_with_its_own_trouble() -> None:
    town = Town()
    town.table.give("home", "bills", "town", OTHER_CODE, "1111", bill(amount=80_000), bill("2023-04", paid=True))
    town.table.give("papers", "status", "one", "H12", "1111", bill())
    town.saved.save(question(), "Điện", remind=False)
    town.clock.move(hours=1)
    town.saved.save(question(code=OTHER_CODE, factor="1111"), "Nước", remind=False)
    town.saved.save(question(utility="papers", offer="status", code="H12", factor="1111"), "", remind=False)
    bills = town.saved.bills(CITIZEN)
    assert [(one.saved.label, len(one.records), one.trouble) for one in bills.items] == [
        ("Nước", 2, None),
        ("Điện", 1, None),
    ]
    assert bills.unpaid == Unpaid(2, 405_000)
    town.power.down = True
    bills = town.saved.bills(CITIZEN)
    assert [one.trouble for one in bills.items] == [None, Trouble.UPSTREAM_DOWN]
    assert bills.unpaid == Unpaid(1, 80_000)


def test_a_provider_that_is_down_is_asked_once_for_all_codes() -> None:
    town = full_town(MOST_SAVED)
    town.power.down, town.power.asked = True, []
    assert {one.trouble for one in town.saved.bills(CITIZEN).items} == {Trouble.UPSTREAM_DOWN}
    assert len(town.power.asked) == 1


def test_a_slow_provider_does_not_keep_the_reader_waiting_for_ever() -> None:
    town = full_town(MOST_SAVED)
    town.power.asked, town.power.before = [], lambda: town.clock.move(seconds=3)
    bills = town.saved.bills(CITIZEN)
    assert len(town.power.asked) == 3
    assert [one.trouble for one in bills.items[3:]] == [Trouble.UPSTREAM_DOWN] * (MOST_SAVED - 3)


def test_what_the_catalogue_offers_no_more_is_told_and_hides_nothing_else() -> None:
    town = Town()
    town.saved.save(question(), "", remind=False)
    town.datasets.known["home"] = replace(HOME, availability=Availability.SUSPENDED)
    assert town.saved.bills(CITIZEN).items[0].trouble is Trouble.SUSPENDED
    town.datasets.known["home"] = replace(HOME, offers=())
    assert town.saved.bills(CITIZEN).items[0].trouble is Trouble.GONE
    town.datasets.known["home"] = replace(HOME, offers=(replace(HOME.offers[0], feeds=HOME.offers[0].feeds[1:]),))
    assert town.saved.bills(CITIZEN).items[0].trouble is Trouble.GONE
    town.datasets.known = {"home": HOME, "papers": PAPERS}
    town.power.accounts.clear()
    assert town.saved.bills(CITIZEN).items[0].trouble is Trouble.NOTHING_KNOWN


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_is_said_in_both_languages_without_the_code(trouble: Trouble) -> None:
    town = Town()
    town.saved.save(question(), "", remind=False)
    bills = town.saved.bills(CITIZEN)
    told = replace(bills, items=(replace(bills.items[0], records=(), trouble=trouble),))
    views = [bills_view(told, language) for language in ("vi", "en")]
    assert views[0].items[0].detail != views[1].items[0].detail
    assert all(CODE not in str(view) and PHONE_END not in str(view) for view in views)


def test_a_list_of_codes_shows_neither_code_nor_proof() -> None:
    town = Town()
    kept = town.saved.save(question(), "Nhà", remind=True)
    shown = str(saved_code_list(town.saved.all_of(CITIZEN)))
    assert "***678" in shown
    assert not [word for word in (CODE, PHONE_END, kept.factor) if word in shown]


def test_with_an_account_everything_it_keeps_goes() -> None:
    town = Town()
    town.saved.save(question(), "", remind=True)
    town.saved.save(question(account="another"), "", remind=True)
    town.reminders.run(town.clock.now, town.clock.now.replace(year=2100))
    assert town.saved.forget(CITIZEN) == 1
    assert town.saved.all_of(CITIZEN) == []
    assert {account for account, *_ in (*town.store.due, *town.store.told)} == {"another"}
    assert len(town.saved.all_of("another")) == 1


def test_a_code_that_is_taken_away_is_reminded_of_no_more() -> None:
    town = Town()
    kept = town.saved.save(question(), "", remind=True)
    for _ in range(2):
        town.saved.remove(CITIZEN, kept.id)
        assert (town.store.due, town.store.codes) == (set(), {})
