"""The sweep: what time or a lost event left undone, whatever happens to it in between."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.feedback import sweep as sweeping
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.records import CHANGE_SHARDS, change_shard
from tests.builders import NOW, answered, feedback, new_code, waiting
from tests.fakes import MemoryStore, Office

NOTHING = {"timed_out": 0, "closed": 0, "routed": 0, "replayed": 0}
SOON = NOW + timedelta(minutes=3)


def settled(office: Office, case: Feedback) -> Feedback:
    """A case whose events all had their effects."""
    return office.keep(case)


def unsettled(office: Office, case: Feedback) -> Feedback:
    """A case whose first event had no effect."""
    office.effects.open[case.code] = [1]
    return office.keep(case)


def in_shard(shard: int, **changes: object) -> Feedback:
    """An answered case of that shard of changes: neither routed nor due."""
    code = next(code for code in iter(new_code, "") if change_shard(code) == f"c{shard}")
    return replace(answered(feedback(code=code)), **changes)  # type: ignore[arg-type]


def test_waits_and_unrated_answers_that_are_due_end_and_others_do_not() -> None:
    office = Office()
    asked, unrated = settled(office, waiting()), settled(office, answered())
    fresh = settled(office, replace(answered(rate_by=NOW + timedelta(days=30))))
    assert office.sweep.run(NOW + timedelta(days=7, hours=-1)) == NOTHING
    assert office.sweep.run(NOW + timedelta(days=7)) == NOTHING | {"timed_out": 1, "closed": 1}
    found = [office.store.head(case.code).status for case in (asked, unrated, fresh)]
    assert found == [Status.IN_PROGRESS, Status.CLOSED, Status.ANSWERED]


def test_running_twice_does_nothing_twice() -> None:
    office = Office()
    case = settled(office, answered())
    later = NOW + timedelta(days=7)
    office.sweep.run(later)
    assert office.sweep.run(later) == NOTHING
    assert len(office.store.head(case.code).history) == len(case.history) + 1


def test_after_weeks_without_a_sweep_all_that_was_due_is_done() -> None:
    office = Office()
    cases = [settled(office, answered()) for _ in range(30)]
    assert office.sweep.run(NOW + timedelta(days=60))["closed"] == 30
    assert {office.store.head(case.code).status for case in cases} == {Status.CLOSED}


def test_a_case_that_was_never_routed_is_routed_after_the_grace_of_events() -> None:
    office = Office()
    case, lost = settled(office, feedback()), settled(office, feedback(area="commune-3"))
    assert office.sweep.run(NOW + timedelta(seconds=119))["routed"] == 0
    assert office.sweep.run(NOW + timedelta(seconds=120))["routed"] == 2
    assert office.store.head(case.code).status is Status.ASSIGNED
    assert office.store.head(lost.code).queued


def test_an_event_without_effect_is_published_again_after_the_grace() -> None:
    office = Office()
    case = unsettled(office, answered())
    settled(office, answered())
    assert office.sweep.run(NOW + timedelta(seconds=119)) == NOTHING
    assert office.sweep.run(NOW + timedelta(seconds=120)) == NOTHING | {"replayed": 1}
    assert office.publisher.published == [(case.code, (1,))]


def test_what_was_published_again_is_looked_at_at_growing_distances_until_its_effect_is_there() -> None:
    office = Office()
    case = unsettled(office, answered(rate_by=None))
    published_at: list[float] = []
    for minute in range(3, 60 * 24 * 4):
        before = len(office.publisher.published)
        if minute % 5 == 3:
            office.sweep.run(NOW + timedelta(minutes=minute))
        published_at += [minute] * (len(office.publisher.published) - before)
    gaps = [later - earlier for earlier, later in pairwise(published_at)]
    assert gaps[:5] == [5, 10, 20, 40, 80]
    assert gaps == sorted(gaps)
    assert max(gaps) == 24 * 60
    office.effects.open.clear()
    assert office.sweep.run(NOW + timedelta(days=9)) == NOTHING
    assert not [key for key in office.store.items if key[0].startswith("unsettled#")]
    assert {code for code, _ in office.publisher.published} == {case.code}


def test_the_last_change_of_a_shard_is_not_found_anew_at_every_pass() -> None:
    office = Office()
    unsettled(office, in_shard(1))
    office.sweep.run(SOON)
    assert office.sweep.run(SOON + timedelta(minutes=1)) == NOTHING
    assert len(office.publisher.published) == 1


def test_a_new_change_of_a_remembered_case_is_looked_at_at_once() -> None:
    office = Office()
    case = unsettled(office, waiting())
    office.sweep.run(SOON)
    office.clock.move(minutes=10)
    office.store.save(
        replace(case, changed_at=office.clock.now, history=(*case.history, replace(case.history[-1], seq=5)))
    )
    office.effects.open[case.code] = [1, 5]
    office.sweep.run(office.clock.now + timedelta(minutes=3))
    assert office.publisher.published[-1] == (case.code, (1, 5))


def test_a_pass_that_comes_late_early_or_again_goes_on_from_where_the_last_one_was() -> None:
    office = Office()
    first = unsettled(office, in_shard(0))
    office.sweep.run(SOON)
    second = unsettled(office, in_shard(0, changed_at=NOW + timedelta(minutes=4)))
    assert office.sweep.run(NOW - timedelta(minutes=5)) == NOTHING, "a skewed clock finds nothing to do"
    office.effects.open.pop(first.code)
    office.sweep.run(NOW + timedelta(days=1))
    assert office.publisher.published == [(first.code, (1,)), (second.code, (1,))]


def test_a_watermark_never_moves_past_what_was_not_seen() -> None:
    office = Office()
    unsettled(office, in_shard(2))
    office.sweep.run(NOW + timedelta(days=400))
    late = unsettled(office, in_shard(2, changed_at=NOW + timedelta(minutes=1)))
    office.sweep.run(NOW + timedelta(minutes=10))
    assert (late.code, (1,)) in office.publisher.published, "a pass far in the future leaves no blind window"


def test_what_a_slow_clock_dates_behind_the_watermark_is_published_once() -> None:
    office = Office()
    settled(office, in_shard(2))
    office.sweep.run(SOON)
    slow = unsettled(office, in_shard(2, changed_at=NOW - sweeping.SKEW + timedelta(seconds=1)))
    for minutes in (3, 4, 5, 6, 7):
        office.sweep.run(NOW + timedelta(minutes=minutes))
    assert office.publisher.published == [(slow.code, (1,))], "once, until its turn comes again"


def test_looking_again_behind_the_watermark_holds_up_no_new_change() -> None:
    office = Office()
    for case in [in_shard(1) for _ in range(sweeping.MOST_CHANGES + 1)]:
        settled(office, case)
    office.sweep.run(SOON)
    new = unsettled(office, in_shard(1, changed_at=NOW + timedelta(seconds=1)))
    office.sweep.run(SOON)
    assert (new.code, (1,)) in office.publisher.published


def test_the_watermark_never_moves_back() -> None:
    office = Office()
    office.store.move_watermark(0, SOON)
    office.store.move_watermark(0, NOW)
    assert office.store.watermark(0) == SOON


def test_changes_of_one_moment_are_all_seen_though_a_pass_is_bounded() -> None:
    office = Office()
    moment = NOW + timedelta(minutes=1)
    cases = [in_shard(3)] + [in_shard(3, changed_at=moment) for _ in range(sweeping.MOST_CHANGES)]
    for case in cases:
        unsettled(office, case)
    for minutes in (10, 11):
        office.sweep.run(NOW + timedelta(minutes=minutes))
    assert {code for code, _ in office.publisher.published} == {case.code for case in cases}


def test_events_are_remembered_before_they_are_published() -> None:
    office = Office()
    case = unsettled(office, in_shard(0))
    office.publisher.down = True
    with pytest.raises(ExceptionGroup):
        office.sweep.run(SOON)
    office.publisher.down = False
    office.sweep.run(SOON + timedelta(minutes=6))
    assert office.publisher.published == [(case.code, (1,))]


def test_one_case_that_cannot_be_served_holds_up_no_other_and_is_raised_at_the_end() -> None:
    office = Office()
    bad, good = (settled(office, answered()) for _ in range(2))
    bad_route, good_route = (settled(office, feedback()) for _ in range(2))
    bad_effect, good_effect = (unsettled(office, in_shard(0)) for _ in range(2))
    office.store.broken = {bad.code, bad_route.code}
    office.effects.broken = {bad_effect.code}
    with pytest.raises(ExceptionGroup) as failure:
        office.sweep.run(NOW + timedelta(days=7))
    named = {note for error in failure.value.exceptions for note in error.__notes__}
    assert named == {f"case {case.code}" for case in (bad, bad_route, bad_effect)}
    office.store.broken = office.effects.broken = set()
    assert office.store.head(good.code).status is Status.CLOSED
    assert office.store.head(good_route.code).status is Status.ASSIGNED
    assert (good_effect.code, (1,)) in office.publisher.published


def test_a_case_that_could_not_be_asked_about_is_asked_about_again() -> None:
    office = Office()
    case = unsettled(office, in_shard(0))
    office.effects.broken = {case.code}
    for minutes in (3, 9):
        with pytest.raises(ExceptionGroup):
            office.sweep.run(NOW + timedelta(minutes=minutes))
    office.effects.broken = set()
    office.sweep.run(NOW + timedelta(minutes=25))
    assert office.publisher.published == [(case.code, (1,))]


class Forgetful(MemoryStore):
    """A table that takes no new items."""

    def keep_unsettled(self, code: str, tries: int, look_at: datetime) -> None:
        raise ConnectionError(code)


def test_where_nothing_can_be_remembered_the_watermark_stays() -> None:
    office = Office(store=Forgetful())
    case = unsettled(office, in_shard(0))
    office.effects.broken = {case.code}
    with pytest.raises(ConnectionError):
        office.sweep.run(SOON)
    assert office.store.watermark(0) < NOW


def test_a_remembered_case_that_is_gone_is_forgotten() -> None:
    office = Office()
    office.store.keep_unsettled("00000000000", 3, NOW)
    assert office.sweep.run(NOW) == NOTHING
    assert office.store.items == {}


@given(st.lists(st.integers(0, 600), max_size=8), st.permutations(range(0, 720, 60)))
def test_whatever_the_order_of_passes_every_lost_event_is_published(changes: list[int], passes: list[int]) -> None:
    office = Office()
    cases = [unsettled(office, answered(feedback(), rate_by=None)) for _ in changes]
    for case, minute in zip(cases, changes, strict=True):
        office.store.items[case.code, "head"]["changed_at"] = _text(NOW + timedelta(minutes=minute))
    for minute in [*passes, 720]:
        office.sweep.run(NOW + timedelta(minutes=minute))
    assert {code for code, _ in office.publisher.published} == {case.code for case in cases}


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_every_shard_is_looked_at() -> None:
    office = Office()
    for shard in range(CHANGE_SHARDS):
        unsettled(office, in_shard(shard))
    assert office.sweep.run(SOON)["replayed"] == CHANGE_SHARDS
