"""Who has confirmed a posting, and how many by area, in the table Lookups (boards.Receipts)."""

from datetime import datetime

import msgspec
from pynamodb.exceptions import TransactWriteError

from chalicelib.lookups.boards import Receipt
from chalicelib.lookups.rows import receipt_key
from chalicelib.lookups.table import Row
from chalicelib.runtime.tables import connection, expires_at

_CANCELLED = "TransactionCanceledException"


class ReceiptStore:
    """A receipt of each account, and a count of each area."""

    def keep(self, dataset: str, posting: str, account: str, receipt: Receipt, until: datetime) -> Receipt:
        """Keep it until that time and count it, in one transaction; the one that stands where there is one already."""
        # Imported on use: hardly any call writes in transactions of PynamoDB's.
        from pynamodb.transactions import TransactWrite

        key = receipt_key(dataset, posting)
        row = Row(pk=key, sk=account, facts=msgspec.json.encode(receipt).decode(), expires=expires_at(until))
        try:
            with TransactWrite(connection=connection()) as transaction:
                transaction.save(row, condition=Row.pk.does_not_exist())
                transaction.update(Row(pk=key, sk=f"area#{receipt.area}"), actions=[Row.times.add(1)])
        except TransactWriteError as error:
            kept = Row.row(key, account) if error.cause_response_code == _CANCELLED else None
            if kept is None:
                raise
            return msgspec.json.decode(kept["facts"], type=Receipt)
        return receipt

    def count(self, dataset: str, posting: str, area: str) -> int:
        """How many have confirmed it for the area."""
        counted = Row.row(receipt_key(dataset, posting), f"area#{area}")
        return counted["times"] if counted else 0
