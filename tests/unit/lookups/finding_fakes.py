"""Places and postings in memory, as the table has them, and sources that answer or do not."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.cells import cell
from chalicelib.core.errors import NotFound
from chalicelib.lookups.living import Living
from chalicelib.lookups.model import (
    Audience,
    Choice,
    Column,
    ColumnType,
    Dataset,
    Feed,
    Kind,
    Named,
    Offer,
    Place,
    Posting,
    Role,
    Slice,
    Utility,
)
from chalicelib.lookups.places.boards import Receipt
from chalicelib.lookups.places.service import Listed
from chalicelib.lookups.ports import Board, Freshness, UpstreamDown
from chalicelib.lookups.rows import folded, stamp, words
from tests.unit.lookups.counting_fakes import SmallMap

LOADED = datetime(2026, 3, 1, 3, tzinfo=UTC)
NAME = Named("Tên", "Name")
HOSPITAL = Choice("hospital", Named("Bệnh viện", "Hospital"))
PHARMACY = Choice("night_pharmacy", Named("Nhà thuốc đêm", "Night pharmacy"))

_PLACE_COLUMNS = (
    Column("id", ColumnType.TEXT, NAME, Role.ID),
    Column("title", ColumnType.TEXT, NAME, Role.TITLE),
    Column("area", ColumnType.AREA, NAME, Role.AREA),
    Column("lat", ColumnType.NUMBER, NAME, Role.LAT),
    Column("long", ColumnType.NUMBER, NAME, Role.LONG),
    Column("hours", ColumnType.HOURS, NAME, Role.HOURS),
    Column("phone", ColumnType.PHONE, NAME),
    Column("keeper", ColumnType.TEXT, NAME, private=True),
    Column("kind", ColumnType.CHOICE, NAME, choices=(HOSPITAL, PHARMACY)),
    Column("insurance", ColumnType.FLAG, NAME),
    Column("services", ColumnType.TEXTS, NAME),
    Column("checked", ColumnType.FLAG, NAME, private=True),
)
_BOARD_COLUMNS = (
    Column("id", ColumnType.TEXT, NAME, Role.ID),
    Column("title", ColumnType.TEXT, NAME, Role.TITLE),
    Column("areas", ColumnType.AREAS, NAME, Role.AREAS),
    Column("level", ColumnType.NUMBER, NAME, Role.READING),
    Column("alarm_1", ColumnType.NUMBER, NAME, Role.ALARM_1),
    Column("alarm_2", ColumnType.NUMBER, NAME, Role.ALARM_2),
    Column("alarm_3", ColumnType.NUMBER, NAME, Role.ALARM_3),
    Column("kind", ColumnType.CHOICE, NAME, choices=(HOSPITAL, PHARMACY)),
    Column("rank", ColumnType.NUMBER, NAME, Role.RANK),
)
UNIT = Feed("unit", Named("Sở Y tế", "Department of Health"), "so-y-te")
COMPANY = Feed("company", Named("Công ty Điện lực", "Power Company"), "dien-luc", provider="power")
FACILITIES = Offer("facilities", Kind.PLACES, NAME, _PLACE_COLUMNS, (UNIT,))
NOTICES = Offer("notices", Kind.BOARD, NAME, _BOARD_COLUMNS, (UNIT, COMPANY), confirmed=True)
PRICES = Offer("prices", Kind.BOARD, NAME, _BOARD_COLUMNS, (UNIT,))
BILLS = Offer("bills", Kind.ACCOUNT, NAME)
HEALTH = Utility("health", 5, NAME, NAME, (Audience.CITIZEN,), (FACILITIES, NOTICES, PRICES, BILLS))


def place(
    identifier: str, title: str = "Trạm Y tế", area: str = "04252", lat: float = 21.7, long: float = 104.9, **facts: Any
) -> Place:  # fmt: skip
    """A place of the offer FACILITIES."""
    said = {"id": identifier, "title": title, "area": area, "lat": lat, "long": long, **facts}
    return Place(identifier, title, area, lat, long, said, UNIT.id)


def posting(
    identifier: str, title: str = "Thông báo", areas: Sequence[str] = ("04252",), hamlets: Sequence[str] = (),
    starts: datetime | None = None, ends: datetime | None = None, feed: Feed = UNIT, **facts: Any,
) -> Posting:  # fmt: skip
    """A posting of the offer NOTICES."""
    said = {"id": identifier, "title": title, "areas": list(areas), **facts}
    return Posting(identifier, title, tuple(areas), tuple(hamlets), starts, ends, said, feed.id)


class OneUtility:
    """The catalogue with HEALTH alone."""

    def one(self, identifier: str) -> Utility:
        if identifier != HEALTH.id:
            raise NotFound("error.utility_not_found")
        return HEALTH

    def dataset(self, utility: str, offer: str, kind: Kind, language: str = "vi") -> Dataset:
        found = self.one(utility).offer(offer)
        if found is None or found.kind is not kind:
            raise NotFound("error.offer_not_found")
        return Dataset(utility, found)


class MemorySlices:
    """One slice of the feed UNIT, in which a version lives."""

    def __init__(self, live: int = 2) -> None:
        self.live = live

    def slices(self, dataset: str) -> Sequence[Slice]:
        return [Slice(UNIT.id, self.live, loaded_at=LOADED)]


class MemoryPlaces:
    """Places by version, found as in the table; `read` counts the rows, `asked` the cells."""

    def __init__(self, *places: Place, version: int = 2) -> None:
        self.rows = [(version, one) for one in places]
        self.read = 0
        self.asked: list[str] = []

    def in_cell(self, dataset: str, cell_name: str, stamps: Sequence[str], most: int) -> tuple[Sequence[Place], bool]:
        self.asked.append(cell_name)
        found = [one for one in self._live(stamps) if cell(one.lat, one.long, len(cell_name)) == cell_name]
        return self._bounded(sorted(found, key=lambda one: one.id), most)

    def in_area(
        self, dataset: str, area: str, stamps: Sequence[str], after: str, most: int
    ) -> tuple[Sequence[Listed], bool]:
        inside = (one for one in self._live(stamps) if area in SmallMap().path(one.area))
        listed = sorted((Listed(f"{folded(one.title)}#{one.id}", one) for one in inside), key=lambda one: one.mark)
        return self._bounded([one for one in listed if one.mark > after], most)

    def with_word(self, dataset: str, word: str, living: Living, most: int) -> tuple[Sequence[Place], bool]:
        having = [one for one in self.rows if any(own.startswith(word) for own in words(one[1].title))]
        found, whole = self._bounded(having, most)
        return [one for version, one in found if living.has(UNIT.id, version)], whole

    def _live(self, stamps: Sequence[str]) -> Iterable[Place]:
        return [one for version, one in self.rows if stamp(UNIT.id, version) in stamps]

    def _bounded(self, found: list[Any], most: int) -> tuple[list[Any], bool]:
        self.read += len(found[:most])
        return found[:most], len(found) <= most


class MemoryBoard:
    """Postings, said at a time; one that is `down` does not answer; `asked` says for which areas, `since` from when on."""

    def __init__(self, *postings: Posting, as_of: datetime = LOADED, stale: bool = False, down: bool = False) -> None:
        self.postings, self.freshness, self.down = postings, Freshness(as_of, stale), down
        self.asked: list[Sequence[str]] = []
        self.since: list[datetime] = []

    def board(self, dataset: Dataset, feeds: Sequence[Feed], areas: Sequence[str], since: datetime) -> Board:
        self.asked.append(tuple(areas))
        self.since.append(since)
        if self.down:
            raise UpstreamDown()
        ids = {feed.id for feed in feeds}
        standing = (
            one
            for one in self.postings
            if one.feed in ids and set(one.areas) & set(areas) and (one.ends is None or one.ends >= since)
        )
        return Board(tuple(standing), self.freshness)


class MemoryReceipts:
    """Receipts by posting and account."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], Receipt] = {}
        self.until: list[datetime] = []

    def keep(self, dataset: str, posting: str, account: str, receipt: Receipt, until: datetime) -> Receipt:
        self.until.append(until)
        return self.kept.setdefault((dataset, posting, account), receipt)

    def count(self, dataset: str, posting: str, area: str) -> int:
        return sum(key[:2] == (dataset, posting) and one.area == area for key, one in self.kept.items())


class MemoryUsage:
    """What was used, and for which area."""

    def __init__(self) -> None:
        self.uses: list[tuple[str, str | None]] = []

    def used(self, utility: str, area: str | None = None) -> None:
        self.uses.append((utility, area))
