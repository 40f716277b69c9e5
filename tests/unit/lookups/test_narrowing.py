"""Narrowing by what columns say: places and boards alike, before anything is counted, and nothing private by the back door."""

import pytest

from chalicelib.core.errors import Invalid
from chalicelib.lookups.places.narrowing import conditions, hold
from chalicelib.lookups.places.service import MOST_READ
from tests.unit.lookups.finding_fakes import FACILITIES, place, posting
from tests.unit.lookups.test_boards import Office
from tests.unit.lookups.test_places import Desk

FACTS = {"kind": "night_pharmacy", "insurance": True, "services": ["Tiêm chủng", "Xét nghiệm"], "checked": True}


@pytest.mark.parametrize(
    ("only", "holds"),
    [
        ("insurance:true", True), ("insurance:false", False), ("kind:night_pharmacy", True), ("kind:nha thuoc dem", True),
        ("kind:Night Pharmacy", True), ("kind:hospital", False), ("services:Tiêm chủng", True),
        ("services:xet nghiem", True), ("services:Tiêm", False), ("services:tiêm, chủng", True),
        (" insurance : TRUE ; kind:night_pharmacy", True),
        ("insurance:true;kind:hospital", False), (None, True),
    ],
)  # fmt: skip
def test_all_that_is_said_must_hold(only: str | None, holds: bool) -> None:
    assert hold(conditions(FACILITIES, only), FACTS) is holds


@pytest.mark.parametrize("only", ["insurance:true", "insurance:false", "kind:hospital", "services:tiêm"])
def test_what_a_record_does_not_say_does_not_hold(only: str) -> None:
    assert not hold(conditions(FACILITIES, only), {})


@pytest.mark.parametrize(
    ("only", "words", "params"),
    [
        ("checked:true", "field.only", {"columns": "kind, insurance, services"}),
        ("phone:113", "field.only", {"columns": "kind, insurance, services"}),
        ("insurance:true;", "field.only", {"columns": "kind, insurance, services"}),
        ("insurance", "field.only_value", {"column": "insurance", "values": "true, false"}),
        ("kind:school", "field.only_value", {"column": "kind", "values": "hospital, night_pharmacy"}),
    ],
)  # fmt: skip
def test_what_columns_cannot_say_is_refused_with_what_they_can(only: str, words: str, params: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        conditions(FACILITIES, only)
    (error,) = caught.value.errors
    assert (error.field, error.words, dict(error.params)) == ("only", words, params)


def test_places_are_narrowed_however_they_are_looked_for() -> None:
    desk = Desk(place("yes", insurance=True), place("no", insurance=False), place("unknown"))
    assert desk.ids(lat=21.7, long=104.9, only="insurance:true") == ["yes"]
    assert desk.ids(area="04252", only="insurance:true") == ["yes"]
    assert desk.ids(q="trạm", only="insurance:true") == ["yes"]


def test_the_nearest_that_fits_is_found_behind_many_that_do_not() -> None:
    near = [place(f"{number:03d}", insurance=False) for number in range(50)]
    desk = Desk(*near, place("far", lat=21.73, insurance=True))
    assert desk.ids(lat=21.7, long=104.9, limit=1, only="insurance:true") == ["far"]


def test_a_narrowed_page_of_an_area_goes_on_where_reading_stopped() -> None:
    many = [place(f"{number:03d}", f"Trạm {number:03d}", insurance=False) for number in range(MOST_READ)]
    desk = Desk(*many, place("last", "Xưởng", insurance=True))
    first = desk.find(area="04252", only="insurance:true")
    assert first.places == ()
    assert desk.ids(area="04252", only="insurance:true", cursor=first.cursor) == ["last"]


def test_boards_are_narrowed_too() -> None:
    office = Office(posting("day", kind="hospital"), posting("night", kind="night_pharmacy"), posting("other"))
    assert office.ids(only="kind:night_pharmacy") == ["night"]
    with pytest.raises(Invalid):
        office.read(only="kind:school")
    assert office.usage.uses == [("health", "04252")]
