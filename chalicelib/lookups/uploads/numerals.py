"""Numbers as people in Vietnam write them, and as programs do (pure).

`1.234.567,89` and `1,234,567.89` say themselves which sign is which: the one that stands last and once is decimal, the other one
groups by threes. One sign alone, with exactly three digits behind it and one to three before, not beginning with 0, could be either
(`1.234`): it is taken in the one reading that the column allows, and refused where it allows both or neither.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_DIGITS = 15  # what a double keeps

Number = int | float

_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]+")
_PLAIN = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_BOTH = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3})+),([0-9]+)|([1-9][0-9]{0,2}(?:,[0-9]{3})+)\.([0-9]+)")
_MONEY = re.compile(r"(?:đồng|vnđ|vnd|đ|₫)\.?$", re.IGNORECASE)
_MINUS = "−–"


class Range(NamedTuple):
    """From where to where a number may lie; None for no end."""

    least: float | None = None
    most: float | None = None

    def has(self, number: Number) -> bool:
        """Whether the number lies in it."""
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)


class Ambiguous(ValueError):
    """A number that can be read in two ways."""


def number(text: str, bounds: Range = Range(), unit: str = "") -> Number:  # noqa: B008 - a value
    """The number that a text says, with its unit or without; whole ones as int. It may lie outside the bounds.

    Raises ValueError for what is none, Ambiguous for what can be two within the bounds.
    """
    if text.isascii() and text.isdigit():
        return _whole(text)
    sign, digits = _signed(_without_unit(text, unit))
    found = {sign * one for one in _readings(digits)}
    if not found:
        raise ValueError(text)
    fitting = {one for one in found if bounds.has(one)} or found
    if len(fitting) > 1:
        raise Ambiguous(text)
    return fitting.pop()


def money(text: str) -> int:
    """Whole đồng, with `đ`, `VND` or without: a sign before three digits always groups, decimals may only be `0` and `00`.

    Raises ValueError.
    """
    sign, digits = _signed(_MONEY.sub("", text.strip()))
    if _PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits):
        return sign * _whole(re.sub(r"\D", "", digits))
    found = _BOTH.fullmatch(digits) or _DECIMAL.fullmatch(digits)
    if found is None:
        raise ValueError(text)
    whole, decimals = (part for part in found.groups() if part is not None)
    if decimals not in ("0", "00"):
        raise ValueError(text)
    return sign * _whole(re.sub(r"\D", "", whole))


def of_cell(value: Number) -> Number:
    """The number of a typed cell, whole ones as int; raises ValueError for what no number is."""
    if isinstance(value, bool) or value != value or value in (float("inf"), float("-inf")):
        raise ValueError(value)
    return int(value) if value == int(value) and abs(value) < 10**MOST_DIGITS else value


def _readings(digits: str) -> Iterator[Number]:
    if _PLAIN.fullmatch(digits):
        yield _whole(digits)
    if both := _BOTH.fullmatch(digits):
        whole, decimals = (part for part in both.groups() if part is not None)
        yield _fraction(re.sub(r"\D", "", whole), decimals)
    if _GROUPED.fullmatch(digits):
        yield _whole(re.sub(r"\D", "", digits))
    if decimal := _DECIMAL.fullmatch(digits):
        yield _fraction(*decimal.groups())


def _signed(text: str) -> tuple[int, str]:
    bare = _BLANKS.sub("", text)
    if bare[:1] == "+":
        return 1, bare[1:]
    return (-1, bare[1:]) if bare[:1] and bare[0] in f"-{_MINUS}" else (1, bare)


def _without_unit(text: str, unit: str) -> str:
    bare = text.strip()
    return bare[: -len(unit)] if unit and bare.lower().endswith(unit.lower()) else bare


def _whole(digits: str) -> int:
    if len(digits.lstrip("0")) > MOST_DIGITS:
        raise ValueError(digits)
    return int(digits)


def _fraction(whole: str, decimals: str) -> Number:
    if len((whole + decimals).strip("0")) > MOST_DIGITS:
        raise ValueError(whole)
    return of_cell(float(f"{whole}.{decimals}"))
