"""What can break on a deployed stack, as contexts that break it and mend it again: topic, queues, stream, providers, functions."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from chalicelib.notices.model import MOST_ATTEMPTS
from tests.address import Address
from tests.stack.ledger import Ledger
from tests.stack.told import function_name, run, schedule

NOTHING = {"type": ["NothingOfThisKind"]}


@contextmanager
def topic_refusing(stack: Address) -> Iterator[None]:
    """SNS refuses every event, whoever publishes it."""
    sns, topic = stack.client("sns"), stack.outputs["FeedbackEventsTopic"]
    whole = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    refusal = {"Sid": "Fault", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    document = json.loads(whole)
    broken = json.dumps({**document, "Statement": [*document["Statement"], refusal]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=broken)
    try:
        yield
    finally:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=whole)


@contextmanager
def queues_missing_events(stack: Address) -> Iterator[None]:
    """What the topic takes reaches none of the consumers' queues, now or later."""
    sns, topic = stack.client("sns"), stack.outputs["FeedbackEventsTopic"]
    listed = [
        one["SubscriptionArn"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if "tap-" not in one["Endpoint"]
    ]  # fmt: skip
    whole = {arn: sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["FilterPolicy"] for arn in listed}

    def turn(policies: dict[str, str]) -> None:
        for arn, policy in policies.items():
            sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue=policy)

    assert len(listed) == 3
    turn(dict.fromkeys(listed, json.dumps(NOTHING)))
    try:
        yield
    finally:
        turn(whole)


@contextmanager
def relay_missing_changes(stack: Address) -> Iterator[None]:
    """What the stream brings passes the relay by, now and for ever."""
    functions, name = stack.client("lambda"), function_name(stack, "Relay")
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    nothing = {"Filters": [{"Pattern": json.dumps({"eventName": ["NOTHING"]})}]}

    def turn(criteria: Any) -> None:
        functions.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria=criteria)

    turn(nothing)
    try:
        yield
        time.sleep(2)  # the poller reads on once a second
    finally:
        turn(mapping["FilterCriteria"])


@contextmanager
def not_permitted(stack: Address, logical: str, *sids: str) -> Iterator[None]:
    """A function lacks the permissions of these statements of its policy."""
    iam, name = stack.client("iam"), function_name(stack, logical)
    role = stack.client("lambda").get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    kept = [statement for statement in whole["Statement"] if statement["Sid"] not in sids]
    assert len(kept) == len(whole["Statement"]) - len(sids)

    def turn(document: dict[str, Any]) -> None:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))

    turn({**whole, "Statement": kept})
    try:
        yield
    finally:
        turn(whole)


@contextmanager
def redelivered_after(stack: Address, queue: str, seconds: int) -> Iterator[None]:
    """What a consumer of that queue did not finish comes again after so many seconds instead of minutes."""
    sqs, url = stack.client("sqs"), stack.outputs[queue]
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=usual)


def let_pass(stack: Address, rows: list[dict[str, Any]], minutes: float) -> None:
    """Let time pass for rows of notices: whatever they wait for is so much nearer."""
    for row in rows:
        facts = json.loads(row["facts"])
        moved = {
            name: _earlier(facts[name], minutes) for name in ("not_before", "due_at", "lease_until") if facts.get(name)
        }
        if "due_at" not in moved:
            continue
        stack.client("dynamodb").update_item(
            TableName=stack.outputs["NoticesTable"],
            Key={"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}},
            UpdateExpression="SET facts = :f, due_at = :d",
            ExpressionAttributeValues={":f": {"S": json.dumps({**facts, **moved})}, ":d": {"S": moved["due_at"]}},
        )


def catch_up(stack: Address, codes: Iterable[str]) -> None:
    """Send what faults have left due about these cases, so that it does not turn up in a later test."""
    books = Ledger(stack, codes)
    for _ in range(MOST_ATTEMPTS):
        due = [row for row in books.notices().values() if row.get("due_at")]
        if not due:
            return
        let_pass(stack, due, 61)
        run(stack, "Resend", schedule())
    raise AssertionError(f"still due: {due}")


def _earlier(moment: str, minutes: float) -> str:
    moved = datetime.fromisoformat(moment) - timedelta(minutes=minutes)
    return moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")
