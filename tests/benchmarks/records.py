"""Datasets of utilities as large as wanted, as the loader would have written them.

A partition's items are made when it is asked for, from the numbers of the records that lie in it: half a million records lie in
five million items, which no memory need hold.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from chalicelib.lookups.model import Dataset, Facts, Utility
from chalicelib.lookups.rows import stamp
from chalicelib.lookups.uploads.items import Keeping, items_of
from chalicelib.lookups.uploads.ports import Item
from infra.seed import rows
from infra.seed.utilities import utilities
from tests.benchmarks import tables
from tests.benchmarks.tables import Index, typed

# The town that is asked about: as many records lie there in a small dataset as in a large one.
TOWN, TOWN_AREA, IN_TOWN = (21.7291, 104.930125), "04249", 60
NEAR = 0.03  # degrees around the point: three kilometres
LOADED_AT = datetime(2026, 11, 1, tzinfo=UTC)
MONTHS = 12
VERSION = 7
NAMED = 10  # places with a name that is looked for
# Of the others so many have a name that begins alike, or lay in the town and are over: one in fifty.
SOME = 50

_UTILITIES: Mapping[str, Utility] = {one.id: one for one in utilities()}
_AREAS = {area.code: area.parent for area in rows.areas()}
_COMMUNES = sorted(code for code, parent in _AREAS.items() if parent and _AREAS[parent] and code != TOWN_AREA)


class Map:
    """The seeded map, as the loader sees it."""

    def path(self, area: str) -> list[str]:
        found, at = list[str](), area
        while at:
            found.append(at)
            at = _AREAS.get(at) or ""
        return found

    def name(self, area: str) -> str:
        return area

    def find(self, text: str) -> list[str]:
        return [text]

    def below(self, area: str) -> list[str]:
        return [area]


@dataclass(slots=True)
class Grown(tables.Table):
    """The table Lookups with datasets in it: `parts` has the numbers of the records in each partition."""

    parts: dict[str, tuple[Callable[[int], Iterator[Item]], list[int]]] = field(default_factory=dict)

    def partition(self, index: Index, value: str) -> Iterable[tables.Item]:
        """The items that may be in a partition."""
        yield from (item for item in self.items.values() if tables.text_of(item, index.hash) == value)
        make, numbers = self.parts.get(value, (_nothing, []))
        for number in numbers:
            yield from (typed(_kept(item)) for item in make(number) if item.pk == value)

    def fill(self, make: Callable[[int], Iterator[Item]], many: int) -> None:
        """Lay records of these numbers into their partitions."""
        for number in range(many):
            for key in {item.pk for item in make(number)}:
                self.parts.setdefault(key, (make, []))[1].append(number)

    def put(self, values: Mapping[str, Any]) -> None:
        """Lay an item that stands alone."""
        item = typed(values)
        self.items[self.place(item)] = item

    def catalogue(self) -> None:
        """Lay the seeded utilities."""
        for one in _UTILITIES.values():
            self.put({"pk": "catalogue", "sk": one.id, "facts": _text(one), "version": one.version})

    def live(self, dataset: str, slice_name: str) -> None:
        """Let the version live that the records have."""
        facts = {"rows": 1000, "loaded_at": LOADED_AT, "doomed": []}
        at = {"pk": f"dataset#{dataset}", "sk": f"slice#{slice_name}"}
        self.put(at | {"facts": _text(facts), "live": VERSION, "previous": 0, "version": 1})


def lay(table: Grown, many: int, secret: str) -> None:
    """Bills, places and notices, so many of each, in the table."""
    table.catalogue()
    for month in range(MONTHS):
        table.live("water.bills", _month(month))
    table.live("health.facilities", "facilities")
    table.live("outages.water", "yen-bai")
    table.fill(lambda number: _bill(number, secret), many)
    table.fill(lambda number: _place(number, secret, IN_TOWN), many)
    table.fill(lambda number: _notice(number, secret), many)


def lay_crowd(table: Grown, many: int, secret: str) -> None:
    """So many places, all of them around one point."""
    table.catalogue()
    table.live("health.facilities", "facilities")
    table.fill(lambda number: _place(number, secret, many), many)


def code_of(number: int) -> str:
    """The customer's code that record has."""
    return f"NL{number // MONTHS:07d}"


def _bill(number: int, secret: str) -> Iterator[Item]:
    month = number % MONTHS
    facts = {
        "customer_code": code_of(number), "phone_end": "0001", "period": f"2026-{month + 1:02d}", "volume": 16,
        "amount": 126_400, "due": f"2026-{month + 1:02d}-28", "paid": month < MONTHS - 1, "previous_reading": 113, "reading": 129,
    }  # fmt: skip
    return _items("water", "bills", "nghia-lo", _month(month), secret, facts)


def _place(number: int, secret: str, in_town: int) -> Iterator[Item]:
    chance = Random(number)
    if number < in_town:
        lat, long, area = (TOWN[0] + chance.uniform(-NEAR, NEAR), TOWN[1] + chance.uniform(-NEAR, NEAR), TOWN_AREA)
    else:
        # The rest of the province, out of reach of who asks in the town.
        lat, long, area = chance.uniform(21.35, 21.6), chance.uniform(104.0, 104.7), chance.choice(_COMMUNES)
    facts = {
        "id": f"yt-{number:06d}", "title": f"{_title(number)} {number:06d}", "area": area,
        "lat": round(lat, 5), "long": round(long, 5), "hours": "T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30; CN nghỉ",
        "address": "Tổ dân phố số 5, phường Yên Thịnh", "phone": "+84956000051", "kind": "station", "insurance": True,
        "services": ["Khám bệnh", "Tiêm chủng"],
    }  # fmt: skip
    return _items("health", "facilities", "facilities", "facilities", secret, facts)


def _title(number: int) -> str:
    if number < NAMED:
        return "Phòng khám Sen Vàng"
    return "Trạm y tế Văn Phú" if number % SOME == 0 else "Trạm y tế Minh Tân"


def _notice(number: int, secret: str) -> Iterator[Item]:
    """The first stand in the town; of the others some are over, there too, and the rest are elsewhere."""
    over = number >= IN_TOWN and number % SOME == 0
    day = datetime(2020 if over else 2040, 1, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    facts = {
        "id": f"yb-{number:06d}", "title": f"Ngừng cấp nước để sửa ống {number:06d}",
        "areas": [TOWN_AREA if over or number < IN_TOWN else _COMMUNES[number % len(_COMMUNES)]],
        "hamlets": ["Tổ 1", "Tổ 2"], "starts": _moment(day), "ends": _moment(day + timedelta(hours=9)),
        "reason": "Sửa ống chính D200 vỡ", "phone": "+84956000029",
    }  # fmt: skip
    return _items("outages", "water", "yen-bai", "yen-bai", secret, facts)


def _items(utility: str, offer: str, feed: str, slice_name: str, secret: str, facts: Facts) -> Iterator[Item]:
    offered = _UTILITIES[utility].offer(offer)
    assert offered is not None
    return items_of(Keeping(Dataset(utility, offered), feed, stamp(slice_name, VERSION), secret, _MAP), facts)


def _month(month: int) -> str:
    return f"nghia-lo@2026-{month + 1:02d}"


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _nothing(_: int) -> Iterator[Item]:
    return iter(())


def _kept(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item._asdict().items() if value is not None}


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_MAP = Map()
