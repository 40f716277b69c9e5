"""From coordinates to the commune, and how sure that is (pure).

Communes are known by centre and bounding box only, and boxes overlap: about half of the points lie in several.
Candidates are the communes whose box holds the point; each weighs 1 / (0.05 + d²), where d is the distance from its
centre in halves of its box (0 at the centre, 1 in the middle of an edge), so that a large commune reaches further than
a small one. The sureness of a candidate is its share of all weights:

- one box holds the point: 0.95, because a box drawn wrongly can always hide the right commune;
- several boxes: the share, at most 0.89;
- no box, but some within 2 km: the share of those within 2 km, at most 0.5.

A place is *sure* from 0.9, *likely* from 0.65, else *unsure*. The figures order candidates and tell which places to ask
about; they are no frequencies, since the true borders are not part of the data.
"""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from math import cos, fsum, hypot, radians

import msgspec

from chalicelib.core.errors import invalid
from chalicelib.directory.model import Area

SURE, LIKELY = 0.9, 0.65
ALONE, SHARED, OUTSIDE = 0.95, 0.89, 0.5
TOLERANCE_KM = 2.0
MOST_CANDIDATES = 5
_KM_PER_DEGREE = 111.195
_SOFTENING = 0.05


class Sureness(StrEnum):
    """How sure a place is, in a word."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class Candidate(msgspec.Struct, frozen=True):
    """A commune that may be meant, its sureness from 0 to 1, and the distance from its centre in kilometres."""

    area: Area
    sureness: float
    distance_km: float


class Place(msgspec.Struct, frozen=True):
    """What coordinates were found to mean: candidates, best first, and the code of the area to route to.

    `area` is the best commune where it is sure or likely, else the district to which most of the sureness belongs.
    """

    candidates: tuple[Candidate, ...]
    sureness: Sureness
    area: str


def locate(communes: Iterable[Area], lat: float, long: float, field: str = "location") -> Place:
    """The commune at coordinates (WGS 84 degrees), among those given.

    Raises Invalid for `field` where the point is more than 2 km outside every box, or no point on earth.
    """
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise invalid(field, "field.outside")
    near = [
        (area, outside)
        for area in _around(communes, lat, long)
        if (outside := _outside_km(area, lat, long)) <= TOLERANCE_KM
    ]
    if not near:
        raise invalid(field, "field.outside")
    inside = [area for area, outside in near if outside == 0]
    most = (ALONE if len(inside) == 1 else SHARED) if inside else OUTSIDE
    ranked = _ranked(inside or [area for area, _ in near], lat, long, most)
    sureness = _in_a_word(ranked[0].sureness)
    area = _district(ranked) if sureness is Sureness.UNSURE else ranked[0].area.code
    return Place(tuple(ranked[:MOST_CANDIDATES]), sureness, area)


def nearest(areas: Iterable[Area], lat: float, long: float) -> Area:
    """Of at least one area the one in which coordinates most likely lie, however far off they are."""
    return min(sorted(areas, key=lambda area: area.code), key=lambda area: _relative_square(area, lat, long))


def _around(communes: Iterable[Area], lat: float, long: float) -> list[Area]:
    """The communes whose box, widened by the tolerance and a little, holds the point: the few worth measuring."""
    up = 1.01 * TOLERANCE_KM / _KM_PER_DEGREE
    along = up / cos(radians(lat))
    return [
        area
        for area in communes
        if area.south - up <= lat <= area.north + up and area.west - along <= long <= area.east + along
    ]


def _ranked(areas: list[Area], lat: float, long: float, most: float) -> list[Candidate]:
    weights = [1 / (_SOFTENING + _relative_square(area, lat, long)) for area in areas]
    total = fsum(weights)
    found = [
        Candidate(area, min(weight / total, most), round(_kilometres(area, lat, long), 2))
        for area, weight in zip(areas, weights, strict=True)
    ]
    return sorted(found, key=lambda candidate: (-candidate.sureness, candidate.distance_km, candidate.area.code))


def _in_a_word(sureness: float) -> Sureness:
    if sureness >= SURE:
        return Sureness.SURE
    return Sureness.LIKELY if sureness >= LIKELY else Sureness.UNSURE


def _district(ranked: list[Candidate]) -> str:
    shares: dict[str, float] = defaultdict(float)
    for candidate in ranked:
        shares[candidate.area.parent or candidate.area.code] += candidate.sureness
    return max(sorted(shares), key=lambda code: shares[code])


def _relative_square(area: Area, lat: float, long: float) -> float:
    height, width = (area.north - area.south) / 2, (area.east - area.west) / 2
    return float(((lat - area.lat) / height) ** 2 + ((long - area.long) / width) ** 2)


def _outside_km(area: Area, lat: float, long: float) -> float:
    """How far the point is outside the box; 0 inside and on its edge."""
    up = max(area.south - lat, lat - area.north, 0.0)
    along = max(area.west - long, long - area.east, 0.0)
    if up == 0 and along == 0:
        return 0.0
    return hypot(up, along * cos(radians(lat))) * _KM_PER_DEGREE


def _kilometres(area: Area, lat: float, long: float) -> float:
    return hypot(lat - area.lat, (long - area.long) * cos(radians(lat))) * _KM_PER_DEGREE
