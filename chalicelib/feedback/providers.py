"""What the heart uses of AWS beside its table: S3 for files, SNS for its events."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from botocore.exceptions import ClientError

from chalicelib.contracts.feedback_events import FeedbackEvent, event_type
from chalicelib.core.clock import to_text
from chalicelib.feedback.commands import MOST_BYTES
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import File, Upload
from chalicelib.feedback.uploads import FIRST_BYTES, UploadKey, content_type, file_key, sealed_key
from chalicelib.feedback.values import Entry

UPLOAD_SECONDS = 15 * 60
READ_SECONDS = 60 * 60
# S3 tells those who may not list the bucket that a missing key is forbidden; an empty file has no first bytes.
_NOT_THERE = frozenset({"NoSuchKey", "404", "AccessDenied", "403", "InvalidRange"})


class Matters(NamedTuple):
    """What an event says of its case beside the entry: all that the relay reads of a head."""

    code: str
    category: str
    area: str
    level: str


class PhotoBucket:
    """Files in the bucket Photos, by presigned requests; they never pass through the API."""

    def __init__(self, s3: Callable[[], Any], bucket: str, new_id: Callable[[], str]) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._new_id = new_id

    def upload(self, code: str, by: str, declared_type: str, size: int, back_to: str = "") -> Upload:
        """Leave to post one file of at most `size` bytes, for 15 minutes.

        A page without scripts cannot know type and size: an empty `declared_type` leaves the type to receive_file.
        """
        identifier = self._new_id()
        key = file_key(UploadKey(code, by, identifier))
        fields = {"Content-Type": declared_type or "application/octet-stream"}
        conditions: list[Any] = [
            ["content-length-range", 1, size or MOST_BYTES],
            {"Content-Type": fields["Content-Type"]},
        ]
        if back_to:
            fields["success_action_redirect"] = back_to
            conditions.append({"success_action_redirect": back_to})
        made = self._s3().generate_presigned_post(
            self._bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=UPLOAD_SECONDS
        )
        return Upload(identifier, key, made["url"], made["fields"], UPLOAD_SECONDS)

    def link(self, code: str, file: File) -> str:
        """An address at which the file can be read for an hour, shown as what it was found to be."""
        return self._link(file_key(UploadKey(code, file.by, file.id)), file)

    def arrived(self, code: str, by: str, identifier: str) -> File | None:
        """An uploaded file as its first bytes show it, its type empty for one we do not take; None where none has arrived."""
        key = file_key(UploadKey(code, by, identifier))
        try:
            got = self._s3().get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{FIRST_BYTES - 1}")
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_THERE:
                raise
            return None
        size = int(got["ContentRange"].rpartition("/")[2])
        return File(identifier, by, content_type(got["Body"].read()) or "", size, got["LastModified"])

    def copy(self, code: str, to: str, file: File) -> None:
        """Lay the reporter's file beside another case as well; there it registers itself as an upload does."""
        self._copy(code, file, file_key(UploadKey(to, file.by, file.id)))

    def seal(self, code: str, file: File) -> None:
        """Move a file to where the API can only write; nothing where that was done."""
        if self._copy(code, file, sealed_key(UploadKey(code, file.by, file.id))):
            self.delete(code, file.by, file.id)

    def sealed_link(self, code: str, file: File) -> str:
        """An address at which a sealed file can be read for an hour; for whoever may read."""
        return self._link(sealed_key(UploadKey(code, file.by, file.id)), file)

    def _copy(self, code: str, file: File, to: str) -> bool:
        """Whether there was such a file to copy."""
        source = {"Bucket": self._bucket, "Key": file_key(UploadKey(code, file.by, file.id))}
        try:
            self._s3().copy_object(Bucket=self._bucket, Key=to, CopySource=source)
        except ClientError:
            if self.arrived(code, file.by, file.id) is not None:
                raise
            return False
        return True

    def _link(self, key: str, file: File) -> str:
        params = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": file.content_type,
            "ResponseContentDisposition": "inline",
        }
        return str(self._s3().generate_presigned_url("get_object", Params=params, ExpiresIn=READ_SECONDS))

    def delete(self, code: str, by: str, identifier: str) -> None:
        """Take a refused file away."""
        self._s3().delete_object(Bucket=self._bucket, Key=file_key(UploadKey(code, by, identifier)))


class EventPublisher:
    """The topic FeedbackEvents."""

    def __init__(self, sns: Callable[[], Any], topic: str) -> None:
        self._sns = sns
        self._topic = topic

    def publish(self, feedback: Feedback, seqs: Sequence[int]) -> None:
        """Publish the events of these history entries (again)."""
        matters = Matters(feedback.code, feedback.category, feedback.area, feedback.level)
        self.publish_entries(matters, [entry for entry in feedback.history if entry.seq in seqs])

    def publish_entries(self, matters: Matters, entries: Sequence[Entry]) -> None:
        """Publish the events of history entries, in order; a call that fails raises, and what follows is not published."""
        for entry in entries:
            self._sns().publish(TopicArn=self._topic, **_message(event(matters, entry)))


def event(matters: Matters, entry: Entry) -> FeedbackEvent:
    """The event of a history entry."""
    return FeedbackEvent(
        v=1, id=f"{matters.code}#{entry.seq}", type=event_type(entry.action, entry.status), code=matters.code, seq=entry.seq,
        at=to_text(entry.at), status=entry.status, category=matters.category, area=matters.area, level=matters.level,
        agency=entry.agency, assignment=entry.assignment, cid=entry.cid,
    )  # fmt: skip


def _message(happened: FeedbackEvent) -> dict[str, Any]:
    named = {
        "type": happened.type.value,
        "category": happened.category,
        "level": happened.level,
        "agency": happened.agency,
    }
    # SNS takes no empty attribute; of a sealed case there is neither category nor agency.
    attributes = {name: value for name, value in named.items() if value}
    return {
        "Message": msgspec.json.encode(happened).decode(),
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
