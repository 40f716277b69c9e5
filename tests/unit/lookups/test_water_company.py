"""The contract `water`, against the stand-in over HTTP with every fault, and with documents that are none or hostile."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lookups import rows
from chalicelib.lookups.model import Role
from chalicelib.lookups.ports import UpstreamDown
from chalicelib.lookups.upstream.asking import CallFailed, Fault
from chalicelib.lookups.upstream.exchange import Reply
from chalicelib.lookups.upstream.sources import ProviderSource
from chalicelib.lookups.upstream.water_company import WaterCompany
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

BILLS = dataset("water", "bills")
CODE, TELEPHONE = "YB00012345", "0017"
XML = "text/xml; charset=utf-8"


@pytest.fixture(scope="module")
def company() -> Iterator[Upstreams]:
    with standing_in() as upstreams:
        yield upstreams


@pytest.fixture(autouse=True)
def well(company: Upstreams) -> None:
    company.companies["water"].fault = "ok"


def test_bills_come_with_the_columns_of_the_catalogue_the_newest_first(company: Upstreams) -> None:
    account = connected(company, Tables())["water"].account(BILLS, provided(BILLS), CODE)
    assert account
    assert len(account.records) == samples.MONTHS
    assert [one.period for one in account.records] == sorted((one.period for one in account.records), reverse=True)
    newest = account.records[0]
    assert newest.feed == "yen-bai"
    unsaid = (Role.CODE, Role.FACTOR)
    assert set(newest.facts) == {column.name for column in BILLS.offer.columns if column.role not in unsaid}
    assert newest.facts["reading"] - newest.facts["previous_reading"] == newest.facts["volume"]
    assert newest.facts["reading"] > 1000
    assert account.factor == rows.factor_mac(SECRET, BILLS.id, CODE, TELEPHONE)


def test_a_customer_unknown_is_nobody_and_a_contract_without_a_telephone_proves_nothing(company: Upstreams) -> None:
    tables = Tables()
    source = connected(company, tables)["water"]
    assert source.account(BILLS, provided(BILLS), "YB00099990") is None
    account = source.account(BILLS, provided(BILLS), "YB00054321")
    assert account
    assert (account.factor, tables.heard.faults) == ("", [])


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
    before = connected(company, tables)["water"].account(BILLS, provided(BILLS), CODE)
    tables.time.passed += 3600
    company.companies["water"].fault = fault
    seconds = IMPATIENT if heard is Fault.TIMEOUT else PATIENT
    source = connected(company, tables, seconds=seconds)["water"]
    after = source.account(BILLS, provided(BILLS), CODE)
    assert before
    assert after
    assert (after.records, after.freshness.as_of, after.freshness.stale) == (
        before.records,
        before.freshness.as_of,
        True,
    )
    assert fault_of(tables) == heard


def test_a_wrong_password_is_a_fault_and_not_a_customer_unknown(company: Upstreams) -> None:
    tables = Tables()
    with pytest.raises(UpstreamDown):
        connected(company, tables, {**SECRETS, "water": "sample-user:wrong"})["water"].account(
            BILLS, provided(BILLS), CODE
        )
    assert fault_of(tables) == Fault.SERVER_ERROR


def _said() -> str:
    """A right answer, of volumes with fractions as well."""
    return samples.envelope(
        f'<GetBillsResponse xmlns="urn:yenbai-s:water-billing:1"><CustomerCode>{CODE}</CustomerCode><PhoneEnd>0017</PhoneEnd>'
        "<Bill><Period>10/2026</Period><PreviousReading>1.204,5</PreviousReading><Reading>1.219</Reading>"
        "<Volume>14,5</Volume><Tier><Volume>10</Volume><Price>8.200</Price></Tier><Tier><Volume>4,5</Volume><Price>9900</Price></Tier>"
        '<Amount currency="VND">145.532</Amount><DueDate>20/11/2026</DueDate><Paid>0</Paid></Bill>'
        "</GetBillsResponse>"
    )


def _asked(text: str | bytes) -> tuple[Tables, ProviderSource]:
    body = text.encode() if isinstance(text, str) else text
    tables = Tables()
    water = WaterCompany("water", "https://x.example", Saying(Reply(200, XML, body)), Known(SECRETS))
    return tables, ProviderSource(tables.instance(), water, None, SECRET)


def test_numbers_and_dates_are_read_as_they_are_written_in_vietnam() -> None:
    _, source = _asked(_said())
    account = source.account(BILLS, provided(BILLS), CODE)
    assert account
    assert account.records[0].facts == {
        "period": "2026-10", "amount": 145_532, "due": "2026-11-20", "paid": False, "volume": 14.5,
        "tiers": [[10, 8200], [4.5, 9900]], "previous_reading": 1204.5, "reading": 1219,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<Volume>14,5</Volume>", "<Volume>-14,5</Volume>"), ("<Volume>14,5</Volume>", "<Volume>14.5</Volume>"),
        ("<Volume>14,5</Volume>", "<Volume>NaN</Volume>"), ("<Volume>14,5</Volume>", "<Volume></Volume>"),
        ("<Volume>14,5</Volume>", "<Volume>١٤</Volume>"), ("<Volume>14,5</Volume>", "<Volume>99</Volume>"),
        ("<Reading>1.219</Reading>", "<Reading>1.200</Reading>"), ("<Reading>1.219</Reading>", ""),
        ('currency="VND"', 'currency="USD"'), ('currency="VND"', ""), ("145.532</Amount>", "145.532,5</Amount>"),
        ("145.532</Amount>", "-1</Amount>"), ("<Paid>0</Paid>", "<Paid>no</Paid>"),
        ("<Paid>0</Paid>", "<Paid>0</Paid><Paid>1</Paid>"),
        ("10/2026", "13/2026"), ("10/2026", "2026-10"), ("20/11/2026", "31/11/2026"), ("0017", "17"),
        (f"<CustomerCode>{CODE}</CustomerCode>", "<CustomerCode>YB00012346</CustomerCode>"),
        (f"<CustomerCode>{CODE}</CustomerCode>", ""), ("<Volume>4,5</Volume>", "<Volume>40,5</Volume>"),
        ("20/11/2026", "01/01/0001"), ("10/2026", "10/1026"), ("10/2026", "10/26"),
        ("urn:yenbai-s:water-billing:1", "urn:another"), ("GetBillsResponse", "GetBillResponse"),
    ],
)  # fmt: skip
def test_an_absurd_answer_is_refused_as_malformed(right: str, wrong: str) -> None:
    assert right in _said()
    tables, source = _asked(_said().replace(right, wrong))
    with pytest.raises(UpstreamDown):
        source.account(BILLS, provided(BILLS), CODE)
    assert fault_of(tables) == Fault.MALFORMED


HOSTILE = {
    "a bomb of entities": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>' + "<a>&c;</a>",
    "a file from outside": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    "a DTD before what is right": _said().replace("?>", '?><!DOCTYPE a SYSTEM "http://x.example/a.dtd">', 1),
    "an encoding that does not exist": '<?xml version="1.0" encoding="no-such"?><a/>',
    "no XML": "Service is unavailable",
    "nothing": "",
    "an unclosed element": "<a><b></a>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_refused_unread(text: str) -> None:
    tables, source = _asked(text)
    with pytest.raises(UpstreamDown):
        source.account(BILLS, provided(BILLS), CODE)
    assert fault_of(tables) == Fault.MALFORMED


@given(st.data())
def test_whatever_is_torn_out_or_put_in_it_is_bills_or_a_fault(data: st.DataObject) -> None:
    right = _said().encode()
    start = data.draw(st.integers(0, len(right)))
    end = data.draw(st.integers(start, min(len(right), start + 40)))
    body = right[:start] + data.draw(st.binary(max_size=20)) + right[end:]
    water = WaterCompany("water", "https://x.example", Saying(Reply(200, XML, body)), Known(SECRETS))
    with contextlib.suppress(CallFailed):
        assert water.bills(CODE, 1)


def test_a_document_as_deep_as_a_megabyte_allows_is_a_fault() -> None:
    tables, source = _asked("<a>" * 300_000)
    with pytest.raises(UpstreamDown):
        source.account(BILLS, provided(BILLS), CODE)
    assert fault_of(tables) == Fault.MALFORMED


@pytest.mark.parametrize("fault", ["Server", "Client", "Client.Authentication", "Client.CustomerNotFound.Not"])
def test_only_the_companys_own_word_makes_a_customer_unknown(fault: str) -> None:
    saying = Saying(Reply(500, XML, samples.soap_fault(fault).encode()))
    with pytest.raises(CallFailed) as failed:
        WaterCompany("water", "https://x.example", saying, Known(SECRETS)).bills(CODE, 1)
    assert failed.value.fault is Fault.SERVER_ERROR


def test_what_is_asked_breaks_out_of_no_element_and_stands_in_no_address() -> None:
    saying = Saying(Reply(500, XML, samples.soap_fault("Client.CustomerNotFound").encode()))
    secrets = Known({"water": "u<ser:pa&ss:word"})
    assert WaterCompany("water", "https://x.example", saying, secrets).bills("YB1</CustomerCode>", 1) is None
    (request,) = saying.requests
    assert "YB1&lt;/CustomerCode&gt;<" in request.body.decode()
    assert ">pa&amp;ss:word<" in request.body.decode()
    assert "YB1" not in request.url + str(request.headers)
