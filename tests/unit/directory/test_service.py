"""What the other slices ask of the directory, on the seed's data and a clock that we move."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import Invalid
from chalicelib.directory.model import (
    Agency,
    AgencyKind,
    Area,
    Category,
    DayChange,
    OfficerRole,
    Officers,
    Roster,
    Successor,
    Watch,
)
from chalicelib.directory.service import Directory
from infra.seed import rows

AREAS, AGENCIES, CATEGORIES = tuple(rows.areas()), tuple(rows.agencies()), tuple(rows.categories())
OFFICERS = tuple(rows.officers())
WATCHES, ROSTERS = tuple(rows.watches()), tuple(rows.rosters())
NOON = datetime(2023, 5, 23, 5, tzinfo=UTC)


class SeedRows:
    """The seed as the table would hold it; counts how often each kind is read."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()
        self.changes: list[DayChange] = []

    def areas(self) -> Sequence[Area]:
        self.reads["areas"] += 1
        return AREAS

    def agencies(self) -> Sequence[Agency]:
        self.reads["agencies"] += 1
        return AGENCIES

    def categories(self) -> Sequence[Category]:
        self.reads["categories"] += 1
        return CATEGORIES

    def officers(self, agency: str) -> Sequence[Officers]:
        self.reads["officers"] += 1
        return [row for row in OFFICERS if row.code == agency]

    def day_changes(self) -> Sequence[DayChange]:
        self.reads["calendar"] += 1
        return self.changes

    def watches(self) -> Sequence[Watch]:
        self.reads["watches"] += 1
        return WATCHES

    def rosters(self) -> Sequence[Roster]:
        self.reads["rosters"] += 1
        return ROSTERS

    def successors(self) -> Sequence[Successor]:
        self.reads["successors"] += 1
        return ()


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_each_kind_is_read_when_first_asked_for_and_then_kept() -> None:
    table = SeedRows()
    directory = Directory(table, MovableClock())
    assert table.reads == {}
    directory.categories()
    directory.category("duong_sa")
    directory.area("04252")
    directory.locate(21.726, 104.9009)
    assert table.reads == {"categories": 1, "areas": 1}


def test_what_was_kept_too_long_is_read_anew() -> None:
    table, clock = SeedRows(), MovableClock()
    directory = Directory(table, clock, kept_seconds=300)
    directory.categories()
    clock.now += timedelta(seconds=299)
    directory.categories()
    assert table.reads["categories"] == 1
    clock.now += timedelta(seconds=1)
    directory.categories()
    assert table.reads["categories"] == 2


def test_a_new_day_in_vietnam_is_seen_at_midnight() -> None:
    table, clock = SeedRows(), MovableClock(datetime(2023, 5, 23, 23, 59, 59, tzinfo=VIETNAM))
    directory = Directory(table, clock)
    directory.areas()
    clock.now += timedelta(seconds=1)
    directory.areas()
    assert table.reads["areas"] == 2


def test_before_the_seed_begins_nothing_holds_but_names_are_known() -> None:
    directory = Directory(SeedRows(), MovableClock(datetime(2022, 12, 31, 12, tzinfo=VIETNAM)))
    assert directory.categories() == directory.areas() == directory.area_path("04252") == ()
    assert directory.officers("ca-15") == ()
    assert directory.category("duong_sa") is directory.agency("ca-15") is directory.area("15") is None
    known = directory.known_category("duong_sa"), directory.known_agency("ca-15"), directory.known_area("15")
    assert None not in known


def test_the_tree_is_walked_from_the_province_down() -> None:
    directory = Directory(SeedRows(), MovableClock())
    (province,) = directory.areas()
    districts = directory.areas(province.code)
    assert (province.code, len(districts)) == ("15", 9)
    assert sum(len(directory.areas(district.code)) for district in districts) == 168
    assert directory.areas("04252") == ()


def test_within_an_area_are_itself_and_all_below() -> None:
    directory = Directory(SeedRows(), MovableClock())
    assert len(directory.within("15")) == 178
    assert len(directory.within("132")) == 15
    assert directory.within("04252") == {"04252"}
    assert directory.within("nowhere") == frozenset()
    assert len(directory.districts()) == 9


def test_a_place_is_named_from_the_smallest_up_without_the_province_also_once_it_has_ended() -> None:
    today = Directory(SeedRows(), MovableClock())
    before = Directory(SeedRows(), MovableClock(NOON.replace(year=2022)))
    for directory in (today, before):
        assert directory.place_names("04252") == ("Phường Yên Ninh", "Thành phố Yên Bái")
        assert directory.place_names("132") == ("Thành phố Yên Bái",)
        assert directory.place_names("15") == ("Tỉnh Yên Bái",)
        assert directory.place_names("nowhere") == ()


def test_a_confirmed_area_counts_more_than_the_coordinates() -> None:
    directory = Directory(SeedRows(), MovableClock())
    assert directory.place(21.375, 104.8125) == "140"
    assert directory.place(21.375, 104.8125, "04711") == "04711"
    assert directory.place(21.375, 104.8125, "132") == "132"
    assert directory.place(21.726, 104.9009) == "04255"


@pytest.mark.parametrize("confirmed", ["15", "99999", ""])
def test_only_a_commune_or_district_of_today_can_be_confirmed(confirmed: str) -> None:
    with pytest.raises(Invalid) as refused:
        Directory(SeedRows(), MovableClock()).place(21.726, 104.9009, confirmed)
    assert refused.value.errors[0].field == "location.area"


def test_a_confirmed_area_does_not_excuse_coordinates_elsewhere() -> None:
    with pytest.raises(Invalid) as refused:
        Directory(SeedRows(), MovableClock()).place(10.8, 106.7, "04252")
    assert refused.value.errors[0].field == "location"


def test_officers_are_read_each_time_so_that_none_are_kept_in_memory() -> None:
    table = SeedRows()
    directory = Directory(table, MovableClock())
    roles = [officer.role for officer in directory.officers("ubnd-04252")]
    directory.officers("ubnd-04252")
    assert roles == [OfficerRole.HEAD, OfficerRole.FOCAL, OfficerRole.DEPUTY]
    assert table.reads["officers"] == 2
    assert directory.officers("nobody") == ()


def test_the_superior_of_a_commune_is_its_district_and_above_the_province_is_nobody() -> None:
    directory = Directory(SeedRows(), MovableClock())
    chain = ["ubnd-04252"]
    while (agency := directory.agency(chain[-1])) and agency.parent:
        chain.append(agency.parent)
    assert chain == ["ubnd-04252", "ubnd-132", "ubnd-15"]


def test_an_override_of_the_calendar_counts() -> None:
    table = SeedRows()
    table.changes.append(DayChange(day=date(2023, 5, 24), kind="off", reason="Quyết định mẫu"))
    calendar = Directory(table, MovableClock()).calendar()
    assert not calendar.is_working_day(date(2023, 5, 24))
    assert calendar.deadline(NOON, 1) == official().deadline(NOON, 2)


def test_without_overrides_the_calendar_is_the_official_one() -> None:
    assert Directory(SeedRows(), MovableClock()).calendar() == official()


def test_agencies_of_an_area_are_those_that_serve_it_or_an_area_above_it() -> None:
    directory = Directory(SeedRows(), MovableClock())
    codes = {agency.code for agency in directory.agencies(area="04252", limit=100).items}
    assert {"ubnd-04252", "ca-04252", "ubnd-132", "dien-luc-132", "cap-nuoc-yen-bai", "so-gtvt", "ubnd-15"} <= codes
    assert not {"ubnd-04249", "ubnd-133", "cap-nuoc-nghia-lo"} & codes


def test_agencies_of_a_kind_and_area_are_those_of_both() -> None:
    found = Directory(SeedRows(), MovableClock()).agencies(area="04252", kind=AgencyKind.POLICE)
    assert [agency.code for agency in found.items] == ["ca-04252", "ca-132", "ca-15"]
    assert found.next_cursor is None


@given(st.integers(1, 100))
def test_pages_of_agencies_hold_each_once_and_in_order(limit: int) -> None:
    directory = Directory(SeedRows(), MovableClock())
    page = directory.agencies(limit=limit)
    codes = [agency.code for agency in page.items]
    while page.next_cursor:
        page = directory.agencies(after=page.next_cursor, limit=limit)
        assert 0 < len(page.items) <= limit
        codes += [agency.code for agency in page.items]
    assert codes == sorted(agency.code for agency in AGENCIES)


def test_a_place_far_outside_names_the_field_that_was_asked() -> None:
    with pytest.raises(Invalid) as refused:
        Directory(SeedRows(), MovableClock()).locate(10.8, 106.7, "location.lat")
    assert refused.value.errors[0].field == "location.lat"
