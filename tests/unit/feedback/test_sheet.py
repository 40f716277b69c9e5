"""A sheet as office software writes it: delimiters, marks, decimal commas, times; what cannot be read says why."""

from typing import Any

import pytest

from chalicelib.core.errors import FieldError, Invalid
from chalicelib.feedback import sheet
from chalicelib.feedback.intake import Row, Sheet
from chalicelib.feedback.intake_commands import MOST_ROWS
from chalicelib.feedback.intake_views import sheet_view

NAMES = "channel,channel_ref,phone,category,text,lat,long"


def read(text: str) -> list[tuple[int, dict[str, str]]]:
    return [(line, dict(values)) for line, values in sheet.rows(text)]


def refused(text: str) -> list[FieldError]:
    with pytest.raises(Invalid) as error:
        sheet.rows(text)
    assert {one.field for one in error.value.errors} == {"csv"}
    return list(error.value.errors)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_mark_and_line_ends_are_as_the_software_likes(delimiter: str, mark: str, end: str) -> None:
    lines = [
        NAMES.replace(",", delimiter),
        delimiter.join(["paper", "7", "0951234567", "duong_sa", "Ổ gà", "21.7", "104.9"]),
    ]
    assert read(mark + end.join(lines) + end) == [
        (2, {"channel": "paper", "channel_ref": "7", "phone": "0951234567", "category": "duong_sa", "text": "Ổ gà",
             "lat": "21.7", "long": "104.9"})
    ]  # fmt: skip


def test_a_text_over_several_lines_keeps_the_count_of_lines_right() -> None:
    text = f'{NAMES}\npaper,1,09,x,"một\nhai, ""ba""",1,2\n\n,,,,,,\npaper,2,09,x,bốn,1,2\n'
    found = read(text)
    assert [(line, row["text"]) for line, row in found] == [(2, 'một\nhai, "ba"'), (6, "bốn")]


def test_names_may_stand_in_any_order_and_be_written_large() -> None:
    assert read("Text,LAT,long,phone,category,CHANNEL,channel_ref\nổ gà,1,2,3,4,5,6")[0][1]["channel"] == "5"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NAMES + "\nduong \ufffd", ["field.sheet_encoding"]),
        ("", ["field.sheet_empty"]),
        ("\n \n", ["field.sheet_empty"]),
        (NAMES + '\npaper,"1', ["field.sheet_broken"]),
        (NAMES + '\npaper,"1"2,x', ["field.sheet_broken"]),
        (NAMES.replace("text", "content"), ["field.sheet_unknown", "field.sheet_missing"]),
        (NAMES + ",phone", ["field.sheet_repeated"]),
        (NAMES + ",", ["field.sheet_unknown"]),
        (NAMES + "\npaper,1" * (MOST_ROWS + 1), ["field.sheet_long"]),
    ],
    ids=range(9),
)
def test_what_cannot_be_read_is_refused_whole_and_says_why(text: str, words: list[str]) -> None:
    assert [error.words for error in refused(text)] == words


def test_a_broken_mark_names_its_line() -> None:
    assert refused(NAMES + '\npaper,1\npaper,"2\n')[0].params == (("line", 3),)


def test_a_cell_beyond_the_last_column_belongs_to_no_field() -> None:
    assert "–" in read(NAMES + "\npaper,1,09,x,y,1,2,more")[0][1]
    assert "–" not in read(NAMES + "\npaper,1,09,x,y,1,2,,")[0][1]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"lat": "21,709", "long": "104.895"}, {"location": {"lat": "21.709", "long": "104.895"}}),
        ({"lat": "-1,5", "area": "04252"}, {"location": {"lat": "-1.5", "area": "04252"}}),
        ({"lat": "21,7,9"}, {"location": {"lat": "21,7,9"}}),
        ({"occurred_at": "23/05/2023 14:05"}, {"occurred_at": "2023-05-23T07:05:00+00:00", "location": {}}),
        ({"occurred_at": "23/05/2023"}, {"occurred_at": "2023-05-22T17:00:00+00:00", "location": {}}),
        ({"occurred_at": "2023-05-23T07:05:00Z"}, {"occurred_at": "2023-05-23T07:05:00Z", "location": {}}),
        ({"occurred_at": "hôm qua"}, {"occurred_at": "hôm qua", "location": {}}),
        ({"share_contact": "Có"}, {"share_contact": "true", "location": {}}),
        ({"share_contact": "không"}, {"share_contact": "false", "location": {}}),
    ],
)
def test_numbers_times_and_consent_are_read_as_offices_write_them(given: dict[str, str], made: dict[str, Any]) -> None:
    assert sheet.shaped(given) == made


def test_a_problem_is_named_by_its_column() -> None:
    assert sheet.by_column([FieldError("location.lat", "field.number")]) == (FieldError("lat", "field.number"),)


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1"])
def test_a_report_marks_what_a_spreadsheet_could_take_for_a_formula(cell: str) -> None:
    assert sheet.report([[cell, "plain"]]) == f"'{cell},plain\r\n"


def test_the_answer_says_for_every_row_what_became_of_it() -> None:
    rows = (
        Row(2, "paper", "=7", code="CODE-1", new=True),
        Row(3, "paper", "8", code="CODE-2"),
        Row(4, "paper", "9", errors=(FieldError("lat", "field.number_between", (("least", -90), ("most", 90))),)),
    )
    view = sheet_view(Sheet(rows, 5), "vi")
    assert (view.entered, view.standing, view.refused, view.next_line) == (1, 1, 1, 5)
    assert [row.result for row in view.rows] == ["entered", "standing", "refused"]
    assert view.report_csv.splitlines() == [
        "line,channel,channel_ref,result,code,problems",
        "2,paper,'=7,entered,CODE-1,",
        "3,paper,8,standing,CODE-2,",
        "4,paper,9,refused,,lat: phải là số từ -90 đến 90",
    ]
