"""What a board has for an area: notices, prices, cuts, warnings, of all feeds together; and receipts of those that ask for them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

import msgspec

from chalicelib.core.clock import VIETNAM, Clock, to_text
from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import Conflict, NotFound, invalid
from chalicelib.lookups.model import Dataset, Facts, Feed, Kind, Offer, Posting, Role
from chalicelib.lookups.places.commands import ReadBoard
from chalicelib.lookups.places.narrowing import conditions, hold
from chalicelib.lookups.places.service import Offers, named
from chalicelib.lookups.ports import Areas, Board, BoardSource, UpstreamDown, Usage
from chalicelib.lookups.rows import folded, with_all_below

# Areas read for one answer: those above the one asked for, itself, and those below it where they are no more than this;
# where they are more, what is for any of them lies together (rows.with_all_below).
MOST_AREAS = 40
# Areas that one question to a provider may name.
MOST_ASKED = 20
# A receipt is kept for so long after its posting has ended, or after it was given where the posting has no end.
KEPT, KEPT_ENDLESS = timedelta(days=90), timedelta(days=365)

# What hamlets are called; two that differ in this alone are taken for one, since a notice too many harms nobody.
_HAMLET_WORDS = frozenset(("thon", "ban", "to", "dan", "pho", "khu", "xom", "so", "tdp"))
_UNRANKED = 1e15
_ALARMS = (Role.ALARM_1, Role.ALARM_2, Role.ALARM_3)


class Read(NamedTuple):
    """What a board has, in order; `missing` are the feeds that do not answer now and of which nothing is at hand."""

    offer: Offer
    postings: tuple[Posting, ...]
    as_of: datetime
    stale: bool = False
    missing: tuple[Feed, ...] = ()
    partial: bool = False
    cursor: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """Somebody's word that he received a posting, for which area he looked, and when."""

    area: str
    at: datetime


class Receipts(Protocol):
    """Who has confirmed what, and how many by area."""

    def keep(self, dataset: str, posting: str, account: str, receipt: Receipt, until: datetime) -> Receipt:
        """Keep it until that time and count it, once an account; the receipt that stands, which may be an earlier one."""

    def count(self, dataset: str, posting: str, area: str) -> int:
        """How many have confirmed it for the area."""


class Confirmed(NamedTuple):
    """A receipt, and how many have given one for the same area."""

    posting: str
    receipt: Receipt
    of_area: int


class Boards:
    """Reads boards: of the table where units upload, of the provider that the feed names where it has an interface."""

    def __init__(
        self, offers: Offers, uploads: BoardSource, providers: Mapping[str, BoardSource], areas: Areas, receipts: Receipts,
        usage: Usage, clock: Clock, secret: str,
    ) -> None:  # fmt: skip
        self._offers, self._uploads, self._providers, self._areas = offers, uploads, providers, areas
        self._receipts, self._usage, self._clock, self._secret = receipts, usage, clock, secret

    def read(self, utility: str, offer: str, wanted: ReadBoard, language: str = "vi") -> Read:
        """A page of what stands in the days asked for, by when it begins; raises NotFound, Invalid, Unavailable."""
        wanted.check()
        dataset = self._offers.dataset(utility, offer, Kind.BOARD, language)
        areas, together = self._areas_for(wanted.area)
        since = _midnight(wanted.first) if wanted.first else self._clock()
        until = _midnight(wanted.last + timedelta(days=1)) if wanted.last else None
        fits = _fitting(dataset.offer, wanted, since, until)
        read = self.standing(dataset, areas, since, together)
        page = self._page(dataset, wanted, [posting for posting in read.postings if fits(posting)])
        self._usage.used(utility, wanted.area)
        return read._replace(postings=page[0], cursor=page[1])

    def standing(
        self, dataset: Dataset, areas: Sequence[str], since: datetime, together: Sequence[str] = ()
    ) -> Read:  # fmt: skip
        """All that stands at `since` or later for these areas, and for what lies below those that are told `together`.

        In the order of `order`. Providers are asked for the areas alone; that makes it partial where others lie below them. They
        may say more than stands so late.
        """
        feeds = dataset.offer.feeds
        asked = [one for one in feeds if together or not one.areas or not set(one.areas).isdisjoint(areas)]
        boards, missing = list[Board](), list[Feed]()
        uploaded = [feed for feed in asked if not feed.provider]
        if uploaded:
            told = (*areas, *map(with_all_below, together))
            boards.append(self._uploads.board(dataset, uploaded, told, since))
        for feed in (feed for feed in asked if feed.provider):
            try:
                boards += self._provided(dataset, feed, areas)
            except UpstreamDown:
                missing.append(feed)
        found = {(posting.feed, posting.id): posting for board in boards for posting in board.postings}
        return Read(
            dataset.offer,
            tuple(sorted(found.values(), key=lambda one: order(dataset.offer, one))),
            min((board.freshness.as_of for board in boards), default=self._clock()),
            bool(missing) or any(board.freshness.stale for board in boards),
            tuple(missing),
            any(board.partial for board in boards) or bool(together and len(uploaded) < len(asked)),
        )

    def _provided(self, dataset: Dataset, feed: Feed, areas: Sequence[str]) -> Iterator[Board]:
        """What a provider says of today and later, whatever days are asked for: of days at will it could be asked at will."""
        source, today = self._providers[feed.provider], _midnight(self._clock().astimezone(VIETNAM).date())
        for start in range(0, len(areas), MOST_ASKED):
            yield source.board(dataset, [feed], areas[start : start + MOST_ASKED], today)

    def confirm(
        self, account: str, utility: str, offer: str, posting: str, area: str, language: str = "vi"
    ) -> Confirmed:  # fmt: skip
        """Say that a posting for the area was received, once an account; raises NotFound, Invalid, Conflict, Unavailable."""
        dataset = self._offers.dataset(utility, offer, Kind.BOARD, language)
        path = self._path(area)
        if not dataset.offer.confirmed:
            raise Conflict("error.no_receipt_asked")
        now = self._clock()
        standing = self.standing(dataset, path, now)
        found = next((one for one in standing.postings if one.id == posting and (not one.ends or one.ends > now)), None)
        if found is None:
            raise UpstreamDown() if standing.missing else NotFound("error.posting_not_found")
        until = max(found.ends, now) + KEPT if found.ends else now + KEPT_ENDLESS
        kept = self._receipts.keep(dataset.id, posting, account, Receipt(area, now), until)
        self._usage.used(utility, area)
        return Confirmed(posting, kept, self._receipts.count(dataset.id, posting, kept.area))

    def _path(self, area: str) -> Sequence[str]:
        path = self._areas.path(area)
        if not path:
            raise invalid("area", "field.area")
        return path

    def _areas_for(self, area: str) -> tuple[Sequence[str], Sequence[str]]:
        """The area and those above, with those below it where they are few; else itself as one whose parts lie together."""
        path, below = self._path(area), self._areas.below(area)
        return (tuple(dict.fromkeys([*path, *below])), ()) if len(below) <= MOST_AREAS else (path, (area,))

    def _page(
        self, dataset: Dataset, wanted: ReadBoard, postings: Sequence[Posting]
    ) -> tuple[tuple[Posting, ...], str | None]:  # fmt: skip
        purpose = f"board {dataset.id} {wanted.area}"
        if wanted.cursor:
            place = open_cursor(self._secret, purpose, wanted.cursor)
            after = place["starts"], float(place["rank"]), place["title"], place["id"]
            postings = [posting for posting in postings if order(dataset.offer, posting) > after]
        page = tuple(postings[: wanted.limit])
        if len(postings) <= wanted.limit:
            return page, None
        starts, rank, title, identifier = order(dataset.offer, page[-1])
        place = {"starts": starts, "rank": str(rank), "title": title, "id": identifier}
        return page, seal_cursor(self._secret, purpose, place)


def order(offer: Offer, posting: Posting) -> tuple[str, float, str, str]:
    """What postings are sorted by: when they begin, those that always stood first; by rank, those without last; by title."""
    rank = offer.value(posting.facts, Role.RANK)
    starts = to_text(posting.starts) if posting.starts else ""
    return starts, _UNRANKED if rank is None else rank, folded(posting.title), f"{posting.feed} {posting.id}"


def alarm(offer: Offer, facts: Facts) -> int | None:
    """The highest alarm that a reading has reached, 0 for none; None where nothing is read or there are no alarms."""
    reading = offer.value(facts, Role.READING)
    found = ((number, offer.value(facts, role)) for number, role in enumerate(_ALARMS, 1))
    marks = [(number, mark) for number, mark in found if mark is not None]
    if reading is None or not marks:
        return None
    return max((number for number, mark in marks if reading >= mark), default=0)


def _fitting(
    offer: Offer, wanted: ReadBoard, since: datetime, until: datetime | None
) -> Callable[[Posting], bool]:  # fmt: skip
    hamlet, asked = _hamlet(wanted.hamlet or ""), folded(wanted.q or "").split()
    only = conditions(offer, wanted.only)

    def fits(posting: Posting) -> bool:
        return (
            (posting.ends is None or posting.ends > since)
            and (until is None or posting.starts is None or posting.starts < until)
            and (not wanted.hamlet or not posting.hamlets or hamlet in map(_hamlet, posting.hamlets))
            and named(posting.title, asked)
            and hold(only, posting.facts)
        )

    return fits


def _hamlet(name: str) -> str:
    """What tells a hamlet from others of its commune: `Tổ dân phố số 5` and `tổ 5` are one."""
    words = folded(name).split()
    return " ".join(_without(words)) or " ".join(words)


def _without(words: Iterable[str]) -> Iterable[str]:
    return (word for word in words if word not in _HAMLET_WORDS)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
