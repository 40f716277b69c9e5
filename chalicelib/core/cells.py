"""Cells of the earth's surface, named by geohash, and distances between points; degrees are WGS 84.

A geohash of six characters is the name of one cell of a grid of 2^15 columns by 2^15 rows: their bits, a column's and a row's in
turn, in base 32. At the latitude of the province a cell is 1,130 m wide and 611 m high. Cells of fewer characters are those whose
names begin so: of five 4.5 km by 4.9 km, of four 36 km by 20 km.
"""

from math import asin, cos, floor, radians, sin, sqrt

_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
# The places of three bits, and of two between them, in a character of five.
_APART = (0, 1, 4, 5, 16, 17, 20, 21)
_BETWEEN = (0, 2, 8, 10)
FINEST = 6  # characters of a name
_SIDE = 1 << 15  # columns around the earth, and rows from pole to pole
_EARTH_RADIUS = 6_371_009.0
_METRES_PER_DEGREE = radians(1) * _EARTH_RADIUS
# Columns come together at the poles; beyond this latitude none of this is exact.
_LAST_LATITUDE = 81.0


def cell(lat: float, long: float, precision: int = FINEST) -> str:
    """The cell of so many characters, six at most, in which a point lies."""
    return _name(_column(long), _row(lat))[:precision]


def cells_around(lat: float, long: float, metres: float, precision: int = FINEST) -> tuple[str, ...]:
    """Every cell of so many characters that has a point within so many metres of this one; up to 80 degrees north and south.

    As few as touch the square around the circle: four at most where the circle is no wider than a cell.
    """
    # A metre more than asked, so that no rounding at a border hides a cell.
    high = (metres + 1) / _METRES_PER_DEGREE
    wide = high / cos(radians(min(abs(lat) + high, _LAST_LATITUDE)))
    across, up = _coarser(precision)
    columns = range(_column(long - wide, wrap=False) >> across, (_column(long + wide, wrap=False) >> across) + 1)
    rows = range(_row(lat - high) >> up, (_row(lat + high) >> up) + 1)
    return tuple(_name((column << across) % _SIDE, row << up)[:precision] for row in rows for column in columns)


def parts(name: str) -> tuple[str, ...]:
    """The 32 cells of one character more that make up a cell."""
    return tuple(name + letter for letter in _ALPHABET)


def metres_to(name: str, lat: float, long: float) -> float:
    """How far the nearest point of a cell is, 0 from within; never more than it is, a metre less at most, up to 30 km away."""
    column, row = 0, 0
    for place, letter in enumerate(name):
        bits = _ALPHABET.index(letter)
        apart, between = _APART.index(bits & 0b10101), _BETWEEN.index(bits & 0b01010)
        column, row = (
            (column << 3 | apart, row << 2 | between) if place % 2 == 0 else (column << 2 | between, row << 3 | apart)
        )
    across, up = _coarser(len(name))
    wide, high = 360 / (_SIDE >> across), 180 / (_SIDE >> up)
    # The cell's middle, seen the shorter way around the earth.
    middle = (column + 0.5) * wide - 180
    middle += 360 * round((long - middle) / 360)
    nearest_long = min(max(long, middle - wide / 2), middle + wide / 2)
    nearest_lat = min(max(lat, row * high - 90), (row + 1) * high - 90)
    return max(distance(lat, long, nearest_lat, nearest_long) - 1, 0.0)


def distance(lat: float, long: float, other_lat: float, other_long: float) -> float:
    """Metres between two points on the sphere (haversine)."""
    north, east = radians(other_lat - lat) / 2, radians(other_long - long) / 2
    chord = sin(north) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east) ** 2
    return 2 * _EARTH_RADIUS * asin(min(1.0, sqrt(chord)))


def _coarser(precision: int) -> tuple[int, int]:
    """Over how many bits of the finest column and row a cell of so many characters goes."""
    if not 1 <= precision <= FINEST:
        raise ValueError(precision)
    bits = 5 * (FINEST - precision)
    return bits // 2, bits - bits // 2


def _column(long: float, wrap: bool = True) -> int:
    column = floor((long + 180) / 360 * _SIDE)
    return column % _SIDE if wrap else column


def _row(lat: float) -> int:
    return min(max(floor((lat + 90) / 180 * _SIDE), 0), _SIDE - 1)


def _name(column: int, row: int) -> str:
    # Five bits of each make two characters: three of the column and two of the row, then the other way round.
    return "".join(
        [
            _ALPHABET[_APART[column >> 12] | _BETWEEN[row >> 13]],
            _ALPHABET[_APART[row >> 10 & 7] | _BETWEEN[column >> 10 & 3]],
            _ALPHABET[_APART[column >> 7 & 7] | _BETWEEN[row >> 8 & 3]],
            _ALPHABET[_APART[row >> 5 & 7] | _BETWEEN[column >> 5 & 3]],
            _ALPHABET[_APART[column >> 2 & 7] | _BETWEEN[row >> 3 & 3]],
            _ALPHABET[_APART[row & 7] | _BETWEEN[column & 3]],
        ]
    )
