"""When a record is due, paid, late and to be reminded of, by Vietnam's days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.lookups.account.standing import Unpaid, masked, standing, unpaid
from chalicelib.lookups.model import Record
from chalicelib.lookups.rows import factor_mac, normal_factor
from tests.unit.lookups.account_fakes import BILLS, FILES, bill

MIDNIGHT = datetime(2023, 5, 25, 17, 0, tzinfo=UTC)  # the 26th begins in Vietnam
BEFORE = datetime(2023, 5, 25, 16, 59, tzinfo=UTC)


def file_of(**facts: Any) -> Record:
    return Record("2023-05-01", {"due": "2023-05-25", **facts}, "one")


def test_a_bill_is_overdue_when_its_day_has_ended_in_vietnam() -> None:
    assert standing(BILLS, bill(due="2023-05-25"), BEFORE).overdue is False
    assert standing(BILLS, bill(due="2023-05-25"), MIDNIGHT).overdue is True


def test_a_paid_bill_is_never_overdue() -> None:
    found = standing(BILLS, bill(due="2023-05-01", paid=True), MIDNIGHT)
    assert (found.paid, found.overdue) == (True, False)


def test_a_file_is_late_until_the_day_it_is_finished_is_known() -> None:
    assert standing(FILES, file_of(), MIDNIGHT).overdue is True
    assert standing(FILES, file_of(finished="2023-05-27"), MIDNIGHT).overdue is False


@pytest.mark.parametrize(
    ("finished", "now", "late"),
    [
        (None, BEFORE, False), (None, MIDNIGHT, True), ("2023-05-25", MIDNIGHT, False), ("2023-05-26", MIDNIGHT, True),
        ("2023-05-26", BEFORE, True),
    ],
)  # fmt: skip
def test_a_file_is_late_that_is_not_finished_by_its_day_or_was_after_it(
    finished: str | None, now: datetime, late: bool
) -> None:
    assert standing(FILES, file_of(finished=finished) if finished else file_of(), now).late is late


def test_whether_a_bill_was_paid_late_a_mere_yes_does_not_say() -> None:
    assert standing(BILLS, bill(due="2023-05-01", paid=True), MIDNIGHT).late is None
    assert standing(BILLS, bill(due="2023-05-01"), MIDNIGHT).late is True
    assert standing(FILES, Record("2023-05-01", {"finished": "2023-05-27"}, "one"), MIDNIGHT).late is None


def test_of_what_a_record_does_not_say_nothing_is_said() -> None:
    found = standing(FILES, Record("2023-05-01", {}, "one"), MIDNIGHT)
    assert (found.due, found.paid, found.overdue, found.late, found.amount) == (None, False, None, None, None)


def test_a_moment_is_due_on_its_day_in_vietnam() -> None:
    assert standing(BILLS, bill(due="2023-05-25T17:30:00.000Z"), BEFORE).due == date(2023, 5, 26)


def test_neither_the_second_thing_nor_what_is_private_is_shown() -> None:
    assert list(standing(BILLS, bill(), BEFORE).facts) == ["code", "period", "amount", "due", "paid"]


@pytest.mark.parametrize(
    ("due", "reminded"),
    [("2023-05-22", False), ("2023-05-23", True), ("2023-05-26", True), ("2023-05-27", False)],
)
def test_a_bill_is_to_be_reminded_of_from_three_days_before_until_its_day(due: str, reminded: bool) -> None:
    today = date(2023, 5, 23)
    assert standing(BILLS, bill(due=due), BEFORE).to_remind(today) is reminded
    assert not standing(BILLS, bill(due=due, paid=True), BEFORE).to_remind(today)


def test_what_is_left_to_pay_is_added_up_over_what_is_not_paid() -> None:
    found = [bill(amount=100_000), bill(amount=50_000, paid=True), bill(amount=25_000)]
    assert unpaid(standing(BILLS, one, BEFORE) for one in found) == Unpaid(2, 125_000)


def test_of_a_code_the_last_three_characters_are_shown() -> None:
    assert masked("PA15012345678") == "***678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14/05/2011", "2011-05-14"), ("14-5-2011", "2011-05-14"), ("14.05.2011", "20110514"),
        ("4 8 2 1", "4821"), ("+84 950 000 111", "0950000111"), ("+84950000111", "0950 000 111"),
        ("Nguyễn Thị Mẫu", "nguyen thi MAU"),
    ],
)  # fmt: skip
def test_the_second_thing_is_the_same_however_it_is_typed(typed: str, kept: str) -> None:
    assert normal_factor(typed) == normal_factor(kept)
    assert factor_mac("secret", "home.bills", "pa 1", typed) == factor_mac("secret", "home.bills", "PA1", kept)


def test_the_same_second_thing_is_kept_differently_for_each_code() -> None:
    macs = {factor_mac("secret", dataset, code, "4821") for dataset in ("a.b", "a.c") for code in ("1", "2")}
    assert len(macs) == 4
