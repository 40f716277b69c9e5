"""An account is shown to who knows its second thing; nobody else learns whether there is one."""

from typing import Any

import pytest

from chalicelib.core.errors import DomainError, Invalid, NotFound, Unavailable
from chalicelib.lookups.account.commands import LookUpAccount
from chalicelib.lookups.account.service import MOST_RECORDS, Unproven
from chalicelib.lookups.account.views import account_view
from chalicelib.lookups.model import Availability
from chalicelib.lookups.ports import UpstreamDown
from tests.builders import NOW
from tests.unit.lookups.account_fakes import CODE, HOME, OTHER_CODE, PAPERS, PHONE_END, Town, bill, question


def fails(town: Town, **changes: str) -> DomainError:
    with pytest.raises(DomainError) as failed:
        town.lookups.look_up(question(**changes))
    return failed.value


def test_the_right_second_thing_shows_the_records() -> None:
    town = Town()
    found = town.lookups.look_up(question(code="pa 15-0123.45678", factor=" 48 21"))
    assert (found.feed, found.code, len(found.account.records)) == ("power", CODE, 1)
    view = account_view(found, NOW)
    assert (view.code, view.stale, view.records[0].facts["amount"]) == ("***678", False, 325_000)
    assert PHONE_END not in str(view)


def test_an_unknown_code_and_a_wrong_second_thing_are_refused_alike_after_the_same_questions() -> None:
    unknown, wrong = Town(), Town()
    first, second = fails(unknown, code="PA99999999999"), fails(wrong, factor="0000")
    assert (type(first), first.words, first.params) == (type(second), second.words, second.params)
    assert len(unknown.power.asked) == len(wrong.power.asked) == 1
    assert sorted(unknown.counters.counts.values()) == sorted(wrong.counters.counts.values()) == [1, 1, 1]


def test_a_code_of_no_feeds_form_is_refused_alike() -> None:
    town = Town()
    assert isinstance(fails(town, code="XX1"), Unproven)
    assert town.power.asked == []


def test_the_form_of_the_code_chooses_the_feed() -> None:
    town = Town()
    town.table.give("home", "bills", "town", OTHER_CODE, "1111", bill())
    assert town.lookups.look_up(question(code=OTHER_CODE, factor="1111")).feed == "town"
    assert town.power.asked == []


def test_where_several_feeds_serve_a_code_the_one_whose_second_thing_is_right_is_shown() -> None:
    town = Town()
    town.table.give("papers", "status", "one", "H12", "1111", bill("2023-01"))
    town.justice.give("papers", "status", "two", "H12", "2222", bill("2023-02"))
    asked = {"utility": "papers", "offer": "status", "code": "H12"}
    assert town.lookups.look_up(question(**asked, factor="1111")).feed == "one"
    assert town.lookups.look_up(question(**asked, factor="2222")).feed == "two"
    assert isinstance(fails(town, **asked, factor="2222", feed="one"), Unproven)
    assert fails(town, **asked, factor="1111", feed="three").errors[0].field == "feed"  # type: ignore[attr-defined]


def test_an_account_without_a_second_thing_is_shown_to_nobody() -> None:
    town = Town()
    town.power.give("home", "bills", "power", CODE, "", bill())
    assert isinstance(fails(town), Unproven)


@pytest.mark.parametrize("changes", [{"code": "--"}, {"factor": " . "}])
def test_a_code_or_second_thing_without_a_letter_is_refused_before_anybody_looks(changes: dict[str, str]) -> None:
    town = Town()
    assert fails(town, **changes).errors[0].field in changes  # type: ignore[attr-defined]
    assert (town.power.asked, town.counters.counts) == ([], {})


def test_a_provider_that_is_down_costs_no_guess() -> None:
    town = Town()
    town.power.down = True
    assert isinstance(fails(town), UpstreamDown)
    assert set(town.counters.counts.values()) == {0}


def test_where_one_of_two_sources_has_answered_the_guess_counts_though_the_other_is_down() -> None:
    town = Town()
    town.justice.down = True
    asked = {"utility": "papers", "offer": "status", "code": "H12"}
    assert isinstance(fails(town, **asked, factor="1111"), UpstreamDown)
    assert set(town.counters.counts.values()) == {1}


def test_an_answer_that_is_old_says_so() -> None:
    town = Town()
    town.power.give("home", "bills", "power", CODE, PHONE_END, bill(), stale=True)
    assert account_view(town.lookups.look_up(question()), NOW).stale


def test_an_account_shows_so_many_records_at_most() -> None:
    town = Town()
    many = [bill(f"{year}-{month:02}") for year in (2023, 2022, 2021) for month in range(12, 0, -1)]
    town.power.give("home", "bills", "power", CODE, PHONE_END, *many)
    shown = town.lookups.look_up(question()).account.records
    assert [record.period for record in shown] == [record.period for record in many[:MOST_RECORDS]]


def test_what_is_not_there_or_no_account_is_not_found() -> None:
    for changes in ({"utility": "none"}, {"offer": "none"}):
        assert type(fails(Town(), **changes)) is NotFound


def test_a_suspended_utility_answers_nobody() -> None:
    from msgspec.structs import replace

    town = Town(replace(HOME, availability=Availability.SUSPENDED), PAPERS)
    assert isinstance(fails(town), Unavailable)
    assert town.counters.counts == {}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["code", "factor"]),
        ({"code": "PA1"}, ["factor"]),
        ({"saved": "a", "code": "PA1"}, ["code"]),
        ({"saved": "a", "factor": "1", "feed": "power"}, ["factor", "feed"]),
    ],
)
def test_a_code_is_looked_up_by_what_is_known_or_as_saved_never_both(given: dict[str, Any], named: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        LookUpAccount(**given).check()
    assert [error.field for error in refused.value.errors] == named
    LookUpAccount(saved="a").check()
    LookUpAccount(code="PA1", factor="1").check()
