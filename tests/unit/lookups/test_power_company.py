"""The contract `power`, against the stand-in over HTTP with every fault, and with answers that are none."""

import copy
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import VIETNAM
from chalicelib.lookups import rows
from chalicelib.lookups.model import Role
from chalicelib.lookups.ports import UpstreamDown
from chalicelib.lookups.upstream.asking import CallFailed, Fault
from chalicelib.lookups.upstream.exchange import Reply
from chalicelib.lookups.upstream.power_company import PowerCompany
from chalicelib.lookups.upstream.sources import ProviderSource
from infra.local import companies as samples
from infra.local.upstreams import SECRETS, Upstreams
from tests.unit.lookups.companies import (
    IMPATIENT,
    PATIENT,
    Known,
    Saying,
    connected,
    dataset,
    fault_of,
    provided,
    standing_in,
)
from tests.unit.lookups.upstream_fakes import SECRET, Tables

BILLS = dataset("electricity", "bills")
CUTS = dataset("outages", "power")
CODE, TELEPHONE = "PA22YB0012345", "0017"


@pytest.fixture(scope="module")
def company() -> Iterator[Upstreams]:
    with standing_in() as upstreams:
        yield upstreams


@pytest.fixture(autouse=True)
def well(company: Upstreams) -> None:
    company.companies["power"].fault = "ok"


def test_bills_come_with_the_columns_of_the_catalogue_the_newest_first(company: Upstreams) -> None:
    account = connected(company, Tables())["power"].account(BILLS, provided(BILLS), "pa22yb 0012345")
    assert account
    assert len(account.records) == samples.MONTHS
    assert [one.period for one in account.records] == sorted((one.period for one in account.records), reverse=True)
    newest, before = account.records[:2]
    assert newest.feed == "power"
    unsaid = (Role.CODE, Role.FACTOR)
    assert set(newest.facts) == {column.name for column in BILLS.offer.columns if column.role not in unsaid}
    assert (newest.facts["period"], newest.facts["paid"], before.facts["paid"]) == (newest.period, False, True)
    assert sum(quantity for quantity, _ in newest.facts["tiers"]) == newest.facts["kwh"]
    assert account.factor == rows.factor_mac(SECRET, BILLS.id, CODE, TELEPHONE)


def test_neither_code_nor_telephone_is_kept_of_an_answer(company: Upstreams) -> None:
    tables = Tables()
    connected(company, tables)["power"].account(BILLS, provided(BILLS), CODE)
    assert CODE not in repr(tables.answers.answers)
    assert "phone" not in repr(tables.answers.answers)


def test_a_customer_unknown_and_a_code_of_another_form_are_nobody(company: Upstreams) -> None:
    tables, asked = Tables(), company.companies["power"].requests
    source = connected(company, tables)["power"]
    assert source.account(BILLS, provided(BILLS), "PA22YB0099990") is None
    assert source.account(BILLS, provided(BILLS), "YB00012345") is None
    assert (tables.heard.faults, company.companies["power"].requests - asked) == ([], 1)


def test_a_contract_without_a_telephone_can_be_proven_by_nothing(company: Upstreams) -> None:
    account = connected(company, Tables())["power"].account(BILLS, provided(BILLS), "PA22YB0054321")
    assert account
    assert account.factor == ""


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        ("slow", Fault.TIMEOUT), ("hang", Fault.TIMEOUT), ("drip", Fault.TIMEOUT), ("error", Fault.SERVER_ERROR),
        ("malformed", Fault.MALFORMED), ("captcha", Fault.CAPTCHA), ("wrong_customer", Fault.MALFORMED),
        ("throttled", Fault.THROTTLED), ("reset", Fault.CONNECTION),
    ],
)  # fmt: skip
def test_each_fault_is_told_apart_and_the_answer_of_before_stands_in(
    company: Upstreams, fault: str, heard: Fault
) -> None:
    tables = Tables()
    before = connected(company, tables)["power"].account(BILLS, provided(BILLS), CODE)
    tables.time.passed += 3600
    company.companies["power"].fault = fault
    seconds = IMPATIENT if heard is Fault.TIMEOUT else PATIENT
    source = connected(company, tables, seconds=seconds)["power"]
    after = source.account(BILLS, provided(BILLS), CODE)
    assert before
    assert after
    assert (after.records, after.factor) == (before.records, before.factor)
    assert (after.freshness.as_of, after.freshness.stale) == (before.freshness.as_of, True)
    assert fault_of(tables) == heard
    with pytest.raises(UpstreamDown):
        source.account(BILLS, provided(BILLS), "PA22YB0012346")


def test_a_wrong_key_is_a_fault_of_ours_that_operators_hear_of(company: Upstreams) -> None:
    tables = Tables()
    with pytest.raises(UpstreamDown):
        connected(company, tables, {**SECRETS, "power": "wrong"})["power"].account(BILLS, provided(BILLS), CODE)
    assert fault_of(tables) == Fault.REFUSED


def test_a_company_that_is_not_there_is_a_fault_like_others(company: Upstreams) -> None:
    tables = Tables()
    with standing_in() as gone:
        source = connected(gone, tables)["power"]
    with pytest.raises(UpstreamDown):
        source.account(BILLS, provided(BILLS), CODE)
    assert fault_of(tables) == Fault.CONNECTION


def test_cuts_of_a_place_come_as_postings_without_those_called_off(company: Upstreams) -> None:
    now = datetime.now(VIETNAM)
    source = connected(company, Tables())["power"]
    (cut,) = source.board(CUTS, provided(CUTS), ["04279", "132", "15"], now).postings
    assert (cut.areas, cut.hamlets, cut.feed) == (("04279",), ("Tổ 1", "Tổ 2"), "power")
    assert cut.title.startswith("Tạm ngừng cấp điện: ")
    assert cut.starts
    assert cut.ends
    assert cut.starts < cut.ends
    assert set(cut.facts) == {"id", "title", "areas", "hamlets", "starts", "ends", "reason"}
    assert source.board(CUTS, provided(CUTS), ["04279"], cut.ends + timedelta(seconds=1)).postings == ()


def test_all_who_ask_about_a_place_on_a_day_share_one_answer(company: Upstreams) -> None:
    asked = company.companies["power"].requests
    tables, noon = Tables(), datetime(2026, 11, 24, 12, tzinfo=VIETNAM)
    source = connected(company, tables)["power"]
    for minutes, areas in enumerate((["04279", "132"], ["132", "04279"], ["04279", "132", "132"])):
        source.board(CUTS, provided(CUTS), areas, noon + timedelta(minutes=minutes))
    assert company.companies["power"].requests - asked == 1


def test_what_is_not_connected_says_so(company: Upstreams) -> None:
    sources = connected(company, Tables())
    water = dataset("outages", "water")
    for ask in (
        lambda: sources["gas"].account(BILLS, provided(BILLS), CODE),
        lambda: sources["gas"].board(CUTS, provided(CUTS), ["04279"], datetime.now(VIETNAM)),
        lambda: sources["water"].board(water, water.offer.feeds, ["04279"], datetime.now(VIETNAM)),
    ):
        with pytest.raises(UpstreamDown) as down:
            ask()
        assert down.value.words == "error.provider_not_connected"


# What a company might say and must not be believed, from what is right by one change.
Change = Callable[[dict[str, Any]], Any]
ABSURD: dict[str, Change] = {
    "negative kWh": lambda said: said["bills"][0].update(kwh=-1, tiers=[]),
    "kWh as text": lambda said: said["bills"][0].update(kwh="182"),
    "a negative amount": lambda said: said["bills"][0].update(amount=-1),
    "an amount with fractions": lambda said: said["bills"][0].update(amount=100.5),
    "another currency": lambda said: said["bills"][0].update(currency="USD"),
    "no currency": lambda said: said["bills"][0].pop("currency"),
    "tiers that do not add up": lambda said: said["bills"][0]["tiers"][0].update(kwh=51),
    "a month that is none": lambda said: said["bills"][0].update(period="2026-13"),
    "a month with more behind it": lambda said: said["bills"][0].update(period="2026-10\n"),
    "a month twice": lambda said: said["bills"][1].update(period=said["bills"][0]["period"]),
    "a day that is none": lambda said: said["bills"][0].update(due="2026-02-30"),
    "a day of no age of ours": lambda said: said["bills"][0].update(due="0001-01-01"),
    "a month of no age of ours": lambda said: said["bills"][0].update(period="9999-12"),
    "paid as text": lambda said: said["bills"][0].update(paid="no"),
    "a meter day that is none": lambda said: said["bills"][0].update(meter_day=32),
    "another customer": lambda said: said.update(customer_code="PA22YB0012346"),
    "a telephone that is no end": lambda said: said.update(phone_end="17"),
    "no bills": lambda said: said.pop("bills"),
    "too many bills": lambda said: said.update(bills=said["bills"] * 5),
}


@pytest.mark.parametrize("change", ABSURD.values(), ids=ABSURD)
def test_an_absurd_answer_is_refused_as_malformed(company: Upstreams, change: Change) -> None:
    said = samples.power_bills(CODE, CODE, samples.today())
    assert said
    assert _asked(company, said).heard.faults == []
    changed = copy.deepcopy(said)
    change(changed)
    assert fault_of(_asked(company, changed)) == Fault.MALFORMED


def _asked(company: Upstreams, said: dict[str, Any]) -> Tables:
    """What came of asking a company that says this."""
    tables = Tables()
    power = PowerCompany(
        "power", company.url, Saying(Reply(200, "application/json", msgspec.json.encode(said))), Known(SECRETS)
    )
    source = ProviderSource(tables.instance(), power, power, SECRET)
    try:
        source.account(BILLS, provided(BILLS), CODE)
    except UpstreamDown:
        assert tables.heard.faults
    return tables


ABSURD_CUTS: dict[str, Change] = {
    "an end before its start": lambda cut: cut.update(to="2026-11-20T07:30:00+07:00"),
    "a time of no age of ours": lambda cut: cut.update({"from": "0001-01-01T00:00:00+07:00"}),
    "times without a zone": lambda cut: cut.update({"from": "2026-11-26T07:30:00", "to": "2026-11-26T11:30:00"}),
    "a place that nobody asked for": lambda cut: cut.update(areas=["04303"]),
    "no place": lambda cut: cut.update(areas=[]),
    "an id that would break keys": lambda cut: cut.update(id="CD#1"),
    "a state unknown": lambda cut: cut.update(status="perhaps"),
    "no reason": lambda cut: cut.update(reason=""),
}


@pytest.mark.parametrize("change", ABSURD_CUTS.values(), ids=ABSURD_CUTS)
def test_an_absurd_cut_is_refused_as_malformed(company: Upstreams, change: Change) -> None:
    said = samples.power_cuts(["04279"], samples.today())
    change(said["outages"][0])
    tables = Tables()
    power = PowerCompany(
        "power", company.url, Saying(Reply(200, "application/json", msgspec.json.encode(said))), Known(SECRETS)
    )
    with pytest.raises(UpstreamDown):
        ProviderSource(tables.instance(), power, power, SECRET).board(
            CUTS, provided(CUTS), ["04279"], datetime.now(VIETNAM)
        )
    assert fault_of(tables) == Fault.MALFORMED


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(404, "application/json", b'{"error": "no_such_path"}'), Fault.REFUSED),
        (Reply(404, "text/plain", b"Not found"), Fault.REFUSED),
        (Reply(404, "text/html", b"<html>404</html>"), Fault.CAPTCHA),
        (Reply(302, "text/plain", b"", ""), Fault.REFUSED),
        (Reply(200, "application/json", b"\xef\xbb\xbf\n<!DOCTYPE html><p>x"), Fault.CAPTCHA),
        (Reply(200, "application/json", b"\xff\xfe{"), Fault.MALFORMED),
        (Reply(200, "application/json", b""), Fault.MALFORMED),
        (Reply(503, "text/html", b"<html>Bad gateway</html>"), Fault.SERVER_ERROR),
    ],
    ids=str,
)
def test_only_the_companys_own_word_makes_a_customer_unknown(reply: Reply, fault: Fault) -> None:
    with pytest.raises(CallFailed) as failed:
        PowerCompany("power", "https://x.example", Saying(reply), Known(SECRETS)).bills(CODE, 1)
    assert failed.value.fault is fault
    assert (str(failed.value), failed.value.__cause__) == (fault.value, None)


@given(st.binary(max_size=300) | st.sampled_from([b'{"x":' + b"[" * 400_000, b"[" * 400_000, b'{"bills":' * 90_000]))
def test_whatever_bytes_come_they_are_bills_or_a_fault(body: bytes) -> None:
    for status in (200, 404):
        power = PowerCompany(
            "power", "https://x.example", Saying(Reply(status, "application/json", body)), Known(SECRETS)
        )
        with pytest.raises(CallFailed):
            power.bills(CODE, 1)


def test_a_code_stands_in_no_address(company: Upstreams) -> None:
    saying = Saying(Reply(404, "application/json", b'{"error": "customer_not_found"}'))
    assert PowerCompany("power", "https://x.example", saying, Known(SECRETS)).bills(CODE, 1) is None
    (request,) = saying.requests
    assert CODE.encode() in request.body
    assert CODE not in request.url + str(request.headers)
