"""The head's page, the supporting agency's page, and what passes between offices as their pages show it."""

import re
from dataclasses import dataclass

from msgspec.structs import replace

from chalicelib.core.errors import Conflict, TooMany, Unavailable
from chalicelib.feedback import commands, joining, moderation, succession
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Party, Status
from chalicelib.feedback.ports import CodeSent, Draft
from chalicelib.feedback.values import Terms
from chalicelib.pages.model import Task
from chalicelib.runtime.http import Reply
from tests.builders import NOW, RESULT, at, link, stamp
from tests.fakes import KnownSignatures
from tests.unit.pages.scene import ASKED, COMMITTEE, OTHER, REASON, Scene, hidden, words

OTHER_NAME = "Sở Giao thông vận tải tỉnh Yên Bái"
SAID = "Đoạn này đã có trong kế hoạch sửa chữa quý III."


def ask_code(scene: Scene, head: str) -> Reply:
    """Press the button that sends the code."""
    return scene.officer.send_code(head, hidden(scene.officer.form(head, Task.APPROVE, "vi")), "vi")


def links(page: Reply, token: str) -> set[str]:
    """The tasks that a page leads to."""
    return set(re.findall(rf'href="/a/{token}/([a-z_]+)"', page.body))


def test_the_officers_page_says_that_the_draft_waits() -> None:
    scene = Scene()
    _, officer, _ = scene.awaiting_approval()
    page = scene.officer.show(officer, "vi")
    shown = words(page)
    assert "Dự thảo trả lời đang chờ ký duyệt, hạn trả lời" in shown
    assert "Trạng thái: Chờ ký duyệt" in shown
    assert "Dự thảo câu trả lời Người dân sẽ đọc đúng nội dung này sau khi Thủ trưởng ký duyệt." in shown
    assert RESULT in shown
    assert links(page, officer) == set()


def test_the_officer_is_led_to_the_form_that_submits() -> None:
    scene = Scene()
    _, officer, _ = scene.approving_one()
    page = scene.officer.show(officer, "vi")
    assert "submit_approval" in links(page, officer)
    assert "answer" not in links(page, officer)
    form = scene.officer.form(officer, Task.SUBMIT_APPROVAL, "vi")
    assert "Dự thảo được trình Thủ trưởng cơ quan." in words(form)
    assert f'action="/a/{officer}/submit_approval"' in form.body
    assert scene.officer.form(officer, Task.ANSWER, "vi").status == 409


def test_the_heads_page_shows_the_draft_as_people_will_read_it_and_two_ways_on() -> None:
    scene = Scene()
    case, officer, head = scene.approving_one()
    scene.upload(case, "1")
    answer = commands.GiveAnswer(result=RESULT, next_step="Theo dõi thêm một tuần.", photos=("0123456789abcdef",))
    scene.agencies.submit_approval(officer, answer, Trace("submit"))
    page = scene.officer.show(head, "vi")
    shown = words(page)
    assert "Xin ký duyệt câu trả lời trước" in shown
    assert RESULT in shown
    assert "Theo dõi thêm một tuần." in shown
    assert "https://files.example" in page.body
    assert links(page, head) == {"approve", "return"}
    assert "https://files.example" in page.headers["Content-Security-Policy"]
    assert page.body.index("draft-heading") < page.body.index("matter-heading")


def test_before_there_is_a_draft_the_heads_page_says_so() -> None:
    scene = Scene()
    _, _, head = scene.approving_one()
    page = scene.officer.show(head, "vi")
    assert "Hiện không có dự thảo nào chờ ký duyệt" in words(page)
    assert links(page, head) == set()


def test_a_late_draft_is_to_be_approved_at_once() -> None:
    scene = Scene()
    _, officer, head = scene.awaiting_approval()
    scene.clock.move(days=30)
    assert "Đã quá hạn trả lời" in words(scene.officer.show(head, "vi"))
    assert "Dự thảo trả lời đang chờ ký duyệt" in words(scene.officer.show(officer, "vi"))


def test_a_code_is_sent_at_the_heads_wish_and_approves() -> None:
    scene = Scene()
    case, _, head = scene.awaiting_approval()
    scene.officer.show(head, "vi")
    scene.officer.form(head, Task.APPROVE, "vi")
    assert scene.signatures.sent == []
    page = ask_code(scene, head)
    assert page.status == 200
    assert "Đã gửi mã đến số điện thoại kết thúc bằng 001. Mã có hiệu lực trong 10 phút." in words(page)
    done = scene.officer.send(head, Task.APPROVE, {**hidden(page), "code": "123456"}, "vi", "cid")
    assert (done.status, done.headers["Location"]) == (303, f"/a/{head}?done=approve")
    assert scene.store.head(case.code).status is Status.ANSWERED
    assert "Đã ký duyệt." in words(scene.officer.show(head, "vi", "approve"))


def test_a_wrong_code_comes_back_with_what_is_left() -> None:
    scene = Scene()
    case, _, head = scene.awaiting_approval()
    ask_code(scene, head)
    reply = scene.send(head, Task.APPROVE, code="654321")
    assert reply.status == 422
    assert "Mã ký duyệt: không đúng, còn 4 lần thử" in words(reply)
    assert "Mã ký duyệt: phải gồm 6 chữ số" in words(scene.send(head, Task.APPROVE, code="12"))
    assert scene.store.head(case.code).status is Status.AWAITING_APPROVAL


def test_the_button_needs_a_form_of_ours_and_the_heads_link() -> None:
    scene = Scene()
    _, officer, head = scene.awaiting_approval()
    assert scene.officer.send_code(head, {"nonce": "A" * 22, "key": "x"}, "vi").status == 403
    shown = hidden(scene.officer.form(head, Task.APPROVE, "vi"))
    assert scene.officer.send_code(officer, shown, "vi").status == 409
    assert scene.officer.form(officer, Task.APPROVE, "vi").status == 409
    assert scene.signatures.sent == []


@dataclass
class Refusing(KnownSignatures):
    """No code goes out."""

    error: Exception | None = None

    def send(self, agency: str, draft: Draft, key: str, language: str) -> CodeSent:
        assert self.error
        raise self.error


def test_a_code_that_cannot_be_sent_says_why_on_the_same_page() -> None:
    for error, status, expected in (
        (TooMany("error.signing_codes", retry_after=42), 429, "thử lại sau 42 giây"),
        (Unavailable(), 503, "thử lại"),
        (Conflict("error.head_unreachable"), 409, "Chưa có số di động"),
    ):
        scene = Scene(signatures=Refusing(error=error))
        _, _, head = scene.awaiting_approval()
        page = ask_code(scene, head)
        assert page.status == status
        assert expected in words(page)
        assert 'role="alert"' in page.body
        assert 'name="code"' in page.body


def test_the_officer_reads_why_the_draft_came_back() -> None:
    scene = Scene()
    case, officer, head = scene.awaiting_approval()
    assert scene.send(head, Task.RETURN, reason="Cần nêu rõ thời gian hoàn thành.").status == 303
    shown = words(scene.officer.show(officer, "vi"))
    assert "Thủ trưởng đã trả lại dự thảo: “Cần nêu rõ thời gian hoàn thành.”" in shown
    assert "Soạn trả lời, trình ký duyệt" in shown
    own = words(scene.public.track(case.code, "vi"))
    assert "Cần nêu rõ" not in own
    assert "Trả lại dự thảo" not in own


def test_nothing_of_a_draft_is_on_the_page_of_the_public_or_of_a_supporter() -> None:
    scene = Scene()
    case, _, _ = scene.awaiting_approval()
    scene.store.save(moderation.support(case, stamp(Party.CENTRE, scene.clock()), OTHER))
    assert RESULT not in words(scene.public.track(case.code, "vi"))
    assert RESULT not in words(scene.officer.show(link(case.code, 2), "vi"))


def test_a_supporting_agencys_page_shows_what_is_asked_and_one_task() -> None:
    scene = Scene()
    _, _, token = scene.supported()
    page = scene.officer.show(token, "vi")
    shown = words(page)
    assert "Xin gửi ý kiến phối hợp cho Ủy ban nhân dân xã Minh Bảo" in shown
    assert f"Đề nghị của Trung tâm: “{ASKED}”" in shown
    assert links(page, token) == {"contribute"}
    form = scene.officer.form(token, Task.CONTRIBUTE, "vi")
    assert "không gửi cho người dân và không đăng công khai" in words(form)
    assert 'enctype="multipart/form-data"' in form.body
    assert f'data-back="/a/{token}/contribute"' in form.body


def test_a_supporting_agency_never_sees_name_and_phone() -> None:
    scene = Scene()
    case, token = scene.in_progress(share_contact=True)
    scene.store.save(moderation.support(case, stamp(Party.CENTRE, scene.clock()), OTHER))
    assert "0959 123 456" in words(scene.officer.show(token, "vi"))
    assert "0959 123 456" not in words(scene.officer.show(link(case.code, 2), "vi"))


def test_the_lead_reads_what_was_contributed_with_its_files() -> None:
    scene = Scene()
    case, lead, token = scene.supported()
    assert f"Ý kiến phối hợp {OTHER_NAME} Chưa có ý kiến." in words(scene.officer.show(lead, "vi"))
    scene.upload(case, "2", "application/pdf")
    form = scene.form(token, Task.CONTRIBUTE, text=SAID, files="0123456789abcdef")
    assert scene.officer.send(token, Task.CONTRIBUTE, form, "vi", "cid").status == 303
    page = scene.officer.show(lead, "vi")
    assert re.search(rf"Ý kiến phối hợp {OTHER_NAME} .*{re.escape(SAID)}", words(page))
    assert f"https://files.example/{case.code}/0123456789abcdef" in page.body
    assert SAID not in words(scene.public.track(case.code, "vi"))


def test_an_offer_says_until_when_on_both_pages() -> None:
    scene = Scene()
    _, holder, receiver = scene.offered()
    assert "Nếu nơi nhận không đồng ý trước 17:00" in words(scene.officer.show(holder, "vi"))
    shown = words(scene.officer.show(receiver, "vi"))
    assert "Xin nhận hoặc trả lại trước 17:00" in shown
    assert "Quá thời hạn này, phản ánh trở về Trung tâm" in shown


def test_an_extension_is_shown_as_asked_granted_or_denied() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    until = at("12/06/2023 17:00")
    asked = case.extend(stamp(Party.HOLDER, scene.clock()), until)
    for made, expected in (
        (asked, "đang chờ Trung tâm xem xét"),
        (
            moderation.grant(asked, stamp(Party.CENTRE, scene.clock()), Terms(until)),
            "Trung tâm đã đồng ý gia hạn đến 17:00",
        ),
        (moderation.deny(asked, stamp(Party.CENTRE, scene.clock())), "Trung tâm không đồng ý gia hạn."),
    ):
        scene.store.items.clear()
        scene.keep(made)
        assert expected in words(scene.officer.show(token, "vi"))


def test_everybody_who_held_the_case_stands_on_the_page_with_how_long() -> None:
    scene = Scene()
    case, _, receiver = scene.offered()
    scene.clock.move(days=2)
    scene.agencies.accept(receiver, Trace("take"))
    scene.clock.move(hours=1)
    shown = words(scene.officer.show(receiver, "vi"))
    assert "Các cơ quan đã giữ phản ánh Ủy ban nhân dân xã Minh Bảo : 2,1 ngày làm việc" in shown
    assert f"{OTHER_NAME} : 0,1 ngày làm việc từ" in shown
    view = scene.views.own(scene.store.dossier(case.code), scene.clock(), "vi")
    assert [(one.agency.code, one.working_days, one.until is None) for one in view.held] == [
        (COMMITTEE, 2.1, False),
        (OTHER, 0.1, True),
    ]


def test_every_new_ending_says_what_became_of_the_case() -> None:
    scene = Scene()
    case, _, receiver = scene.offered()
    centre, system = stamp(Party.CENTRE, scene.clock()), stamp(Party.SYSTEM, scene.clock())
    holder = link(case.code)
    for made, token, expected in (
        (joining.merge(case, centre, "MAIN"), holder, "Trung tâm đã gộp phản ánh"),
        (succession.lapse(case, system, NOW), holder, "đã trở về Trung tâm"),
        (succession.lapse(case, system, NOW), receiver, "đã trở về Trung tâm"),
        (succession.transfer(case, system, OTHER, False), holder, "đã chuyển cho cơ quan kế thừa"),
        (succession.transfer(case, system, OTHER, False), link(case.code, head=True), "đã chuyển cho cơ quan kế thừa"),
    ):
        scene.store.items.clear()
        scene.keep(made)
        page = scene.officer.show(token, "vi")
        assert page.status == 410
        assert expected in words(page)


def test_the_links_of_a_sealed_case_say_nothing_about_it() -> None:
    scene = Scene()
    case, _, receiver = scene.offered()
    scene.store.items.clear()
    scene.keep(moderation.seal(case, stamp(Party.CENTRE, scene.clock())))
    said = set()
    for token in (link(case.code), link(case.code, head=True), receiver, link(case.code, 9)):
        page = scene.officer.show(token, "vi")
        assert page.status == 410
        said.add(words(page))
    (sentences,) = said
    assert not [word for word in (case.code, "niêm phong", "Minh Bảo", "Ổ gà") if word in sentences]


def test_the_form_of_a_hand_over_never_offers_the_one_complained_of_or_whoever_is_under_it() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    everybody = scene.officer.form(token, Task.HAND_OVER, "vi").body
    assert 'value="ubnd-132"' in everybody
    scene.store.items.clear()
    scene.keep(replace(case, about="ubnd-132"))
    offered = scene.officer.form(token, Task.HAND_OVER, "vi").body
    assert 'value="ubnd-132"' not in offered
    assert 'value="so-gtvt"' in offered
    refused = scene.send(token, Task.HAND_OVER, agency="ubnd-132", reason=REASON)
    assert refused.status == 422
    assert "không được là cơ quan bị phản ánh" in words(refused)


def test_the_reporter_reads_of_an_extension_a_breach_and_an_escalation() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.agencies.extend(token, commands.Extend(until=at("12/06/2023 17:00").date(), reason=REASON), Trace("extend"))
    granted = moderation.grant(
        scene.store.head(case.code), stamp(Party.CENTRE, scene.clock()), Terms(at("12/06/2023 17:00"))
    )
    scene.store.save(granted)
    view = scene.views.own(scene.store.dossier(case.code), scene.clock(), "vi")
    assert view.extension is not None
    assert (view.extension.granted, view.extension.until) == (True, at("12/06/2023 17:00"))
    assert [line.action for line in view.history][-2:] == ["extend", "grant"]
