"""The breaker that all instances share: whatever happens in whatever order, nobody calls while it is open, and probes go singly."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from chalicelib.lookups.upstream.breaker import SEEN, Breaker, Gate, Leave, Rules
from tests.gate_rules import RULES
from tests.unit.lookups.upstream_fakes import NAME, START, Heard, MemoryGates

LIMITS = Rules(failures=3, window=60, rest=30, probe=3)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_gates_in_memory_keep_the_rules_of_gates(rule: Callable[[MemoryGates, str, datetime], None]) -> None:
    rule(MemoryGates(), NAME, START)


class Call:
    """A call under way: who makes it, since when, and whether it is the probe."""

    def __init__(self, instance: int, leave: Leave, begun: float) -> None:
        self.instance, self.leave, self.begun = instance, leave, begun


class Instances(RuleBasedStateMachine):
    """Four instances, whose clocks are wrong by up to four seconds either way, on one table."""

    calls = Bundle("calls")
    WRONG = (0.0, 4.0, -4.0, 1.5)

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.gates = MemoryGates()
        self.heard = Heard()
        self.opened_at: float | None = None
        self.probes: list[Call] = []
        self.breakers = [self.breaker(wrong) for wrong in self.WRONG]

    def breaker(self, wrong: float) -> Breaker:
        return Breaker(
            NAME, LIMITS, self.gates, lambda: START + timedelta(seconds=round(self.time + wrong, 3)), lambda: self.time,
            lambda: self.heard.opened(NAME),
        )  # fmt: skip

    def stored(self) -> Gate:
        return self.gates.gates.get(NAME, Gate())

    def note(self) -> None:
        """Remember since when it is open."""
        if not self.stored().open:
            self.opened_at = None
        elif self.opened_at is None:
            self.opened_at = self.time

    @rule(instance=st.integers(0, 3), times=st.integers(1, 3), well=st.booleans())
    def call_at_once(self, instance: int, times: int, well: bool) -> None:
        """Calls that take no time."""
        for _ in range(times):
            call = self.enter(instance)
            if call:
                self.end(call, well)

    @rule(target=calls, instance=st.integers(0, 3))
    def begin(self, instance: int) -> Any:
        call = self.enter(instance)
        return call or multiple()

    def enter(self, instance: int) -> Call | None:
        leave = self.breakers[instance].enter()
        if leave is None:
            return None
        call = Call(instance, leave, self.time)
        if leave.probe_until is None:
            # Open, an instance may not have heard of it for two seconds.
            assert not self.stored().open or self.time - (self.opened_at or 0) <= SEEN
        else:
            assert self.stored().open
            assert not [one for one in self.probes if self.time - one.begun < LIMITS.probe]
            self.probes.append(call)
        return call

    @rule(call=consumes(calls), well=st.booleans())
    def end(self, call: Call, well: bool) -> None:
        if call in self.probes:
            self.probes.remove(call)
        (self.breakers[call.instance].succeeded if well else self.breakers[call.instance].failed)(call.leave)
        self.note()

    @rule(seconds=st.sampled_from([0.5, 1.9, 2.5, 14.0, 27.0, 31.0, 70.0]))
    def wait(self, seconds: float) -> None:
        self.time = round(self.time + seconds, 3)

    @rule(instance=st.integers(0, 3))
    def start_anew(self, instance: int) -> None:
        """An instance is replaced by one that remembers nothing."""
        self.breakers[instance] = self.breaker(self.WRONG[instance])

    @invariant()
    def whoever_rests_does_not_rest_for_ever(self) -> None:
        gate = self.stored()
        latest = max(LIMITS.rest, LIMITS.probe + 10) + 4
        assert not gate.open or gate.until <= START.timestamp() + self.time + latest

    def teardown(self) -> None:
        """However it ended, after a rest the first call that goes well lets everybody through."""
        self.time += 100
        leave = self.breakers[0].enter()
        assert leave is not None
        self.breakers[0].succeeded(leave)
        self.time += SEEN + 0.1
        assert all(breaker.enter() == Leave() for breaker in self.breakers)


Instances.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestInstances = Instances.TestCase


def _breaker(gates: MemoryGates, time: list[float]) -> Breaker:
    return Breaker(NAME, LIMITS, gates, lambda: START + timedelta(seconds=time[0]), lambda: time[0], lambda: None)


def test_an_end_far_off_that_a_wrong_clock_has_set_does_not_keep_a_provider_unasked() -> None:
    gates = MemoryGates({NAME: Gate(open=True, until=START.timestamp() + 10**6)})
    leave = _breaker(gates, [0.0]).enter()
    assert leave is not None
    assert leave.probe_until is not None


def test_of_all_who_see_the_rest_end_one_makes_the_probe() -> None:
    time = [0.0]
    gates = MemoryGates({NAME: Gate(open=True, until=START.timestamp() + 1)})
    breakers = [_breaker(gates, time) for _ in range(5)]
    # Each remembers the end it has read, so each comes to take the probe.
    assert [breaker.enter() for breaker in breakers] == [None] * 5
    time[0] = 1.5
    assert sum(breaker.enter() is not None for breaker in breakers) == 1


def test_a_probe_that_never_comes_back_is_followed_by_another_once_it_is_overdue() -> None:
    time = [0.0]
    gates = MemoryGates({NAME: Gate(open=True, until=START.timestamp())})
    lost, other = _breaker(gates, time), _breaker(gates, time)
    assert lost.enter()
    time[0] = 12.9
    assert other.enter() is None
    time[0] = 15.1
    assert other.enter()


def test_a_share_of_failures_below_one_half_opens_nothing() -> None:
    gates = MemoryGates()
    breaker = _breaker(gates, [0.0])
    for _ in range(50):
        for tell in (breaker.failed, breaker.succeeded, breaker.succeeded):
            leave = breaker.enter()
            assert leave == Leave()
            tell(leave)
    assert gates.gate(NAME).failures == 0


def test_a_provider_that_goes_well_costs_no_write() -> None:
    gates = MemoryGates()
    breaker = _breaker(gates, [0.0])
    for _ in range(50):
        leave = breaker.enter()
        assert leave is not None
        breaker.succeeded(leave)
    assert (gates.gates, gates.reads) == ({}, 1)
