"""The directory as it holds on one day."""

from datetime import date

import msgspec

from chalicelib.directory.catalogue import agencies_on, areas_on, categories_on
from chalicelib.directory.model import Agency, AgencyKind, Area, AreaLevel, Category, CategoryLevel, PublicationRule

START, REFORM, TODAY = date(2023, 1, 1), date(2025, 7, 1), date(2025, 8, 1)


def area(code: str, level: AreaLevel, parent: str | None, **changes: object) -> Area:
    made = Area(
        code=code, level=level, name=f"Xã {code}", parent=parent, lat=21.7, long=104.9, south=21.6, west=104.8,
        north=21.8, east=105.0, valid_from=START,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def agency(code: str, kind: AgencyKind, *areas: str, **changes: object) -> Agency:
    made = Agency(
        code=code, kind=kind, name=code, short_name=code, areas=areas, email=f"van-thu@{code}.example",
        phone="+84958000000", valid_from=START,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def category(code: str, order: int, **changes: object) -> Category:
    made = Category(
        code=code, order=order, name_vi=code, name_en=code, level=CategoryLevel.NORMAL, working_days=5, urgent_hours=4,
        publication=PublicationRule.PUBLIC, valid_from=START,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


PROVINCE = area("15", AreaLevel.PROVINCE, None)
DISTRICT = area("132", AreaLevel.DISTRICT, "15")
COMMUNE = area("04252", AreaLevel.COMMUNE, "132")


def test_a_row_holds_from_its_first_day_until_before_its_last() -> None:
    ended = area("132", AreaLevel.DISTRICT, "15", valid_to=REFORM)
    days = [date(2022, 12, 31), START, date(2025, 6, 30), REFORM]
    assert [ended.valid_on(day) for day in days] == [False, True, True, False]
    assert DISTRICT.valid_on(date(2099, 1, 1))


def test_the_path_of_an_area_leads_up_to_the_province() -> None:
    areas = areas_on([DISTRICT, COMMUNE, PROVINCE], TODAY)
    assert areas.path("04252") == (COMMUNE, DISTRICT, PROVINCE)
    assert areas.path("15") == (PROVINCE,)
    assert areas.path("99999") == ()


def test_children_are_those_right_below_in_the_order_of_codes() -> None:
    other = area("04249", AreaLevel.COMMUNE, "132")
    areas = areas_on([COMMUNE, other, DISTRICT, PROVINCE], TODAY)
    assert areas.children["132"] == (other, COMMUNE)
    assert areas.children[None] == (PROVINCE,)
    assert areas.communes == (other, COMMUNE)


def test_a_reform_takes_effect_on_its_day_and_old_names_stay_known() -> None:
    old_district = area("132", AreaLevel.DISTRICT, "15", valid_to=REFORM)
    old_commune = area("04252", AreaLevel.COMMUNE, "132", name="Phường Yên Ninh", valid_to=REFORM)
    new_commune = area("04252", AreaLevel.COMMUNE, "15", name="Phường Yên Bái", valid_from=REFORM)
    rows = [PROVINCE, old_district, new_commune, old_commune]

    before, after = areas_on(rows, date(2025, 6, 30)), areas_on(rows, REFORM)

    assert [found.name for found in before.path("04252")] == ["Phường Yên Ninh", "Xã 132", "Xã 15"]
    assert [found.name for found in after.path("04252")] == ["Phường Yên Bái", "Xã 15"]
    assert "132" not in after.today
    assert after.known["132"] == old_district
    assert before.known["04252"] == old_commune


def test_an_agency_is_competent_only_for_exactly_the_areas_it_serves_while_it_works() -> None:
    committee = agency("ubnd-04252", AgencyKind.COMMITTEE, "04252")
    closed = agency("ca-132", AgencyKind.POLICE, "132", valid_to=date(2025, 3, 1))
    water = agency("cap-nuoc", AgencyKind.WATER, "132", "138")
    agencies = agencies_on([water, closed, committee], TODAY)

    assert agencies.competent("committee", "04252") == committee
    assert agencies.competent("committee", "132") is None
    assert agencies.competent("water", "132") == agencies.competent("water", "138") == water
    assert agencies.competent("police", "132") is None
    assert agencies.known["ca-132"] == closed


def test_of_two_competent_agencies_the_first_by_code_is_meant() -> None:
    rows = [agency("viettel", AgencyKind.TELECOM, "15"), agency("mobifone", AgencyKind.TELECOM, "15")]
    first = agencies_on(rows, TODAY).competent("telecom", "15")
    assert first is not None
    assert first.code == "mobifone"


def test_categories_come_in_the_order_of_lists_and_ended_ones_stay_known() -> None:
    rows = [category("b", 2), category("a", 3), category("c", 1), category("d", 4, valid_to=REFORM)]
    categories = categories_on(rows, TODAY)
    assert list(categories.today) == ["c", "b", "a"]
    assert categories.known["d"].name_vi == "d"
