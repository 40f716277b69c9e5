"""The sweep on the deployed stack: what events did not do is done from the tables, and nothing twice."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import pytest

from tests.address import Address
from tests.stack.matters import RESULT, Case, answered, assigned, submit, sweep, wait
from tests.stack.people import Person, sign_in, texts
from tests.stack.told import function_name


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """The reporter of all these cases."""
    return sign_in(stack)


@contextmanager
def without_relay(stack: Address) -> Iterator[None]:
    """No event leaves the table meanwhile; afterwards the relay takes up what waited."""
    functions = stack.client("lambda")
    name = function_name(stack, "Relay")
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]

    def turn(enabled: bool) -> None:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)
        state = "Enabled" if enabled else "Disabled"
        wait(lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == state)
        time.sleep(1.5)  # the poller looks at its state once a second

    turn(False)
    try:
        yield
    finally:
        turn(True)


def mails(stack: Address, case: Case) -> list[str]:
    """Whom the e-mails about a case went to, and their subjects."""
    with urlopen(f"{stack.emulator_url}/_ministack/ses/messages", timeout=30) as answer:
        sent = json.load(answer)["messages"]
    return [f"{it['To']}: {it['Subject']}" for account in sent.values() for it in account if case.code in it["Subject"]]


def sms(stack: Address, case: Case) -> list[str]:
    """What the reporter was told about a case by SMS."""
    return [text for text in texts(stack, case.person.phone) if case.code in text]


def quiet(read: Any) -> Any:
    """What a reading settles to."""
    before = None
    while before != (now := read()):
        before = now
        time.sleep(3)
    return now


def test_lost_events_are_made_good_from_the_tables_and_a_late_relay_doubles_nothing(
    stack: Address, person: Person
) -> None:
    with without_relay(stack):
        case = submit(stack, person)
        time.sleep(3)
        assert case.view()["status"] == "received"
        figures = sweep(stack, minutes=3)
        assert figures["routed"] >= 1
        assert figures["replayed"] >= 1
        assert case.view()["status"] == "assigned"
        assert case.work("answer", {"result": RESULT}).status == 200
        sweep(stack, minutes=20)
        wait(lambda: any("tra loi" in text.lower() for text in sms(stack, case)))
    told = quiet(lambda: (mails(stack, case), sms(stack, case)))
    assert [line["action"] for line in case.view()["history"]] == ["submit", "assign", "answer"]
    assert 1 <= len(told[0]) == len(set(told[0]))
    assert len(told[1]) == len(set(told[1]))


def test_passes_that_overlap_end_each_case_once(stack: Address, person: Person) -> None:
    from concurrent.futures import ThreadPoolExecutor

    cases = [answered(stack, person) for _ in range(4)]
    asked = assigned(stack, person)
    asked.work("accept")
    asked.work("ask", {"question": "Xin cho biết ổ gà ở phía nào?"})
    with ThreadPoolExecutor(4) as pool:
        figures = list(pool.map(lambda days: sweep(stack, days=days), (12, 12, 13, 12)))
    assert sum(it["closed"] for it in figures) >= 4
    for case in cases:
        assert [line["action"] for line in case.view()["history"]][-2:] == ["answer", "close"]
    assert [line["action"] for line in asked.view()["history"]][-2:] == ["ask", "time_out"]


def test_a_pass_in_the_past_does_nothing_and_harms_nothing(stack: Address, person: Person) -> None:
    case = answered(stack, person)
    assert sweep(stack, days=-30) == {"timed_out": 0, "closed": 0, "routed": 0, "replayed": 0}
    assert case.view()["status"] == "answered"


def test_every_pass_beats(stack: Address) -> None:
    sweep(stack)
    logs, group = stack.client("logs"), f"/aws/lambda/{function_name(stack, 'Sweep')}"
    lines = wait(lambda: logs.filter_log_events(logGroupName=group, filterPattern="SweepHeartbeat")["events"])
    assert any('"SweepHeartbeat"' in line["message"] for line in lines)
