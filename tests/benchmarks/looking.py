"""What looking something up costs in a thousand records and in half a million: bills by code, places, notices.

The town that is asked about has as many records either way; what grows lies in other codes, other communes, and among the
notices that are over. One further search is made where places crowd around the point: it must not read more than it is allowed to.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tests.benchmarks import budgets, events, machine, records, report
from tests.benchmarks.budgets import Figure
from tests.benchmarks.canned import Call, Server
from tests.benchmarks.machine import Probe, Subject
from tests.benchmarks.stage import SETTINGS, Stage
from tests.benchmarks.tables import Table, Tables
from tests.benchmarks.world import REPORTER

FEW, MANY, CROWD = 1_000, 500_000, 20_000
WARM_UP, TIMES, ROUNDS = 3, 20, 7

NAMES = {
    "account": "bills by code",
    "near": "places near a point",
    "area": "places of a commune",
    "named": "places by name",
    "board": "notices for a commune",
}


class Cost(NamedTuple):
    """What a lookup asks of DynamoDB."""

    calls: Mapping[str, int]
    units: float
    grows: int


def requests() -> dict[str, Any]:
    """The lookups, by the names of NAMES."""
    places, lat_long = (
        "/v1/utilities/{utility}/{offer}/places",
        dict(zip(("lat", "long"), map(str, records.TOWN), strict=True)),
    )
    health = {"path": {"utility": "health", "offer": "facilities"}}
    return {
        "account": events.request(
            "POST", "/v1/utilities/{utility}/{offer}/account", path={"utility": "water", "offer": "bills"},
            body={"code": records.code_of(500), "factor": "0001"}, caller=REPORTER,
        ),
        "near": events.request("GET", places, query=lat_long, **health),
        "area": events.request("GET", places, query={"area": records.TOWN_AREA}, **health),
        "named": events.request("GET", places, query={"q": "Sen Vàng"}, **health),
        "board": events.request(
            "GET", "/v1/utilities/{utility}/{offer}/board", path={"utility": "outages", "offer": "water"},
            query={"area": records.TOWN_AREA},
        ),
    }  # fmt: skip


def figures(made: Stage, folder: Path, floor: float | None) -> list[Figure]:
    """Every lookup among many records against the one among few; a start to the first of them against the floor's instructions."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.json" for name in NAMES}
    for name, content in requests().items():
        paths[name].write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    asked = {name: path.resolve() for name, path in paths.items()}
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(_tables(made, many))) for many in (FEW, MANY)]
        subjects = [_subject(made, server, asked["account"], str(place)) for place, server in enumerate(servers)]
        costs, cpu = _measured(subjects, servers, asked)
        counted = _counted(subjects, asked, folder)
        crowd = _crowd(made, stack, asked["near"])
    shown = [_growth(name, counted, cpu[name]) for name in NAMES]
    few, many = costs
    return [
        *_start(subjects[1], counted, floor),
        *shown,
        *(Figure(f"  read units, {NAMES[name]}", many[name].units, "") for name in NAMES),
        Figure("  read units more of many than of few", sum(many[name].units - few[name].units for name in NAMES), "", 0),
        Figure("  calls more of many than of few", sum(len(_more(few[name], many[name])) for name in NAMES), "", 0),
        Figure("  calls whose price grows with the records", sum(many[name].grows for name in NAMES), "", 0),
        Figure(f"  read units, near a point with {CROWD:,} places", crowd, "", budgets.CROWD_UNITS),
    ]  # fmt: skip


def _start(subject: Subject, counted: Sequence[Mapping[str, float]], floor: float | None) -> list[Figure]:
    """The API's cold start to its first lookup, where instructions are counted."""
    if not counted or floor is None:
        return []
    own = counted[1]["cold"]
    return [
        Figure(
            "cold start, API to its first bills by code",
            own / floor,
            "F",
            budgets.COLD,
            own,
            machine.cold(subject).cpu * 1e3,
        )
    ]


def _growth(name: str, counted: Sequence[Mapping[str, float]], cpu: Sequence[tuple[float, float]]) -> Figure:
    shown, milliseconds = f"{NAMES[name]}: {MANY:,} records to {FEW:,}", median(many for _, many in cpu) * 1e3
    ratio = median(many / few for few, many in cpu)
    if not counted:
        return Figure(shown, ratio, "", budgets.LOOKUP_GROWTH * budgets.CPU_SLACK["a"], None, milliseconds, ratio)
    few, many = (one[name] for one in counted)
    return Figure(shown, many / few, "", budgets.LOOKUP_GROWTH, many, milliseconds, ratio)


def _more(few: Cost, many: Cost) -> list[str]:
    """The operations that are called more often among many."""
    return [name for name in many.calls if many.calls[name] > few.calls.get(name, 0)]


def _measured(
    subjects: Sequence[Subject], servers: Sequence[Server], asked: Mapping[str, Path]
) -> tuple[list[dict[str, Cost]], dict[str, list[tuple[float, float]]]]:
    """The cost of each lookup at each server, and pairs of CPU seconds that were measured one after the other."""
    with ExitStack() as stack:
        probes = [stack.enter_context(machine.probe(subject)) for subject in subjects]
        costs = [
            {name: _cost(probe, server, event) for name, event in asked.items()}
            for probe, server in zip(probes, servers, strict=True)
        ]
        pairs = {
            name: [(_seconds(probes[0], event), _seconds(probes[1], event)) for _ in range(ROUNDS)]
            for name, event in asked.items()
        }
    return costs, pairs


def _seconds(probe: Probe, event: Path) -> float:
    return probe.run(event, TIMES).cpu / TIMES


def _cost(probe: Probe, server: Server, event: Path) -> Cost:
    answer = probe.run(event, WARM_UP).answer
    assert report.succeeded(answer), answer
    assert json.loads(answer["body"]).get("items") or json.loads(answer["body"]).get("records"), answer
    runs = []
    for _ in range(3):
        server.calls.clear()
        probe.run(event, 1)
        runs.append(list(server.calls))
    # What a process keeps for some seconds is read again now and then, by either.
    return _cost_of(min(runs, key=len))


def _cost_of(calls: Sequence[Call]) -> Cost:
    counted = Counter(f"{call.operation} {call.partition}" for call in calls)
    return Cost(counted, sum(call.units for call in calls), sum(not call.bounded for call in calls))


def _counted(subjects: Sequence[Subject], asked: Mapping[str, Path], folder: Path) -> list[Mapping[str, float]]:
    """Instructions of each lookup at each server; empty without valgrind."""
    if machine.VALGRIND is None:
        return []
    for old in folder.glob("*.callgrind*"):
        old.unlink()
    with ThreadPoolExecutor(len(subjects)) as pool:
        return list(pool.map(lambda subject: machine.instructions(subject, asked, WARM_UP, TIMES, folder), subjects))


def _crowd(made: Stage, stack: ExitStack, event: Path) -> float:
    """Read units of the nearest places where there are very many."""
    crowded = made.grown()
    records.lay_crowd(crowded, CROWD, SETTINGS["SECRET_KEY"])
    server = stack.enter_context(Server(_with(made, crowded)))
    with machine.probe(_subject(made, server, event, "crowd")) as probe:
        return _cost(probe, server, event).units


def _subject(made: Stage, server: Server, event: Path, name: str) -> Subject:
    whole = made.function("app", "health")
    return Subject(
        f"lookups-{name}", whole.handler, whole.path, {**made.environment, "AWS_ENDPOINT_URL": server.url}, event
    )


def _tables(made: Stage, many: int) -> Tables:
    """Tables with so many records of each kind."""
    grown = made.grown()
    records.lay(grown, many, SETTINGS["SECRET_KEY"])
    return _with(made, grown)


def _with(made: Stage, grown: Table) -> Tables:
    found = Tables({**made.server.tables.tables, "lookups": grown})
    found.taught = True
    return found
