"""What an officer sends: done once, refused with everything typed kept, or explained."""

import re
from typing import Any

import pytest

from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Status
from chalicelib.pages.model import Task
from chalicelib.runtime.http import Reply
from tests.builders import REPORTER, RESULT, link
from tests.unit.pages.scene import COMMITTEE, OTHER, REASON, Scene, words

GOOD: dict[Task, dict[str, Any]] = {
    Task.ACCEPT: {},
    Task.ANSWER: {"outcome": "resolved", "result": RESULT},
    Task.SUBMIT_APPROVAL: {"outcome": "resolved", "result": RESULT},
    Task.APPROVE: {"code": "123 456"},
    Task.RETURN: {"reason": REASON},
    Task.CONTRIBUTE: {"text": "Đoạn này đã có trong kế hoạch sửa chữa quý III."},
    Task.ASK: {"question": "Ổ gà nằm ở phía bên nào của cổng trường?"},
    Task.HAND_OVER: {"agency": OTHER, "reason": REASON},
    Task.GIVE_BACK: {"reason": REASON},
    Task.EXTEND: {"until": "2023-06-08", "reason": REASON},
}
VAGUE = "Đã ghi nhận."


def begun(scene: Scene, task: Task) -> str:
    """A link over which that task is possible."""
    if task is Task.SUBMIT_APPROVAL:
        return scene.approving_one()[1]
    if task is Task.CONTRIBUTE:
        return scene.supported()[2]
    if task in (Task.APPROVE, Task.RETURN):
        _, _, head = scene.awaiting_approval()
        scene.agencies.send_code(head, "key-of-code", "vi")
        return head
    return scene.assigned()[1] if task in (Task.ACCEPT, Task.GIVE_BACK) else scene.in_progress()[1]


def status_of(scene: Scene, token: str) -> Status:
    return scene.store.head(token.split("-")[0]).status


def follow(scene: Scene, reply: Reply) -> Reply:
    """The page that a reply leads to."""
    assert reply.status == 303
    token, _, done = reply.headers["Location"].removeprefix("/a/").partition("?done=")
    return scene.officer.show(token, "vi", done)


@pytest.mark.parametrize("task", Task)
def test_a_task_is_done_and_leads_to_a_page_that_can_be_read_again(task: Task) -> None:
    scene = Scene()
    token = begun(scene, task)
    before = scene.store.head(token.split("-")[0]).version
    reply = scene.send(token, task, **GOOD[task])
    assert reply.status == 303
    assert reply.headers["Location"] == f"/a/{token}?done={task}"
    assert scene.store.head(token.split("-")[0]).version == before + 1


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task.ACCEPT, "Đã nhận xử lý."),
        (Task.ANSWER, "Đã gửi trả lời."),
        (Task.SUBMIT_APPROVAL, "Đã trình ký duyệt."),
        (Task.APPROVE, "Đã ký duyệt."),
        (Task.RETURN, "Đã trả lại dự thảo"),
        (Task.CONTRIBUTE, "Đã gửi ý kiến."),
        (Task.ASK, "Đã gửi câu hỏi"),
        (Task.HAND_OVER, "Đã đề nghị chuyển."),
        (Task.EXTEND, "Đã gửi đề nghị gia hạn"),
    ],
)
def test_the_page_after_it_confirms_what_was_done(task: Task, expected: str) -> None:
    scene = Scene()
    token = begun(scene, task)
    assert expected in words(follow(scene, scene.send(token, task, **GOOD[task])))


def test_a_confirmation_is_believed_only_of_what_happened_last() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    for claimed in ("answer", "nonsense", "<script>"):
        assert 'role="status"' not in scene.officer.show(token, "vi", claimed).body


@pytest.mark.parametrize("task", Task)
def test_a_double_click_does_one_thing(task: Task) -> None:
    scene = Scene()
    token = begun(scene, task)
    form = scene.form(token, task, **GOOD[task])
    first = scene.officer.send(token, task, form, "vi", "cid")
    version = scene.store.head(token.split("-")[0]).version
    second = scene.officer.send(token, task, form, "vi", "cid")
    assert first.status == 303
    assert second.status == (410 if task is Task.GIVE_BACK else 303)
    assert scene.store.head(token.split("-")[0]).version == version


def test_the_same_form_with_another_text_is_another_deed() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    form = scene.form(token, Task.ASK, question="Ổ gà ở bên phải hay bên trái?")
    scene.officer.send(token, Task.ASK, form, "vi", "cid")
    scene.service.reply(REPORTER, case.code, commands.Reply(text="Bên phải, sát lề."), Trace("reply"))
    scene.officer.send(token, Task.ASK, {**form, "question": "Ổ gà sâu bao nhiêu?"}, "vi", "cid")
    assert scene.store.head(case.code).questions == 2


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("nonce", [None, "", "AAAAAAAAAAAAAAAAAAAAAA", ["a", "b"]])
def test_a_form_without_the_right_nonce_is_refused(task: Task, nonce: Any) -> None:
    scene = Scene()
    token = begun(scene, task)
    before = len(scene.store.writes)
    form = {**scene.form(token, task), **GOOD[task], "nonce": nonce}
    if nonce is None:
        del form["nonce"]
    reply = scene.officer.send(token, task, form, "vi", "cid")
    assert reply.status == 403
    assert "Trang đã mở quá lâu" in words(reply)
    assert len(scene.store.writes) == before


def test_the_nonce_of_another_link_does_not_fit() -> None:
    scene = Scene()
    _, holder, receiver = scene.offered()
    form = scene.form(holder, Task.ANSWER)
    assert scene.officer.send(receiver, Task.ACCEPT, form, "vi", "cid").status == 403


def test_a_page_left_open_overnight_still_sends_and_an_older_one_keeps_what_was_typed() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    form = scene.form(token, Task.ASK, question="Ổ gà nằm ở bên nào?")
    scene.clock.move(hours=20)
    assert scene.officer.send(token, Task.ASK, form, "vi", "cid").status == 303
    other = Scene()
    _, token = other.in_progress()
    form = other.form(token, Task.ANSWER, result=RESULT)
    other.clock.move(days=3)
    refused = other.officer.send(token, Task.ANSWER, form, "vi", "cid")
    assert refused.status == 403
    assert RESULT in words(refused)
    again = {**form, **dict(re.findall(r'name="(nonce|key)" value="([^"]+)"', refused.body))}
    assert other.officer.send(token, Task.ANSWER, again, "vi", "cid").status == 303


def test_a_vague_answer_says_what_is_missing_and_keeps_the_text() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    reply = scene.send(
        token, Task.ANSWER, outcome="scheduled", result=VAGUE, next_step="Sẽ làm", scheduled_for="2023-05-01"
    )
    shown = words(reply)
    assert reply.status == 422
    assert status_of(scene, token) is Status.IN_PROGRESS
    assert "Chưa gửi được" in shown
    for anchor, label in (("result", "Kết quả xử lý"), ("next_step", "Việc làm tiếp theo"), ("scheduled_for", "Hẹn")):
        assert re.search(f'<li><a href="#{anchor}">{label}', reply.body)
        assert f'id="{anchor}-error"' in reply.body
        assert re.search(
            rf'id="{anchor}"[^>]*aria-describedby="[^"]*{anchor}-error"[^>]*aria-invalid="true"', reply.body
        )
    assert f">\n{VAGUE}</textarea>" in reply.body
    assert ">\nSẽ làm</textarea>" in reply.body
    assert 'value="2023-05-01"' in reply.body
    assert re.search(r'value="scheduled" checked', reply.body)
    assert reply.body.count("<title>Lỗi: Trả lời người dân") == 1


@pytest.mark.parametrize("task", [task for task in Task if task is not Task.ACCEPT])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_form_comes_back_with_an_error_for_each_field_that_is_owed(task: Task, language: str) -> None:
    scene = Scene()
    token = begun(scene, task)
    reply = scene.officer.send(token, task, scene.form(token, task), language, "cid")
    owed = {"result"} if task in (Task.ANSWER, Task.SUBMIT_APPROVAL) else set(GOOD[task])
    assert reply.status == 422
    assert set(re.findall(r'<li><a href="#([a-z_]+)">', reply.body)) == owed


def test_text_with_control_characters_is_named_and_not_lost() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    reply = scene.send(token, Task.ASK, question="Dán từ văn bản\x0b khác, có ký tự lạ")
    assert reply.status == 422
    assert "ký tự điều khiển" in words(reply)
    assert "Dán từ văn bản" in reply.body


def test_a_date_typed_as_people_write_it_is_understood() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    assert scene.send(token, Task.EXTEND, until="8/6/2023", reason=REASON).status == 303
    assert scene.send(token, Task.ANSWER, outcome="scheduled", result=RESULT, next_step="Thảm lại mặt đường",
                      scheduled_for="15/06/2023").status == 303  # fmt: skip
    answer = scene.store.head(token.split("-")[0]).answer
    assert answer is not None
    assert answer.scheduled_for == "2023-06-15"


def test_a_date_out_of_sight_does_not_count() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    reply = scene.send(token, Task.ANSWER, outcome="resolved", result=RESULT, scheduled_for="2023-06-15")
    assert reply.status == 303


def test_what_was_typed_but_came_too_late_is_shown_with_the_case_as_it_stands() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    form = scene.form(token, Task.ASK, question="Ổ gà nằm ở bên nào của đường?")
    scene.send(token, Task.ANSWER, **GOOD[Task.ANSWER])
    reply = scene.officer.send(token, Task.ASK, form, "vi", "cid")
    shown = words(reply)
    assert reply.status == 409
    assert "Việc này không làm được nữa" in shown
    assert "Ổ gà nằm ở bên nào của đường?" in shown
    assert "Đã trả lời người dân" in shown


def test_giving_back_too_late_says_why() -> None:
    scene = Scene()
    _, token = scene.assigned()
    form = scene.form(token, Task.GIVE_BACK, **GOOD[Task.GIVE_BACK])
    scene.clock.move(hours=26)
    reply = scene.officer.send(token, Task.GIVE_BACK, form, "vi", "cid")
    assert reply.status == 409
    assert "trong 8 giờ làm việc" in words(reply)
    assert REASON in words(reply)


def test_the_form_of_a_task_that_is_not_possible_shows_the_case_instead() -> None:
    scene = Scene()
    _, token = scene.waiting()
    page = scene.officer.form(token, Task.HAND_OVER, "vi")
    assert page.status == 409
    assert "Đang chờ người phản ánh bổ sung" in words(page)


def test_accepting_has_no_page_of_its_own() -> None:
    scene = Scene()
    _, token = scene.assigned()
    page = scene.officer.form(token, Task.ACCEPT, "vi")
    assert (page.status, page.headers["Location"]) == (303, f"/a/{token}")


def test_hand_over_offers_every_other_agency_the_likely_ones_first() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    page = scene.officer.form(token, Task.HAND_OVER, "vi")
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page.body, re.DOTALL)
    names = [name for name, _ in groups]
    assert names[:3] == ["Thường liên quan", "Cấp tỉnh", "Thành phố Yên Bái"]
    codes = re.findall(r'value="([a-z0-9-]+)"', groups[0][1])
    assert {"so-gtvt", "ubnd-132", "ca-04270"} <= set(codes)
    everything = set(re.findall(r'<option value="([a-z0-9-]+)"', page.body))
    assert COMMITTEE not in everything
    assert "tt-dhtm" not in everything
    assert len(everything) > 390
    assert len(page.body.encode()) < 60_000


def test_a_wrong_choice_keeps_the_reason_and_a_right_one_stays_chosen() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    unknown = scene.send(token, Task.HAND_OVER, agency="no-such", reason=REASON)
    assert unknown.status == 422
    assert REASON in words(unknown)
    kept = scene.send(token, Task.HAND_OVER, agency=OTHER, reason="ngắn")
    assert kept.status == 422
    assert kept.body.count(f'value="{OTHER}" selected') == 1


def test_the_receiver_gives_an_offer_back_and_the_sender_goes_on() -> None:
    scene = Scene()
    _, holder, receiver = scene.offered()
    assert scene.send(receiver, Task.GIVE_BACK, reason=REASON).status == 303
    assert "Xin trả lời người dân trước" in words(scene.officer.show(holder, "vi"))


def test_the_receiver_accepts_and_goes_on_over_the_same_link() -> None:
    scene = Scene()
    case, _, receiver = scene.offered()
    page = follow(scene, scene.send(receiver, Task.ACCEPT))
    assert "Đã nhận xử lý." in words(page)
    assert receiver == link(case.code, 2)
