"""Addresses that bounce, on the deployed stack: what SES says goes through the queue, and the next e-mail goes elsewhere.

The embedded stack's SES says nothing of bounces, so its message (tests/golden) is put on the topic's queue here.
"""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.seed import rows
from tests.address import Address
from tests.stack.bounced import OFFICER, SENDER, bounce, bounced, put
from tests.stack.told import Matter, all_texts, empty, function_name, mails, submit, wait


@pytest.fixture
def forgotten(stack: Address) -> Iterator[None]:
    """Whatever bounced in a test is written to again after it."""
    yield
    for key, item in bounced(stack).items():
        stack.client("dynamodb").delete_item(
            TableName=stack.outputs["NoticesTable"], Key={"pk": {"S": key}, "sk": item["sk"]}
        )


def officers(code: str) -> dict[str, str]:
    """The e-mails of an agency's officers, by role."""
    found = next(row.officers for row in rows.officers() if row.code == code)
    return {str(officer.role): officer.email for officer in found}


def told(matter: Matter) -> set[str]:
    """Who has an e-mail about the case once all notices of its assignment have gone."""
    matter.settled(2, 2)
    return {letter["To"][0] for letter in mails(matter.stack, matter.code)}


@pytest.mark.usefixtures("forgotten")
def test_after_a_bounce_the_next_e_mail_to_an_officer_goes_to_the_agencys_office(stack: Address) -> None:
    first = submit(stack, "duong_sa")
    people = officers(first.agency)
    assert people["focal"] in told(first)
    (key,) = bounce(stack, people["focal"])
    row = bounced(stack)[key]
    assert people["focal"].partition("@")[0] not in json.dumps(row)
    second = submit(stack, "duong_sa")
    assert second.agency == first.agency
    office = next(row.email for row in rows.agencies() if row.code == first.agency)
    assert told(second) == (told(first) - {people["focal"]}) | {office}


@pytest.mark.usefixtures("forgotten")
def test_after_a_bounce_a_citizen_who_chose_e_mail_has_an_sms(stack: Address) -> None:
    address = f"ba.mau.{secrets.token_hex(4)}@nha.example"
    wishes = {"email": address, "channels": {"sms": False, "email": True}}
    first = submit(stack, "duong_sa", **wishes)
    first.settled(1, 1)
    assert address in {letter["To"][0] for letter in mails(stack, first.code)}
    bounce(stack, address)
    second = submit(stack, "duong_sa", **wishes)
    second.settled(1, 1)
    assert address not in {letter["To"][0] for letter in mails(stack, second.code)}
    assert second.person.phone in {text["PhoneNumber"] for text in all_texts(stack, second.code)}


@pytest.mark.usefixtures("forgotten")
def test_a_bounce_told_twice_is_one_row_and_a_forged_one_is_none(stack: Address) -> None:
    address = f"ba.mau.{secrets.token_hex(4)}@nha.example"
    (key,) = bounce(stack, address)
    rows_then = bounced(stack)
    given = stack.client("lambda").get_function_configuration(FunctionName=function_name(stack, "NoteBounces"))
    message = Path("tests/golden/ses_bounce.json").read_text("utf-8").replace(OFFICER, address)
    put(stack, message.replace(SENDER, given["Environment"]["Variables"]["MAIL_FROM"]))
    wait(lambda: empty(stack, "BouncesQueue"))
    assert bounced(stack) == rows_then
    assert key in rows_then
    record = {"messageId": "forged", "body": message.replace(SENDER, "else@nowhere.example"), "receiptHandle": "x"}
    answer = stack.client("lambda").invoke(
        FunctionName=function_name(stack, "NoteBounces"), Payload=json.dumps({"Records": [record]})
    )
    assert json.loads(answer["Payload"].read()) == {"batchItemFailures": [{"itemIdentifier": "forged"}]}
    assert bounced(stack) == rows_then
