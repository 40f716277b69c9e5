"""Ratings of utilities in the table Lookups: each person's, and the totals, which move in the same transaction."""

from datetime import datetime

import msgspec
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action

from chalicelib.lookups.ratings import Given, RatingTotals, UtilityRating
from chalicelib.lookups.table import Row, Values
from chalicelib.runtime.tables import connection

_CANCELLED = "TransactionCanceledException"
_TOTAL = "total"
_COUNTED = {
    UtilityRating.SATISFIED: Row.satisfied,
    UtilityRating.ACCEPTABLE: Row.acceptable,
    UtilityRating.UNSATISFIED: Row.unsatisfied,
}


class _Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What neither a key nor a condition needs of a rating, as one JSON text."""

    at: datetime
    reason: str = ""


_decode = msgspec.json.Decoder(_Facts).decode


class DynamoRatings:
    """Ratings in DynamoDB."""

    def given(self, utility: str, account: str) -> Given | None:
        """What the person thinks of the utility now, read consistently."""
        row = Row.row(_key(utility), account)
        if row is None:
            return None
        facts = _decode(row["facts"])
        return Given(UtilityRating(row["state"]), facts.reason, facts.at)

    def change(self, utility: str, account: str, before: Given | None, after: Given) -> bool:
        """Write a rating and move the totals with it; False where it has to be tried again on what stands then."""
        standing = Row.state == before.rating.value if before else Row.pk.does_not_exist()
        facts = msgspec.json.encode(_Facts(after.at, after.reason)).decode()
        values: Values = {"pk": _key(utility), "sk": account, "state": after.rating.value, "facts": facts}
        if before and before.rating is after.rating:
            return Row.put_if(standing, values)
        # Imported on use: hardly anything else writes in transactions of PynamoDB's.
        from pynamodb.transactions import TransactWrite

        moved: list[Action] = [_COUNTED[after.rating].add(1)]
        if before:
            moved.append(_COUNTED[before.rating].add(-1))
        try:
            with TransactWrite(connection=connection()) as transaction:
                transaction.save(Row(**values), condition=standing)
                transaction.update(Row(_key(utility), _TOTAL), moved)
        except TransactWriteError as error:
            if error.cause_response_code != _CANCELLED:
                raise
            return False
        return True

    def totals(self, utility: str) -> RatingTotals:
        """How many think what, read consistently."""
        row = Row.row(_key(utility), _TOTAL) or {}
        return RatingTotals.of(*(int(row.get(rating.value, 0)) for rating in UtilityRating))


def _key(utility: str) -> str:
    return f"rating#{utility}"
