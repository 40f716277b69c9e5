"""Places, boards, receipts and packs of the deployed stack, over HTTP, on the real table."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from chalicelib.core.cells import cell
from chalicelib.core.clock import to_text
from chalicelib.lookups.model import Availability, Named, Utility
from chalicelib.lookups.places.boards import Receipt
from tests.address import Address
from tests.stack.lookup_rows import LOADED, let_live, load, utility_like
from tests.stack.own_table import settings_of
from tests.stack.people import Answer, call, refused, sign_in

# A corner of cells of both sizes; a degree of latitude is 111 km.
LAT, LONG = 20_320 * 180 / 2**15 - 90, 25_920 * 360 / 2**15 - 180
EAST = LONG + 40 / 103_000
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)

PLACES = [
    {"id": "pharmacy", "title": "Nhà thuốc Đồng Tâm", "area": "04252", "lat": LAT - 1e-5, "long": LONG - 1e-5, "hours": "24/24"},
    {"id": "station", "title": "Trạm Y tế Yên Ninh", "area": "04252", "lat": LAT + 0.001, "long": LONG, "hours": "hằng ngày nghỉ"},
    {"id": "clinic", "title": "Phòng khám Đồng An", "area": "04249", "lat": LAT + 0.1, "long": LONG + 0.1, "phone": "0950000001"},
]  # fmt: skip
WARNINGS = [
    {"id": "flood", "title": "Lũ trên sông Thao", "areas": ["132"], "starts": to_text(NOW - HOUR), "ends": to_text(NOW + HOUR)},
    {
        "id": "sạt lở 2", "title": "Sạt lở", "areas": ["04252"], "hamlets": ["Tổ 5"], "starts": to_text(NOW),
        "ends": to_text(NOW + HOUR),
    },
    {"id": "over", "title": "Mưa lớn", "areas": ["15"], "starts": to_text(NOW - 9 * HOUR), "ends": to_text(NOW - HOUR)},
]  # fmt: skip
RIVERS = [
    {"id": "yen-bai", "title": "Trạm Yên Bái", "areas": ["132"], "level": 31.2, "alarm_1": 30, "alarm_2": 31, "alarm_3": 32}
]  # fmt: skip


@pytest.fixture(scope="module")
def health(stack: Address) -> Iterator[Utility]:
    """Health with three facilities, beside which an older version and one being loaded lie."""
    with utility_like(stack, "health") as made:
        offer = made.offers[0]
        load(stack, made, offer, [PLACES[0] | {"id": "replaced"}], 1)
        load(stack, made, offer, PLACES, 2)
        load(stack, made, offer, [PLACES[0] | {"id": "unborn"}], 3)
        let_live(stack, made, offer, offer.feeds[0], 2)
        yield made


@pytest.fixture(scope="module")
def warnings(stack: Address) -> Iterator[Utility]:
    """Warnings and river levels."""
    with utility_like(stack, "warnings") as made:
        for offer, records in zip(made.offers, (WARNINGS, RIVERS), strict=False):
            load(stack, made, offer, records)
            let_live(stack, made, offer, offer.feeds[0], 1)
        yield made


def get(stack: Address, utility: Utility, path: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
    return call(stack, "GET", f"/v1/utilities/{utility.id}/{path}?{urlencode(query)}", **headers or {})


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer
    return [one["id"] for one in answer.body["items"]]


def test_near_a_corner_of_cells_the_nearest_come_first_whatever_cell_they_are_in(
    stack: Address, health: Utility
) -> None:
    assert cell(LAT, EAST, 4) != cell(PLACES[0]["lat"], PLACES[0]["long"], 4)  # type: ignore[arg-type]
    answer = get(stack, health, "facilities/places", lat=LAT, long=EAST, metres=30_000)
    assert ids(answer) == ["pharmacy", "station", "clinic"]
    assert [one["distance"] for one in answer.body["items"]][:2] == pytest.approx([41, 118], abs=2)
    assert answer.body["as_of"] == "2026-03-01T03:00:00Z"
    assert (answer.body["stale"], answer.body["items"][2]["facts"]["phone"]) == (False, "0950000001")
    assert answer.body["items"][0]["area_name"] == "Phường Yên Ninh, Thành phố Yên Bái"
    assert ids(get(stack, health, "facilities/places", lat=LAT, long=EAST)) == ["pharmacy", "station"]
    assert ids(get(stack, health, "facilities/places", lat=LAT, long=EAST, metres=100)) == ["pharmacy"]


def test_open_now_leaves_out_what_is_closed_and_what_nobody_knows(stack: Address, health: Utility) -> None:
    answer = get(stack, health, "facilities/places", area="132", open_now="true")
    assert ids(answer) == ["pharmacy"]
    assert answer.body["items"][0]["open"] is True
    shown = get(stack, health, "facilities/places", area="132").body["items"]
    assert {one["id"]: one.get("open") for one in shown} == {"pharmacy": True, "station": False, "clinic": None}


def test_a_name_is_found_without_diacritics(stack: Address, health: Utility) -> None:
    assert ids(get(stack, health, "facilities/places", q="dong")) == ["pharmacy", "clinic"]
    assert ids(get(stack, health, "facilities/places", q="Nhà thuốc đồng")) == ["pharmacy"]
    assert ids(get(stack, health, "facilities/places", q="nha thuoc dong an")) == []


def test_an_area_is_listed_by_title_page_by_page(stack: Address, health: Utility) -> None:
    first = get(stack, health, "facilities/places", area="132", limit=2)
    rest = get(stack, health, "facilities/places", area="132", limit=2, cursor=first.body["next_cursor"])
    assert [*ids(first), *ids(rest)] == ["pharmacy", "clinic", "station"]
    assert "next_cursor" not in rest.body
    assert ids(get(stack, health, "facilities/places", area="04249")) == ["clinic"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, ["lat", "long", "area", "q"]),
        ({"lat": 21.7}, ["long"]),
        ({"lat": 21.7, "long": 104.9, "metres": 30_001}, ["metres"]),
        ({"lat": "nan", "long": 181}, ["lat", "long"]),
        ({"area": "99"}, ["area"]),
        ({"area": "132", "limit": 101}, ["limit"]),
        ({"area": "132", "cursor": "abc"}, ["cursor"]),
        ({"q": "x" * 81}, ["q"]),
        ({"q": "a"}, ["q"]),
        ({"q": "cho", "open_now": "perhaps"}, ["open_now"]),
        ({"q": "cho", "radius": 5}, ["radius"]),
    ],
)
def test_bad_questions_are_refused_by_field_in_both_languages(
    stack: Address, health: Utility, query: dict[str, Any], fields: list[str]
) -> None:
    said = [
        get(stack, health, "facilities/places", {"Accept_Language": language}, **query) for language in ("vi", "en")
    ]
    assert [refused(answer, 422) for answer in said] == [fields, fields]
    assert said[0].body["errors"] != said[1].body["errors"]


def test_what_is_not_offered_is_not_found(stack: Address, health: Utility) -> None:
    for path in ("nothing/places", "vaccination/places", "facilities/board"):
        assert get(stack, health, path, area="132").status == 404
    for utility in ("nothing", "x" * 3000, "%00", quote("sức khỏe")):
        for path in ("facilities/places?q=tram", "facilities/board?area=15", "pack?area=15"):
            assert call(stack, "GET", f"/v1/utilities/{utility}/{path}").status == 404


def test_a_suspended_utility_says_why_in_the_callers_language(stack: Address) -> None:
    reason = Named("Đang chuyển dữ liệu.", "Data are being moved.")
    with utility_like(stack, "health", availability=Availability.SUSPENDED, reason=reason) as made:
        for path in ("facilities/places", "vaccination/board", "pack"):
            for language in ("vi", "en"):
                answer = get(stack, made, path, {"Accept_Language": language}, area="15")
                assert answer.status == 503
                assert reason.text(language) in answer.body["detail"]


def test_a_board_has_what_is_for_the_area_and_hamlet_and_those_above(stack: Address, warnings: Utility) -> None:
    answer = get(stack, warnings, "warnings/board", area="04252")
    assert ids(answer) == ["flood", "sạt lở 2"]
    assert (answer.body["stale"], answer.body["as_of"]) == (False, LOADED.isoformat().replace("+00:00", "Z"))
    assert ids(get(stack, warnings, "warnings/board", area="04252", hamlet="to dan pho so 5")) == ["flood", "sạt lở 2"]
    assert ids(get(stack, warnings, "warnings/board", area="04252", hamlet="tổ 6")) == ["flood"]
    assert ids(get(stack, warnings, "warnings/board", area="04249")) == ["flood"]
    assert ids(get(stack, warnings, "warnings/board", area="132", q="sat lo")) == ["sạt lở 2"]
    first = get(stack, warnings, "warnings/board", area="04252", limit=1)
    again = get(stack, warnings, "warnings/board", area="04252", limit=1, cursor=first.body["next_cursor"])
    assert [*ids(first), *ids(again)] == ["flood", "sạt lở 2"]
    assert refused(get(stack, warnings, "warnings/board", **{"from": "2026-03-02", "to": "2026-03-01"}), 422) == [
        "area"
    ]
    asked = {"area": "04252", "from": "2026-03-02", "to": "2026-03-01"}
    assert refused(get(stack, warnings, "warnings/board", **asked), 422) == ["to"]


def test_a_river_is_shown_with_the_alarm_it_has_reached(stack: Address, warnings: Utility) -> None:
    (river,) = get(stack, warnings, "rivers/board", area="04252").body["items"]
    assert (river["alarm"], river["facts"]["level"]) == (2, 31.2)


def test_a_warning_is_confirmed_once_an_account(stack: Address, warnings: Utility) -> None:
    path = f"/v1/utilities/{warnings.id}/warnings/board/flood/receipt"
    one, other = sign_in(stack), sign_in(stack)
    first = call(stack, "POST", path, {"area": "04252"}, token=one.access_token)
    again = call(stack, "POST", path, {"area": "04249"}, token=one.access_token)
    assert (first.status, first.body["confirmed"]) == (200, 1)
    assert again.body == first.body
    assert call(stack, "POST", path, {"area": "04252"}, token=other.access_token).body["confirmed"] == 2
    assert call(stack, "POST", path, {"area": "04252"}).status == 401
    assert refused(call(stack, "POST", path, {}, token=one.access_token), 422) == ["area"]
    slide = path.replace("flood", quote("sạt lở 2", safe=""))
    assert call(stack, "POST", slide, {"area": "04252"}, token=one.access_token).body["confirmed"] == 1
    strange = path.replace("flood", quote("không có#1"))
    assert call(stack, "POST", strange, {"area": "04252"}, token=one.access_token).status == 404
    rivers = path.replace("/warnings/board/flood", "/rivers/board/yen-bai")
    assert call(stack, "POST", rivers, {"area": "04252"}, token=one.access_token).status == 409


def test_a_whole_commune_confirms_at_once_and_everybody_counts_once(stack: Address) -> None:
    from chalicelib.lookups.places.receipt_store import ReceiptStore
    from chalicelib.lookups.rows import receipt_key
    from chalicelib.lookups.table import Row

    store, dataset = ReceiptStore(), f"warnings-{secrets.token_hex(4)}.warnings"

    def confirm(number: int) -> Receipt:
        return store.keep(dataset, "flood", f"account-{number % 30}", Receipt("04252", NOW), NOW + HOUR)

    with settings_of(stack, LOOKUPS_TABLE=stack.outputs["LookupsTable"]), ThreadPoolExecutor(10) as people:
        kept = list(people.map(confirm, range(90)))
        assert kept == [Receipt("04252", NOW)] * 90
        assert (store.count(dataset, "flood", "04252"), store.count(dataset, "flood", "04249")) == (30, 0)
        # The count ends when the receipts do.
        ends = {(Row.row(receipt_key(dataset, "flood"), key) or {})["expires"] for key in ("area#04252", "account-1")}
        assert len(ends) == 1


def test_a_pack_is_kept_and_not_sent_twice(stack: Address, warnings: Utility, health: Utility) -> None:
    first = get(stack, warnings, "pack", area="04252")
    assert first.status == 200
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    # What ended today is there still, for nobody knows when a pack is read.
    assert [one["id"] for one in first.body["postings"]["warnings"] if one["id"] != "over"] == ["flood", "sạt lở 2"]
    assert first.body["places"] == {"shelters": []}
    again = get(stack, warnings, "pack", {"If_None_Match": first.headers["ETag"]}, area="04252")
    assert (again.status, again.body) == (304, None)
    places = get(stack, health, "pack", area="04252").body["places"]["facilities"]
    assert [one["id"] for one in places] == ["pharmacy", "station", "clinic"]
    assert refused(get(stack, health, "pack", area="99"), 422) == ["area"]
