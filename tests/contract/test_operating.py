"""Operators can look everything up: each metric, alarm and widget stands in docs/operating.md, and nothing else does."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.contracts.feedback_events import FeedbackEventType
from chalicelib.runtime.problems import STATUS
from tests.contract.packaged import Packaged, references

DOCUMENT = Path("docs/operating.md")
CODE = sorted(Path("chalicelib").rglob("*.py"))
NOTICES = [Path("chalicelib/notices/service.py"), Path("chalicelib/notices/delivery.py")]

# What a counted expression that is no literal can be.
_EVENTS = {kind.value for kind in FeedbackEventType}
_REFUSED = {f"Refused{status}" for _, status, _ in STATUS}


def _calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            # By the name alone: a method that is called so counts something else.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield file, node


def _texts(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def _meant(expression: ast.expr) -> set[str]:
    """The metric names that the first argument of `count` can be."""
    match expression:
        case ast.Constant(value=str(name)):
            return {name}
        case ast.IfExp(body=first, orelse=second):
            return _meant(first) | _meant(second)
    known = {
        "event_type(entry.action, entry.status).value": _EVENTS,
        "f'Refused{status}'": _REFUSED,
        "f'{name}Heartbeat'": {f"{name}Heartbeat" for _, call in _calls("task") for name in _texts(call.args[0])},
        "outcome": {name for file in NOTICES for name in re.findall(r'"(Notice[A-Z][a-z]+)"', file.read_text("utf-8"))},
    }
    return known[ast.unparse(expression)]


def _emitted() -> set[str]:
    found: set[str] = set()
    for file, call in _calls("count", "count_by"):
        if call.args and "observability" not in file.name:
            found |= _meant(call.args[0])
    return found


def _section(title: str) -> str:
    text = DOCUMENT.read_text("utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _first_column(title: str) -> set[str]:
    rows = [line.split(" | ")[0] for line in _section(title).splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def _widgets(packaged: Packaged) -> list[dict[str, Any]]:
    body = packaged.of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return widgets


def test_every_metric_of_the_code_is_explained_and_every_explained_one_is_counted() -> None:
    explained = _first_column("Metrics")
    assert (explained - {"Refused<status>"}) | _REFUSED == _emitted()


def test_every_alarm_is_explained_and_every_explained_one_is_there(packaged: Packaged) -> None:
    assert _first_column("Alarms") == set(packaged.alarms)


def test_every_parameter_is_explained(packaged: Packaged) -> None:
    assert _first_column("Parameters") == set(packaged.sam["Parameters"])


def test_every_widget_is_explained_and_every_explained_one_is_there(packaged: Packaged) -> None:
    rows = [
        line.split(" | ")[0].removeprefix("| ") for line in _section("Dashboard").splitlines() if line.startswith("| ")
    ]
    assert set(rows) - {"widget"} == {widget["properties"]["title"] for widget in _widgets(packaged)}


def test_every_alarm_of_ours_watches_a_metric_that_is_counted(packaged: Packaged) -> None:
    watched = {
        metric["MetricName"]
        for alarm in packaged.alarms.values()
        for metric in [
            alarm,
            *(part["MetricStat"]["Metric"] for part in alarm.get("Metrics", []) if "MetricStat" in part),
        ]
        if metric.get("Namespace") == "YenBaiS"
    }
    assert watched
    assert watched <= _emitted()


def test_the_dashboard_shows_metrics_that_are_counted_and_resources_that_are_there(packaged: Packaged) -> None:
    body = packaged.of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]
    assert set(references(body)) <= {*packaged.plain["Resources"], *packaged.sam["Parameters"]}
    shown = set(re.findall(r'"YenBaiS", "(\w+)"', body["Fn::Sub"]))
    shown |= set(re.findall(r'MetricName=\\"(\w+)\\"', body["Fn::Sub"]))
    assert shown
    assert shown <= _emitted()


def test_every_queue_and_function_is_on_the_dashboard(packaged: Packaged) -> None:
    named = set(references(packaged.of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]))
    assert {*packaged.queues, *packaged.functions} <= named


@pytest.mark.parametrize("page", [DOCUMENT, *sorted(Path("docs/runbooks").glob("*.md"))], ids=lambda page: page.stem)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]
