"""The ladder of an assignment as it is climbed: in order, each level once, only while somebody owes something."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.core.calendar import official
from chalicelib.core.errors import NotPossibleNow
from chalicelib.feedback import deadlines, escalation
from chalicelib.feedback.approval import return_draft, submit_draft
from chalicelib.feedback.lifecycle import CLOCKED, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Handling, Rung, Terms
from tests.builders import (
    COMMITTEE,
    DUE,
    IN_STATUS,
    NOW,
    answer,
    at,
    feedback,
    stamp,
)

CALENDAR = official()
ORDER = [Action.REMIND, Action.WARN, Action.BREACH, Action.ESCALATE]
handlings = st.one_of(st.integers(1, 20).map(Handling), st.integers(1, 48).map(lambda hours: Handling(0, hours)))


def held(handling: Handling = Handling(7)) -> Feedback:  # noqa: B008 - frozen
    """Just assigned, with the ladder that its category gives."""
    case = feedback(handling=handling)
    due = deadlines.due(CALENDAR, handling, NOW)
    terms = Terms(due, deadlines.ladder(CALENDAR, handling, NOW, due))
    return case.assign(Party.SYSTEM, stamp(Party.SYSTEM), COMMITTEE, terms)


def climbed(case: Feedback, now: datetime) -> Feedback:
    """The case after everything that is due at `now`."""
    while rung := escalation.due_rung(case, now):
        case = escalation.climb(case, stamp(Party.SYSTEM, now), rung)
    return case


def steps(case: Feedback) -> list[Action]:
    """What the watch has done to a case."""
    return [entry.action for entry in case.history if entry.action in {*ORDER, Action.CLIMB}]


def test_a_case_that_nobody_touches_climbs_rung_by_rung() -> None:
    case, seen = held(), []
    for moment in ("29/05/2023 10:02", "29/05/2023 10:03", "31/05/2023 13:13", "01/06/2023 17:05", "05/06/2023 17:05"):
        case = climbed(case, at(moment))
        seen.append(len(steps(case)))
    assert seen == [0, 1, 2, 3, 4]
    assert steps(case) == ORDER
    assert case.breached_at == DUE
    assert escalation.next_rung(case) is None


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ("31/05/2023 13:13", [Action.WARN]),
        ("02/06/2023 09:00", [Action.BREACH]),
        ("20/06/2023 09:00", [Action.BREACH, Action.ESCALATE]),
    ],
)
def test_a_late_pass_leaves_out_what_was_overtaken(late: str, expected: list[Action]) -> None:
    case = climbed(held(), at(late))
    assert steps(case) == expected
    assert case.breached_at == (DUE if Action.BREACH in expected else None)


def test_a_late_pass_still_tells_everybody_on_the_duty_roster() -> None:
    case = climbed(held(Handling(0, 4)), NOW + timedelta(days=1))
    assert steps(case) == [Action.CLIMB] * 6 + [Action.BREACH, Action.ESCALATE]


def test_an_acceptance_ends_reminders_and_climbing_and_nothing_else() -> None:
    for handling, rest in ((Handling(7), ORDER[1:]), (Handling(0, 4), ORDER[1:])):
        case = held(handling).accept(stamp(Party.HOLDER))
        assert [rung.action for rung in escalation._ahead(case)] == rest
        assert steps(climbed(case, NOW + timedelta(days=60))) == [Action.BREACH, Action.ESCALATE]


def test_a_draft_without_a_word_of_acceptance_is_one() -> None:
    case = held()
    case = replace(case, assignment=replace(case.assignment, approval=True))
    drafted = submit_draft(case, stamp(Party.HOLDER), answer(), None)
    for standing in (drafted, return_draft(drafted, stamp(Party.HEAD))):
        assert [rung.action for rung in escalation._ahead(standing)] == ORDER[1:]


@pytest.mark.parametrize("status", sorted(set(Status) - CLOCKED))
def test_where_nothing_is_owed_nothing_is_due(status: Status) -> None:
    case = IN_STATUS[status]()
    if case.assignment:
        case = replace(case, assignment=replace(case.assignment, ladder=held().assignment.ladder))  # type: ignore[union-attr]
    assert escalation.due_rung(case, NOW + timedelta(days=400)) is None


def test_nobody_is_told_of_a_breach_before_every_clock_says_so() -> None:
    case = climbed(held(), DUE - timedelta(minutes=1))
    assert escalation.due_rung(case, DUE + timedelta(minutes=4, seconds=59)) is None
    rung = escalation.due_rung(case, DUE + timedelta(minutes=5))
    assert rung
    assert rung.action is Action.BREACH
    assert escalation.climb(case, stamp(Party.SYSTEM, DUE + timedelta(minutes=5)), rung).breached_at == DUE


def test_a_rung_is_climbed_once() -> None:
    case = held()
    rung = escalation.next_rung(case)
    assert rung
    once = escalation.climb(case, stamp(Party.SYSTEM), rung)
    with pytest.raises(NotPossibleNow):
        escalation.climb(once, stamp(Party.SYSTEM), rung)
    with pytest.raises(NotPossibleNow):
        escalation.climb(case, stamp(Party.SYSTEM), Rung(Action.REMIND, rung.at + 1))


def test_the_first_breach_of_a_case_stays_the_recorded_one() -> None:
    case = climbed(held(), at("02/06/2023 09:00"))
    later = replace(case.assignment, deadline=DUE + timedelta(days=9), climbed=0)  # type: ignore[type-var]
    again = climbed(replace(case, assignment=later), NOW + timedelta(days=90))
    assert again.breached_at == DUE


@given(handlings, st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), max_size=12), st.data())
def test_whenever_passes_come_each_level_is_climbed_once_in_order_and_never_before_its_time(
    handling: Handling, passes: list[timedelta], data: st.DataObject
) -> None:
    case = held(handling)
    accept_at = data.draw(st.sampled_from([*passes, None]))
    due = {rung.action: rung.at for rung in case.assignment.ladder}  # type: ignore[union-attr]
    for after in passes:
        before = len(steps(case))
        case = climbed(case, NOW + after)
        for action in steps(case)[before:]:
            assert action is Action.CLIMB or due[action] <= (NOW + after).timestamp()
        assert climbed(case, NOW + after) == case, "a second pass does nothing"
        if after == accept_at and case.status is Status.ASSIGNED:
            case = case.accept(stamp(Party.HOLDER, NOW + after))
    done = steps(case)
    once = [action for action in done if action is not Action.CLIMB]
    assert len(once) == len(set(once))
    assert once == sorted(once, key=ORDER.index)
    assert done.count(Action.CLIMB) <= deadlines.MOST_CLIMBS
    assert (case.breached_at is not None) == (Action.BREACH in once)
    assert case.breached_at in (None, case.deadline)


@given(handlings, st.integers(0, 9), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_ladder_carried_on_has_each_level_once_and_what_was_climbed_first(
    handling: Handling, count: int, later: timedelta
) -> None:
    case = held(handling)
    assert case.assignment
    done = case.assignment.ladder[:count]
    ladder = deadlines.ladder(CALENDAR, handling, NOW, case.deadline + later)
    carried = escalation.carried_on(done, ladder)
    assert carried[: len(done)] == done
    assert all(earlier.at <= later.at for earlier, later in pairwise(carried[len(done) :]))
    for action in set(Action):
        levels = [rung.action for rung in carried].count(action)
        assert levels == max([rung.action for rung in own].count(action) for own in (done, ladder))
