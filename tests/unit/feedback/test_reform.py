"""Open cases on a new map: who succeeds whom, what stays, and that nothing is lost or done twice, whatever disturbs it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.core.calendar import official
from chalicelib.feedback import moderation, succession
from chalicelib.feedback.holding import holdings
from chalicelib.feedback.lifecycle import HELD, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.reform import Move, Part, Reshaping
from chalicelib.feedback.reforming import MOST_WALKED, Left, Reforming, Report
from chalicelib.feedback.values import Publication, Rating, Rung, Terms
from chalicelib.feedback.watch import READ_ANEW
from infra.reform import moving
from infra.reform.directory import effective_at
from infra.reform.rows import reform
from tests.builders import (
    COMMITTEE,
    DUE,
    IN_STATUS,
    LAPSES,
    NOW,
    POLICE,
    answered,
    assigned,
    awaiting_approval,
    feedback,
    in_progress,
    offered,
    queued,
    stamp,
    waiting,
)
from tests.fakes import MemoryStore, MovableClock, Office, SmallDirectory
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
    units_of_all_days,
)

NEW, OTHER = "ubnd-xa-moi", "ubnd-xa-khac"
SMALL = 300


class SmallMap(SmallDirectory):
    """The small province after a reform: the committee of commune-1 has gone into another one; commune-2 is divided."""

    def __init__(self) -> None:
        super().__init__()
        self.agencies = {
            ("committee", "commune-3"): NEW,
            ("committee", "commune-4"): OTHER,
            ("police", "commune-3"): POLICE,
        }
        self.above_of = {COMMITTEE: "ubnd-huyen-1", NEW: "ubnd-tinh", OTHER: "ubnd-tinh"}
        self.heirs_of = {COMMITTEE: (NEW,)}
        self.became: Mapping[str, str] = {"commune-1": "commune-3", "district-1": "province"}
        self.ended_ones = (COMMITTEE,)

    def path(self, area: str) -> tuple[tuple[str, str], ...]:
        found = super().path(area)
        return tuple(step for step in found if step[0] != "district")

    def unit(self, area: str, since: datetime, at: tuple[float, float] | None) -> str:
        return "commune-4" if at and area == "district-1" else self.became.get(area, area)

    def serves(self, agency: str, area: str) -> bool:
        return any(code == agency and served == area for (_, served), code in self.agencies.items())

    def ended_agencies(self) -> tuple[str, ...]:
        return self.ended_ones


class Moving:
    """A reform on the fakes."""

    def __init__(self, *cases: Feedback) -> None:
        self.office = Office()
        self.map = SmallMap()
        for case in cases:
            self.office.keep(case)
        self.reforming = Reforming("small", self.office.store, self.office.casework, self.map, official)

    def run(self) -> Report:
        self.reforming.begin(self.office.clock(), anew=False)
        report, _ = moving.move(self.reforming, self.office.clock, self._sleep, lambda _: None)
        return report

    def now(self, case: Feedback) -> Feedback:
        return self.office.store.head(case.code)

    def _sleep(self, seconds: float) -> None:
        self.office.clock.move(seconds=seconds)


def shaped(case: Feedback, new_map: SmallMap, at: tuple[float, float] | None = None) -> tuple[Move, ...]:
    return Reshaping(new_map, official, lambda _: at).moves(case)


# Which agency


def test_one_successor_in_the_data_takes_over_whatever_the_rule_says() -> None:
    new_map = SmallMap()
    new_map.heirs_of = {COMMITTEE: (OTHER,)}
    assert shaped(assigned(), new_map) == (Move(Part.HOLDER, COMMITTEE, OTHER),)


def test_of_several_the_one_that_the_rule_finds_at_the_place_today() -> None:
    new_map = SmallMap()
    new_map.heirs_of = {COMMITTEE: (OTHER, NEW, POLICE)}
    assert shaped(assigned(), new_map) == (Move(Part.HOLDER, COMMITTEE, NEW),)


def test_of_several_that_the_rule_does_not_know_the_one_that_serves_the_place() -> None:
    new_map = SmallMap()
    new_map.heirs_of = {COMMITTEE: (OTHER, POLICE)}
    assert shaped(assigned(), new_map) == (Move(Part.HOLDER, COMMITTEE, POLICE),)


def test_without_a_word_in_the_data_the_rule_decides() -> None:
    new_map = SmallMap()
    new_map.heirs_of = {}
    assert shaped(assigned(), new_map) == (Move(Part.HOLDER, COMMITTEE, NEW),)


def test_an_uncertain_place_in_a_unit_that_is_gone_is_looked_up_by_its_coordinates() -> None:
    new_map = SmallMap()
    new_map.heirs_of = {COMMITTEE: (NEW, OTHER)}
    case = assigned(feedback(area="district-1"))
    assert shaped(case, new_map, (21.7, 104.9)) == (Move(Part.HOLDER, COMMITTEE, OTHER),)
    assert shaped(case, new_map) == (Move(Part.HOLDER, COMMITTEE, ""),)


def test_a_deleted_category_goes_by_the_data_and_else_to_the_centre() -> None:
    new_map = SmallMap()
    new_map.rules = {}
    assert shaped(assigned(), new_map) == (Move(Part.HOLDER, COMMITTEE, NEW),)
    new_map.heirs_of = {}
    assert shaped(assigned(), new_map) == (Move(Part.HOLDER, COMMITTEE, ""),)


def test_a_matter_about_an_agency_goes_above_it_and_never_to_who_took_its_place() -> None:
    new_map = SmallMap()
    new_map.agencies["committee", "province"] = "ubnd-tinh"
    new_map.above_of |= {"ubnd-xa-2": "ubnd-tinh"}
    new_map.heirs_of |= {"ubnd-xa-2": (NEW,)}
    case = assigned(feedback(about="ubnd-xa-2"))
    assert shaped(case, new_map) == (Move(Part.HOLDER, COMMITTEE, "ubnd-tinh"),)
    helped = replace(case, supporters=(succession.Support(9, COMMITTEE, NOW),))
    assert shaped(helped, new_map)[1:] == (Move(Part.SUPPORTER, COMMITTEE, ""),)


@pytest.mark.parametrize("status", Status)
def test_only_cases_that_somebody_has_to_do_with_move(status: Status) -> None:
    case = IN_STATUS[status]()
    moves = shaped(case, SmallMap())
    assert bool(moves) == (status in HELD or status is Status.ANSWERED)


# What becomes of a case


@pytest.mark.parametrize("made", [assigned, in_progress, waiting, awaiting_approval, answered])
def test_a_case_moves_with_its_deadline_its_state_and_what_was_climbed(made: Any) -> None:
    case = made()
    ladder = (Rung(Action.WARN, 1), Rung(Action.BREACH, 2))
    case = replace(case, assignment=replace(case.assignment, ladder=ladder, climbed=1))
    moving_ = Moving(case)
    assert moving_.run().moved == Counter({Move(Part.HOLDER, COMMITTEE, NEW): 1})
    after = moving_.now(case)
    assert after.assignment
    assert (after.status, after.agency, after.deadline, after.draft, after.question) == (
        case.status, NEW, case.deadline, case.draft, case.question,
    )  # fmt: skip
    assert (after.assignment.ladder, after.assignment.climbed) == (ladder, 1)
    assert after.assignment.number == case.assignments + 1
    (entry,) = after.history[len(case.history) :]
    assert (entry.action, entry.agency, entry.assignment) == (Action.TRANSFER, NEW, after.assignment.number)
    if case.status in HELD:
        assert [(one.agency, one.number) for one in holdings(after.history)][-1] == (NEW, after.assignment.number)


def test_a_draft_waits_for_the_head_of_the_successor() -> None:
    case = awaiting_approval()
    moving_ = Moving(case)
    moving_.run()
    after = moving_.now(case)
    assert after.assignment
    assert after.assignment.approval, "though the successor's data asks for none"
    assert Action.APPROVE in after.next_actions(Party.HEAD)


def test_a_reopened_case_finds_a_living_agency() -> None:
    case = answered()
    moving_ = Moving(case)
    moving_.run()
    again = moving_.now(case).rate(stamp(), Rating.UNSATISFIED, Terms(DUE))
    assert (again.status, again.agency) == (Status.ASSIGNED, NEW)


def test_an_offer_outlives_its_sender_and_one_to_an_ended_agency_goes_on_to_the_successor() -> None:
    from_ended, to_ended = offered(in_progress()), offered(assigned(to=POLICE), to=COMMITTEE)
    moving_ = Moving(from_ended, to_ended)
    moving_.run()
    after = moving_.now(from_ended)
    assert (after.agency, after.hand_over) == (NEW, from_ended.hand_over)
    after = moving_.now(to_ended)
    assert after.hand_over
    assert (after.agency, after.hand_over.agency, after.hand_over.number) == (POLICE, NEW, 3)
    assert after.hand_over.at == NOW
    assert after.hand_over.lapses_at == LAPSES, "the successor has a working day of its own"
    entry = after.history[-1]
    assert (entry.action, entry.agency, entry.assignment) == (Action.HAND_OVER, NEW, 3)


def test_an_offer_goes_back_where_sender_and_receiver_became_one_or_nobody_succeeds() -> None:
    case = offered(assigned(to=NEW), to=COMMITTEE)
    moving_ = Moving(case)
    moving_.run()
    after = moving_.now(case)
    assert (after.hand_over, after.status, after.agency) == (None, Status.ASSIGNED, NEW)
    assert (after.history[-1].action, after.history[-1].agency) == (Action.GIVE_BACK, COMMITTEE)
    alone = offered(assigned(feedback(area="commune-2"), to=POLICE), to=COMMITTEE)
    moving_ = Moving(alone)
    moving_.map.heirs_of = {}
    moving_.run()
    assert moving_.now(alone).hand_over is None


def test_an_offer_between_two_agencies_that_become_one_falls_with_the_transfer() -> None:
    case = offered(assigned(), to=OTHER)
    moving_ = Moving(case)
    moving_.map.heirs_of = {COMMITTEE: (OTHER,)}
    moving_.run()
    after = moving_.now(case)
    assert (after.agency, after.hand_over, after.history[-1].action) == (OTHER, None, Action.TRANSFER)


def test_a_supporting_agency_s_successor_supports_in_its_place() -> None:
    case = moderation.support(assigned(to=POLICE), stamp(Party.CENTRE), COMMITTEE)
    led = moderation.support(assigned(to=NEW), stamp(Party.CENTRE), COMMITTEE)
    moving_ = Moving(case, led)
    report = moving_.run()
    after = moving_.now(case)
    assert [(one.agency, one.number) for one in after.supporters] == [(NEW, 3)]
    assert moving_.now(led) == replace(led, matter=moving_.now(led).matter), "who leads needs no support of his own"
    assert not report.left


def test_an_open_case_without_a_successor_waits_for_the_centre() -> None:
    case = waiting(feedback(area="commune-2"))
    moving_ = Moving(case)
    moving_.map.heirs_of = {}
    report = moving_.run()
    after = moving_.now(case)
    assert (after.status, after.queued, after.assignment, after.question) == (Status.RECEIVED, True, None, None)
    assert report.moved == Counter({Move(Part.HOLDER, COMMITTEE, ""): 1})
    assert [line.code for line in moving_.office.store.desk("centre", 10, None)[0]] == [case.code]
    assert "without a successor: 1 to the centre's queue, 0 left where they are" in moving.lines(report)


def test_an_answered_case_without_a_successor_stays_and_is_named() -> None:
    case = answered(feedback(area="commune-2"))
    moving_ = Moving(case)
    moving_.map.heirs_of = {}
    report = moving_.run()
    assert moving_.now(case).agency == COMMITTEE
    assert report.left == {Left(case.code, "holder", COMMITTEE)}
    assert any(case.code in line for line in moving.lines(report))


def test_what_waits_for_routing_or_for_the_centre_is_left_to_them() -> None:
    cases = (feedback(), queued())
    moving_ = Moving(*cases)
    assert moving_.reforming.preview().received == 1
    assert not moving_.run().moved
    assert [len(moving_.now(case).history) for case in cases] == [1, 2]


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
    moving_.office.store.rivals.append(case.accept(Party.HOLDER, stamp(Party.HOLDER), Terms(DUE)))
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


# After it


def test_a_new_case_is_routed_by_the_new_structure_wherever_it_was_recorded() -> None:
    new_map = map_of(tables_after(JULY), effective_at(reform(JULY).day))
    assert new_map.path("04249") == (("commune", "04279"), ("province", "15"))
    assert new_map.path("141") == (("province", "15"),)
    assert new_map.path("99999") == ()
    rule = new_map.category("giao_duc")
    assert rule
    assert [(step.kind, step.level) for step in rule.steps] == [("committee", "commune"), ("education", "province")]


def test_old_cases_keep_the_old_names_and_new_ones_have_the_new() -> None:
    new_map = map_of(tables_after(JULY), effective_at(reform(JULY).day) + timedelta(days=300))
    old, new = effective_at(reform(JULY).day) - timedelta(days=1), effective_at(reform(JULY).day) + timedelta(days=1)
    assert (new_map.area("04252", old).name, new_map.area("04252", new).name) == ("Phường Yên Ninh", "Phường Yên Bái")
    assert new_map.area("04249").name == "Phường Yên Thịnh"
    assert new_map.agency("so-y-te", old).name == "Sở Y tế tỉnh Yên Bái"
    assert new_map.agency("so-y-te").name == "Sở Y tế tỉnh Lào Cai"
    assert new_map.agency("so-gtvt").name == "Sở Giao thông vận tải tỉnh Yên Bái"


def test_the_public_feed_reads_old_and_new_shards_and_an_area_has_what_went_into_it() -> None:
    before = map_of(tables_after(MARCH), effective_at(reform(MARCH).day))
    after = map_of(tables_after(JULY), effective_at(reform(JULY).day))
    assert len(before.districts()) == 9
    assert set(after.districts()) == {*before.districts(), "15"}
    assert {"04279", "04249"} <= after.within("04279")
    assert "04249" in after.within("132")
    assert before.within("132") == after.within("132")
    assert after.within("15") >= {"15", "132", "04249", "04279"}
    assert after.within("99999") == frozenset()


def test_a_successor_of_the_one_complained_about_is_barred_as_well() -> None:
    from chalicelib.feedback.about import barred

    new_map = map_of(tables_after(JULY), effective_at(reform(JULY).day))
    case = assigned(feedback(about="ubnd-04249", publication=Publication.PRIVATE), to="ubnd-132")
    assert barred(new_map, case, "ubnd-04279-2025")
    assert not barred(new_map, case, "ubnd-15")
    assert Reshaping(new_map, official, lambda _: None).moves(case) == (Move(Part.HOLDER, "ubnd-132", "ubnd-15"),)


def test_cases_count_the_same_by_old_and_new_units() -> None:
    units, eve, day = units_of_all_days(), reform(JULY).day - timedelta(days=1), reform(JULY).day
    cases = list(Province(JULY, 3).cases(SMALL))

    def counted(on: Any) -> Counter[str]:
        return Counter(
            units.on(case.area, case.submitted_at.date(), on, (case.matter.lat, case.matter.long))
            for case in cases
            if case.matter
        )

    assert sum(counted(eve).values()) == sum(counted(day).values()) == SMALL
    assert counted(eve) == Counter(case.area for case in cases)
    assert set(counted(day)) <= set(map_of(tables_after(JULY), effective_at(day)).within("15"))
