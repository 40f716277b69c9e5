"""Named ways through the system, each ending in an error where a permission is missing that it needs."""

import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from infra.local.demo import Story
from tests.address import Address
from tests.stack.authorisation import HEAD
from tests.stack.bounced import bounce
from tests.stack.faults import queues_missing_events, redelivered_after
from tests.stack.ledger import Ledger, still
from tests.stack.line import Verdict, held_line
from tests.stack.matters import JPEG, PLACE, Case, answered, assigned, dispatcher, read, submit, sweep, upload, wait
from tests.stack.people import call, sign_in, texts
from tests.stack.scenes import TEXTS, scenes
from tests.stack.shelf import Shelf
from tests.stack.test_digests import next_working_morning
from tests.stack.told import Matter, put_back, run, schedule
from tests.stack.told import submit as submit_matter

Flow = Callable[[Address], None]
# How long to wait for what does not come without its permission.
PATIENCE = 10
_numbers = count(500)


def story(stack: Address) -> None:
    """What `make run` tells: from submission to rating."""
    Story(stack.api_url, PATIENCE).tell()


def lists(stack: Address) -> None:
    """A reporter's own cases, the centre's queue, the public feed."""
    reporter, staff = sign_in(stack).access_token, dispatcher(stack)
    queue = "/v1/centre/queue"
    for path, token in (
        ("/v1/feedback", reporter), (queue, staff), (f"{queue}?what=publish", staff), (f"{queue}?what=overdue", staff),
        ("/v1/public/feedback", ""),
    ):  # fmt: skip
        answer = call(stack, "GET", path, token=token)
        assert answer.status == 200, answer


def neighbours(stack: Address) -> None:
    """Who is about to report a matter again finds it, follows it, and does so no more."""
    case, person = submit(stack, sign_in(stack)), sign_in(stack)
    asked = urlencode({"category": "duong_sa", "lat": PLACE["lat"], "long": PLACE["long"]})
    for method, path, body in (
        ("GET", f"/v1/feedback/similar?{asked}", None), ("POST", f"/v1/feedback/{case.code}/follow", {}),
        ("POST", f"/v1/feedback/{case.code}/unfollow", {}),
    ):  # fmt: skip
        answer = call(stack, method, path, body, token=person.access_token)
        assert answer.status == 200, answer


def signed(stack: Address) -> None:
    """The head of an agency has a code sent to his own phone and approves a draft with it."""
    shelf, scene = Shelf(stack), next(one for one in scenes("nobody") if one.name == "awaiting approval").again()
    shelf.put(scene.case, TEXTS)
    head = f"/v1/work/{shelf.link(scene.case.code, scene.holder, head=True)}"
    asked = call(stack, "POST", f"{head}/code", {})
    assert asked.status == 200, asked
    sent = [text for text in texts(stack, HEAD) if scene.case.code in text and "Ma ky duyet" in text]
    approved = call(stack, "POST", f"{head}/approve", {"code": sent[-1].split(" la ")[1][:6]})
    assert approved.status == 200, approved


def inbox(stack: Address) -> None:
    """A citizen reads what there was to be told."""
    answer = call(stack, "GET", "/v1/inbox", token=sign_in(stack).access_token)
    assert answer.status == 200, answer


def refused_file(stack: Address) -> None:
    """What is no picture is taken away again."""
    case = submit(stack, sign_in(stack))
    leave = case.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    upload(leave, b"#!/bin/sh" + b" " * 200)
    ends = time.monotonic() + PATIENCE
    while _is_there(stack, leave["fields"]["key"]):
        assert time.monotonic() < ends, "the file stays"
        time.sleep(0.25)


def shown_photo(stack: Address) -> None:
    """The reporter looks at the photo that was sent."""
    case = submit(stack, sign_in(stack))
    leave = case.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    assert upload(leave, JPEG)[0] == 204
    (photo,) = wait(lambda: case.view()["photos"])
    try:
        assert read(photo["url"]) == ("image/jpeg", JPEG)
    except HTTPError as error:
        raise AssertionError(error.read().decode()) from error


def mailed_citizen(stack: Address) -> None:
    """Who chose e-mail is written to."""
    address = f"ba.mau.{secrets.token_hex(4)}@nha.example"
    matter = submit_matter(stack, "duong_sa", email=address, channels={"sms": False, "email": True})
    ends = time.monotonic() + PATIENCE
    while [row["state"] for row in matter.notices(1)] != ["sent"]:
        assert time.monotonic() < ends, "no e-mail was sent"
        time.sleep(0.25)


def noted_bounce(stack: Address) -> None:
    """An address that bounced is remembered."""
    bounce(stack, f"ba.mau.{secrets.token_hex(4)}@nha.example", PATIENCE)


def digested(stack: Address) -> None:
    """An agency with work has its morning e-mail, once more if it had it."""
    case, day = assigned(stack, sign_in(stack)), next_working_morning()
    agency, notices = str(case.view()["agency"]["code"]), stack.client("dynamodb")
    row = {"pk": {"S": f"digest#morning#{day.date().isoformat()}"}, "sk": {"S": agency}}
    notices.delete_item(TableName=stack.outputs["NoticesTable"], Key=row)
    run(stack, "Digests", schedule(day.astimezone(UTC)))
    found = notices.get_item(TableName=stack.outputs["NoticesTable"], Key=row, ConsistentRead=True)
    assert found["Item"]["state"]["S"] == "sent", found


def overtaken_agencies(stack: Address) -> None:
    """Two consumers of the agencies' queue get one event; one is overtaken between reading and writing."""
    _overtake(stack, "TellAgencies", "FeedbackAssigned")


def overtaken_citizens(stack: Address) -> None:
    """Two consumers of the citizens' queue get one event; one is overtaken between reading and writing."""
    _overtake(stack, "TellCitizens", "FeedbackAssigned")


def purged_notices(stack: Address) -> None:
    """The event of a seal, late enough to be looked at once, takes the notices of a case away."""
    matter = submit_matter(stack, "chieu_sang_cay_xanh")
    matter.settled(1, 1)
    event = _event_of_queue(matter, "FeedbackSealed", 2)
    body = json.loads(event["Records"][0]["body"])
    event["Records"][0]["body"] = json.dumps(body | {"at": (datetime.now(UTC) - timedelta(minutes=10)).isoformat()})
    assert run(stack, "TellCitizens", event) == {"batchItemFailures": []}
    assert matter.rows(1) == []


def late_notices(stack: Address) -> None:
    """What was recorded for officers and a citizen, by e-mail and SMS, and never sent is sent."""
    matter = submit_matter(
        stack, "duong_sa", email=f"ba.mau.{secrets.token_hex(4)}@nha.example", channels={"sms": True, "email": True}
    )
    matter.settled(2, 6)
    for row in matter.notices(2):
        put_back(matter, row)
    run(stack, "Resend", schedule())
    assert {row["state"] for row in matter.notices(2)} == {"sent"}


def swept(stack: Address) -> None:
    """The sweep ends what is due, routes and publishes what was lost, remembers it, and forgets it when it has arrived."""
    person = sign_in(stack)
    unrated, waiting = answered(stack, person), assigned(stack, person)
    assert waiting.work("accept").status == 200
    assert waiting.work("ask", {"question": "Xin cho biết ổ gà ở phía nào của cổng trường?"}).status == 200
    with queues_missing_events(stack):
        lost = submit(stack, person)
        time.sleep(2)
    assert sweep(stack, minutes=3)["routed"] > 0
    still(stack)
    sweep(stack, minutes=9)
    sweep(stack, days=15)
    still(stack)
    books = Ledger(stack, [case.code for case in (unrated, waiting, lost)])
    assert books.audit().clean, books.audit()
    assert [_last(case) for case in (unrated, waiting, lost)] == ["close", "time_out", "assign"]
    assert not _remembered(stack, lost), "what arrived is forgotten"


def watched(stack: Address) -> None:
    """The watch reminds somebody of a case that nobody took up, by the calendar of today."""
    case = assigned(stack, sign_in(stack))
    figures = run(stack, "Watch", schedule(datetime.now(UTC) + timedelta(days=30)))
    assert figures["breached"] > 0
    assert _last(case) in ("breach", "escalate")


def _overtake(stack: Address, function: str, kind: str) -> None:
    matter = submit_matter(stack, "chieu_sang_cay_xanh")
    matter.settled(2, 5)
    event = _event_of_queue(matter, kind, next(_numbers))
    queue = "AgencyNoticesQueue" if function == "TellAgencies" else "CitizenNoticesQueue"
    calls = count()

    def hold(call: str) -> Verdict:
        return Verdict.WAIT if call == "PutItem" and next(calls) == 0 else Verdict.PASS

    with (
        redelivered_after(stack, queue, 2),
        held_line(stack, function, "DYNAMODB", hold=hold) as line,
        ThreadPoolExecutor(1) as slow,
    ):
        first = slow.submit(run, stack, function, event)
        assert line.held.wait(20)
        assert run(stack, function, event) == {"batchItemFailures": []}
        line.go_on.set()
        assert first.result() == {"batchItemFailures": []}


def _event_of_queue(matter: Matter, kind: str, seq: int) -> dict[str, Any]:
    record = {
        "messageId": "m", "receiptHandle": "r", "body": json.dumps(matter.event(kind, seq)), "attributes": {},
        "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn", "awsRegion": matter.stack.region,
    }  # fmt: skip
    return {"Records": [record]}


def _is_there(stack: Address, key: str) -> bool:
    try:
        stack.client("s3").head_object(Bucket=stack.outputs["PhotosBucket"], Key=key)
    except ClientError:
        return False
    return True


def _last(case: Case) -> str:
    return str(case.view()["history"][-1]["action"])


def _remembered(stack: Address, case: Case) -> bool:
    key = {"code": {"S": f"unsettled#{case.code}"}, "part": {"S": "unsettled"}}
    return "Item" in stack.client("dynamodb").get_item(TableName=stack.outputs["CasesTable"], Key=key)
