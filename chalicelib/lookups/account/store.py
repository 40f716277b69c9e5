"""Records by code in the table Lookups: one query a feed, whatever else the table holds."""

from collections.abc import Sequence
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition

from chalicelib.lookups.living import Living, keyed
from chalicelib.lookups.model import Dataset, Feed, Record, SliceRule
from chalicelib.lookups.ports import Account, Freshness, Slices
from chalicelib.lookups.rows import account_key, code_hash
from chalicelib.lookups.table import Row

# Two years of months, each with what replaces it and what it replaced.
MOST_ROWS = 72
_record = msgspec.json.Decoder(Record).decode


class AccountRows:
    """What units have uploaded under a code (ports.AccountSource)."""

    def __init__(self, slices: Slices, secret: str) -> None:
        self._slices = slices
        self._secret = secret

    def account(self, dataset: Dataset, feeds: Sequence[Feed], code: str) -> Account | None:
        """The records that live, the newest first; None where there are none.

        They are those of the newest record's customer: what stands under the code with another factor is somebody else's, who had
        it before.
        """
        living = Living(self._slices.slices(dataset.id))
        partition = account_key(dataset.id, code_hash(self._secret, dataset.id, code))
        rows = [row for feed in feeds for row in _rows(partition, feed, living)]
        as_of = living.as_of(feeds)
        if not rows or as_of is None:
            return None
        records = sorted(
            ((_record(row["facts"]), str(row["factor"])) for row in rows), key=lambda it: it[0].period, reverse=True
        )
        factor = records[0][1]
        return Account(factor, tuple(record for record, mac in records if mac == factor), Freshness(as_of))


def _rows(partition: str, feed: Feed, living: Living) -> list[dict[str, Any]]:
    # Also where nothing lives the partition is asked, so that an unknown code takes as long as any.
    found, _ = Row.rows(
        partition, _within(feed, living), limit=MOST_ROWS, newest_first=True, only=("sk", "facts", "factor")
    )
    return [row for row in found if living.has(*keyed(str(row["sk"]))[:2])]


def _within(feed: Feed, living: Living) -> Condition:
    """The sort keys of a feed: of what is replaced as a whole the living version's alone, of months all."""
    stamps = living.stamps((feed,))
    if feed.slices is SliceRule.WHOLE and len(stamps) == 1:
        return Row.sk.startswith(f"{stamps[0]}#")
    return Row.sk.startswith(f"{feed.id}@" if feed.slices is SliceRule.MONTH else f"{feed.id}#")
