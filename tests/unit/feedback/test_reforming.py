"""A reform carried out: dry, twice, killed, beside others; nothing is lost or done twice, whatever disturbs it."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from chalicelib.core.calendar import official
from chalicelib.feedback import succession
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.reform import Move, Part
from chalicelib.feedback.reforming import MOST_WALKED, Reforming
from chalicelib.feedback.watch import READ_ANEW
from infra.reform import moving
from infra.reform.directory import effective_at
from infra.reform.rows import reform
from tests.builders import (
    COMMITTEE,
    NOW,
    assigned,
    stamp,
)
from tests.fakes import MemoryStore, MovableClock
from tests.reforms import (
    JULY,
    MARCH,
    Killing,
    Province,
    carry_out,
    carry_out_killed,
    check,
    map_of,
    open_and_held,
    reforming,
    tables_after,
    told,
)
from tests.unit.feedback.small_reform import NEW, Moving

SMALL = 300

# Dry, twice, killed, beside others


@pytest.mark.parametrize("day", [MARCH, JULY])
def test_a_province_moves_as_the_dry_run_said_and_a_second_run_changes_nothing(day: str) -> None:
    store, clock = MemoryStore(), MovableClock(effective_at(reform(day).day) + timedelta(minutes=30))
    for case in Province(day, seed=1).cases(SMALL):
        store.add(case)
    codes = [code for code, part in store.items if part == "head"]
    before = {code: store.dossier(code).feedback for code in codes}
    writes = len(store.writes)
    said = reforming(day, store, clock).preview()
    assert len(store.writes) == writes, "a dry run writes nothing"
    assert said.seen == sum(
        open_and_held(case) or (case.status is Status.RECEIVED and not case.queued) for case in before.values()
    )
    done = carry_out(day, store, clock)
    assert done.moved == said.moved
    assert (done.left, done.failures) == (set(), [])
    new_map, counted = map_of(tables_after(day), clock()), Counter[str]()
    for code in codes:
        counted += check(before[code], store.dossier(code).feedback, new_map)
    assert counted["moved"] == sum(number for move, number in done.moved.items() if move[0] is Part.HOLDER) > 0
    state = told([store.dossier(code).feedback for code in codes])
    assert not carry_out(day, store, clock).moved
    assert told([store.dossier(code).feedback for code in codes]) == state


@pytest.mark.parametrize("seed", range(5))
def test_killed_anywhere_and_started_again_it_comes_to_the_same(seed: int) -> None:
    clock = MovableClock(effective_at(reform(JULY).day) + timedelta(minutes=30))
    calm, disturbed = MemoryStore(), MemoryStore()
    for case in Province(JULY, seed).cases(SMALL):
        calm.add(case)
        disturbed.add(case)
    carry_out(JULY, calm, clock)
    killed, _ = carry_out_killed(JULY, disturbed, clock, Random(seed), every=40)
    assert killed > 3
    codes = [code for code, part in calm.items if part == "head"]
    assert told([calm.dossier(code).feedback for code in codes]) == told(
        [disturbed.dossier(code).feedback for code in codes]
    )


def test_a_pass_is_bounded_and_the_next_goes_on() -> None:
    clock, store = MovableClock(effective_at(reform(JULY).day) + timedelta(minutes=30)), MemoryStore()
    for case in Province(JULY, 2).cases(2 * MOST_WALKED):
        store.add(case)
    carrying = reforming(JULY, store, clock)
    carrying.begin(clock(), anew=False)
    report, progress = carrying.run(clock())
    assert MOST_WALKED <= report.seen < MOST_WALKED + 100
    assert not progress.ended
    other = reforming(JULY, store, clock)
    assert other.begin(clock(), anew=False) == progress, "another process goes on from there"


def test_the_last_walk_begins_when_every_host_has_read_the_new_directory() -> None:
    late = assigned()
    moving_ = Moving()
    clock = moving_.office.clock
    moving_.reforming.begin(clock(), anew=False)
    _, progress = moving_.reforming.run(clock())
    assert progress.ended
    assert not progress.done
    moving_.office.keep(late)  # by a host that still knew the old directory
    report, progress = moving_.reforming.run(clock.move(minutes=5))
    assert (sum(report.moved.values()), progress.done) == (0, False)
    report, progress = moving_.reforming.run(clock.move(seconds=(READ_ANEW - timedelta(minutes=5)).total_seconds()))
    assert (sum(report.moved.values()), progress.done) == (1, True)
    assert moving_.now(late).agency == NEW


def test_a_directory_written_again_is_walked_for_again() -> None:
    moving_ = Moving()
    moving_.run()
    later = moving_.office.clock.move(days=1)
    assert not moving_.reforming.begin(later, anew=True).done
    assert moving_.reforming.begin(later, anew=False).known_since == later


def test_who_acts_meanwhile_is_not_overwritten() -> None:
    case = assigned()
    moving_ = Moving(case)
    moving_.office.store.rivals.append(case.accept(stamp(Party.HOLDER)))
    moving_.run()
    after = moving_.now(case)
    assert (after.status, after.agency) == (Status.IN_PROGRESS, NEW)
    assert [entry.action for entry in after.history[-2:]] == [Action.ACCEPT, Action.TRANSFER]
    moved_on = assigned()
    moving_ = Moving(moved_on)
    withdrawn = moved_on.withdraw(stamp())
    moving_.office.store.rivals.append(withdrawn)
    assert not moving_.run().moved
    assert moving_.now(moved_on).status is Status.WITHDRAWN


def test_of_two_operators_at_once_one_moves_the_case() -> None:
    case = assigned()
    moving_ = Moving(case)
    moving_.office.store.rivals.append(succession.transfer(case, stamp(Party.SYSTEM), NEW, approval=False))
    assert not moving_.run().moved
    assert [entry.action for entry in moving_.now(case).history].count(Action.TRANSFER) == 1


def test_a_case_that_fails_holds_up_no_other_and_is_named() -> None:
    bad, good = assigned(), assigned()
    moving_ = Moving(bad, good)
    moving_.office.store.broken.add(bad.code)
    report = moving_.run()
    assert moving_.now(good).agency == NEW
    assert any(bad.code in line for line in moving.lines(report))
    moving_.office.store.broken.clear()
    assert moving_.run().moved == Counter({Move(Part.HOLDER, COMMITTEE, NEW): 1}), "the next run finds it"


def test_another_operator_at_it_is_left_to_it() -> None:
    class Taken(MemoryStore):
        def keep_walk(self, text: str, version: int, of: str = "watch#calendar") -> bool:
            return version == 1 and super().keep_walk(text, version, of)

    case = assigned()
    moving_ = Moving()
    moving_.office.store = Taken()
    moving_.office.store.add(case)
    carrying = Reforming("small", moving_.office.store, moving_.office.casework, moving_.map, official)
    carrying.begin(NOW, anew=False)
    _, progress = carrying.run(NOW)
    assert not progress.done


def test_a_killing_store_reads_as_the_store_it_stands_for() -> None:
    store = MemoryStore()
    case = assigned()
    store.add(case)
    assert Killing(store, Random(1), every=1).head(case.code) == store.head(case.code)
