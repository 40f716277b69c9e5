"""Handlers that no person calls: batches of messages, the stream's relay, schedules."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from chalice.app import CloudWatchEvent, DynamoDBEvent, SQSEvent

from chalicelib.runtime.messages import consumer, relay_records, task
from chalicelib.runtime.observability import count, flush


@dataclass(frozen=True)
class Told:
    """A message."""

    id: str
    cid: str = ""


@dataclass
class Context:
    """What a function is told about its invocation."""

    aws_request_id: str = "request-1"


def batch(*bodies: str) -> SQSEvent:
    records = [
        {"messageId": f"m{place}", "body": body, "receiptHandle": "r", "eventSource": "aws:sqs"}
        for place, body in enumerate(bodies)
    ]
    return SQSEvent({"Records": records}, None)


def failed(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def test_every_message_reaches_the_handler_typed() -> None:
    got: list[Told] = []
    answer = consumer("test", Told)(got.append)(batch('{"id": "a", "cid": "c"}', '{"id": "b", "new_field": 1}'))
    assert got == [Told("a", "c"), Told("b")]
    assert failed(answer) == []


def test_a_bad_message_comes_again_alone() -> None:
    got: list[str] = []

    @consumer("test", Told)
    def handle(told: Told) -> None:
        if told.id == "poison":
            raise RuntimeError(told.id)
        got.append(told.id)

    answer = handle(batch('{"id": "a"}', '{"id": "poison"}', "no json", '{"cid": "no id"}', "", '{"id": "b"}'))
    assert got == ["a", "b"]
    assert failed(answer) == ["m1", "m2", "m3", "m4"]


def test_failed_messages_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    consumer("test", Told)(lambda _: None)(batch("x", "y"))
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [line["MessagesFailed"] for line in counted] == [[2.0]]


def image(**values: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items()}


def stream(*changes: dict[str, Any]) -> DynamoDBEvent:
    records = [
        {
            "eventID": str(place), "eventName": "MODIFY", "awsRegion": "x", "eventSourceARN": "arn:stream",
            "dynamodb": {"SequenceNumber": f"s{place}", "Keys": {}, "StreamViewType": "NEW_AND_OLD_IMAGES"} | change,
        }
        for place, change in enumerate(changes)
    ]  # fmt: skip
    return DynamoDBEvent({"Records": records}, None)


def test_the_relay_sees_both_images_in_order() -> None:
    seen: list[tuple[Any, Any]] = []

    @relay_records("test")
    def relay(old: dict[str, Any] | None, new: dict[str, Any]) -> int:
        seen.append((old, new))
        return 1

    event = stream(
        {"NewImage": image(v="1")}, {"OldImage": image(v="1"), "NewImage": image(v="2")}, {"OldImage": image(v="2")}
    )
    assert relay(event) == {"events": 2}
    assert seen == [(None, image(v="1")), (image(v="1"), image(v="2"))]


def test_the_relay_stops_at_the_first_failure_so_that_order_is_kept() -> None:
    seen: list[str] = []

    @relay_records("test")
    def relay(old: dict[str, Any] | None, new: dict[str, Any]) -> int:
        if new["v"]["S"] == "2":
            raise ConnectionError
        seen.append(new["v"]["S"])
        return 1

    with pytest.raises(ConnectionError):
        relay(stream(*({"NewImage": image(v=str(number))} for number in (1, 2, 3))))
    assert seen == ["1"]


def scheduled() -> CloudWatchEvent:
    event = {
        "version": "0", "account": "0", "region": "x", "detail": {}, "detail-type": "Scheduled Event", "source": "aws.events",
        "time": "2023-05-23T07:05:00Z", "id": "1", "resources": [],
    }  # fmt: skip
    return CloudWatchEvent(event, Context())  # type: ignore[arg-type]


def test_a_task_that_ran_beats_and_returns_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert task("Test")(lambda event: {"done": 3})(scheduled()) == {"done": 3}
    assert '"TestHeartbeat":[1.0]' in capsys.readouterr().out


def test_a_task_that_failed_does_not_beat_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    @task("Test")
    def fail(event: Any) -> dict[str, int]:
        raise ConnectionError("the table")

    with pytest.raises(ConnectionError):
        fail(scheduled())
    assert "Heartbeat" not in capsys.readouterr().out


def test_handlers_keep_their_names_for_packaging() -> None:
    def named(event: Any) -> Any:
        return {}

    assert consumer("x", Told)(named).__name__ == task("x")(named).__name__ == "named"


def test_metrics_are_written_once_and_only_if_there_are_any(capsys: pytest.CaptureFixture[str]) -> None:
    flush()
    assert capsys.readouterr().out == ""
    count("Once", 2)
    flush()
    flush()
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["Once"] == [2.0]
