"""The books of a deployed stack: what happened to cases, who is to be told, what was sent, what was published."""

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.request import urlopen

import msgspec

from chalicelib.contracts.feedback_events import FeedbackEventType, event_type
from tests.address import Address
from tests.stack.told import seals_to_come_again

_E = FeedbackEventType

# Who hears of what, as docs/notices.md tells it to people: the channels of each officer, and those of a citizen who chose SMS.
TO_OFFICERS: dict[FeedbackEventType, tuple[str, ...]] = {
    _E.ASSIGNED: ("email", "sms"),
    _E.REOPENED: ("email", "sms"),
    _E.REPLIED: ("email",),
    _E.TIMED_OUT: ("email",),
    _E.RATED: ("email",),
    _E.EXTENSION_GRANTED: ("email",),
    _E.EXTENSION_DENIED: ("email",),
    _E.RETURNED: ("email", "sms"),
    _E.REMINDED: ("email", "sms"),
    _E.RESCHEDULED: ("email",),
    _E.MERGED: ("email",),
    _E.WITHDRAWN: ("email",),
}
# And those of who watches over the agency, of matters that are not urgent; no case of these books is.
TO_WATCHERS: dict[FeedbackEventType, tuple[str, ...]] = {_E.REOPENED: ("email",)}
WATCHERS = ("watching focal", "watching deputy")
TO_REPORTER: dict[FeedbackEventType, tuple[str, ...]] = {
    _E.SUBMITTED: ("inbox", "sms"),
    _E.ASSIGNED: ("inbox", "sms"),
    _E.ACCEPTED: ("inbox",),
    _E.ASKED: ("inbox", "sms"),
    _E.ANSWERED: ("inbox", "sms"),
    _E.MERGED: ("inbox", "sms"),
    _E.SPLIT: ("inbox", "sms"),
    _E.HIDDEN: ("inbox", "sms"),
    _E.UNHIDDEN: ("inbox", "sms"),
    _E.REOPENED: ("inbox", "sms"),
    _E.CLOSED: ("inbox",),
}
# Heard of by a queue though nobody is told: a holder who gives a case back.
SEEN_BY_AGENCIES = frozenset(TO_OFFICERS) | {_E.GIVEN_BACK}

Item = dict[str, Any]


class Key(NamedTuple):
    """What may exist once: a message to one recipient on one channel about one event.

    The recipient is `citizen`, an officer's role, or `watching` and the role of one at another agency than the event's.
    """

    event: str
    recipient: str
    channel: str


@dataclass(frozen=True)
class Entry:
    """One line of a case's history, as the table has it."""

    event: str
    type: FeedbackEventType
    action: str


class Ledger:
    """The books about some cases, all read from the tables and the outboxes by an operator, never from the API."""

    def __init__(self, stack: Address, codes: Iterable[str], officers: Iterable[str] = ("focal", "deputy")) -> None:
        self._stack = stack
        self._codes = tuple(codes)
        self._officers = tuple(officers)

    def entries(self) -> list[Entry]:
        """Every history entry of the cases; a case's sequence has no gap and no double."""
        found = []
        for code in self._codes:
            key = {"code": {"S": code}, "part": {"S": "head"}}
            head = self._dynamodb.get_item(TableName=self._stack.outputs["CasesTable"], Key=key, ConsistentRead=True)[
                "Item"
            ]
            lines = [msgspec.json.decode(line["S"]) for line in head["history"]["L"]]
            assert [line[0] for line in lines] == list(range(1, len(lines) + 1)), code
            assert int(head["version"]["N"]) == len(lines), code
            found += [Entry(f"{code}#{line[0]}", event_type(line[2], line[5]), line[2]) for line in lines]
        return found

    def expected(self) -> Counter[Key]:
        """What has to be told about the histories, by this module's own tables."""
        keys: Counter[Key] = Counter()
        for entry in self.entries():
            keys.update(Key(entry.event, "citizen", channel) for channel in TO_REPORTER.get(entry.type, ()))
            keys.update(
                Key(entry.event, role, channel)
                for channel in TO_OFFICERS.get(entry.type, ())
                for role in self._officers
            )
            watched = TO_WATCHERS.get(entry.type, ())
            keys.update(Key(entry.event, role, channel) for channel in watched for role in WATCHERS)
        return keys

    def notices(self) -> dict[Key, Item]:
        """The rows of notices, one a message."""
        return {
            Key(event, _whom(row), row["sk"].rpartition("#")[2]): row | json.loads(row["facts"])
            for event, row in self._rows()
            if row["sk"].startswith("notice#")
        }

    def inbox(self) -> Counter[Key]:
        """The lines of inboxes about the cases."""
        scan = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._stack.outputs["NoticesTable"], ConsistentRead=True
        )
        rows = [_plain(item) for page in scan for item in page["Items"]]
        events = [json.loads(row["facts"])["event"] for row in rows if row["pk"].startswith("inbox#")]
        return Counter(Key(event, "citizen", "inbox") for event in events if event.partition("#")[0] in self._codes)

    def unseen(self) -> list[str]:
        """Events that a consumer had to see and did not: `<event> <consumer>`."""
        seen = {f"{event} {row['sk'].removeprefix('seen#')}" for event, row in self._rows() if "seen#" in row["sk"]}
        due = [f"{entry.event} agencies" for entry in self.entries() if entry.type in SEEN_BY_AGENCIES]
        due += [f"{entry.event} citizens" for entry in self.entries() if entry.type in TO_REPORTER]
        return [line for line in due if line not in seen]

    def sent(self) -> Counter[str]:
        """The providers' own numbers of all that went out about the cases, from the outboxes."""
        return Counter(
            message["MessageId"]
            for message in outbox(self._stack)
            if any(code in (message.get("Subject") or message["Message"]) for code in self._codes)
        )

    def audit(self) -> "Audit":
        """Compares them all: histories, rows, marks, inboxes, outboxes."""
        expected, rows, inbox, sent = self.expected(), self.notices(), self.inbox(), self.sent()
        kept = Counter(rows.keys()) + inbox
        settled = {"sent", "obsolete"}
        return Audit(
            entries=len(self.entries()),
            told=sum(kept.values()),
            sends=sum(sent.values()),
            overtaken=sum(row["state"] == "obsolete" for row in rows.values()),
            lost=[*(expected - kept), *(key for key, row in rows.items() if row["state"] not in settled)],
            twice=[
                *(kept - expected),
                *(key for key, row in rows.items() if row["state"] == "sent" and row["sends"] != 1),
                *(sent - Counter(row["message_id"] for row in rows.values() if row["state"] == "sent")),
            ],
            unseen=self.unseen(),
            unsent=[
                row["message_id"] for row in rows.values() if row["state"] == "sent" and row["message_id"] not in sent
            ],
        )

    def _rows(self) -> Iterator[tuple[str, Item]]:
        for entry in self.entries():
            answer = self._dynamodb.query(
                TableName=self._stack.outputs["NoticesTable"],
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"event#{entry.event}"}},
                ConsistentRead=True,
            )
            yield from ((entry.event, _plain(item)) for item in answer["Items"])

    @property
    def _dynamodb(self) -> Any:
        return self._stack.client("dynamodb")


@dataclass(frozen=True)
class Audit:
    """What the books come to. Everything but the figures has to be empty.

    `lost` was to be told and is not recorded or not settled, `twice` went out or stands there more often than it should,
    `unsent` is sent by our books and in no outbox, `unseen` has no mark of its consumer.
    """

    entries: int
    told: int
    sends: int
    overtaken: int
    lost: list[Any] = field(default_factory=list)
    twice: list[Any] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.twice or self.unseen or self.unsent)

    def __str__(self) -> str:
        return (
            f"{self.entries} ledger rows, {self.told} messages owed and recorded, {self.sends} handed to providers, "
            f"{self.overtaken} overtaken; {len(self.lost) + len(self.unseen) + len(self.unsent)} lost, {len(self.twice)} twice"
        )


def outbox(stack: Address) -> list[Item]:
    """Every e-mail and SMS that the providers took."""
    letters = _page(stack, "ses/messages")["messages"].values()
    texts = _page(stack, "sns/sms-messages")["sms_messages"].values()
    return [message for part in (*letters, *texts) for message in part]


class Tap:
    """A queue of our own at the topic, as an agency with a system of its own would have: it gets every event."""

    def __init__(self, stack: Address, url: str) -> None:
        self._sqs = stack.client("sqs")
        self._sns = stack.client("sns")
        self._topic = stack.outputs["FeedbackEventsTopic"]
        self._url = url
        self._messages: list[Item] = []

    def messages(self) -> list[Item]:
        """All messages so far, in the order in which they were got."""
        while found := self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages"):
            self._messages += found
            handles = [{"Id": str(place), "ReceiptHandle": one["ReceiptHandle"]} for place, one in enumerate(found)]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=handles)
        return list(self._messages)

    def events(self) -> Counter[str]:
        """How often each event came, by its id."""
        return Counter(json.loads(message["Body"])["id"] for message in self.messages())

    def publish_again(self, message: Item) -> None:
        """Publish an event once more, exactly as it was."""
        attributes = {
            name: {"DataType": value["DataType"], "StringValue": value["StringValue"]}
            for name, value in message["MessageAttributes"].items()
        }
        self._sns.publish(TopicArn=self._topic, Message=message["Body"], MessageAttributes=attributes)


@contextmanager
def tapped(stack: Address) -> Iterator[Tap]:
    """A tap at the topic, while it lasts."""
    sqs, sns = stack.client("sqs"), stack.client("sns")
    url = sqs.create_queue(QueueName=f"tap-{secrets.token_hex(4)}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = stack.outputs["FeedbackEventsTopic"]
    allowed = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    try:
        yield Tap(stack, url)
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=url)


def still(stack: Address, read: Callable[[], Any] = lambda: None, seconds: float = 60) -> None:
    """Wait until no queue has anything left and the outboxes, and what `read` gives, have stood still for two seconds."""
    ends, before, since = time.monotonic() + seconds, None, time.monotonic()
    while True:
        now = (_waiting(stack), len(outbox(stack)), read())
        if now != before:
            before, since = now, time.monotonic()
        if now[0] == 0 and time.monotonic() - since > 2:
            return
        assert time.monotonic() < ends, f"it does not come to rest: {now}"
        time.sleep(0.4)


def _waiting(stack: Address) -> int:
    """How many messages wait or are being handled in the queues about cases, but for seals, which come again minutes later."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    of_cases = {name for name in stack.outputs if name.endswith("Queue") and not name.endswith("DeadQueue")} - {
        "UploadsQueue"
    }
    queues = [stack.outputs[name] for name in of_cases]
    assert len(queues) == 4
    found = [stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names) for url in queues]
    return sum(int(answer["Attributes"][name]) for answer in found for name in names) - seals_to_come_again(
        stack, *queues
    )


def _whom(row: Item) -> str:
    _, recipient, _ = row["sk"].split("#")
    side, _, officer = recipient.partition(":")
    agency, _, role = officer.partition(":")
    if side == "citizen":
        return side
    return role if agency == json.loads(row["facts"])["agency"] else f"watching {role}"


def _plain(item: Item) -> Item:
    return {name: next(iter(value.values())) for name, value in item.items()}


def _page(stack: Address, name: str) -> Item:
    with urlopen(f"{stack.emulator_url}/_ministack/{name}", timeout=30) as answer:
        page: Item = json.load(answer)
    return page
