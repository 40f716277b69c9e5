"""Proof (r): the reforms of 2025 on 10,000 seeded cases, killed again and again, while agencies go on working.

The operator's own command, on tables of the shape of Cases and Directory that nothing listens to.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from chalicelib.core.actors import system
from chalicelib.core.calendar import official
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.reform import Reshaping
from chalicelib.feedback.values import Stamp
from infra.reform.directory import effective_at
from infra.reform.rows import reform
from tests.address import Address
from tests.reforms import (
    JULY,
    MARCH,
    Province,
    check,
    map_of,
    open_and_held,
    tables_after,
    told,
    units_of_all_days,
)
from tests.stack.reform_field import Field, moves

Proven = Callable[[str, str], None]
NUMBER = int(os.environ.get("REFORM_CASES", "10000"))
ACTED = 200
MOST_KILLS = 6


@pytest.fixture(scope="module")
def field(stack: Address) -> Iterator[Field]:
    """Tables of the proof's own."""
    with Field.of(stack, "a-reform-proved") as made:
        yield made


def expected(day: str, cases: Mapping[str, Feedback]) -> Mapping[str, Any]:
    """What an undisturbed reform makes of each case."""
    at = effective_at(reform(day).day)
    shape = Reshaping(
        map_of(tables_after(day), at), official, lambda case: case.matter and (case.matter.lat, case.matter.long)
    )
    return told([_moved(case, shape, Stamp(system("reform"), at)) for case in cases.values()])


def _moved(case: Feedback, shape: Reshaping, stamp: Stamp) -> Feedback:
    while move := shape.next_move(case):
        case = shape.make(case, move, stamp)
    return case


def acted_on(before: Feedback, after: Feedback) -> None:
    """A case that its agency took up meanwhile has moved as well, with that step in its history."""
    added = [entry.action for entry in after.history[len(before.history) :]]
    assert added.count(Action.ACCEPT) == 1
    assert [entry.seq for entry in after.history] == list(range(1, len(after.history) + 1))
    assert (after.status, after.history[-1].status, after.deadline) == (
        Status.IN_PROGRESS,
        Status.IN_PROGRESS,
        before.deadline,
    )
    assert after.assignment


def carried_out(field: Field, day: str, random: Random) -> tuple[str, Counter[str]]:
    """One reform, with everything that must be true after it; what was counted."""
    before = field.cases()
    said = moves(field.run("infra.reform", day))
    assert field.cases() == before, "a dry run changes nothing"
    willing = [case for case in before.values() if case.status is Status.ASSIGNED and not case.hand_over]
    chosen = random.sample(willing, min(ACTED, len(willing)))
    work = "".join(f"{case.code} {case.agency} {case.assignment.number}\n" for case in chosen if case.assignment)
    office = field.start("tests.prove.acting", given=work)
    killed, first = field.run_killed(day, random, MOST_KILLS)
    taken_up, trouble = office.communicate()
    assert office.returncode == 0, trouble
    assert "not done" in first
    field.let_hosts_read(day)
    field.run("infra.reform", day, "--apply")
    after, acted, counted = field.cases(), set(taken_up.split()), Counter[str]()
    new_map = map_of(tables_after(day), datetime.now(UTC))
    for code, case in before.items():
        if code in acted:
            acted_on(case, after[code])
            assert new_map.has_agency(after[code].agency)
        else:
            counted += check(case, after[code], new_map)
    wanted, found = expected(day, before), told(list(after.values()))
    assert not {code for code in wanted if wanted[code] != found[code]} - acted
    again = field.run("infra.reform", day, "--apply")
    assert (moves(again), field.cases() == after) == (0, True), "a second run changes nothing"
    assert "without a successor: 0 to the centre's queue, 0 left where they are" in again
    moved = sum(counted[name] for name in ("moved", "offers", "offers back", "supports"))
    assert said - len(acted) * 3 <= moved <= said
    opened = sum(map(open_and_held, before.values()))
    return (
        f"{len(before)} cases, {opened} open with an agency; said {said} moves; killed {killed} times, {len(acted)} taken up "
        f"by their agencies meanwhile; moved {counted['moved']} cases, {counted['offers']} offers, {counted['supports']} supports, "
        f"{counted['offers back']} offers given back, {counted['kept']} cases untouched; without a successor 0; "
        "deadlines changed 0; as an undisturbed run; second run 0"
    ), counted  # fmt: skip


def test_the_reforms_of_2025_lose_nothing_and_do_nothing_twice(field: Field, proven: Proven) -> None:
    random = Random(2025)
    field.seed(list(Province(MARCH, seed=2025).cases(NUMBER)))
    for day in (MARCH, JULY):
        line, counted = carried_out(field, day, random)
        proven("r", f"{day}: {line}")
        assert counted["moved"] > NUMBER / 20
    cases, units, july = field.cases(), units_of_all_days(), reform(JULY).day

    def figures(on: Any) -> Counter[str]:
        places = ((case, case.matter) for case in cases.values())
        return Counter(
            units.on(case.area, case.submitted_at.date(), on, (at.lat, at.long) if at else None) for case, at in places
        )

    old, new = figures(july - timedelta(days=1)), figures(july)
    assert sum(old.values()) == sum(new.values()) == len(cases)
    assert old == Counter(case.area for case in cases.values())
    proven(
        "r",
        f"figures: {len(cases)} cases in {len(old)} old units and in {len(new)} new ones, both sums {sum(new.values())}",
    )
