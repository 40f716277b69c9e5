"""Proof (n): the sweep late by a day, twice at once, clocks five minutes apart: nothing is done twice, nothing forgotten."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.feedback.records import CHANGE_SHARDS, change_shard
from tests.address import Address
from tests.stack.faults import let_pass, not_permitted, queues_missing_events, redelivered_after, relay_missing_changes
from tests.stack.ledger import Ledger, still
from tests.stack.matters import Case, answered, assigned, submit
from tests.stack.people import Person, sign_in
from tests.stack.told import function_name, run, schedule

Proven = Callable[[str, str], None]
APART = timedelta(minutes=5)
LOST, ASKED, UNRATED = 6, 4, 4


def sweeps_at_once(stack: Address, moments: Sequence[datetime]) -> list[dict[str, int]]:
    """Runs of the sweep in parallel, each by its own clock; their figures."""
    with ThreadPoolExecutor(len(moments)) as pool:
        return list(pool.map(lambda at: run(stack, "Sweep", schedule(at)), moments))


def on_host(stack: Address, minutes: float, *order: str) -> str:
    """What a host with a clock so far ahead (or behind) does; its last line."""
    configured = stack.client("lambda").get_function_configuration(FunctionName=function_name(stack, "Resend"))
    place = {
        "AWS_ENDPOINT_URL": stack.emulator_url, "AWS_REGION": stack.region, "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.access_key, "AWS_SECRET_ACCESS_KEY": stack.secret_key,
    }  # fmt: skip
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [sys.executable, "-m", "tests.prove.host", str(minutes), *order]
    done = subprocess.run(
        command,
        env=inherited | configured["Environment"]["Variables"] | place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def asked(stack: Address, person: Person) -> Case:
    """A case whose agency waits for its reporter."""
    case = assigned(stack, person)
    assert case.work("accept").status == 200
    assert case.work("ask", {"question": "Xin cho biết ổ gà ở phía nào của cổng trường?"}).status == 200
    return case


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def actions(case: Case) -> list[str]:
    return [line["action"] for line in case.view()["history"]]


def test_a_sweep_late_by_a_day_run_four_times_at_once_by_different_clocks_ends_and_delivers_all_once(
    stack: Address, proven: Proven
) -> None:
    person = sign_in(stack)
    with ThreadPoolExecutor(4) as pool:
        waiting = list(pool.map(lambda _: asked(stack, person), range(ASKED)))
        unrated = list(pool.map(lambda _: answered(stack, person), range(UNRATED)))
    still(stack)
    with relay_missing_changes(stack):
        lost = [submit(stack, person) for _ in range(LOST)]
    due = [moment(case.view()["answer_by"]) for case in waiting]
    due += [moment(case.view()["answer"]["rate_by"]) for case in unrated]
    late = max(due) + timedelta(days=1)
    with queues_missing_events(stack):
        # Their own events are lost too, and taken up by the sweep after them.
        first = sweeps_at_once(stack, (late, late, late + APART, late - APART))
        still(stack)
    second = sweeps_at_once(stack, (late + 2 * APART, late + 3 * APART, late + 2 * APART))
    still(stack)
    for _ in range(2):
        third = run(stack, "Sweep", schedule(late + timedelta(days=2)))
        still(stack)
    books = Ledger(stack, [case.code for case in (*waiting, *unrated, *lost)])
    audit = books.audit()
    assert audit.clean, audit
    assert [actions(case) for case in waiting] == [["submit", "assign", "accept", "ask", "time_out"]] * ASKED
    assert [actions(case) for case in unrated] == [["submit", "assign", "answer", "close"]] * UNRATED
    assert [actions(case) for case in lost] == [["submit", "assign"]] * LOST
    assert third == dict.fromkeys(third, 0)
    done = {name: sum(figures[name] for figures in (*first, *second)) for name in third}
    assert done["timed_out"] >= ASKED
    assert done["closed"] >= UNRATED
    proven("n", f"a day late, 9 sweeps, up to 4 at once, clocks 5 minutes apart: {done}; {audit}")


def test_what_a_slow_clock_dates_behind_the_sweeps_mark_is_not_forgotten(stack: Address, proven: Proven) -> None:
    person = sign_in(stack)
    cases: list[Case] = []
    while len({change_shard(case.code) for case in cases}) < CHANGE_SHARDS:
        cases.append(assigned(stack, person))
    tokens = [case.link() for case in cases]
    still(stack)
    # Three minutes ahead a sweep passes; two minutes behind, and after it, a host dates answers, whose events are lost.
    run(stack, "Sweep", schedule(datetime.now(UTC) + timedelta(minutes=3)))
    still(stack)
    with queues_missing_events(stack):
        assert on_host(stack, -2, "answer", *tokens).split() == ["answered"] * len(cases)
        time.sleep(3)
    books = Ledger(stack, [case.code for case in cases])
    assert len(books.audit().unseen) == len(cases)
    for later in (3, 8, 13):
        run(stack, "Sweep", schedule(datetime.now(UTC) + timedelta(minutes=later)))
        still(stack)
    audit = books.audit()
    assert audit.clean, audit
    proven(
        "n",
        f"{len(cases)} answers dated 5 minutes behind the clock of a sweep that had passed, their events lost, in all "
        f"{CHANGE_SHARDS} shards: found; {audit}",
    )


def test_due_notices_are_sent_once_by_hosts_with_clocks_five_minutes_apart(stack: Address, proven: Proven) -> None:
    person = sign_in(stack)
    queues = ("AgencyNoticesQueue", "CitizenNoticesQueue")
    with redelivered_after(stack, queues[0], 2), redelivered_after(stack, queues[1], 2):
        with not_permitted(stack, "TellAgencies", "Mail", "Sms"), not_permitted(stack, "TellCitizens", "Sms"):
            cases = [assigned(stack, person) for _ in range(5)]
            still(stack)
        books = Ledger(stack, [case.code for case in cases])
        unsent = [row for row in books.notices().values() if row["state"] == "recorded"]
        assert len(unsent) == len(books.notices()) == 6 * len(cases)
        let_pass(stack, unsent, 11)
        with ThreadPoolExecutor(5) as pool:
            hosts = [pool.submit(on_host, stack, minutes, "resend") for minutes in (-2, 3)]
            swept: list[Any] = list(pool.map(lambda _: run(stack, "Resend", schedule()), range(3)))
            swept += [host.result() for host in hosts]
    still(stack)
    audit = books.audit()
    assert audit.clean, audit
    assert {row["sends"] for row in books.notices().values()} == {1}
    proven("n", f"{len(unsent)} due notices met by 5 runs at once, clocks 5 minutes apart: {audit}")
