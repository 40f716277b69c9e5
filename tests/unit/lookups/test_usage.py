"""Lookups are counted: each once, by Vietnam's day and the area that was asked for, and never to a lookup's harm."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from chalicelib.lookups.figures.usage import FRESH, NOWHERE, UsageCounter, UsageFigures
from tests.fakes import MovableClock
from tests.unit.lookups.counting_fakes import MemoryCounts, SmallMap

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def _counter(counts: MemoryCounts, now: datetime = NOON) -> UsageCounter:
    return UsageCounter(counts, SmallMap(), lambda: now)


def test_every_lookup_is_counted_also_when_many_look_at_once() -> None:
    counts = MemoryCounts()
    counter = _counter(counts)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: counter.used("dien", ("04249", "04252")[number % 2]), range(800)))
    assert counts.counts == {("dien", TODAY, "04249"): 400, ("dien", TODAY, "04252"): 400}


def test_a_lookup_that_asks_of_no_area_is_counted_without_one() -> None:
    counts = MemoryCounts()
    _counter(counts).used("dien")
    _counter(counts).used("dien", "")
    assert counts.counts == {("dien", TODAY, NOWHERE): 2}


def test_an_area_that_the_directory_does_not_know_is_not_written_down() -> None:
    counts = MemoryCounts()
    for made_up in ("99999", "-", "04249#x", "a" * 40):
        _counter(counts).used("dien", made_up)
    assert counts.counts == {("dien", TODAY, NOWHERE): 4}


def test_a_day_begins_at_midnight_in_vietnam() -> None:
    counts = MemoryCounts()
    _counter(counts, datetime(2026, 11, 24, 16, 59, tzinfo=UTC)).used("dien")
    _counter(counts, datetime(2026, 11, 24, 17, 0, tzinfo=UTC)).used("dien")
    assert [day for _, day, _ in counts.counts] == [date(2026, 11, 24), date(2026, 11, 25)]


def test_a_count_that_fails_does_not_fail_the_lookup() -> None:
    _counter(MemoryCounts(failing=True)).used("dien", "04249")


def _filled() -> MemoryCounts:
    counts = MemoryCounts()
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1), TODAY)
    for place, day in enumerate(days, 1):
        counts.counts[("dien", day, "04249")] = place
        counts.counts[("dien", day, NOWHERE)] = 10
        counts.counts[("nuoc", day, "04252")] = 100
    return counts


def test_a_period_holds_its_first_and_its_last_day_and_no_other() -> None:
    uses = UsageFigures(_filled(), lambda: NOON).uses("dien", date(2026, 10, 1), date(2026, 11, 1))
    assert uses.by_area == {"04249": 2 + 3 + 4, NOWHERE: 30}


def test_a_period_over_the_turn_of_a_year_holds_both_sides() -> None:
    counts = MemoryCounts()
    counts.counts = Counter({("dien", date(2025, 12, 31), NOWHERE): 1, ("dien", date(2026, 1, 1), NOWHERE): 2})
    uses = UsageFigures(counts, lambda: NOON).uses("dien", date(2025, 12, 31), date(2026, 1, 1))
    assert sum(uses.by_area.values()) == 3


def test_months_that_are_over_are_read_once_and_the_one_that_runs_once_a_minute() -> None:
    counts, clock = _filled(), MovableClock(NOON)
    figures = UsageFigures(counts, clock)
    for seconds in (0, 30, FRESH.seconds):
        clock.move(seconds=seconds)
        assert sum(figures.uses("dien", date(2026, 10, 1), TODAY).by_area.values()) == 2 + 3 + 4 + 5 + 40
    assert counts.read.count(("dien", date(2026, 10, 1))) == 1
    assert counts.read.count(("dien", date(2026, 11, 1))) == 2


def test_figures_say_when_they_were_counted() -> None:
    clock = MovableClock(NOON)
    figures = UsageFigures(_filled(), clock)
    figures.uses("dien", TODAY, TODAY)
    clock.move(seconds=30)
    assert figures.uses("dien", TODAY, TODAY).at == NOON
    assert figures.uses("dien", date(2026, 10, 1), date(2026, 10, 2)).at == clock.now


def test_a_month_counts_as_over_a_day_after_its_end_since_a_late_count_may_still_come() -> None:
    counts = _filled()
    clock = MovableClock(datetime(2026, 11, 30, 18, 0, tzinfo=UTC))  # 1 December in Vietnam
    figures = UsageFigures(counts, clock)
    for _ in range(2):
        figures.uses("dien", TODAY, TODAY)
        clock.move(seconds=FRESH.seconds)
    assert counts.read.count(("dien", date(2026, 11, 1))) == 2
    clock.move(days=1)
    for _ in range(2):
        figures.uses("dien", TODAY, TODAY)
        clock.move(days=1)
    assert counts.read.count(("dien", date(2026, 11, 1))) == 3
