"""The use case of bounces: remember who must not be written to."""

from datetime import datetime
from typing import Protocol

from chalicelib.core.clock import Clock
from chalicelib.notices.bounces import MailEvent, Reason, suppressed


class Suppressions(Protocol):
    """Where addresses are remembered."""

    def suppress(self, address: str, reason: Reason, at: datetime) -> bool:
        """Remember an address; False where it is remembered already, which changes nothing."""


class BounceService:
    """Takes what SES says; can be told the same any number of times."""

    def __init__(self, store: Suppressions, sender: str, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock

    def note(self, event: MailEvent) -> int:
        """Remember the addresses of the event; how many are new. Raises ValueError for what SES would not have said."""
        reason, addresses = suppressed(event, self._sender)
        return sum(self._store.suppress(address, reason, self._clock()) for address in addresses)
