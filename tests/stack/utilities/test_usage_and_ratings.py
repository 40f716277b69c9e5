"""Uses, ratings and their figures on the deployed stack, over HTTP, also when many come at once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import VIETNAM
from chalicelib.lookups.model import Utility
from tests.address import Address
from tests.stack.lookup_rows import let_live, load, utility_like
from tests.stack.people import Answer, call, dispatcher_token, refused, sign_in

WARD, OTHER_WARD, CITY = "04252", "04249", "132"
WHY = "Giờ mở cửa ghi không đúng với thực tế."
PLACE = {"id": "station", "title": "Trạm Y tế Yên Ninh", "area": WARD, "lat": 21.709, "long": 104.895}
# A request that began before midnight may be counted after it.
TODAY = datetime.now(UTC).astimezone(VIETNAM).date()
DAYS = f"from={TODAY}&to={TODAY + timedelta(days=1)}"


@pytest.fixture(scope="module")
def health(stack: Address) -> Iterator[Utility]:
    """Health with one facility."""
    with utility_like(stack, "health") as made:
        offer = made.offers[0]
        load(stack, made, offer, [PLACE])
        let_live(stack, made, offer, offer.feeds[0], 1)
        yield made


def rate(stack: Address, utility: Utility, token: str, rating: str, reason: str = "") -> Answer:
    return call(stack, "POST", f"/v1/utilities/{utility.id}/rating", {"rating": rating, "reason": reason}, token=token)


def items(stack: Address, partition: str) -> list[dict[str, Any]]:
    """What lies in a partition of the table Lookups."""
    found = stack.client("dynamodb").query(
        TableName=stack.outputs["LookupsTable"], KeyConditionExpression="pk = :pk", ConsistentRead=True,
        ExpressionAttributeValues={":pk": {"S": partition}},
    )  # fmt: skip
    return list(found["Items"])


def shown(stack: Address, utility: Utility, query: str) -> Any:
    """The figures of the utility."""
    answer = call(stack, "GET", f"/v1/indicators/utilities?{query}")
    assert answer.status == 200, answer
    return next(one for one in answer.body["items"] if one["utility"] == utility.id)


def counted(stack: Address, utility: Utility) -> Counter[str]:
    """The counts as they lie in the table, by area."""
    found: Counter[str] = Counter()
    for month in {TODAY.replace(day=1), (TODAY + timedelta(days=1)).replace(day=1)}:
        for item in items(stack, f"usage#{utility.id}#{month:%Y-%m}"):
            found[item["sk"]["S"].partition("#")[2]] += int(item["times"]["N"])
    return found


def test_every_lookup_is_counted_once_also_when_eight_look_at_once(stack: Address, health: Utility) -> None:
    places = f"/v1/utilities/{health.id}/facilities/places"
    queries = [f"area={WARD}", f"area={OTHER_WARD}", "q=yen%20ninh", f"area={CITY}"] * 6
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda query: call(stack, "GET", f"{places}?{query}"), queries))
    assert {answer.status for answer in answers} == {200}
    refused(call(stack, "GET", f"{places}?area=99999"), 422)
    assert counted(stack, health) == {WARD: 6, OTHER_WARD: 6, "-": 6, CITY: 6}
    assert shown(stack, health, DAYS)["uses"] == 24
    of_city = shown(stack, health, f"{DAYS}&area={CITY}")
    assert of_city["uses"] == 18
    assert {one["area"]: one["uses"] for one in of_city["areas"]} == {WARD: 6, OTHER_WARD: 6, CITY: 6}
    assert shown(stack, health, f"{DAYS}&area=133")["uses"] == 0


def test_twenty_ratings_of_one_person_at_once_count_once_and_totals_are_a_recount(
    stack: Address, health: Utility
) -> None:
    token = sign_in(stack).access_token
    ratings = ["satisfied", "acceptable", "unsatisfied"]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda place: rate(stack, health, token, ratings[place % 3], WHY), range(20)))
    assert {answer.status for answer in answers} <= {200, 409}
    for rating in ("satisfied", "unsatisfied", "acceptable", "acceptable"):
        assert rate(stack, health, sign_in(stack).access_token, rating, WHY).status == 200
    assert rate(stack, health, token, "satisfied").status == 200
    given = Counter(item["state"]["S"] for item in items(stack, f"rating#{health.id}") if item["sk"]["S"] != "total")
    totals = shown(stack, health, DAYS)["ratings"]
    assert {name: totals[name] for name in ratings} == {name: given[name] for name in ratings}
    assert call(stack, "GET", f"/v1/utilities/{health.id}").body["ratings"] == totals
    assert totals == {"satisfied": 2, "acceptable": 2, "unsatisfied": 1, "share": 0.4}


def test_reasons_are_asked_of_the_unsatisfied_and_shown_to_nobody(stack: Address, health: Utility) -> None:
    token = sign_in(stack).access_token
    assert refused(rate(stack, health, token, "unsatisfied", "tệ"), 422) == ["reason"]
    answer = rate(stack, health, token, "unsatisfied", WHY)
    assert answer.status == 200
    assert set(answer.body) == {"satisfied", "acceptable", "unsatisfied", "share"}
    for path in (f"/v1/utilities/{health.id}", f"/v1/indicators/utilities?{DAYS}"):
        assert WHY not in str(call(stack, "GET", path).body)


def test_the_centre_reads_the_reasons_and_not_who_wrote_them(stack: Address, health: Utility) -> None:
    person = sign_in(stack)
    assert rate(stack, health, person.access_token, "unsatisfied", f"{WHY} Đề nghị sửa.").status == 200
    path, found, cursor = f"/v1/centre/utilities/{health.id}/ratings?limit=2", list[Any](), ""
    token = dispatcher_token(stack)
    for _ in range(9):
        answer = call(stack, "GET", f"{path}{cursor}", token=token)
        assert answer.status == 200, answer
        found += answer.body["items"]
        if "next_cursor" not in answer.body:
            break
        cursor = f"&cursor={answer.body['next_cursor']}"
    assert f"{WHY} Đề nghị sửa." in [one["reason"] for one in found]
    assert all(set(one) == {"rating", "reason", "at"} for one in found)
    refused(call(stack, "GET", path, token=person.access_token), 401)


def test_nobody_rates_without_an_account_or_what_is_no_utility(stack: Address, health: Utility) -> None:
    assert rate(stack, health, "", "satisfied").status == 401
    token = sign_in(stack).access_token
    refused(call(stack, "POST", "/v1/utilities/none/rating", {"rating": "satisfied"}, token=token), 404)
    assert refused(rate(stack, health, token, "splendid"), 422) == ["rating"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"from={TODAY}&to={TODAY - timedelta(days=1)}", "to"),
        (f"from={TODAY - timedelta(days=92)}&to={TODAY}", "to"),
        ("from=yesterday", "from"),
        ("area=99999", "area"),
        ("by=day", "by"),
    ],
)
def test_a_period_or_area_that_is_none_is_refused(stack: Address, query: str, field: str) -> None:
    assert refused(call(stack, "GET", f"/v1/indicators/utilities?{query}"), 422) == [field]


def test_the_figures_may_be_kept_for_five_minutes(stack: Address) -> None:
    answer = call(stack, "GET", "/v1/indicators/utilities")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert (answer.body["from"], answer.body["to"]) == (str(TODAY - timedelta(days=29)), str(TODAY))
