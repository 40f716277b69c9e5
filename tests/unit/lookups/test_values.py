"""A cell becomes the value of its column, or is refused with a reason that never quotes it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.words import say
from chalicelib.lookups.model import Choice, Column, ColumnType, Named, Role
from chalicelib.lookups.uploads.values import Cell, CellRefused, value
from tests.unit.lookups.counting_fakes import SmallMap

NAME = Named("Cột", "Column")
T = ColumnType
# As a spreadsheet types them.
MIDNIGHT, HALF_PAST_SEVEN = datetime.fromisoformat("2026-10-05"), datetime.fromisoformat("2026-10-05T07:30")
FIRST = datetime.fromisoformat("2026-10-01")


class Twins(SmallMap):
    """Two communes have one name."""

    def find(self, text: str) -> Sequence[str]:
        return ["04249", "04489"] if text == "Xã Đôi" else super().find(text)


def column(kind: ColumnType, **more: Any) -> Column:
    return Column("cell", kind, NAME, **more)


def read(kind: ColumnType, cell: Cell, **more: Any) -> Any:
    return value(column(kind, **more), cell, Twins())


def refusal(kind: ColumnType, cell: Cell, **more: Any) -> str:
    with pytest.raises(CellRefused) as refused:
        read(kind, cell, **more)
    said = say(refused.value.words, "vi", **refused.value.params)
    assert said
    assert not (isinstance(cell, str) and len(cell) > 3 and cell in said)
    return refused.value.words


@pytest.mark.parametrize("kind", ColumnType)
@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0"])
def test_an_empty_cell_is_nothing_and_refused_where_there_must_be_something(kind: ColumnType, cell: Cell) -> None:
    assert read(kind, cell) is None
    assert refusal(kind, cell, required=True) == "cell.missing"


@pytest.mark.parametrize(
    ("kind", "cell", "found"),
    [
        (T.TEXT, "  Trạm y tế\r\nxã  ", "Trạm y tế\nxã"),
        (T.TEXT, 12, "12"),
        (T.TEXT, 12.0, "12"),
        (T.TEXT, "+84 216 3852 123", "+84 216 3852 123"),
        (T.TEXT, "-12,5", "-12,5"),
        (T.TEXT, "- Bản sao", "– Bản sao"),
        (T.TEXT, "-2+3+cmd|' /C calc'!A0", "–2+3+cmd|' /C calc'!A0"),
        (T.TEXT, MIDNIGHT, "2026-10-05"),
        (T.TEXT, time(7, 30), "07:30:00"),
        (T.NUMBER, "1.234,5", 1234.5),
        (T.NUMBER, 7.0, 7),
        (T.MONEY, "350.000 đ", 350_000),
        (T.MONEY, 126_400.0, 126_400),
        (T.DATE, "05/10/2026", "2026-10-05"),
        (T.DATE, MIDNIGHT, "2026-10-05"),
        (T.DATE, MIDNIGHT.date(), "2026-10-05"),
        (T.DATE, 46_300, "2026-10-05"),
        (T.MOMENT, "07:30 05/10/2026", "2026-10-05T00:30:00.000Z"),
        (T.MOMENT, HALF_PAST_SEVEN, "2026-10-05T00:30:00.000Z"),
        (T.MOMENT, 46_300.3125, "2026-10-05T00:30:00.000Z"),
        (T.MOMENT, "05/10/2026", "2026-10-04T17:00:00.000Z"),
        (T.FLAG, "Có", True),
        (T.FLAG, "KHÔNG", False),
        (T.FLAG, "x", True),
        (T.FLAG, "1", True),
        (T.FLAG, 0, False),
        (T.FLAG, True, True),
        (T.FLAG, "đã thanh toán", True),
        (T.PHONE, "0952 123 456", "+84952123456"),
        (T.PHONE, "+84 95 212 3456", "+84952123456"),
        (T.PHONE, 952_123_456, "+84952123456"),
        (T.PHONE, "(0216) 3.852.000", "+842163852000"),
        (T.PHONE, "1900 1234", "19001234"),
        (T.PHONE, "115", "115"),
        (T.PHONE, 113, "113"),
        (T.LINK, "https://yenbai.example/du-lich?x=1#a", "https://yenbai.example/du-lich?x=1#a"),
        (T.HOURS, "t2-t6 7h30-11h30; cn nghỉ", "T2-T6 07:30-11:30; T7-CN nghỉ"),
        (T.STEPS, "50:1984; 50:2050;", [[50, 1984], [50, 2050]]),
        (T.STEPS, "3,5 : 7.300,5", [[3.5, 7300.5]]),
        (T.AREA, "04249", "04249"),
        (T.AREAS, "04249; 132 ;04249", ["04249", "132"]),
        (T.TEXTS, "Thôn 1; Thôn 2;", ["Thôn 1", "Thôn 2"]),
    ],
)
def test_a_cell_is_read(kind: ColumnType, cell: Cell, found: Any) -> None:
    assert read(kind, cell) == found


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        (T.TEXT, True, "cell.text"),
        (T.TEXT, 12.5, "cell.rounded"),
        (T.TEXT, 1e15, "cell.rounded"),
        (T.TEXT, "1.23457E+12", "cell.rounded"),
        (T.TEXT, "a\x00b", "cell.control"),
        (T.TEXT, "#N/A", "cell.error"),
        (T.TEXT, "a" * 2_001, "cell.long"),
        (T.NUMBER, "1.234", "cell.ambiguous"),
        (T.NUMBER, "nhiều", "cell.number"),
        (T.NUMBER, True, "cell.number"),
        (T.MONEY, "12,5", "cell.money"),
        (T.MONEY, 12.5, "cell.money"),
        (T.DATE, "13/13/2026", "cell.date"),
        (T.DATE, HALF_PAST_SEVEN, "cell.date"),
        (T.DATE, True, "cell.date"),
        (T.MOMENT, "sáng mai", "cell.moment"),
        (T.FLAG, "có lẽ", "cell.flag"),
        (T.FLAG, 2, "cell.flag"),
        (T.PHONE, "12345", "cell.phone"),
        (T.PHONE, "0952123456; 0952123457", "cell.phone"),
        (T.PHONE, "+44 95 123 456", "cell.phone"),
        (T.LINK, "http://a.example", "cell.link"),
        (T.LINK, "https://u:p@a.example", "cell.link"),
        (T.LINK, "https://localhost", "cell.link"),
        (T.LINK, "javascript:alert(1)", "cell.link"),
        (T.LINK, "https://a.example:x", "cell.link"),
        (T.LINK, "https://a.example/<b>", "cell.link"),
        (T.LINK, 7, "cell.link"),
        (T.HOURS, "lúc nào cũng được", "cell.hours"),
        (T.STEPS, "50", "cell.steps"),
        (T.STEPS, "50:x", "cell.steps"),
        (T.STEPS, "-1:5", "cell.steps"),
        (T.STEPS, "1.234:5", "cell.ambiguous"),
        (T.AREA, "Sao Hỏa", "cell.area"),
        (T.AREA, "Xã Đôi", "cell.areas"),
        (T.AREAS, ";", "cell.entries"),
        (T.TEXTS, "a;" * 51, "cell.entries"),
        (T.TEXTS, "Thôn 1; =1+1", "cell.formula"),
    ],
)
def test_a_cell_that_is_not_its_columns_is_refused(kind: ColumnType, cell: Cell, words: str) -> None:
    assert refusal(kind, cell) == words


@pytest.mark.parametrize("kind", ColumnType)
@pytest.mark.parametrize(
    "cell", ["=1+1", " =1+1", "@SUM(1)", "\t=1", "\rx", "＝1", "+cmd|' /C calc'!A0", '=HYPERLINK("x")', "\ttext"]
)
def test_what_begins_a_formula_is_refused_in_every_column(kind: ColumnType, cell: str) -> None:
    assert refusal(kind, cell) == "cell.formula"


@given(st.text(max_size=30), st.sampled_from([T.TEXT, T.TEXTS, T.CHOICE, T.HOURS, T.LINK]))
def test_no_text_that_is_kept_can_begin_a_formula(cell: str, kind: ColumnType) -> None:
    try:
        found = read(kind, cell)
    except CellRefused:
        return
    for text in found if isinstance(found, list) else [found or ""]:
        assert text[:1] not in {"=", "@", "\t", "\r", "＝", "＠"}
        assert text[:1] not in {"+", "-", "＋", "－"} or not any(map(str.isalpha, text))


def test_a_number_lies_within_its_bounds() -> None:
    assert read(T.NUMBER, "31", least=1, most=31) == 31
    assert refusal(T.NUMBER, "0", least=1) == "cell.low"
    assert refusal(T.NUMBER, 32, most=31) == "cell.high"
    assert refusal(T.MONEY, "-5", least=0) == "cell.low"
    assert read(T.NUMBER, "21.705", role=Role.LAT) == 21.705
    assert refusal(T.NUMBER, "91", role=Role.LAT) == "cell.high"


def test_a_text_is_as_long_as_its_column_allows() -> None:
    assert read(T.TEXT, "0045", least=4, most=4) == "0045"
    assert refusal(T.TEXT, "045", least=4, most=4) == "cell.short"
    assert refusal(T.TEXT, "00451", most=4) == "cell.long"
    assert refusal(T.TEXTS, "Thôn một", most=4) == "cell.long"


def test_zeros_that_a_spreadsheet_dropped_come_back_where_every_value_is_as_long() -> None:
    assert read(T.TEXT, 45, least=4, most=4) == "0045"
    assert read(T.TEXT, 45, most=4) == "45"


def test_a_choice_is_told_by_its_value_or_either_name_without_diacritics() -> None:
    choices = (Choice("open", Named("Đang mở", "Open")), Choice("shut", Named("Đóng cửa", "Closed")))
    for cell in ("open", "đang mở", "Dang Mo", "OPEN"):
        assert read(T.CHOICE, cell, choices=choices) == "open"
    assert read(T.CHOICE, "closed", choices=choices) == "shut"
    assert refusal(T.CHOICE, "hé", choices=choices) == "cell.choice"


def test_an_id_can_stand_in_keys_and_addresses() -> None:
    assert read(T.TEXT, "TYT-01.a_b", role=Role.ID) == "TYT-01.a_b"
    assert read(T.TEXT, 7.0, role=Role.ID) == "7"
    for cell in ("a#b", "a/b", "trạm", "a b", ".a", "-a"):
        assert refusal(T.TEXT, cell, role=Role.ID) == "cell.id"
    assert refusal(T.TEXT, "a" * 101, role=Role.ID) == "cell.long"


def test_a_code_has_something_to_compare() -> None:
    assert read(T.TEXT, "PA 01.02-3", role=Role.CODE) == "PA 01.02-3"
    assert refusal(T.TEXT, "...", role=Role.CODE) == "cell.code"


def test_a_title_is_one_line() -> None:
    assert read(T.TEXT, "Trạm\n y tế", role=Role.TITLE) == "Trạm y tế"


def test_a_title_can_stand_in_a_key_with_all_that_stands_there_too() -> None:
    assert read(T.TEXT, "ế" * 300, role=Role.TITLE) == "ế" * 300
    for title in ("a" * 301, "館" * 201):
        assert refusal(T.TEXT, title, role=Role.TITLE) == "cell.long"


@pytest.mark.parametrize(("kind", "words"), [(T.DATE, "cell.date"), (T.MOMENT, "cell.moment")])
@pytest.mark.parametrize("year", [1, 1899, 2101, 9999])
def test_a_day_of_another_age_is_refused_also_where_a_spreadsheet_typed_it(
    kind: ColumnType, words: str, year: int
) -> None:
    assert refusal(kind, MIDNIGHT.replace(year=year)) == words


def test_a_period_that_is_a_month_sorts_as_one() -> None:
    for cell in ("10/2026", "Tháng 10/2026", "2026-10", FIRST, date(2026, 10, 1)):
        assert read(T.TEXT, cell, role=Role.PERIOD, most=7) == "2026-10"
    assert read(T.TEXT, "Học kỳ I", role=Role.PERIOD) == "Học kỳ I"
    assert read(T.DATE, "05/10/2026", role=Role.PERIOD) == "2026-10-05"
    assert refusal(T.TEXT, "2026#10", role=Role.PERIOD) == "cell.period"


def test_a_day_alone_in_the_column_of_ends_is_its_last_moment() -> None:
    for cell in ("05/10/2026", MIDNIGHT, 46_300):
        assert read(T.MOMENT, cell, role=Role.ENDS) == "2026-10-05T16:59:59.999Z"


def test_a_long_row_of_digits_is_judged_at_once() -> None:
    began = process_time()
    assert read(T.TEXT, "-" + "1" * 9_000 + "x", most=10_000)
    assert process_time() - began < 0.05
