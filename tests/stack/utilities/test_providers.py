"""Companies' interfaces on the deployed stack: bills and cuts from the stand-in, its outages, and one breaker for all instances."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest

from chalicelib.core.clock import now, to_epoch
from chalicelib.lookups.upstream.asking import Kept, Paces
from chalicelib.lookups.upstream.breaker import SEEN, Gates
from infra.local.upstreams import LIMITS, SECRETS
from tests.address import Address
from tests.gate_rules import RULES
from tests.stack.logbook import all_log_lines
from tests.stack.own_table import settings_of, table_like
from tests.stack.people import Answer, call, refused, sign_in
from tests.stack.told import wait

CODE, OTHER, TELEPHONE, OTHERS = "PA22YB0012345", "PA22YB0012346", "0017", "0028"
WATER = "YB00012345"
AT_ONCE = 8


class Company:
    """The stand-in for one company, and what the application says of it."""

    def __init__(self, stack: Address, name: str) -> None:
        self.stack, self.name = stack, name
        self.token = sign_in(stack).access_token

    def does(self, fault: str) -> None:
        self._control({"fault": fault})

    @property
    def requests(self) -> int:
        return int(self._control()["requests"])

    def bills(self, code: str, factor: str, token: str = "") -> Answer:
        utility = {"power": "electricity", "water": "water"}[self.name]
        path = f"/v1/utilities/{utility}/bills/account"
        return call(self.stack, "POST", path, {"code": code, "factor": factor}, token=token or self.token)

    def forget(self) -> None:
        """Close the breaker, until every instance has heard of it, and drop what was kept."""
        table = self.stack.client("dynamodb")
        name = self.stack.outputs["LookupsTable"]
        for pk in (f"breaker#{self.name}", f"cache#{self.name}"):
            found = table.query(
                TableName=name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": pk}}
            )
            for item in found["Items"]:
                table.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
                if "open" in item:
                    time.sleep(SEEN + 0.1)

    def _control(self, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.stack.upstreams_url}/control/{self.name}", data), timeout=10) as answer:
            return json.load(answer)


@pytest.fixture
def company(stack: Address) -> Iterator[Callable[[str], Company]]:
    """A company that does well, and does so again after the test."""
    made: list[Company] = []

    def of(name: str) -> Company:
        made.append(Company(stack, name))
        made[-1].forget()
        return made[-1]

    yield of
    for one in made:
        one.does("ok")
        one.forget()


Companies = Callable[[str], Company]


@pytest.mark.parametrize(("name", "code"), [("power", CODE), ("water", WATER)])
def test_bills_come_from_the_company_and_only_to_who_knows_the_telephone(
    company: Companies, name: str, code: str
) -> None:
    asked = company(name)
    refused(asked.bills(code, "0000"), 404)
    answer = asked.bills(code, TELEPHONE)
    assert answer.status == 200, answer
    assert (len(answer.body["records"]), answer.body["stale"], answer.body["code"]) == (13, False, "***345")
    newest, before = answer.body["records"][:2]
    assert (newest["paid"], newest["overdue"], before["paid"]) == (False, False, True)
    assert newest["facts"]["tiers"]
    refused(asked.bills(code[:-3] + "999", TELEPHONE), 404)


def test_cuts_of_a_place_stand_on_its_board(stack: Address, company: Companies) -> None:
    company("power")
    answer = call(stack, "GET", "/v1/utilities/outages/power/board?area=04252")
    assert answer.status == 200, answer
    (cut,) = [one for one in answer.body["items"] if one["id"].startswith("CD-")]
    assert cut["title"].startswith("Tạm ngừng cấp điện")
    assert "missing_feeds" not in answer.body


def test_an_outage_is_bridged_by_the_last_answer_opens_one_breaker_for_all_and_ends_by_itself(
    stack: Address, company: Companies
) -> None:
    power = company("power")
    first = power.bills(CODE, TELEPHONE)
    assert first.status == 200, first
    power.does("error")
    time.sleep(LIMITS["cache_seconds"])
    stale = power.bills(CODE, TELEPHONE)
    assert stale.status == 200, stale
    assert (stale.body["stale"], stale.body["as_of"]) == (True, first.body["as_of"])
    assert stale.body["records"] == first.body["records"]

    # Whoever asks what was never answered is told so; the fifth failure opens the breaker.
    def down() -> None:
        answer = power.bills(OTHER, OTHERS)
        refused(answer, 503)
        assert answer.headers["Retry-After"]

    down()
    before, began = power.requests, time.monotonic()
    for _ in range(5):
        down()
        assert power.bills(CODE, TELEPHONE).body["stale"]
    # While it is open nobody calls, but for one probe in each of its rests.
    assert power.requests - before <= 1 + (time.monotonic() - began) / LIMITS["open_seconds"]
    with settings_of(stack, LOOKUPS_TABLE=stack.outputs["LookupsTable"]):
        from chalicelib.lookups.upstream.breaker_store import GateStore

        assert GateStore().gate("power").open, "what an instance that has never called reads first"
    power.does("ok")
    wait(lambda: power.bills(CODE, TELEPHONE).body["stale"] is False)
    answer = power.bills(OTHER, OTHERS)
    assert (answer.status, answer.body["stale"]) == (200, False)


def test_of_many_who_ask_at_once_after_a_rest_one_makes_the_probe(stack: Address, company: Companies) -> None:
    # One person alone may not have so many questions open at once.
    tokens = [sign_in(stack).access_token for _ in range(AT_ONCE)]
    water = company("water")
    water.does("error")
    for _ in range(2):
        refused(water.bills(WATER, TELEPHONE), 503)
    water.does("slow")
    time.sleep(LIMITS["open_seconds"])
    before, began = water.requests, time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as people:
        answers = list(people.map(lambda token: water.bills(WATER, TELEPHONE, token).status, tokens))
    rests = (time.monotonic() - began) // LIMITS["open_seconds"]
    assert answers == [503] * AT_ONCE
    assert 1 <= water.requests - before <= 1 + rests


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("power", "malformed"), ("power", "captcha"), ("power", "throttled"), ("water", "malformed"),
        ("water", "captcha"), ("water", "wrong_customer"), ("water", "hang"),
    ],
)  # fmt: skip
def test_nonsense_and_silence_are_no_bills_and_do_not_hold_us_up(company: Companies, name: str, fault: str) -> None:
    asked = company(name)
    asked.does(fault)
    before, began = asked.requests, time.monotonic()
    answer = asked.bills({"power": CODE, "water": WATER}[name], TELEPHONE)
    refused(answer, 503)
    assert time.monotonic() - began < LIMITS["budget_seconds"] + 4
    assert asked.requests > before
    assert "robot" not in json.dumps(answer.body)


def test_a_board_is_shown_without_the_company_that_does_not_answer(stack: Address, company: Companies) -> None:
    company("power").does("captcha")
    answer = call(stack, "GET", "/v1/utilities/outages/power/board?area=04261")
    assert answer.status == 200, answer
    assert answer.body["stale"]
    assert answer.body["missing_feeds"] == ["Công ty Điện lực Yên Bái"]
    assert [cut["id"] for cut in answer.body["items"]], "what the unit uploaded stands all the same"


@pytest.fixture(scope="module")
def stores(stack: Address) -> Iterator[tuple[Gates, Paces]]:
    """The stores as functions have them, on a table of the test's own."""
    with table_like(stack, "LookupsTable", "lookups-of-providers") as name, settings_of(stack, LOOKUPS_TABLE=name):
        from chalicelib.lookups.upstream.breaker_store import GateStore, PaceStore

        yield GateStore(), PaceStore()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_table_keeps_the_rules_of_gates(
    stores: tuple[Gates, Paces], rule: Callable[[Gates, str, datetime], None]
) -> None:
    rule(stores[0], rule.__name__, now())


def test_no_second_has_more_calls_than_allowed(stores: tuple[Gates, Paces]) -> None:
    at = now()
    taken = [stores[1].taken("power", second, 3) for second in [at] * 5 + [at + timedelta(seconds=1)]]
    # One whose answer was lost on the way is sent again and counts twice: then a second has fewer, never more.
    assert (taken[0], taken[3:]) == (True, [False, False, True])


@pytest.mark.usefixtures("stores")
def test_an_answer_is_kept_as_it_was_and_ends_by_itself_and_one_too_long_is_not_kept() -> None:
    from chalicelib.lookups.table import Row
    from chalicelib.lookups.upstream.answer_store import MOST_BYTES, AnswerStore

    answers, until = AnswerStore(), now() + timedelta(days=3)
    for key, said in (("bills", '{"điện": 1}'), ("nothing", None)):
        kept = Kept(now(), said)
        answers.keep("power", key, kept, until)
        assert answers.kept("power", key) == kept
        row = Row.row("cache#power", key)
        assert row
        assert row["expires"] == int(to_epoch(until)) + 1
    answers.keep("power", "long", Kept(now(), "x" * MOST_BYTES), until)
    assert answers.kept("power", "long") is None


def test_operators_read_which_company_failed_and_how_and_never_a_code_or_a_secret(stack: Address) -> None:
    lines = [line for group in all_log_lines(stack).values() for line in group]
    said = [json.loads(line) for line in lines if '"provider failed"' in line]
    assert {(line["provider"], line["fault"]) for line in said} >= {
        ("power", "server_error"), ("water", "captcha"), ("water", "malformed"), ("water", "timeout"),
    }  # fmt: skip
    metrics = [json.loads(line) for line in lines if '"BreakerOpened"' in line]
    assert {line["provider"] for line in metrics} >= {"power"}
    private = (CODE, OTHER, WATER, "PA22YB0012999", *SECRETS.values(), SECRETS["water"].partition(":")[2])
    assert not [line for line in lines if any(word in line for word in private)]
