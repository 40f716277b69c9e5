"""Where files lie, and which keys are none of ours."""

import pytest

from chalicelib.lookups.uploads.keys import FileKind, UploadKey, file_key, file_kind, read_key, taken_key


@pytest.mark.parametrize("kind", FileKind)
def test_a_key_is_read_as_it_was_written(kind: FileKind) -> None:
    key = UploadKey("water.bills", 17, kind)
    assert read_key(file_key(key)) == key
    # What has been taken is no upload that arrives.
    assert read_key(taken_key(key)) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "uploads/water.bills/17/data.exe", "uploads/water.bills/17/other.csv", "uploads/water/17/data.csv",
        "uploads/water.bills/x/data.csv", "uploads/water.bills/17/data.csv/", "/uploads/water.bills/17/data.csv",
        "uploads/a/../b.c/17/data.csv", "uploads/WATER.bills/17/data.csv", "uploads/water.bills/17/data.csv\n",
    ],
)  # fmt: skip
def test_any_other_key_is_none(text: str) -> None:
    assert read_key(text) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("data.csv", FileKind.CSV), ("Bảng kê.XLSX", FileKind.XLSX), (" a.b.csv ", FileKind.CSV), ("data.xls", None),
        ("data", None), (".csv.", None), ("", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_is_in_its_name(name: str, kind: FileKind | None) -> None:
    assert file_kind(name) is kind
