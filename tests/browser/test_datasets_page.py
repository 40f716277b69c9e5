"""The pages on which units send their data, in a real browser: a file goes up by keyboard and without scripts, and is judged."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.seed.staff import SUPPLIER
from tests.address import Address
from tests.browser.conftest import DESK, PHONE, OpenPage, axe_violations
from tests.browser.matters import keep
from tests.browser.test_centre_page import _state, _tab_to
from tests.browser.test_pages_quality import NARROW, SMALL_TARGETS
from tests.stack.colleagues import Colleague, signed_in

WIDTHS = pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
# No other test asks for these records.
OFFER = "/centre/datasets/health/duty-pharmacies"
# A file whose second row has the first one's id.
CSV = (
    "id,title,areas,starts,ends\n"
    "trinh-duyet-1,Nhà thuốc mẫu thử trang,04249,2026-11-30 18:00,2026-12-01 07:00\n"
    "trinh-duyet-1,Nhà thuốc mẫu trùng mã,04249,2026-11-30 18:00,2026-12-01 07:00\n"
)


@pytest.fixture(scope="module")
def session(stack: Address) -> dict[str, Any]:
    """What a browser keeps in which the seed's supplier has signed in."""
    store = stack.client("ssm")
    secret = store.get_parameter(Name=SUPPLIER.parameter, WithDecryption=True)["Parameter"]["Value"]
    return _state(stack, signed_in(stack, Colleague(SUPPLIER.email, secret)).cookie)


def _press(page: Page, name: str) -> None:
    """Go to what is called so and press it, with keys alone; returns on the page that it leads to."""
    _tab_to(page, lambda at: at == name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _ended(page: Page, seconds: float = 60) -> None:
    """Look again until the file has been judged."""
    until = time.monotonic() + seconds
    again = page.get_by_role("link", name="Xem kết quả mới nhất")
    while again.count() and time.monotonic() < until:
        time.sleep(1)
        with page.expect_navigation():
            again.click()


@WIDTHS
def test_a_file_goes_up_by_keyboard_without_scripts_and_each_refused_row_is_named(
    stack: Address, session: dict[str, Any], open_page: OpenPage, viewport: dict[str, int]
) -> None:
    width = viewport["width"]
    page = open_page(f"{stack.api_url}/centre", viewport, java_script_enabled=False, storage_state=session)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dữ liệu tiện ích")
    keep(page, f"datasets-{width}")
    page.goto(stack.api_url + OFFER)
    _press(page, "Tải dữ liệu mới lên")
    _tab_to(page, lambda at: at == "Excel (.xlsx)")
    page.keyboard.press("ArrowDown")
    keep(page, f"datasets-new-{width}")
    _press(page, "Tiếp tục, chọn tệp")
    keep(page, f"datasets-begun-{width}")
    name = f"trinh-duyet-{width}.csv"
    page.get_by_label("Chọn tệp").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": CSV.encode("utf-8-sig")}
    )
    _press(page, "Tải tệp lên")
    assert page.url.startswith(f"{stack.api_url}{OFFER}/uploads/")
    keep(page, f"datasets-sent-{width}")
    _ended(page)
    keep(page, f"datasets-judged-{width}")
    expect(page.locator("main")).to_contain_text("1 dòng dùng được, 1 dòng bị loại")
    expect(page.locator("main")).to_contain_text("Dòng 3")
    _press(page, "Về Nhà thuốc trực")
    expect(page.locator("main")).to_contain_text("1 dòng · Lần tải lên số")
    keep(page, f"datasets-offer-{width}")


def test_going_back_is_confirmed_on_a_page_of_its_own(
    stack: Address, session: dict[str, Any], open_page: OpenPage
) -> None:
    page = open_page(stack.api_url + OFFER, PHONE, java_script_enabled=False, storage_state=session)
    page.get_by_role("link", name="Quay lại lần tải lên số").first.click()
    keep(page, "datasets-roll-back")
    page.get_by_role("button", name="Quay lại phiên bản trước").click()
    expect(page.get_by_role("status")).to_contain_text("Đã quay lại phiên bản trước")


ALL = ("/centre/datasets", OFFER, f"{OFFER}/uploads", f"{OFFER}/uploads/1")


@pytest.mark.parametrize("path", ALL)
@WIDTHS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(
    stack: Address, session: dict[str, Any], open_page: OpenPage, path: str, viewport: dict[str, int], scheme: str
) -> None:  # fmt: skip
    page = open_page(stack.api_url + path, viewport, color_scheme=scheme, bypass_csp=True, storage_state=session)
    assert axe_violations(page) == []


@pytest.mark.parametrize("path", ALL)
def test_every_page_fits_the_narrowest_phone_with_targets_a_finger_can_hit(
    stack: Address, session: dict[str, Any], open_page: OpenPage, path: str
) -> None:
    page = open_page(stack.api_url + path, NARROW, storage_state=session)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL_TARGETS) == []
