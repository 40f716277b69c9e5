"""Narrowing what is looked for by what columns say, `insurance:true;kind:pharmacy` (pure)."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.core.errors import FieldError, Invalid
from chalicelib.lookups.model import Column, ColumnType, Facts, Offer
from chalicelib.lookups.rows import folded

# Columns of these types say one of few things.
NARROWING = frozenset({ColumnType.CHOICE, ColumnType.FLAG, ColumnType.TEXTS})


class Condition(NamedTuple):
    """What one column has to say: the value of a choice, a flag, or one entry (folded) of its texts."""

    column: Column
    value: str | bool

    def holds(self, facts: Facts) -> bool:
        """Whether a record says so; one that says nothing does not."""
        said = facts.get(self.column.name)
        texts = [folded(one) for one in said or ()] if self.column.type is ColumnType.TEXTS else None
        return said == self.value if texts is None else self.value in texts


def conditions(offer: Offer, only: str | None) -> tuple[Condition, ...]:
    """What all has to hold, written as `column:value` between `;`; raises Invalid for what the offer's columns cannot say."""
    return tuple(_conditions(offer, only)) if only else ()


def hold(wanted: tuple[Condition, ...], facts: Facts) -> bool:
    """Whether a record says all of that."""
    return all(condition.holds(facts) for condition in wanted)


def _conditions(offer: Offer, only: str) -> Iterator[Condition]:
    columns = {one.name: one for one in offer.columns if one.type in NARROWING and not one.private}
    for part in only.split(";"):
        name, _, typed = part.partition(":")
        column = columns.get(name.strip())
        if column is None:
            raise Invalid((FieldError("only", "field.only", (("columns", ", ".join(columns) or "–"),)),))
        yield Condition(column, _value(column, folded(typed)))


def _value(column: Column, typed: str) -> str | bool:
    if column.type is ColumnType.TEXTS:
        return typed
    values = {"true": True, "false": False} if column.type is ColumnType.FLAG else dict(_choices(column))
    if typed not in values:
        known = ", ".join(values if column.type is ColumnType.FLAG else (one.value for one in column.choices))
        raise Invalid((FieldError("only", "field.only_value", (("column", column.name), ("values", known))),))
    return values[typed]


def _choices(column: Column) -> Iterator[tuple[str, str]]:
    for one in column.choices:
        yield from ((folded(said), one.value) for said in (one.name.vi, one.name.en, one.value))
