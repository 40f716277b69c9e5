"""What became of areas and agencies: by old and by new units, both ways, and who succeeds whom."""

from collections import Counter
from datetime import date

import pytest

from chalicelib.core.errors import Conflict
from chalicelib.directory import catalogue
from chalicelib.directory.model import AreaLevel, Subject, Successor
from chalicelib.directory.store import DirectoryStore, refuse_succession
from chalicelib.directory.succession import circle, succession_on, units
from infra.seed.data import read
from tests.reforms import JULY, MARCH, tables_after, tables_before, units_of_all_days

EVE, DAY, LATER = date(2025, 6, 30), date(2025, 7, 1), date(2026, 5, 1)
COMMUNES = [row for row in read("areas") if row["level"] == "commune"]


def row(of: str, *to: str, day: date = DAY, subject: Subject = Subject.AGENCY, group: str = "") -> Successor:
    return Successor(code=f"{of}-{group}", subject=subject, of=of, group=group, to=to, valid_from=day)


def test_what_lay_in_a_commune_lies_in_the_one_that_it_went_into() -> None:
    for commune in COMMUNES:
        assert units_of_all_days().on(commune["code"], EVE, DAY) == commune["successor_code"]
        assert units_of_all_days().on(commune["code"], date(2023, 5, 1), LATER) == commune["successor_code"]
        assert units_of_all_days().on(commune["code"], EVE, EVE) == commune["code"]


def test_one_code_is_two_units_and_the_day_says_which() -> None:
    """04252 was the ward Yên Ninh and is the ward Yên Bái, of which 04249's neighbours became a part."""
    found = units_of_all_days()
    assert found.on("04255", EVE, DAY) == "04252"
    assert found.on("04252", DAY, LATER) == "04252"
    yen_ninh = next(area for area in COMMUNES if area["code"] == "04252")
    near = (float(yen_ninh["lat"]), float(yen_ninh["long"]))
    assert found.on("04252", LATER, EVE, near) == "04252"
    other = next(area for area in COMMUNES if area["code"] == "04255")
    assert found.on("04252", LATER, EVE, (float(other["lat"]), float(other["long"]))) == "04255"


def test_figures_are_the_same_by_old_and_by_new_units() -> None:
    found = units_of_all_days()
    old = [(area["code"], EVE, (float(area["lat"]), float(area["long"]))) for area in COMMUNES for _ in range(3)]
    new = [(found.on(code, since, DAY), DAY, at) for code, since, at in old]
    by_old = Counter(found.on(code, since, EVE, at) for code, since, at in old)
    by_new = Counter(found.on(code, since, LATER, at) for code, since, at in old)
    assert (sum(by_old.values()), sum(by_new.values())) == (len(old), len(old))
    assert (len(by_old), len(by_new)) == (168, 51)
    assert Counter(found.on(code, since, LATER, at) for code, since, at in new) == by_new
    read_back = Counter(found.on(code, since, EVE, at) for code, since, at in new)
    assert sum(read_back.values()) == len(new)
    assert read_back == by_old
    folded: Counter[str] = Counter()
    for code, number in by_old.items():
        folded[found.on(code, EVE, DAY)] += number
    assert folded == by_new, "whole old units add up to new ones"


def test_what_lay_in_a_district_is_placed_by_its_coordinates_and_else_in_the_province() -> None:
    found = units_of_all_days()
    area = next(area for area in COMMUNES if area["parent"] == "141")
    at = (float(area["lat"]), float(area["long"]))
    inside = {one["successor_code"] for one in COMMUNES if one["parent"] == "141"}
    assert found.on("141", EVE, DAY, at) in inside
    assert found.on("141", EVE, DAY) == "15"
    assert found.on("141", EVE, date(2025, 1, 1)) == "141"
    assert found.on("15", EVE, DAY) == found.on("15", LATER, EVE) == "15"


def test_without_a_place_a_united_unit_counts_apart_when_it_is_read_by_old_units() -> None:
    alone = "04423"  # Phong Dụ Thượng took in nobody
    assert units_of_all_days().on(alone, LATER, EVE) == alone
    assert units_of_all_days().on("04252", LATER, EVE) == "04252"


def test_what_a_late_host_recorded_under_an_ended_code_counts_as_of_its_last_day() -> None:
    assert units_of_all_days().on("04249", LATER, LATER) == "04279"


def test_an_unknown_area_is_left_as_it_is() -> None:
    assert units_of_all_days().on("99999", EVE, LATER) == "99999"


def test_the_duties_of_a_department_went_one_way_but_for_a_group_of_matters() -> None:
    tables, day = tables_after(MARCH), date(2025, 3, 1)
    found, working = succession_on(tables.areas, tables.successors, day), catalogue.agencies_on(tables.agencies, day)
    assert found.heirs(working, "so-gtvt", "giao_thong") == ("so-xay-dung",)
    assert found.heirs(working, "so-ldtbxh", "xa_hoi") == ("so-noi-vu",)
    assert found.heirs(working, "so-ldtbxh", "y_te") == ("so-y-te",)
    assert found.heirs(working, "so-y-te", "y_te") == (), "it works"
    assert found.heirs(working, "ca-132", "an_ninh")[-1] == "ca-15"
    assert found.heirs(working, "never-known", "") == ()


def test_who_succeeded_and_ended_since_is_followed_further() -> None:
    tables = tables_after(JULY)
    found, working = succession_on(tables.areas, tables.successors, DAY), catalogue.agencies_on(tables.agencies, DAY)
    heirs = found.heirs(working, "ca-132", "an_ninh")
    assert "ca-15" in heirs
    assert {heir for heir in heirs if heir != "ca-15"} == {
        f"ca-{area['successor_code']}-2025" for area in COMMUNES if area["parent"] == "132"
    }
    before = catalogue.agencies_on(tables_before(MARCH).agencies, date(2025, 2, 1))
    early = succession_on(tables.areas, tables.successors, date(2025, 2, 1))
    assert early.heirs(before, "so-gtvt", "") == (), "not yet"


def test_an_area_holds_what_went_into_it() -> None:
    tables = tables_after(JULY)
    inside = succession_on(tables.areas, tables.successors, DAY).united("04279")
    assert inside == {area["code"] for area in COMMUNES if area["successor_code"] == "04279"}


def test_units_that_succeed_each_other_in_a_circle_are_found() -> None:
    assert circle([row("a", "b"), row("b", "c"), row("c", "a")]) == ("a", "b", "c", "a")
    assert circle([row("a", "a")]) == ("a", "a")
    assert circle([row("a", "b"), row("b", "c"), row("x", "c", "b")]) == ()
    assert circle([row("a", "b"), row("b", "a", day=LATER)]) == (), "divided today, reunited another day"
    assert circle([row("04252", "04252", subject=Subject.AREA)]) == (), "another unit of the same code"
    assert circle([row("a", "b", subject=Subject.AREA), row("b", "a")]) == (), "an area is no agency"
    assert circle(tables_after(JULY).successors) == ()


def test_a_circle_of_agencies_whatever_the_days_ends() -> None:
    found = succession_on([], [row("a", "b"), row("b", "a", day=LATER)], LATER)
    assert found.heirs(catalogue.agencies_on([], LATER), "a", "") == ()


def test_successors_in_a_circle_are_not_stored() -> None:
    import msgspec

    bodies = [msgspec.json.encode(one).decode() for one in (row("a", "b"), row("b", "a"))]
    with pytest.raises(Conflict) as refused:
        refuse_succession(bodies)
    assert refused.value.words == "error.successor_circle"
    assert hasattr(DirectoryStore, "successors")


def test_units_of_a_day_have_one_level_below_the_province() -> None:
    found = catalogue.areas_on(tables_after(JULY).areas, DAY)
    assert Counter(area.level for area in found.today.values()) == {AreaLevel.PROVINCE: 1, AreaLevel.COMMUNE: 51}
    assert units([], []).on("15", EVE, DAY) == "15"
