"""From coordinates to the commune."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid
from chalicelib.directory.locate import MOST_CANDIDATES, Place, Sureness, locate
from chalicelib.directory.model import Area, AreaLevel
from infra.seed import rows

COMMUNES = [area for area in rows.areas() if area.level == AreaLevel.COMMUNE]
DISTRICTS = {area.code for area in rows.areas() if area.level == AreaLevel.DISTRICT}
ALL = {area.code: area for area in COMMUNES}

lats, longs = st.floats(21.3, 22.3), st.floats(103.85, 105.15)
communes = st.sampled_from(COMMUNES)


def boxes_with(lat: float, long: float) -> list[Area]:
    return [area for area in COMMUNES if area.south <= lat <= area.north and area.west <= long <= area.east]


def place_at(lat: float, long: float) -> Place | None:
    try:
        return locate(COMMUNES, lat, long)
    except Invalid:
        return None


@given(lats, longs)
def test_a_point_in_one_box_is_surely_that_commune(lat: float, long: float) -> None:
    boxes = boxes_with(lat, long)
    if len(boxes) == 1:
        place = locate(COMMUNES, lat, long)
        assert place.sureness is Sureness.SURE
        assert place.area == place.candidates[0].area.code == boxes[0].code


@given(lats, longs)
def test_a_point_in_several_boxes_has_them_as_candidates_and_is_never_sure(lat: float, long: float) -> None:
    boxes = boxes_with(lat, long)
    if len(boxes) > 1:
        place = locate(COMMUNES, lat, long)
        assert {candidate.area.code for candidate in place.candidates} <= {area.code for area in boxes}
        assert len(place.candidates) == min(len(boxes), MOST_CANDIDATES)
        assert place.sureness is not Sureness.SURE


@given(lats, longs)
def test_candidates_come_best_first_and_share_one(lat: float, long: float) -> None:
    place = place_at(lat, long)
    if place:
        surenesses = [candidate.sureness for candidate in place.candidates]
        assert surenesses == sorted(surenesses, reverse=True)
        assert all(0 < sureness <= 0.95 for sureness in surenesses)
        assert sum(surenesses) <= 1.0001


@given(lats, longs)
def test_an_unsure_place_is_routed_to_the_district_of_a_candidate_else_to_the_best_commune(
    lat: float, long: float
) -> None:
    place = place_at(lat, long)
    if place and place.sureness is Sureness.UNSURE:
        assert place.area in DISTRICTS
        assert place.area in {candidate.area.parent for candidate in place.candidates}
    elif place:
        assert place.area == place.candidates[0].area.code


@given(lats, longs)
def test_the_order_of_the_communes_does_not_matter(lat: float, long: float) -> None:
    place = place_at(lat, long)
    if place:
        assert locate(COMMUNES[::-1], lat, long) == place


@given(communes)
def test_the_centre_of_a_commune_lies_in_that_commune(commune: Area) -> None:
    place = locate(COMMUNES, commune.lat, commune.long)
    assert place.candidates[0].area == commune
    assert place.candidates[0].distance_km == 0


@given(communes, st.floats(0.05, 1.9))
def test_up_to_two_kilometres_outside_every_box_the_nearest_ones_are_candidates_but_unsure(
    commune: Area, kilometres: float
) -> None:
    alone = locate([commune], commune.north + kilometres / 111.195, commune.long)
    assert alone.candidates[0].area == commune
    assert alone.candidates[0].sureness == 0.5
    assert alone.sureness is Sureness.UNSURE
    assert alone.area == commune.parent


@given(communes, st.floats(2.01, 5000))
def test_more_than_two_kilometres_outside_every_box_is_refused(commune: Area, kilometres: float) -> None:
    with pytest.raises(Invalid) as refused:
        locate([commune], commune.south - kilometres / 111.195, commune.long, "lat")
    assert [(error.field, error.words) for error in refused.value.errors] == [("lat", "field.outside")]


@pytest.mark.parametrize(
    ("lat", "long"),
    [
        (21.0285, 105.8542),  # Hà Nội
        (0.0, 0.0),
        (104.9, 21.7),  # latitude and longitude swapped
        (float("nan"), 104.9),
        (21.7, float("nan")),
        (float("inf"), float("-inf")),
        (1e308, -1e308),
    ],
)
def test_what_is_no_place_in_the_province_is_refused(lat: float, long: float) -> None:
    with pytest.raises(Invalid):
        locate(COMMUNES, lat, long)


def test_without_communes_there_is_no_place() -> None:
    with pytest.raises(Invalid):
        locate([], 21.7, 104.9)


@pytest.mark.parametrize(
    ("lat", "long", "code", "sureness"),
    [
        (21.7260, 104.9009, "04255", Sureness.SURE),  # the middle of Minh Tân
        (22.0900, 104.7696, "04303", Sureness.LIKELY),  # the town Yên Thế, inside the boxes of its neighbours
        (21.8528, 104.0836, "04456", Sureness.LIKELY),  # the town Mù Cang Chải, inside the box of Mồ Dề
    ],
)
def test_known_places_are_found(lat: float, long: float, code: str, sureness: Sureness) -> None:
    place = locate(COMMUNES, lat, long)
    assert (place.area, place.sureness) == (code, sureness)
