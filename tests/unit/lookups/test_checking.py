"""The header must fit, and a row tells everything that is wrong with it at once."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.core.clock import to_text
from chalicelib.core.sheet_words import SHEET_WORDS
from chalicelib.core.words import say
from chalicelib.lookups.model import Column, ColumnType, Named, Offer
from chalicelib.lookups.rows import code_hash, factor_mac
from chalicelib.lookups.uploads.checking import Checked, Checker, KnownAreas
from chalicelib.lookups.uploads.items import items_of, keeping, problem_item
from chalicelib.lookups.uploads.legacy_vietnamese import Script, typed_as
from chalicelib.lookups.uploads.model import Problem, SheetRefused, Upload
from chalicelib.lookups.uploads.sheets import Line, lines_of
from tests.unit.lookups.counting_fakes import SmallMap
from tests.unit.lookups.loading_fakes import BILLS, CUTS, FACILITIES, NOW, SECRET, a_file, dataset

CODE = Path(__file__).parents[3] / "chalicelib" / "lookups"
PLACE = ("id", "title", "area", "lat", "long")


def checked(offer: Offer, content: bytes, feed: str = "", month: str = "") -> list[Checked]:
    chosen = offer.feed(feed) or offer.feeds[-1]
    checker = Checker(dataset(offer), chosen, month, KnownAreas(SmallMap()))
    with lines_of(io.BytesIO(content), checker.fit) as lines:
        checker.header(next(lines))
        return [checker.row(line) for line in lines]


def reasons(row: Checked) -> list[tuple[str, str]]:
    return [(error.field, error.words) for error in row.errors]


def items(offer: Offer, row: Checked) -> dict[tuple[str, str], Any]:
    upload = Upload(
        dataset=dataset(offer).id, number=7, feed="unit", slice="unit", file_name="a.csv", size=1, by="u", begun_at=NOW
    )
    made = list(items_of(keeping(dataset(offer), upload, SECRET, SmallMap()), row.facts))
    found = {(item.pk, item.sk): json.loads(item.facts) for item in made}
    assert len(found) == len(made)
    return found


@pytest.mark.parametrize(
    "header",
    [
        ("customer_code", "phone_end", "period", "amount"),
        ("Mã khách hàng", "Số cuối", "Kỳ", "Số tiền"),
        ("MA KHACH HANG", "so cuoi", " ky ", "so tien"),
        ("English Mã khách hàng", "phone end", "period", "AMOUNT"),
    ],
)
def test_a_header_names_columns_by_name_or_label(header: tuple[str, ...]) -> None:
    (row,) = checked(BILLS, a_file(header, ("PA0001", "0001", "10/2026", "5.000")))
    assert row.facts == {"customer_code": "PA0001", "phone_end": "0001", "period": "2026-10", "amount": 5_000}


def test_a_header_may_carry_units_and_a_column_of_ordinals() -> None:
    header = ("STT", "customer_code", "phone_end", "period", "amount", "Điện năng (kWh)")
    (row,) = checked(BILLS, a_file(header, (1, "PA0001", "0001", "10/2026", "5.000", "7 kWh")))
    assert row.facts["kwh"] == 7


@pytest.mark.parametrize("script", Script)
def test_a_header_typed_in_an_old_font_is_read(script: Script) -> None:
    header = [typed_as(text, script) for text in ("Mã khách hàng", "Số cuối", "Kỳ", "Số tiền")]
    assert checked(BILLS, a_file(header, ("PA0001", "0001", "10/2026", "5.000")))[0].facts


@pytest.mark.parametrize(
    ("header", "words", "said"),
    [
        (("customer_code", "phone_end", "period", "amount", "Giá"), "sheet.unknown_columns", "Giá"),
        (("customer_code", "phone_end", "period", "amount", "", "note"), "sheet.unknown_columns", "“”"),
        (("customer_code", "phone_end", "period"), "sheet.missing_columns", "Số tiền"),
        (("customer_code", "phone_end", "period", "amount", "Số tiền"), "sheet.twice", "Số tiền"),
        (("customer_code", "phone_end", "period", "amount", "=cmd|' /C calc'!A0"), "sheet.unknown_columns", "“=cmd"),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file(header: tuple[str, ...], words: str, said: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        checked(BILLS, a_file(header))
    assert refused.value.words == words
    assert said in str(refused.value.params["columns"])
    assert say(words, "vi", **refused.value.params)


def test_a_file_that_begins_with_a_record_is_refused_without_a_word_of_it() -> None:
    with pytest.raises(SheetRefused) as refused:
        checked(BILLS, a_file(("PA0001", "0001", "10/2026", "5.000")))
    assert (refused.value.words, dict(refused.value.params)) == ("sheet.no_header", {})


def test_a_record_that_is_more_than_an_answer_can_hold_is_refused() -> None:
    notes = tuple(Column(name, ColumnType.TEXT, Named(name, name)) for name in ("first", "second"))
    offer = replace(CUTS, columns=(*CUTS.columns, *notes))
    header = ("id", "title", "areas", "hamlets", "first", "second")
    hamlets, note = ";".join(["ệ" * 190] * 50), "ệ" * 2_000
    fits, not_any_more = checked(
        offer, a_file(header, (1, "Cắt", "135", hamlets, "", ""), (2, "Cắt", "135", hamlets, note, ""))
    )
    assert not fits.errors
    assert reasons(not_any_more) == [("", "cell.record")]


def test_a_row_says_everything_that_is_wrong_with_it() -> None:
    header = ("customer_code", "phone_end", "period", "amount", "kwh", "note")
    (row,) = checked(BILLS, a_file(header, ("", "01", "10/2026", "x", "-1", "=1+1", "more")))
    assert reasons(row) == [
        ("", "cell.beyond"), ("customer_code", "cell.missing"), ("phone_end", "cell.short"), ("amount", "cell.money"),
        ("kwh", "cell.low"), ("note", "cell.formula"),
    ]  # fmt: skip
    assert row.facts == {}


def test_a_cell_typed_in_an_old_font_is_converted_or_its_row_refused() -> None:
    header = ("customer_code", "phone_end", "period", "amount", "note")
    rows = [("PA0001", "0001", "10/2026", 5, "Thµnh phè"), ("PA0002", "0002", "10/2026", 5, "Café Thµnh")]
    good, bad = checked(BILLS, a_file(header, *rows))
    assert good.facts["note"] == "Thành phố"
    assert reasons(bad) == [("note", "cell.font")]


def test_the_second_of_two_rows_with_one_key_is_refused_and_names_the_first() -> None:
    header = ("customer_code", "phone_end", "period", "amount")
    rows = [
        ("PA0001", "0001", "10/2026", "x"),
        *[("PA0001", "0001", "10/2026", 5)] * 2,
        ("pa 00-01", "0001", "2026-10", 5),
    ]
    found = checked(BILLS, a_file(header, *rows, ("PA0001", "0001", "11/2026", 5)))
    assert [reasons(row) for row in found] == [
        [("amount", "cell.money")], [], [("customer_code", "cell.twice")], [("customer_code", "cell.twice")], [],
    ]  # fmt: skip
    assert dict(found[3].errors[0].params) == {"row": 3}


def test_a_feed_says_only_what_is_its_own() -> None:
    header = ("customer_code", "phone_end", "period", "amount")
    rows = [("NL0001", "0001", "10/2026", 5), ("PA-0001", "0001", "09/2026", 5), ("PA.0002", "0002", "10/2026", 5)]
    found = checked(BILLS, a_file(header, *rows), "power", "2026-10")
    assert [reasons(row) for row in found] == [
        [("customer_code", "cell.other_code")], [("period", "cell.other_month")], [],
    ]  # fmt: skip
    places = [("a", "Trạm", "04249", 21.7, 104.9), ("b", "Trạm", "04489", 21.7, 104.9)]
    inside, outside = checked(FACILITIES, a_file(PLACE, *places), "east")
    assert not inside.errors
    assert reasons(outside) == [("area", "cell.other_area")]


def test_a_posting_cannot_end_before_it_begins() -> None:
    header = ("id", "title", "areas", "starts", "ends")
    rows = [
        ("1", "Cắt điện", "132", "10/10/2026 07:00", "10/10/2026"),
        ("2", "Cắt điện", "132", "11/10/2026 07:00", "10/10/2026"),
    ]
    good, bad = checked(CUTS, a_file(header, *rows))
    assert not good.errors
    assert reasons(bad) == [("ends", "cell.ends_before")]


def test_an_account_becomes_one_item_without_code_and_factor() -> None:
    (row,) = checked(
        BILLS, a_file(("customer_code", "phone_end", "period", "amount"), ("PA0001", "0042", "10/2026", 5))
    )
    found = items(BILLS, row)
    hashed = code_hash(SECRET, "trial.bills", "PA0001")
    assert found == {
        (f"account#trial.bills#{hashed}", "unit#000007#2026-10"): {
            "period": "2026-10", "facts": {"period": "2026-10", "amount": 5}, "feed": "unit",
        }
    }  # fmt: skip
    upload = Upload(
        dataset="trial.bills", number=7, feed="unit", slice="unit", file_name="", size=1, by="u", begun_at=NOW
    )
    (item,) = items_of(keeping(dataset(BILLS), upload, SECRET, SmallMap()), row.facts)
    assert item.factor == factor_mac(SECRET, "trial.bills", "PA0001", "0042")
    assert "PA0001" not in str(item)
    assert "0042" not in item.facts


def test_a_place_becomes_items_by_cell_area_and_word() -> None:
    (row,) = checked(FACILITIES, a_file(PLACE, ("tyt-1", "Trạm y tế Đại Đồng", "04249", "21.705", "104,876")))
    found = items(FACILITIES, row)
    cells = {(f"cell{size}#trial.facilities#{'w7fe6x'[:size]}", "unit#000007#tyt-1") for size in (4, 5, 6)}
    areas = {
        (f"area#trial.facilities#{area}", "unit#000007#tram y te dai dong#tyt-1") for area in ("04249", "132", "15")
    }
    words = {
        (f"word#trial.facilities#{word[:2]}", f"{word}#unit#000007#tyt-1") for word in ("tram", "te", "dai", "dong")
    }
    assert set(found) == cells | areas | words
    assert {json.dumps(one, sort_keys=True) for one in found.values()} == {
        json.dumps(
            {
                "id": "tyt-1", "title": "Trạm y tế Đại Đồng", "area": "04249", "lat": 21.705, "long": 104.876, "facts": row.facts,
                "feed": "unit",
            },
            sort_keys=True,
        )
    }  # fmt: skip


def test_a_posting_becomes_one_item_an_area_sorted_by_its_end() -> None:
    header = ("id", "title", "areas", "hamlets", "starts", "ends")
    rows = [
        ("1", "Cắt điện", "04249; 135", "Thôn 1; Thôn 2", "07:00 10/10/2026", "10/10/2026"),
        ("2", "Giá", "15", "", "", ""),
    ]
    first, second = checked(CUTS, a_file(header, *rows))
    found = items(CUTS, first)
    assert set(found) == {
        (f"board#trial.cuts#{area}", "2026-10-10T16:59:59.999Z#unit#000007#1") for area in ("04249", "135", "15+")
    }
    posting = found["board#trial.cuts#135", "2026-10-10T16:59:59.999Z#unit#000007#1"]
    assert (posting["starts"], posting["ends"]) == ("2026-10-10T00:00:00Z", "2026-10-10T16:59:59.999000Z")
    assert (posting["areas"], posting["hamlets"]) == (["04249", "135"], ["Thôn 1", "Thôn 2"])
    assert list(items(CUTS, second)) == [("board#trial.cuts#15", "9999-12-31T23:59:59.999Z#unit#000007#2")]
    assert to_text(NOW) < "9999"


def test_a_refused_row_is_kept_for_half_a_year_by_its_number() -> None:
    upload = Upload(
        dataset="trial.bills", number=7, feed="unit", slice="unit", file_name="", size=1, by="u", begun_at=NOW
    )
    item = problem_item(upload, Problem(12, ()))
    assert (item.pk, item.sk, item.expires) == ("problem#trial.bills#7", "0000012", int(NOW.timestamp()) + 180 * 86_400)


def test_a_line_shorter_than_the_header_has_empty_cells() -> None:
    checker = Checker(dataset(BILLS), BILLS.feeds[-1], "", SmallMap())
    checker.header(Line(1, ["customer_code", "phone_end", "period", "amount", "note"]))
    assert not checker.row(Line(2, ["PA0001", "0001", "10/2026", 5])).errors


def test_every_sentence_about_a_sheet_is_used_and_every_one_used_is_there() -> None:
    texts = [path.read_text("utf-8") for path in CODE.rglob("*.py")]
    used = {key for text in texts for key in re.findall(r"\"((?:sheet|cell)\.[a-z_]+)\"", text)}
    assert used == set(SHEET_WORDS)


@pytest.mark.parametrize("key", SHEET_WORDS)
def test_every_sentence_about_a_sheet_is_said_in_both_languages_with_the_same_blanks(key: str) -> None:
    vietnamese, english = SHEET_WORDS[key]
    blanks = [set(re.findall(r"{(\w+)}", text)) for text in (vietnamese, english)]
    assert blanks[0] == blanks[1]
    assert vietnamese != english
    assert english.replace("“", "").isascii()
    assert say(key, "en", **dict.fromkeys(blanks[0], 1)) != say(key, "vi", **dict.fromkeys(blanks[0], 1))
