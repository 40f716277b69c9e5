"""The ledger of digests in the table Notices: what became of each, so that none goes out twice.

| pk | sk | item |
|---|---|---|
| `digest#<kind>#<day>` | `<agency>` | its state |
"""

from datetime import date, datetime, timedelta

from chalicelib.notices.digests import DigestState, Kind
from chalicelib.notices.store import Row
from chalicelib.runtime.tables import expires_at

KEPT = timedelta(days=40)


class DigestStore:
    """Keeps what became of digests."""

    def settled(self, kind: Kind, day: date) -> frozenset[str]:
        """The agencies whose digest of that day is not to be looked at any more."""
        rows, _ = Row.rows(_partition(kind, day), consistent=True)
        return frozenset(str(row["sk"]) for row in rows if row.get("state") != DigestState.FREE)

    def settle(self, kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> None:
        """Write what became of a digest that the caller holds."""
        Row.put(_values(kind, day, agency, state, at))

    def claim(self, kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> bool:
        """Take a digest in hand, or say at once what becomes of it; False where another worker has it or had it."""
        free = Row.pk.does_not_exist() | (Row.state == DigestState.FREE.value)
        return Row.put_if(free, _values(kind, day, agency, state, at))


def _partition(kind: Kind, day: date) -> str:
    return f"digest#{kind}#{day.isoformat()}"


def _values(kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> dict[str, object]:
    return {
        "pk": _partition(kind, day), "sk": agency, "state": state.value, "expires": expires_at(at + KEPT),
    }  # fmt: skip
