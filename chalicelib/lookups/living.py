"""Which rows of a dataset live: those of the version that their slice has now (pure).

Rows of a version that is being loaded, or was replaced, lie beside them until they are taken away; every reader leaves them out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.lookups.model import Feed, Slice
from chalicelib.lookups.rows import stamp


class Keyed(NamedTuple):
    """What the sort key of a record says: its slice, the version, and what follows."""

    slice: str
    version: int
    rest: str


def keyed(sort_key: str, before: int = 0) -> Keyed:
    """A sort key taken apart; so many parts, as the word or the end, stand before the slice."""
    parts = sort_key.split("#", before + 2)
    return Keyed(parts[before], int(parts[before + 1]), parts[before + 2])


def feed_of(slice_name: str) -> str:
    """The id of the feed whose slice this is."""
    return slice_name.partition("@")[0]


class Living:
    """The versions of a dataset that live, as read a few seconds ago at most."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self._live: Mapping[str, Slice] = {one.name: one for one in slices if one.live}

    def has(self, slice_name: str, version: int) -> bool:
        """Whether this version of the slice lives."""
        found = self._live.get(slice_name)
        return found is not None and found.live == version

    def stamps(self, feeds: Iterable[Feed]) -> tuple[str, ...]:
        """How the sort keys of what lives in these feeds begin (rows.stamp), in the order of slices."""
        wanted = {feed.id for feed in feeds}
        return tuple(stamp(name, self._live[name].live) for name in sorted(self._live) if feed_of(name) in wanted)

    def as_of(self, feeds: Iterable[Feed]) -> datetime | None:
        """How old what these feeds say is: of each feed its last upload, of several the oldest; None where none was loaded."""
        newest: dict[str, datetime] = {}
        for name, one in self._live.items():
            if one.loaded_at is not None:
                newest[feed_of(name)] = max(one.loaded_at, newest.get(feed_of(name), one.loaded_at))
        return min((newest[feed.id] for feed in feeds if feed.id in newest), default=None)
