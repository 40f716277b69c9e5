"""Digests on the deployed stack: one e-mail an agency and morning, with links that open."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from tests.address import Address
from tests.own_stack import own_stack
from tests.stack.ledger import outbox
from tests.stack.matters import assigned
from tests.stack.people import call, sign_in
from tests.stack.told import run, schedule


@pytest.fixture(scope="module")
def stack() -> Iterator[Address]:
    """A stack of its own: the desks of the shared one are full of other tests' cases."""
    yield from own_stack("-digests")


def next_working_morning() -> datetime:
    """Half past seven of the next working day after today, in Vietnam."""
    today = datetime.now(VIETNAM).date()
    day: date = next(found for back in range(1, 15) if official().is_working_day(found := today + timedelta(days=back)))
    return datetime.combine(day, time(7, 30), VIETNAM)


def digests(stack: Address, at: datetime) -> dict[str, int]:
    """Let the schedule fire as of a time."""
    return dict(run(stack, "Digests", schedule(at)))


def digests_of(stack: Address, day: datetime) -> list[Any]:
    """The morning e-mails of a day."""
    return [one for one in outbox(stack) if f"Việc hôm nay {day:%d/%m/%Y}" in (one.get("Subject") or "")]


def test_each_agency_with_something_to_do_has_one_e_mail_however_often_the_schedule_fires(stack: Address) -> None:
    case = assigned(stack, sign_in(stack))
    morning = next_working_morning()
    with ThreadPoolExecutor(3) as workers:
        figures = list(workers.map(lambda late: digests(stack, morning + timedelta(minutes=late)), (0, 0, 5)))
    # A provider that was busy is asked again a quarter of an hour later.
    figures += [digests(stack, morning + timedelta(minutes=late)) for late in (15, 30)]
    sent = digests_of(stack, morning)
    assert sum(one["sent"] for one in figures) == len(sent) > 0, figures
    assert len({str(it["To"]) for it in sent}) == len(sent)
    holder = case.view()["agency"]["code"]
    (mine,) = [it for it in sent if f"@{holder}." in str(it["To"])]
    link = re.search(r"/a/([0-9A-Z]{11}-[0-9]+-[\w-]{22})", str(mine))
    assert link, mine
    assert call(stack, "GET", f"/v1/work/{link[1]}").status == 200


def test_outside_the_morning_nothing_is_sent(stack: Address) -> None:
    evening = next_working_morning() + timedelta(hours=10)
    assert set(digests(stack, evening).values()) == {0}
