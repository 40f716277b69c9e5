"""The centre's pages in a real browser: from the list over the filter to a decision, by keyboard, without scripts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from infra.seed.staff import PASSWORD
from tests.address import Address
from tests.browser.conftest import DESK, PHONE, OpenPage, axe_violations
from tests.browser.matters import Matters, keep
from tests.browser.test_pages_quality import BUDGET, NARROW, SMALL_TARGETS
from tests.stack.colleagues import Colleague, colleague, signed_in
from tests.stack.matters import Case, assigned

NOTE = "Đề nghị kiểm tra hiện trường trong ngày."
LONG = (
    "Bến xe Nước Mát thiếu mái che và ghế chờ, người già và trẻ em phải đứng dưới nắng. Nhà vệ sinh đóng cửa từ đầu tháng, không có"
    " biển báo nơi thay thế.\n\nĐề nghị lắp mái che tạm và mở lại nhà vệ sinh."
)
# Where the focus is: its label or words, and whether it can be seen.
AT = """
() => {
  const it = document.activeElement;
  const style = getComputedStyle(it);
  const visible = it === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return {name: (it.labels?.[0]?.innerText || it.innerText || it.tagName).trim().split("\\n")[0], visible};
}
"""
WIDTHS = pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture(scope="module")
def matters(stack: Address) -> Matters:
    """Matters of one person."""
    return Matters.begin(stack)


@pytest.fixture(scope="module")
def dispatcher(stack: Address) -> Colleague:
    """A member of the centre."""
    return colleague(stack, "dispatcher")


@pytest.fixture(scope="module")
def session(stack: Address, dispatcher: Colleague) -> dict[str, Any]:
    """What a browser keeps in which that member has signed in."""
    return _state(stack, signed_in(stack, dispatcher).cookie)


def _state(stack: Address, cookie: str) -> dict[str, Any]:
    name, _, value = cookie.partition("=")
    kept = {
        "name": name, "value": value, "domain": urlsplit(stack.api_url).hostname, "path": "/centre", "expires": -1,
        "httpOnly": True, "secure": False, "sameSite": "Strict",
    }  # fmt: skip
    return {"cookies": [kept], "origins": []}


def unrouted(matters: Matters, **changes: Any) -> Case:
    """A matter that no rule finds an agency for."""
    case = matters.report(**{"category": "gop_y", "title": "Bến xe thiếu mái che", "text": LONG} | changes)
    case.until_queued()
    return case


@pytest.fixture(scope="module")
def pages(matters: Matters, stack: Address) -> dict[str, str]:
    """One address of every page there is."""
    site = stack.api_url
    case = unrouted(matters)
    back = matters.report(title="Ổ gà trước chợ")
    matters.add_photo(back)
    assert back.work("give_back", {"reason": "Đoạn đường này do Sở Giao thông vận tải quản lý."}).status == 200
    main = assigned(stack, matters.person, title="Ổ gà lớn trước cổng trường")
    assert main.code
    return {
        "lists": f"{site}/centre",
        "filtered": f"{site}/centre?what=assign&category=gop_y&area=132",
        "empty": f"{site}/centre?what=reopened",
        "case": f"{site}/centre/cases/{case.code}",
        "case-given-back": f"{site}/centre/cases/{back.code}?what=assign",
        "case-held": f"{site}/centre/cases/{main.code}",
    }


ALL = ("lists", "filtered", "empty", "case", "case-given-back", "case-held")


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true })")


@pytest.mark.parametrize("name", ALL)
@WIDTHS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(
    pages: dict[str, str],
    session: dict[str, Any],
    open_page: OpenPage,
    name: str,
    viewport: dict[str, int],
    scheme: str,
) -> None:
    page = open_page(pages[name], viewport, color_scheme=scheme, bypass_csp=True, storage_state=session)
    keep(page, f"centre-{name}-{viewport['width']}-{scheme}")
    assert axe_violations(page) == []
    _unfold(page)
    assert axe_violations(page) == []


@WIDTHS
def test_axe_finds_nothing_wrong_with_the_sign_in(
    stack: Address, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    page = open_page(f"{stack.api_url}/centre", viewport, bypass_csp=True)
    keep(page, f"centre-sign-in-{viewport['width']}")
    assert axe_violations(page) == []
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("name", ALL)
def test_every_page_fits_the_narrowest_phone_with_targets_a_finger_can_hit(
    pages: dict[str, str], session: dict[str, Any], open_page: OpenPage, name: str
) -> None:
    page = open_page(pages[name], NARROW, storage_state=session)
    _unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("[...document.querySelectorAll('summary')].every((it) => it.offsetHeight >= 43)")


@pytest.mark.parametrize("name", ALL)
def test_every_page_can_be_read_at_twice_the_size(
    pages: dict[str, str], session: dict[str, Any], open_page: OpenPage, name: str
) -> None:
    page = open_page(pages[name], PHONE, bypass_csp=True, storage_state=session)
    page.add_style_tag(content="html { font-size: 200% }")
    _unfold(page)
    keep(page, f"centre-{name}-200-percent")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("name", ALL)
def test_every_page_is_light_and_asks_nobody_else(
    pages: dict[str, str], session: dict[str, Any], open_page: OpenPage, name: str
) -> None:
    page = open_page("about:blank", PHONE, storage_state=session)
    answers: list[Any] = []
    page.on("requestfinished", lambda answer: answers.append(answer))
    page.goto(pages[name])
    page.wait_for_load_state("networkidle")
    sizes = [answer.sizes() for answer in answers if "/cases/" not in answer.url.partition("/centre")[0]]
    assert {urlsplit(answer.url).hostname for answer in answers} == {"127.0.0.1"}
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= BUDGET


def _tab_to(page: Page, wanted: Callable[[str], bool], most: int = 80) -> None:
    """Press Tab until the focus is on what is wanted; each stop shows where the focus is."""
    page.wait_for_load_state()
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(AT)
        assert at["visible"], at
        if wanted(at["name"]):
            return
    message = "the keyboard does not come there"
    raise AssertionError(message)


def _choose(page: Page, value: str, most: int = 60) -> None:
    """Go down in the list that has the focus."""
    for _ in range(most):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.value") == value:
            return
    message = f"{value} is not in the list"
    raise AssertionError(message)


def _id_of_focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


@WIDTHS
def test_from_sign_in_over_the_filter_to_a_decision_by_keyboard_without_scripts(
    matters: Matters, stack: Address, open_page: OpenPage, dispatcher: Colleague, viewport: dict[str, int]
) -> None:
    # In a commune of which no other test reports anything, so that the filter leaves this case alone.
    width, title = viewport["width"], f"Bến xe thiếu ghế chờ ({viewport['width']})"
    case = unrouted(matters, title=title, location={"lat": 21.7479, "long": 104.9142, "area": "04270"})
    page = open_page(f"{stack.api_url}/centre", viewport, java_script_enabled=False)
    for field, value in (("email", dispatcher.email), ("password", PASSWORD), ("code", dispatcher.code())):
        while _id_of_focus(page) != field:
            page.keyboard.press("Tab")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chờ phân công")
    _tab_to(page, lambda name: name.startswith("Lọc danh sách"))
    page.keyboard.press("Enter")
    _tab_to(page, lambda name: name == "Địa bàn")
    _choose(page, "04270", 200)
    _tab_to(page, lambda name: name == "Lọc")
    page.keyboard.press("Enter")
    expect(page.locator("summary")).to_contain_text("Đang lọc")
    keep(page, f"centre-walk-filtered-{width}")
    _tab_to(page, lambda name: name == title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    keep(page, f"centre-walk-case-{width}")
    _tab_to(page, lambda name: name == "Tìm cơ quan khác theo tên")
    page.keyboard.type("giao thong van tai")
    page.keyboard.press("Enter")
    expect(page.locator("#assign-found")).to_contain_text("Tìm thấy 1 cơ quan")
    expect(page.locator("#assign-agency")).to_be_focused()
    _choose(page, "so-gtvt")
    _tab_to(page, lambda name: name.startswith("Ghi chú"))
    page.keyboard.type(NOTE)
    keep(page, f"centre-walk-form-{width}")
    _tab_to(page, lambda name: name == "Giao xử lý")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"Đã giao phản ánh {case.code} cho Sở Giao thông vận tải")
    expect(page.locator("summary")).to_contain_text("Đang lọc")
    keep(page, f"centre-walk-done-{width}")
    assert case.view()["agency"]["code"] == "so-gtvt"


@WIDTHS
def test_a_refused_form_names_the_field_and_keeps_what_was_typed(
    matters: Matters, session: dict[str, Any], stack: Address, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    case = unrouted(matters)
    page = open_page(f"{stack.api_url}/centre/cases/{case.code}", viewport, storage_state=session)
    page.get_by_text("Không tiếp nhận", exact=True).click()
    page.get_by_label("Nói thêm với người phản ánh").fill(NOTE)
    page.get_by_role("button", name="Gửi trả lời không tiếp nhận").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(1)
    expect(page.get_by_label("Nói thêm với người phản ánh")).to_have_value(NOTE)
    keep(page, f"centre-refused-form-{viewport['width']}")
    assert case.view()["status"] == "received"


def test_scripts_ask_once_more_before_sealing(
    matters: Matters, session: dict[str, Any], stack: Address, open_page: OpenPage
) -> None:
    case = unrouted(matters)
    page = open_page(f"{stack.api_url}/centre/cases/{case.code}", DESK, storage_state=session)
    page.get_by_text("Niêm phong tố cáo", exact=True).click()
    page.locator("#seal-reason").fill("Nội dung là tố cáo cán bộ, có nêu tên.")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Niêm phong", exact=True).click()
    assert asked == ["Niêm phong phản ánh này? Không thể hoàn tác."]
    assert case.view()["status"] == "received"


def test_what_the_reporter_is_called_shows_on_a_page_of_its_own(
    matters: Matters, session: dict[str, Any], stack: Address, open_page: OpenPage
) -> None:
    case = unrouted(matters)
    page = open_page(
        f"{stack.api_url}/centre/cases/{case.code}", PHONE, java_script_enabled=False, storage_state=session
    )
    page.get_by_text("Xem danh tính người phản ánh", exact=True).click()
    page.locator("#reveal-reason").fill("Cần gọi lại để hỏi vị trí.")
    page.get_by_role("button", name="Ghi nhật ký và xem").click()
    expect(page.locator("main")).to_contain_text("đã được ghi vào nhật ký")
    keep(page, "centre-contact")
    page.get_by_role("link", name="Về phản ánh").click()
    assert matters.person.phone[-6:] not in page.content().replace(" ", "")


def test_a_paper_has_the_case_without_the_forms(
    pages: dict[str, str], session: dict[str, Any], open_page: OpenPage
) -> None:
    page = open_page(pages["case"], DESK, storage_state=session)
    page.emulate_media(media="print")
    expect(page.locator("details").first).to_be_hidden()
    expect(page.get_by_text("Bến xe Nước Mát")).to_be_visible()
    keep(page, "centre-case-print")
