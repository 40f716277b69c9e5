"""What people ask of places and boards, as types."""

from datetime import date
from typing import Annotated

import msgspec

from chalicelib.core.errors import FieldError, Invalid
from chalicelib.core.paging import PAGE_SIZE
from chalicelib.lookups.places.near import MOST_METRES, SMALL_REACH
from chalicelib.lookups.rows import words

Area = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Only = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Cursor = Annotated[str, msgspec.Meta(max_length=2000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]

# Days of other years are mistakes, and the first and last that there are have no neighbours to reckon with.
YEARS = range(1900, 3000)
USUAL_METRES = int(SMALL_REACH)


class FindPlaces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places near a point (WGS 84, within `metres`, 5,000 unless told), or in an area, or by name; filters may be joined.

    `only` narrows to what columns say, `insurance:true;kind:pharmacy` (narrowing.py).
    """

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    long: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    metres: Annotated[int, msgspec.Meta(ge=1, le=MOST_METRES)] | None = None
    area: Area | None = None
    open_now: bool = False
    q: Words | None = None
    only: Only | None = None
    cursor: Cursor | None = None
    limit: Limit = PAGE_SIZE

    def check(self) -> None:
        """Raises Invalid for a place that is half said, for none at all, and for words too short to look for."""
        errors = []
        pointed = {"lat": self.lat, "long": self.long}
        if self.metres is not None or any(value is not None for value in pointed.values()):
            errors += [FieldError(name, "field.missing") for name, value in pointed.items() if value is None]
        elif self.area is None and self.q is None:
            errors += [FieldError(name, "field.where") for name in ("lat", "long", "area", "q")]
        if self.q is not None and not words(self.q):
            errors.append(FieldError("q", "field.word"))
        if self.cursor is not None and (self.lat is not None or self.area is None):
            errors.append(FieldError("cursor", "field.unknown"))
        if errors:
            raise Invalid(errors)


class ReadBoard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a board has for an area from one day to another, both in Vietnam and both counted; from now on unless told.

    `only` narrows to what columns say (narrowing.py).
    """

    area: Area
    hamlet: Words | None = None
    first: date | None = msgspec.field(name="from", default=None)
    last: date | None = msgspec.field(name="to", default=None)
    q: Words | None = None
    only: Only | None = None
    cursor: Cursor | None = None
    limit: Limit = PAGE_SIZE

    def check(self) -> None:
        """Raises Invalid for days of no calendar that anybody uses, and for such as end before they begin."""
        days = {"from": self.first, "to": self.last}
        errors = [FieldError(name, "field.date") for name, day in days.items() if day and day.year not in YEARS]
        if self.first is not None and self.last is not None and self.last < self.first:
            errors.append(FieldError("to", "field.before_from"))
        if errors:
            raise Invalid(errors)


class InArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The area that is meant."""

    area: Area
