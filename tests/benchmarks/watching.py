"""What one pass of the watch costs with a hundred due cases: among a thousand open ones, and among a hundred thousand.

The tables are those of canned.py. Open cases that are not due lie there as the index holds them, which is all that a pass could
see of them; the due ones are whole. A pass writes what is forgotten, so each pass does the same.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec

from chalicelib.core import codes
from chalicelib.core.actors import ActorKind, system
from chalicelib.core.calendar import official
from chalicelib.core.clock import to_text
from chalicelib.feedback import records
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Entry, Handling, Level, Matter, Publication, Stamp
from chalicelib.feedback.watch import OPEN_LISTS, Walk, digest
from tests.benchmarks import budgets, events, machine
from tests.benchmarks.budgets import Figure
from tests.benchmarks.canned import Call, Server
from tests.benchmarks.machine import Subject
from tests.benchmarks.stage import Stage
from tests.benchmarks.tables import Item, Table, Tables, typed

DUE, FEW, MANY = 100, 1_000, 100_000
ASSIGNED_AT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # a Monday, 09:30 in Vietnam
PASS_AT = ASSIGNED_AT + timedelta(days=8)  # behind half of ten working days, before four fifths
WARM_UP, ROUNDS = 2, 7
# The start does a first pass; one more is enough, since instructions hardly differ from pass to pass.
COUNTED_WARM_UP, COUNTED = 0, 1


class Cost(NamedTuple):
    """What a pass asks of DynamoDB: calls by operation, read units, write units of the table's own items."""

    calls: Mapping[str, int]
    read: float
    written: int

    @property
    def units(self) -> float:
        return self.read + self.written


def walked() -> str:
    """What the watch keeps once it has walked through the open cases by the calendar of the package."""
    known = datetime(2026, 1, 1, tzinfo=UTC)
    walk = Walk(digest(official()), known, known + timedelta(hours=1), len(OPEN_LISTS))
    return msgspec.json.encode(walk).decode()


def figures(made: Stage, folder: Path) -> list[Figure]:
    """The pass among many open cases against the one among few."""
    folder.mkdir(parents=True, exist_ok=True)
    event = folder / "pass.json"
    event.write_text(json.dumps(events.scheduled(PASS_AT)), "utf-8")
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(_tables(made, many))) for many in (FEW, MANY)]
        told = [{**made.environment, "AWS_ENDPOINT_URL": server.url} for server in servers]
        whole = made.function("watch")
        subjects = [
            Subject(f"watch-{many}", whole.handler, whole.path, one, event.resolve())
            for many, one in zip((FEW, MANY), told, strict=True)
        ]
        costs, cpu = _measured(subjects, servers)
        counted = _counted(subjects, folder)
    few, many = costs
    ratio, milliseconds = median(large / small for small, large in cpu), median(large for _, large in cpu) * 1e3
    name = f"watch, {DUE} due: {MANY:,} open to {FEW:,}"
    if counted:
        cost = Figure(name, counted[1] / counted[0], "", budgets.WATCH_GROWTH, counted[1], milliseconds, ratio)
    else:
        budget = budgets.WATCH_GROWTH * budgets.CPU_SLACK["a"]
        cost = Figure(name, ratio, "", budget, None, milliseconds, ratio)
    return [
        cost,
        Figure("  units of it, to those among few", many.units / few.units, "", budgets.WATCH_GROWTH),
        Figure("  calls that the pass makes more", sum(many.calls.values()) - sum(few.calls.values()), "", 0),
        Figure(f"  read units of a pass with {DUE} due", many.read, ""),
        Figure(f"  write units of its {many.calls['PutItem']} puts, indexes apart", many.written, ""),
    ]


def _measured(subjects: Sequence[Subject], servers: Sequence[Server]) -> tuple[list[Cost], list[tuple[float, float]]]:
    """The cost of a pass at each server, and pairs of CPU seconds that were measured one after the other."""
    with ExitStack() as stack:
        probes = [stack.enter_context(machine.probe(subject)) for subject in subjects]
        costs = []
        for probe, subject, server in zip(probes, subjects, servers, strict=True):
            answer = probe.run(subject.event, WARM_UP).answer
            assert answer["reminded"] == DUE, answer
            server.calls.clear()
            probe.run(subject.event, 1)
            costs.append(_cost(server.calls))
        pairs = [
            (probes[0].run(subjects[0].event, 1).cpu, probes[1].run(subjects[1].event, 1).cpu) for _ in range(ROUNDS)
        ]
    return costs, pairs


def _counted(subjects: Sequence[Subject], folder: Path) -> list[float]:
    """Instructions of a pass at each; empty without valgrind."""
    if machine.VALGRIND is None:
        return []

    def one(subject: Subject) -> float:
        made = machine.instructions(subject, {"pass": subject.event}, COUNTED_WARM_UP, COUNTED, folder)
        return made["pass"]

    for old in folder.glob("*.callgrind*"):
        old.unlink()
    with ThreadPoolExecutor(len(subjects)) as pool:
        return list(pool.map(one, subjects))


def _cost(calls: Sequence[Call]) -> Cost:
    written = sum(ceil(call.written / 1024) for call in calls)
    return Cost(Counter(call.operation for call in calls), sum(call.units for call in calls), written)


def _tables(made: Stage, many: int) -> Tables:
    """Tables with so many open cases, of which a hundred are due."""
    tables = {name: Table.of(name, properties) for name, properties in made.package.tables.items()}
    cases = tables["cases"]
    walk = {"code": "watch#calendar", "part": "walk", "text": walked(), "version": 9}
    for item in (typed(walk), *_due(), *_open(many - DUE)):
        cases.items[cases.place(item)] = item
    found = Tables(tables)
    found.taught = True
    return found


def _due() -> Iterator[Item]:
    """Whole heads of cases that nobody accepted by half time."""
    clocks = Clocks(official, lambda _: False)
    for number in range(DUE):
        case = _case(f"due-{number}")
        stamp = Stamp(system("routing"), ASSIGNED_AT, cid=events.REQUEST_ID)
        terms = clocks.terms(case, "ubnd-04252", ASSIGNED_AT)
        yield typed(records.head_values(case.assign(Party.SYSTEM, stamp, "ubnd-04252", terms)))


def _open(many: int) -> Iterator[Item]:
    later = PASS_AT + timedelta(days=1)
    for number in range(many):
        code = _code(f"open-{number}")
        at = to_text(later + timedelta(minutes=number % 10_000))
        yield typed({"code": code, "part": records.HEAD, "watch": records.change_shard(code), "watch_at": at})


def _code(key: str) -> str:
    return codes.tracking_code("a secret of the benchmark", "reporter", key)


def _case(key: str) -> Feedback:
    entry = Entry(
        1,
        ASSIGNED_AT,
        Action.SUBMIT,
        ActorKind.CITIZEN,
        "reporter",
        Status.RECEIVED,
        key="k" * 16,
        cid=events.REQUEST_ID,
    )
    return Feedback(
        code=_code(key), status=Status.RECEIVED, reporter="reporter", category="vien_thong", area="04252", district="132",
        level=Level.NORMAL, handling=Handling(10), publication=Publication.PUBLIC, may_be_public=True, share_contact=False,
        submitted_at=ASSIGNED_AT, changed_at=ASSIGNED_AT, promised_by=ASSIGNED_AT, centre_due=ASSIGNED_AT,
        matter=Matter("Cáp võng", "Cáp võng ngang đường trước cổng trường. " * 12, 21.7, 104.9), key="k" * 64, digest="d" * 16,
        history=(entry,),
    )  # fmt: skip
