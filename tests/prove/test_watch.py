"""Proof (n), the watch: late by days, four times at once, clocks five minutes apart: each step once, the breach is the deadline."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from chalicelib.feedback.lifecycle import Action
from tests.address import Address
from tests.stack.matters import OTHER_AGENCY, REASON, Case, assigned
from tests.stack.people import Person, sign_in
from tests.stack.rows import head
from tests.stack.told import run, schedule

Proven = Callable[[str, str], None]
APART = timedelta(minutes=5)
SILENT, ACCEPTED, URGENT, OFFERED = 6, 4, 3, 4
OWN = {
    Action.REMIND: "reminded", Action.WARN: "warned", Action.BREACH: "breached", Action.ESCALATE: "escalated",
    Action.CLIMB: "climbed", Action.LAPSE: "lapsed", Action.RESCHEDULE: "rescheduled",
}  # fmt: skip


def at_once(stack: Address, moments: Sequence[datetime]) -> Counter[str]:
    """Passes in parallel, each by its own clock; what they say they did."""
    with ThreadPoolExecutor(len(moments)) as pool:
        figures = list(pool.map(lambda at: run(stack, "Watch", schedule(at)), moments))
    return sum((Counter({name: found[name] for name in OWN.values()}) for found in figures), Counter())


def accepted(stack: Address, person: Person) -> Case:
    case = assigned(stack, person)
    assert case.work("accept").status == 200
    return case


def offered(stack: Address, person: Person) -> Case:
    case = assigned(stack, person)
    assert case.work("hand_over", {"agency": OTHER_AGENCY, "reason": REASON}).status == 200
    return case


def steps(case: Case) -> list[Action]:
    """What the watch did to a case."""
    return [entry.action for entry in head(case).history if entry.actor == "watch"]


def test_a_watch_late_by_a_day_run_four_times_at_once_by_different_clocks_takes_each_step_once(
    stack: Address, proven: Proven
) -> None:
    person = sign_in(stack)
    run(stack, "Watch", schedule(datetime.now(UTC) + timedelta(days=400)))  # what other proofs have left
    with ThreadPoolExecutor(4) as pool:
        silent = list(pool.map(lambda _: assigned(stack, person), range(SILENT)))
        held = list(pool.map(lambda _: accepted(stack, person), range(ACCEPTED)))
        urgent = list(pool.map(lambda _: assigned(stack, person, category="sat_lo"), range(URGENT)))
        pending = list(pool.map(lambda _: offered(stack, person), range(OFFERED)))
    cases = (*silent, *held, *urgent, *pending)
    deadline = head(silent[0]).deadline
    late = deadline + timedelta(days=1)
    said = at_once(stack, (late, late, late + APART, late - APART))
    said += at_once(stack, (late + APART, late + 2 * APART, late + APART))
    later = late + timedelta(days=9)
    said += at_once(stack, (later, later - APART, later))
    assert at_once(stack, (later + timedelta(days=300),)) == Counter()
    found = {name: [steps(case) for case in group] for name, group in (
        ("silent", silent), ("accepted", held), ("urgent", urgent), ("offered", pending),
    )}  # fmt: skip
    assert found == {
        "silent": [[Action.BREACH, Action.ESCALATE]] * SILENT,
        "accepted": [[Action.BREACH, Action.ESCALATE]] * ACCEPTED,
        "urgent": [[*[Action.CLIMB] * 6, Action.BREACH, Action.ESCALATE]] * URGENT,
        "offered": [[Action.LAPSE]] * OFFERED,
    }
    for case in (*silent, *held, *urgent):
        standing = head(case)
        assert standing.breached_at == standing.deadline
    written = Counter(OWN[action] for case in cases for action in steps(case))
    assert said == written, "each step was done by one pass alone"
    proven("n", f"the watch a day late, 11 passes, up to 4 at once, clocks 5 minutes apart: {dict(written)}, each once")
