"""Logs, metrics, queues and streams of events hold no personal data, no words of a case, no tokens."""

import json
import secrets
import time
from typing import Any
from urllib.request import urlopen

import pytest

from tests.address import Address
from tests.stack.logbook import all_log_lines
from tests.stack.matters import JPEG, RESULT, Case, send, submission, submit, upload, wait
from tests.stack.people import Person, call, sign_in

NAME = f"Nguyễn Thị Mẫu {secrets.token_hex(4)}"
WORDS = f"Nhà hàng xóm {secrets.token_hex(6)} đốt rác mỗi tối, khói vào phòng trẻ nhỏ."
QUESTION = f"Xin cho biết số nhà {secrets.token_hex(6)} ở đâu?"
REPLY = f"Nhà số {secrets.token_hex(6)}, gọi cửa sau 17 giờ."
ADDRESS = f"Hẻm {secrets.token_hex(6)}"


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """Somebody with a name."""
    somebody = sign_in(stack)
    call(stack, "PATCH", "/v1/me", {"name": NAME}, token=somebody.access_token)
    return somebody


@pytest.fixture(scope="module")
def case(stack: Address, person: Person) -> Case:
    """A private case that has been through everything, mistakes included."""
    place = {"lat": 21.709123, "long": 104.895123, "address": ADDRESS, "area": "04252"}
    made = submit(
        stack, person, category="rac_thai", text=WORDS, visibility="private", share_contact=True, location=place
    )
    made.until("assigned")
    granted = made.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    upload(granted, JPEG)
    wait(lambda: made.view()["photos"])
    made.work("answer", {"result": "Vâng", "x": WORDS})
    made.work("accept")
    made.work("ask", {"question": QUESTION})
    made.act("reply", {"text": REPLY})
    made.work("reply", {"text": REPLY})
    made.opened()
    made.work("answer", {"result": RESULT})
    made.act("rate", {"rating": "unsatisfied", "reason": REPLY})
    made.act("rate", {"rating": "unsatisfied", "reason": REPLY})
    made.link(2)
    call(stack, "GET", f"/v1/feedback/{made.code}?phone={person.phone}", token=person.access_token)
    time.sleep(3)
    return made


def told(case: Case) -> dict[str, str]:
    """What must be nowhere, by its name."""
    token = case.person.access_token
    return {
        "name": NAME, "phone": case.person.phone, "phone without +84": case.person.phone[3:], "words": WORDS, "question": QUESTION,
        "reply": REPLY, "address": ADDRESS, "latitude": "21.709123", "link": case.link().split("-", 2)[2],
        "second link": case.link(2).split("-", 2)[2], "token": token[-40:], "claims": token.split(".")[1][:60],
        "refresh token": case.person.refresh_token[-40:],
    }  # fmt: skip


def found(text: str, case: Case) -> set[str]:
    """The names of what is in the text, as it is or escaped for JSON."""
    return {name for name, secret in told(case).items() if secret in text or json.dumps(secret)[1:-1] in text}


def test_no_log_holds_what_is_private(stack: Address, case: Case) -> None:
    lines = all_log_lines(stack)
    assert sum(case.code in line for group in lines.values() for line in group) > 0, "the case itself is known to logs"
    assert {group: names for group, told in lines.items() if (names := found("\n".join(told), case))} == {}


def test_no_message_in_a_queue_holds_what_is_private(stack: Address, case: Case) -> None:
    with urlopen(f"{stack.emulator_url}/_ministack/sqs/messages", timeout=30) as answer:
        messages: Any = json.load(answer)
    assert found(json.dumps(messages, ensure_ascii=False), case) == set()


def test_the_head_of_a_private_case_carries_no_words_into_the_stream(stack: Address, case: Case) -> None:
    key = {"code": {"S": case.code}, "part": {"S": "head"}}
    head = stack.client("dynamodb").get_item(TableName=stack.outputs["CasesTable"], Key=key)["Item"]
    assert found(json.dumps(head, ensure_ascii=False), case) == set()


def test_keys_of_callers_are_kept_as_hashes_alone(stack: Address, person: Person) -> None:
    key = f"key-{secrets.token_hex(12)}"
    code = send(stack, person, submission(), key).body["code"]
    again = Case(stack, person, code)
    again.act("withdraw", Idempotency_Key=key + "-withdraw")
    items = stack.client("dynamodb").query(
        TableName=stack.outputs["CasesTable"],
        KeyConditionExpression="code = :code",
        ExpressionAttributeValues={":code": {"S": code}},
    )["Items"]
    assert items
    assert key not in json.dumps(items)
