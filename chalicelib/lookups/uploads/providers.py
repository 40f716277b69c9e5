"""What uploads use of AWS beside their table: the bucket Datasets and the queue Uploads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO, cast

import msgspec
from botocore.exceptions import ClientError

from chalicelib.core.errors import NotFound
from chalicelib.lookups.uploads.keys import Post, Rest, UploadKey, file_key, file_kind, taken_key
from chalicelib.lookups.uploads.model import Upload

POST_SECONDS = 15 * 60
# S3 tells those who may not list the bucket that a missing key is forbidden.
_NOT_THERE = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})


class DatasetBucket:
    """Files in the bucket Datasets; they never pass through the API."""

    def __init__(self, s3: Callable[[], Any], bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def post(self, key: UploadKey, size: int, back_to: str = "") -> Post:
        """Leave to post one file of at most `size` bytes, for 15 minutes; a form without scripts then goes on to `back_to`."""
        onward = {"success_action_redirect": back_to} if back_to else {}
        made = self._s3().generate_presigned_post(
            self._bucket, file_key(key), Fields=dict(onward), ExpiresIn=POST_SECONDS,
            Conditions=[["content-length-range", 1, size], *([onward] if onward else [])],
        )  # fmt: skip
        return Post(made["url"], made["fields"], POST_SECONDS)

    def take(self, upload: Upload) -> None:
        """Copy the file of an upload to where no leave to post reaches; raises NotFound."""
        key = _key(upload)
        with _found():
            self._s3().copy_object(
                Bucket=self._bucket, Key=taken_key(key), CopySource={"Bucket": self._bucket, "Key": file_key(key)}
            )

    def open(self, upload: Upload) -> BinaryIO:
        """The file of an upload that was taken as a stream of bytes, which cannot go back; raises NotFound."""
        with _found():
            return cast(BinaryIO, self._s3().get_object(Bucket=self._bucket, Key=taken_key(_key(upload)))["Body"])

    def let_expire(self, upload: Upload) -> None:
        """Keep the file of an upload for a month more and no longer, as the bucket's rule says; nothing where it is gone."""
        ended = {"TagSet": [{"Key": "state", "Value": "ended"}]}
        try:
            self._s3().put_object_tagging(Bucket=self._bucket, Key=taken_key(_key(upload)), Tagging=ended)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise


@contextmanager
def _found() -> Iterator[None]:
    """Raises NotFound where S3 says that a key is missing."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOT_THERE:
            raise
        raise NotFound() from error


def _key(upload: Upload) -> UploadKey:
    kind = file_kind(upload.file_name)
    if kind is None:
        raise NotFound()
    return UploadKey(upload.dataset, upload.number, kind)


class UploadQueue:
    """The queue Uploads."""

    def __init__(self, sqs: Callable[[], Any], url: str) -> None:
        self._sqs = sqs
        self._url = url

    def send(self, rest: Rest, delay: timedelta = timedelta()) -> None:
        """Leave work for later, for at most 15 minutes later."""
        body = msgspec.json.encode(rest).decode()
        self._sqs().send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=int(delay.total_seconds()))
