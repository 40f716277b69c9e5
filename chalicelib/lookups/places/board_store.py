"""Postings as they lie in the table Lookups, by area and by when they end (ports.BoardSource)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.lookups import rows
from chalicelib.lookups.living import Living, feed_of, keyed
from chalicelib.lookups.model import Dataset, Feed, Posting
from chalicelib.lookups.ports import Board, Freshness, Slices
from chalicelib.lookups.table import Row

# Rows read of one area, also of versions that do not live.
MOST_IN_AREA = 300

_decode = msgspec.json.Decoder(Posting).decode


class BoardTable:
    """What units have uploaded."""

    def __init__(self, slices: Slices, clock: Clock) -> None:
        self._slices, self._clock = slices, clock

    def board(self, dataset: Dataset, feeds: Sequence[Feed], areas: Sequence[str], since: datetime) -> Board:
        """What stands at `since` or later for any of these areas; MOST_IN_AREA rows of each, those that end first."""
        living, wanted = Living(self._slices.slices(dataset.id)), {feed.id for feed in feeds}
        found: dict[tuple[str, str], Posting] = {}
        partial = False
        for area in areas if living.stamps(feeds) else ():
            items, more = Row.rows(
                rows.board_key(dataset.id, area),
                Row.sk >= rows.ends_text(since),
                limit=MOST_IN_AREA,
                only=["sk", "facts"],
            )
            partial = partial or more is not None
            for item in items:
                key = keyed(item["sk"], 1)
                if feed_of(key.slice) in wanted and living.has(key.slice, key.version):
                    posting = _decode(item["facts"])
                    found[posting.feed, posting.id] = posting
        as_of = living.as_of(feeds) or self._clock()
        return Board(tuple(found.values()), Freshness(as_of), partial)
