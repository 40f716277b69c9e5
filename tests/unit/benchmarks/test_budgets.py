"""How the benchmark judges."""

import pytest

from tests.benchmarks import report
from tests.benchmarks.budgets import CPU_SLACK, Figure, against, missed
from tests.benchmarks.canned import Call

SECONDS = 0.002


def test_a_figure_is_kept_up_to_its_budget_and_missed_above_it() -> None:
    assert missed([Figure("at", 1.3, "a", 1.3), Figure("above", 1.301, "a", 1.3), Figure("shown", 9.0, "a")]) == [
        "above"
    ]


@pytest.mark.parametrize(("own", "kept"), [(130.0, True), (131.0, False)])
def test_instructions_decide_whatever_the_processor_took(own: float, kept: bool) -> None:
    figure = against("submit", "a", (own, 100.0), (SECONDS, 9.9), 1.3)
    assert (figure.value, figure.budget, figure.kept) == (own / 100, 1.3, kept)
    assert (figure.cpu_ms, figure.cpu_ratio) == (2.0, 9.9)


@pytest.mark.parametrize("unit", sorted(CPU_SLACK))
def test_without_instructions_the_processor_decides_with_slack(unit: str) -> None:
    allowed = 1.3 * CPU_SLACK[unit]
    assert against("submit", unit, None, (SECONDS, allowed), 1.3).kept
    assert not against("submit", unit, None, (SECONDS, allowed + 0.01), 1.3).kept


def test_a_figure_without_a_budget_is_only_shown() -> None:
    assert against("feed", "a", None, (SECONDS, 99.0), None).kept


def test_the_report_names_what_is_outside(capsys: pytest.CaptureFixture[str]) -> None:
    report.show([Figure("package", 6.1, "MB", 6.0), Figure("a deadline", 1.0, "µs", 5.0)], True, ())
    assert "Outside the budget: package\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "bounded"),
    [
        (Call("dynamodb", "GetItem", "accounts"), True),
        (Call("dynamodb", "Query", "cases", partition="NQY8VC415Z4"), True),  # one case
        (Call("dynamodb", "Query", "directory", partition="area"), True),
        (Call("dynamodb", "Query", "notices", partition="event#NQY8VC415Z4#2"), True),
        (Call("dynamodb", "Query", "notices", partition="inbox#somebody"), False),
        (Call("dynamodb", "Query", "notices", partition="inbox#somebody", limit=20), True),
        (Call("dynamodb", "Query", "cases", "by_feed", "public#132"), False),
        (Call("dynamodb", "Query", "cases", "by_feed", "public#132", limit=20), True),
        (Call("dynamodb", "Scan", "cases", limit=20), False),
    ],
)
def test_a_price_grows_where_a_query_has_no_limit_and_its_partition_grows(call: Call, bounded: bool) -> None:
    assert call.bounded is bounded
