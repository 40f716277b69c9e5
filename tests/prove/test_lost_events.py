"""Proof (b): SNS refuses for 20 seconds, events are dropped after the commit; everything arrives in the end, once."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from tests.address import Address
from tests.stack.faults import queues_missing_events, relay_missing_changes, topic_refusing
from tests.stack.ledger import Ledger, still, tapped
from tests.stack.matters import RESULT, answered, submit, sweep
from tests.stack.people import sign_in
from tests.stack.told import function_name, schedule

NEW, OLD = 5, 3
OUTAGE = 20
Proven = Callable[[str, str], None]
Fault = Callable[[Address], AbstractContextManager[None]]


def ends_well(stack: Address, **later: float) -> bool:
    """Let the sweep run as it will at a later time; whether it ended well."""
    event = json.dumps(schedule(datetime.now(UTC) + timedelta(**later)))
    answer = stack.client("lambda").invoke(FunctionName=function_name(stack, "Sweep"), Payload=event)
    return "FunctionError" not in answer


def test_what_sns_refused_for_twenty_seconds_arrives_once(stack: Address, proven: Proven) -> None:
    person = sign_in(stack)
    old = [answered(stack, person) for _ in range(OLD)]
    still(stack)
    with tapped(stack) as tap:
        with topic_refusing(stack):
            begun = time.monotonic()
            cases = [submit(stack, person) for _ in range(NEW)]
            for case in old:
                assert case.act("rate", {"rating": "unsatisfied", "reason": "Ổ gà vẫn còn nguyên."}).status == 200
            time.sleep(5)
            # The sweep routes what waits, cannot publish either, and says so; it remembers what it owes.
            assert not ends_well(stack, minutes=3)
            time.sleep(max(0.0, begun + OUTAGE - time.monotonic()))
            assert tap.events() == {}
        # The relay takes up what was refused while two sweeps run at once, and another after them.
        sweeps = [sweep(stack, minutes=later)["replayed"] for later in (10, 10, 30)]
        still(stack, lambda: len(tap.messages()))
        published = tap.events()
    books = Ledger(stack, [case.code for case in (*cases, *old)])
    audit = books.audit()
    assert audit.clean, audit
    during = [entry.event for entry in books.entries() if entry.action in ("submit", "assign", "rate")]
    late = [event for event in during if event in published]
    assert len(late) == 2 * NEW + OLD
    proven(
        "b",
        f"SNS refused for {OUTAGE} s: {len(late)} changes published late, {sum(published.values())} times in all, "
        f"{sum(sweeps)} cases by the sweep; {audit}",
    )


@pytest.mark.parametrize("fault", [relay_missing_changes, queues_missing_events], ids=["stream", "queues"])
def test_an_event_dropped_after_the_commit_is_delivered_by_the_sweep_once(
    stack: Address, proven: Proven, fault: Fault
) -> None:
    person = sign_in(stack)
    old = [answered(stack, person) for _ in range(OLD)]
    for case in old:
        case.link()
    still(stack)
    with tapped(stack) as tap:
        with fault(stack):
            cases = [submit(stack, person) for _ in range(NEW)]
            for case in old:
                assert case.act("rate", {"rating": "unsatisfied", "reason": "Ổ gà vẫn còn nguyên."}).status == 200
            time.sleep(3)
        still(stack)
        books = Ledger(stack, [case.code for case in (*cases, *old)])
        lost = books.audit()
        assert {case.view()["status"] for case in cases} == {"received"}
        assert len(lost.unseen) == NEW + 2 * OLD, lost
        figures = sweep(stack, minutes=3)
        assert (figures["routed"], figures["replayed"]) == (NEW, NEW + OLD)
        still(stack, lambda: len(tap.messages()))
        assert sweep(stack, minutes=30)["replayed"] == 0, "what was delivered is settled"
        still(stack)
    # The case goes on as if nothing had been.
    for case in cases:
        assert case.work("answer", {"result": RESULT}).status == 200
    still(stack)
    audit = books.audit()
    assert audit.clean, audit
    proven(
        "b",
        f"{NEW + OLD} events dropped after the commit ({fault.__name__}): {len(lost.unseen)} marks and {len(lost.lost)} messages "
        f"missing, {figures['replayed']} cases published again by the sweep; {audit}",
    )
