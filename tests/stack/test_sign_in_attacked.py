"""Signing in under attack on the deployed stack: races, guesses, haste and forged addresses; each SMS counted."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.address import Address
from tests.gateway import event
from tests.stack.accounts_table import forget_addresses, grow_older, items
from tests.stack.people import Answer, ask_code, call, give_code, last_code, sample_phone, texts, wrong_code

AT_ONCE, CALLS = 10, 12
# What proxies write about a caller; only the gateway's own word counts.
HEADERS = (
    "X-Forwarded-For",
    "X-Real-IP",
    "Forwarded",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Client-IP",
    "Client-IP",
    "Via",
)


@pytest.fixture(scope="module")
def counted(proven: Callable[[str, str], None]) -> Iterator[dict[str, str]]:
    """What each test has counted."""
    told: dict[str, str] = {}
    yield told
    proven("d", "; ".join(told.values()))


def test_of_ten_right_codes_at_once_one_gets_tokens(stack: Address, counted: dict[str, str]) -> None:
    # The first round, of wrong codes, wakes as many functions as the second needs to work side by side.
    for right in (False, True):
        phone = sample_phone()
        sessions = [ask_code(stack, phone, key="a-key-of-the-app").body["session"] for _ in range(AT_ONCE)]
        code = last_code(stack, phone) if right else wrong_code(stack, phone)
        answers = at_once(lambda session, phone=phone, code=code: give_code(stack, phone, code, session), sessions)  # type: ignore[misc]
        assert len(texts(stack, phone)) == 1
    statuses = sorted(answer.status for answer in answers)
    tokens = {answer.body["access_token"] for answer in answers if answer.status == 200}
    assert (statuses, len(tokens)) == ([200] + [401] * (AT_ONCE - 1), 1)
    counted["race"] = f"{AT_ONCE} right codes at once: {len(tokens)} token, 1 SMS"


def at_once(do: Callable[[str], Answer], sessions: list[str]) -> list[Answer]:
    with ThreadPoolExecutor(len(sessions)) as threads:
        return list(threads.map(do, sessions))


def test_after_five_wrong_guesses_no_other_is_heard(stack: Address, counted: dict[str, str]) -> None:
    phone = sample_phone()
    sessions = [ask_code(stack, phone).body["session"]]
    for _ in range(5):
        wrong = give_code(stack, phone, wrong_code(stack, phone), sessions[-1])
        assert (wrong.status, "session" in wrong.body) == (401, True)
        sessions.append(wrong.body["session"])
    later = [(code, session) for session in sessions for code in (wrong_code(stack, phone), last_code(stack, phone))]
    answers = [give_code(stack, phone, code, session) for code, session in later]
    assert {(answer.status, "session" in answer.body) for answer in answers} == {(401, False)}
    assert len(texts(stack, phone)) == 1
    counted["guesses"] = f"5 wrong guesses, then {len(answers)} wrong and right ones refused, 1 SMS"


def test_a_code_comes_again_after_61_seconds_and_not_after_59(stack: Address, counted: dict[str, str]) -> None:
    phone = sample_phone()
    first = ask_code(stack, phone).body["session"]
    grow_older(stack, first, 57)
    early = ask_code(stack, phone)
    assert early.status == 429
    assert 1 <= int(early.headers["Retry-After"]) <= 3
    assert len(texts(stack, phone)) == 1
    grow_older(stack, first, 4)
    assert ask_code(stack, phone).status == 200
    assert len(texts(stack, phone)) == 2
    counted["haste"] = "resend refused before 60 s and sent after 61 s, 2 SMS"


def forged(number: int) -> dict[str, str]:
    """Every header that proxies write, with an address that is new each time."""
    return dict.fromkeys(HEADERS, f"198.51.100.{number}")


def calls(stack: Address) -> Mapping[str, int]:
    """How often each network address has asked for a code in this hour."""
    return {item["id"]["S"]: int(item["calls"]["N"]) for item in items(stack) if item["id"]["S"].startswith("address#")}


def test_a_forged_address_neither_hides_a_caller_nor_gives_another_try(stack: Address, counted: dict[str, str]) -> None:
    if (left := 3600 - time.time() % 3600) < 60:
        time.sleep(left)  # with the next hour the counts begin anew
    forget_addresses(stack)
    for number in range(CALLS):
        assert call(stack, "POST", "/v1/auth/code", {"phone": sample_phone()}, **forged(number)).status == 200
    # Past the gateway, which may have taken the headers away: the function as it is called.
    for number in range(CALLS):
        assert invoke(stack, sample_phone(), forged(number))["statusCode"] == 200
    assert sorted(calls(stack).values()) == [CALLS, CALLS]
    use_up(stack)
    phones = [sample_phone() for _ in range(CALLS)]
    for number, phone in enumerate(phones):
        asked = call(stack, "POST", "/v1/auth/code", {"phone": phone}, **forged(100 + number))
        assert asked.status == 429
        assert 1 <= int(asked.headers["Retry-After"]) <= 3600
        assert invoke(stack, phone, forged(100 + number))["statusCode"] == 429
    assert [phone for phone in phones if texts(stack, phone)] == []
    forget_addresses(stack)
    counted["addresses"] = f"{2 * CALLS} forged addresses counted as 2, then {2 * CALLS} refused, 0 SMS"


def invoke(stack: Address, phone: str, headers: Mapping[str, str]) -> Any:
    """A request for a code as the gateway hands it to the function, from one address whatever the headers say."""
    asked = event(
        "POST", "/v1/auth/code", {"phone": phone}, address="203.0.113.77",
        headers={"content-type": "application/json", "idempotency-key": secrets.token_hex(8), **headers},
    )  # fmt: skip
    answer = stack.client("lambda").invoke(FunctionName=stack.outputs["APIHandlerName"], Payload=json.dumps(asked))
    return json.loads(answer["Payload"].read())


def use_up(stack: Address) -> None:
    """Let every address that has asked have asked as often as it may."""
    configured = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs["APIHandlerName"])
    most = configured["Environment"]["Variables"]["CODES_PER_ADDRESS"]
    for address in calls(stack):
        stack.client("dynamodb").update_item(
            TableName=stack.outputs["AccountsTable"], Key={"id": {"S": address}}, UpdateExpression="SET calls = :most",
            ExpressionAttributeValues={":most": {"N": most}},
        )  # fmt: skip
