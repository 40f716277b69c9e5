"""Cells and distances: as others name and measure them, and nothing near is ever outside the cells around."""

from math import asin, atan2, cos, degrees, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.cells import cell, cells_around, distance, metres_to, parts

RADIUS = 300.0
LAT, LONG = st.floats(20.5, 23.0), st.floats(103.0, 106.0)
BEARING = st.floats(0, 360)
_EARTH = 6_371_009.0

# Borders of columns and rows of the grid, on which and beside which a point may lie.
COLUMN = st.integers(25_760, 25_999).map(lambda number: number * 360 / 2**15 - 180)
ROW = st.integers(20_116, 20_571).map(lambda number: number * 180 / 2**15 - 90)
BESIDE = st.sampled_from([0.0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-6, -1e-6, 0.002, -0.002])


def away(lat: float, long: float, bearing: float, metres: float) -> tuple[float, float]:
    """The point so many metres away in that direction."""
    angle, north, turn = metres / _EARTH, radians(lat), radians(bearing)
    there = asin(sin(north) * cos(angle) + cos(north) * sin(angle) * cos(turn))
    east = atan2(sin(turn) * sin(angle) * cos(north), cos(angle) - sin(north) * sin(there))
    return degrees(there), degrees(radians(long) + east)


@pytest.mark.parametrize(
    ("lat", "long", "name"),
    [
        (42.6, -5.6, "ezs42e"),  # Wikipedia, "Geohash"
        (57.64911, 10.40744, "u4pruy"),  # the same
        (48.8566, 2.3522, "u09tvw"),  # Paris
        (21.0285, 105.8542, "w7er8u"),  # Hà Nội
        (0.0, 0.0, "s00000"),
        (-90.0, -180.0, "000000"),
        (90.0, 179.9999, "zzzzzz"),
    ],
)
def test_a_cell_has_the_name_that_everybody_gives_it(lat: float, long: float, name: str) -> None:
    assert cell(lat, long) == name


@given(LAT, LONG)
def test_a_cell_of_fewer_characters_is_named_as_its_own_cells_begin(lat: float, long: float) -> None:
    assert [cell(lat, long, precision) for precision in (4, 5)] == [cell(lat, long)[:4], cell(lat, long)[:5]]


@given(LAT, LONG, st.sampled_from([4, 5]))
def test_a_point_is_in_one_of_the_parts_of_its_cell(lat: float, long: float, precision: int) -> None:
    made = parts(cell(lat, long, precision))
    assert cell(lat, long, precision + 1) in made
    assert len(set(made)) == 32


@given(LAT, LONG, BEARING, st.floats(0, 30_000), st.sampled_from([4, 5, 6]))
def test_larger_cells_around_hold_whatever_is_near_as_well(
    lat: float, long: float, bearing: float, metres: float, precision: int
) -> None:
    radius = min(metres, 3_000) if precision == 6 else metres
    there = away(lat, long, bearing, radius)
    around = cells_around(lat, long, radius, precision)
    assert cell(*there, precision) in around
    assert len(set(around)) == len(around)
    assert {len(name) for name in around} == {precision}


@given(LAT, LONG)
def test_sixteen_cells_are_enough_for_five_kilometres_and_for_thirty(lat: float, long: float) -> None:
    assert len(cells_around(lat, long, 5_000, 5)) <= 16
    assert len(cells_around(lat, long, 30_000, 4)) <= 16


@given(LAT, LONG, BEARING, st.floats(0, 30_000), st.sampled_from([4, 5, 6]))
def test_no_point_of_a_cell_is_nearer_than_the_cell(
    lat: float, long: float, bearing: float, metres: float, precision: int
) -> None:
    there = away(lat, long, bearing, metres)
    assert metres_to(cell(*there, precision), lat, long) <= distance(lat, long, *there)
    assert metres_to(cell(lat, long, precision), lat, long) == 0


@given(ROW, COLUMN, st.floats(10, 30_000), st.sampled_from([4, 5]))
def test_a_cell_is_as_far_as_its_border(row: float, column: float, metres: float, precision: int) -> None:
    west = away(row, column, 270, metres)
    there = cell(row, column + 1e-9, precision)
    if cell(row, column - 1e-9, precision) != there and cell(west[0], column + 1e-9, precision) == there:
        assert metres_to(there, *west) == pytest.approx(metres - 1, abs=1)


def test_a_cell_beyond_the_date_line_is_near_as_well() -> None:
    assert metres_to(cell(10, -179.9999, 5), 10, 179.9999) < 22


@pytest.mark.parametrize("precision", [0, 7])
def test_no_cell_has_another_length(precision: int) -> None:
    with pytest.raises(ValueError, match=str(precision)):
        cells_around(21.7, 104.9, RADIUS, precision)


@given(LAT, LONG, BEARING, st.floats(0, RADIUS))
def test_whatever_is_within_the_radius_is_in_a_cell_around(
    lat: float, long: float, bearing: float, metres: float
) -> None:
    assert cell(*away(lat, long, bearing, metres)) in cells_around(lat, long, RADIUS)


@given(ROW, COLUMN, BESIDE, BESIDE, BEARING, st.sampled_from([0.0, 0.01, 150.0, 299.999, RADIUS]))
def test_at_borders_and_corners_of_cells_as_well(
    row: float, column: float, up: float, right: float, bearing: float, metres: float
) -> None:
    lat, long = row + up, column + right
    assert cell(*away(lat, long, bearing, metres)) in cells_around(lat, long, RADIUS)
    assert all(
        cell(*away(lat, long, bearing, metres), precision) in cells_around(lat, long, RADIUS, precision)
        for precision in (4, 5)
    )


@given(st.floats(-80, 80), st.floats(-180, 180), BEARING, st.floats(0, 2000))
def test_nowhere_on_the_inhabited_earth_is_a_near_point_missed(
    lat: float, long: float, bearing: float, metres: float
) -> None:
    north, east = away(lat, long, bearing, metres)
    assert cell(north, (east + 180) % 360 - 180) in cells_around(lat, long, 2000)


@given(LAT, LONG)
def test_four_cells_are_enough_for_a_circle_no_wider_than_a_cell(lat: float, long: float) -> None:
    around = cells_around(lat, long, RADIUS)
    assert len(around) == len(set(around)) <= 4
    assert cell(lat, long) in around


def test_the_date_line_is_a_border_like_any_other() -> None:
    assert cell(10, -179.9999) in cells_around(10, 179.9999, RADIUS)


@pytest.mark.parametrize(("lat", "long"), [(90.0, 0.0), (-90.0, 0.0), (90.0, 180.0), (-90.0, -180.0)])
def test_the_poles_have_cells_too_and_few(lat: float, long: float) -> None:
    assert 1 <= len(cells_around(lat, long, RADIUS)) <= 6


def test_distances_are_those_of_the_sphere() -> None:
    # Hà Nội to the city of Yên Bái.
    assert distance(21.0285, 105.8542, 21.7229, 104.9113) == pytest.approx(124_700, rel=0.01)
    assert distance(21.7, 104.9, 21.7, 104.9) == 0
    assert distance(0, 0, 0, 180) == pytest.approx(20_015_115, rel=1e-5)


@given(LAT, LONG, BEARING, st.floats(1, 5000))
def test_a_point_so_far_away_is_so_far_away(lat: float, long: float, bearing: float, metres: float) -> None:
    there = away(lat, long, bearing, metres)
    assert distance(lat, long, *there) == pytest.approx(metres, rel=1e-6, abs=1e-3)
    assert distance(*there, lat, long) == distance(lat, long, *there)
