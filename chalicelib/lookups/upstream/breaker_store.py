"""The breakers' gates and the providers' paces in the table Lookups (rows.py), each change one conditional write.

Rows disappear by themselves: a gate a day after its last change, which closes it; a second's pace after a minute.
"""

from datetime import datetime, timedelta
from typing import cast

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.clock import to_epoch
from chalicelib.lookups.table import Row
from chalicelib.lookups.upstream.breaker import SKEW, Gate
from chalicelib.runtime.tables import expires_at

_STATE = "state"
_KEPT = 24 * 3600
_CLOSED = Row.open.does_not_exist()


class GateStore:
    """Keeps the gates of all providers."""

    def gate(self, provider: str) -> Gate:
        """How it stands, read consistently; closed where there is no row."""
        row = Row.row(_key(provider), _STATE) or {}
        return Gate(open=bool(row.get("open")), failures=int(row.get("times", 0)), until=float(row.get("until", 0)))

    def count(self, provider: str, now: datetime, window: float) -> Gate:
        """One failure more, the first of a new window where the last has ended; how it stands then. Open, nothing changes."""
        at, end = to_epoch(now), to_epoch(now + timedelta(seconds=window))
        running = (Row.until > at) & (Row.until <= end + SKEW)
        ended = Row.until.does_not_exist() | (Row.until <= at) | (Row.until > end + SKEW)
        expires = Row.expires.set(int(end) + _KEPT)
        one_more: list[Action] = [Row.times.add(1), expires]
        first: list[Action] = [Row.times.set(1), Row.until.set(end), expires]
        row = Row(_key(provider), _STATE)
        # Whoever loses the race for a new window finds it running.
        for standing, actions in ((running, one_more), (ended, first), (running, one_more)):
            if row.update_if(_CLOSED & standing, actions):
                return Gate(failures=int(row.times or 0), until=float(row.until or 0))
        return self.gate(provider)

    def relieve(self, provider: str) -> None:
        """One failure less, where it is closed and there are any."""
        Row(_key(provider), _STATE).update_if(_CLOSED & (Row.times > 0), [Row.times.add(-1)])

    def open(self, provider: str, failures: int, until: float) -> bool:
        """Open one that is closed with so many failures or more; whether it was us."""
        actions: list[Action] = [Row.open.set(True), Row.times.remove(), *_ends(until)]
        return Row(_key(provider), _STATE).update_if(_CLOSED & (Row.times >= failures), actions)

    def move(self, provider: str, seen: float, until: float) -> bool:
        """Move the end of one that is open until `seen`; whether it was us."""
        return Row(_key(provider), _STATE).update_if(_open_until(seen), _ends(until))

    def close(self, provider: str, seen: float) -> bool:
        """Close one that is open until `seen`; whether it was us."""
        return Row(_key(provider), _STATE).update_if(_open_until(seen), [Row.open.remove(), Row.until.remove()])


class PaceStore:
    """Counts the calls of each second."""

    def taken(self, provider: str, now: datetime, most: int) -> bool:
        """Take one of the calls of this second; False where all are taken."""
        row = Row(f"pace#{provider}", str(int(now.timestamp())))
        actions: list[Action] = [Row.times.add(1), Row.expires.set(expires_at(now + timedelta(minutes=1)))]
        return row.update_if(Row.times.does_not_exist() | (Row.times < most), actions)


def _key(provider: str) -> str:
    return f"breaker#{provider}"


def _ends(until: float) -> list[Action]:
    return [Row.until.set(until), Row.expires.set(int(until) + _KEPT)]


def _open_until(seen: float) -> Condition:
    return cast(Condition, Row.open.exists() & (Row.until == seen))
