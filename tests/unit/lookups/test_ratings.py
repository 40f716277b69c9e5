"""Everybody has one rating of a utility, and the totals are what everybody's ratings add up to."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from chalicelib.core.errors import Invalid, LostRace, NotFound
from chalicelib.lookups.figures.ratings import ATTEMPTS, Given, RateUtility, Ratings, RatingTotals, UtilityRating
from tests.builders import SECRET
from tests.unit.lookups.counting_fakes import MemoryRatings

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
WHY = "Tra cứu không ra hóa đơn của tôi."
SATISFIED, ACCEPTABLE, UNSATISFIED = UtilityRating


def _known(utility: str) -> None:
    if utility != "dien":
        raise NotFound("error.utility_not_found")


def _ratings(store: MemoryRatings, pause: Callable[[int], None] = lambda _: None) -> Ratings:
    return Ratings(store, _known, lambda: NOW, pause, SECRET)


def _rate(rating: UtilityRating, reason: str = WHY) -> RateUtility:
    return RateUtility(rating=rating, reason=reason)


def test_a_rating_counts_and_a_changed_one_moves() -> None:
    ratings = _ratings(MemoryRatings())
    assert ratings.rate("an", "dien", _rate(SATISFIED, "")) == RatingTotals(1, 0, 0, 1.0)
    assert ratings.rate("binh", "dien", _rate(ACCEPTABLE, "")) == RatingTotals(1, 1, 0, 0.5)
    assert ratings.rate("an", "dien", _rate(UNSATISFIED)) == RatingTotals(0, 1, 1, 0.0)


def test_nobody_has_thought_anything_of_a_new_utility_and_there_is_no_share() -> None:
    assert _ratings(MemoryRatings()).summary("dien") == RatingTotals(0, 0, 0, None)


def test_the_same_rating_again_is_not_written_again() -> None:
    store = MemoryRatings()
    ratings = _ratings(store)
    ratings.rate("an", "dien", _rate(UNSATISFIED))
    before = store.ratings["dien", "an"]
    ratings.rate("an", "dien", _rate(UNSATISFIED))
    assert store.ratings["dien", "an"] is before


def test_a_reason_may_change_without_the_rating() -> None:
    store = MemoryRatings()
    ratings = _ratings(store)
    ratings.rate("an", "dien", _rate(UNSATISFIED))
    ratings.rate("an", "dien", _rate(UNSATISFIED, "Số liệu của tháng trước sai."))
    assert store.ratings["dien", "an"].reason == "Số liệu của tháng trước sai."
    assert ratings.summary("dien").unsatisfied == 1


@pytest.mark.parametrize("reason", ["", "tệ", "x" * 9])
def test_who_is_not_satisfied_says_why(reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        _ratings(MemoryRatings()).rate("an", "dien", _rate(UNSATISFIED, reason))
    assert [error.field for error in refused.value.errors] == ["reason"]


def test_a_utility_that_is_not_in_the_catalogue_cannot_be_rated() -> None:
    store = MemoryRatings()
    with pytest.raises(NotFound):
        _ratings(store).rate("an", "xang", _rate(SATISFIED))
    assert not store.ratings


def test_twenty_ratings_of_one_person_at_once_count_once() -> None:
    store = MemoryRatings()
    ratings = _ratings(store)

    def one(number: int) -> None:
        # Who loses too often is told so and may try again; what counts is that nobody is counted twice.
        with suppress(LostRace):
            ratings.rate("an", "dien", _rate(list(UtilityRating)[number % 3]))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(one, range(20)))
    totals = ratings.summary("dien")
    assert totals.satisfied + totals.acceptable + totals.unsatisfied == 1
    assert getattr(totals, store.ratings["dien", "an"].rating.value) == 1


def test_a_rating_that_somebody_was_faster_with_is_decided_on_what_stands_then() -> None:
    store = MemoryRatings()
    ratings = _ratings(store)
    store.meanwhile = lambda: ratings.rate("an", "dien", _rate(ACCEPTABLE)) and None
    assert ratings.rate("an", "dien", _rate(SATISFIED)) == RatingTotals(1, 0, 0, 1.0)


class Contended(MemoryRatings):
    """Somebody else is always faster."""

    def change(self, utility: str, account: str, before: Given | None, after: Given) -> bool:
        return False


def test_whoever_loses_again_and_again_is_told_to_try_later() -> None:
    waited = list[int]()
    with pytest.raises(LostRace):
        _ratings(Contended(), waited.append).rate("binh", "dien", _rate(SATISFIED))
    assert waited == list(range(ATTEMPTS))


def test_totals_equal_a_recount_of_everybodys_rating_after_any_number_of_changes() -> None:
    store, chance = MemoryRatings(), random.Random(5)
    ratings = _ratings(store)
    for _ in range(2000):
        ratings.rate(f"người {chance.randrange(40)}", "dien", _rate(chance.choice(list(UtilityRating))))
    recount = Counter(given.rating for given in store.ratings.values())
    totals = ratings.summary("dien")
    assert (totals.satisfied, totals.acceptable, totals.unsatisfied) == tuple(recount[one] for one in UtilityRating)
    assert totals.share == round(recount[SATISFIED] / recount.total(), 3)


def test_the_centre_reads_every_reason_page_by_page_and_nothing_else() -> None:
    ratings = _ratings(MemoryRatings())
    for number in range(7):
        ratings.rate(
            f"người {number}", "dien", _rate(UNSATISFIED, f"{WHY} {number}") if number % 2 else _rate(SATISFIED, "")
        )
    found, cursor = list[str](), None
    while True:
        page = ratings.reasons("dien", cursor, 2)
        found += [given.reason for given in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [f"{WHY} {number}" for number in (1, 3, 5)]


def test_a_cursor_of_another_utility_or_nobodys_is_refused() -> None:
    ratings = Ratings(MemoryRatings(), lambda _: None, lambda: NOW, lambda _: None, SECRET)
    for account in ("an", "binh"):
        ratings.rate(account, "dien", _rate(UNSATISFIED))
    cursor = ratings.reasons("dien", None, 1).next_cursor
    for utility, given in (("nuoc", cursor), ("dien", "e30.0123456789ab")):
        with pytest.raises(Invalid):
            ratings.reasons(utility, given, 1)


def test_reasons_of_what_is_no_utility_are_not_found() -> None:
    with pytest.raises(NotFound):
        _ratings(MemoryRatings()).reasons("xang", None, 1)
