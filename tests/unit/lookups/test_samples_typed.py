"""The samples as anybody may have typed and saved them: the same records come out, or a row is refused, never something else."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping

import openpyxl
import pytest

from chalicelib.lookups.model import Dataset
from chalicelib.lookups.uploads.checking import Checked, Checker, KnownAreas
from chalicelib.lookups.uploads.legacy_vietnamese import Script, typed_as
from chalicelib.lookups.uploads.sheets import lines_of
from infra.seed.samples import Sample, as_file
from tests.unit.lookups.test_encodings import for_1258
from tests.unit.lookups.test_samples import ALL, AREAS, NOW, UTILITIES

MAP = KnownAreas(AREAS)


def _typed(text: str, script: Script) -> str:
    """The text in a font that has only letters of Vietnamese; other signs are typed as a dash."""
    return "".join(_letter(letter, script) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str, script: Script) -> str:
    try:
        return typed_as(letter, script)
    except KeyError:
        return "-"


def _xlsx(text: str) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    assert book.active
    for row in csv.reader(io.StringIO(text)):
        book.active.append(row)
    book.save(content)
    return content.getvalue()


# Whole files in an encoding: every row comes out.
SAVED: Mapping[str, Callable[[str], bytes]] = {
    "utf-8 decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "windows-1258": lambda text: for_1258(text).encode("cp1258"),
    "tcvn3": lambda text: _typed(text, Script.TCVN3).encode("latin-1"),
    "vni": lambda text: _typed(text, Script.VNI).encode("latin-1"),
    "xlsx": _xlsx,
}
# Unicode files with cells typed in a font: what is not sure is refused.
TYPED: Mapping[str, Callable[[str], bytes]] = {
    "tcvn3 in utf-8": lambda text: _typed(text, Script.TCVN3).encode(),
    "vni in xlsx": lambda text: _xlsx(_typed(text, Script.VNI)),
}


def _read(sample: Sample, content: bytes) -> list[Checked]:
    offer = UTILITIES[sample.utility].offer(sample.offer)
    assert offer
    feed = offer.feed(sample.feed)
    assert feed
    checker = Checker(Dataset(sample.utility, offer), feed, "", MAP)
    with lines_of(io.BytesIO(content), checker.fit) as lines:
        checker.header(next(lines))
        return [checker.row(line) for line in lines]


def _dashed(row: Checked) -> str:
    """What a row says; TCVN3 has no capitals with a tone, and fonts of either have no signs beyond letters."""
    letters = str(dict(row.facts)).lower()
    return "".join(letter if letter.isascii() or letter.isalpha() else "-" for letter in letters)


@pytest.mark.parametrize("way", SAVED)
@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path.stem)
def test_a_file_saved_in_any_encoding_says_the_same(sample: Sample, way: str) -> None:
    content = as_file(sample.rows(NOW))
    assert [_dashed(row) for row in _read(sample, SAVED[way](content.decode()))] == [
        _dashed(row) for row in _read(sample, content)
    ]


@pytest.mark.parametrize("way", TYPED)
def test_cells_typed_in_an_old_font_come_out_as_meant_or_are_refused_and_most_come_out(way: str) -> None:
    outcomes: Counter[str] = Counter()
    for sample in ALL:
        content = as_file(sample.rows(NOW))
        for meant, found in zip(_read(sample, content), _read(sample, TYPED[way](content.decode())), strict=True):
            outcomes["refused" if found.errors else "same" if _dashed(found) == _dashed(meant) else "other"] += 1
    assert outcomes["other"] == 0
    assert outcomes["same"] > 4 * outcomes["refused"]
