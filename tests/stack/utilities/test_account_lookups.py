"""Accounts on the deployed stack: private to who knows them, guessing limited three ways, saved codes, bills, reminders."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from chalicelib.core.clock import VIETNAM
from tests.address import Address
from tests.stack.account_field import Customer, Supplier, supplier_of
from tests.stack.logbook import all_log_lines
from tests.stack.people import call, refused, sign_in
from tests.stack.told import run, schedule

# Two days before the bills of the test are due.
MORNING = datetime(2031, 5, 23, 9, 0, tzinfo=VIETNAM)
_SEEN: list[Customer] = []


@pytest.fixture(scope="module")
def supplier(stack: Address) -> Iterator[Supplier]:
    """One supplier for all tests; what it has of a version being loaded is nobody's yet."""
    with supplier_of(stack) as made:
        yield made


@pytest.fixture
def customer(supplier: Supplier) -> Customer:
    """A customer with an unpaid bill and a paid one before it."""
    made = Customer()
    supplier.bill(made)
    supplier.bill(made, period="2031-04", paid=True)
    supplier.bill(made, version=2, period="2031-06")
    _SEEN.append(made)
    return made


def test_who_knows_the_factor_reads_what_lives(supplier: Supplier, customer: Customer) -> None:
    answer = supplier.look_up(
        sign_in(supplier.stack), customer, code=f" {customer.code.lower()[:5]}-{customer.code[5:]}"
    )
    assert answer.status == 200, answer
    assert answer.headers["Cache-Control"] == "no-store"
    assert [record["period"] for record in answer.body["records"]] == ["2031-05", "2031-04"]
    assert answer.body["code"] == f"***{customer.code[-3:]}"
    assert (answer.body["stale"], answer.body["as_of"]) == (False, "2026-03-01T03:00:00Z")
    first, second = answer.body["records"]
    assert (first["due"], first["paid"], first["overdue"], second["paid"]) == ("2031-05-25", False, False, True)
    assert customer.factor not in str(answer.body)


def test_a_wrong_factor_and_an_unknown_code_are_answered_alike(supplier: Supplier, customer: Customer) -> None:
    person = sign_in(supplier.stack)
    wrong = supplier.look_up(person, customer, factor="0000")
    unknown = supplier.look_up(person, Customer(), factor="0000")
    refused(wrong, 404)
    assert wrong.body == unknown.body
    assert wrong.headers.keys() == unknown.headers.keys()


def test_only_citizens_ask_and_bad_input_is_named(supplier: Supplier, customer: Customer) -> None:
    person = sign_in(supplier.stack)
    assert call(supplier.stack, "POST", supplier.path, {"code": "1", "factor": "1"}).status == 401
    asked = {"code": "", "factor": 5, "more": 1}
    answer = call(supplier.stack, "POST", supplier.path, asked, token=person.access_token)
    assert refused(answer, 422) == ["more", "code", "factor"]
    assert refused(supplier.save(person, customer, label="x" * 61, remind="yes"), 422) == ["label", "remind"]
    elsewhere = supplier.path.replace(supplier.utility.id, "nowhere")
    refused(call(supplier.stack, "POST", elsewhere, {"code": "1", "factor": "1"}, token=person.access_token), 404)


def test_an_account_guesses_five_times_at_whatever_at_once(supplier: Supplier, customer: Customer) -> None:
    person, other = sign_in(supplier.stack), sign_in(supplier.stack)
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda one: supplier.look_up(person, Customer()), range(20)))
    assert Counter(answer.status for answer in answers) == {404: 5, 429: 15}
    assert all(1 <= int(one.headers["Retry-After"]) <= 3600 for one in answers if one.status == 429)
    assert supplier.look_up(person, customer).status == 429
    assert [supplier.look_up(other, customer).status for _ in range(7)] == [200] * 7


def test_a_code_is_guessed_at_ten_times_by_all_together_and_its_owner_reads_on(
    supplier: Supplier, customer: Customer
) -> None:
    owner = sign_in(supplier.stack)
    saved = supplier.save(owner, customer)
    assert saved.status == 201
    accounts = [f"guesser-{number}" for number in range(15)]
    with ThreadPoolExecutor(8) as threads:
        guess = lambda account: supplier.look_up_from("203.0.113.40", account, customer, factor="0000")  # noqa: E731
        assert Counter(threads.map(guess, accounts)) == {404: 10, 429: 5}
    assert supplier.look_up(owner, customer).status == 429
    asked = {"saved": saved.body["id"]}
    assert call(supplier.stack, "POST", supplier.path, asked, token=owner.access_token).status == 200
    (mine,) = call(supplier.stack, "GET", "/v1/me/bills", token=owner.access_token).body["items"]
    assert (mine["trouble"], len(mine["records"])) == (None, 2)


def test_an_address_is_stopped_whoever_calls_from_it(supplier: Supplier, customer: Customer) -> None:
    address = "203.0.113.41"
    assert supplier.look_up_from(address, "one", customer, factor="0000") == 404
    supplier.use_up(address)
    assert supplier.look_up_from(address, "two", customer) == 429
    assert supplier.look_up_from("203.0.113.42", "two", customer) == 200


def test_saved_codes_are_their_owners_alone(supplier: Supplier, customer: Customer) -> None:
    stack = supplier.stack
    owner, stranger = sign_in(stack), sign_in(stack)
    refused(supplier.save(owner, customer, factor="0000"), 404)
    saved = supplier.save(owner, customer, label="  Nhà   mẹ ", remind=False).body
    listed = call(stack, "GET", "/v1/me/codes", token=owner.access_token)
    assert listed.body["items"] == [saved]
    assert listed.headers["Cache-Control"] == "private, no-store"
    assert (saved["label"], saved["code"]) == ("Nhà mẹ", f"***{customer.code[-3:]}")
    assert call(stack, "GET", "/v1/me/codes", token=stranger.access_token).body == {"items": []}
    refused(call(stack, "POST", supplier.path, {"saved": saved["id"]}, token=stranger.access_token), 404)
    for person, left in ((stranger, [saved]), (owner, []), (owner, [])):
        assert call(stack, "DELETE", f"/v1/me/codes/{saved['id']}", token=person.access_token).status == 204
        assert call(stack, "GET", "/v1/me/codes", token=owner.access_token).body["items"] == left


def test_all_bills_come_in_one_call_and_a_new_customer_must_prove_himself(
    supplier: Supplier, customer: Customer
) -> None:
    stack, person, moved = supplier.stack, sign_in(supplier.stack), Customer()
    supplier.bill(moved)
    for one in (customer, moved):
        assert supplier.save(person, one).status == 201
    # The next tenant of the same meter: another factor, and nothing of what the one before owed.
    tenant = Customer(code=moved.code)
    supplier.bill(tenant, period="2031-07")
    answer = call(stack, "GET", "/v1/me/bills", token=person.access_token)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert [bill["trouble"] for bill in answer.body["items"]] == ["verify_again", None]
    assert answer.body["unpaid"] == {"count": 1, "amount": 100_000}
    assert [one["period"] for one in supplier.look_up(person, tenant).body["records"]] == ["2031-07"]
    _SEEN.extend((moved, tenant))


def test_a_bill_is_told_of_once_however_often_the_schedule_fires(supplier: Supplier, customer: Customer) -> None:
    stack, person = supplier.stack, sign_in(supplier.stack)
    assert supplier.save(person, customer, label="Nhà mẹ", remind=True).body["remind"]
    with ThreadPoolExecutor(3) as workers:
        figures = list(workers.map(lambda _: run(stack, "RemindDues", schedule(MORNING)), range(3)))
    figures.append(run(stack, "RemindDues", schedule(MORNING.replace(day=24))))
    assert sum(one["told"] for one in figures) == 1, figures
    lines = call(stack, "GET", "/v1/inbox", token=person.access_token).body["items"]
    assert len([line for line in lines if "Nhà mẹ" in str(line)]) == 1
    assert customer.code not in str(lines)


def test_no_log_holds_a_code_or_a_factor(supplier: Supplier) -> None:
    words = {word for one in _SEEN for word in (one.code, one.factor.removeprefix("Mẫu "))}
    lines = [line for group in all_log_lines(supplier.stack).values() for line in group]
    assert len(words) >= 10
    assert not [line for line in lines if any(word in line for word in words)]
