"""What uploads use of AWS beside their table: the bucket Datasets and the queue Uploads."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from chalicelib.lookups.upload_keys import Rest, UploadKey, file_key

POST_SECONDS = 15 * 60


class Post(msgspec.Struct, frozen=True):
    """Leave to post one file: to which address, with which fields, for how many seconds."""

    url: str
    fields: dict[str, str]
    expires_in: int


class DatasetBucket:
    """Files in the bucket Datasets; they never pass through the API."""

    def __init__(self, s3: Callable[[], Any], bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def post(self, key: UploadKey, size: int) -> Post:
        """Leave to post one file of at most `size` bytes, for 15 minutes."""
        made = self._s3().generate_presigned_post(
            self._bucket, file_key(key), Conditions=[["content-length-range", 1, size]], ExpiresIn=POST_SECONDS
        )
        return Post(made["url"], made["fields"], POST_SECONDS)

    def open(self, key: UploadKey) -> Any:
        """A file as a stream of bytes; raises ClientError where there is none."""
        return self._s3().get_object(Bucket=self._bucket, Key=file_key(key))["Body"]


class UploadQueue:
    """The queue Uploads."""

    def __init__(self, sqs: Callable[[], Any], url: str) -> None:
        self._sqs = sqs
        self._url = url

    def send(self, rest: Rest, delay: timedelta = timedelta()) -> None:
        """Leave work for later, for at most 15 minutes later."""
        body = msgspec.json.encode(rest).decode()
        self._sqs().send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=int(delay.total_seconds()))
