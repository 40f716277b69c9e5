"""Where an uploaded file lies, and what is said of it to the queue of those to go on with (pure)."""

import re
from enum import StrEnum
from typing import NamedTuple

import msgspec

_KEY = r"uploads/(?P<dataset>[a-z0-9_-]{1,40}\.[a-z0-9_-]{1,40})/(?P<number>[0-9]{1,9})/data\.(?P<kind>csv|xlsx)"


class FileKind(StrEnum):
    """The files that units may upload, by the ends of their names."""

    CSV = "csv"
    XLSX = "xlsx"


class UploadKey(NamedTuple):
    """Which upload of which dataset a file is; its own name stays with the upload."""

    dataset: str
    number: int
    kind: FileKind


class Post(msgspec.Struct, frozen=True):
    """Leave to post one file: to which address, with which fields before the file itself, for how many seconds."""

    url: str
    fields: dict[str, str]
    expires_in: int


class Work(StrEnum):
    """What is left to be done for an upload: load the rest of its rows, or clear away a version that nobody reads any more."""

    LOAD = "load"
    RETIRE = "retire"


class Rest(msgspec.Struct, frozen=True):
    """One message of the queue Uploads; doing it twice is doing it once."""

    dataset: str
    number: int
    what: Work


def file_key(key: UploadKey) -> str:
    """The storage key of a file."""
    return f"uploads/{key.dataset}/{key.number}/data.{key.kind}"


def taken_key(key: UploadKey) -> str:
    """The storage key of the same file once it is being loaded, where no upload reaches."""
    return f"taken/{key.dataset}/{key.number}/data.{key.kind}"


def read_key(text: str) -> UploadKey | None:
    """What a storage key says, or None for any other key."""
    found = re.fullmatch(_KEY, text)
    return UploadKey(found["dataset"], int(found["number"]), FileKind(found["kind"])) if found else None


def file_kind(file_name: str) -> FileKind | None:
    """What a file of that name is, or None for a name that says nothing we take."""
    stem, _, end = file_name.strip().lower().rpartition(".")
    return FileKind(end) if stem and end in set(FileKind) else None
