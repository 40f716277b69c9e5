"""The watch on the deployed stack: time is moved in the schedule's event, and what it does is read from the rows."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM, from_text
from chalicelib.feedback import escalation
from chalicelib.feedback.lifecycle import Action
from tests.address import Address
from tests.own_stack import own_stack
from tests.stack.matters import OTHER_AGENCY, REASON, RESULT, Case, assigned, wait
from tests.stack.people import Person, sign_in
from tests.stack.rows import head
from tests.stack.told import function_name, run, schedule

LATE = timedelta(minutes=6)


@pytest.fixture(scope="module")
def stack() -> Iterator[Address]:
    """A stack of its own: passes that come days late would climb the ladders of every other test's cases."""
    yield from own_stack("-watch")


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """The reporter of all these cases."""
    return sign_in(stack)


def watch(stack: Address, at: datetime) -> Any:
    """A pass of the watch as of that moment."""
    return run(stack, "Watch", schedule(at))


def actions(case: Case) -> list[str]:
    """What happened to a case."""
    return [entry.action.value for entry in head(case).history]


def at(case: Case, action: Action) -> datetime:
    """The time of a rung."""
    held = head(case).assignment
    assert held
    return next(escalation.when(rung) for rung in held.ladder if rung.action is action)


def test_passes_that_overlap_climb_each_rung_once_and_the_breach_is_the_deadline(
    stack: Address, person: Person
) -> None:
    case = assigned(stack, person)
    for action in (Action.REMIND, Action.WARN, Action.BREACH, Action.ESCALATE):
        moment = at(case, action) + LATE
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda moment: watch(stack, moment), [moment, moment, moment - timedelta(minutes=5)]))
    assert actions(case) == ["submit", "assign", "remind", "warn", "breach", "escalate"]
    case_now = head(case)
    assert case_now.breached_at == case_now.deadline
    assert case.view()["overdue"] is False, "it is not overdue yet by the clock of the API"


def test_a_pass_that_comes_days_late_leaves_out_what_was_overtaken(stack: Address, person: Person) -> None:
    silent, accepted, answered = (assigned(stack, person) for _ in range(3))
    assert accepted.work("accept").status == 200
    assert answered.work("answer", {"result": RESULT}).status == 200
    watch(stack, at(silent, Action.ESCALATE) + timedelta(days=30))
    assert actions(silent) == ["submit", "assign", "breach", "escalate"]
    assert actions(accepted) == ["submit", "assign", "accept", "breach", "escalate"]
    assert actions(answered) == ["submit", "assign", "answer"]


def test_an_urgent_case_climbs_the_roster_until_somebody_accepts(stack: Address, person: Person) -> None:
    case = assigned(stack, person, category="sat_lo")
    begun = datetime.now(UTC)
    watch(stack, begun + timedelta(minutes=31))
    watch(stack, begun + timedelta(minutes=61))
    assert actions(case) == ["submit", "assign", "climb", "climb"]
    assert case.work("accept").status == 200
    watch(stack, begun + timedelta(minutes=170))
    assert actions(case) == ["submit", "assign", "climb", "climb", "accept"]


def test_a_hand_over_that_nobody_accepts_goes_to_the_centre(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    assert case.work("hand_over", {"agency": OTHER_AGENCY, "reason": REASON}).status == 200
    assert case.opened(2).status == 200
    offer = head(case).hand_over
    assert offer
    assert offer.lapses_at
    watch(stack, offer.lapses_at)
    assert actions(case)[-1] == "hand_over"
    for _ in range(2):
        watch(stack, offer.lapses_at + LATE)
    assert [action for action in actions(case) if action == "lapse"] == ["lapse"]
    assert case.view()["status"] == "received"
    assert [case.opened(number).status for number in (1, 2)] == [410, 410]


@contextmanager
def day_off(stack: Address, day: date) -> Iterator[None]:
    """An override of the calendar, as the centre keeps it."""
    rows, name = stack.client("dynamodb"), stack.outputs["DirectoryTable"]
    key = {"kind": {"S": "calendar"}, "sk": {"S": day.isoformat()}}
    body = json.dumps({"day": day.isoformat(), "kind": "off", "reason": "Bão, nghỉ theo công điện"})
    rows.put_item(TableName=name, Item=key | {"body": {"S": body}})
    try:
        yield
    finally:
        rows.delete_item(TableName=name, Key=key)


def test_a_day_off_that_is_decided_later_moves_open_deadlines_once(stack: Address, person: Person) -> None:
    case, answered = (assigned(stack, person, category="an_sinh") for _ in range(2))
    assert answered.work("answer", {"result": RESULT}).status == 200
    before = head(case)
    now = datetime.now(UTC)
    with day_off(stack, before.deadline.astimezone(VIETNAM).date()):
        for minutes in (0, 1, 11, 16):
            watch(stack, now + timedelta(minutes=minutes))
        moved = head(case)
    watch(stack, now + timedelta(minutes=20))
    assert head(case) == moved, "nothing moves back"
    assert moved.deadline == official().deadline(before.deadline, 1)
    assert moved.promised_by == before.promised_by
    assert actions(case) == ["submit", "assign", "reschedule"]
    assert actions(answered) == ["submit", "assign", "answer"]
    assert from_text(case.view()["deadline"]) == moved.deadline


def test_every_pass_beats(stack: Address) -> None:
    watch(stack, datetime.now(UTC))
    logs, group = stack.client("logs"), f"/aws/lambda/{function_name(stack, 'Watch')}"
    lines = wait(lambda: logs.filter_log_events(logGroupName=group, filterPattern="WatchHeartbeat")["events"])
    assert any('"WatchHeartbeat"' in line["message"] for line in lines)
