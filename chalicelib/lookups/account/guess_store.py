"""Counts of guesses in the table Lookups, each one item that disappears after its window."""

from datetime import datetime

from chalicelib.core.clock import to_text
from chalicelib.lookups.account.guessing import Counted
from chalicelib.lookups.table import Row
from chalicelib.runtime.tables import expires_at


class GuessStore:
    """Keeps the counts (guessing.Counters)."""

    def count(self, counted: Counted, most: int, until: datetime) -> bool:
        """Count one more, in one step, and keep the count until then; False where there are `most` already."""
        return _row(counted).update_if(
            Row.times.does_not_exist() | (Row.times < most), [Row.times.add(1), Row.expires.set(expires_at(until))]
        )

    def give_back(self, counted: Counted) -> None:
        """Count one less, never less than none."""
        _row(counted).update_if(Row.times > 0, [Row.times.add(-1)])


def _row(counted: Counted) -> Row:
    return Row(f"guess#{counted.whose}", to_text(counted.window))
