"""The local stack's own page lets a newcomer walk through the service by hand."""

import re
import secrets

from infra.local.demo import picture
from tests.address import Address
from tests.browser.conftest import DESK, PHONE, OpenPage, axe_violations


def test_a_newcomer_signs_in_with_the_code_of_the_sms_and_sends_a_matter(stack: Address, open_page: OpenPage) -> None:
    page = open_page(stack.api_url, DESK)
    phone = f"+84952{secrets.randbelow(900_000) + 100_000}"
    page.fill("#ask-code input", phone)
    page.click("#ask-code button")
    sms = page.locator("#messages li", has_text=phone).first
    sms.wait_for()
    code = re.search(r"\d{6}", sms.locator(".content").inner_text())
    assert code
    page.fill("#give-code input", code.group())
    page.click("#give-code button")
    page.locator("#sign-in-state", has_text="Đã đăng nhập").wait_for()
    page.select_option("#submit select", "chieu_sang_cay_xanh")
    photo = {"name": "den.png", "mimeType": "image/png", "buffer": picture(lamp_is_on=False)}
    page.set_input_files("#submit input[name=photo]", photo)  # type: ignore[arg-type]
    page.click("#submit button")
    page.locator("#submit-state", has_text="Mã phản ánh").wait_for()
    page.locator("#messages li", has_text="E-mail").first.wait_for()
    page.locator("#own article", has_text="Ủy ban nhân dân").wait_for()


def test_what_is_wrong_is_said_on_the_page(stack: Address, open_page: OpenPage) -> None:
    page = open_page(stack.api_url)
    page.locator("#submit option").first.wait_for(state="attached")
    page.click("#submit button")
    page.locator("#submit-state.wrong", has_text="Hãy đăng nhập trước").wait_for()


def test_the_page_speaks_english_too(stack: Address, open_page: OpenPage) -> None:
    page = open_page(stack.api_url)
    page.click("#language")
    page.locator("h2", has_text="Sign in").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"


def test_axe_finds_nothing_wrong_with_the_page(stack: Address, open_page: OpenPage) -> None:
    for viewport in (PHONE, DESK):
        assert axe_violations(open_page(stack.api_url, viewport)) == []


def test_the_page_fits_the_narrowest_phone(stack: Address, open_page: OpenPage) -> None:
    page = open_page(stack.api_url, {"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
