"""Changes of the directory in its table: rows, their history and a count of the kind, in one transaction.

Beside the rows (store.py): `history#<kind>` / `<code>#<number>` is one change, `changes` / `<kind>` counts those of a kind. The
number of a change is written once only, so nobody changes what somebody else has changed since it was read.
"""

from collections.abc import Sequence

import msgspec
from pynamodb.exceptions import TransactWriteError

from chalicelib.core.errors import LostRace
from chalicelib.directory.administration import Mark
from chalicelib.directory.changes import Change, Write
from chalicelib.directory.model import Agency, Area, Category, DayChange, Officers
from chalicelib.directory.store import Item, as_item, rows_of
from chalicelib.runtime.tables import connection

_CANCELLED = "TransactionCanceledException"
_COUNTS = "changes"
_decode = msgspec.json.Decoder(Change).decode


class ChangesStore:
    """Reads consistently, and writes what was decided on that."""

    def areas(self) -> Sequence[Area]:
        """Every row of every area."""
        return tuple(rows_of(Area, consistent=True))

    def agencies(self) -> Sequence[Agency]:
        """Every row of every agency."""
        return tuple(rows_of(Agency, consistent=True))

    def officers(self, agency: str) -> Sequence[Officers]:
        """Every row of the officers of one agency."""
        return tuple(rows_of(Officers, f"{agency}#", consistent=True))

    def categories(self) -> Sequence[Category]:
        """Every row of every category."""
        return tuple(rows_of(Category, consistent=True))

    def day_changes(self) -> Sequence[DayChange]:
        """Every override of the calendar."""
        return tuple(rows_of(DayChange, consistent=True))

    def mark(self, kind: str, code: str) -> Mark:
        """How often a code and its kind were changed."""
        counted, _ = Item.rows(_COUNTS, Item.sk == kind, consistent=True)
        newest, _ = Item.rows(
            _history(kind), Item.sk.startswith(f"{code}#"), limit=1, newest_first=True, consistent=True, only=["sk"]
        )
        version = int(str(newest[0]["sk"]).rpartition("#")[2]) if newest else 0
        return Mark(version, int(counted[0]["body"]) if counted else 0)

    def history(self, kind: str, code: str) -> Sequence[Change]:
        """Every change of a code, the newest first."""
        found, _ = Item.rows(_history(kind), Item.sk.startswith(f"{code}#"), newest_first=True, only=["body"])
        return [_decode(item["body"]) for item in found]

    def keep(self, kind: str, code: str, of_kind: int, change: Change, writes: Sequence[Write]) -> None:
        """Write rows and the change together; raises LostRace where any of them, or the kind, is other than was read."""
        # Imported on use: nothing else writes in transactions of PynamoDB's.
        from pynamodb.transactions import TransactWrite

        entry = Item(kind=_history(kind), sk=f"{code}#{change.number:06d}", body=msgspec.json.encode(change).decode())
        counted = Item.body == str(of_kind) if of_kind else Item.kind.does_not_exist()
        try:
            with TransactWrite(connection=connection()) as transaction:
                transaction.save(entry, condition=Item.kind.does_not_exist())
                transaction.save(Item(kind=_COUNTS, sk=kind, body=str(of_kind + 1)), condition=counted)
                for write in writes:
                    standing = (
                        Item.kind.does_not_exist() if write.before is None else Item.body == as_item(write.before).body
                    )
                    transaction.save(as_item(write.row), condition=standing)
        except TransactWriteError as error:
            if error.cause_response_code != _CANCELLED:
                raise
            raise LostRace() from error


def _history(kind: str) -> str:
    return f"history#{kind}"
