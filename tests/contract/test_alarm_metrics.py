"""Proof (g), as the template shows it: every alarm watches a metric that our code counts or that AWS gives by itself."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.contract.packaged import Packaged, target
from tests.contract.test_operating import _emitted

Proven = Callable[[str, str], None]
OURS = "YenBaiS"

# AWS's own metrics, with the dimensions under which they are given: the monitoring pages of each service's guide.
AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): ("QueueName",),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): ("QueueName",),
    ("AWS/Lambda", "Errors"): ("FunctionName",),
    ("AWS/Lambda", "Throttles"): ("FunctionName",),
    ("AWS/Lambda", "IteratorAge"): ("FunctionName",),
    ("AWS/SNS", "NumberOfNotificationsFailed"): ("TopicName",),
    ("AWS/SNS", "SMSMonthToDateSpentUSD"): (),
    ("AWS/Events", "FailedInvocations"): ("RuleName",),
    ("AWS/ApiGateway", "5XXError"): ("ApiName", "Stage"),
    ("AWS/ApiGateway", "Latency"): ("ApiName", "Stage"),
    ("AWS/SES", "Reputation.BounceRate"): (),
    ("AWS/SES", "Reputation.ComplaintRate"): (),
    ("AWS/DynamoDB", "WriteThrottleEvents"): ("TableName",),
}
# What a dimension names, as the type of the resource it has to be.
NAMED = {
    "QueueName": "AWS::SQS::Queue",
    "FunctionName": "AWS::Lambda::Function",
    "TopicName": "AWS::SNS::Topic",
    "RuleName": "AWS::Events::Rule",
    "TableName": "AWS::DynamoDB::Table",
}
# A service gives these only where there is something to count: a stream to read.
READS_A_STREAM = {"Relay"}


def watched(alarms: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each alarm with each metric it watches."""
    for name, alarm in alarms.items():
        parts = [part["MetricStat"]["Metric"] for part in alarm.get("Metrics", []) if "MetricStat" in part]
        yield from ((name, metric) for metric in parts or [alarm])


def test_every_alarm_watches_a_metric_that_is_counted_or_given(packaged: Packaged, proven: Proven) -> None:
    seen = list(watched(packaged.alarms))
    own = [(name, metric) for name, metric in seen if metric["Namespace"] == OURS]
    assert {metric["MetricName"] for _, metric in own} <= _emitted()
    given = [(name, metric) for name, metric in seen if metric["Namespace"] != OURS]
    for name, metric in given:
        dimensions = tuple(part["Name"] for part in metric.get("Dimensions", []))
        assert AWS.get((metric["Namespace"], metric["MetricName"])) == dimensions, name
    assert {name for name, _ in seen} == set(packaged.alarms)
    proven(
        "g",
        f"{len(packaged.alarms)} alarms on {len(seen)} metrics: {len(own)} counted by our code, {len(given)} given by AWS",
    )


def test_every_dimension_of_an_alarm_names_a_resource_that_has_the_metric(packaged: Packaged) -> None:
    for name, metric in watched(packaged.alarms):
        for part in metric.get("Dimensions", []):
            kind = NAMED.get(part["Name"])
            if kind:
                assert target(part["Value"]) in packaged.of_type(kind), name
            if metric["MetricName"] == "IteratorAge":
                assert target(part["Value"]) in READS_A_STREAM, name


def test_no_metric_of_aws_stands_in_the_table_for_nothing(packaged: Packaged) -> None:
    assert {(metric["Namespace"], metric["MetricName"]) for _, metric in watched(packaged.alarms)} >= set(AWS)
