"""One case of one person on a deployed stack, and an operator's view of the notices about it."""

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.request import urlopen

from tests.address import Address
from tests.stack.people import Person, call, sign_in

LINK = re.compile(r"https?://[^\s\"<>]+/a/[0-9A-Za-z_-]+")
MATTER = {
    "category": "sat_lo",
    "title": "Sạt lở <b>ở</b> Km 5",
    "text": "Đất đá tràn xuống đường sau mưa, xe máy không qua được. <script>alert(1)</script>",
    "location": {"lat": 21.709, "long": 104.895, "address": "Km 5, trước cổng trường"},
}


def wait(holds: Callable[[], Any], seconds: float = 30) -> Any:
    """What becomes true within some seconds."""
    ends = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.2)
    return found


def mails(stack: Address, code: str) -> list[dict[str, Any]]:
    """The e-mails about a case, in the order of sending."""
    with urlopen(f"{stack.emulator_url}/_ministack/ses/messages", timeout=30) as answer:
        found = [message for account in json.load(answer)["messages"].values() for message in account]
    return [message for message in found if code in message["Subject"]]


def all_texts(stack: Address, code: str) -> list[dict[str, str]]:
    """The SMS about a case, to whomever."""
    with urlopen(f"{stack.emulator_url}/_ministack/sns/sms-messages", timeout=30) as answer:
        found = [message for number in json.load(answer)["sms_messages"].values() for message in number]
    return [message for message in found if code in message["Message"]]


@dataclass
class Matter:
    """A case, its reporter, and the id of the request that submitted it."""

    stack: Address
    person: Person
    code: str
    request: str

    def by_reporter(self, action: str, body: Mapping[str, Any]) -> None:
        self._act(f"/v1/feedback/{self.code}/{action}", body, self.person.access_token)

    def by_link(self, link: str, action: str, body: Mapping[str, Any]) -> None:
        self._act(f"/v1/work/{link}/{action}", body, "")

    def _act(self, path: str, body: Mapping[str, Any], token: str) -> None:
        answer = call(self.stack, "POST", path, dict(body), token=token, Idempotency_Key=secrets.token_hex(8))
        assert answer.status < 300, answer

    @cached_property
    def agency(self) -> str:
        return str(wait(lambda: self.case()["agency"])["code"])

    def case(self) -> Any:
        return call(self.stack, "GET", f"/v1/feedback/{self.code}", token=self.person.access_token).body

    def rows(self, event: int) -> list[dict[str, Any]]:
        """The rows of the table Notices about one event."""
        answer = self.stack.client("dynamodb").query(
            TableName=self.stack.outputs["NoticesTable"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"event#{self.code}#{event}"}},
            ConsistentRead=True,
        )
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in answer["Items"]]

    def notices(self, event: int) -> list[dict[str, Any]]:
        return [row | json.loads(row["facts"]) for row in self.rows(event) if row["sk"].startswith("notice#")]

    def settled(self, event: int, least: int) -> list[dict[str, Any]]:
        """The notices of an event once there are so many and all are sent."""

        def sent() -> list[dict[str, Any]]:
            found = self.notices(event)
            return found if len(found) >= least and all(row["state"] == "sent" for row in found) else []

        return list(wait(sent))

    def counts(self) -> tuple[int, int]:
        """How many e-mails and how many SMS there were about the case."""
        return len(mails(self.stack, self.code)), len(all_texts(self.stack, self.code))

    def event(self, kind: str, seq: int) -> dict[str, Any]:
        """An event about the case, under any number."""
        case = self.case()
        return {
            "v": 1, "id": f"{self.code}#{seq}", "type": kind, "code": self.code, "seq": seq,
            "at": datetime.now(UTC).isoformat(), "status": case["status"], "category": case["category"],
            "area": case["area"], "level": case["level"], "agency": self.agency, "assignment": 1, "cid": "again",
        }  # fmt: skip


def submit(stack: Address, category: str = "sat_lo", **profile: Any) -> Matter:
    """A new case of a new person, who has set the profile first."""
    person = sign_in(stack)
    if profile:
        assert call(stack, "PATCH", "/v1/me", profile, token=person.access_token).status == 200
    answer = call(
        stack, "POST", "/v1/feedback", MATTER | {"category": category}, token=person.access_token,
        Idempotency_Key=secrets.token_hex(8),
    )  # fmt: skip
    assert answer.status == 201, answer
    return Matter(stack, person, answer.body["code"], answer.headers["X-Request-Id"])


def empty(stack: Address, queue: str) -> bool:
    """Whether the queue of that output has nothing left, in view or out of it, but for seals, which come again minutes later."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = stack.client("sqs").get_queue_attributes(QueueUrl=stack.outputs[queue], AttributeNames=names)
    left = sum(int(answer["Attributes"][name]) for name in names)
    return left == 0 or left == seals_to_come_again(stack, stack.outputs[queue])


def seals_to_come_again(stack: Address, *queues: str) -> int:
    """How many seals in these queues were handled once and wait for the second look that the notices take at each."""
    with urlopen(f"{stack.emulator_url}/_ministack/sqs/messages", timeout=30) as answer:
        lying = json.load(answer)["messages"]
    named = {url.rpartition("/")[2] for url in queues}
    return sum(
        "FeedbackSealed" in message["Body"] and message["ReceiveCount"] > 0 and not message["IsVisible"]
        for account in lying.values()
        for region in account.values()
        for url, messages in region.items()
        if url.rpartition("/")[2] in named
        for message in messages
    )


def function_name(stack: Address, logical: str) -> str:
    """The physical name of a function."""
    described = stack.client("cloudformation").describe_stack_resource(
        StackName=stack.stack_name, LogicalResourceId=logical
    )
    return str(described["StackResourceDetail"]["PhysicalResourceId"])


def run(stack: Address, logical: str, event: Mapping[str, Any]) -> Any:
    """Call a function as its source would; its answer, once it is found not to have failed."""
    answer = stack.client("lambda").invoke(FunctionName=function_name(stack, logical), Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def schedule(at: datetime | None = None) -> dict[str, Any]:
    """What EventBridge sends to a scheduled function at that moment, or now."""
    moment = at or datetime.now(UTC)
    return {
        "version": "0", "id": "x", "detail-type": "Scheduled Event", "source": "aws.events", "account": "000000000000",
        "time": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "region": "ap-southeast-1", "resources": [], "detail": {},
    }  # fmt: skip


def put_back(matter: Matter, row: Mapping[str, Any], **facts: Any) -> None:
    """Make a sent notice one that was recorded, was never sent, and is due."""
    due = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    changed = json.loads(row["facts"]) | {"not_before": due, "due_at": due, "sends": 0, "message_id": ""} | facts
    matter.stack.client("dynamodb").update_item(
        TableName=matter.stack.outputs["NoticesTable"],
        Key={"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}},
        UpdateExpression="SET #s = :s, attempt = :a, due_at = :d, due_shard = :h, facts = :f",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={
            ":s": {"S": "recorded"}, ":a": {"N": "0"}, ":d": {"S": due}, ":h": {"S": "d0"}, ":f": {"S": json.dumps(changed)},
        },
    )  # fmt: skip
