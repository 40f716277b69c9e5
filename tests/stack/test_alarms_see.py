"""Proof (g), as a run shows it: each metric of ours that an alarm watches is seen in a log, with the dimensions of the alarm.

What only a fault makes is provoked. The embedded stack keeps EMF lines as they are written; CloudWatch makes metrics of them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from tests.address import Address
from tests.stack.faults import catch_up, queues_missing_events, redelivered_after
from tests.stack.ledger import still
from tests.stack.line import Verdict, held_line
from tests.stack.logbook import all_log_lines
from tests.stack.matters import assigned, submit, sweep, wait
from tests.stack.people import Person, sign_in
from tests.stack.told import Matter, run, schedule
from tests.stack.utilities.test_providers import CODE, TELEPHONE, WATER, Company

Proven = Callable[[str, str], None]
OURS = "YenBaiS"
# So many open a breaker, and more.
FAILURES = 6


class Metric(NamedTuple):
    """A metric as CloudWatch knows it: its name and its dimensions with their values."""

    name: str
    dimensions: frozenset[tuple[str, str]]


def watched(stack: Address) -> dict[Metric, str]:
    """Every metric of ours that an alarm of the deployed template watches, with the alarm; also those for AWS alone."""
    template = stack.client("cloudformation").get_template(StackName=stack.stack_name)["TemplateBody"]
    resources = (template if isinstance(template, dict) else json.loads(template))["Resources"]
    found: dict[Metric, str] = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            alarm = resource["Properties"]
            parts = [part["MetricStat"]["Metric"] for part in alarm.get("Metrics", []) if "MetricStat" in part]
            found |= {_metric(one): name for one in parts or [alarm] if one["Namespace"] == OURS}
    return found


def _metric(described: dict[str, Any]) -> Metric:
    return Metric(described["MetricName"], frozenset((one["Name"], one["Value"]) for one in described["Dimensions"]))


def counted(stack: Address) -> dict[Metric, float]:
    """Every metric that a function has written as EMF, summed."""
    found = dict[Metric, float]()
    for lines in all_log_lines(stack).values():
        for line in lines:
            if line.startswith('{"_aws"'):
                for metric, value in _written(json.loads(line)):
                    found[metric] = found.get(metric, 0) + value
    return found


def _written(line: dict[str, Any]) -> Iterator[tuple[Metric, float]]:
    for directive in line["_aws"]["CloudWatchMetrics"]:
        assert directive["Namespace"] == OURS
        for dimensions in directive["Dimensions"]:
            values = frozenset((name, line[name]) for name in dimensions)
            yield from ((Metric(one["Name"], values), sum(line[one["Name"]])) for one in directive["Metrics"])


def cut_lines(stack: Address, person: Person) -> None:
    """A provider that takes messages and never says so."""
    with held_line(stack, "TellAgencies", "SNS", "SESV2", hold=lambda call: Verdict.CUT):
        case = assigned(stack, person)
        still(stack)
    catch_up(stack, [case.code])


def nobody_there(stack: Address, person: Person) -> None:
    """An agency that nobody knows is to be told, and a message that nobody can read."""
    case = assigned(stack, person)
    event = Matter(stack, person, case.code, "").event("FeedbackAssigned", 90) | {"agency": "nobody"}
    sqs = stack.client("sqs")
    sqs.send_message(QueueUrl=stack.outputs["AgencyNoticesQueue"], MessageBody=json.dumps(event))
    poison = sqs.send_message(QueueUrl=stack.outputs["RoutingQueue"], MessageBody="not JSON")
    assert poison["MessageId"]


def lost_events(stack: Address, person: Person) -> None:
    """An event that no queue gets, and the sweep that publishes it again."""
    with queues_missing_events(stack):
        submit(stack, person)
        still(stack)
    assert sweep(stack, minutes=3)["replayed"] > 0


def companies_down(stack: Address) -> None:
    """The power and the water company fail until nobody asks them any more."""
    for name, code in (("power", CODE), ("water", WATER)):
        company = Company(stack, name)
        company.forget()
        company.does("error")
        for _ in range(FAILURES):
            assert company.bills(code, TELEPHONE).status == 503
        company.does("ok")
        company.forget()


@pytest.fixture(scope="module")
def troubled(stack: Address) -> Address:
    """The stack after everything that an alarm of ours is for."""
    person = sign_in(stack)
    submit(stack, person, category="gop_y").until_queued()
    with redelivered_after(stack, "RoutingQueue", 1), redelivered_after(stack, "AgencyNoticesQueue", 1):
        cut_lines(stack, person)
        nobody_there(stack, person)
        lost_events(stack, person)
    run(stack, "Resend", schedule())
    run(stack, "Digests", schedule())
    run(stack, "RemindDues", schedule())
    companies_down(stack)
    assigned(stack, person, category="sat_lo")
    assert run(stack, "Watch", schedule(datetime.now(UTC) + timedelta(minutes=40)))["late_minutes"] > 0
    return stack


def test_every_metric_that_an_alarm_of_ours_watches_is_seen_in_a_log(troubled: Address, proven: Proven) -> None:
    alarms = watched(troubled)
    assert len(alarms) == 17, "CodeSent is watched by two"
    with suppress(AssertionError):  # what is missing then is told by name
        wait(lambda: alarms.keys() <= counted(troubled).keys(), 20)
    seen = counted(troubled)
    assert {alarm: metric.name for metric, alarm in alarms.items() if not seen.get(metric)} == {}
    names = ", ".join(sorted(f"{metric.name} {seen[metric]:.0f}" for metric in alarms))
    proven(
        "g",
        f"{len(alarms)} metrics of ours under alarm, each seen in a log of the run with the alarm's dimensions: {names}",
    )
