"""The utilities on a deployed stack: sixteen in order, every offer of each answering, and a seventeenth that is data alone."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from chalicelib.core.clock import VIETNAM
from chalicelib.lookups.model import Feed, Kind, Offer, Role, Utility
from infra.seed.samples import Row, as_file, samples
from infra.seed.utilities import utilities
from tests.address import Address
from tests.stack.matters import upload, wait
from tests.stack.people import Answer, Person, call, refused, sign_in
from tests.stack.roles import staff

UTILITIES = {one.id: one for one in utilities()}
SAMPLES = {f"{one.utility}.{one.offer}.{one.feed}": one for one in samples()}
OFFERS = [(one, offer) for one in UTILITIES.values() for offer in one.offers]
TODAY = datetime.now(UTC).astimezone(VIETNAM).date()
LOOKED_UP = [each for each in OFFERS if each[1].kind is not Kind.ROUTE]
# Of each feed a code with what its customer knows; the companies' are those of the stand-ins (infra/local/companies.py).
CODES = {
    "electricity.bills.power": ("PA22YB0012345", "0017"),
    "water.bills.yen-bai": ("YB00012345", "0017"),
    "water.bills.nghia-lo": ("NL 0000001", "0001"),
    "education.results.results": ("150001", "06/02/2011"),
    "files.status.status": ("H62.133-26-00001", "0001"),
}
WHY = "Theo Quyết định 12/QĐ-UBND của tỉnh."


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    return sign_in(stack)


@pytest.fixture(scope="module")
def admin(stack: Address) -> str:
    return staff(stack, "administrator")


@pytest.fixture(scope="module")
def stranger(stack: Address) -> Person:
    """Somebody who knows no code; whose wrong guesses are not counted among those of `person`."""
    return sign_in(stack)


def get(stack: Address, path: str, token: str = "", **query: object) -> Answer:
    sent = f"?{urlencode(query)}" if query else ""
    return call(stack, "GET", f"/v1/{path}{sent}", token=token)


def _feeds(kind: Kind) -> list[Any]:
    found = [(one, offer, feed) for one, offer in OFFERS if offer.kind is kind for feed in offer.feeds]
    return [pytest.param(*each, id=f"{each[0].id}.{each[1].id}.{each[2].id}") for each in found]


def _column(offer: Offer, role: Role) -> str:
    column = offer.column(role)
    assert column
    return column.name


def _rows(utility: Utility, offer: Offer, feed: Feed) -> list[Row]:
    return SAMPLES[f"{utility.id}.{offer.id}.{feed.id}"].rows(datetime.now(UTC))


def test_the_catalogue_has_the_sixteen_in_order_in_both_languages(stack: Address) -> None:
    for language in ("vi", "en"):
        answer = call(stack, "GET", "/v1/utilities", Accept_Language=language)
        listed = {one["id"]: one for one in answer.body["items"] if one["id"] in UTILITIES}
        assert list(listed) == list(UTILITIES)
        assert [one["name"] for one in listed.values()] == [one.name.text(language) for one in UTILITIES.values()]
        assert [one["order"] for one in listed.values()] == list(range(1, 17))
        assert {one["availability"] for one in listed.values()} == {"available"}
        assert [one["id"] for one in listed.values() if not one.get("sample")] == ["feedback"]


def test_the_catalogue_may_be_kept_and_is_not_sent_twice(stack: Address) -> None:
    first = get(stack, "utilities")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert call(stack, "GET", "/v1/utilities", If_None_Match=first.headers["ETag"]).status == 304


def test_businesses_see_what_is_for_them(stack: Address) -> None:
    offered = {one["id"] for one in get(stack, "utilities", audience="business").body["items"]}
    assert "business" in offered
    assert "health" not in offered
    assert refused(get(stack, "utilities", audience="wizards"), 422) == ["audience"]


@pytest.mark.parametrize("utility", UTILITIES)
def test_one_utility_tells_its_columns_and_nothing_private(stack: Address, utility: str) -> None:
    answer = get(stack, f"utilities/{utility}")
    assert answer.status == 200, answer
    for told, offer in zip(answer.body["offers"], UTILITIES[utility].offers, strict=True):
        names = {column["name"] for column in told.get("columns", ())}
        assert names == {one.name for one in offer.columns if not one.private}
        assert told["path"] == (offer.route or f"/v1/utilities/{utility}/{offer.id}/{offer.kind}")


@pytest.mark.parametrize(
    "path", ["utilities/nothing", "utilities/%2e%2e", "utilities/TIN_TUC", "utilities/" + "x" * 500]
)
def test_an_unknown_utility_is_not_found(stack: Address, path: str) -> None:
    assert refused(get(stack, path), 404) == []


def test_feedback_is_where_the_catalogue_says(stack: Address, person: Person) -> None:
    (offer,) = get(stack, "utilities/feedback").body["offers"]
    assert call(stack, "GET", offer["path"], token=person.access_token).status == 200


@pytest.mark.parametrize(("utility", "offer", "feed"), _feeds(Kind.PLACES))
def test_a_place_is_found_where_it_lies(stack: Address, utility: Utility, offer: Offer, feed: Feed) -> None:
    for row in _rows(utility, offer, feed)[::12]:
        lat, long = row[_column(offer, Role.LAT)], row[_column(offer, Role.LONG)]
        found = get(stack, f"utilities/{utility.id}/{offer.id}/places", lat=lat, long=long, metres=300)
        assert found.status == 200, found
        assert row["title"] in [place["title"] for place in found.body["items"]]
        assert found.body["items"][0]["distance"] <= 300
        assert found.body["as_of"]
        named = get(stack, f"utilities/{utility.id}/{offer.id}/places", area=row["area"], limit=100)
        assert row["id"] in [place["id"] for place in named.body["items"]]


@pytest.mark.parametrize(("utility", "offer", "feed"), _feeds(Kind.BOARD))
def test_a_board_shows_what_stands_in_an_area(stack: Address, utility: Utility, offer: Offer, feed: Feed) -> None:
    if feed.provider:
        found = get(stack, f"utilities/{utility.id}/{offer.id}/board", area="04261", limit=100)
        assert found.status == 200, found
        assert any("(mẫu)" in str(posting["facts"]) for posting in found.body["items"])
        return
    ends = offer.column(Role.ENDS)
    later = (TODAY + timedelta(days=2)).isoformat()
    standing = [
        row for row in _rows(utility, offer, feed) if not ends or not row.get(ends.name) or row[ends.name] > later
    ]
    for row in standing[::9]:
        area = row["areas"].split(";")[0]
        found = get(stack, f"utilities/{utility.id}/{offer.id}/board", area=area, limit=100)
        assert found.status == 200, found
        assert row["id"] in [posting["id"] for posting in found.body["items"]]
        assert found.body["as_of"]
        assert found.body["stale"] is False


@pytest.mark.parametrize(("utility", "offer", "feed"), _feeds(Kind.ACCOUNT))
def test_an_account_opens_to_whoever_knows_the_second_thing(
    stack: Address, person: Person, utility: Utility, offer: Offer, feed: Feed
) -> None:
    code, factor = CODES[f"{utility.id}.{offer.id}.{feed.id}"]
    path = f"/v1/utilities/{utility.id}/{offer.id}/account"
    found = call(stack, "POST", path, {"code": code, "factor": factor}, token=person.access_token)
    assert found.status == 200, found
    assert found.body["feed"] == feed.id
    shown = found.body["records"][0]["facts"]
    assert factor not in shown.values()
    wrong = call(stack, "POST", path, {"code": code, "factor": "9999"}, token=person.access_token)
    assert wrong.status == 404
    assert call(stack, "POST", path, {"code": code, "factor": factor}).status == 401


@pytest.mark.parametrize(("utility", "offer"), LOOKED_UP, ids=lambda one: one.id)
def test_every_offer_refuses_what_it_cannot_answer(
    stack: Address, stranger: Person, utility: Utility, offer: Offer
) -> None:
    path = f"utilities/{utility.id}/{offer.id}"
    if offer.kind is Kind.ACCOUNT:
        ask = f"/v1/{path}/account"
        assert refused(call(stack, "POST", ask, {"code": "PA1"}, token=stranger.access_token), 422) == ["factor"]
        unknown = {"code": "ZZ 99", "factor": "0017"}
        assert refused(call(stack, "POST", ask, unknown, token=stranger.access_token), 404) == []
        assert get(stack, f"{path}/board", area="15").status == 404
        return
    assert refused(get(stack, f"{path}/{offer.kind}", area="99999"), 422) == ["area"]
    assert refused(get(stack, f"{path}/{offer.kind}", area="15", limit=101), 422) == ["limit"]
    assert refused(get(stack, f"{path}/{offer.kind}", area="15", only="nothing:true"), 422) == ["only"]
    other = Kind.PLACES if offer.kind is Kind.BOARD else Kind.BOARD
    assert refused(get(stack, f"{path}/{other}", area="15"), 404) == []


def test_a_file_says_its_stage_its_day_and_whether_it_is_late(stack: Address, stranger: Person) -> None:
    late, in_time = (
        call(stack, "POST", "/v1/utilities/files/status/account", asked, token=stranger.access_token).body["records"][0]
        for asked in (
            {"code": "H62.137-26-00004", "factor": "0004"}, {"code": "H62.133-26-00001", "factor": "0001"},
        )
    )  # fmt: skip
    assert (late["facts"]["stage"], late["paid"], late["overdue"], late["late"]) == ("ready", True, False, True)
    assert (in_time["facts"]["stage"], in_time["paid"], in_time["late"]) == ("signing", False, False)
    assert in_time["due"] == (TODAY + timedelta(days=3)).isoformat()


def test_the_thao_river_is_measured_against_its_alarms(stack: Address) -> None:
    gauges = get(stack, "utilities/warnings/rivers/board", area="132").body["items"]
    (thao,) = [gauge for gauge in gauges if gauge["title"] == "Trạm Yên Bái"]
    assert (thao["alarm"], thao["alarm_text"]) == (1, "Đã đạt báo động 1")
    assert [thao["facts"][f"alarm_{stage}"] for stage in (1, 2, 3)] == [30, 31, 32]


def test_who_asks_for_the_whole_province_sees_what_is_for_any_commune(stack: Address) -> None:
    for path in ("tourism/events", "jobs/vacancies"):
        board = get(stack, f"utilities/{path}/board", area="15", limit=100).body
        assert any(posting["areas"] != ["15"] for posting in board["items"])
        assert board["items"][0]["area_names"][0].startswith(("Xã ", "Phường ", "Thị trấn ", "Tỉnh "))
    assert get(stack, "utilities/outages/power/board", area="15").body["partial"]


def test_the_nearest_counter_that_takes_a_procedure_is_found(stack: Address) -> None:
    guide = get(stack, "utilities/procedures/guide/board", area="04261", q="đăng ký khai sinh").body["items"][0]
    facts = guide["facts"]
    assert facts["papers"]
    assert (facts["fee"], facts["days"]) == (0, 1)
    found = get(
        stack, "utilities/procedures/counters/places", lat=21.717, long=104.9, limit=3,
        only=f"level:{facts['level']};fields:Hộ tịch",
    )  # fmt: skip
    assert found.status == 200, found
    for counter in found.body["items"]:
        assert (counter["facts"]["level"], "Hộ tịch" in counter["facts"]["fields"]) == ("commune", True)
    assert found.body["items"][0]["distance"] < 1_000


def test_health_insurance_is_asked_for(stack: Address) -> None:
    def found(only: str) -> Answer:
        return get(stack, "utilities/health/facilities/places", area="15", limit=100, only=only)

    accepting, refusing = (found(f"insurance:{value}").body["items"] for value in ("true", "false"))
    assert {place["facts"]["insurance"] for place in accepting} == {True}
    assert {place["facts"]["insurance"] for place in refusing} == {False}
    wrong = call(stack, "GET", "/v1/utilities/health/facilities/places?area=15&only=address:x", Accept_Language="en")
    assert "insurance" in wrong.body["errors"][0]["message"]
    assert refused(wrong, 422) == ["only"]


def test_emergency_numbers_come_by_their_rank(stack: Address) -> None:
    listed = get(stack, "utilities/emergency/numbers/board", area="04261", limit=5).body["items"]
    assert [one["facts"]["number"] for one in listed] == ["111", "112", "113", "114", "115"]


def test_emergency_numbers_come_in_one_pack_for_a_commune(stack: Address) -> None:
    pack = get(stack, "utilities/emergency/pack", area="04489").body
    assert {"111", "112", "113", "114", "115"} <= {one["facts"]["number"] for one in pack["postings"]["numbers"]}
    assert pack["places"]["desks"]


class Seventeenth:
    """A utility that nobody has written code for: market days, uploaded by the office of the committee."""

    def __init__(self, stack: Address, admin: str) -> None:
        self.stack, self.admin, self.id = stack, admin, f"market-days-{secrets.token_hex(3)}"

    def put(self, **changed: Any) -> Answer:
        given: Mapping[str, Any] = msgspec.to_builtins(UTILITIES["citizen-reception"])
        named = {"name": {"vi": "Lịch chợ phiên", "en": "Market days"}, "order": 17, "version": 0, "why": WHY}
        body = {**given, **named, "id": self.id, **changed}
        return call(self.stack, "PUT", f"/v1/centre/utilities/{self.id}", body, token=self.admin)

    def uploads(self, rows: list[Row]) -> None:
        content = as_file(rows)
        path = f"/v1/centre/datasets/{self.id}/calendar"
        begun = call(
            self.stack, "POST", f"{path}/calendar/uploads", {"file_name": "cho-phien.csv", "size": len(content)},
            token=self.admin,
        )  # fmt: skip
        assert begun.status == 201, begun
        assert upload(begun.body["post"], content)[0] in (200, 201, 204)
        number = begun.body["upload"]["number"]
        asked = f"{path}/uploads/{number}"
        wait(lambda: call(self.stack, "GET", asked, token=self.admin).body["upload"]["state"] == "live")


@pytest.fixture
def market(stack: Address, admin: str) -> Iterator[Seventeenth]:
    made = Seventeenth(stack, admin)
    yield made
    key = {"pk": {"S": "catalogue"}, "sk": {"S": made.id}}
    stack.client("dynamodb").delete_item(TableName=stack.outputs["LookupsTable"], Key=key)


def test_a_seventeenth_of_a_known_kind_takes_data_alone(stack: Address, market: Seventeenth) -> None:
    kept = market.put()
    assert kept.status == 200, kept
    told = get(stack, f"utilities/{market.id}").body
    assert (told["name"], told["offers"][0]["kind"]) == ("Lịch chợ phiên", "board")
    assert get(stack, f"utilities/{market.id}/calendar/board", area="04456").body["items"] == []
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    row = {
        "id": "phien-1", "title": "Chợ phiên Mù Cang Chải", "areas": "04456", "starts": f"{tomorrow} 06:00",
        "ends": f"{tomorrow} 14:00", "host": "Ban quản lý chợ", "place": "Chợ thị trấn",
    }  # fmt: skip
    market.uploads([row])

    def shown() -> list[str]:
        board = get(stack, f"utilities/{market.id}/calendar/board", area="04456")
        return [posting["title"] for posting in board.body["items"]]

    # What a function knows of live versions is five seconds old at most.
    assert wait(shown) == ["Chợ phiên Mù Cang Chải"]


def test_a_utility_changes_over_the_version_that_was_read_and_tells_its_history(
    stack: Address, admin: str, market: Seventeenth
) -> None:
    assert market.put().status == 200
    standing = get(stack, f"centre/utilities/{market.id}", token=admin).body
    version = standing.get("version", 1)
    reason = {"vi": "Đang rà soát lịch.", "en": "The calendar is being checked."}
    paused = market.put(version=version, availability="suspended", reason=reason)
    assert paused.body["version"] == version + 1
    late = market.put(version=version, order=18)
    assert refused(late, 409) == []
    history = get(stack, f"centre/utilities/{market.id}/history", token=admin).body["items"]
    assert [made["why"] for made in history] == [WHY, WHY]
    assert history[0]["utility"]["availability"] == "suspended"


def test_of_eight_at_once_one_wins(market: Seventeenth) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda order: market.put(order=order), range(8_100, 8_108)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7


def test_what_cannot_be_kept_is_refused_with_every_field_named(market: Seventeenth) -> None:
    wrong = market.put(order=0, availability="suspended", audience=[])
    assert refused(wrong, 422) == ["order", "audience", "reason"]
    assert refused(market.put(offers=[{"id": "a"}], surprise=1), 422)[0] == "surprise"


@pytest.mark.parametrize("group", ["", "dispatcher", "leader", "auditor"])
def test_only_administrators_change_the_catalogue(stack: Address, group: str) -> None:
    body = msgspec.to_builtins(UTILITIES["farm"]) | {"why": WHY}
    assert call(stack, "PUT", "/v1/centre/utilities/farm", body, token=staff(stack, group)).status == 403
