"""What callers see of places and boards."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.core.words import say
from chalicelib.lookups.model import Facts, Kind, Offer, Place, Posting, Role
from chalicelib.lookups.places.boards import Confirmed, Read, alarm
from chalicelib.lookups.places.packs import Pack
from chalicelib.lookups.places.service import Found, Seen

# Said in the view itself, so that it need not stand among the facts.
_SAID = (Role.ID, Role.TITLE, Role.AREA, Role.LAT, Role.LONG, Role.AREAS, Role.HAMLETS, Role.STARTS, Role.ENDS)

# What the items of a pack may take as JSON: 256 KiB less what stands around them.
MOST_BYTES = 252 * 1024

AreaName = Callable[[str], str]


class PlaceItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place; `facts` by the names of the offer's columns, `distance` in metres; `open` is left out where hours are unknown."""

    id: str
    title: str
    area: str
    area_name: str
    lat: float
    long: float
    facts: dict[str, Any]
    distance: int | None = None
    open: bool | None = None
    changes_at: datetime | None = None


class PlaceList(msgspec.Struct, frozen=True, omit_defaults=True):
    """Places, as units said at `as_of`, left out where none ever did; `partial` where there are others that were not read."""

    items: list[PlaceItem]
    stale: bool
    as_of: datetime | None = None
    partial: bool = False
    next_cursor: str | None = None


class PostingView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A posting; `alarm` is the highest that its reading has reached, 0 for none, left out where nothing is measured.

    `alarm_text` says it in words.
    """

    id: str
    title: str
    areas: tuple[str, ...]
    area_names: tuple[str, ...]
    facts: dict[str, Any]
    hamlets: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None
    alarm: int | None = None
    alarm_text: str | None = None


class PostingList(msgspec.Struct, frozen=True, omit_defaults=True):
    """Postings; `missing_feeds` names the sources that do not answer now."""

    items: list[PostingView]
    as_of: datetime
    stale: bool
    missing_feeds: tuple[str, ...] = ()
    partial: bool = False
    next_cursor: str | None = None


class PackView(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of a utility for an area, by offers; `partial` where more did not fit or was not read."""

    utility: str
    area: str
    places: dict[str, list[PlaceItem]]
    postings: dict[str, list[PostingView]]
    stale: bool
    as_of: datetime | None = None
    missing_feeds: tuple[str, ...] = ()
    partial: bool = False


class ReceiptView(msgspec.Struct, frozen=True):
    """That the caller has received a posting, since when and for which area, and how many have for that area."""

    posting: str
    area: str
    at: datetime
    confirmed: int


def place_list(found: Found, area_name: AreaName) -> PlaceList:
    """Places as they were found."""
    items = [place_view(found.offer, seen, area_name) for seen in found.places]
    return PlaceList(items, False, found.as_of, found.partial, found.cursor)


def place_view(offer: Offer, seen: Seen, area_name: AreaName) -> PlaceItem:
    """One place."""
    place = seen.place
    return PlaceItem(
        place.id, place.title, place.area, area_name(place.area), place.lat, place.long, _facts(offer, place.facts),
        None if seen.metres is None else round(seen.metres), seen.open, seen.changes_at,
    )  # fmt: skip


def posting_list(read: Read, area_name: AreaName, language: str) -> PostingList:
    """A page of a board."""
    items = [posting_view(read.offer, posting, area_name, language) for posting in read.postings]
    missing = tuple(feed.name.text(language) for feed in read.missing)
    return PostingList(items, read.as_of, read.stale, missing, read.partial, read.cursor)


def posting_view(offer: Offer, posting: Posting, area_name: AreaName, language: str) -> PostingView:
    """One posting."""
    reached = alarm(offer, posting.facts)
    return PostingView(
        posting.id, posting.title, posting.areas, tuple(map(area_name, posting.areas)), _facts(offer, posting.facts),
        posting.hamlets, _utc(posting.starts), _utc(posting.ends), reached, _alarm_text(reached, language),
    )  # fmt: skip


def pack_view(pack: Pack, utility: str, area: str, area_name: AreaName, language: str) -> PackView:
    """A pack of MOST_BYTES at most: what matters most is in it."""
    places: dict[str, list[PlaceItem]] = {offer.id: [] for offer in pack.offers if offer.kind is Kind.PLACES}
    postings: dict[str, list[PostingView]] = {offer.id: [] for offer in pack.offers if offer.kind is Kind.BOARD}
    left = MOST_BYTES
    for item in pack.items:
        if isinstance(item.thing, Place):
            place = place_view(item.offer, Seen(item.thing), area_name)
            left -= len(msgspec.json.encode(place)) + 1
            places[item.offer.id] += [place] if left >= 0 else []
        else:
            posting = posting_view(item.offer, item.thing, area_name, language)
            left -= len(msgspec.json.encode(posting)) + 1
            postings[item.offer.id] += [posting] if left >= 0 else []
        if left < 0:
            break
    missing = tuple(feed.name.text(language) for feed in pack.missing)
    return PackView(utility, area, places, postings, pack.stale, pack.as_of, missing, pack.partial or left < 0)


def receipt_view(confirmed: Confirmed) -> ReceiptView:
    """A receipt."""
    return ReceiptView(confirmed.posting, confirmed.receipt.area, confirmed.receipt.at, confirmed.of_area)


def _utc(moment: datetime | None) -> datetime | None:
    """Companies say their times in the zone of Vietnam; all answers are alike."""
    return moment.astimezone(UTC) if moment else None


def _alarm_text(reached: int | None, language: str) -> str | None:
    if reached is None:
        return None
    return say("alarm.reached", language, stage=reached) if reached else say("alarm.none", language)


def _facts(offer: Offer, facts: Facts) -> dict[str, Any]:
    said = {column.name for column in offer.columns if column.role in _SAID}
    return {name: value for name, value in offer.shown(facts).items() if name not in said}
