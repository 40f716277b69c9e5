"""Counts of use in the table Lookups: one item for each utility, day and area, counted up in place."""

from collections.abc import Callable, Sequence
from datetime import date

from pynamodb.exceptions import PynamoDBException

from chalicelib.lookups.figures.usage import Count
from chalicelib.lookups.table import Row
from chalicelib.runtime.observability import count, logger


class UsageStore:
    """Counts in DynamoDB, exact also when many count at once."""

    def __init__(self, row: Callable[[str, str], Row] = Row) -> None:
        self._row = row

    def add(self, utility: str, day: date, area: str) -> bool:
        """Count one more; False where that failed, which is logged: a lookup does not fail for its counter."""
        try:
            self._row(_key(utility, day), f"{day.isoformat()}#{area}").update([Row.times.add(1)])
        except PynamoDBException as error:
            logger.warning("use not counted", utility=utility, cause=error.cause_response_code or type(error).__name__)
            count("UsageNotCounted")
            return False
        return True

    def month(self, utility: str, month: date) -> Sequence[Count]:
        """All counts of a utility in a month."""
        rows, _ = Row.rows(_key(utility, month), only=("sk", "times"))
        return [_count(row["sk"], row["times"]) for row in rows]


def _key(utility: str, day: date) -> str:
    return f"usage#{utility}#{day:%Y-%m}"


def _count(sort_key: str, times: int) -> Count:
    day, _, area = sort_key.partition("#")
    return Count(date.fromisoformat(day), area, int(times))
