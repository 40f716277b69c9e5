"""What callers see of the directory."""

import msgspec

from chalicelib.core.paging import Page
from chalicelib.directory import views
from chalicelib.directory.locate import locate
from chalicelib.directory.model import AreaLevel
from infra.seed import rows

AREAS = {area.code: area for area in rows.areas()}
CATEGORIES = {category.code: category for category in rows.categories()}


def test_the_public_view_of_agencies_names_no_officer() -> None:
    text = msgspec.json.encode(views.agency_list(Page(tuple(rows.agencies())), None)).decode()
    people = [officer for row in rows.officers() for officer in row.officers]
    assert not [officer for officer in people if officer.phone in text or officer.name in text or officer.email in text]
    assert "@" not in text


def test_the_last_page_has_no_cursor_and_the_others_have() -> None:
    assert "next_cursor" not in msgspec.to_builtins(views.agency_list(Page(()), None))
    assert msgspec.to_builtins(views.agency_list(Page(()), "x"))["next_cursor"] == "x"


def test_a_category_speaks_the_callers_language() -> None:
    vietnamese, english = (views.category_view(CATEGORIES["dien"], language) for language in ("vi", "en"))
    assert vietnamese.name == "Điện: mất điện, lưới điện không an toàn"
    assert english.name == "Electricity: outages, unsafe lines"
    assert "114" in vietnamese.safety_advice
    assert "114" in english.safety_advice


def test_handling_time_is_in_days_in_hours_or_in_days_unless_dangerous() -> None:
    handling = {
        code: msgspec.to_builtins(views.category_view(CATEGORIES[code], "vi"))["handling"]
        for code in ("duong_sa", "sat_lo", "dien")
    }
    assert handling == {
        "duong_sa": {"working_days": 7},
        "sat_lo": {"urgent_hours": 4},
        "dien": {"working_days": 2, "urgent_hours": 4},
    }


def test_bounds_are_in_the_order_of_a_bbox() -> None:
    west, south, east, north = views.area_view(AREAS["04252"]).bounds
    assert west < east < 106
    assert 21 < south < north < 23


def test_a_place_names_commune_and_district() -> None:
    communes = [area for area in AREAS.values() if area.level == AreaLevel.COMMUNE]
    place = views.place_view(locate(communes, 21.726, 104.9009), AREAS)
    assert place.sureness == "sure"
    assert place.area.name == "Phường Minh Tân"
    district = place.candidates[0].district
    assert district is not None
    assert district.name == "Thành phố Yên Bái"


def test_an_unsure_place_is_the_district() -> None:
    communes = [area for area in AREAS.values() if area.level == AreaLevel.COMMUNE]
    place = views.place_view(locate(communes, 21.375, 104.8125), AREAS)
    assert (place.sureness, place.area.level) == ("unsure", "district")
    assert len(place.candidates) > 1
