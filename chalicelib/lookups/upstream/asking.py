"""Asking a provider's interface so that its outages stay its own: kept answers, a shared breaker, a pace, attempts within a budget.

Pure rules over ports. docs/providers.md says what the settings mean and which faults there are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.codes import keyed_hash
from chalicelib.lookups.ports import Freshness, UpstreamDown
from chalicelib.lookups.upstream.breaker import SKEW, Breaker, Gates, Rules

MOST_BUDGET = 12.0  # seconds; API Gateway waits 29, and a lookup is more than its call
LONGEST_KEPT = 7 * 24 * 3600
_FIRST_WAIT = 0.2
_LEAST_CALL = 0.1  # seconds without which no call is begun


class Contract(StrEnum):
    """Which of the documented interfaces a provider has."""

    POWER = "power"
    WATER = "water"


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a provider is and how it may be asked."""

    contract: Contract
    base_url: str
    timeout_seconds: float = 3
    attempts: int = 3
    budget_seconds: float = 10
    per_second: int = 10
    cache_seconds: int = 600
    keep_stale_seconds: int = 3 * 24 * 3600
    failures: int = 5
    window_seconds: float = 60
    open_seconds: float = 30

    def __post_init__(self) -> None:
        sound = (
            0 < self.timeout_seconds <= self.budget_seconds <= MOST_BUDGET
            and 1 <= self.attempts <= 5
            and self.per_second >= 1
            and 0 <= self.cache_seconds <= self.keep_stale_seconds <= LONGEST_KEPT
            and self.failures >= 1
            and min(self.window_seconds, self.open_seconds) > 0
        )
        if not sound:
            raise ValueError("limits of a provider that contradict one another")


class Fault(StrEnum):
    """What was wrong with a call."""

    CONNECTION = "connection"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    THROTTLED = "throttled"
    CAPTCHA = "captcha"
    MALFORMED = "malformed"
    REFUSED = "refused"


# Which of them the next attempt may not meet again.
PASSING: frozenset[Fault] = frozenset({Fault.CONNECTION, Fault.TIMEOUT, Fault.SERVER_ERROR, Fault.THROTTLED})


class CallFailed(Exception):
    """One call went wrong; `retry_after` is how many seconds the provider wishes to be left alone.

    Its text is the fault alone: what the provider said may hold what it was asked.
    """

    def __init__(self, fault: Fault, retry_after: float = 0.0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.retry_after = retry_after


class Kept(msgspec.Struct, frozen=True):
    """What a provider said at a moment, as records that were read; `said` is None where it knows of nothing."""

    as_of: datetime
    said: str | None


class Answers(Protocol):
    """What providers said before."""

    def kept(self, provider: str, key: str) -> Kept | None:
        """What one said to a question."""

    def keep(self, provider: str, key: str, kept: Kept, until: datetime) -> None:
        """Keep it until then; what is too long to be kept is not."""


class Paces(Protocol):
    """How often providers are asked, by all instances together."""

    def taken(self, provider: str, now: datetime, most: int) -> bool:
        """Take one of the calls of this second; False where all are taken."""


class Journal(Protocol):
    """What operators hear; codes and answers are not among it."""

    def failed(self, provider: str, fault: Fault) -> None:
        """A call went wrong."""

    def opened(self, provider: str) -> None:
        """The provider is not asked for a while."""


class Patience(Protocol):
    """How this process waits."""

    def ticks(self) -> float:
        """Seconds that only go forward."""

    def sleep(self, seconds: float) -> None:
        """Let so many pass."""

    def chance(self) -> float:
        """A number from 0 to below 1."""


class Outside(msgspec.Struct, frozen=True):
    """All that an upstream needs from outside; `secret` keys the hashes of questions."""

    answers: Answers
    gates: Gates
    paces: Paces
    journal: Journal
    patience: Patience
    clock: Clock
    secret: str


# One call, to be over within so many seconds: what was read of the answer, None where it knows of nothing. Raises CallFailed.
Call = Callable[[float], str | None]


class Said(msgspec.Struct, frozen=True):
    """An answer, of now or of before."""

    said: str | None
    freshness: Freshness


class Upstream:
    """One provider, asked as its settings allow."""

    def __init__(self, name: str, provider: Provider, outside: Outside) -> None:
        self._name = name
        self._provider = provider
        self._outside = outside
        self._breaker = Breaker(
            name,
            Rules(provider.failures, provider.window_seconds, provider.open_seconds, provider.timeout_seconds),
            outside.gates,
            outside.clock,
            outside.patience.ticks,
            lambda: outside.journal.opened(name),
        )

    def ask(self, question: str, call: Call) -> Said:
        """The answer to a question: the kept one while it is fresh, else a new one, else the kept one marked as stale.

        `question` tells questions apart and is kept as a hash alone. Raises UpstreamDown where there is none of them.
        """
        key = keyed_hash(self._outside.secret, f"provider-answer {self._name}", question)
        kept = self._outside.answers.kept(self._name, key)
        now = self._outside.clock()
        if kept and _within(kept, now, self._provider.cache_seconds):
            return Said(kept.said, Freshness(kept.as_of))
        try:
            said = self._fetch(call)
        except UpstreamDown:
            if kept and _within(kept, now, self._provider.keep_stale_seconds):
                return Said(kept.said, Freshness(kept.as_of, stale=True))
            raise
        as_of = self._outside.clock()
        until = as_of + timedelta(seconds=self._provider.keep_stale_seconds)
        self._outside.answers.keep(self._name, key, Kept(as_of, said), until)
        return Said(said, Freshness(as_of))

    def _fetch(self, call: Call) -> str | None:
        """Ask, with repetitions; raises UpstreamDown."""
        ends = self._outside.patience.ticks() + self._provider.budget_seconds
        for attempt in range(self._provider.attempts):
            try:
                return self._attempt(call, ends)
            except CallFailed as failure:
                wait = self._wait(failure, attempt)
                if wait is None or wait >= self._left(ends):
                    raise UpstreamDown() from failure
            self._outside.patience.sleep(wait)
        raise UpstreamDown()

    def _attempt(self, call: Call, ends: float) -> str | None:
        """One call, where breaker and pace let it through; raises CallFailed, or UpstreamDown where they do not."""
        if self._breaker.rests():
            raise UpstreamDown()
        self._keep_pace(ends)
        left = self._left(ends)
        # Last of all, as a probe's leave holds everybody else back.
        leave = self._breaker.enter() if left >= _LEAST_CALL else None
        if leave is None:
            raise UpstreamDown()
        try:
            said = call(min(self._provider.timeout_seconds, left))
        except CallFailed as failure:
            self._outside.journal.failed(self._name, failure.fault)
            self._breaker.failed(leave)
            raise
        self._breaker.succeeded(leave)
        return said

    def _keep_pace(self, ends: float) -> None:
        """Take a call of this second or of the next; raises UpstreamDown where all of both are taken."""
        now = self._outside.clock()
        if self._outside.paces.taken(self._name, now, self._provider.per_second):
            return
        rest = 1 - now.microsecond / 1_000_000
        if rest < self._left(ends):
            self._outside.patience.sleep(rest)
            if self._outside.paces.taken(self._name, self._outside.clock(), self._provider.per_second):
                return
        raise UpstreamDown()

    def _wait(self, failure: CallFailed, attempt: int) -> float | None:
        """Seconds until the next attempt, in full jitter; None where there is none."""
        if failure.fault not in PASSING or attempt + 1 >= self._provider.attempts:
            return None
        return max(failure.retry_after, self._outside.patience.chance() * _FIRST_WAIT * (1 << attempt))

    def _left(self, ends: float) -> float:
        return ends - self._outside.patience.ticks()


def _within(kept: Kept, now: datetime, seconds: float) -> bool:
    """Whether it was said in so many seconds before; what the future said comes of a wrong clock and counts for nothing."""
    return -SKEW <= (now - kept.as_of).total_seconds() < seconds
