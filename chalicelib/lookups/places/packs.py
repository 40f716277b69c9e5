"""All that a utility has for a commune, to be kept for when there is no network."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.errors import NotFound, invalid
from chalicelib.lookups.living import Living
from chalicelib.lookups.model import Dataset, Feed, Kind, Offer, Place, Posting
from chalicelib.lookups.places.boards import Boards
from chalicelib.lookups.places.service import Offers, PlaceRows
from chalicelib.lookups.ports import Areas, Slices, Usage

# Rows of places read of each area of the path, for each offer.
MOST_IN_AREA = 300


class Item(NamedTuple):
    """One thing of a pack; those of the least rank matter most."""

    rank: int
    offer: Offer
    thing: Place | Posting


class Pack(NamedTuple):
    """What a utility has for an area: first what is for it and those above or lies in it, then what lies around it."""

    offers: tuple[Offer, ...]
    items: tuple[Item, ...]
    as_of: datetime | None
    stale: bool
    missing: tuple[Feed, ...]
    partial: bool


class Packs:
    """Puts packs together; reads MOST_IN_AREA places of an offer from each area of the path, and its boards."""

    def __init__(
        self, offers: Offers, store: PlaceRows, slices: Slices, boards: Boards, areas: Areas, usage: Usage, clock: Clock
    ) -> None:  # fmt: skip
        self._offers, self._store, self._slices, self._boards = offers, store, slices, boards
        self._areas, self._usage, self._clock = areas, usage, clock
        self._parts = {Kind.PLACES: self._places, Kind.BOARD: self._board}

    def pack(self, utility: str, area: str, language: str = "vi") -> Pack:
        """What there is from the beginning of today; raises NotFound, Invalid, and Unavailable where the utility is suspended."""
        kept = [offer for offer in self._offers.one(utility).offers if offer.kind in self._parts]
        if not kept:
            raise NotFound("error.offer_not_found")
        path = self._areas.path(area)
        if not path:
            raise invalid("area", "field.area")
        datasets = [self._offers.dataset(utility, offer.id, offer.kind, language) for offer in kept]
        parts = [self._parts[one.offer.kind](one, path) for one in datasets]
        self._usage.used(utility, area)
        items = sorted((item for part in parts for item in part.items), key=lambda item: item.rank)
        return Pack(
            tuple(kept),
            tuple(items),
            min((part.as_of for part in parts if part.as_of), default=None),
            any(part.stale for part in parts),
            tuple(feed for part in parts for feed in part.missing),
            any(part.partial for part in parts),
        )

    def _places(self, dataset: Dataset, path: Sequence[str]) -> Pack:
        offer = dataset.offer
        living = Living(self._slices.slices(dataset.id))
        stamps, partial = living.stamps(offer.feeds), False
        found: dict[tuple[str, str], Item] = {}
        for rank, area in enumerate(path):
            listed, whole = self._store.in_area(dataset.id, area, stamps, "", MOST_IN_AREA)
            partial = partial or not whole
            for one in listed:
                nearest = 0 if one.place.area in path else rank
                found.setdefault((one.place.feed, one.place.id), Item(nearest, offer, one.place))
        return Pack((offer,), tuple(found.values()), living.as_of(offer.feeds), False, (), partial)

    def _board(self, dataset: Dataset, path: Sequence[str]) -> Pack:
        offer = dataset.offer
        today = datetime.combine(self._clock().astimezone(VIETNAM).date(), time.min, VIETNAM)
        read = self._boards.standing(dataset, path, today)
        items = tuple(Item(0, offer, posting) for posting in read.postings)
        # An empty board is as of now, which would make each pack another.
        return Pack((offer,), items, read.as_of if items else None, read.stale, read.missing, read.partial)
