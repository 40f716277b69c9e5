"""How large an item is and what reading it costs, by DynamoDB's own rules.

Source: Amazon DynamoDB Developer Guide, "Item sizes and formats" and "Read consumption".
"""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

_READ_UNIT = 4096
_CONTAINER = 3  # bytes that a list or map costs, whatever is in it; each of its elements costs one more


def item_size(item: Item) -> int:
    """Bytes of an item in DynamoDB JSON: the names of its attributes and their values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one attribute's value; raises KeyError for a type that no table of ours has."""
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def read_units(items: Iterable[Item], consistent: bool) -> float:
    """What one GetItem or Query that read these items costs: whole units of 4 KB, halved for an eventually consistent read."""
    units = max(1, ceil(sum(item_size(item) for item in items) / _READ_UNIT))
    return float(units) if consistent else units / 2


def _number_size(text: str) -> int:
    digits = text.lstrip("-").replace(".", "").strip("0")
    return 1 + ceil(len(digits) / 2) + text.startswith("-")


_SIZES = {
    "S": lambda text: len(text.encode()),
    "N": _number_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": lambda values: _CONTAINER + sum(1 + value_size(value) for value in values),
    "M": lambda values: _CONTAINER + len(values) + item_size(values),
}
