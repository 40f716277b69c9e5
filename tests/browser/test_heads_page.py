"""The head's page in a browser, scripts off: read the draft, have a code sent, approve; and the pages beside it."""

import pytest
from playwright.sync_api import expect

from tests.address import Address
from tests.browser.conftest import DESK, PHONE, OpenPage, axe_violations
from tests.browser.matters import keep, photo
from tests.browser.test_pages_quality import SMALL_TARGETS
from tests.stack.matters import RESULT
from tests.stack.test_approval import Duty

SIZES = pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
SAID = "Đoạn này đã có trong kế hoạch sửa chữa quý III, kinh phí 120 triệu đồng."


def address(duty: Duty, who: str, task: str = "") -> str:
    """The page behind a link, or a task's form."""
    return f"{duty.stack.api_url}/a/{duty.link(who)}" + (f"/{task}" if task else "")


@SIZES
def test_the_head_reads_the_draft_gets_a_code_and_approves(
    stack: Address, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    duty, width = Duty.of(stack, "in progress, needs approval"), viewport["width"]
    officer = open_page(address(duty, "officer"), viewport, java_script_enabled=False)
    officer.get_by_role("link", name="Soạn trả lời, trình ký duyệt").click()
    officer.get_by_label("Chọn tệp").set_input_files(photo())
    officer.get_by_role("button", name="Tải lên").click()
    expect(officer.get_by_label("Kèm ảnh 1")).to_be_checked()
    officer.get_by_label("Kết quả xử lý").fill(RESULT)
    officer.get_by_role("button", name="Trình ký duyệt").click()
    expect(officer.get_by_role("status")).to_contain_text("Đã trình ký duyệt.")
    keep(officer, f"approval-{width}-1-submitted")

    page = open_page(address(duty, "head"), viewport, java_script_enabled=False)
    expect(page.get_by_role("region", name="Dự thảo câu trả lời")).to_contain_text(RESULT)
    expect(page.locator(".answer img")).to_have_count(1)
    keep(page, f"approval-{width}-2-head")
    page.get_by_role("link", name="Ký duyệt").click()
    page.get_by_role("button", name="Gửi mã").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi mã đến số điện thoại kết thúc bằng 133.")
    keep(page, f"approval-{width}-3-sent")
    page.get_by_label("Mã ký duyệt").fill("12")
    page.get_by_role("button", name="Ký duyệt và gửi người dân").click()
    expect(page.get_by_role("alert")).to_contain_text("phải gồm 6 chữ số")
    keep(page, f"approval-{width}-4-wrong")
    (code,) = duty.codes()
    page.get_by_label("Mã ký duyệt").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Ký duyệt và gửi người dân").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ký duyệt.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(page, f"approval-{width}-5-approved")
    assert duty.seen("head")["answer"]["result"] == RESULT


@SIZES
def test_the_head_returns_the_draft_and_the_officer_reads_why(
    stack: Address, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    duty = Duty.of(stack, "awaiting approval")
    page = open_page(address(duty, "head"), viewport, java_script_enabled=False)
    page.get_by_role("link", name="Trả lại dự thảo").click()
    page.get_by_label("Lý do").fill("Cần nêu rõ thời gian hoàn thành.")
    page.get_by_role("button", name="Trả lại dự thảo").click()
    expect(page.get_by_role("status")).to_contain_text("Đã trả lại dự thảo")
    officer = open_page(address(duty, "officer"), viewport, java_script_enabled=False)
    expect(officer.locator(".headline")).to_contain_text("“Cần nêu rõ thời gian hoàn thành.”")
    keep(officer, f"approval-{viewport['width']}-6-returned")


@SIZES
def test_a_supporting_agency_sends_words_and_a_photo_and_the_lead_sees_them(
    stack: Address, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    duty, width = Duty.of(stack, "in progress, supported"), viewport["width"]
    page = open_page(address(duty, "supporter"), viewport, java_script_enabled=False)
    keep(page, f"support-{width}-1-asked")
    page.get_by_role("link", name="Gửi ý kiến phối hợp").click()
    page.get_by_label("Chọn tệp").set_input_files(photo())
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_label("Kèm ảnh 1")).to_be_checked()
    page.get_by_label("Ý kiến phối hợp").fill(SAID)
    keep(page, f"support-{width}-2-form")
    page.get_by_role("button", name="Gửi ý kiến").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi ý kiến.")
    lead = open_page(address(duty, "officer"), viewport, java_script_enabled=False)
    shown = lead.get_by_role("region", name="Ý kiến phối hợp")
    expect(shown).to_contain_text(SAID)
    expect(shown.locator("img")).to_have_count(1)
    keep(lead, f"support-{width}-3-lead")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("scene", "who", "task"),
    [
        ("in progress, needs approval", "officer", "submit_approval"),
        ("in progress, needs approval", "head", ""),
        ("awaiting approval", "officer", ""),
        ("awaiting approval", "head", ""),
        ("awaiting approval", "head", "approve"),
        ("awaiting approval", "head", "return"),
        ("in progress, supported", "supporter", ""),
        ("in progress, supported", "supporter", "contribute"),
        ("in progress, supported", "officer", ""),
    ],
)
def test_axe_finds_nothing_wrong_and_targets_are_large(
    stack: Address, open_page: OpenPage, viewport: dict[str, int], scheme: str, scene: str, who: str, task: str
) -> None:
    page = open_page(address(Duty.of(stack, scene), who, task), viewport, color_scheme=scheme, bypass_csp=True)
    assert axe_violations(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
