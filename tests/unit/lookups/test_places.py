"""Places as people look for them: near and open, of an area page by page, by name however it is typed."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.lookups.living import Living, keyed
from chalicelib.lookups.model import Feed, Named, Slice
from chalicelib.lookups.places.commands import FindPlaces
from chalicelib.lookups.places.service import MOST_READ, Found, PlaceFinder, named
from tests.builders import SECRET
from tests.fakes import MovableClock
from tests.unit.lookups.counting_fakes import SmallMap
from tests.unit.lookups.finding_fakes import LOADED, UNIT, MemoryPlaces, MemorySlices, MemoryUsage, OneUtility, place

# A Monday.
MORNING = datetime(2026, 3, 9, 9, tzinfo=VIETNAM)
OFFICE = "T2-T6 07:30-11:30, 13:30-17:00; T7-CN nghỉ"


class Desk:
    """A finder over some places, at a time."""

    def __init__(self, *places: Any, live: int = 2) -> None:
        self.store, self.usage, self.clock = MemoryPlaces(*places), MemoryUsage(), MovableClock(MORNING)
        self.finder = PlaceFinder(
            OneUtility(), self.store, MemorySlices(live), SmallMap(), self.usage, official, self.clock, SECRET
        )  # fmt: skip

    def find(self, offer: str = "facilities", **wanted: Any) -> Found:
        return self.finder.find("health", offer, FindPlaces(**wanted))

    def ids(self, **wanted: Any) -> list[str]:
        return [seen.place.id for seen in self.find(**wanted).places]

    def refused(self, **wanted: Any) -> list[tuple[str, str]]:
        with pytest.raises(Invalid) as caught:
            self.find(**wanted)
        return [(error.field, error.words) for error in caught.value.errors]


def test_near_me_comes_with_distance_and_whether_it_is_open() -> None:
    desk = Desk(place("far", lat=21.72), place("near", lat=21.701, hours=OFFICE), place("beyond", lat=21.9))
    found = desk.find(lat=21.7, long=104.9)
    assert [(seen.place.id, round(seen.metres or 0)) for seen in found.places] == [("near", 111), ("far", 2224)]
    assert [(seen.open, seen.changes_at) for seen in found.places] == [
        (True, MORNING.replace(hour=11, minute=30)), (None, None),
    ]  # fmt: skip
    assert (found.as_of, found.partial, found.cursor) == (LOADED, False, None)


def test_open_now_is_by_the_clock_in_vietnam_and_leaves_out_unknown_hours() -> None:
    desk = Desk(place("office", hours=OFFICE), place("always", hours="24/24"), place("unknown"))
    assert desk.ids(area="04252", open_now=True) == ["always", "office"]
    desk.clock.move(hours=3)
    assert desk.ids(area="04252", open_now=True) == ["always"]
    assert desk.ids(lat=21.7, long=104.9, open_now=True) == ["always"]
    assert desk.ids(q="tram", open_now=True) == ["always"]


@pytest.mark.parametrize(
    "q", ["Đồng Tâm", "dong tam", "ĐỒNG TÂM", "y te phuong dong", "tâm", "trạm dong ta", "dồng-tàm"]
)
def test_a_name_is_found_however_it_is_typed(q: str) -> None:
    desk = Desk(
        place("1", "Trạm Y tế phường Đồng Tâm"),
        place("2", "Trạm Y tế xã Đông Cuông"),
        place("3", "Nhà thuốc Tam Thanh"),
    )
    assert "1" in desk.ids(q=q)
    assert "2" not in desk.ids(q=q)


def test_all_words_must_be_in_the_title() -> None:
    desk = Desk(place("1", "Bệnh viện đa khoa"), place("2", "Bệnh viện Nội tiết"))
    assert desk.ids(q="bệnh viện nội") == ["2"]
    assert desk.ids(q="bệnh viện") == ["1", "2"]
    assert desk.ids(q="bệnh viện mắt") == []


@given(st.text(alphabet="aàáãạăâbcđdeêghiklmnoôơpqrstuưvxy ", min_size=2, max_size=30))
def test_every_title_is_found_by_itself(title: str) -> None:
    desk = Desk(place("1", title))
    if any(len(word) > 1 for word in title.split()):
        assert desk.ids(q=title) == ["1"]


def test_a_word_must_begin_so() -> None:
    assert named("Chợ Yên Ninh", ["ni", "yen"])
    assert not named("Chợ Yên Ninh", ["inh"])


def test_an_area_lists_what_is_in_it_and_below_by_title_page_by_page() -> None:
    titles = ["Ánh", "Bình", "An", "Đông", "Cát", "Dung", "Yên"]
    places = [place(str(number), title, "04252" if number % 2 else "04249") for number, title in enumerate(titles)]
    desk = Desk(*places, place("other", "A", "04489"))
    ids, cursor = list[str](), None
    while True:
        found = desk.find(area="132", limit=2, cursor=cursor)
        ids += [seen.place.id for seen in found.places]
        cursor = found.cursor
        if cursor is None:
            break
    assert ids == ["2", "0", "1", "4", "3", "5", "6"]
    assert desk.ids(area="04249") == ["2", "0", "4", "6"]
    assert desk.ids(area="15", limit=100)[0] == "other"


def test_the_last_page_has_no_cursor() -> None:
    desk = Desk(place("1", "a"), place("2", "b"))
    assert desk.find(area="04252", limit=2).cursor is None
    assert desk.find(area="04252", limit=1).cursor


def test_filters_of_an_area_go_on_where_reading_stopped() -> None:
    many = [place(f"{number:03d}", f"Trạm {number:03d}") for number in range(MOST_READ + 50)]
    desk = Desk(*many, place("last", "Xưởng"))
    first = desk.find(area="04252", q="xưởng")
    assert (first.places, desk.store.read) == ((), MOST_READ)
    assert first.cursor
    assert desk.ids(area="04252", q="xưởng", cursor=first.cursor) == ["last"]


def test_a_cursor_is_of_its_area_and_nobody_makes_one_up() -> None:
    desk = Desk(place("1", "a"), place("2", "b"))
    cursor = desk.find(area="132", limit=1).cursor
    assert desk.refused(area="04252", cursor=cursor) == [("cursor", "field.cursor")]
    assert desk.refused(area="132", cursor="abc.def") == [("cursor", "field.cursor")]


def test_a_name_reads_so_many_rows_and_says_if_there_are_more() -> None:
    desk = Desk(*(place(f"{number:03d}") for number in range(MOST_READ + 1)))
    found = desk.find(q="trạm", limit=100)
    assert (len(found.places), found.partial, desk.store.read) == (100, True, MOST_READ)


def test_a_word_that_all_have_hides_none_that_has_the_others() -> None:
    stations = [place(f"{number:04d}", f"Trạm Y tế xã số {number}") for number in range(1_000)]
    desk = Desk(*stations, place("wanted", "Trạm Y tế phường Yên Ninh"))
    found = desk.find(q="tram y te yen ninh")
    assert ([seen.place.id for seen in found.places], found.partial) == (["wanted"], False)
    assert desk.store.read <= MOST_READ


def test_near_me_can_be_narrowed_to_an_area_and_a_name() -> None:
    desk = Desk(place("1", "Chợ Ga"), place("2", "Chợ Ga", "04489"), place("3", "Ga"))
    assert desk.ids(lat=21.7, long=104.9, area="132", q="cho") == ["1"]


def test_nothing_lives_before_something_was_loaded() -> None:
    desk = Desk(place("1"), live=0)
    for wanted in ({"area": "04252"}, {"lat": 21.7, "long": 104.9}, {"q": "trạm"}):
        found = desk.find(**wanted)
        assert (found.places, found.as_of) == ((), None)


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({}, [(name, "field.where") for name in ("lat", "long", "area", "q")]),
        ({"lat": 21.7}, [("long", "field.missing")]),
        ({"long": 104.9, "area": "15"}, [("lat", "field.missing")]),
        ({"metres": 500, "area": "15"}, [("lat", "field.missing"), ("long", "field.missing")]),
        ({"q": "à"}, [("q", "field.word")]),
        ({"q": "!?"}, [("q", "field.word")]),
        ({"area": "99"}, [("area", "field.area")]),
        ({"q": "tram", "cursor": "x"}, [("cursor", "field.unknown")]),
        ({"lat": 21.7, "long": 104.9, "area": "15", "cursor": "x"}, [("cursor", "field.unknown")]),
    ],
)
def test_bad_questions_are_refused_by_field_and_not_counted(
    wanted: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    desk = Desk(place("1"))
    assert desk.refused(**wanted) == fields
    assert desk.usage.uses == []


def test_only_an_offer_of_places_has_any() -> None:
    for offer in ("notices", "bills", "nothing"):
        with pytest.raises(NotFound):
            Desk().find(offer, q="tram")


def test_each_lookup_is_counted_with_the_area_that_was_asked_for() -> None:
    desk = Desk(place("1"))
    desk.find(area="04252")
    desk.find(lat=21.7, long=104.9)
    assert desk.usage.uses == [("health", "04252"), ("health", None)]


def test_a_sort_key_is_taken_apart_wherever_its_slice_stands() -> None:
    assert keyed("unit@2026-03#000007#tram y te#id#1") == ("unit@2026-03", 7, "tram y te#id#1")
    assert keyed("tram#unit#000012#1", 1) == ("unit", 12, "1")


def test_what_lives_is_of_the_feeds_asked_and_as_old_as_the_oldest_feed() -> None:
    months = [
        Slice("power@2026-01", 3, loaded_at=LOADED.replace(month=1)),
        Slice("power@2026-02", 5, loaded_at=LOADED.replace(month=2)),
        Slice("unit", 4, loaded_at=LOADED),
        Slice("never", 0),
    ]
    living, power = Living(months), Feed("power", Named("", ""), "x")
    assert living.stamps([power]) == ("power@2026-01#000003", "power@2026-02#000005")
    assert living.as_of([power, UNIT]) == LOADED.replace(month=2)
    assert living.as_of([Feed("never", Named("", ""), "x")]) is None
    assert living.has("unit", 4)
    assert not living.has("unit", 3)
    assert not living.has("never", 0)
