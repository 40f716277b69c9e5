"""The page behind a signed link: what it says, and that it offers exactly what can be done."""

import re

import pytest

from chalicelib.core.errors import NotFound
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.values import Outcome
from chalicelib.pages.model import Task
from chalicelib.runtime.http import Reply
from tests.builders import REPORTER, date, give_answer, link, paper, rate
from tests.unit.pages.scene import CONTACT, REASON, Scene, forged, words

HOSTILE = """<script>alert("x")</script>"'&{{ 7*7 }}{% raw %}<img src=x onerror=alert(1)>"""


def offered_tasks(page: Reply) -> set[str]:
    """The tasks whose form or page the page leads to."""
    return set(re.findall(r'(?:action|href)="[^"]*/a/[^/"]+/([a-z_]+)"', page.body))


def test_a_new_case_says_what_to_do_and_by_when_before_anything_else() -> None:
    scene = Scene()
    _, token = scene.assigned()
    page = scene.officer.show(token, "vi")
    shown = words(page)
    assert page.status == 200
    assert "Xin nhận xử lý và trả lời người dân trước 17:00 thứ Năm 01/06/2023" in shown
    assert "Còn 7 ngày làm việc" in shown
    assert shown.index("Xin nhận xử lý") < shown.index("Nội dung phản ánh") < shown.index("Quá trình xử lý")


def test_the_matter_is_shown_with_place_coordinates_and_history() -> None:
    scene = Scene()
    _, token = scene.assigned()
    page = scene.officer.show(token, "vi")
    shown = words(page)
    for expected in (
        "Ổ gà lớn giữa đường",
        "Cổng trường Nguyễn Trãi",
        "Xã Minh Bảo, Thành phố Yên Bái",
        "21.74790, 104.91420",
        "Đường sá, biển báo, gương cầu",
        "14:05 thứ Ba 23/05/2023",
        "Giao xử lý → Ủy ban nhân dân xã Minh Bảo",
    ):
        assert expected in shown
    assert 'href="geo:21.74790,104.91420' in page.body


@pytest.mark.parametrize(
    ("make", "tasks"),
    [
        (lambda scene: scene.assigned()[1], {"accept", "answer", "hand_over", "give_back"}),
        (lambda scene: scene.in_progress()[1], {"answer", "ask", "hand_over", "extend"}),
        (lambda scene: scene.waiting()[1], {"answer"}),
        (lambda scene: scene.offered()[1], {"answer", "extend"}),
        (lambda scene: scene.offered()[2], {"accept", "give_back"}),
        (lambda scene: scene.answered()[1], set()),
    ],
    ids=["assigned", "in_progress", "waiting", "offered", "receiver", "answered"],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_offers_exactly_what_can_be_done(make, tasks: set[str], language: str) -> None:  # type: ignore[no-untyped-def]
    scene = Scene()
    token = make(scene)
    assert offered_tasks(scene.officer.show(token, language)) == tasks
    assert {task.value for task in scene.cases.sheet(token, language).tasks} == tasks


def test_giving_back_is_not_offered_once_its_time_is_over() -> None:
    scene = Scene()
    _, token = scene.assigned()
    scene.clock.move(days=2)
    assert "give_back" not in offered_tasks(scene.officer.show(token, "vi"))


def test_an_overdue_case_says_so_in_words_with_a_sign() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    scene.clock.move(days=14)
    page = scene.officer.show(token, "vi")
    assert "Đã quá hạn trả lời (17:00 thứ Năm 01/06/2023)" in words(page)
    assert re.search(r'<p class="sign late"><svg.*?<span>Quá hạn 3 ngày làm việc</span>', page.body)


def test_the_last_day_is_named_as_such() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    scene.clock.move(days=9)
    assert "Hạn trong hôm nay" in words(scene.officer.show(token, "vi"))


def test_an_urgent_case_counts_hours_and_is_called_urgent() -> None:
    scene = Scene()
    _, token = scene.assigned(category="sat_lo")
    scene.clock.move(hours=1)
    shown = words(scene.officer.show(token, "vi"))
    assert "Còn 3 giờ" in shown
    assert "Khẩn" in shown


def test_while_the_reporter_is_asked_the_page_says_that_time_stands() -> None:
    scene = Scene()
    _, token = scene.waiting()
    shown = words(scene.officer.show(token, "vi"))
    assert "Đang chờ người phản ánh bổ sung, chậm nhất 17:00 thứ Ba 30/05/2023" in shown
    assert "Thời hạn tạm dừng" in shown
    assert "Ổ gà nằm ở phía bên nào" in shown


def test_a_reply_of_the_reporter_stands_in_the_history() -> None:
    scene = Scene()
    case, token = scene.waiting()
    scene.service.reply(REPORTER, case.code, commands.Reply(text="Bên phải, sát lề đường."), Trace("reply"))
    assert "Bên phải, sát lề đường." in words(scene.officer.show(token, "vi"))


def test_the_receiver_of_a_hand_over_learns_who_offers_and_why() -> None:
    scene = Scene()
    _, holder, receiver = scene.offered()
    shown = words(scene.officer.show(receiver, "vi"))
    assert "Ủy ban nhân dân xã Minh Bảo đề nghị chuyển phản ánh này cho Sở Giao thông vận tải tỉnh Yên Bái" in shown
    assert REASON in shown
    assert "Đang chờ Sở Giao thông vận tải tỉnh Yên Bái nhận xử lý" in words(scene.officer.show(holder, "vi"))


def test_an_answer_is_shown_whole_and_says_until_when_it_can_be_rated() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "1", identifier="abcdef0123456701")
    scene.upload(case, "1", "application/pdf", "abcdef0123456702")
    answer = give_answer(
        outcome=Outcome.SCHEDULED,
        next_step="Thảm lại mặt đường",
        scheduled_for=date(2023, 6, 15),
        photos=("abcdef0123456701",),
        documents=(paper(file="abcdef0123456702"),),
    )
    scene.agencies.answer(token, answer, Trace("answer"))
    page = scene.officer.show(token, "vi")
    shown = words(page)
    assert "Đã trả lời và hẹn thực hiện trước 15/06/2023" in shown
    assert "Người phản ánh có thể đánh giá đến" in shown
    assert "Thảm lại mặt đường" in shown
    assert "Văn bản số 12/UBND-ĐT, ngày 24/05/2023, người ký: Phó Chủ tịch" in shown
    assert f'src="https://files.example/{case.code}/abcdef0123456701"' in page.body
    assert f'href="https://files.example/{case.code}/abcdef0123456702"' in page.body


def test_a_reopened_case_shows_why_the_reporter_was_not_satisfied_and_the_earlier_answer() -> None:
    scene = Scene()
    case, _ = scene.answered()
    scene.service.rate(REPORTER, case.code, rate(), Trace("rate"))
    shown = words(scene.officer.show(link(case.code, 2), "vi"))
    assert "Người phản ánh chưa hài lòng với lần trả lời trước: “Ổ gà vẫn còn nguyên.”" in shown
    assert "Lần trả lời trước" in shown


def test_a_wish_for_more_time_is_shown_as_pending() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    scene.agencies.extend(token, commands.Extend(until=date(2023, 6, 8), reason=REASON), Trace("extend"))
    shown = words(scene.officer.show(token, "vi"))
    assert "Đã xin gia hạn đến 17:00 thứ Năm 08/06/2023" in shown


@pytest.mark.parametrize("shared", [True, False])
def test_name_and_phone_are_shown_only_with_the_reporters_consent(shared: bool) -> None:
    scene = Scene()
    _, token = scene.assigned(share_contact=shared)
    page = scene.officer.show(token, "vi")
    assert (CONTACT[0] in page.body) == shared
    assert (CONTACT[1] in page.body) == shared
    assert ("0959 123 456" in page.body) == shared


def test_hostile_text_comes_out_as_text() -> None:
    scene = Scene(contacts={REPORTER: (HOSTILE, "+84959123456")})
    location = commands.Location(lat=21.7479, long=104.9142, area="04270", address=HOSTILE)
    case, token = scene.in_progress(title=HOSTILE, text=HOSTILE, location=location, share_contact=True)
    scene.agencies.ask(token, commands.Ask(question=HOSTILE), Trace("ask"))
    scene.service.reply(REPORTER, case.code, commands.Reply(text=HOSTILE), Trace("reply"))
    for page in (scene.officer.show(token, "vi"), scene.public.track(case.code, "en")):
        assert "<script>alert" not in page.body
        assert "<img src=x" not in page.body
        assert "{{ 7*7 }}" in page.body
        assert "&lt;script&gt;alert(&#34;x&#34;)" in page.body


def test_photos_load_late_and_what_browsers_cannot_show_is_a_link() -> None:
    scene = Scene()
    case, token = scene.assigned()
    scene.upload(case, "citizen")
    scene.upload(case, "citizen", "image/heic", "fedcba9876543210")
    page = scene.officer.show(token, "vi")
    photos = re.findall(r'<img src="https://files[^>]*>', page.body)
    assert len(photos) == 1
    assert 'loading="lazy"' in photos[0]
    assert "Mở ảnh 2 (HEIC)" in words(page)


def test_every_page_allows_nothing_from_elsewhere_but_the_store_it_shows_files_of() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    policy = scene.officer.show(token, "vi").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "https://files.example" not in policy
    scene.upload(case, "citizen")
    headers = scene.officer.show(token, "vi").headers
    directives = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert directives["img-src"] == "'self' https://files.example"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    uploading = scene.officer.form(token, Task.ANSWER, "vi").headers["Content-Security-Policy"]
    assert "form-action 'self' https://files.example;" in uploading


def test_no_page_carries_a_script_a_style_or_a_handler_of_its_own() -> None:
    scene = Scene()
    _, token = scene.in_progress()
    pages = [scene.officer.show(token, "vi")]
    pages += [scene.officer.form(token, task, "vi") for task in (Task.ANSWER, Task.ASK, Task.HAND_OVER, Task.EXTEND)]
    for page in pages:
        assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=|javascript:", page.body)
        assert not re.findall(r'(?:src|href)="https?:', page.body)


def test_under_a_stage_every_address_of_the_page_starts_with_the_stages_path() -> None:
    scene = Scene(base="https://api.example/dev")
    _, token = scene.in_progress()
    page = scene.officer.show(token, "vi")
    local = re.findall(r'(?:src|href|action)="(/[^"]*)"', page.body)
    assert local
    assert all(address.startswith("/dev/") for address in local)
    assert scene.send(token, Task.ASK, question="Ở bên nào của đường?").headers["Location"].startswith("/dev/a/")


def test_a_forged_link_is_not_found() -> None:
    scene = Scene()
    _, token = scene.assigned()
    with pytest.raises(NotFound):
        scene.officer.show(forged(token), "vi")


def test_reading_changes_nothing() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    before = len(scene.store.writes)
    scene.officer.show(token, "vi", "answer")
    for task in Task:
        scene.officer.form(token, task, "vi")
    scene.public.track(case.code, "vi")
    assert len(scene.store.writes) == before


def test_english_is_spoken_where_it_is_asked_for() -> None:
    scene = Scene()
    _, token = scene.assigned()
    page = scene.officer.show(token, "en")
    assert '<html lang="en">' in page.body
    assert "Please accept, and answer before 17:00 Thu 01/06/2023" in words(page)
    assert '<p class="text matter" lang="vi">' in page.body
