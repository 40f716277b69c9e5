"""What every page owes its readers: axe clean, by keyboard, on narrow and enlarged screens, light on the line."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.address import Address
from tests.browser.conftest import DESK, PHONE, OpenPage, axe_violations
from tests.browser.matters import Matters, keep
from tests.stack.matters import RESULT

NARROW = {"width": 320, "height": 640}
BUDGET = 60_000

# Controls a finger must hit; a control inside a label is hit by its label.
SMALL_TARGETS = """
() => [...document.querySelectorAll("main a, main button, main select, main textarea, main input:not([type=hidden])")]
  .filter((it) => it.checkVisibility() && !it.closest(".away"))
  .filter((it) => {
    const area = it.labels?.length && /radio|checkbox/.test(it.type) ? it.labels[0] : it;
    return area.getBoundingClientRect().height < 43.5;
  })
  .map((it) => it.outerHTML.slice(0, 120))
"""
FOCUS = """
() => {
  const it = document.activeElement;
  const style = getComputedStyle(it);
  const visible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {name: (it.innerText || it.labels?.[0]?.innerText || it.name || it.tagName).trim().split("\\n")[0], visible};
}
"""


@pytest.fixture(scope="module")
def matters(stack: Address) -> Matters:
    """Matters of one person."""
    return Matters.begin(stack)


@pytest.fixture(scope="module")
def pages(matters: Matters) -> dict[str, str]:
    """One address of every page there is."""
    fresh, taken_up, answered, ended = matters.report(), matters.accepted(), matters.accepted(), matters.report()
    matters.add_photo(answered)
    assert answered.work("answer", {"result": RESULT}).status == 200
    assert ended.work("give_back", {"reason": "Không thuộc thẩm quyền của phường."}).status == 200
    tasks = {task: matters.page(taken_up, task=task) for task in ("answer", "ask", "hand_over", "extend")}
    site = matters.stack.api_url
    return {
        "assigned": matters.page(fresh),
        "in_progress": matters.page(taken_up),
        **tasks,
        "give_back": matters.page(fresh, task="give_back"),
        "answered": matters.page(answered),
        "ended": matters.page(ended),
        "track": f"{site}/t/{answered.code}",
        "track-private": f"{site}/t/{matters.report(visibility='private').code}",
        "problem": f"{site}/problems/not-possible-now",
    }


ALL = (
    "assigned", "in_progress", "answer", "ask", "hand_over", "extend", "give_back", "answered", "ended", "track",
    "track-private", "problem",
)  # fmt: skip


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(
    pages: dict[str, str], open_page: OpenPage, name: str, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(pages[name], viewport, color_scheme=scheme, bypass_csp=True)
    keep(page, f"page-{name}-{viewport['width']}-{scheme}")
    assert axe_violations(page) == []


@pytest.mark.parametrize("name", ALL)
def test_every_page_fits_the_narrowest_phone_with_targets_a_finger_can_hit(
    pages: dict[str, str], open_page: OpenPage, name: str
) -> None:
    page = open_page(pages[name], NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("name", ALL)
def test_every_page_can_be_read_at_twice_the_size(pages: dict[str, str], open_page: OpenPage, name: str) -> None:
    page = open_page(pages[name], PHONE, bypass_csp=True)
    page.add_style_tag(content="html { font-size: 200% }")
    keep(page, f"page-{name}-200-percent")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("name", ALL)
def test_every_page_is_light(pages: dict[str, str], open_page: OpenPage, name: str) -> None:
    page = open_page("about:blank", PHONE)
    answers: list[Any] = []
    page.on("requestfinished", lambda answer: answers.append(answer))
    page.goto(pages[name])
    page.wait_for_load_state("networkidle")
    here = pages[name].split("/a/")[0].split("/t/")[0].split("/problems/")[0]
    sizes = {answer.url: answer.sizes() for answer in answers if answer.url.startswith(here)}
    weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes.values())
    assert len(sizes) >= 3
    assert weight <= BUDGET, sizes


def walk(page: Page, most: int = 40) -> list[str]:
    """What Tab comes to, in order, each with a visible focus."""
    names: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["name"].startswith("BODY") or at["name"] in names[:1]:
            break
        assert at["visible"], at
        names.append(at["name"])
    return names


def test_the_keyboard_comes_to_the_next_step_first(pages: dict[str, str], open_page: OpenPage) -> None:
    page = open_page(pages["assigned"], DESK)
    names = walk(page)
    assert names[0] == "Đến nội dung chính"
    assert names[1] == "Nhận xử lý"
    assert names[-3:] == ["Trả lời người dân", "Chuyển cơ quan khác", "Trả lại Trung tâm"]


def test_a_question_is_asked_by_keyboard_alone(matters: Matters, open_page: OpenPage) -> None:
    page = open_page(matters.page(matters.accepted()), DESK)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS)["name"] == "Đề nghị bổ sung thông tin":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask")
    while page.evaluate(FOCUS)["name"] != "Câu hỏi":
        page.keyboard.press("Tab")
    page.keyboard.type("Ổ gà nằm ở phía bên nào?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã gửi câu hỏi")


def test_the_skip_link_leads_to_the_content(pages: dict[str, str], open_page: OpenPage) -> None:
    page = open_page(pages["in_progress"], PHONE)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_pages_speak_english_to_who_asks_for_it(pages: dict[str, str], open_page: OpenPage) -> None:
    page = open_page(pages["in_progress"], PHONE, locale="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".headline")).to_contain_text("Please answer before")
    keep(page, "page-in_progress-english")


def test_of_a_private_case_the_tracking_page_tells_only_the_status(pages: dict[str, str], open_page: OpenPage) -> None:
    page = open_page(pages["track-private"], PHONE)
    expect(page.locator("main")).to_contain_text("chỉ hiển thị cho người phản ánh")
    assert "Ổ gà" not in page.content()


def test_a_page_asks_nobody_else_for_anything(pages: dict[str, str], open_page: OpenPage) -> None:
    page = open_page("about:blank", PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages["answered"])
    page.mouse.wheel(0, 10_000)
    page.wait_for_load_state("networkidle")
    assert {url.split("/")[2].split(":")[0] for url in asked} == {"127.0.0.1"}
