"""The catalogue: in order, for an audience, changed over the version that was read, refused with every mistake at once."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, Invalid, NotFound
from chalicelib.core.words import say
from chalicelib.lookups.catalogue.rules import Known
from chalicelib.lookups.catalogue.service import Suspended, Utilities
from chalicelib.lookups.catalogue.views import utility_list, utility_view
from chalicelib.lookups.model import (
    Audience,
    Availability,
    Choice,
    Column,
    ColumnType,
    Feed,
    Kind,
    Named,
    Offer,
    Role,
    SliceRule,
    Utility,
)
from infra.seed.utilities import utilities
from tests.unit.lookups.catalogue_fakes import MemoryCatalogue

NOW = datetime(2023, 5, 23, 1, 0, tzinfo=UTC)
WHO, WHY = "admin@centre.example", "Theo Quyết định 12/QĐ-UBND của tỉnh."
KNOWN = Known(frozenset({"so-y-te"}).__contains__, frozenset({"15", "132"}).__contains__)
WORD = Named("Tên", "Name")


def column(name: str, type_: ColumnType = ColumnType.TEXT, role: Role | None = None, **more: Any) -> Column:
    return Column(name, type_, Named(f"Nhãn {name}", name), role, **more)


BOARD = (
    column("id", role=Role.ID),
    column("title", role=Role.TITLE),
    column("areas", ColumnType.AREAS, Role.AREAS),
)
PLACES = (
    *BOARD[:2],
    column("area", ColumnType.AREA, Role.AREA),
    column("lat", ColumnType.NUMBER, Role.LAT),
    column("long", ColumnType.NUMBER, Role.LONG),
)
ACCOUNT = (
    column("code", role=Role.CODE),
    column("phone_end", role=Role.FACTOR, private=True),
    column("period", role=Role.PERIOD),
)


def offer(**changed: Any) -> Offer:
    return replace(Offer("news", Kind.BOARD, WORD, BOARD, (Feed("all", WORD, "so-y-te"),)), **changed)


def utility(**changed: Any) -> Utility:
    return replace(Utility("news", 17, WORD, WORD, (Audience.CITIZEN,), (offer(),), version=0), **changed)


def with_offer(**changed: Any) -> Utility:
    return utility(offers=(offer(**changed),))


class Office:
    """The catalogue over what stands in it."""

    def __init__(self, *standing: Utility) -> None:
        self.store = MemoryCatalogue(standing)
        self.service = Utilities(self.store, KNOWN, lambda: NOW)

    def keep(self, given: Utility, identifier: str = "news") -> Utility:
        return self.service.keep(WHO, identifier, given, WHY)

    def refused(self, given: Utility, identifier: str = "news") -> dict[str, str]:
        with pytest.raises(Invalid) as error:
            self.keep(given, identifier)
        return {field.field: field.words for field in error.value.errors}


def test_utilities_come_in_order_and_for_an_audience() -> None:
    office = Office(*reversed(utilities()))
    assert [one.order for one in office.service.all()] == list(range(1, 17))
    assert "health" not in {one.id for one in office.service.all(Audience.BUSINESS)}
    assert "business" not in {one.id for one in office.service.all(Audience.CITIZEN)}


def test_a_new_utility_is_written_over_no_version_and_tells_who_made_it() -> None:
    office = Office()
    assert office.keep(utility()).version == 1
    assert office.service.one("news").name == WORD
    (made,) = office.service.history("news")
    assert (made.user, made.why, made.at, made.utility.version) == (WHO, WHY, NOW, 1)


def test_a_change_goes_over_the_version_that_was_read() -> None:
    office = Office(utility(version=3))
    changed = utility(version=3, order=18)
    assert office.keep(changed).version == 4
    with pytest.raises(Conflict) as error:
        office.keep(replace(changed, order=19))
    assert error.value.params == {"version": 4}


def test_what_is_so_already_is_not_written_again_whatever_version_it_names() -> None:
    office = Office(utility(version=3))
    assert office.keep(utility(version=2)).version == 3
    assert not office.store.versions


def test_whoever_comes_second_learns_the_version_that_won() -> None:
    office = Office(utility(version=1))

    def rival() -> None:
        office.store.stored["news"] = utility(version=2, order=90)

    office.store.before_keeping = rival
    with pytest.raises(Conflict) as error:
        office.keep(utility(version=1, order=18))
    assert error.value.words == "error.version"


def test_an_unknown_utility_is_not_found() -> None:
    for ask in (Office().service.one, Office().service.standing):
        with pytest.raises(NotFound):
            ask("news")


def test_an_offer_is_found_under_its_own_kind_alone() -> None:
    service = Office(utility()).service
    assert service.dataset("news", "news", Kind.BOARD).id == "news.news"
    for name, kind in (("news", Kind.PLACES), ("other", Kind.BOARD)):
        with pytest.raises(NotFound):
            service.dataset("news", name, kind)


def test_a_suspended_utility_says_why_in_the_callers_language() -> None:
    reason = Named("Đang nâng cấp.", "Being renewed.")
    service = Office(utility(availability=Availability.SUSPENDED, reason=reason)).service
    with pytest.raises(Suspended) as error:
        service.dataset("news", "news", Kind.BOARD, "en")
    assert say(error.value.words, "en", **error.value.params) == "The utility is suspended: Being renewed."
    assert service.all()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (utility(id="Tin tức"), {"id": "field.other_than_path"}),
        (utility(order=0), {"order": "field.number_between"}),
        (utility(name=Named("", "x" * 121)), {"name.vi": "field.text", "name.en": "field.text"}),
        (utility(audience=()), {"audience": "field.list_short"}),
        (utility(audience=(Audience.CITIZEN, Audience.CITIZEN)), {"audience": "field.twice"}),
        (utility(offers=()), {"offers": "field.list_short"}),
        (utility(offers=(offer(), offer())), {"offers": "field.twice"}),
        (utility(availability=Availability.LIMITED), {"reason": "field.missing"}),
        (with_offer(id="a#b"), {"offers.0.id": "field.pattern"}),
        (with_offer(route="/v1/x"), {"offers.0.route": "field.unknown"}),
        (with_offer(kind=Kind.ROUTE, route="https://evil.example"), {"offers.0.route": "field.pattern"}),
        (with_offer(bills=True), {"offers.0.bills": "field.unknown", "offers.0.columns": "field.roles_missing"}),
        (with_offer(feeds=()), {"offers.0.feeds": "field.list_short"}),
        (with_offer(columns=BOARD[:2]), {"offers.0.columns": "field.roles_missing"}),
        (with_offer(columns=(*BOARD, column("more", role=Role.TITLE))), {"offers.0.columns": "field.role_twice"}),
        (with_offer(columns=(*BOARD, BOARD[0])), {"offers.0.columns": "field.label_twice"}),
        (
            with_offer(columns=(*BOARD, Column("more", ColumnType.TEXT, Named("NHAN  title", "More")))),
            {"offers.0.columns": "field.label_twice"},
        ),
        (with_offer(columns=(*BOARD, column("Tên"))), {"offers.0.columns.3.name": "field.pattern"}),
        (with_offer(columns=(*BOARD, column("ends", role=Role.ENDS))), {"offers.0.columns.3.type": "field.choice"}),
        (
            with_offer(columns=(*BOARD, column("kind", ColumnType.CHOICE))),
            {"offers.0.columns.3.choices": "field.list_short"},
        ),
        (
            with_offer(columns=(*BOARD, column("kind", choices=(Choice("a", WORD),)))),
            {"offers.0.columns.3.choices": "field.unknown"},
        ),
        (
            with_offer(columns=(*BOARD, column("level", ColumnType.NUMBER, Role.READING))),
            {"offers.0.columns": "field.roles_missing"},
        ),
        (with_offer(feeds=(Feed("a@b", WORD, "so-y-te"),)), {"offers.0.feeds.0.id": "field.pattern"}),
        (
            with_offer(kind=Kind.PLACES, columns=PLACES, feeds=(Feed("all", WORD, "so-y-te", SliceRule.MONTH),)),
            {"offers.0.feeds.0.slices": "field.choice"},
        ),
        (with_offer(feeds=(Feed("all", WORD, "nobody"),)), {"offers.0.feeds.0.owner": "field.agency"}),
        (with_offer(feeds=(Feed("all", WORD, "so-y-te", codes="("),)), {"offers.0.feeds.0.codes": "field.regular"}),
        (with_offer(feeds=(Feed("all", WORD, "so-y-te", areas=("99",)),)), {"offers.0.feeds.0.areas": "field.area"}),
        (with_offer(kind=Kind.ACCOUNT, columns=ACCOUNT), {"offers.0.factor_hint": "field.missing"}),
        (
            with_offer(kind=Kind.ACCOUNT, columns=ACCOUNT, factor_hint=WORD, confirmed=True),
            {"offers.0.confirmed": "field.unknown"},
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_field_named(given: Utility, fields: dict[str, str]) -> None:
    office = Office()
    assert office.refused(given) == fields
    assert not office.store.stored


@pytest.mark.parametrize(
    "codes", ["(A+)+", "[A-Z]*", "A?A?", "[0-9]{1,9}", ".*", "PA[", "a", "A{2}{3}", "A" * 101, "[^A]", "(?=A)"]
)
def test_a_pattern_that_a_code_could_keep_busy_is_refused(codes: str) -> None:
    given = with_offer(feeds=(Feed("all", WORD, "so-y-te", codes=codes),))
    assert Office().refused(given) == {"offers.0.feeds.0.codes": "field.regular"}


@pytest.mark.parametrize("codes", ["", "PA[0-9A-Z]{11}", "KH[0-9]{6}|KH[0-9]{7}", "H62[0-9]{3}"])
def test_a_pattern_of_exact_counts_and_alternatives_is_kept(codes: str) -> None:
    kept = Office().keep(with_offer(feeds=(Feed("all", WORD, "so-y-te", codes=codes),)))
    assert kept.offers[0].feeds[0].codes == codes


def test_every_mistake_is_told_at_once_in_both_languages() -> None:
    with pytest.raises(Invalid) as error:
        Office().keep(utility(order=0, audience=(), offers=(offer(columns=(), feeds=()),)))
    assert len(error.value.errors) == 5
    for found in error.value.errors:
        assert say(found.words, "vi", **dict(found.params)) != say(found.words, "en", **dict(found.params))


def test_callers_see_neither_the_factor_nor_who_owns_a_feed() -> None:
    kept = with_offer(kind=Kind.ACCOUNT, columns=ACCOUNT, factor_hint=WORD)
    seen = msgspec.json.encode(utility_view(kept, "vi")).decode()
    assert "phone_end" not in seen
    assert "so-y-te" not in seen
    assert '"path":"/v1/utilities/news/news/account"' in seen


def test_a_list_tells_what_is_offered_and_leaves_the_columns_to_the_one() -> None:
    (listed,) = utility_list([utility()], "en").items
    assert [(one.id, one.kind, one.columns) for one in listed.offers] == [("news", Kind.BOARD, [])]
    assert [found.name for found in utility_view(utility(), "en").offers[0].columns] == ["id", "title", "areas"]
