"""The figures of the utilities equal a recount of every single lookup and rating."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest

from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import Invalid
from chalicelib.lookups.figures.indicators import Indicators, UtilityIndicators
from chalicelib.lookups.figures.ratings import RateUtility, Ratings, RatingTotals, UtilityRating
from chalicelib.lookups.figures.usage import NOWHERE, UsageCounter, UsageFigures
from chalicelib.lookups.model import Audience, Named, Utility
from tests.builders import SECRET
from tests.fakes import MovableClock
from tests.unit.lookups.counting_fakes import PARENTS, MemoryCounts, MemoryRatings, SmallMap

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TODAY = NOW.astimezone(VIETNAM).date()
UTILITIES = [
    Utility(name, order, Named(f"Tiện ích {name}", f"Utility {name}"), Named("", ""), tuple(Audience), ())
    for order, name in enumerate(("dien", "nuoc", "y-te"), 1)
]


class Lookup(NamedTuple):
    """One lookup as it happened."""

    utility: str
    day: date
    area: str | None


class World:
    """A year of lookups, counted as they happen, and written down beside it."""

    def __init__(self, seed: int) -> None:
        chance, clock = random.Random(seed), MovableClock(NOW)
        self.counts, self.ratings, self.lookups = MemoryCounts(), MemoryRatings(), list[Lookup]()
        counter = UsageCounter(self.counts, SmallMap(), clock)
        for _ in range(3000):
            clock.now = NOW - timedelta(hours=chance.randrange(24 * 120))
            area = chance.choice([*PARENTS, None, "99999"])
            utility = chance.choice(UTILITIES).id
            counter.used(utility, area)
            day = (clock.now + timedelta(hours=7)).date()
            self.lookups.append(Lookup(utility, day, area))
        rate = Ratings(self.ratings, lambda _: None, clock, lambda _: None, SECRET).rate
        for _ in range(300):
            rating = RateUtility(rating=chance.choice(list(UtilityRating)), reason="Lý do đủ dài để gửi.")
            rate(f"người {chance.randrange(50)}", chance.choice(UTILITIES).id, rating)
        self.clock = MovableClock(NOW)

    def show(self, first: date | None = None, last: date | None = None, area: str | None = None) -> UtilityIndicators:
        figures = UsageFigures(self.counts, self.clock)
        made = Indicators(lambda: UTILITIES, figures, self.ratings.totals, SmallMap(), self.clock)
        return made.show(first, last, area, "vi")


def _recount(world: World, utility: str, first: date, last: date, area: str | None) -> tuple[int, Counter[str]]:
    """Uses and their division, from the lookups one by one, by walking the map from the bottom."""
    uses, divided = 0, Counter[str]()
    for lookup in world.lookups:
        if lookup.utility != utility or not first <= lookup.day <= last:
            continue
        if area is None:
            uses += 1
            continue
        at, below = lookup.area if lookup.area in PARENTS else "", lookup.area
        while at and at != area:
            at, below = PARENTS[at], at
        if at:
            uses += 1
            divided[str(below)] += 1
    return uses, divided


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("area", [None, *PARENTS])
def test_uses_equal_a_recount_of_every_lookup(seed: int, area: str | None) -> None:
    world, chance = World(seed), random.Random(seed + 100)
    for _ in range(10):
        last = TODAY - timedelta(days=chance.randrange(60))
        first = last - timedelta(days=chance.randrange(60))
        shown = world.show(first, last, area)
        for figures in shown.items:
            uses, divided = _recount(world, figures.utility, first, last, area)
            assert figures.uses == uses
            if area is not None:
                assert {one.area: one.uses for one in figures.areas or ()} == divided


def test_ratings_equal_a_recount_of_everybodys_present_rating() -> None:
    world = World(7)
    for figures in world.show().items:
        given = Counter(one.rating for (utility, _), one in world.ratings.ratings.items() if utility == figures.utility)
        assert figures.ratings == RatingTotals.of(*(given[rating] for rating in UtilityRating))
        assert figures.ratings.share == round(given[UtilityRating.SATISFIED] / given.total(), 3)


def test_every_utility_is_shown_in_the_order_of_the_catalogue_also_where_nobody_used_it() -> None:
    world = World(1)
    world.counts.counts.clear()
    assert [(one.utility, one.name, one.uses) for one in world.show().items] == [
        (utility.id, utility.name.vi, 0) for utility in UTILITIES
    ]


def test_the_parts_of_an_area_add_up_to_the_whole() -> None:
    for figures in World(2).show(area="15").items:
        assert figures.uses == sum(one.uses for one in figures.areas or ())
        assert {one.area for one in figures.areas or ()} <= {"15", "132", "135"}


def test_without_an_area_lookups_that_named_none_count_too() -> None:
    world = World(3)
    nowhere = sum(times for (_, _, area), times in world.counts.counts.items() if area == NOWHERE)
    assert nowhere
    wide = world.show(TODAY - timedelta(days=91), TODAY)
    assert sum(one.uses for one in wide.items) > sum(
        one.uses for one in world.show(TODAY - timedelta(days=91), TODAY, "15").items
    )


def test_the_usual_period_is_the_last_thirty_days() -> None:
    shown = World(4).show()
    assert (shown.first, shown.last) == (TODAY - timedelta(days=29), TODAY)


def test_a_period_may_have_92_days_and_no_more() -> None:
    world = World(4)
    assert world.show(TODAY - timedelta(days=91), TODAY)
    with pytest.raises(Invalid):
        world.show(TODAY - timedelta(days=92), TODAY)


def test_a_period_that_is_turned_round_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        World(4).show(TODAY, TODAY - timedelta(days=1))
    assert [error.field for error in refused.value.errors] == ["to"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(None, date(1, 1, 5), "to"), (date(9999, 12, 1), date(9999, 12, 31), "from"), (date(1999, 1, 1), None, "from")],
)
def test_days_at_the_ends_of_the_calendar_are_refused(first: date | None, last: date | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        World(4).show(first, last)
    assert [error.field for error in refused.value.errors] == [field]


def test_an_area_that_is_not_on_the_map_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        World(4).show(area="99999")
    assert [error.field for error in refused.value.errors] == ["area"]


def test_the_answer_says_from_and_to() -> None:
    written = msgspec.json.decode(msgspec.json.encode(World(4).show()))
    assert {"from", "to", "as_of", "items"} == set(written)
