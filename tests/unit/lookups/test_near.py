"""The nearest places: those that looking at every place would find, at borders of cells too, in few reads."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.cells import cell, distance
from chalicelib.lookups.model import Place
from chalicelib.lookups.places.near import MOST_CELLS, MOST_IN_CELL, MOST_READ, Near, nearest
from chalicelib.lookups.rows import stamp
from tests.unit.lookups.finding_fakes import UNIT, MemoryPlaces, place

LIVE = (stamp(UNIT.id, 2),)
# A corner of cells of five characters that is one of cells of four as well, in the province.
CORNER_LAT, CORNER_LONG = 20_320 * 180 / 2**15 - 90 + 0.0, 25_920 * 360 / 2**15 - 180


def look(
    store: MemoryPlaces, lat: float, long: float, metres: float, limit: int = 20, odd_only: bool = False
) -> Near:  # fmt: skip
    def wanted(one: Place) -> bool:
        return not odd_only or int(one.id) % 2 == 1

    return nearest(lambda name, most: store.in_cell("d", name, LIVE, most), lat, long, metres, limit, wanted)


def by_hand(places: Sequence[Place], lat: float, long: float, metres: float, limit: int) -> list[str]:
    far = sorted((distance(lat, long, one.lat, one.long), one.id) for one in places)
    return [identifier for metres_off, identifier in far if metres_off <= metres][:limit]


def test_the_corner_is_one_of_cells_of_both_sizes() -> None:
    around = [(CORNER_LAT + up, CORNER_LONG + right) for up in (-1e-6, 1e-6) for right in (-1e-6, 1e-6)]
    assert all(len({cell(*point, precision) for point in around}) == 4 for precision in (4, 5))


NUMBERS = st.integers(0, 10_000)
LATS, LONGS = st.floats(CORNER_LAT - 0.2, CORNER_LAT + 0.2), st.floats(CORNER_LONG - 0.2, CORNER_LONG + 0.2)
CLOSE = st.sampled_from([-0.03, -1e-3, -1e-6, -1e-9, 0.0, 1e-9, 1e-6, 1e-3, 0.03])
POINTS = st.tuples(LATS, LONGS) | st.tuples(CLOSE.map(CORNER_LAT.__add__), CLOSE.map(CORNER_LONG.__add__))


@given(
    st.dictionaries(NUMBERS, POINTS, max_size=40), POINTS, st.sampled_from([1, 100, 2_500, 5_000, 5_001, 12_000, 30_000]),
    st.integers(1, 10), st.booleans(),
)  # fmt: skip
def test_what_is_found_is_what_looking_at_every_place_finds(
    spots: dict[int, tuple[float, float]], here: tuple[float, float], metres: int, limit: int, odd_only: bool
) -> None:
    places = [place(str(number), lat=lat, long=long) for number, (lat, long) in spots.items()]
    found = look(MemoryPlaces(*places), *here, metres, limit, odd_only)
    wanted = [one for one in places if not odd_only or int(one.id) % 2 == 1]
    assert not found.partial
    assert [spot.place.id for spot in found.spots] == by_hand(wanted, *here, metres, limit)
    assert all(spot.metres == distance(*here, spot.place.lat, spot.place.long) for spot in found.spots)


def test_in_a_town_one_cell_is_enough() -> None:
    lat, long = CORNER_LAT + 0.02, CORNER_LONG + 0.02
    store = MemoryPlaces(*(place(str(number), lat=lat + number / 1e5, long=long) for number in range(30)))
    assert len(look(store, lat, long, 30_000).spots) == 20
    assert store.asked == [cell(lat, long, 5)]


def test_where_there_is_little_the_large_cells_are_read_once_the_small_ones_were() -> None:
    far = place("1", lat=CORNER_LAT + 0.2, long=CORNER_LONG)
    store = MemoryPlaces(far)
    assert [spot.place.id for spot in look(store, CORNER_LAT, CORNER_LONG, 30_000).spots] == ["1"]
    assert len([name for name in store.asked if len(name) == 5]) <= 16
    assert len([name for name in store.asked if len(name) == 4]) <= 16


def test_within_five_kilometres_no_large_cell_is_read() -> None:
    store = MemoryPlaces()
    assert look(store, CORNER_LAT, CORNER_LONG, 5_000).spots == ()
    assert {len(name) for name in store.asked} == {5}


def test_a_crowded_cell_is_read_by_its_parts_and_none_nearer_is_missed() -> None:
    lat, long = CORNER_LAT + 0.02, CORNER_LONG + 0.02
    places = [
        place(str(number), lat=lat + (number * 37 % 101 - 50) / 2500, long=long + (number * 53 % 103 - 51) / 2500)
        for number in range(2_000)
    ]
    store = MemoryPlaces(*places)
    found = look(store, lat, long, 30_000)
    assert [spot.place.id for spot in found.spots] == by_hand(places, lat, long, 30_000, 20)
    assert not found.partial
    assert store.read <= 5 * MOST_IN_CELL[5]
    assert {len(name) for name in store.asked} == {5, 6}


def test_however_many_there_are_at_one_spot_no_more_is_read_and_it_is_said() -> None:
    store = MemoryPlaces(*(place(str(number), lat=21.7, long=104.9) for number in range(3_000)))
    found = look(store, 21.7, 104.9, 30_000)
    assert found.partial
    assert len(found.spots) == 20
    assert store.read == MOST_IN_CELL[5] + MOST_IN_CELL[6]


def test_all_cells_together_are_bounded_too() -> None:
    store = MemoryPlaces(
        *(
            place(f"{up}{right}{number:03d}", lat=CORNER_LAT + 0.02 + up * 0.044, long=CORNER_LONG + 0.02 + right * 0.044)
            for up in range(-2, 2)
            for right in range(-2, 2)
            for number in range(MOST_IN_CELL[6] + 5)
        )
    )  # fmt: skip
    found = nearest(
        lambda name, most: store.in_cell("d", name, LIVE, most), CORNER_LAT, CORNER_LONG, 30_000, 20, lambda _: False
    )  # fmt: skip
    assert found == Near((), True)
    assert store.read == MOST_READ


def test_no_more_than_so_many_cells_are_read() -> None:
    asked: list[str] = []

    def crowded(name: str, most: int) -> tuple[Sequence[Place], bool]:
        asked.append(name)
        return (), len(name) == 6

    assert nearest(crowded, CORNER_LAT, CORNER_LONG, 30_000, 20, lambda _: True).partial
    assert len(asked) == MOST_CELLS


def test_what_was_replaced_or_is_being_loaded_is_not_found() -> None:
    store = MemoryPlaces(place("1"))
    store.rows += [(1, place("2")), (3, place("3"))]
    assert [spot.place.id for spot in look(store, 21.7, 104.9, 100).spots] == ["1"]
