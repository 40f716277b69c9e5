"""What a utility must be before the catalogue keeps it (pure): every mistake at once, each with the path of its field."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from chalicelib.core.errors import FieldError
from chalicelib.lookups.model import (
    NEEDED,
    Availability,
    Column,
    ColumnType,
    Feed,
    Kind,
    Named,
    Offer,
    Role,
    SliceRule,
    Utility,
)
from chalicelib.lookups.rows import folded

# Every record carries its facts under the columns' names, so both stay few and short.
MOST_OFFERS, MOST_COLUMNS, MOST_FEEDS, MOST_CHOICES, MOST_AREAS = 12, 40, 10, 60, 250
MOST_NAME, MOST_SUMMARY = 120, 300
MOST_PATTERN = 100
MOST_ORDER = 10_000

IDENTIFIER = r"[a-z0-9][a-z0-9-]{0,39}"
_COLUMN = r"[a-z][a-z0-9_]{0,39}"
_ROUTE = r"/v1/[a-z0-9/_-]{1,100}"
# Of regular expressions what no code can keep busy: letters, digits, classes of them, exact counts, alternatives.
_CODES = r"(?:[A-Z0-9|]|\[(?:[A-Z0-9](?:-[A-Z0-9])?)+\]|\{[0-9]{1,2}\})*"

_TEXT = frozenset({ColumnType.TEXT})
_NUMBER = frozenset({ColumnType.NUMBER})
_TIME = frozenset({ColumnType.DATE, ColumnType.MOMENT})
# What may stand in a column of a role.
_TYPES: Mapping[Role, frozenset[ColumnType]] = {
    Role.ID: _TEXT,
    Role.TITLE: _TEXT,
    Role.CODE: _TEXT,
    Role.FACTOR: frozenset({ColumnType.TEXT, ColumnType.DATE, ColumnType.PHONE}),
    Role.PERIOD: frozenset({ColumnType.TEXT, ColumnType.DATE}),
    Role.DUE: frozenset({ColumnType.DATE}),
    Role.PAID: frozenset({ColumnType.FLAG, ColumnType.DATE}),
    Role.AMOUNT: frozenset({ColumnType.MONEY}),
    Role.AREA: frozenset({ColumnType.AREA}),
    Role.LAT: _NUMBER,
    Role.LONG: _NUMBER,
    Role.HOURS: frozenset({ColumnType.HOURS}),
    Role.AREAS: frozenset({ColumnType.AREAS}),
    Role.HAMLETS: frozenset({ColumnType.TEXTS}),
    Role.STARTS: _TIME,
    Role.ENDS: _TIME,
    Role.RANK: _NUMBER,
    Role.READING: _NUMBER,
    Role.ALARM_1: _NUMBER,
    Role.ALARM_2: _NUMBER,
    Role.ALARM_3: _NUMBER,
}
# What is remembered before it is due must say when, how much, and whether it is paid.
_BILL = frozenset({Role.DUE, Role.AMOUNT, Role.PAID})
_ALARMS = frozenset({Role.ALARM_1, Role.ALARM_2, Role.ALARM_3})


class Known(msgspec.Struct, frozen=True):
    """Whether there is an agency, or an area, of a code today."""

    agency: Callable[[str], bool]
    area: Callable[[str], bool]


def problems(utility: Utility, known: Known) -> list[FieldError]:
    """Everything that is wrong with a utility; empty where it can be kept."""
    return [
        *_tile(utility),
        *(error for place, offer in enumerate(utility.offers) for error in _offer(place, offer, known)),
    ]


def _tile(utility: Utility) -> Iterator[FieldError]:
    if not re.fullmatch(IDENTIFIER, utility.id):
        yield FieldError("id", "field.pattern")
    if not 1 <= utility.order <= MOST_ORDER:
        yield _between("order", 1, MOST_ORDER)
    yield from _named("name", utility.name, MOST_NAME)
    yield from _named("summary", utility.summary, MOST_SUMMARY)
    yield from _several("audience", utility.audience, len(set(utility.audience)), 3)
    yield from _several("offers", utility.offers, len({offer.id for offer in utility.offers}), MOST_OFFERS)
    if utility.reason is not None:
        yield from _named("reason", utility.reason, MOST_SUMMARY)
    elif utility.availability is not Availability.AVAILABLE:
        yield FieldError("reason", "field.missing")


def _offer(place: int, offer: Offer, known: Known) -> Iterator[FieldError]:
    at = f"offers.{place}"
    if not re.fullmatch(IDENTIFIER, offer.id):
        yield FieldError(f"{at}.id", "field.pattern")
    yield from _named(f"{at}.name", offer.name, MOST_NAME)
    yield from _kind(at, offer)
    if offer.kind is Kind.ROUTE:
        return
    yield from _several(f"{at}.columns", offer.columns, len({column.name for column in offer.columns}), MOST_COLUMNS)
    yield from _several(f"{at}.feeds", offer.feeds, len({feed.id for feed in offer.feeds}), MOST_FEEDS)
    yield from _roles(at, offer)
    yield from _labels(at, offer.columns)
    for number, column in enumerate(offer.columns):
        yield from _column(f"{at}.columns.{number}", column)
    for number, feed in enumerate(offer.feeds):
        yield from _feed(f"{at}.feeds.{number}", feed, known)
        if offer.kind is Kind.PLACES and feed.slices is SliceRule.MONTH:
            # Every month would live beside the others, and each be asked for its places.
            yield FieldError(f"{at}.feeds.{number}.slices", "field.choice", (("choices", SliceRule.WHOLE.value),))


def _kind(at: str, offer: Offer) -> Iterator[FieldError]:
    """What only one kind of offer has, or must have."""
    if offer.kind is Kind.ROUTE and not re.fullmatch(_ROUTE, offer.route):
        yield FieldError(f"{at}.route", "field.pattern")
    if offer.kind is not Kind.ROUTE and offer.route:
        yield FieldError(f"{at}.route", "field.unknown")
    if offer.kind is not Kind.BOARD and offer.confirmed:
        yield FieldError(f"{at}.confirmed", "field.unknown")
    if offer.kind is not Kind.ACCOUNT and offer.bills:
        yield FieldError(f"{at}.bills", "field.unknown")
    if offer.kind is Kind.ACCOUNT and offer.factor_hint is None:
        yield FieldError(f"{at}.factor_hint", "field.missing")


def _roles(at: str, offer: Offer) -> Iterator[FieldError]:
    given = [column.role for column in offer.columns if column.role is not None]
    if twice := sorted({role for role in given if given.count(role) > 1}):
        yield FieldError(f"{at}.columns", "field.role_twice", (("roles", ", ".join(twice)),))
    needed = NEEDED[offer.kind] | (_BILL if offer.bills else frozenset())
    needed |= _ALARMS if Role.READING in given else frozenset()
    if missing := sorted(needed - set(given)):
        yield FieldError(f"{at}.columns", "field.roles_missing", (("roles", ", ".join(missing)),))


def _labels(at: str, columns: Sequence[Column]) -> Iterator[FieldError]:
    """A file's heading may be a column's name or label, so no two may read the same."""
    heads = [
        head for column in columns for head in {folded(one) for one in (column.name, column.label.vi, column.label.en)}
    ]
    if twice := sorted({head for head in heads if heads.count(head) > 1}):
        yield FieldError(f"{at}.columns", "field.label_twice", (("labels", ", ".join(twice)),))


def _column(at: str, column: Column) -> Iterator[FieldError]:
    if not re.fullmatch(_COLUMN, column.name):
        yield FieldError(f"{at}.name", "field.pattern")
    yield from _named(f"{at}.label", column.label, MOST_NAME)
    if column.role is not None and column.type not in _TYPES[column.role]:
        choices = ", ".join(sorted(_TYPES[column.role]))
        yield FieldError(f"{at}.type", "field.choice", (("choices", choices),))
    if column.type is ColumnType.CHOICE:
        values = {choice.value for choice in column.choices}
        yield from _several(f"{at}.choices", column.choices, len(values), MOST_CHOICES)
    elif column.choices:
        yield FieldError(f"{at}.choices", "field.unknown")


def _feed(at: str, feed: Feed, known: Known) -> Iterator[FieldError]:
    if not re.fullmatch(IDENTIFIER, feed.id):
        yield FieldError(f"{at}.id", "field.pattern")
    yield from _named(f"{at}.name", feed.name, MOST_NAME)
    if not known.agency(feed.owner):
        yield FieldError(f"{at}.owner", "field.agency")
    if feed.provider and not re.fullmatch(IDENTIFIER, feed.provider):
        yield FieldError(f"{at}.provider", "field.pattern")
    if not _is_pattern(feed.codes):
        yield FieldError(f"{at}.codes", "field.regular", (("most", MOST_PATTERN),))
    if len(feed.areas) > MOST_AREAS:
        yield FieldError(f"{at}.areas", "field.list_long", (("most", MOST_AREAS),))
    elif not all(known.area(area) for area in feed.areas):
        yield FieldError(f"{at}.areas", "field.area")


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return len(text) <= MOST_PATTERN and re.fullmatch(_CODES, text) is not None


def _named(at: str, name: Named, most: int) -> Iterator[FieldError]:
    for language, text in (("vi", name.vi), ("en", name.en)):
        if not 1 <= len(text) <= most:
            yield FieldError(f"{at}.{language}", "field.text", (("least", 1), ("most", most)))


def _several(at: str, given: Sequence[Any], different: int, most: int) -> Iterator[FieldError]:
    """At least one, none twice, and not too many."""
    if not given:
        yield FieldError(at, "field.list_short", (("least", 1),))
    elif len(given) > most:
        yield FieldError(at, "field.list_long", (("most", most),))
    elif different < len(given):
        yield FieldError(at, "field.twice")


def _between(at: str, least: int, most: int) -> FieldError:
    return FieldError(at, "field.number_between", (("least", least), ("most", most)))
