"""The places nearest to a point: cells are read in the order of their distance until nothing nearer can come (pure).

Up to 5 km away cells of five characters are read (4.5 km by 4.9 km), further away those of four (36 km by 20 km). One that has
more than MOST_IN_CELL is read by its parts instead, down to six characters (1.1 km by 0.6 km). A cell is read only while it
can hold a place nearer than the last of those found: a town costs a cell or two, and no border hides anything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from chalicelib.core.cells import FINEST, cells_around, distance, metres_to, parts
from chalicelib.lookups.model import Place

SMALL, LARGE = 5, 4  # characters of a cell's name
SMALL_REACH = 5_000.0
MOST_METRES = 30_000
# Places read of a cell by the length of its name, of all cells together, and cells read.
MOST_IN_CELL: Mapping[int, int] = {4: 200, 5: 60, 6: 300}
MOST_READ = 600
MOST_CELLS = 100


class Spot(NamedTuple):
    """A place and how far away it is, in metres."""

    place: Place
    metres: float


class Near(NamedTuple):
    """Places in the order of their distance; `partial` where there may be others that were not read."""

    spots: tuple[Spot, ...]
    partial: bool = False


# The places of a cell that live, at most so many, and whether these are all.
Reader = Callable[[str, int], tuple[Sequence[Place], bool]]


def nearest(
    read: Reader, lat: float, long: float, metres: float, limit: int, wanted: Callable[[Place], bool]
) -> Near:  # fmt: skip
    """Of the places that are wanted within so many metres the nearest, at most `limit`.

    Reads MOST_IN_CELL of a cell, MOST_READ in all and MOST_CELLS cells; what that leaves out is said.
    """
    walk = _Walk(read, lat, long, limit, wanted)
    found = walk.through(SMALL, min(metres, SMALL_REACH))
    if len(found.spots) < limit and metres > SMALL_REACH and not found.partial:
        return walk.through(LARGE, metres)
    return found


class _Walk:
    """One search from a point."""

    def __init__(
        self, read: Reader, lat: float, long: float, limit: int, wanted: Callable[[Place], bool]
    ) -> None:  # fmt: skip
        self._read, self._lat, self._long, self._limit, self._wanted = read, lat, long, limit, wanted
        self._left, self._cells_left = MOST_READ, MOST_CELLS

    def through(self, precision: int, metres: float) -> Near:
        """What cells of one size have within so many metres."""
        ahead = self._by_distance(cells_around(self._lat, self._long, metres, precision))
        heapify(ahead)
        found: list[Spot] = []
        partial = False
        while ahead:
            reach, name = heappop(ahead)
            if reach > metres or (len(found) == self._limit and found[-1].metres < reach):
                break
            if self._left == 0 or self._cells_left == 0:
                return Near(tuple(found), True)
            places, all_read = self._read(name, min(MOST_IN_CELL[len(name)], self._left))
            self._left -= len(places)
            self._cells_left -= 1
            if not all_read and len(name) < FINEST:
                for part in self._by_distance(parts(name)):
                    heappush(ahead, part)
                continue
            partial = partial or not all_read
            found = self._nearer(found, places, metres)
        return Near(tuple(found), partial)

    def _by_distance(self, names: Iterable[str]) -> list[tuple[float, str]]:
        return [(metres_to(name, self._lat, self._long), name) for name in names]

    def _nearer(self, found: list[Spot], places: Sequence[Place], metres: float) -> list[Spot]:
        new = [Spot(place, distance(self._lat, self._long, place.lat, place.long)) for place in places]
        near = [spot for spot in new if spot.metres <= metres and self._wanted(spot.place)]
        return sorted([*found, *near], key=lambda spot: (spot.metres, spot.place.id))[: self._limit]
