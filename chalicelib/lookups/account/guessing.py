"""How often codes may be guessed at: so many wrong guesses an account, a network, a code (docs/adr/0094).

A guess is counted before anybody looks, so that fifty at once find no gap, and given back to whoever was right. Every window is
one of the clock's, so around its end twice the number may pass.
"""

import math
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Protocol

import msgspec

from chalicelib.core.clock import Clock, from_epoch
from chalicelib.core.codes import keyed_hash
from chalicelib.core.errors import TooMany

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ACCOUNT = 5
PER_CODE = 10


class Limit(msgspec.Struct, frozen=True):
    """So many wrong guesses in each window of time, by `whose`: a kind and a keyed hash."""

    whose: str
    most: int
    span: timedelta

    def window(self, now: datetime) -> datetime:
        """When the present window began."""
        span = self.span.total_seconds()
        return from_epoch(now.timestamp() // span * span)


class Counted(msgspec.Struct, frozen=True):
    """Where a guess was counted: by whom, in which window."""

    whose: str
    window: datetime


class Counters(Protocol):
    """Counts of guesses."""

    def count(self, counted: Counted, most: int, until: datetime) -> bool:
        """Count one more, in one step, and keep the count until then; False where there are `most` already."""

    def give_back(self, counted: Counted) -> None:
        """Count one less, never less than none."""


class Guessing:
    """Counts guesses three ways."""

    def __init__(self, counters: Counters, clock: Clock, secret: str, per_address: int) -> None:
        self._counters = counters
        self._clock = clock
        self._secret = secret
        self._per_address = per_address

    def count(self, account: str, address: str, hashed: str) -> tuple[Counted, ...]:
        """Count a guess at the code of that hash; what to give back. Raises TooMany, and has then counted nothing."""
        now, counted = self._clock(), list[Counted]()
        for limit in self._limits(account, address, hashed):
            window = limit.window(now)
            one = Counted(limit.whose, window)
            if not self._counters.count(one, limit.most, window + limit.span):
                # Nothing was looked at, so nothing was guessed.
                self.give_back(counted)
                raise TooMany(retry_after=max(1, math.ceil((window + limit.span - now).total_seconds())))
            counted.append(one)
        return tuple(counted)

    def give_back(self, counted: tuple[Counted, ...] | list[Counted]) -> None:
        """Undo a count: the guess was right, or could not be judged."""
        for one in counted:
            self._counters.give_back(one)

    def _limits(self, account: str, address: str, hashed: str) -> tuple[Limit, ...]:
        by_account = keyed_hash(self._secret, "guesses of account", account)
        by_address = keyed_hash(self._secret, "guesses of address", network(address))
        return (
            Limit(f"account#{by_account}", PER_ACCOUNT, HOUR),
            Limit(f"address#{by_address}", self._per_address, HOUR),
            Limit(f"code#{hashed}", PER_CODE, DAY),
        )


def network(address: str) -> str:
    """What stands for a caller's address: itself, or the /64 of IPv6, all of which one household has."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(known) if known.version == 4 else str(ip_network((int(known), 64), strict=False).network_address)
