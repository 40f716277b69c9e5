"""Packs to be kept offline, and how places and postings are shown."""

from datetime import datetime, timedelta

import msgspec
import pytest

from chalicelib.core.clock import VIETNAM
from chalicelib.core.codes import fingerprint
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.lookups.places import views
from chalicelib.lookups.places.boards import Boards
from chalicelib.lookups.places.packs import MOST_IN_AREA, Packs
from tests.builders import SECRET
from tests.fakes import MovableClock
from tests.unit.lookups.counting_fakes import SmallMap
from tests.unit.lookups.finding_fakes import (
    COMPANY,
    LOADED,
    NOTICES,
    MemoryBoard,
    MemoryPlaces,
    MemoryReceipts,
    MemorySlices,
    MemoryUsage,
    OneUtility,
    place,
    posting,
)

NOON = datetime(2026, 3, 9, 12, tzinfo=VIETNAM)


class Depot:
    """Packs over some places and postings, at noon."""

    def __init__(self, places: MemoryPlaces, uploads: MemoryBoard, company: MemoryBoard | None = None) -> None:
        offers, small, self.usage, self.clock = OneUtility(), SmallMap(), MemoryUsage(), MovableClock(NOON)
        providers = {"power": company or MemoryBoard()}
        boards = Boards(offers, uploads, providers, small, MemoryReceipts(), self.usage, self.clock, SECRET)
        self.packs = Packs(offers, places, MemorySlices(), boards, small, self.usage, self.clock)

    def view(self, area: str = "04252", language: str = "vi") -> views.PackView:
        return views.pack_view(self.packs.pack("health", area), "health", area, SmallMap().name, language)


def test_a_pack_has_what_is_for_the_commune_first_and_then_what_lies_around() -> None:
    places = MemoryPlaces(
        place("province", "A", "15"), place("neighbour", "B", "04249"), place("own", "C"), place("far", "A", "04489"),
        place("district", "D", "132"),
    )  # fmt: skip
    uploads = MemoryBoard(
        posting("here"), posting("there", areas=["04489"]), posting("everywhere", areas=["15"]),
        posting("this morning", ends=NOON - timedelta(hours=1)), posting("yesterday", ends=NOON - timedelta(days=1)),
    )  # fmt: skip
    view = Depot(places, uploads).view()
    assert [one.id for one in view.places["facilities"]] == ["own", "district", "province", "neighbour", "far"]
    assert [one.id for one in view.postings["notices"]] == ["everywhere", "here", "this morning"]
    assert list(view.postings) == ["notices", "prices"]
    assert (view.as_of, view.stale, view.partial, view.missing_feeds) == (LOADED, False, False, ())


def test_a_pack_of_what_has_not_changed_is_the_same_all_day() -> None:
    depot = Depot(MemoryPlaces(place("1", hours="24/24")), MemoryBoard())
    first = fingerprint(msgspec.json.encode(depot.view()).decode())
    depot.clock.move(hours=7)
    assert fingerprint(msgspec.json.encode(depot.view()).decode()) == first


def test_a_pack_fits_and_says_when_more_did_not() -> None:
    note = "Gọi trước khi đến. " * 50
    around = [place(f"{number:03d}", "Xa", "04249", note=note, phone=note) for number in range(MOST_IN_AREA - 1)]
    depot = Depot(MemoryPlaces(place("own", "Ở đây"), *around), MemoryBoard(posting("here")))
    view = depot.view()
    assert 200 * 1024 < len(msgspec.json.encode(view)) <= 256 * 1024
    assert view.partial
    assert view.places["facilities"][0].id == "own"
    assert [one.id for one in view.postings["notices"]] == ["here"]


def test_a_pack_reads_so_many_of_an_area_and_says_when_there_are_more() -> None:
    store = MemoryPlaces(*(place(f"{number:03d}") for number in range(MOST_IN_AREA + 1)))
    assert Depot(store, MemoryBoard()).view().partial
    assert store.read <= 3 * MOST_IN_AREA


@pytest.mark.parametrize(("language", "name"), [("vi", "Công ty Điện lực"), ("en", "Power Company")])
def test_a_pack_names_the_source_that_does_not_answer(language: str, name: str) -> None:
    view = Depot(MemoryPlaces(), MemoryBoard(posting("1")), MemoryBoard(down=True)).view(language=language)
    assert (view.stale, view.missing_feeds) == (True, (name,))


def test_a_pack_is_of_a_known_utility_and_area_and_counted_once() -> None:
    depot = Depot(MemoryPlaces(), MemoryBoard())
    with pytest.raises(Invalid):
        depot.view("99")
    with pytest.raises(NotFound):
        depot.packs.pack("nothing", "04252")
    depot.view()
    assert depot.usage.uses == [("health", "04252")]


def test_what_is_private_is_never_shown_and_nothing_is_said_twice() -> None:
    view = Depot(MemoryPlaces(place("1", keeper="Ông A", phone="0950000001", hours="24/24")), MemoryBoard()).view()
    (shown,) = view.places["facilities"]
    assert shown.facts == {"hours": "24/24", "phone": "0950000001"}
    assert (shown.area_name, shown.open, shown.distance) == ("Địa bàn 04252", None, None)


def test_a_posting_shows_the_alarm_that_its_reading_has_reached() -> None:
    river = posting("1", level=31.5, alarm_1=30, alarm_2=31, alarm_3=32, feed=COMPANY)
    view = Depot(MemoryPlaces(), MemoryBoard(posting("2")), MemoryBoard(river)).view()
    assert {one.id: one.alarm for one in view.postings["notices"]} == {"1": 2, "2": None}


def test_times_of_a_posting_are_shown_in_utc_whatever_zone_they_were_said_in() -> None:
    view = views.posting_view(NOTICES, posting("1", starts=NOON), str, "vi")
    assert (msgspec.json.encode(view.starts), view.ends) == (b'"2026-03-09T05:00:00Z"', None)


@pytest.mark.parametrize(
    ("level", "vi", "en"),
    [
        (29.99, "Dưới báo động 1", "Below alarm 1"),
        (30, "Đã đạt báo động 1", "Alarm 1 reached"),
        (33, "Đã đạt báo động 3", "Alarm 3 reached"),
        (None, None, None),
    ],
)
def test_an_alarm_is_said_in_words(level: float | None, vi: str | None, en: str | None) -> None:
    river = posting("1", level=level, alarm_1=30, alarm_2=31, alarm_3=32)
    assert views.posting_view(NOTICES, river, SmallMap().name, "vi").area_names == ("Địa bàn 04252",)
    assert [views.posting_view(NOTICES, river, str, language).alarm_text for language in ("vi", "en")] == [vi, en]
