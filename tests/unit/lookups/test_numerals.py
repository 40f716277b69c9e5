"""A number is read as it was meant, or refused: never as another one."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lookups.uploads.numerals import Ambiguous, Number, Range, money, number, of_cell

whole = st.integers(-(10**12), 10**12)


def refused(read: Callable[..., object], given: object) -> bool:
    """Whether a reading raises ValueError."""
    try:
        read(given)
    except ValueError:
        return True
    return False


def vietnamese(value: int, decimals: str = "") -> str:
    return f"{value:,}".replace(",", ".") + (f",{decimals}" if decimals else "")


def english(value: int, decimals: str = "") -> str:
    return f"{value:,}" + (f".{decimals}" if decimals else "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0", 0), ("12", 12), ("007", 7), ("1234567", 1_234_567), ("-5", -5), ("+5", 5), ("−5", -5), ("– 5", -5),
        ("1.234.567", 1_234_567), ("1,234,567", 1_234_567), ("1.234.567,89", 1_234_567.89), ("1,234,567.89", 1_234_567.89),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1,5", 1.5), ("1.5", 1.5), ("21,7", 21.7), ("104.8765", 104.8765),
        ("0,125", 0.125), ("0.125", 0.125), ("1234,567", 1234.567), ("1 234", 1234), ("1\u00a0234,5", 1234.5),
        ("3,00", 3),
    ],
)  # fmt: skip
def test_a_number_is_read(text: str, meant: Number) -> None:
    found = number(text)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize("text", ["1.234", "1,234", "-1.234", "12,345", "999.999"])
def test_a_number_that_can_be_two_is_refused(text: str) -> None:
    with pytest.raises(Ambiguous):
        number(text)


def test_the_columns_bounds_say_which_of_two_numbers_is_meant() -> None:
    assert number("21.705", Range(-90, 90)) == 21.705
    assert number("104,876", Range(-180, 180)) == 104.876
    assert number("1.234", Range(100)) == 1234
    with pytest.raises(Ambiguous):
        number("1.234", Range(0, 5000))
    # Where neither fits it stays in doubt, so that no range is blamed for it.
    with pytest.raises(Ambiguous):
        number("1.234", Range(5000))


@pytest.mark.parametrize(
    "text",
    ["", "-", "abc", "1.23.456", "1,23,456", "1.234,567.8", "1.2345.678", "0.123.456", "12e5", "1/2", "٣", "½", "1..2", "NaN",
     "inf",
     "1.234.567.", ",5", "12345678901234567", "--5", "5 kWh"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refused(number, text)


def test_a_number_may_carry_its_columns_unit() -> None:
    assert number("35 kWh", unit="kWh") == number("35kwh", unit="kWh") == 35


@given(whole)
def test_whole_numbers_grouped_by_threes_are_read_or_in_doubt(value: int) -> None:
    for text in (str(value), vietnamese(value), english(value)):
        try:
            assert number(text) == value
        except Ambiguous:
            assert 1_000 <= abs(value) < 1_000_000


@given(whole, st.integers(0, 99))
def test_two_decimals_are_always_read(value: int, decimals: int) -> None:
    digits = f"{decimals:02d}"
    meant = float(f"{value}.{digits}")
    assert number(vietnamese(value, digits)) == number(english(value, digits)) == meant


@given(st.text("0123456789.,- ", max_size=12))
def test_whatever_is_typed_is_read_or_refused_as_a_value(text: str) -> None:
    for read in (number, money):
        try:
            assert isinstance(read(text), int | float)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("350000", 350_000), ("350.000", 350_000), ("350,000", 350_000), ("1.234.567", 1_234_567), ("1.234.567 đ", 1_234_567),
        ("1.234.567 VND", 1_234_567), ("1234567đồng", 1_234_567), ("1.234.567,00", 1_234_567), ("1,234,567.00", 1_234_567),
        ("0", 0), ("-15.000", -15_000), ("15.000 VNĐ", 15_000), ("15.000₫", 15_000), ("500,0", 500),
    ],
)  # fmt: skip
def test_money_is_whole_dong(text: str, meant: int) -> None:
    assert money(text) == meant


@pytest.mark.parametrize("text", ["1,5", "1.50", "12.5", "1.234,56", "1500.000", "0.500", "15 USD", "đ", ""])
def test_money_that_is_not_whole_or_not_sure_is_refused(text: str) -> None:
    assert refused(money, text)


@given(whole)
def test_money_comes_back_in_either_grouping(value: int) -> None:
    assert money(vietnamese(value)) == money(english(value)) == money(f"{vietnamese(value)} đ") == value


def test_a_typed_number_is_whole_where_it_can_be() -> None:
    assert (of_cell(3.0), of_cell(2.5), of_cell(7)) == (3, 2.5, 7)
    for strange in (float("nan"), float("inf"), True):
        assert refused(of_cell, strange)
