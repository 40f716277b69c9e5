"""The items of the table Lookups that a good row becomes, as rows.py says (pure)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from chalicelib.core.cells import cell
from chalicelib.core.clock import from_text, to_epoch
from chalicelib.lookups.model import Column, ColumnType, Dataset, Facts, Kind, Place, Posting, Record, Role
from chalicelib.lookups.ports import Areas
from chalicelib.lookups.rows import (
    account_key,
    area_key,
    board_key,
    cell_key,
    code_hash,
    ends_text,
    factor_mac,
    folded,
    problem_key,
    stamp,
    with_all_below,
    word_key,
    words,
)
from chalicelib.lookups.uploads.model import Problem, Upload
from chalicelib.lookups.uploads.moments import first_of, last_of
from chalicelib.lookups.uploads.ports import Item

# How long refused rows are kept.
KEPT = timedelta(days=180)
_PRECISIONS = (4, 5, 6)

_encode = msgspec.json.encode


class Keeping(msgspec.Struct, frozen=True):
    """For what items are made: `stamped` is slice and version as they stand in keys, `secret` keys the hashes of codes."""

    dataset: Dataset
    feed: str
    stamped: str
    secret: str
    areas: Areas


def keeping(dataset: Dataset, upload: Upload, secret: str, areas: Areas) -> Keeping:
    """For the rows of that upload."""
    return Keeping(dataset, upload.feed, stamp(upload.slice, upload.number), secret, areas)


def items_of(kept: Keeping, facts: Facts) -> Iterator[Item]:
    """The items of one record; no two have the same key."""
    return _ITEMS[kept.dataset.offer.kind](kept, facts)


def problem_item(upload: Upload, problem: Problem) -> Item:
    """The item of a row that was refused, kept for 180 days."""
    expires = int(to_epoch(upload.begun_at + KEPT))
    key = problem_key(upload.dataset, upload.number)
    return Item(key, f"{problem.row:07d}", _encode(problem).decode(), expires=expires)


def bound(column: Column | None, facts: Facts) -> datetime | None:
    """The moment that a column of role starts or ends says: of a day its first or its last."""
    found = facts.get(column.name) if column else None
    if column is None or found is None:
        return None
    if column.type is ColumnType.DATE:
        day = date.fromisoformat(found)
        return last_of(day) if column.role is Role.ENDS else first_of(day)
    return from_text(found)


def _account(kept: Keeping, facts: Facts) -> Iterator[Item]:
    dataset, offer = kept.dataset.id, kept.dataset.offer
    code, period = offer.value(facts, Role.CODE), offer.value(facts, Role.PERIOD)
    # Neither the code nor what proves it is kept: only their hashes.
    secret = {column.name for column in offer.columns if column.role in (Role.CODE, Role.FACTOR)}
    shown = {name: value for name, value in facts.items() if name not in secret}
    yield Item(
        account_key(dataset, code_hash(kept.secret, dataset, code)),
        f"{kept.stamped}#{period}",
        _json(Record(str(period), shown, kept.feed)),
        factor_mac(kept.secret, dataset, code, str(offer.value(facts, Role.FACTOR))),
    )


def _places(kept: Keeping, facts: Facts) -> Iterator[Item]:
    dataset, read = kept.dataset.id, kept.dataset.offer.value
    lat, long = float(read(facts, Role.LAT)), float(read(facts, Role.LONG))
    place = Place(
        read(facts, Role.ID), read(facts, Role.TITLE), read(facts, Role.AREA), lat, long, facts, kept.feed
    )  # fmt: skip
    body = _json(place)
    for precision in _PRECISIONS:
        yield Item(cell_key(dataset, cell(lat, long, precision)), f"{kept.stamped}#{place.id}", body)
    for area in kept.areas.path(place.area):
        yield Item(area_key(dataset, area), f"{kept.stamped}#{folded(place.title)}#{place.id}", body)
    for word in words(place.title):
        yield Item(word_key(dataset, word), f"{word}#{kept.stamped}#{place.id}", body)


def _board(kept: Keeping, facts: Facts) -> Iterator[Item]:
    dataset, offer = kept.dataset.id, kept.dataset.offer
    starts, ends = (bound(offer.column(role), facts) for role in (Role.STARTS, Role.ENDS))
    areas = offer.value(facts, Role.AREAS)
    posting = Posting(
        offer.value(facts, Role.ID), offer.value(facts, Role.TITLE),
        (areas,) if isinstance(areas, str) else tuple(areas), tuple(offer.value(facts, Role.HAMLETS) or ()),
        starts, ends, facts, kept.feed,
    )  # fmt: skip
    body = _json(posting)
    # A province has too many communes to read the board of each.
    uppermost = {path[-1] for path in map(kept.areas.path, posting.areas) if len(path) > 1}
    for area in (*posting.areas, *map(with_all_below, sorted(uppermost))):
        yield Item(board_key(dataset, area), f"{ends_text(ends)}#{kept.stamped}#{posting.id}", body)


def _nothing(kept: Keeping, facts: Facts) -> Iterator[Item]:
    return iter(())


_ITEMS: Mapping[Kind, Callable[[Keeping, Facts], Iterator[Item]]] = {
    Kind.ACCOUNT: _account,
    Kind.PLACES: _places,
    Kind.BOARD: _board,
    Kind.ROUTE: _nothing,
}


def _json(value: Any) -> str:
    return _encode(value).decode()
