"""What units do with their data and people with their bills, as ways that end in an error without a permission."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from chalicelib.core.clock import VIETNAM
from tests.address import Address
from tests.stack.ledger import outbox
from tests.stack.matters import upload as post_file
from tests.stack.people import Person, call, sign_in, texts
from tests.stack.supplying import Unit, as_csv, station
from tests.stack.told import run, schedule
from tests.stack.utilities.test_providers import CODE, TELEPHONE, Company
from tests.stack.utility_attempts import FILE

# How long to wait for what does not come without its permission.
PATIENCE = 15
_DATASET = "health.facilities"


def supplied(stack: Address) -> None:
    """A unit is given leave to send a file, sends it, and sees its upload."""
    unit, content = _unit(stack), _file()
    begun = unit.begin("co-so.csv", len(content))
    assert begun.status == 201, begun
    assert (answer := post_file(begun.body["post"], content))[0] in (200, 201, 204), answer
    assert unit.upload(begun.body["upload"]["number"])["upload"]["size"] == len(content)


def forgotten(stack: Address) -> None:
    """Somebody keeps a code, and no longer."""
    person = sign_in(stack)
    saved = call(
        stack, "POST", "/v1/me/codes", {"utility": "files", "offer": "status", **FILE}, token=person.access_token
    )
    assert saved.status == 201, saved
    gone = call(stack, "DELETE", f"/v1/me/codes/{saved.body['id']}", token=person.access_token)
    assert gone.status == 204, gone


def asked(stack: Address) -> None:
    """A customer of the power company asks for bills that nobody has asked for lately."""
    company = Company(stack, "power")
    company.forget()
    answer = company.bills(CODE, TELEPHONE)
    company.forget()
    assert (answer.status, (answer.body or {}).get("stale")) == (200, False), answer


def loaded(stack: Address) -> None:
    """Files go live, the last but one of them to be cleared away, and a letter tells of each; one is refused, and let expire."""
    unit = _unit(stack)
    for _ in range(2):
        _told(unit, unit.send("co-so.csv", _file()))
    refused = unit.send("khong-phai.xlsx", b"%PDF-1.7 no spreadsheet")
    _told(unit, refused)
    _until(lambda: _expires(stack, f"taken/{_DATASET}/{refused}/data.xlsx"))


def continued(stack: Address) -> None:
    """A file of which nobody heard is loaded by the queue's word, and a version that nobody reads is cleared away by another."""
    unit = _unit(stack)
    first = [unit.send("co-so.csv", _file()), unit.send("co-so.csv", _file())]
    for number in first:
        _until(lambda number=number: unit.upload(number)["upload"]["state"] not in ("begun", "arrived", "loading"))
    with _unheard(stack):
        number = unit.send("co-so.csv", _file())
        time.sleep(2)
    _send(stack, number, "load")
    _told(unit, number)
    _send(stack, first[0], "retire")
    _until(lambda: unit.upload(first[0])["upload"]["state"] == "retired")
    _until(lambda: _expires(stack, f"taken/{_DATASET}/{first[0]}/data.csv"))


def reminded(stack: Address) -> None:
    """A customer of the power company is told of a bill by SMS and by e-mail, and finds the line in the inbox."""
    company, person = Company(stack, "power"), sign_in(stack)
    address = f"ba.mau.{secrets.token_hex(4)}@nha.example"
    _asks(stack, person, "PATCH", "/v1/me", {"email": address, "channels": {"sms": True, "email": True}})
    kept = {
        "utility": "electricity",
        "offer": "bills",
        "code": CODE,
        "factor": TELEPHONE,
        "label": "Nhà mẹ",
        "remind": True,
    }
    _asks(stack, person, "POST", "/v1/me/codes", kept)
    company.forget()
    # The round of a day is gone once only.
    place = {"pk": {"S": "due"}, "sk": {"S": "cursor"}}
    stack.client("dynamodb").delete_item(TableName=stack.outputs["LookupsTable"], Key=place)
    tomorrow = datetime.now(VIETNAM).date() + timedelta(days=1)
    run(stack, "RemindDues", schedule(datetime.combine(tomorrow, clock_time(9), VIETNAM).astimezone(UTC)))
    company.forget()
    assert any("Nhà mẹ" in str(line) for line in _asks(stack, person, "GET", "/v1/inbox", None)["items"])
    assert [one for one in outbox(stack) if address in str(one.get("To", ""))], "no e-mail"
    assert texts(stack, person.phone)[1:], "no SMS"


def _unit(stack: Address) -> Unit:
    return Unit(stack, "so-y-te", "health", "facilities", "facilities")


def _file() -> bytes:
    return as_csv([station("yn-1", f"Trạm Y tế {secrets.token_hex(4)}")])


def _asks(stack: Address, person: Person, method: str, path: str, body: Any) -> Any:
    answer = call(stack, method, path, body, token=person.access_token)
    assert answer.status in (200, 201), answer
    return answer.body


def _told(unit: Unit, number: int) -> None:
    """The unit has a letter about that upload."""
    _until(lambda: any(f"/uploads/{number}" in str(letter) for letter in unit.letters()))


def _send(stack: Address, number: int, what: str) -> None:
    body = json.dumps({"dataset": _DATASET, "number": number, "what": what})
    stack.client("sqs").send_message(QueueUrl=stack.outputs["UploadsQueue"], MessageBody=body)


def _expires(stack: Address, key: str) -> bool:
    tags = stack.client("s3").get_object_tagging(Bucket=stack.outputs["DatasetsBucket"], Key=key)["TagSet"]
    return {"Key": "state", "Value": "ended"} in tags


@contextmanager
def _unheard(stack: Address) -> Iterator[None]:
    """The bucket tells nobody of new files."""
    events = stack.client("events")
    (rule,) = [one["Name"] for one in events.list_rules()["Rules"] if "LoadDataset" in one["Name"]]
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)


def _until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.25)
