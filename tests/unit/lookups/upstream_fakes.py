"""A provider, time and the shared tables in memory, for the rules of asking providers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from chalicelib.core.clock import from_text, to_epoch
from chalicelib.lookups.upstream.asking import CallFailed, Contract, Fault, Kept, Outside, Provider, Upstream
from chalicelib.lookups.upstream.breaker import SKEW, Gate

SECRET = "a secret of at least thirty-two letters"
NAME = "power"
START = from_text("2026-11-24T01:00:00.250Z")


def a_provider(**given: float) -> Provider:
    return Provider(Contract.POWER, "https://api.dien-luc.example", **given)  # type: ignore[arg-type]


@dataclass
class FakeTime:
    """Time that passes when somebody waits, and chance that is the same each time."""

    passed: float = 0.0
    waited: list[float] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(5))

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def ticks(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.waited.append(seconds)
        self.passed += seconds

    def chance(self) -> float:
        return self.random.random()


@dataclass
class MemoryGates:
    """The breakers' gates as their store keeps them."""

    gates: dict[str, Gate] = field(default_factory=dict)
    reads: int = 0

    def gate(self, provider: str) -> Gate:
        self.reads += 1
        return self.gates.get(provider, Gate())

    def count(self, provider: str, now: datetime, window: float) -> Gate:
        gate, at = self.gates.get(provider, Gate()), to_epoch(now)
        if not gate.open:
            runs = at < gate.until <= at + window + SKEW
            gate = Gate(failures=gate.failures + 1 if runs else 1, until=gate.until if runs else at + window)
            self.gates[provider] = gate
        return gate

    def relieve(self, provider: str) -> None:
        gate = self.gates.get(provider, Gate())
        if not gate.open and gate.failures:
            self.gates[provider] = Gate(failures=gate.failures - 1, until=gate.until)

    def open(self, provider: str, failures: int, until: float) -> bool:
        gate = self.gates.get(provider, Gate())
        if gate.open or gate.failures < failures:
            return False
        self.gates[provider] = Gate(open=True, until=until)
        return True

    def move(self, provider: str, seen: float, until: float) -> bool:
        return self._change(provider, seen, Gate(open=True, until=until))

    def close(self, provider: str, seen: float) -> bool:
        return self._change(provider, seen, Gate())

    def _change(self, provider: str, seen: float, gate: Gate) -> bool:
        standing = self.gates.get(provider, Gate())
        if not standing.open or standing.until != seen:
            return False
        self.gates[provider] = gate
        return True


@dataclass
class MemoryAnswers:
    """Kept answers."""

    answers: dict[tuple[str, str], Kept] = field(default_factory=dict)
    reads: int = 0

    def kept(self, provider: str, key: str) -> Kept | None:
        self.reads += 1
        return self.answers.get((provider, key))

    def keep(self, provider: str, key: str, kept: Kept, until: datetime) -> None:
        assert kept.as_of < until
        self.answers[provider, key] = kept


@dataclass
class MemoryPaces:
    """The calls of each second."""

    taken_in: dict[tuple[str, int], int] = field(default_factory=dict)

    def taken(self, provider: str, now: datetime, most: int) -> bool:
        second = (provider, int(now.timestamp()))
        if self.taken_in.get(second, 0) >= most:
            return False
        self.taken_in[second] = self.taken_in.get(second, 0) + 1
        return True


@dataclass
class Heard:
    """What operators heard."""

    faults: list[Fault] = field(default_factory=list)
    openings: int = 0

    def failed(self, provider: str, fault: Fault) -> None:
        self.faults.append(fault)

    def opened(self, provider: str) -> None:
        self.openings += 1


@dataclass
class Tables:
    """What all instances share."""

    gates: MemoryGates = field(default_factory=MemoryGates)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    paces: MemoryPaces = field(default_factory=MemoryPaces)
    heard: Heard = field(default_factory=Heard)
    time: FakeTime = field(default_factory=FakeTime)

    def outside(self) -> Outside:
        return Outside(self.answers, self.gates, self.paces, self.heard, self.time, self.time.clock, SECRET)

    def instance(self, provider: Provider | None = None) -> Upstream:
        """One more instance of the function, which remembers nothing yet."""
        return Upstream(NAME, provider or a_provider(), self.outside())


@dataclass
class Company:
    """What the provider does, one after the other, then the last for ever: an answer, a fault; `seconds` is what a call takes."""

    does: list[str | CallFailed | None]
    time: FakeTime
    seconds: float = 0.0
    calls: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> str | None:
        self.calls.append(self.time.passed)
        self.time.passed += min(self.seconds, seconds)
        done = self.does[min(len(self.calls), len(self.does)) - 1]
        if self.seconds >= seconds:
            raise CallFailed(Fault.TIMEOUT)
        if isinstance(done, CallFailed):
            raise done
        return done


def failing(fault: Fault, retry_after: float = 0.0) -> CallFailed:
    return CallFailed(fault, retry_after)


def company(tables: Tables, *does: str | CallFailed | None, seconds: float = 0.0) -> Company:
    return Company(list(does), tables.time, seconds)
