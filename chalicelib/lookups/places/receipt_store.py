"""Who has confirmed a posting, and how many by area, in the table Lookups (boards.Receipts)."""

from datetime import datetime

import msgspec
from pynamodb.exceptions import UpdateError

from chalicelib.lookups.places.boards import Receipt
from chalicelib.lookups.rows import receipt_key
from chalicelib.lookups.table import Row
from chalicelib.runtime.tables import expires_at


class ReceiptStore:
    """A receipt of each account, and a count of each area, which ends with them: a posting of the same id counts anew.

    Not in one transaction: when a river rises a whole commune confirms at once, and transactions on one count refuse one another.
    """

    def keep(self, dataset: str, posting: str, account: str, receipt: Receipt, until: datetime) -> Receipt:
        """Keep it until that time and count it; the one that stands where there is one already."""
        key = receipt_key(dataset, posting)
        row = {"pk": key, "sk": account, "facts": msgspec.json.encode(receipt).decode(), "expires": expires_at(until)}
        if not Row.put_if(Row.pk.does_not_exist(), row):
            kept = Row.row(key, account)
            return msgspec.json.decode(kept["facts"], type=Receipt) if kept else receipt
        try:
            Row(key, f"area#{receipt.area}").update([Row.times.add(1), Row.expires.set(expires_at(until))])
        except UpdateError:
            # So that it counts when the person tries again.
            Row.take(key, account)
            raise
        return receipt

    def count(self, dataset: str, posting: str, area: str) -> int:
        """How many have confirmed it for the area."""
        counted = Row.row(receipt_key(dataset, posting), f"area#{area}")
        return counted["times"] if counted else 0
