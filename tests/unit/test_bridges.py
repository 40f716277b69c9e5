"""The directory as the heart sees it, on the seed's data."""

from collections import Counter
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from chalicelib.bridges.reference import ReferenceData
from chalicelib.core.errors import Invalid
from chalicelib.directory.model import Agency, Area, Category, DayChange, Officers, Roster, Successor, Watch
from chalicelib.directory.service import Directory
from chalicelib.feedback.ports import Directory as Port
from chalicelib.feedback.routing import competent_agency
from chalicelib.feedback.values import Handling, Level
from infra.seed import rows
from tests.fakes import MovableClock

AREAS, AGENCIES, CATEGORIES = tuple(rows.areas()), tuple(rows.agencies()), tuple(rows.categories())


class SeedRows:
    """The seed as the table would hold it."""

    def areas(self) -> Sequence[Area]:
        return AREAS

    def agencies(self) -> Sequence[Agency]:
        return AGENCIES

    def categories(self) -> Sequence[Category]:
        return CATEGORIES

    def officers(self, agency: str) -> Sequence[Officers]:
        return ()

    def day_changes(self) -> Sequence[DayChange]:
        return ()

    def watches(self) -> Sequence[Watch]:
        return ()

    def rosters(self) -> Sequence[Roster]:
        return ()

    def successors(self) -> Sequence[Successor]:
        return ()


REFERENCE = ReferenceData(Directory(SeedRows(), MovableClock()))
PORT: Port = REFERENCE


def test_a_category_has_working_days_or_hours_where_it_is_urgent() -> None:
    handlings = {row.code: rule for row in CATEGORIES if (rule := REFERENCE.category(row.code))}
    assert len(handlings) == 24
    assert handlings["duong_sa"].handling == Handling(7)
    assert handlings["sat_lo"].handling == Handling(0, 4)
    for rule in handlings.values():
        assert bool(rule.handling.hours) == (rule.level is Level.URGENT)
        assert rule.handling.hours or rule.handling.working_days
        assert rule.publication in {"public", "review", "private"}
        assert REFERENCE.category_name(rule.code, "vi") != REFERENCE.category_name(rule.code, "en")
    assert REFERENCE.category("phep_thuat") is None


def route(category: str, area: str) -> str | None:
    rule = REFERENCE.category(category)
    assert rule is not None
    return competent_agency(rule.steps, REFERENCE.path(area), REFERENCE.competent)


def test_a_road_is_its_commune_s_and_where_the_place_is_uncertain_its_district_s() -> None:
    assert route("duong_sa", "04252") == "ubnd-04252"
    assert route("duong_sa", "132") == "ubnd-132"
    assert route("duong_sa", "15") == "so-gtvt"
    assert route("duong_sa", "99999") is None


@pytest.mark.parametrize("category", [row.code for row in CATEGORIES])
def test_every_category_finds_an_agency_that_exists_in_every_commune_and_district(category: str) -> None:
    found = Counter(route(category, area.code) for area in AREAS if area.level != "province")
    if category == "gop_y":
        assert set(found) == {None}, "general suggestions are the centre's to sort"
    else:
        assert None not in found
        assert all(REFERENCE.has_agency(str(agency)) for agency in found)


def test_places_paths_and_names_are_the_directory_s() -> None:
    assert REFERENCE.place(21.726, 104.9009, None) == "04255"
    assert REFERENCE.place(21.726, 104.9009, "132") == "132"
    assert REFERENCE.path("04252") == (("commune", "04252"), ("district", "132"), ("province", "15"))
    assert REFERENCE.path("99999") == ()
    assert len(REFERENCE.districts()) == 9
    assert len(REFERENCE.within("132")) == 15
    assert REFERENCE.within("99999") == frozenset()
    with pytest.raises(Invalid):
        REFERENCE.place(10.8, 106.7, None)


def test_what_is_not_known_is_shown_by_its_code() -> None:
    assert (REFERENCE.area("04252").name, REFERENCE.area("99999").name) == ("Phường Yên Ninh", "99999")
    assert REFERENCE.agency("nobody").name == "nobody"
    assert REFERENCE.agency("so-gtvt").name != "so-gtvt"
    assert REFERENCE.category_name("duong_sa", "en") == "Roads, signs, mirrors"
    assert REFERENCE.category_name("phep_thuat", "vi") == "phep_thuat"
    assert REFERENCE.safety("duong_sa", "vi").startswith("Không dừng xe")
    assert REFERENCE.safety("phep_thuat", "vi") == ""


def test_the_agencies_above_one_are_those_that_work_nearest_first() -> None:
    assert REFERENCE.above("ubnd-04252") == ("ubnd-132", "ubnd-15")
    assert REFERENCE.above("ca-04252")[0] == "ca-132"
    assert REFERENCE.above("ubnd-15") == REFERENCE.above("nobody") == ()


class Circle(SeedRows):
    """Two agencies each above the other."""

    def agencies(self) -> Sequence[Agency]:
        pair = {"ubnd-132": "ubnd-04252", "ubnd-04252": "ubnd-132"}
        return [replace(row, parent=pair.get(row.code, row.parent)) for row in AGENCIES]


def test_a_circle_of_agencies_ends_the_way_upwards() -> None:
    assert ReferenceData(Directory(Circle(), MovableClock())).above("ubnd-04252") == ("ubnd-132",)


def test_known_and_working_are_told_apart() -> None:
    before = ReferenceData(Directory(SeedRows(), MovableClock(MovableClock().now.replace(year=2022))))
    assert (before.has_agency("so-gtvt"), before.knows_agency("so-gtvt")) == (False, True)
    assert (before.category("duong_sa"), before.knows_category("duong_sa")) == (None, True)
    assert (REFERENCE.has_agency("so-gtvt"), REFERENCE.knows_agency("nobody"), REFERENCE.knows_category("x")) == (
        True,
        False,
        False,
    )
