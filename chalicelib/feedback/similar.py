"""How like one matter is to another: by its words, its category and how near it is (pure).

Words are compared without diacritics and case, since many people type without them: first the syllables, but for those that every
text has, then the pairs of neighbouring syllables, which are the words of Vietnamese and hold the order. Of both, what two texts
share is taken as a part of the shorter one, for one person writes a line where another writes ten.

A score is 70 parts words, 15 parts nearness (falling evenly to nothing at RADIUS) and 15 parts category (of which a related one
has 9); without words, nearness and category together have what the words had. From THRESHOLD on a case is shown. It was chosen on
the 40 labelled pairs of tests/unit/feedback/similar_pairs.py and tried on 20 more that were written afterwards;
test_similar.py holds the figures. What is shown is a question to a person, "is it this one?", and decides nothing.
"""

import re
from collections.abc import Iterable, Set
from itertools import pairwise

import msgspec

from chalicelib.core.cells import distance
from chalicelib.core.text import plain
from chalicelib.feedback.values import Spot

# Metres. Four cells at most hold the circle (core/cells.py); a telephone knows its place to some ten, in a valley to a hundred.
RADIUS = 300.0
THRESHOLD = 0.48
MOST_SHOWN = 5
# What bounds the price of an answer: so many of the newest of each cell are looked at, and of so many the words are read.
MOST_IN_CELL = 50
MOST_READ = 12

_WORDS, _NEAR, _KIN = 0.7, 0.15, 0.15
_RELATED = 0.6
# Below so many features a chance word would be half of a text.
_LEAST_FEATURES = 4
_SYLLABLE = re.compile(r"[a-z]+|[0-9]+")
_COMMON = frozenset(
    """
    ai bi cac cai cho chua co con cua cung da dang de den deu di do duoc gan hai het ho hom khong kinh la lai lam len luc ma mai
    mong mot moi nay nen nghi nguoi nhieu nhung o qua rat roi sau se tai thi toi trong truoc tu tren va vao van vi voi xin xuong
    """.split()  # noqa: SIM905 - sixty quoted words say less
)

# What people take for one another. A category that the centre makes later is related to none, but is found by its words.
_KINSHIPS = (
    frozenset({"duong_sa", "sat_lo", "thoat_nuoc"}),
    frozenset({"duong_sa", "trat_tu_xay_dung"}),
    frozenset({"chieu_sang_cay_xanh", "sat_lo"}),
    frozenset({"chieu_sang_cay_xanh", "dien"}),
    frozenset({"dien", "vien_thong"}),
    frozenset({"dien", "pccc"}),
    frozenset({"rac_thai", "o_nhiem", "nong_lam"}),
    frozenset({"rac_thai", "thoat_nuoc"}),
    frozenset({"cap_nuoc", "o_nhiem"}),
)


class Asked(msgspec.Struct, frozen=True):
    """What is asked about: the category, the place in degrees (WGS 84), and the words, which may be empty."""

    category: str
    lat: float
    long: float
    text: str = ""


class Near(msgspec.Struct, frozen=True):
    """An open public case within the radius, and how far away it is in metres."""

    spot: Spot
    metres: float


class Likeness(msgspec.Struct, frozen=True):
    """How like a case is to the matter, from 0 to 1, and how far away in metres."""

    code: str
    score: float
    metres: float


def nearest(wanted: Asked, spots: Iterable[Spot]) -> list[Near]:
    """Of these cases those within the radius whose words are worth reading, the likeliest by place and category first."""
    found = [Near(spot, distance(wanted.lat, wanted.long, spot.lat, spot.long)) for spot in spots]
    within = [near for near in found if near.metres <= RADIUS]
    within.sort(key=lambda near: (-_beside_words(wanted, near), near.metres, near.spot.code))
    return within[:MOST_READ]


def likeness(wanted: Asked, near: Near, text: str) -> Likeness:
    """How like the case is whose words are `text`."""
    beside, nearness = _beside_words(wanted, near), 1 - near.metres / RADIUS
    kin = kinship(wanted.category, near.spot.category)
    alike = words_alike(wanted.text, text) if wanted.text else nearness * kin
    return Likeness(near.spot.code, _WORDS * alike + beside, near.metres)


def shown(found: Iterable[Likeness]) -> list[Likeness]:
    """Those like enough to be shown, the likest first."""
    enough = [one for one in found if one.score >= THRESHOLD]
    return sorted(enough, key=lambda one: (-one.score, one.metres, one.code))[:MOST_SHOWN]


def words_alike(one: str, other: str) -> float:
    """How much two texts share, from 0 to 1; the order of the two does not matter."""
    left, right = _syllables(one), _syllables(other)
    single = _shared(set(left) - _COMMON, set(right) - _COMMON)
    return (single + _shared(set(pairwise(left)), set(pairwise(right)))) / 2


def kinship(one: str, other: str) -> float:
    """1 for the same category, 0.6 for one that people take for it, else 0."""
    if one == other:
        return 1.0
    return _RELATED if any(one in kin and other in kin for kin in _KINSHIPS) else 0.0


def _beside_words(wanted: Asked, near: Near) -> float:
    return _NEAR * (1 - near.metres / RADIUS) + _KIN * kinship(wanted.category, near.spot.category)


def _syllables(text: str) -> list[str]:
    return _SYLLABLE.findall(plain(text).lower())


def _shared(one: Set[object], other: Set[object]) -> float:
    if not one or not other:
        return 0.0
    return len(one & other) / max(_LEAST_FEATURES, min(len(one), len(other)))
