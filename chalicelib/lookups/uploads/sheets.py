"""The rows of an uploaded file, one after another: CSV in whatever encoding it came, or XLSX (pure, but for a file of its own).

Nothing of the file but the row at hand is kept in memory, of XLSX also its table of texts. Rows have the numbers that a spreadsheet
shows; the first is the header. Blank rows are passed over. Whatever is wrong with a file as a whole raises SheetRefused.
"""

import codecs
import csv
import io
import lzma
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, BinaryIO, NamedTuple

from chalicelib.lookups.uploads.encodings import Encoding, encoding_of, from_script
from chalicelib.lookups.uploads.model import MOST_BYTES, SheetRefused
from chalicelib.lookups.uploads.values import Cell

_STRETCH = 1 << 20
_IN_MEMORY = 8 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx with a password
_ZIP = b"PK\x03\x04"
_DELIMITERS = ",;\t"
_MOST_CELL = 10_000
_MOST_COLUMNS = 200
# Characters of a row of CSV, and lines of it: what bounds memory before a row is there to be looked at.
_MOST_ROW = 1 << 20
_MOST_LINES = 1_000
# Rows that a sheet of XLSX can have; one that names a later row is not believed.
_LAST_ROW = 1 << 20
# What an XLSX may say it unpacks to: all of it, its texts (which stay in memory: eight times as much where they are short, of the
# functions' gigabyte), and how many times its size.
_MOST_UNPACKED = 1 << 30
_MOST_TEXTS = 64 << 20
_MOST_PARTS = 1_000
_MOST_RATIO = 200
# What libraries raise over archives and workbooks that are damaged, or that another program wrote in its own way.
_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, lzma.LZMAError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Line(NamedTuple):
    """One row of a file."""

    number: int
    cells: Sequence[Cell]


# How well a header fits the columns that are wanted; by it the sign between cells is told.
Fit = Callable[[Sequence[str]], int]


@contextmanager
def lines_of(stream: BinaryIO, fit: Fit) -> Iterator[Iterator[Line]]:
    """The rows of a file that are not blank, the header first; closes the stream."""
    with stream, tempfile.SpooledTemporaryFile(_IN_MEMORY) as spooled:
        file = _copied(stream, spooled)
        begin = file.read(len(_OLE))
        file.seek(0)
        if begin == _OLE:
            raise SheetRefused("sheet.old_or_locked")
        if begin.startswith(_ZIP):
            with _workbook(file) as rows:
                yield _not_blank(rows)
        else:
            yield _not_blank(_csv_rows(file, fit))


def _copied(stream: BinaryIO, file: Any) -> BinaryIO:
    """The file where it can be read back and forth, as what comes from a bucket cannot."""
    size = 0
    while stretch := stream.read(_STRETCH):
        size += len(stretch)
        if size > MOST_BYTES:
            raise SheetRefused("sheet.large", most=MOST_BYTES // 1_000_000)
        file.write(stretch)
    if not size:
        raise SheetRefused("sheet.empty")
    file.seek(0)
    copied: BinaryIO = file
    return copied


def _not_blank(rows: Iterator[Sequence[Cell]]) -> Iterator[Line]:
    for number, cells in enumerate(rows, start=1):
        end = len(cells)
        while end and (cells[end - 1] is None or (isinstance(text := cells[end - 1], str) and not text.strip())):
            end -= 1
        if end > _MOST_COLUMNS:
            raise SheetRefused("sheet.wide", row=number, most=_MOST_COLUMNS)
        if end:
            yield Line(number, cells[:end])


def _csv_rows(file: BinaryIO, fit: Fit) -> Iterator[Sequence[Cell]]:
    encoding = encoding_of(file)
    delimiter, skipped = _dialect(file, encoding, fit)
    text = _Lines(io.TextIOWrapper(file, encoding.codec, newline=""))
    rows = csv.reader(text, delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            text.begin_row()
            if number <= skipped:
                continue
            if any(len(cell) > _MOST_CELL for cell in cells):
                raise SheetRefused("sheet.cell", row=number, most=_MOST_CELL)
            yield [from_script(cell, encoding.script) for cell in cells] if encoding.script else cells
    except csv.Error as error:
        raise SheetRefused("sheet.broken_row", row=number + 1) from error
    except UnicodeError as error:
        raise SheetRefused("sheet.encoding") from error


class _Lines:
    """The lines of a text, as many and as long as those of a row may be. Raises csv.Error."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.begin_row()

    def begin_row(self) -> None:
        """Take what follows for another row."""
        self._lines, self._left = 0, _MOST_ROW

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._left)
        self._lines += 1
        self._left -= len(line)
        if not self._left or self._lines > _MOST_LINES:
            raise csv.Error
        if not line:
            raise StopIteration
        return line


def _dialect(file: BinaryIO, encoding: Encoding, fit: Fit) -> tuple[str, int]:
    """The sign between cells, and how many rows to pass over: a spreadsheet's own `sep=;`."""
    head = codecs.getincrementaldecoder(encoding.codec)("replace").decode(file.read(_STRETCH))
    head = from_script(head, encoding.script) if encoding.script else head
    file.seek(0)
    said = re.match(r"\ufeff?sep=([,;\t])\r?\n", head)
    if said:
        return said[1], 1
    fits = [(fit(_header(head, delimiter)), delimiter) for delimiter in _DELIMITERS]
    return max(fits, key=lambda one: one[0])[1], 0


def _header(head: str, delimiter: str) -> Sequence[str]:
    try:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        return next((cells for cells in rows if any(cell.strip() for cell in cells)), [])
    except csv.Error:
        return []


@contextmanager
def _workbook(file: BinaryIO) -> Iterator[Iterator[Sequence[Cell]]]:
    # Imported on use: only the functions that load files have it.
    from openpyxl import load_workbook
    from openpyxl.utils.datetime import WINDOWS_EPOCH
    from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException

    damage = (*_DAMAGE, CellCoordinatesException, InvalidFileException)
    _refuse_bombs(file)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except damage as error:
        raise SheetRefused("sheet.broken") from error
    try:
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise SheetRefused("sheet.empty")
        if book.epoch != WINDOWS_EPOCH:
            raise SheetRefused("sheet.epoch")
        # What a sheet says of its size is often wrong.
        sheet.reset_dimensions()
        yield _xlsx_rows(sheet, damage)
    finally:
        book.close()


def _xlsx_rows(sheet: Any, damage: tuple[type[Exception], ...]) -> Iterator[Sequence[Cell]]:
    number = 0
    try:
        for cells in sheet.iter_rows(values_only=True):
            number += 1
            if number > _LAST_ROW:
                raise ValueError(number)
            yield [_cell(value) for value in cells]
    except damage as error:
        raise SheetRefused("sheet.broken_row", row=number + 1) from error


def _cell(value: Any) -> Cell:
    if isinstance(value, str) and len(value) > _MOST_CELL:
        raise ValueError(len(value))
    if value is None or isinstance(value, (str, bool, int, float, datetime, date, time)):
        return value
    # A formula of many cells, or a span of time: what begins so is refused as a formula is.
    return "="


def _refuse_bombs(file: BinaryIO) -> None:
    """Raise SheetRefused for what does not say honestly that it unpacks to a bearable size; no part is unpacked for that."""
    try:
        with zipfile.ZipFile(file) as parts:
            listed = parts.infolist()
            if not bearable([(part.filename, part.compress_size, part.file_size) for part in listed]):
                raise SheetRefused("sheet.bomb")
            if any(part.flag_bits & 1 for part in listed):
                raise SheetRefused("sheet.old_or_locked")
            for part in listed:
                _refuse_doctype(parts, part)
    except _DAMAGE as error:
        raise SheetRefused("sheet.broken") from error
    finally:
        file.seek(0)


def bearable(parts: Sequence[tuple[str, int, int]]) -> bool:
    """Whether an archive of these parts may be opened: their names, and their bytes packed and unpacked."""
    packed, unpacked = sum(size for _, size, _ in parts), sum(size for _, _, size in parts)
    texts = sum(size for name, _, size in parts if not name.startswith("xl/worksheets/"))
    most = min(_MOST_UNPACKED, _MOST_RATIO * max(packed, 1))
    return len(parts) <= _MOST_PARTS and unpacked <= most and texts <= _MOST_TEXTS


def _refuse_doctype(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.filename.endswith((".xml", ".rels")):
        with parts.open(part) as content:
            if _DOCTYPE.search(content.read(1 << 16)):
                raise SheetRefused("sheet.bomb")
