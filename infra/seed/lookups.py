"""Fills the table Lookups: the catalogue of utilities everywhere, sample records where they are wanted.

Samples go the way of every upload, through the loader of chalicelib/lookups, and only into utilities whose catalogue says that
their data are samples. What lives already is left, so that nobody's data are replaced; `overwrite` loads them anew.
"""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, BinaryIO, NamedTuple

from msgspec.structs import replace

from chalicelib.core import clock
from chalicelib.lookups.catalogue.store import CatalogueStore, Seeded
from chalicelib.lookups.model import Dataset, Feed, Kind, Role, SliceRule, Utility
from chalicelib.lookups.uploads.keys import FileKind, UploadKey, taken_key
from chalicelib.lookups.uploads.model import Upload, slice_name
from chalicelib.lookups.uploads.ports import Uploads
from infra.seed.samples import Row, as_file, by_month, samples
from infra.seed.utilities import utilities

# Far more than a few rows take.
_ROOM = timedelta(minutes=5)
_AT_ONCE = 4
_LOADED_BY = "seed"


class BadSampleError(RuntimeError):
    """A sample has rows that its offer refuses."""


class Part(NamedTuple):
    """What one upload of a sample brings: the rows of a slice."""

    dataset: Dataset
    feed: Feed
    slice: str
    rows: list[Row]


class SampleFiles:
    """Samples as the files of uploads (uploads/ports.py); in the bucket too, since clearing them away one day reads them."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket
        self.contents: dict[tuple[str, str], bytes] = {}

    def take(self, upload: Upload) -> None:
        """Put the file of that dataset and slice where the loader's functions will look for it."""
        key = taken_key(UploadKey(upload.dataset, upload.number, FileKind.CSV))
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=self.contents[upload.dataset, upload.slice])

    def open(self, upload: Upload) -> BinaryIO:
        """The file of that dataset and slice."""
        return io.BytesIO(self.contents[upload.dataset, upload.slice])


def seed_catalogue(sample: bool, overwrite: bool) -> Seeded:
    """Write the utilities that are not there yet; with `sample` as those whose data are made up."""
    made = [replace(one, sample=sample and _has_records(one)) for one in utilities()]
    return CatalogueStore(clock.now).seed(made, overwrite)


def seed_samples(overwrite: bool) -> tuple[int, int]:
    """Load every sample into what is empty, with `overwrite` over anything; how many slices were loaded, how many records.

    Raises BadSampleError.
    """
    from chalicelib import wiring_lookups
    from chalicelib.runtime.clients import client
    from chalicelib.runtime.settings import settings

    uploads, now = wiring_lookups.dataset_store(), clock.now()
    files = SampleFiles(client("s3"), settings().datasets_bucket)
    wanted = [part for part in _parts(now) if overwrite or not uploads.standing(part.dataset.id, part.slice).slice.live]
    # Asked once before several ask at once.
    wiring_lookups.areas().find("")
    load = _Loading(uploads, files, now)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        counts = list(pool.map(load, wanted))
    return len(counts), sum(counts)


class _Loading:
    """One part after another through the loader."""

    def __init__(self, uploads: Uploads, files: SampleFiles, now: datetime) -> None:
        from chalicelib import wiring_lookups
        from chalicelib.lookups.uploads.batch_store import BatchStore
        from chalicelib.lookups.uploads.loading import Loader, Outside
        from chalicelib.runtime.settings import settings

        self._uploads, self._files, self._now = uploads, files, now
        self._loader = Loader(
            Outside(
                catalogue=CatalogueStore(clock.now), uploads=uploads, files=files, batches=BatchStore(),
                areas=wiring_lookups.areas(), secret=settings().secret_key, clock=clock.now,
            )
        )  # fmt: skip

    def __call__(self, part: Part) -> int:
        """How many records it brought."""
        content = as_file(part.rows)
        self._files.contents[part.dataset.id, part.slice] = content
        upload = self._uploads.begin(
            Upload(
                dataset=part.dataset.id, number=0, feed=part.feed.id, slice=part.slice, size=len(content),
                file_name=f"{part.dataset.id}.{part.feed.id}.csv", by=_LOADED_BY, begun_at=self._now,
            )
        )  # fmt: skip
        done = self._loader.load(upload.dataset, upload.number, self._now + _ROOM)
        if done.upload.bad or done.upload.good != len(part.rows):
            message = f"{upload.file_name}: {done.upload.good} of {len(part.rows)} rows are good, {done.outcome}"
            raise BadSampleError(message)
        for number in done.doomed:
            self._loader.retire(upload.dataset, number, self._now + _ROOM)
        return done.upload.good


def _has_records(utility: Utility) -> bool:
    return any(offer.kind is not Kind.ROUTE for offer in utility.offers)


def _parts(now: datetime) -> Iterator[Part]:
    stored = {one.id: one for one in CatalogueStore(clock.now).utilities()}
    for sample in samples():
        utility = stored.get(sample.utility)
        offer = utility.offer(sample.offer) if utility and utility.sample else None
        feed = offer.feed(sample.feed) if offer else None
        if offer is None or feed is None or feed.provider:
            continue
        dataset, rows, period = Dataset(sample.utility, offer), sample.rows(now), offer.column(Role.PERIOD)
        if feed.slices is SliceRule.MONTH and period:
            for month, found in by_month(rows, period.name).items():
                yield Part(dataset, feed, slice_name(feed, month), found)
        else:
            yield Part(dataset, feed, slice_name(feed, None), rows)
