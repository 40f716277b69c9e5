"""A rule tried on past cases: counted against where they went, at a bounded cost, without a write."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Invalid, NotFound
from chalicelib.feedback.intake_commands import TryRouting, TryStep
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.trial import MOST_LOOKED, RoutingTrial, Way
from tests.builders import NOW, assigned, feedback
from tests.fakes import MemoryStore, SmallDirectory

KINDS = {"committee", "police", "water"}
COMMUNE = TryStep(kind="committee", level="commune")
DISTRICT = TryStep(kind="committee", level="district")
POLICE = TryStep(kind="police", level="commune")


def trial(store: MemoryStore) -> RoutingTrial:
    return RoutingTrial(store, SmallDirectory(), KINDS.__contains__)


def rule(*steps: TryStep, last: int = 100) -> TryRouting:
    return TryRouting(routing=steps, last=last)


def kept(*cases: Feedback) -> MemoryStore:
    store = MemoryStore()
    for case in cases:
        store.add(case)
    return store


def test_the_ways_are_counted_the_most_frequent_first() -> None:
    store = kept(
        assigned(),
        assigned(),
        assigned(to="ca-xa-1"),
        feedback(area="commune-3"),
        assigned(feedback(category="sat_lo")),
    )
    found = trial(store).run("duong_sa", rule(POLICE))
    assert (found.looked_at, found.cases) == (5, 4)
    assert found.ways == (
        Way("ubnd-xa-1", "ca-xa-1", 2), Way("", "", 1), Way("ca-xa-1", "ca-xa-1", 1),
    )  # fmt: skip


def test_where_the_first_step_finds_nobody_the_next_is_tried() -> None:
    found = trial(kept(assigned(feedback(area="commune-2")))).run("duong_sa", rule(COMMUNE, DISTRICT))
    assert found.ways == (Way("ubnd-xa-1", "ubnd-huyen-1", 1),)


def test_a_rule_without_steps_leaves_everything_to_the_centre() -> None:
    assert trial(kept(assigned())).run("duong_sa", rule()).ways == (Way("ubnd-xa-1", "", 1),)


def test_nothing_is_written() -> None:
    store = kept(assigned())
    writes = list(store.writes)
    trial(store).run("duong_sa", rule(COMMUNE))
    assert store.writes == writes


def test_only_the_last_cases_count() -> None:
    old = [assigned(feedback(changed_at=NOW)) for _ in range(3)]
    new = [replace(assigned(to="ca-xa-1"), changed_at=NOW + timedelta(hours=hours)) for hours in (1, 2)]
    found = trial(kept(*old, *new)).run("duong_sa", rule(COMMUNE, last=2))
    assert found.ways == (Way("ca-xa-1", "ubnd-xa-1", 2),)


def test_what_is_about_an_agency_goes_by_no_rule() -> None:
    assert trial(kept(assigned(feedback(about="ubnd-xa-1")))).run("duong_sa", rule(COMMUNE)).cases == 0


def test_all_cases_are_seen_however_many_pages_they_fill() -> None:
    cases = [replace(assigned(), changed_at=NOW + timedelta(seconds=second)) for second in range(450)]
    found = trial(kept(*cases)).run("sat_lo", rule(COMMUNE))
    assert (found.looked_at, found.cases) == (450, 0)
    assert trial(kept(*cases)).run("duong_sa", rule(COMMUNE, last=200)).cases == 200


def test_the_search_ends_however_many_cases_there_are() -> None:
    class Endless:
        """A shard without end of cases of another category."""

        reads = 0

        def latest(self, shard: int, before: datetime | None, limit: int) -> Sequence[tuple[str, datetime]]:
            self.reads += 1
            start = before or NOW
            return [(f"{shard}-{start.timestamp()}-{one}", start - timedelta(seconds=one + 1)) for one in range(limit)]

        def heads(self, codes: Sequence[str]) -> Mapping[str, Feedback]:
            self.reads += 1
            case = feedback(category="sat_lo")
            return dict.fromkeys(codes, case)

    store = Endless()
    found = RoutingTrial(store, SmallDirectory(), KINDS.__contains__).run("duong_sa", rule(COMMUNE))
    assert (found.looked_at, found.cases) == (MOST_LOOKED, 0)
    assert store.reads <= 2 * MOST_LOOKED / 100 + 4


def test_an_unknown_category_or_kind_is_refused() -> None:
    with pytest.raises(NotFound):
        trial(MemoryStore()).run("phep_thuat", rule(COMMUNE))
    with pytest.raises(Invalid) as error:
        trial(MemoryStore()).run("duong_sa", rule(COMMUNE, TryStep(kind="wizards", level="commune")))
    assert [one.field for one in error.value.errors] == ["routing.1.kind"]
