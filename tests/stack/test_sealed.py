"""A sealed case on a deployed stack: planted words, name, phone and account are looked for everywhere; IAM alone opens it."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.address import Address
from tests.stack.ledger import Tap, still, tapped
from tests.stack.logbook import all_log_lines
from tests.stack.matters import JPEG, OTHER_AGENCY, RESULT, Case, dispatcher, submit, upload, wait
from tests.stack.people import Person, call, refused, sign_in
from tests.stack.roles import staff
from tests.stack.shelf import Shelf
from tests.stack.told import function_name


@dataclass(frozen=True)
class Sealed:
    """The case, its reporter, what was planted, and what its links were before."""

    case: Case
    person: Person
    account: str
    planted: tuple[str, ...]
    links: tuple[str, ...]
    photo: str
    tap: Tap


def marked(text: str, marks: list[str]) -> str:
    """The text with a mark in it that nobody else has written."""
    marks.append(secrets.token_hex(6))
    return f"{text} {marks[-1]}"


@pytest.fixture(scope="module")
def sealed(stack: Address) -> Iterator[Sealed]:
    """A denunciation that went far before somebody saw what it is: public, photographed, followed, merged into, answered."""
    marks: list[str] = []
    lat, long = (round(base + (secrets.randbelow(10**3) * 10 + 7) / 10**6, 6) for base in (21.705, 104.891))
    person, other = sign_in(stack), sign_in(stack)
    name = marked("Trần Thị Tố Giác", marks)
    me = call(stack, "PATCH", "/v1/me", {"name": name}, token=person.access_token).body
    with tapped(stack) as tap:
        case = submit(
            stack, person, title=marked("Tố cáo", marks), text=marked("Cán bộ đã nhận tiền của tôi tại thôn", marks),
            location={"lat": lat, "long": long, "area": "04252", "address": marked("Nhà văn hóa", marks)},
            share_contact=True,
        )  # fmt: skip
        case.until("assigned")
        leave = case.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
        assert upload(leave, JPEG)[0] == 204
        wait(lambda: case.view()["photos"])
        photo = case.view()["photos"][0]["url"]
        assert case.work("accept").status == 200
        assert case.work("ask", {"question": marked("Xin nói rõ hơn về việc này?", marks)}).status == 200
        assert case.act("reply", {"text": marked("Việc xảy ra chiều thứ ba, có người thấy", marks)}).status == 200
        assert (
            case.work("hand_over", {"agency": OTHER_AGENCY, "reason": marked("Không đúng thẩm quyền", marks)}).status
            == 200
        )
        assert case.centre("support", {"agency": "ca-04252", "note": marked("Xác minh giúp", marks)}).status == 200
        assert case.centre("reveal", {"reason": marked("Gọi cho người tố giác", marks)}).status == 200
        assert call(stack, "POST", f"/v1/feedback/{case.code}/follow", {}, token=other.access_token).status == 200
        duplicate = submit(stack, other)
        assert duplicate.centre("merge", {"into": case.code, "reason": "Cùng một việc đã nêu."}).status == 200
        shelf = Shelf(stack)
        links = tuple(shelf.link(case.code, number) for number in (1, 2, 3))
        still(stack)
        reason = marked("Đơn tố cáo, chuyển thanh tra", marks)
        answer = case.centre("seal", {"reason": reason})
        assert (answer.status, answer.body["status"]) == (200, "sealed")
        # The consumer of its event takes the notices away, and looks once more some minutes later.
        wait(lambda: not [row for row in scanned(stack, "NoticesTable") if me["id"] in row and case.code in row])
        planted = (*marks, person.phone.removeprefix("+84"), me["id"], f"{lat:.6f}", f"{long:.6f}")
        yield Sealed(case, person, me["id"], planted, links, photo, tap)


def scanned(stack: Address, table: str) -> list[str]:
    """Every item of a table."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs[table], ConsistentRead=True)
    return [json.dumps(item, ensure_ascii=False) for page in pages for item in page["Items"]]


def indexed(stack: Address) -> list[str]:
    """Every item of every index of the cases, as the index shows it."""
    dynamodb, table = stack.client("dynamodb"), stack.outputs["CasesTable"]
    names = [one["IndexName"] for one in dynamodb.describe_table(TableName=table)["Table"]["GlobalSecondaryIndexes"]]
    pages = (
        page for name in names for page in dynamodb.get_paginator("scan").paginate(TableName=table, IndexName=name)
    )
    return [json.dumps(item, ensure_ascii=False) for page in pages for item in page["Items"]]


def found(sealed: Sealed, records: list[str]) -> dict[str, str]:
    """What was planted and is in the records, with a record for each."""
    return {word: record[:400] for record in records for word in sealed.planted if word in record}


@pytest.mark.parametrize("table", ["CasesTable", "NoticesTable", "DirectoryTable"])
def test_no_table_but_the_sealed_one_holds_anything_of_it(stack: Address, sealed: Sealed, table: str) -> None:
    records = scanned(stack, table)
    assert records
    assert found(sealed, records) == {}


def test_what_stays_of_the_case_is_a_tombstone(stack: Address, sealed: Sealed) -> None:
    (head,) = Shelf(stack).kept(sealed.case.code)
    assert (head["part"], head["status"], len(head["history"])) == ("head", "sealed", 1)
    assert set(head) <= {
        "code", "part", "version", "status", "category", "area", "level", "publication", "submitted_at", "changed_at",
        "change_shard", "deadline", "facts", "history",
    }  # fmt: skip
    assert (head["category"], head["area"], head["level"]) == ("", "", "normal")
    assert Shelf(stack).kept(f"followers#{sealed.case.code}") == []


def test_no_index_but_that_of_changes_knows_the_code(stack: Address, sealed: Sealed) -> None:
    records = indexed(stack)
    assert found(sealed, records) == {}
    assert {tuple(sorted(json.loads(one))) for one in records if sealed.case.code in one} == {
        ("change_shard", "changed_at", "code", "part")
    }


def test_the_photo_lies_where_the_api_cannot_read(stack: Address, sealed: Sealed) -> None:
    listed = stack.client("s3").list_objects_v2(Bucket=stack.outputs["PhotosBucket"])["Contents"]
    keys = [one["Key"] for one in listed if sealed.case.code in one["Key"]]
    assert len(keys) == 1
    assert keys[0].startswith(f"sealed/{sealed.case.code}/citizen/")
    with pytest.raises(Exception, match=r"404|403"):
        urlopen(sealed.photo, timeout=30)
    policy = json.loads(Path("infra/policies/api_handler.json").read_text("utf-8"))["Statement"]
    on_sealed = {
        action
        for statement in policy
        if "sealed/" in str(statement.get("Resource")) or "'Sealed'" in str(statement.get("Resource"))
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert on_sealed == {"dynamodb:PutItem", "s3:PutObject"}


def test_no_log_and_no_queue_tells_of_it(stack: Address, sealed: Sealed) -> None:
    lines = [line for group in all_log_lines(stack).values() for line in group]
    assert found(sealed, lines) == {}
    with urlopen(f"{stack.emulator_url}/_ministack/sqs/messages", timeout=30) as answer:
        lying = json.load(answer)["messages"]
    assert found(sealed, [json.dumps([lying, sealed.tap.messages()], ensure_ascii=False, default=str)]) == {}
    events = [message for message in sealed.tap.messages() if "FeedbackSealed" in str(message)]
    assert len(events) == 1
    assert not re.search("duong_sa|04252", json.dumps(events, default=str))


def test_no_route_or_page_shows_it_to_anybody(stack: Address, sealed: Sealed) -> None:
    code, reporter = sealed.case.code, sealed.person.access_token
    centre, leader, auditor = dispatcher(stack), staff(stack, "leader"), staff(stack, "auditor")
    asked = [
        (f"/v1/feedback/{code}", reporter, 404), ("/v1/feedback", reporter, 200), ("/v1/inbox", reporter, 200),
        (f"/v1/public/feedback/{code}", "", 404), ("/v1/public/feedback?limit=50", "", 200),
        (f"/v1/centre/feedback/{code}", centre, 200), (f"/v1/centre/feedback/{code}", leader, 200),
        (f"/v1/centre/feedback/{code}/audit", auditor, 200),
        *((f"/v1/centre/queue?what={what}&limit=50", centre, 200)
          for what in ("assign", "publish", "extension", "reopened", "overdue", "unsatisfied")),
        *((f"/v1/work/{link}", "", 410) for link in sealed.links),
    ]  # fmt: skip
    for path, token, status in asked:
        answer = call(stack, "GET", path, token=token)
        assert answer.status == status, (path, answer)
        assert found(sealed, [json.dumps(answer.body, ensure_ascii=False)]) == {}, path
    pages = []
    for path in (f"/t/{code}", *(f"/a/{link}" for link in sealed.links)):
        try:
            with urlopen(stack.api_url + path, timeout=30) as page:
                pages.append(page.read().decode())
        except OSError as error:
            pages.append(error.read().decode())  # type: ignore[attr-defined]
    assert len(pages) == 4
    assert found(sealed, pages) == {}


def test_nothing_can_be_done_to_it_and_sealing_it_again_changes_nothing(stack: Address, sealed: Sealed) -> None:
    before = Shelf(stack).kept(sealed.case.code)
    refused(sealed.case.centre("reveal", {"reason": "Xem lại người phản ánh."}), 409)
    refused(sealed.case.centre("assign", {"agency": OTHER_AGENCY}), 409)
    refused(sealed.case.act("withdraw"), 404)
    for link in sealed.links:
        refused(call(stack, "POST", f"/v1/work/{link}/answer", {"result": RESULT}), 410)
    assert sealed.case.centre("seal", {"reason": "Niêm phong lần nữa."}).status == 200
    assert Shelf(stack).kept(sealed.case.code) == before


def opened(stack: Address, **asked: str) -> tuple[Any, bool]:
    """What the function answers whom IAM lets in, and whether that is an error."""
    answer = stack.client("lambda").invoke(FunctionName=function_name(stack, "OpenSealed"), Payload=json.dumps(asked))
    return json.loads(answer["Payload"].read()), "FunctionError" in answer


def test_an_auditor_opens_it_by_iam_and_that_is_recorded_first(stack: Address, sealed: Sealed) -> None:
    asked = {"code": sealed.case.code, "auditor": "thanh-tra@centre.example", "reason": "Thanh tra tỉnh yêu cầu."}
    held, failed = opened(stack, **asked)
    assert not failed
    shown = json.dumps(held, ensure_ascii=False)
    assert [word for word in sealed.planted if word not in shown] == []
    with urlopen(held["files"][0]["url"], timeout=30) as photo:
        assert photo.read() == JPEG
    path = f"/v1/centre/feedback/{sealed.case.code}/audit"
    looks = call(stack, "GET", path, token=staff(stack, "auditor")).body["items"]
    assert [(look["what"], look["user"], look["reason"]) for look in looks[1:]] == [
        ("open_sealed", "thanh-tra@centre.example", "Thanh tra tỉnh yêu cầu.")
    ]
    assert (looks[0]["what"], looks[0]["reason"]) == ("reveal", "")


def test_what_was_never_sealed_or_is_asked_without_a_reason_is_not_opened(stack: Address, sealed: Sealed) -> None:
    other = submit(stack, sealed.person)
    reason = "Thanh tra tỉnh yêu cầu."
    for asked in (
        {"code": other.code, "auditor": "thanh-tra@centre.example", "reason": reason},
        {"code": sealed.case.code, "auditor": "thanh-tra@centre.example"},
        {"code": sealed.case.code, "auditor": "", "reason": reason},
        {},
    ):
        held, failed = opened(stack, **asked)
        assert failed, asked
        assert found(sealed, [json.dumps(held, ensure_ascii=False)]) == {}
