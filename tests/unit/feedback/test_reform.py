"""Open cases on a new map: who succeeds whom, and what becomes of a case."""

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.feedback import moderation, succession
from chalicelib.feedback.holding import holdings
from chalicelib.feedback.lifecycle import HELD, Action, Party, Status
from chalicelib.feedback.reform import Move, Part
from chalicelib.feedback.reforming import Left
from chalicelib.feedback.values import Rating, Rung, Terms
from infra.reform import moving
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
from tests.unit.feedback.small_reform import NEW, OTHER, Moving, SmallMap, shaped

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
