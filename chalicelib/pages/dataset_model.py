"""What the pages of units' data show, as plain facts; filled by chalicelib/bridges/datasets.py."""

from datetime import datetime
from enum import StrEnum

import msgspec


class FileKind(StrEnum):
    """What a unit sends: a spreadsheet, or text with separators."""

    XLSX = "xlsx"
    CSV = "csv"


class FeedView(msgspec.Struct, frozen=True):
    """One source of data; `monthly` ones are sent month by month."""

    id: str
    name: str
    monthly: bool


class SliceView(msgspec.Struct, frozen=True):
    """What of a feed lives: the number of the upload that brought it, its rows; `previous` can be gone back to, 0 for none.

    `month` is `YYYY-MM`, empty for a feed without months.
    """

    feed: str
    feed_name: str
    month: str
    live: int
    previous: int
    rows: int
    loaded_at: datetime | None


class OfferView(msgspec.Struct, frozen=True):
    """An offer of a utility whose data the member may send; `path` is its part of addresses."""

    utility: str
    offer: str
    name: str
    offer_name: str
    feeds: tuple[FeedView, ...]
    slices: tuple[SliceView, ...]

    @property
    def path(self) -> str:
        """Its part of addresses, `<utility>/<offer>`."""
        return f"{self.utility}/{self.offer}"


class UploadView(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was sent, and how far it came; `state` as lookups name it, `fault` why it was refused as a whole, in words."""

    number: int
    feed_name: str
    month: str
    file_name: str
    state: str
    good: int
    bad: int
    begun_at: datetime
    loaded_at: datetime | None
    fault: str = ""


class ColumnView(msgspec.Struct, frozen=True):
    """A column of the file: its name in the heading, what it means, its type, its unit; of a choice each value with its name."""

    name: str
    label: str
    type: str
    unit: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()


class OfferSheet(msgspec.Struct, frozen=True):
    """An offer with its last uploads, the newest first, and the columns that a file has."""

    offer: OfferView
    uploads: tuple[UploadView, ...]
    columns: tuple[ColumnView, ...]


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that was refused: its number in the file, and each reason with the label of its column."""

    row: int
    reasons: tuple[tuple[str, str], ...]


class UploadSheet(msgspec.Struct, frozen=True):
    """An upload with a page of its refused rows; `cursor` leads to the next, empty on the last."""

    offer: OfferView
    upload: UploadView
    rows: tuple[RefusedRow, ...] = ()
    cursor: str = ""


class Sending(msgspec.Struct, frozen=True):
    """What somebody is about to send: from which feed, for which month (empty for none), which kind of file."""

    feed: str
    month: str
    kind: FileKind


class FileLimits(msgspec.Struct, frozen=True):
    """The most megabytes and rows of a file."""

    megabytes: int
    rows: int
