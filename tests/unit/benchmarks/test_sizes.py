"""Sizes of items and units of reads, by the rules of DynamoDB's developer guide."""

import pytest

from tests.benchmarks.sizes import item_size, read_units, value_size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "abc"}, 3),
        ({"S": "Ổ gà"}, 7),  # bytes of UTF-8
        ({"N": "7"}, 2),
        ({"N": "104.930125"}, 6),  # one byte for two digits, and one
        ({"N": "1200"}, 2),  # without the zeros at the end
        ({"N": "-12"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 8),
        ({"M": {"a": {"S": "bc"}}}, 7),
    ],
)
def test_a_value_counts_its_bytes_and_its_wrapping(value: dict[str, object], size: int) -> None:
    assert value_size(value) == size


def test_an_item_counts_the_names_of_its_attributes_too() -> None:
    assert item_size({"code": {"S": "abc"}, "n": {"N": "1"}}) == 4 + 3 + 1 + 2


def test_reading_is_paid_by_four_kilobytes_and_half_of_it_where_old_data_will_do() -> None:
    page = [{"a": {"S": "x" * 2047}}] * 2
    assert read_units(page, consistent=True) == 1
    assert read_units([*page, {"a": {"S": "x"}}], consistent=True) == 2
    assert read_units(page, consistent=False) == 0.5


def test_finding_nothing_is_paid_as_well() -> None:
    assert (read_units([], consistent=True), read_units([], consistent=False)) == (1, 0.5)
