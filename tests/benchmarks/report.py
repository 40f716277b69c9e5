"""The table on the terminal and the JSON beside it."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from tests.benchmarks import budgets
from tests.benchmarks.budgets import Figure


def succeeded(answer: Any) -> bool:
    """Whether a function did what it was asked: a 2xx, no failed message, figures of what was done."""
    if "statusCode" in answer:
        return 200 <= answer["statusCode"] < 300
    if "batchItemFailures" in answer:
        return not answer["batchItemFailures"]
    return bool(answer)


def show(figures: Sequence[Figure], counted: bool, forbidden: Sequence[str]) -> None:
    """Print the table; ratios are of instructions where they were counted, else of CPU time."""
    print()
    print(f"{'figure':<48}{'instructions':>13}{'CPU ms':>9}{'CPU':>7}{'figure':>10}{'budget':>9}")
    for figure in figures:
        print(_line(figure))
    missed = budgets.missed(figures)
    print(f"\nRatios are of {'instructions' if counted else 'CPU time'}; CPU ratios are medians of paired runs.")
    if forbidden:
        print(f"Loaded at the API's cold start: {', '.join(forbidden[:8])}{' …' if len(forbidden) > 8 else ''}")
    print(f"Outside the budget: {', '.join(missed)}" if missed else "Every budget is kept.")
    judged = sum(figure.budget is not None for figure in figures)
    print(f"proof (j): {len(figures)} figures, {judged} of them with a budget, {len(missed)} outside it")


def _line(figure: Figure) -> str:
    many = f"{figure.instructions / 1e6:,.2f} M" if figure.instructions else ""
    milliseconds = f"{figure.cpu_ms:.2f}" if figure.cpu_ms is not None else ""
    ratio = f"{figure.cpu_ratio:.2f}" if figure.cpu_ratio is not None else ""
    budget = f"≤ {figure.budget:g}" if figure.budget is not None else ""
    verdict = "" if figure.budget is None else ("  ✓" if figure.kept else "  ✗ missed")
    value = f"{figure.value:.3f}" if figure.cpu_ms is not None else f"{figure.value:.2f}".rstrip("0").rstrip(".")
    unit = f" {figure.unit}" if figure.unit else ""
    return f"{figure.name:<48}{many:>13}{milliseconds:>9}{ratio:>7}{value + unit:>10}{budget:>9}{verdict}"


def content(
    figures: Sequence[Figure], counted: Mapping[str, Mapping[str, float]], bill: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    """Everything that was measured, for a later comparison."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "seconds": round(seconds),
        "decided_by": "instructions" if counted else "CPU time",
        "figures": [{**asdict(figure), "kept": figure.kept} for figure in figures],
        "instructions": {name: dict(found) for name, found in counted.items()},
        "write_units": bill,
    }
