"""Places of an offer: the nearest, those of an area by title, those of a name; each in bounded reads."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import Clock
from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import invalid
from chalicelib.lookups import rows
from chalicelib.lookups.living import Living
from chalicelib.lookups.model import Dataset, Kind, Offer, Place, Role, Utility
from chalicelib.lookups.places import near
from chalicelib.lookups.places.commands import USUAL_METRES, FindPlaces
from chalicelib.lookups.places.narrowing import Condition, conditions, hold
from chalicelib.lookups.places.opening import state
from chalicelib.lookups.ports import Areas, Slices, Usage

# Rows read for one answer of an area or a name.
MOST_READ = 200
# Words of a name by which places are looked for; all of them must be in the title.
MOST_WORDS = 4


class Listed(NamedTuple):
    """A place and its mark, which stands in the order of titles."""

    mark: str
    place: Place


class PlaceRows(Protocol):
    """Where places lie."""

    def in_cell(self, dataset: str, cell: str, stamps: Sequence[str], most: int) -> tuple[Sequence[Place], bool]:
        """The places of a cell in the versions of these stamps, at most so many, and whether these are all."""

    def in_area(
        self, dataset: str, area: str, stamps: Sequence[str], after: str, most: int
    ) -> tuple[Sequence[Listed], bool]:
        """The places of an area after a mark, in the order of their marks, at most so many, and whether these are all."""

    def with_word(self, dataset: str, word: str, living: Living, most: int) -> tuple[Sequence[Place], bool]:
        """Places with a word that begins so in their title, of so many rows, and whether these are all."""


class Offers(Protocol):
    """The catalogue, as lookups ask it."""

    def one(self, identifier: str) -> Utility:
        """A utility; raises NotFound."""

    def dataset(self, utility: str, offer: str, kind: Kind, language: str = "vi") -> Dataset:
        """The records of an offer of that kind.

        Raises NotFound, and Unavailable where the utility is suspended, with the reason in `language` (vi or en).
        """


class Seen(NamedTuple):
    """A place as it is found now: how far away in metres, whether it is open and when that changes; None where unknown."""

    place: Place
    metres: float | None = None
    open: bool | None = None
    changes_at: datetime | None = None


class Found(NamedTuple):
    """Some places of an offer and how old they are; `partial` where there are others that were not read."""

    offer: Offer
    places: tuple[Seen, ...]
    as_of: datetime | None
    cursor: str | None = None
    partial: bool = False


class PlaceFinder:
    """Looks places up; reads near.MOST_READ rows at most for a point, MOST_READ for an area or a name."""

    def __init__(
        self, offers: Offers, store: PlaceRows, slices: Slices, areas: Areas, usage: Usage,
        calendar: Callable[[], Calendar], clock: Clock, secret: str,
    ) -> None:  # fmt: skip
        self._offers, self._store, self._slices, self._areas, self._usage = offers, store, slices, areas, usage
        self._calendar, self._clock, self._secret = calendar, clock, secret

    def find(self, utility: str, offer: str, wanted: FindPlaces, language: str = "vi") -> Found:
        """Places of an offer; raises NotFound, Invalid, and Unavailable where the utility is suspended."""
        wanted.check()
        dataset = self._offers.dataset(utility, offer, Kind.PLACES, language)
        if wanted.area is not None and not self._areas.path(wanted.area):
            raise invalid("area", "field.area")
        living = Living(self._slices.slices(dataset.id))
        if wanted.lat is not None and wanted.long is not None:
            found = self._near(dataset, living, wanted, wanted.lat, wanted.long)
        elif wanted.area is not None:
            found = self._in_area(dataset, living, wanted, wanted.area)
        else:
            found = self._named(dataset, living, wanted)
        self._usage.used(utility, wanted.area)
        return found

    def _near(self, dataset: Dataset, living: Living, wanted: FindPlaces, lat: float, long: float) -> Found:
        feeds, look = dataset.offer.feeds, self._look(dataset.offer, wanted)
        stamps = living.stamps(feeds)
        inside = frozenset(self._areas.below(wanted.area)) if wanted.area else None
        around = near.nearest(
            lambda cell, most: self._store.in_cell(dataset.id, cell, stamps, most),
            lat, long, float(wanted.metres or USUAL_METRES), wanted.limit,
            lambda place: (inside is None or place.area in inside) and look.wants(place),
        )  # fmt: skip
        seen = tuple(look.seen(*spot) for spot in around.spots)
        return Found(dataset.offer, seen, living.as_of(feeds), partial=around.partial)

    def _in_area(self, dataset: Dataset, living: Living, wanted: FindPlaces, area: str) -> Found:
        feeds, look, purpose = dataset.offer.feeds, self._look(dataset.offer, wanted), f"places {dataset.id} {area}"
        after = open_cursor(self._secret, purpose, wanted.cursor)["after"] if wanted.cursor else ""
        # Where nothing is filtered one place more than asked tells whether the list goes on.
        most = MOST_READ if wanted.q or wanted.only or wanted.open_now else wanted.limit + 1
        listed, whole = self._store.in_area(dataset.id, area, living.stamps(feeds), after, most)
        seen: list[Seen] = []
        for mark, place in listed:
            if len(seen) == wanted.limit:
                whole = False
                break
            after = mark
            seen += [look.seen(place)] if look.wants(place) else []
        cursor = None if whole else seal_cursor(self._secret, purpose, {"after": after})
        return Found(dataset.offer, tuple(seen), living.as_of(feeds), cursor)

    def _named(self, dataset: Dataset, living: Living, wanted: FindPlaces) -> Found:
        look = self._look(dataset.offer, wanted)
        # The last words tell places apart, as in `Trạm Y tế Yên Ninh`; one whose places are all read is enough.
        asked = list(rows.words(wanted.q or ""))[::-1][:MOST_WORDS]
        places: dict[tuple[str, str], Place] = {}
        whole = False
        for word in asked:
            having, whole = self._store.with_word(dataset.id, word, living, MOST_READ // len(asked))
            places |= {(place.feed, place.id): place for place in having}
            if whole:
                break
        ordered = sorted(places.values(), key=lambda place: (rows.folded(place.title), place.id))
        fitting = [place for place in ordered if look.wants(place)]
        partial = not whole or len(fitting) > wanted.limit
        seen = tuple(map(look.seen, fitting[: wanted.limit]))
        return Found(dataset.offer, seen, living.as_of(dataset.offer.feeds), partial=partial)

    def _look(self, offer: Offer, wanted: FindPlaces) -> "Look":
        asked, only = rows.folded(wanted.q or "").split(), conditions(offer, wanted.only)
        return Look(offer, self._clock(), self._calendar(), asked, only, wanted.open_now)


class Look(NamedTuple):
    """How places are looked at: at which moment, and which are wanted: by words (folded), by columns, by being open."""

    offer: Offer
    now: datetime
    calendar: Calendar
    asked: Sequence[str]
    only: tuple[Condition, ...]
    open_now: bool

    def wants(self, place: Place) -> bool:
        """Whether the title has all the words, the columns say so, and it is open, if it must be; of unknown hours it is not."""
        fits = named(place.title, self.asked) and hold(self.only, place.facts)
        return fits and (not self.open_now or self.seen(place).open is True)

    def seen(self, place: Place, metres: float | None = None) -> Seen:
        """The place as it is at the moment."""
        hours = self.offer.value(place.facts, Role.HOURS)
        return Seen(place, metres, *(state(hours, self.now, self.calendar) if hours else (None, None)))


def named(title: str, asked: Sequence[str]) -> bool:
    """Whether each of the words (folded) begins a word of the title."""
    words = rows.folded(title).split()
    return all(any(word.startswith(one) for word in words) for one in asked)
