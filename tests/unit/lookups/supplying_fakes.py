"""A small catalogue with units of its own, and uploads in memory, for the tests of who may send what."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from chalicelib.core.errors import NotFound
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
from chalicelib.lookups.uploads.keys import Post, UploadKey, file_key
from chalicelib.lookups.uploads.model import Problem, Standing, Upload
from chalicelib.lookups.uploads.service import Supplier

NOW = datetime(2023, 5, 23, 7, 5, tzinfo=UTC)
HEALTH = Supplier("user-1", ("supplier", "unit-so-y-te"))
WATER = Supplier("user-2", ("supplier", "unit-cap-nuoc"))
ADMINISTRATOR = Supplier("user-3", ("administrator",))


def named(text: str) -> Named:
    """The same in both languages."""
    return Named(text, text)


def column(name: str, role: Role) -> Column:
    """A column of text."""
    return Column(name, ColumnType.TEXT, named(f"Nhãn {name}"), role)


FACILITIES = Offer(
    "facilities", Kind.PLACES, named("Cơ sở y tế"), columns=(column("title", Role.TITLE),),
    feeds=(Feed("facilities", named("Sở Y tế"), "so-y-te"),),
)  # fmt: skip
BILLS = Offer(
    "bills", Kind.ACCOUNT, named("Tiền nước"), columns=(column("code", Role.CODE),),
    feeds=(
        Feed("town", named("Cấp nước thị xã"), "cap-nuoc", SliceRule.MONTH),
        Feed("asked", named("Cấp nước tỉnh"), "cap-nuoc", provider="water"),
    ),
)  # fmt: skip
UTILITIES = (
    Utility("health", 5, named("Y tế"), named("Y tế"), (Audience.CITIZEN,), (FACILITIES,)),
    Utility("water", 3, named("Nước"), named("Nước"), (Audience.CITIZEN,), (BILLS,)),
    Utility(
        "feedback", 1, named("Phản ánh"), named("Phản ánh"), (Audience.CITIZEN,), (Offer("send", Kind.ROUTE, named("Gửi")),)
    ),
)  # fmt: skip
TOWN = Dataset("water", BILLS)


class Catalogue:
    """Those utilities."""

    def all(self) -> Sequence[Utility]:
        return UTILITIES

    def one(self, identifier: str) -> Utility:
        found = {one.id: one for one in UTILITIES}.get(identifier)
        if found is None:
            raise NotFound()
        return found


class MemoryUploads:
    """Uploads, their problems and slices."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], Upload] = {}
        self.found: dict[tuple[str, int], list[Problem]] = {}
        self.living: dict[str, tuple[Slice, ...]] = {}
        self.back: list[tuple[str, str]] = []

    def begin(self, upload: Upload) -> Upload:
        made = replace(upload, number=1 + sum(dataset == upload.dataset for dataset, _ in self.kept))
        self.kept[made.dataset, made.number] = made
        return made

    def upload(self, dataset: str, number: int) -> Upload | None:
        return self.kept.get((dataset, number))

    def uploads(self, dataset: str, limit: int = 20) -> Sequence[Upload]:
        return [self.kept[key] for key in sorted(self.kept, reverse=True) if key[0] == dataset][:limit]

    def slices(self, dataset: str) -> Sequence[Slice]:
        return self.living.get(dataset, ())

    def problems(
        self, dataset: str, number: int, limit: int = 100, after: Mapping[str, Any] | None = None
    ) -> tuple[Sequence[Problem], Mapping[str, Any] | None]:
        start = int(after["sk"]) if after else 0
        found = self.found.get((dataset, number), [])
        rest = {"pk": "problem", "sk": str(start + limit)} if start + limit < len(found) else None
        return found[start : start + limit], rest

    def roll_back(self, dataset: str, slice_name: str) -> Standing:
        self.back.append((dataset, slice_name))
        return Standing(Slice(slice_name, 1, 2, 10, NOW))


class Bucket:
    """Gives leave to post, and remembers for what."""

    def __init__(self) -> None:
        self.given: list[tuple[UploadKey, int, str]] = []

    def post(self, key: UploadKey, size: int, back_to: str = "") -> Post:
        self.given.append((key, size, back_to))
        return Post("https://datasets.example", {"key": file_key(key)}, 900)
