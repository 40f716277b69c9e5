"""The seed is whole and agrees with itself."""

import re
from collections import Counter
from pathlib import Path

import phonenumbers
import pytest

from chalicelib.core import working_days
from chalicelib.core.text import fits_one_segment, gsm7
from chalicelib.directory.catalogue import agencies_on, areas_on
from chalicelib.directory.model import AgencyKind, AreaLevel, Category, Dated, OfficerRole
from infra.seed import generate, rows
from infra.seed import working_days as working_days_maker
from infra.seed.data import DATA, read

AREAS, AGENCIES, CATEGORIES = tuple(rows.areas()), tuple(rows.agencies()), tuple(rows.categories())
OFFICERS = tuple(rows.officers())
WATCHES, ROSTERS = tuple(rows.watches()), tuple(rows.rosters())
TODAY = AREAS[0].valid_from
TREE, WORKING = areas_on(AREAS, TODAY), agencies_on(AGENCIES, TODAY)
COMMUNES = [area.code for area in TREE.communes]
DISTRICTS = [area.code for area in AREAS if area.level == AreaLevel.DISTRICT]
SAMPLE_PHONE = re.compile(r"\+8495\d{7}")


def test_the_tree_is_one_province_nine_districts_and_168_communes() -> None:
    assert Counter(area.level for area in AREAS) == {"province": 1, "district": 9, "commune": 168}


@pytest.mark.parametrize(
    "kind", [AREAS, AGENCIES, CATEGORIES, OFFICERS, WATCHES, ROSTERS], ids=lambda rows: type(rows[0]).__name__
)
def test_each_code_is_there_once_open_ended_since_2023(kind: tuple[Dated, ...]) -> None:
    assert len({row.code for row in kind}) == len(kind)
    assert {(row.valid_from, row.valid_to) for row in kind} == {(TODAY, None)}
    assert TODAY.isoformat() == "2023-01-01"


def test_every_area_but_the_province_has_a_parent_of_the_next_level() -> None:
    above = {AreaLevel.COMMUNE: AreaLevel.DISTRICT, AreaLevel.DISTRICT: AreaLevel.PROVINCE}
    for area in AREAS:
        if area.level == AreaLevel.PROVINCE:
            assert area.parent is None
        else:
            assert TREE.today[area.parent or ""].level == above[area.level]


def test_every_centre_lies_within_its_bounds_and_every_box_within_its_parents() -> None:
    for area in AREAS:
        assert area.south < area.north
        assert area.west < area.east
        assert area.south <= area.lat <= area.north
        assert area.west <= area.long <= area.east
        for child in TREE.children.get(area.code, ()):
            assert area.south <= child.south <= child.north <= area.north
            assert area.west <= child.west <= child.east <= area.east


def test_no_two_communes_share_a_centre() -> None:
    assert len({(area.lat, area.long) for area in TREE.communes}) == 168


def test_every_commune_has_a_successor_and_its_code_is_that_of_an_old_commune() -> None:
    successors = {row["code"]: row["successor_code"] for row in read("areas") if row["level"] == "commune"}
    assert len(successors) == 168
    assert set(successors.values()) <= set(successors)
    assert successors["04516"] == "04498"


def test_every_agency_serves_areas_that_exist_and_leads_up_to_the_provinces_committee() -> None:
    codes = {agency.code: agency for agency in AGENCIES}
    for agency in AGENCIES:
        assert agency.areas
        assert set(agency.areas) <= set(TREE.today)
        above = agency
        for _ in range(5):
            above = codes[above.parent] if above.parent else above
        assert above.code == "ubnd-15"


def test_codes_of_agencies_are_short_slugs() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", agency.code) for agency in AGENCIES)
    assert max(len(agency.code) for agency in AGENCIES) <= 20


def test_short_names_fit_an_sms_without_diacritics() -> None:
    assert max(len(agency.short_name) for agency in AGENCIES) <= 40
    assert all(fits_one_segment(gsm7(agency.short_name)) for agency in AGENCIES)
    assert not [agency.short_name for agency in AGENCIES if "?" in gsm7(agency.short_name)]


def test_every_commune_and_district_has_one_committee_and_one_police() -> None:
    for code in COMMUNES + DISTRICTS:
        for kind in ("committee", "police"):
            assert len(WORKING.serving[kind, code]) == 1


def test_every_district_has_one_health_centre_and_one_power_company() -> None:
    for code in DISTRICTS:
        assert len(WORKING.serving["health", code]) == len(WORKING.serving["power", code]) == 1


def test_there_is_one_operations_centre() -> None:
    assert [agency.code for agency in AGENCIES if agency.kind == AgencyKind.CENTRE] == ["tt-dhtm"]


def test_there_are_24_categories_in_two_languages() -> None:
    assert len(CATEGORIES) == 24
    for category in CATEGORIES:
        assert category.name_vi
        assert category.name_en
        assert bool(category.safety_vi) == bool(category.safety_en)
        assert category.name_en.isascii()
        assert category.safety_en.isascii()


def test_only_urgent_categories_have_no_working_days_and_each_has_hours() -> None:
    for category in CATEGORIES:
        assert (category.working_days is None) == (category.level == "urgent")
        assert category.urgent_hours == 4
        assert not (category.may_be_urgent and category.level == "urgent")


def resolved(category: Category, area: str) -> list[str]:
    """The agencies that each step of the rule finds for an area, none for a level that the area has not."""
    at_level = {place.level: place.code for place in TREE.path(area)}
    found = []
    for step in category.routing:
        competent = WORKING.serving.get((step.kind, at_level.get(step.level, "")), ())
        assert len(competent) <= 1, f"{step} is ambiguous in {area}"
        found += [agency.code for agency in competent]
    return found


@pytest.mark.parametrize("category", CATEGORIES, ids=[category.code for category in CATEGORIES])
def test_every_rule_finds_an_agency_everywhere_or_leaves_it_to_the_centre(category: Category) -> None:
    for area in COMMUNES + DISTRICTS:
        assert bool(resolved(category, area)) == (category.code != "gop_y")


@pytest.mark.parametrize(
    ("code", "area", "expected"),
    [
        ("duong_sa", "04705", ["ubnd-04705", "ubnd-140", "so-gtvt"]),
        ("duong_sa", "140", ["ubnd-140", "so-gtvt"]),
        ("chieu_sang_cay_xanh", "04252", ["ubnd-132", "so-xay-dung"]),
        ("dien", "04456", ["dien-luc-137", "dien-luc-15"]),
        ("cap_nuoc", "04288", ["cap-nuoc-nghia-lo", "tt-nuoc-sach"]),
        ("cap_nuoc", "04456", ["tt-nuoc-sach"]),
        ("an_ninh", "04252", ["ca-04252", "ca-132", "ca-15"]),
        ("pccc", "04252", ["ca-132", "ca-15-pc07"]),
        ("can_bo", "04252", ["so-noi-vu"]),
        ("gop_y", "04252", []),
    ],
)
def test_rules_try_the_lowest_competent_agency_first(code: str, area: str, expected: list[str]) -> None:
    category = next(category for category in CATEGORIES if category.code == code)
    assert resolved(category, area) == expected


def test_routing_rules_of_unknown_words_are_refused() -> None:
    for text in ("committee", "committee@village", "wizard@commune", "committee@commune@district"):
        with pytest.raises(ValueError, match=r".+"):
            rows.routing_steps(text)


def test_every_agency_has_a_head_a_focal_officer_and_a_deputy() -> None:
    assert {row.code for row in OFFICERS} == {agency.code for agency in AGENCIES}
    assert all([officer.role for officer in row.officers] == list(OfficerRole) for row in OFFICERS)


def test_telephones_are_valid_unique_and_of_the_sample_block() -> None:
    phones = [officer.phone for row in OFFICERS for officer in row.officers] + [agency.phone for agency in AGENCIES]
    assert len(set(phones)) == len(phones) == 4 * len(AGENCIES)
    assert all(SAMPLE_PHONE.fullmatch(phone) for phone in phones)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)


def test_mail_goes_to_example_domains_and_names_are_samples() -> None:
    for row in OFFICERS:
        for officer in row.officers:
            assert officer.email.endswith(f"@{row.code}.yenbai.example")
            assert re.fullmatch(r"Cán bộ mẫu \d{4}", officer.name)
    assert all(agency.email == f"van-thu@{agency.code}.yenbai.example" for agency in AGENCIES)


def test_agencies_and_officers_are_what_the_generator_makes() -> None:
    offices = tuple(generate.offices(read("areas")))
    assert list(read("agencies")) == list(generate.agency_rows(offices))
    assert list(read("officers")) == list(generate.officer_rows(offices))


def test_the_table_of_working_days_is_what_the_calendar_gives() -> None:
    assert Path(working_days.__file__).read_text(encoding="utf-8") == working_days_maker.table(read("calendar"))


def test_every_swapped_day_has_its_counterpart() -> None:
    days = {row["date"]: row for row in read("calendar")}
    swaps = [row for row in days.values() if row["swapped_with"]]
    assert len(swaps) == 8
    assert all(days[row["swapped_with"]]["swapped_with"] == row["date"] for row in swaps)
    assert all({row["kind"], days[row["swapped_with"]]["kind"]} == {"off", "work"} for row in swaps)


def test_every_file_of_the_seed_has_its_provenance_told() -> None:
    told = (DATA / "README.md").read_text(encoding="utf-8")
    assert not [file.name for file in DATA.glob("*.csv") if f"`{file.name}`" not in told]
