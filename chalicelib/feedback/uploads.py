"""What an uploaded file is, by its first bytes and its key (pure)."""

import re
from typing import NamedTuple

FIRST_BYTES = 32

# The signatures of the formats themselves: JPEG (ITU T.81), PNG (ISO 15948), WebP (RIFF), HEIC (ISO 23008-12), PDF (ISO 32000).
# Compiled when first used, since most functions that load them never see a file.
_SIGNATURES = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftyp(?:heic|heix|hevc|heim|heis|mif1|msf1)", "image/heic"),
    (rb"%PDF-1|%PDF-2", "application/pdf"),
)
_KEY = r"cases/(?P<code>[0-9A-Z]{11})/(?P<by>citizen|[0-9]{1,4})/(?P<id>[0-9a-z]{8,40})"


class UploadKey(NamedTuple):
    """Where a file lies: the case, whose it is (`citizen` or the number of an assignment), its id."""

    code: str
    by: str
    id: str


def content_type(first_bytes: bytes) -> str | None:
    """The type that the first 32 bytes of a file show, or None for one we do not take."""
    return next((kind for signature, kind in _SIGNATURES if re.match(signature, first_bytes, re.DOTALL)), None)


def file_key(key: UploadKey) -> str:
    """The storage key of a file."""
    return f"cases/{key.code}/{key.by}/{key.id}"


def sealed_key(key: UploadKey) -> str:
    """The storage key of a file of a sealed case."""
    return f"sealed/{key.code}/{key.by}/{key.id}"


def read_key(text: str) -> UploadKey | None:
    """What a storage key says, or None for any other key."""
    found = re.fullmatch(_KEY, text)
    return UploadKey(found["code"], found["by"], found["id"]) if found else None
