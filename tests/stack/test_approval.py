"""Ký duyệt and contributions on the deployed stack: real codes by SMS, real uploads, links that cannot be made from each other."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.feedback.model import Feedback
from tests.address import Address
from tests.stack.accounts_table import items
from tests.stack.authorisation import HEAD
from tests.stack.matters import JPEG, REASON, RESULT, upload, wait
from tests.stack.people import Answer, call, refused, texts
from tests.stack.scenes import TEXTS, scenes
from tests.stack.shelf import Shelf
from tests.stack.told import mails

CODE = re.compile(r"Ma ky duyet .* la ([0-9]{6}),")


@dataclass(frozen=True)
class Duty:
    """A case put on the shelf, with the links of everybody who has one."""

    stack: Address
    shelf: Shelf
    case: Feedback

    @classmethod
    def of(cls, stack: Address, scene: str) -> "Duty":
        """A new case of that scene."""
        shelf, found = Shelf(stack), next(one for one in scenes("nobody") if one.name == scene)
        made = cls(stack, shelf, found.again().case)
        shelf.put(made.case, TEXTS)
        return made

    def link(self, who: str) -> str:
        """The token of the officer's, the head's or the supporting agency's link."""
        return self.shelf.link(self.case.code, 2 if who == "supporter" else 1, who == "head")

    def act(self, who: str, action: str, body: Any = None, **headers: str) -> Answer:
        """What somebody does by link."""
        return call(self.stack, "POST", f"/v1/work/{self.link(who)}/{action}", body or {}, **headers)

    def seen(self, who: str) -> Any:
        """What somebody sees by link."""
        answer = call(self.stack, "GET", f"/v1/work/{self.link(who)}")
        assert answer.status == 200, answer
        return answer.body

    def codes(self) -> list[str]:
        """The codes for this case that came to the head's phone."""
        found = [CODE.search(text) for text in texts(self.stack, HEAD) if self.case.code in text]
        return [code.group(1) for code in found if code]

    def let_pass(self, seconds: int) -> None:
        """Move what is kept about signing codes into the past: a test cannot wait for an hour."""
        table = self.stack.outputs["AccountsTable"]
        for item in items(self.stack):
            if item["id"]["S"].startswith("signing#"):
                item["made_at"] = {"N": str(float(item["made_at"]["N"]) - seconds)}
                item["sent_at"] = {"L": [{"N": str(float(at["N"]) - seconds)} for at in item["sent_at"]["L"]]}
                self.stack.client("dynamodb").put_item(TableName=table, Item=item)


@pytest.fixture
def waiting(stack: Address) -> Duty:
    """A draft that waits for the head, in a case that the public may not read yet."""
    return Duty.of(stack, "awaiting approval")


def test_an_officer_submits_and_the_head_approves_with_the_code_on_his_own_phone(stack: Address) -> None:
    duty = Duty.of(stack, "in progress, needs approval")
    assert refused(duty.act("officer", "answer", {"result": RESULT}), 409) == []
    assert refused(duty.act("officer", "submit_approval", {"result": "Đã xử lý"}), 422) == ["result"]
    submitted = duty.act("officer", "submit_approval", {"result": RESULT, "next_step": "Theo dõi thêm một tuần."})
    assert (submitted.status, submitted.body["status"], submitted.body["answer"]) == (200, "awaiting_approval", None)
    assert submitted.body["next_actions"] == []
    public = call(stack, "GET", f"/v1/public/feedback/{duty.case.code}")
    assert RESULT not in str(public.body)

    seen = duty.seen("head")
    assert (seen["draft"]["result"], seen["next_actions"]) == (RESULT, ["approve", "return"])
    sent = duty.act("head", "code")
    assert (sent.status, sent.body) == (200, {"expires_in": 600, "phone_end": "133"})
    (code,) = duty.codes()
    approved = duty.act("head", "approve", {"code": code})
    assert (approved.status, approved.body["status"]) == (200, "answered")
    answer = call(stack, "GET", f"/v1/public/feedback/{duty.case.code}").body["answer"]
    assert (answer["result"], answer["next_step"]) == (RESULT, "Theo dõi thêm một tuần.")
    again = duty.act("head", "approve", {"code": code})
    assert refused(again, 409) == []


def test_the_heads_link_comes_to_the_head_alone_and_to_the_officer_the_officers(stack: Address) -> None:
    duty = Duty.of(stack, "in progress, needs approval")
    assert duty.act("officer", "submit_approval", {"result": RESULT}).status == 200
    found = wait(lambda: [mail for mail in mails(stack, duty.case.code) if duty.link("head") in str(mail)])
    assert {address for mail in found for address in mail["To"]} == {"thu-truong@ubnd-04252.yenbai.example"}
    assert duty.act("head", "return", {"reason": REASON}).status == 200
    found = wait(lambda: [mail for mail in mails(stack, duty.case.code) if duty.link("officer") in str(mail)])
    assert "dau-moi@ubnd-04252.yenbai.example" in {address for mail in found for address in mail["To"]}
    assert not [mail for mail in found if duty.link("head") in str(mail)]


@pytest.mark.parametrize("action", ["code", "approve", "return"])
def test_a_forwarded_officers_link_never_speaks_for_the_head(stack: Address, waiting: Duty, action: str) -> None:
    waiting.act("head", "code")
    (code,) = waiting.codes()
    body = {"code": {}, "approve": {"code": code}, "return": {"reason": REASON}}[action]
    before = waiting.shelf.kept(waiting.case.code)
    for who in ("officer", "supporter"):
        assert waiting.act(who, action, body).status == 409
    officers, heads = waiting.link("officer"), waiting.link("head")
    for forged in (officers.replace("-1-", "-1h-"), heads.replace("-1h-", "-2h-"), heads.swapcase()):
        assert call(stack, "POST", f"/v1/work/{forged}/{action}", body).status == 404
    assert waiting.shelf.kept(waiting.case.code) == before
    assert waiting.codes() == [code]


def test_five_wrong_codes_end_the_right_one(waiting: Duty) -> None:
    waiting.act("head", "code")
    (code,) = waiting.codes()
    wrong = {"code": f"{(int(code) + 1) % 1_000_000:06d}"}
    for left in ("4", "3", "2", "1", "mã mới"):
        answer = waiting.act("head", "approve", wrong)
        assert refused(answer, 422) == ["code"]
        assert left in answer.body["errors"][0]["message"]
    assert refused(waiting.act("head", "approve", {"code": code}), 422) == ["code"]
    assert waiting.seen("head")["status"] == "awaiting_approval"


def test_a_code_is_good_for_ten_minutes(waiting: Duty) -> None:
    waiting.act("head", "code")
    (code,) = waiting.codes()
    waiting.let_pass(601)
    assert refused(waiting.act("head", "approve", {"code": code}), 422) == ["code"]


def test_a_draft_returned_and_submitted_again_needs_a_new_code(waiting: Duty) -> None:
    waiting.act("head", "code")
    (first,) = waiting.codes()
    returned = waiting.act("head", "return", {"reason": "Cần nêu rõ thời gian hoàn thành."})
    assert (returned.status, returned.body["status"]) == (200, "in_progress")
    officers = waiting.seen("officer")["history"][-1]
    assert (officers["action"], officers["text"]) == ("return", "Cần nêu rõ thời gian hoàn thành.")
    assert waiting.act("officer", "submit_approval", {"result": RESULT}).status == 200
    assert refused(waiting.act("head", "approve", {"code": first}), 422) == ["code"]
    waiting.let_pass(61)
    assert waiting.act("head", "code").status == 200
    assert waiting.act("head", "approve", {"code": waiting.codes()[-1]}).body["status"] == "answered"


def test_three_codes_an_hour_and_none_twice_for_one_request(waiting: Duty) -> None:
    key = secrets.token_hex(8)
    assert waiting.act("head", "code", Idempotency_Key=key).status == 200
    assert waiting.act("head", "code", Idempotency_Key=key).status == 200
    assert len(waiting.codes()) == 1
    soon = waiting.act("head", "code")
    assert (soon.status, 50 <= int(soon.headers["Retry-After"]) <= 60) == (429, True)
    for _ in range(2):
        waiting.let_pass(61)
        assert waiting.act("head", "code").status == 200
    waiting.let_pass(61)
    often = waiting.act("head", "code")
    assert (often.status, int(often.headers["Retry-After"]) > 3000) == (429, True)
    assert len(waiting.codes()) == 3


def test_neither_the_code_nor_the_case_stands_in_the_table_of_codes(stack: Address, waiting: Duty) -> None:
    waiting.act("head", "code")
    kept = str([item for item in items(stack) if item["id"]["S"].startswith("signing#")])
    assert kept != "[]"
    assert not [word for word in (*waiting.codes(), waiting.case.code, HEAD) if word in kept]


def test_a_supporting_agency_contributes_with_a_photo_and_the_lead_sees_it(stack: Address) -> None:
    duty = Duty.of(stack, "in progress, supported")
    assert duty.seen("supporter")["next_actions"] == ["contribute"]
    leave = duty.act("supporter", "photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    assert upload(leave, JPEG)[0] in (200, 201, 204)
    said = {"text": "Đoạn này đã có trong kế hoạch sửa chữa quý III.", "photos": [leave["id"]]}
    wait(lambda: duty.act("supporter", "contribute", said).status == 200)
    (contribution,) = duty.seen("officer")["contributions"]
    assert contribution["text"] == said["text"]
    assert [photo["id"] for photo in contribution["photos"]] == [leave["id"]]
    assert refused(duty.act("supporter", "answer", {"result": RESULT}), 409) == []
    assert refused(duty.act("officer", "contribute", {"text": said["text"]}), 409) == []
    lost = duty.act("supporter", "contribute", {**said, "photos": ["0123456789abcdef"]})
    assert refused(lost, 422) == ["photos.0"]
    public = call(stack, "GET", f"/v1/public/feedback/{duty.case.code}").body
    assert said["text"] not in str(public)
    assert [one["agency"]["code"] for one in duty.seen("officer")["held"]] == ["ubnd-04252"]
