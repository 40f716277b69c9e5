"""Uploads, slices, files and items in memory, and workers that die; composed into a loader."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from msgspec.structs import replace

from chalicelib.core.errors import LostRace, NotFound, Unavailable
from chalicelib.lookups.model import (
    Audience,
    Column,
    ColumnType,
    Dataset,
    Feed,
    Kind,
    Named,
    Offer,
    Role,
    Slice,
    SliceRule,
    Utility,
)
from chalicelib.lookups.uploads.loading import Loader, Outside
from chalicelib.lookups.uploads.model import Standing, Upload
from chalicelib.lookups.uploads.ports import Item
from tests.fakes import MovableClock
from tests.unit.lookups.counting_fakes import SmallMap

NOW = datetime(2026, 10, 20, 3, tzinfo=UTC)
LONG = timedelta(minutes=10)
SECRET = "a secret of tests"


def _column(name: str, kind: ColumnType, label: str, role: Role | None = None, **more: Any) -> Column:
    return Column(name, kind, Named(label, f"English {label}"), role, **more)


BILLS = Offer(
    "bills", Kind.ACCOUNT, Named("Hóa đơn", "Bills"),
    (
        _column("customer_code", ColumnType.TEXT, "Mã khách hàng", Role.CODE, required=True, most=20),
        _column("phone_end", ColumnType.TEXT, "Số cuối", Role.FACTOR, required=True, private=True, least=4, most=4),
        _column("period", ColumnType.TEXT, "Kỳ", Role.PERIOD, required=True, most=7),
        _column("kwh", ColumnType.NUMBER, "Điện năng", unit="kWh", least=0),
        _column("amount", ColumnType.MONEY, "Số tiền", Role.AMOUNT, required=True, least=0),
        _column("note", ColumnType.TEXT, "Ghi chú"),
    ),
    (
        Feed("power", Named("Điện lực", "Power"), "dien-luc", SliceRule.MONTH, codes="PA[0-9]{4,}"),
        Feed("whole", Named("Tất cả", "All"), "dien-luc"),
    ),
)  # fmt: skip
FACILITIES = Offer(
    "facilities", Kind.PLACES, Named("Cơ sở", "Facilities"),
    (
        _column("id", ColumnType.TEXT, "Mã", Role.ID, required=True),
        _column("title", ColumnType.TEXT, "Tên", Role.TITLE, required=True, most=200),
        _column("area", ColumnType.AREA, "Xã", Role.AREA, required=True),
        _column("lat", ColumnType.NUMBER, "Vĩ độ", Role.LAT, required=True),
        _column("long", ColumnType.NUMBER, "Kinh độ", Role.LONG, required=True),
        _column("hours", ColumnType.HOURS, "Giờ mở cửa", Role.HOURS),
    ),
    (Feed("unit", Named("Sở", "Department"), "so"), Feed("east", Named("Huyện", "District"), "huyen", areas=("132",))),
)  # fmt: skip
CUTS = Offer(
    "cuts", Kind.BOARD, Named("Cắt điện", "Cuts"),
    (
        _column("id", ColumnType.TEXT, "Mã", Role.ID, required=True),
        _column("title", ColumnType.TEXT, "Nội dung", Role.TITLE, required=True),
        _column("areas", ColumnType.AREAS, "Địa bàn", Role.AREAS, required=True),
        _column("hamlets", ColumnType.TEXTS, "Thôn", Role.HAMLETS),
        _column("starts", ColumnType.MOMENT, "Từ", Role.STARTS),
        _column("ends", ColumnType.DATE, "Đến", Role.ENDS),
    ),
    (Feed("unit", Named("Điện lực", "Power"), "dien-luc"),),
)  # fmt: skip
NAME = Named("Thử", "Trial")
TRIAL = Utility("trial", 1, NAME, NAME, (Audience.CITIZEN,), (BILLS, FACILITIES, CUTS))


def dataset(offer: Offer) -> Dataset:
    """The dataset of an offer."""
    return Dataset(TRIAL.id, offer)


def a_file(*rows: Sequence[object]) -> bytes:
    """Rows as CSV in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def bills(count: int, amount: int = 100_000, bad: Sequence[int] = ()) -> bytes:
    """So many bills, those of the rows named without an amount."""
    header = ("customer_code", "phone_end", "period", "amount")
    rows = [
        (f"PA{row:06d}", f"{row % 10_000:04d}", "10/2026", "" if row in bad else amount + row)
        for row in range(2, count + 2)
    ]
    return a_file(header, *rows)


class OneCatalogue:
    """The utility TRIAL, unless it is changed."""

    def __init__(self) -> None:
        self.one: Utility | None = TRIAL

    def utilities(self) -> Sequence[Utility]:
        return [self.one] if self.one else []

    def utility(self, identifier: str) -> Utility | None:
        return self.one if self.one and self.one.id == identifier else None


class Killed(BaseException):
    """A worker was stopped: nothing of its own runs any more."""


class Fate:
    """Kills a worker at its n-th step beyond the process, before the step is done or right after it."""

    def __init__(self) -> None:
        self.steps = 0
        self.dies_at: int | None = None
        self.dead = False

    def strike(self, at: int | None) -> None:
        """Live until that step, counted from now; None to live."""
        self.steps, self.dies_at, self.dead = 0, at, False

    def step(self) -> None:
        """One more step, of two halves."""
        if self.dead:
            raise Killed
        if self.steps == self.dies_at:
            self.dead = True
            raise Killed
        self.steps += 1


class MemoryUploads:
    """Uploads and slices, changed only on the version that was read."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self.kept: dict[tuple[str, int], Upload] = {}
        self.standings: dict[tuple[str, str], Standing] = {}
        self._numbers: dict[str, int] = {}

    def begin(self, upload: Upload) -> Upload:
        number = self._numbers[upload.dataset] = self._numbers.get(upload.dataset, 0) + 1
        return self.keep(replace(upload, number=number))

    def upload(self, dataset: str, number: int) -> Upload | None:
        return self.kept.get((dataset, number))

    def keep(self, upload: Upload) -> Upload:
        self._fate.step()
        there = self.kept.get((upload.dataset, upload.number))
        if (there.version if there else 0) != upload.version:
            raise LostRace()
        self.kept[upload.dataset, upload.number] = made = replace(upload, version=upload.version + 1)
        self._fate.step()
        return made

    def standing(self, dataset: str, slice_name: str) -> Standing:
        return self.standings.get((dataset, slice_name), Standing(Slice(slice_name)))

    def switch(self, dataset: str, standing: Standing) -> Standing:
        self._fate.step()
        if self.standing(dataset, standing.slice.name).version != standing.version:
            raise LostRace()
        made = replace(standing, version=standing.version + 1)
        self.standings[dataset, standing.slice.name] = made
        self._fate.step()
        return made


class MemoryBatches:
    """The table: a batch may be cut off in its midst."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self.items: dict[tuple[str, str], Item] = {}
        self.written = 0
        self.full = False

    def write(self, items: Sequence[Item]) -> None:
        assert len({(item.pk, item.sk) for item in items}) == len(items)
        for half in (items[: len(items) // 2], items[len(items) // 2 :]):
            self._fate.step()
            if self.full:
                raise Unavailable()
            self.items |= {(item.pk, item.sk): item for item in half}
            self.written += len(half)

    def delete(self, items: Sequence[Item]) -> None:
        for item in items:
            self.items.pop((item.pk, item.sk), None)
        self._fate.step()


class MemoryFiles:
    """Files by the number of their upload; streams that cannot go back."""

    def __init__(self) -> None:
        self.contents: dict[int, bytes] = {}
        self.taken: dict[int, bytes] = {}

    def take(self, upload: Upload) -> None:
        if upload.number not in self.contents:
            raise NotFound()
        self.taken[upload.number] = self.contents[upload.number]

    def open(self, upload: Upload) -> BinaryIO:
        return _Stream(self.taken[upload.number])


class _Stream(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation


class Yard:
    """A loader and what it works on."""

    def __init__(self, together: int = 10) -> None:
        self.clock = MovableClock(NOW)
        self.fate = Fate()
        self.catalogue = OneCatalogue()
        self.uploads = MemoryUploads(self.fate)
        self.batches = MemoryBatches(self.fate)
        self.files = MemoryFiles()
        self.loader = Loader(
            Outside(
                catalogue=self.catalogue, uploads=self.uploads, files=self.files, batches=self.batches, areas=SmallMap(),
                secret=SECRET, clock=self.clock, together=together,
            )
        )  # fmt: skip

    def sent(self, content: bytes, offer: str = "bills", slice_name: str = "power@2026-10") -> Upload:
        """A new upload whose file has arrived."""
        feed = slice_name.partition("@")[0]
        upload = self.uploads.begin(
            Upload(
                dataset=f"trial.{offer}", number=0, feed=feed, slice=slice_name, file_name="a.csv", size=len(content),
                by="user-1", begun_at=NOW,
            )
        )  # fmt: skip
        self.files.contents[upload.number] = content
        return upload

    def until(self) -> datetime:
        """Long enough for a run."""
        return self.clock() + LONG

    def live(self, offer: str = "bills", slice_name: str = "power@2026-10") -> Slice:
        """What lives."""
        return self.uploads.standing(f"trial.{offer}", slice_name).slice

    def records(self) -> Mapping[tuple[str, str], Item]:
        """All items but refused rows."""
        return {key: item for key, item in self.batches.items.items() if not key[0].startswith("problem#")}
