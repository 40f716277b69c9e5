"""An officer works on a case behind a signed link, on a phone and at a desk, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.address import Address
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.matters import Matters, keep, pdf, photo
from tests.stack.matters import REASON, RESULT

EVERYWHERE = pytest.mark.parametrize(
    ("viewport", "scripts"),
    [(PHONE, True), (PHONE, False), (DESK, True), (DESK, False)],
    ids=["phone", "phone-scriptless", "desk", "desk-scriptless"],
)


@pytest.fixture(scope="module")
def matters(stack: Address) -> Matters:
    """Matters of one person."""
    return Matters.begin(stack)


def agree(page: Page) -> None:
    """Say yes to whatever the page asks before it sends."""
    page.on("dialog", lambda dialog: dialog.accept())


@EVERYWHERE
def test_a_case_is_read_and_accepted(
    matters: Matters, open_page: OpenPage, viewport: dict[str, int], scripts: bool, request: pytest.FixtureRequest
) -> None:
    case = matters.report(share_contact=True)
    matters.add_photo(case)
    page = open_page(matters.page(case), viewport, java_script_enabled=scripts)
    expect(page.locator("h1")).to_have_text("Ổ gà trước cổng trường")
    expect(page.locator(".headline")).to_contain_text("Xin nhận xử lý và trả lời người dân trước 17:00")
    expect(page.locator(".headline")).to_contain_text("Còn 7 ngày làm việc")
    photo_shown = page.locator(".pictures img")
    photo_shown.scroll_into_view_if_needed()
    expect(photo_shown).to_have_js_property("naturalWidth", 160)
    keep(page, f"accept-before-{request.node.callspec.id}")
    page.get_by_role("button", name="Nhận xử lý").dblclick()
    expect(page.get_by_role("status")).to_have_text("Đã nhận xử lý.")
    expect(page.get_by_role("button", name="Nhận xử lý")).to_have_count(0)
    expect(page.get_by_role("link", name="Trả lời người dân")).to_be_visible()
    keep(page, f"accept-after-{request.node.callspec.id}")
    assert [entry["action"] for entry in case.view()["history"]].count("accept") == 1


@EVERYWHERE
def test_the_reporter_is_asked_and_the_reply_arrives(
    matters: Matters, open_page: OpenPage, viewport: dict[str, int], scripts: bool, request: pytest.FixtureRequest
) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case), viewport, java_script_enabled=scripts)
    page.get_by_role("link", name="Đề nghị bổ sung thông tin").click()
    page.get_by_label("Câu hỏi").fill("Ổ gà nằm ở phía bên nào của cổng trường?")
    keep(page, f"ask-{request.node.callspec.id}")
    page.get_by_role("button", name="Gửi câu hỏi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi câu hỏi")
    expect(page.locator(".headline")).to_contain_text("Thời hạn tạm dừng")
    keep(page, f"waiting-{request.node.callspec.id}")
    assert case.view()["status"] == "waiting"


def test_evidence_is_uploaded_with_scripts_off_on_a_phone(matters: Matters, open_page: OpenPage) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case), PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Trả lời người dân").click()
    keep(page, "answer-scriptless-1-empty")
    for file, listed in ((photo(), "Kèm ảnh 1"), (pdf(), "Kèm tài liệu 2 (PDF)")):
        page.get_by_label("Chọn tệp").set_input_files(file)
        page.get_by_role("button", name="Tải lên").click()
        expect(page.get_by_text("Đã nhận tệp.")).to_be_visible()
        expect(page.get_by_label(listed)).to_be_checked()
    keep(page, "answer-scriptless-2-uploaded")
    page.get_by_label("Số, ký hiệu văn bản").fill("12/UBND-ĐT")
    page.get_by_label("Ngày ký").fill("2026-11-20")
    page.get_by_label("Người ký").fill("Phó Chủ tịch")
    page.get_by_label("Kết quả xử lý").fill(RESULT)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi trả lời")
    expect(page.locator(".answer img")).to_have_count(1)
    expect(page.locator(".answer .files")).to_contain_text("12/UBND-ĐT, ngày 20/11/2026")
    keep(page, "answer-scriptless-3-sent")
    answer = case.view()["answer"]
    assert answer["result"] == RESULT
    assert len(answer["photos"]) == 1
    assert answer["documents"][0]["number"] == "12/UBND-ĐT"


def test_with_scripts_files_go_up_while_the_text_stays(matters: Matters, open_page: OpenPage) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case, task="answer"), PHONE)
    agree(page)
    page.get_by_label("Kết quả xử lý").fill(RESULT)
    page.get_by_label("Chọn tệp").set_input_files([photo("a.png"), photo("b.png")])
    expect(page.get_by_label("Kèm ảnh 2")).to_be_checked()
    page.get_by_label("Kèm ảnh 1").uncheck()
    page.get_by_label("Chọn tệp").set_input_files(photo("c.png"))
    expect(page.get_by_label("Kèm ảnh 3")).to_be_checked()
    expect(page.get_by_label("Kèm ảnh 1")).not_to_be_checked()
    expect(page.get_by_label("Kết quả xử lý")).to_have_value(RESULT)
    keep(page, "answer-scripts-uploaded")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi trả lời")
    assert len(case.view()["answer"]["photos"]) == 2


def test_a_file_that_is_no_photo_is_refused_in_words(matters: Matters, open_page: OpenPage) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case, task="answer"), PHONE, java_script_enabled=False)
    page.get_by_label("Chọn tệp").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_role("alert")).to_contain_text("Chỉ nhận ảnh JPEG, PNG, WebP, HEIC hoặc PDF")
    keep(page, "answer-refused-file")


@EVERYWHERE
def test_a_vague_answer_comes_back_with_what_is_missing_and_the_text_kept(
    matters: Matters, open_page: OpenPage, viewport: dict[str, int], scripts: bool, request: pytest.FixtureRequest
) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case, task="answer"), viewport, java_script_enabled=scripts)
    agree(page)
    page.get_by_label("Hẹn thực hiện", exact=False).first.check()
    page.get_by_label("Kết quả xử lý").fill("Đã ghi nhận.")
    page.get_by_role("button", name="Gửi trả lời").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Kết quả xử lý: hãy nêu đã làm gì")
    expect(summary).to_contain_text("Việc làm tiếp theo: cần nêu việc làm tiếp theo")
    expect(summary).to_contain_text("Hẹn thực hiện trước: cần ngày hẹn")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Kết quả xử lý")).to_have_value("Đã ghi nhận.")
    keep(page, f"answer-vague-{request.node.callspec.id}")
    summary.get_by_role("link", name="Kết quả xử lý").click()
    expect(page.get_by_label("Kết quả xử lý")).to_be_focused()
    page.get_by_label("Kết quả xử lý").fill(RESULT)
    page.get_by_label("Việc làm tiếp theo").fill("Đơn vị quản lý thảm lại mặt đường trong tháng sau.")
    page.get_by_label("Hẹn thực hiện trước").fill("2030-01-15")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator(".headline")).to_contain_text("Đã trả lời và hẹn thực hiện trước 15/01/2030")
    assert case.view()["answer"]["scheduled_for"] == "2030-01-15"


def test_a_case_is_handed_over_with_scripts_off_and_taken_by_the_other_agency(
    matters: Matters, open_page: OpenPage
) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case), PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Chuyển cơ quan khác").click()
    page.get_by_label("Cơ quan nhận").select_option("so-gtvt")
    page.get_by_label("Lý do").fill(REASON)
    keep(page, "hand_over-scriptless")
    page.get_by_role("button", name="Đề nghị chuyển").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đề nghị chuyển")
    keep(page, "hand_over-offered")
    other = open_page(matters.page(case, 2), PHONE, java_script_enabled=False)
    expect(other.locator(".headline")).to_contain_text("đề nghị chuyển phản ánh này cho Sở Giao thông vận tải")
    assert set(re.findall(r"/a/[^/]+/([a-z_]+)", other.content())) == {"accept", "give_back"}
    keep(other, "hand_over-receiver")
    other.get_by_role("button", name="Nhận xử lý").click()
    expect(other.get_by_role("status")).to_have_text("Đã nhận xử lý.")
    page.reload()
    expect(page.locator("h1")).to_have_text("Đường dẫn đã hết hiệu lực")
    expect(page.locator("main")).to_contain_text("Sở Giao thông vận tải tỉnh Yên Bái đã nhận phản ánh")
    keep(page, "ended-after-hand_over")


def test_with_scripts_the_list_of_agencies_is_filtered_by_name(matters: Matters, open_page: OpenPage) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case, task="hand_over"), DESK)
    page.get_by_label("Lọc danh sách theo tên").fill("giao thong van tai")
    expect(page.get_by_label("Cơ quan nhận")).to_have_value("so-gtvt")
    keep(page, "hand_over-filtered")
    page.get_by_label("Lọc danh sách theo tên").fill("không có cơ quan này")
    expect(page.get_by_role("status")).to_have_text("Không có cơ quan nào khớp.")
    page.get_by_label("Lọc danh sách theo tên").fill("yên bái")
    expect(page.get_by_role("status")).to_contain_text("cơ quan khớp: xin chọn")
    expect(page.get_by_label("Cơ quan nhận")).to_have_value("")
    page.get_by_label("Lọc danh sách theo tên").fill("cong an thanh pho")
    page.get_by_label("Lý do").fill(REASON)
    page.get_by_role("button", name="Đề nghị chuyển").click()
    expect(page.locator(".headline")).to_contain_text("Đang chờ Công an thành phố Yên Bái nhận xử lý")
    assert case.view()["agency"]["code"] == "ubnd-04252"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "scriptless"])
def test_what_is_not_theirs_is_given_back_and_the_link_ends(
    matters: Matters, open_page: OpenPage, scripts: bool
) -> None:
    case = matters.report()
    page = open_page(matters.page(case), PHONE, java_script_enabled=scripts)
    agree(page)
    page.get_by_role("link", name="Trả lại Trung tâm").click()
    page.get_by_role("button", name="Trả lại").click()
    expect(page.get_by_role("alert")).to_contain_text("Lý do: bắt buộc")
    page.get_by_label("Lý do").fill(REASON)
    keep(page, f"give_back-{scripts}")
    page.get_by_role("button", name="Trả lại").click()
    expect(page.locator("h1")).to_have_text("Đường dẫn đã hết hiệu lực")
    expect(page.locator("main")).to_contain_text(f"đã trả lại phản ánh {case.code}")
    keep(page, "ended-after-give_back")
    assert case.view()["status"] == "received"


def test_more_time_is_asked_for_once(matters: Matters, open_page: OpenPage) -> None:
    case = matters.accepted()
    page = open_page(matters.page(case, task="extend"), PHONE)
    page.get_by_label("Xin gia hạn đến ngày").fill("2030-01-15")
    page.get_by_label("Lý do").fill("Chờ vật tư về, mưa kéo dài chưa thi công được.")
    keep(page, "extend")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi đề nghị gia hạn")
    expect(page.locator(".headline")).to_contain_text("Đã xin gia hạn đến 17:00 thứ Ba 15/01/2030")
    expect(page.get_by_role("link", name="Xin gia hạn")).to_have_count(0)


def test_two_officers_at_once_one_is_told_what_happened_and_loses_no_word(
    matters: Matters, open_page: OpenPage
) -> None:
    case = matters.accepted()
    late = open_page(matters.page(case, task="ask"), PHONE)
    late.get_by_label("Câu hỏi").fill("Ổ gà nằm ở phía bên nào của cổng trường?")
    assert case.work("answer", {"result": RESULT}).status == 200
    late.get_by_role("button", name="Gửi câu hỏi").click()
    expect(late.get_by_role("alert")).to_contain_text("Việc này không làm được nữa")
    expect(late.get_by_role("alert")).to_contain_text("Ổ gà nằm ở phía bên nào")
    expect(late.locator(".headline")).to_contain_text("Đã trả lời người dân")
    keep(late, "conflict")


def test_a_wrong_link_says_what_to_do(matters: Matters, open_page: OpenPage) -> None:
    page = open_page(f"{matters.page(matters.report())[:-3]}abc", PHONE)
    expect(page.locator("h1")).to_have_text("Không tìm thấy trang")
    keep(page, "wrong-link")
