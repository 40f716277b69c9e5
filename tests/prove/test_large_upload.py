"""Proof (u): a month's 200,000 bills in one file, through the bucket and the functions, while people look them up."""

import csv
import io
import time
from collections.abc import Callable, Iterator

import pytest

from tests.address import Address
from tests.own_stack import own_stack
from tests.stack.people import call, sign_in
from tests.stack.supplying import ENDED, Unit, bill

ROWS = 200_000
BAD = 1_000  # of so many rows one is refused
MONTH = "2023-09"
CUSTOMERS = (1, ROWS // 2 + 1, ROWS - 1)


@pytest.fixture(scope="module")
def stack() -> Iterator[Address]:
    """A stack of its own, which ends with the rows."""
    yield from own_stack("-large-upload")


def a_month(more: int) -> bytes:
    """The bills of all customers, each of so much more; every thousandth says a day that there is not."""
    text = io.StringIO()
    writer = csv.DictWriter(text, bill(1, MONTH), delimiter=";")
    writer.writeheader()
    for number in range(1, ROWS + 1):
        due = "31/02/2023" if number % BAD == 0 else f"{MONTH}-28"
        writer.writerow(bill(number, MONTH, amount=96_000 + more, due=due))
    return text.getvalue().encode()


def amounts(stack: Address, token: str) -> set[int]:
    """What some customers from the beginning to the end of the file owe."""
    found: set[int] = set()
    for number in CUSTOMERS:
        asked = {"code": f"NL{number:07d}", "factor": f"{number % 10_000:04d}"}
        answer = call(stack, "POST", "/v1/utilities/water/bills/account", asked, token=token)
        found |= {one["facts"]["amount"] for one in answer.body.get("records", ()) if one["period"] == MONTH}
    return found


def test_two_hundred_thousand_bills_live_all_at_once(stack: Address, proven: Callable[[str, str], None]) -> None:
    unit = Unit(stack, "cap-nuoc-nghia-lo", "water", "bills", "nghia-lo")
    token = sign_in(stack).access_token
    for more in (0, 1):
        began, number, seen = time.monotonic(), unit.send("thang-9.csv", a_month(more), month=MONTH), list[set[int]]()
        while (shown := unit.upload(number)["upload"])["state"] not in ENDED:
            # Functions hear of a switch within five seconds: until the file is read nobody sees a row of it.
            found = amounts(stack, token) if more else set()
            seen += [found] if unit.upload(number)["upload"]["read"] < ROWS else []
            time.sleep(1)
        seconds = time.monotonic() - began
        assert (shown["state"], shown["good"], shown["bad"]) == ("live", ROWS - ROWS // BAD, ROWS // BAD)
        assert all(found <= {96_000} for found in seen), "rows of a file that was not read whole were seen"
        time.sleep(6)
        assert amounts(stack, token) == {96_000 + more}
        proven("u", f"{ROWS:,} rows live {seconds:.0f} s after they were sent, {shown['bad']} refused and named")
    assert unit.back(month=MONTH).status == 200
    time.sleep(6)
    assert amounts(stack, token) == {96_000}
