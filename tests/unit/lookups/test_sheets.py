"""Whatever a spreadsheet writes is read row by row, and what would harm or mislead is refused before it is read."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime

import openpyxl
import pytest

from chalicelib.lookups.uploads.legacy_vietnamese import Script, typed_as
from chalicelib.lookups.uploads.model import MOST_BYTES, SheetRefused
from chalicelib.lookups.uploads.sheets import Line, bearable, lines_of
from chalicelib.lookups.uploads.values import Cell

HEADER = ("id", "tên")
TOWN = "Thành phố Yên Bái, phường Nguyễn Thái Học, tổ dân phố số một"


def fit(cells: Sequence[str]) -> int:
    return sum(cell.strip().lower() in HEADER for cell in cells)


def lines(content: bytes) -> list[Line]:
    with lines_of(io.BytesIO(content), fit) as found:
        return list(found)


def refusal(content: bytes) -> SheetRefused:
    with pytest.raises(SheetRefused) as refused:
        lines(content)
    return refused.value


def workbook(*rows: Sequence[object], **more: object) -> bytes:
    """Rows as XLSX."""
    book = openpyxl.Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    for name, value in more.items():
        setattr(book, name, value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    """An archive with other parts, or further ones."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in changed if name not in old.namelist())]:
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return made.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_with_any_usual_sign_between_cells(delimiter: str, ending: str, codec: str) -> None:
    rows = [delimiter.join(cells) for cells in (HEADER, ("1", '"Tổ 1, 2; 3\t""nhỏ"""'), ("2", ""))]
    assert lines(ending.join(rows).encode(codec)) == [
        Line(1, ["id", "tên"]),
        Line(2, ["1", 'Tổ 1, 2; 3\t"nhỏ"']),
        Line(3, ["2"]),
    ]


def test_rows_have_the_numbers_that_a_spreadsheet_shows() -> None:
    content = 'id,tên\n\n1,"hai\ndòng"\n , \n2,Ba\n'.encode()
    assert lines(content) == [Line(1, ["id", "tên"]), Line(3, ["1", "hai\ndòng"]), Line(5, ["2", "Ba"])]


def test_the_sign_that_a_spreadsheet_writes_itself_is_taken() -> None:
    assert lines("sep=;\r\nid;tên\r\n1;a,b\r\n".encode())[1:] == [Line(2, ["1", "a,b"])]


@pytest.mark.parametrize("script", Script)
def test_csv_of_an_old_font_is_converted_with_its_header(script: Script) -> None:
    content = typed_as(f"id;tên\n1;{TOWN}\n", script).encode("latin-1")
    assert lines(content) == [Line(1, ["id", "tên"]), Line(2, ["1", TOWN])]


def test_a_quotation_mark_that_is_never_closed_is_found() -> None:
    assert refusal(b'id,ten\n1,"' + b"x" * 200_000).words == "sheet.broken_row"
    assert refusal(b'id,ten\n1,"' + b"x" * 20_000 + b'"\n').words == "sheet.cell"


@pytest.mark.parametrize("row", [b"," * (2 << 20), b'"\n",' * 5_000], ids=["line", "lines"])
def test_a_row_that_never_ends_is_refused_before_it_fills_the_memory(row: bytes) -> None:
    refused = refusal(b"id,ten\n" + row + b"\n")
    assert (refused.words, refused.params) == ("sheet.broken_row", {"row": 2})


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(b"id,ten\n1,\xff\xfe\xfd\n").words == "sheet.encoding"


def test_a_file_that_is_too_large_is_refused_without_keeping_it() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * size

    with pytest.raises(SheetRefused) as refused, lines_of(Endless(), fit):  # type: ignore[arg-type]
        pass
    assert refused.value.words == "sheet.large"
    assert refused.value.params == {"most": MOST_BYTES // 1_000_000}


def test_a_row_of_very_many_cells_is_refused() -> None:
    assert refusal(b"id,ten\n" + b"1," * 300 + b"1\n").words == "sheet.wide"


def test_xlsx_keeps_the_types_of_its_cells() -> None:
    day = datetime.fromisoformat("2026-10-05")
    content = workbook(HEADER, (1, "Trạm"), (None, None), (2.5, True), ("0012", day))
    found = lines(content)
    assert [line.number for line in found] == [1, 2, 4, 5]
    assert [list(line.cells) for line in found[1:]] == [[1, "Trạm"], [2.5, True], ["0012", day]]


def test_a_formula_of_xlsx_shows_as_one() -> None:
    cells: Sequence[Cell] = lines(workbook(HEADER, ("=1+1", "=HYPERLINK(A1)")))[1].cells
    assert [str(cell)[0] for cell in cells] == ["=", "="]


def test_the_first_sheet_that_is_shown_is_read() -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(("hidden",))
    book.active.sheet_state = "hidden"
    book.create_sheet("Hai").append(HEADER)
    content = io.BytesIO()
    book.save(content)
    assert lines(content.getvalue()) == [Line(1, list(HEADER))]


def test_a_book_that_counts_days_from_1904_is_refused() -> None:
    assert refusal(workbook(HEADER, epoch=openpyxl.utils.datetime.MAC_EPOCH)).words == "sheet.epoch"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet.old_or_locked"),
        (b"PK\x03\x04 and nothing", "sheet.broken"),
        (repacked(workbook(HEADER), {"xl/workbook.xml": b"<workbook"}), "sheet.broken"),
        (repacked(workbook(HEADER), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), "sheet.broken"),
        (repacked(workbook(HEADER), {"xl/big.xml": bytes(20 << 20)}), "sheet.bomb"),
        (repacked(workbook(HEADER), {f"xl/{name}.bin": b"" for name in range(1_100)}), "sheet.bomb"),
        (
            repacked(workbook(HEADER), {"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'}),
            "sheet.bomb",
        ),
    ],
    ids=["old", "no-archive", "no-book", "cut-off", "bomb", "parts", "entities"],
)
def test_what_is_no_sound_book_is_refused(content: bytes, words: str) -> None:
    assert refusal(content).words == words


@pytest.mark.parametrize(
    ("parts", "fits"),
    [
        ([("xl/worksheets/sheet1.xml", 9 << 20, 900 << 20), ("xl/sharedStrings.xml", 9 << 20, 60 << 20)], True),
        ([("xl/worksheets/sheet1.xml", 60 << 20, 1_100 << 20)], False),
        ([("xl/worksheets/sheet1.xml", 1 << 20, 201 << 20)], False),
        ([("xl/sharedStrings.xml", 60 << 20, 65 << 20)], False),
        ([(f"xl/{number}", 1, 1) for number in range(1_001)], False),
    ],
)
def test_an_archive_is_opened_only_if_it_says_that_it_is_bearable(
    parts: list[tuple[str, int, int]], fits: bool
) -> None:
    assert bearable(parts) is fits


def test_a_sheet_that_is_cut_off_says_around_which_row() -> None:
    content = workbook(*[(f"{row}", "x" * 50) for row in range(3_000)])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    refused = refusal(repacked(content, {"xl/worksheets/sheet1.xml": sheet[: len(sheet) // 2]}))
    assert refused.words == "sheet.broken_row"
    assert 1_000 < int(refused.params["row"]) < 2_000


def remade(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A book with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as others:
        for name in parts.namelist():
            text = parts.read(name).decode()
            others.writestr(name, change(text) if name == part else text)
    return made.getvalue()


def test_a_book_that_was_damaged_on_its_way_is_read_or_refused_and_never_breaks_the_reader() -> None:
    sound = workbook(HEADER, *(("a", TOWN, 45_000) for _ in range(40)))
    chance, refused = random.Random(9), 0
    for _ in range(150):
        damaged = bytearray(sound)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            lines(bytes(damaged))
        except SheetRefused:
            refused += 1
    assert refused > 50


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (
            "xl/worksheets/sheet1.xml",
            't="inlineStr"><is><t>a</t></is>',
            't="s"><v>99</v>',
            "sheet.broken_row",
        ),
        ("xl/worksheets/sheet1.xml", '<row r="2"', '<row r="9000000000"', "sheet.broken_row"),
        ("xl/styles.xml", "<fill><patternFill /></fill>", "<fill/>", "sheet.broken"),
        ("xl/workbook.xml", 'name="Sheet"', "", "sheet.broken"),
    ],
    ids=["text that is not there", "row far away", "style of its own", "sheet without a name"],
)
def test_a_book_that_another_program_wrote_in_its_own_way_is_refused(part: str, old: str, new: str, words: str) -> None:
    book = workbook(HEADER, ("a", "Cầu"))
    assert refusal(remade(book, part, lambda text: text.replace(old, new, 1))).words == words


def test_a_part_that_is_larger_than_it_says_is_found() -> None:
    content = bytearray(workbook(HEADER, *[(str(row), "x" * 50) for row in range(200)]))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        part = parts.getinfo("xl/worksheets/sheet1.xml")
    said = part.file_size.to_bytes(4, "little")
    while (at := content.find(said)) >= 0:
        content[at : at + 4] = (100).to_bytes(4, "little")
    assert refusal(bytes(content)).words in {"sheet.broken", "sheet.broken_row"}


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(workbook(HEADER))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 1)
    assert refusal(bytes(content)).words == "sheet.old_or_locked"
