"""What suppliers see: their datasets, what lives of each, their uploads, and what was wrong with which row."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.core.paging import Page
from chalicelib.core.words import say
from chalicelib.lookups.model import ColumnType, Feed, Kind, Offer, Slice, SliceRule
from chalicelib.lookups.uploads.keys import Post
from chalicelib.lookups.uploads.model import Problem, State, Upload
from chalicelib.lookups.uploads.service import Supplied


class FeedLine(msgspec.Struct, frozen=True):
    """A source of the dataset that the caller supplies; `slices` says whether an upload replaces all of it or a month."""

    id: str
    name: str
    owner: str
    slices: SliceRule


class ColumnLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column that a file may have, under its name or its label; without a `required` one a row is refused."""

    name: str
    label: str
    type: ColumnType
    required: bool = False


class SliceLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What lives of a feed, or of a month of it: the number of the upload, and of the one to go back to, 0 for none."""

    feed: str
    live: int
    previous: int
    rows: int
    month: str = ""
    loaded_at: datetime | None = None


class UploadLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One upload and how far it came; `fault` is why the file as a whole was refused."""

    number: int
    feed: str
    file_name: str
    size: int
    state: State
    begun_at: datetime
    read: int
    good: int
    bad: int
    month: str = ""
    fault: str = ""
    loaded_at: datetime | None = None


class DatasetLine(msgspec.Struct, frozen=True):
    """One offer of a utility with the feeds that the caller supplies."""

    utility: str
    offer: str
    kind: Kind
    name: str
    feeds: list[FeedLine]


class DatasetList(msgspec.Struct, frozen=True):
    """All that the caller supplies."""

    items: list[DatasetLine]


class DatasetView(DatasetLine, frozen=True):
    """The same with its columns, what lives, and the last uploads, the newest first."""

    columns: list[ColumnLine]
    slices: list[SliceLine]
    uploads: list[UploadLine]


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing wrong with a row; without a column it is about the row."""

    message: str
    column: str = ""
    label: str = ""


class ProblemLine(msgspec.Struct, frozen=True):
    """A refused row, counted as a spreadsheet counts: 1 is the heading."""

    row: int
    reasons: list[Reason]


class DatasetUploadView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One upload with its refused rows, in the order of the file; of very many the first thousand."""

    upload: UploadLine
    items: list[ProblemLine]
    next_cursor: str | None = None


class Begun(msgspec.Struct, frozen=True):
    """The new upload, and how to send its file: as multipart/form-data to `post.url`, first `post.fields`, then `file`."""

    upload: UploadLine
    post: Post


def dataset_list(found: Sequence[Supplied], language: str) -> DatasetList:
    """Datasets without what lives in them."""
    return DatasetList([DatasetLine(*_named(one, language)) for one in found])


def dataset_view(found: Supplied, language: str) -> DatasetView:
    """One dataset."""
    columns = [
        ColumnLine(one.name, one.label.text(language), one.type, one.required) for one in found.dataset.offer.columns
    ]
    slices = [slice_line(one) for one in found.slices]
    return DatasetView(*_named(found, language), columns, slices, [upload_line(one, language) for one in found.uploads])


def slice_line(found: Slice) -> SliceLine:
    """What lives."""
    feed, _, month = found.name.partition("@")
    return SliceLine(feed, found.live, found.previous, found.rows, month, found.loaded_at)


def upload_line(upload: Upload, language: str) -> UploadLine:
    """One upload."""
    fault = say(upload.fault.words, language, **upload.fault.params) if upload.fault else ""
    return UploadLine(
        upload.number, upload.feed, upload.file_name, upload.size, upload.state, upload.begun_at, upload.read, upload.good,
        upload.bad, upload.month, fault, upload.loaded_at,
    )  # fmt: skip


def upload_view(found: Supplied, upload: Upload, problems: Page[Problem], language: str) -> DatasetUploadView:
    """One upload and a page of its refused rows."""
    offer = upload.offer or found.dataset.offer
    lines = [ProblemLine(one.row, [*_reasons(one, offer, language)]) for one in problems.items]
    return DatasetUploadView(upload_line(upload, language), lines, problems.next_cursor)


def _reasons(problem: Problem, offer: Offer, language: str) -> Sequence[Reason]:
    labels = {column.name: column.label.text(language) for column in offer.columns}
    return [
        Reason(say(error.words, language, **dict(error.params)), error.field, labels.get(error.field, ""))
        for error in problem.errors
    ]


def _named(found: Supplied, language: str) -> tuple[str, str, Kind, str, list[FeedLine]]:
    offer = found.dataset.offer
    feeds = [_feed(one, language) for one in found.feeds]
    return (
        found.utility.id,
        offer.id,
        offer.kind,
        f"{found.utility.name.text(language)}: {offer.name.text(language)}",
        feeds,
    )


def _feed(feed: Feed, language: str) -> FeedLine:
    return FeedLine(feed.id, feed.name.text(language), feed.owner, feed.slices)
