"""Ratings of utilities in the table Lookups: each person's, and the totals, which move in the same transaction.

Whose a rating is stands in its key as a keyed hash: it tells that a person rates again, and not who that is.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action

from chalicelib.core.codes import keyed_hash
from chalicelib.lookups.figures.ratings import Given, RatingTotals, UtilityRating
from chalicelib.lookups.table import Row, Values
from chalicelib.runtime.tables import Attributes, connection

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

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def given(self, utility: str, account: str) -> Given | None:
        """What the person thinks of the utility now, read consistently."""
        row = Row.row(_key(utility), self._whose(utility, account))
        return _given(row) if row else None

    def change(self, utility: str, account: str, before: Given | None, after: Given) -> bool:
        """Write a rating and move the totals with it; False where it has to be tried again on what stands then."""
        standing = Row.state == before.rating.value if before else Row.pk.does_not_exist()
        facts = msgspec.json.encode(_Facts(after.at, after.reason)).decode()
        values: Values = {
            "pk": _key(utility),
            "sk": self._whose(utility, account),
            "state": after.rating.value,
            "facts": facts,
        }
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

    def page(self, utility: str, after: str, limit: int) -> tuple[Sequence[Given], str]:
        """At most so many ratings after a mark, in an order that says nothing, and the mark to go on from; empty at the end."""
        found, more = Row.rows(
            _key(utility), Row.sk > after if after else None, limit=limit, only=["sk", "state", "facts"]
        )
        return [_given(row) for row in found if row["sk"] != _TOTAL], str(found[-1]["sk"]) if more and found else ""

    def _whose(self, utility: str, account: str) -> str:
        return keyed_hash(self._secret, f"rating of {utility}", account)


def _given(row: Attributes) -> Given:
    facts = _decode(row["facts"])
    return Given(UtilityRating(row["state"]), facts.reason, facts.at)


def _key(utility: str) -> str:
    return f"rating#{utility}"
