"""Measures what the system costs against floors measured beside it, and fails outside a budget.

    python -m tests.benchmarks          (make bench)

The figures go to build/bench/figures.json as well. docs/performance.md says what each means.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from chalicelib.core.calendar import official
from tests.benchmarks import budgets, loading, looking, machine, report, stage, watching
from tests.benchmarks.budgets import REQUESTS, Figure
from tests.benchmarks.canned import Call
from tests.benchmarks.machine import Probe, Subject
from tests.benchmarks.stage import Stage
from tests.contract.test_cold_start import FORBIDDEN

FOLDER = Path("build/bench")
WARM_UP, TIMES = 10, 40
COLD_ROUNDS, WARM_ROUNDS = 5, 9

BARE = "submit by the bare handler"

Counted = Mapping[str, Mapping[str, float]]


def main() -> int:
    """Run everything; the exit status is 1 where a budget is not kept."""
    started = time.monotonic()
    FOLDER.mkdir(parents=True, exist_ok=True)
    _say("package, canned AWS, golden events")
    with stage.set_up(FOLDER) as made:
        subjects = [
            made.bare(),
            *(made.function(name, "submit" if name == "app" else "") for name in made.package.handlers),
            *(made.first_put(name) for name in (*budgets.WHOLE_MESSAGES, *budgets.WHOLE_RUNS)),
        ]
        _say("answers")
        modules = check_answers(made, subjects)
        _say(f"CPU, {COLD_ROUNDS} rounds of cold starts and {WARM_ROUNDS} of requests, each beside its floor")
        cpu_cold, cpu_warm = cold_cpu(subjects), warm_cpu(made)
        counted = count(made, subjects)
        figures = [
            *cold_figures(subjects, counted, cpu_cold),
            *request_figures(counted, cpu_warm),
            *call_figures(made),
        ]
        _say(f"lookups among {looking.FEW:,} and among {looking.MANY:,} records")
        figures += looking.figures(made, FOLDER / "looking", counted["bare"]["cold"] if counted else None)
        _say("files of 200,000 rows through the loader")
        figures += loading.figures()
        _say("a pass of the watch among few and among many open cases")
        figures += watching.figures(made, FOLDER / "watch")
        _say("write units of a lifecycle on the embedded stack")
        bill = stage.lifecycle(made.package, FOLDER / "emulator")
        figures += write_figures(bill)
        figures += [
            Figure("package", made.package.archive.stat().st_size / 1e6, "MB", budgets.ZIP_BYTES / 1e6),
            Figure("a deadline", deadline_microseconds(), "µs", budgets.DEADLINE_MICROSECONDS),
            Figure("modules of the API's cold start", len(modules), "", budgets.MODULES),
            Figure("of them such as it must not load", len(forbidden(modules)), "", 0),
        ]
    report.show(figures, bool(counted), sorted(forbidden(modules)))
    _keep(report.content(figures, counted, bill, time.monotonic() - started))
    return 1 if budgets.missed(figures) else 0


def check_answers(made: Stage, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """See that every subject does what is to be measured, and not something cheaper; the modules that the API loads."""
    modules: tuple[str, ...] = ()
    for subject in subjects:
        said = machine.cold(subject)
        assert report.succeeded(said.answer), f"{subject.name}: {said.answer}"
        modules = said.modules if subject.name == "app" else modules
    with machine.probe(made.function("app", "submit")) as api:
        for name in REQUESTS:
            answer = api.run(made.events[name], 1).answer
            assert report.succeeded(answer), f"{name}: {answer}"
    return modules


def forbidden(modules: Sequence[str]) -> set[str]:
    """The modules that the cold start loads and must not."""
    return {name for name in modules for heavy in FORBIDDEN if name == heavy or name.startswith(f"{heavy}.")}


def cold_cpu(subjects: Sequence[Subject]) -> Mapping[str, tuple[float, float]]:
    """Seconds of each subject's cold start, and how many times the floor's that stood beside it."""
    bare = subjects[0]
    pairs: dict[str, list[tuple[float, float]]] = {subject.name: [] for subject in subjects}
    for _ in range(COLD_ROUNDS):
        for subject in subjects:
            floor = machine.cold(bare).cpu
            pairs[subject.name].append((machine.cold(subject).cpu, floor))
    return _medians(pairs)


def warm_cpu(made: Stage) -> Mapping[str, tuple[float, float]]:
    """Seconds of a warm answer to each request, and how many times the bare handler's beside it."""
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in (*REQUESTS, BARE)}
    with machine.probe(made.bare()) as bare, machine.probe(made.function("app", "submit")) as api:
        bare.run(made.events["submit"], WARM_UP)
        for name in REQUESTS:
            api.run(made.events[name], WARM_UP)
        for _ in range(WARM_ROUNDS):
            for name in REQUESTS:
                floor = _one(bare, made.events["submit"])
                pairs[name].append((_one(api, made.events[name]), floor))
                pairs[BARE].append((floor, floor))
    return _medians(pairs)


def _one(probe: Probe, event: Path) -> float:
    return probe.run(event, TIMES).cpu / TIMES


def _medians(pairs: Mapping[str, Sequence[tuple[float, float]]]) -> Mapping[str, tuple[float, float]]:
    return {
        name: (median(own for own, _ in found), median(own / floor for own, floor in found))
        for name, found in pairs.items()
    }


def count(made: Stage, subjects: Sequence[Subject]) -> Counted:
    """Instructions of every start, and of the warm answers of the bare handler and the API; empty without valgrind."""
    if machine.VALGRIND is None:
        _say(
            "valgrind is not installed (Debian, Ubuntu: apt-get install valgrind): CPU times decide, noisy as they are"
        )
        return {}
    _say(f"instructions of {len(subjects)} starts and {len(REQUESTS)} requests under callgrind")
    out = FOLDER / "callgrind"
    out.mkdir(exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    warm = {"bare": {"submit": made.events["submit"]}, "app": {name: made.events[name] for name in REQUESTS}}

    def one(subject: Subject) -> tuple[str, Mapping[str, float]]:
        return subject.name, machine.instructions(subject, warm.get(subject.name, {}), WARM_UP, TIMES, out)

    # The longest first, so that all processors are busy to the end.
    ordered = sorted(subjects, key=lambda subject: -len(warm.get(subject.name, {})))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(one, ordered))


def cold_figures(subjects: Sequence[Subject], counted: Counted, cpu: Mapping[str, tuple[float, float]]) -> list[Figure]:
    """F, and every function's cold start against it."""
    made = [_floor("F: process start to first put, botocore's defaults", "F", counted, "cold", cpu["bare"][0])]
    for subject in subjects[1:]:
        name, budget = _start(subject.name)
        own = (counted[subject.name]["cold"], counted["bare"]["cold"]) if counted else None
        made.append(budgets.against(name, "F", own, cpu[subject.name], budget))
    return made


def _start(subject: str) -> tuple[str, float]:
    """What a subject's cold start is called, and its budget."""
    if subject in budgets.WHOLE_MESSAGES:
        return f"first whole message, {subject}", budgets.WHOLE_MESSAGES[subject]
    if subject in budgets.WHOLE_RUNS:
        return f"first whole run, {subject}", budgets.WHOLE_RUNS[subject]
    return f"cold start, {'API to its first submission' if subject == 'app' else subject}", budgets.COLD


def request_figures(counted: Counted, cpu: Mapping[str, tuple[float, float]]) -> list[Figure]:
    """a, and every request against it."""
    made = [_floor("a: bare handler, raw put, botocore's defaults", "a", counted, "submit", cpu[BARE][0])]
    for request, (name, budget) in REQUESTS.items():
        own = (counted["app"][request], counted["bare"]["submit"]) if counted else None
        made.append(budgets.against(name, "a", own, cpu[request], budget))
    return made


def _floor(name: str, unit: str, counted: Counted, what: str, seconds: float) -> Figure:
    return Figure(name, 1.0, unit, None, counted["bare"][what] if counted else None, seconds * 1e3, 1.0)


def call_figures(made: Stage) -> list[Figure]:
    """What the requests ask of DynamoDB: read units, and that none of it grows with the number of cases."""
    units: dict[str, float] = {}
    grows: list[Call] = []
    with machine.probe(made.function("app", "submit")) as api:
        for name in REQUESTS:
            api.run(made.events[name], 1)  # reads the directory, which is kept
            made.server.calls.clear()
            api.run(made.events[name], 1)
            calls = list(made.server.calls)
            units[name] = sum(call.units for call in calls)
            grows += [call for call in calls if not call.bounded]
    shown = [
        Figure(f"read units, {REQUESTS[name][0]}", units[name], "")
        for name in ("detail", "list", "inbox", "feed", "similar")
    ]
    return [*shown, Figure("calls whose price grows with the cases", len(grows), "", 0)]


def write_figures(bill: Mapping[str, Mapping[str, float]]) -> list[Figure]:
    """The write units of a lifecycle: what the budget counts, and what the further indexes cost."""
    totals: dict[str, float] = {}
    for step in bill.values():
        for name, units in step.items():
            totals[name] = totals.get(name, 0) + units
    counted = sum(totals[name] for name in ("table", *budgets.COUNTED_INDEXES))
    figures = [Figure("write units of a lifecycle, two indexes", counted, "", budgets.WRITE_UNITS)]
    return figures + [
        Figure(f"  {'the table' if name == 'table' else f'index {name}'}", units, "")
        for name, units in sorted(totals.items())
    ]


def deadline_microseconds() -> float:
    """CPU time of one deadline, the median of eleven thousands."""
    calendar, start = official(), datetime(2026, 2, 12, 9, 30, tzinfo=UTC)
    return median(_timed(lambda: calendar.deadline(start, 7)) for _ in range(11))


def _timed(do: Callable[[], Any], times: int = 1000) -> float:
    started = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - started) / times * 1e6


def _keep(content: Any) -> None:
    (FOLDER / "figures.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _say(words: str) -> None:
    print(f"• {words} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
