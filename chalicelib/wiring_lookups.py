"""What the utilities need, built as wiring.py builds the rest: on first use, once a process."""


from functools import cache
from typing import TYPE_CHECKING

from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from chalicelib.lookups.upload_providers import DatasetBucket, UploadQueue


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
