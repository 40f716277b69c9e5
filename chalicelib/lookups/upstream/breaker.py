"""One circuit breaker a provider, shared by all instances of the functions: its gate lies in the table (breaker_store.py).

Closed, anybody may call; failures are counted within a window, and each call that goes well takes one back. Full, it opens: nobody
calls until a moment. Then one call tries for all (the probe, half-open): its leave is the gate's own end moved on, so no second one
is given before the first is over or overdue. Clocks of instances may differ by SKEW.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from chalicelib.core.clock import Clock, to_epoch

SKEW = 10.0  # seconds
SEEN = 2.0  # seconds for which an instance believes what it read last


class Rules(msgspec.Struct, frozen=True):
    """So many failures within `window` open the breaker, for `rest`; a probe may take `probe`; all three in seconds."""

    failures: int
    window: float
    rest: float
    probe: float


class Gate(msgspec.Struct, frozen=True):
    """What stands in the table of one provider; `until` in seconds since 1970.

    Closed, that many failures count until then; open, nobody calls until then, and who moves that end makes the probe.
    """

    open: bool = False
    failures: int = 0
    until: float = 0.0


class Leave(msgspec.Struct, frozen=True):
    """Leave to make one call; a probe's names the end that it has set."""

    probe_until: float | None = None


class Gates(Protocol):
    """The gates of all providers; every change holds only where the gate is as the caller says."""

    def gate(self, provider: str) -> Gate:
        """How it stands; closed where nothing is known."""

    def count(self, provider: str, now: datetime, window: float) -> Gate:
        """One failure more, the first of a new window where the last has ended; how it stands then. Open, nothing changes."""

    def relieve(self, provider: str) -> None:
        """One failure less, where it is closed and there are any."""

    def open(self, provider: str, failures: int, until: float) -> bool:
        """Open one that is closed with so many failures or more; whether it was us."""

    def move(self, provider: str, seen: float, until: float) -> bool:
        """Move the end of one that is open until `seen`; whether it was us."""

    def close(self, provider: str, seen: float) -> bool:
        """Close one that is open until `seen`; whether it was us."""


class Breaker:
    """The breaker of one provider as one instance uses it; `opened` is told whenever this instance has opened it."""

    def __init__(
        self, provider: str, rules: Rules, gates: Gates, clock: Clock, ticks: Callable[[], float], opened: Callable[[], None]
    ) -> None:  # fmt: skip
        self._provider = provider
        self._rules = rules
        self._gates = gates
        self._clock = clock
        self._ticks = ticks
        self._opened = opened
        self._seen = Gate()
        self._seen_at: float | None = None

    def rests(self) -> bool:
        """Whether nobody calls now; at most one read."""
        gate, now = self._gate(), to_epoch(self._clock())
        # An end further off than any that is set comes of a wrong clock and counts for nothing.
        return gate.open and now < gate.until <= now + max(self._rules.rest, self._rules.probe + SKEW) + SKEW

    def enter(self) -> Leave | None:
        """Leave to make one call, whose outcome is to be told; None where nobody calls now. One read, or a probe's write."""
        if self.rests():
            return None
        gate = self._gate()
        if not gate.open:
            return Leave()
        until = round(to_epoch(self._clock()) + self._rules.probe + SKEW, 3)
        if self._gates.move(self._provider, gate.until, until):
            self._remember(Gate(open=True, until=until))
            return Leave(until)
        self._remember(self._gates.gate(self._provider))
        return None if self._seen.open else Leave()

    def failed(self, leave: Leave) -> None:
        """Tell that the call went wrong."""
        now = self._clock()
        until = round(to_epoch(now) + self._rules.rest, 3)
        if leave.probe_until is not None:
            opened = self._gates.move(self._provider, leave.probe_until, until)
        else:
            gate = self._gates.count(self._provider, now, self._rules.window)
            self._remember(gate)
            full = not gate.open and gate.failures >= self._rules.failures
            opened = full and self._gates.open(self._provider, self._rules.failures, until)
        if opened:
            self._remember(Gate(open=True, until=until))
            self._opened()

    def succeeded(self, leave: Leave) -> None:
        """Tell that the call went well; without failures on the books that costs nothing."""
        if leave.probe_until is not None:
            if self._gates.close(self._provider, leave.probe_until):
                self._remember(Gate())
        elif self._seen.failures:
            self._gates.relieve(self._provider)
            self._seen_at = None

    def _gate(self) -> Gate:
        if self._seen_at is None or self._ticks() - self._seen_at > SEEN:
            self._remember(self._gates.gate(self._provider))
        return self._seen

    def _remember(self, gate: Gate) -> None:
        self._seen, self._seen_at = gate, self._ticks()
