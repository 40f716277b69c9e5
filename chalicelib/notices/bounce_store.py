"""Addresses that are not written to any more, in the table Notices; no row has an address in clear.

| pk | sk | item |
|---|---|---|
| `bounced#<keyed hash of the address>` | `bounced` | `state`: why; `read_at`: since when |
"""

from datetime import datetime

from chalicelib.core.clock import to_text
from chalicelib.notices.bounces import Reason, key_of
from chalicelib.notices.model import KEPT
from chalicelib.notices.store import Row
from chalicelib.runtime.tables import expires_at

_PART = "bounced"


class BounceStore:
    """Remembers addresses by a hash that is keyed with the stage's secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def bounced(self, address: str) -> bool:
        """Whether the address must not be written to, in one read."""
        return Row.row(self._pk(address), _PART) is not None

    def suppress(self, address: str, reason: Reason, at: datetime) -> bool:
        """Remember an address for 400 days; False where it is remembered already, which changes nothing."""
        values = {
            "pk": self._pk(address), "sk": _PART, "state": reason.value, "read_at": to_text(at),
            "expires": expires_at(at + KEPT),
        }  # fmt: skip
        return Row.put_if(Row.pk.does_not_exist(), values)

    def _pk(self, address: str) -> str:
        return f"bounced#{key_of(address, self._secret)}"
