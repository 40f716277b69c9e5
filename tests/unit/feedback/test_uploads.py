"""What an uploaded file is, by its first bytes and its key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.feedback.uploads import FIRST_BYTES, UploadKey, content_type, file_key, read_key
from tests.builders import new_code

CODE = new_code()


@pytest.mark.parametrize(
    ("first_bytes", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\n\n\n\nWEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00", "image/heic"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
        (b"%PDF-2.0", "application/pdf"),
        (b"", None),
        (b"GIF89a", None),
        (b"MZ\x90\x00", None),
        (b"<!DOCTYPE html><script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b" \xff\xd8\xff", None),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypmp42", None),
        (b"%PDF-9.9", None),
        (b"PK\x03\x04", None),
    ],
)
def test_a_file_is_what_its_first_bytes_show(first_bytes: bytes, kind: str | None) -> None:
    assert content_type(first_bytes) == kind
    assert content_type(first_bytes[:FIRST_BYTES]) == kind


@given(st.binary(max_size=FIRST_BYTES))
def test_any_bytes_are_one_of_five_types_or_none(first_bytes: bytes) -> None:
    assert content_type(first_bytes) in {None, "image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"}


@pytest.mark.parametrize("by", ["citizen", "1", "9999"])
def test_a_key_says_whose_file_it_is(by: str) -> None:
    key = UploadKey(CODE, by, "0123456789abcdef")
    assert file_key(key) == f"cases/{CODE}/{by}/0123456789abcdef"
    assert read_key(file_key(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "", "cases", f"cases/{CODE}/citizen/../../x", f"cases/{CODE}/centre/0123456789abcdef", f"cases/{CODE}/citizen/ABC",
        f"cases/{CODE}/citizen/0123456789abcdef\n", f"x/cases/{CODE}/citizen/0123456789abcdef", f"cases/{CODE}/12345/01234567",
        f"cases/{CODE.lower()}/citizen/0123456789abcdef", f"cases/{CODE}/citizen/0123456789abcdef/x",
    ],
)  # fmt: skip
def test_any_other_key_is_foreign(text: str) -> None:
    assert read_key(text) is None
