"""What the utilities need, built as wiring.py builds the rest: on first use, once a process."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.core import clock
from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from chalicelib.lookups.catalogue import Utilities
    from chalicelib.lookups.upload_providers import DatasetBucket, UploadQueue


@cache
def utilities() -> "Utilities":
    """The catalogue of utilities."""
    from chalicelib.lookups.catalogue import Utilities
    from chalicelib.lookups.catalogue_rules import Known
    from chalicelib.lookups.catalogue_store import CatalogueStore

    directory = wiring.directory()
    known = Known(lambda code: directory.agency(code) is not None, lambda code: directory.area(code) is not None)
    return Utilities(CatalogueStore(clock.now), known, clock.now)


@cache
def dataset_files() -> "DatasetBucket":
    """The bucket Datasets."""
    from chalicelib.lookups.upload_providers import DatasetBucket
    from chalicelib.runtime.clients import client

    return DatasetBucket(lambda: client("s3"), settings().datasets_bucket)


@cache
def upload_queue() -> "UploadQueue":
    """The queue Uploads."""
    from chalicelib.lookups.upload_providers import UploadQueue
    from chalicelib.runtime.clients import client

    return UploadQueue(lambda: client("sqs"), settings().uploads_queue)
