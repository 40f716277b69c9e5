"""From the link in the e-mail to an answer with a photo, on a phone of 360 pixels, scripts off; a picture of every step is kept."""

import struct
from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from infra.local.demo import picture
from tests.address import Address
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.matters import SCREENSHOTS, Matters, keep, photo
from tests.stack.matters import RESULT, read

STEPS = ("1-opened", "2-accepted", "3-form", "4-uploaded", "5-sent", "6-tracked")


def shown(page: Page, step: str) -> None:
    """Keep a picture of the page, once it is found to fit."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    keep(page, f"without-scripts-{step}")


def width(step: str) -> int:
    """How wide a kept picture is, in pixels: a PNG says so in its first chunk."""
    head = (SCREENSHOTS / f"without-scripts-{step}.png").read_bytes()[:24]
    return int(struct.unpack(">I", head[16:20])[0])


def test_an_agency_answers_with_a_photo_and_the_reporter_sees_it(
    stack: Address, open_page: OpenPage, proven: Callable[[str, str], None]
) -> None:
    matters = Matters.begin(stack)
    case, asked = matters.report(), list[Request]()
    for step in STEPS:
        (SCREENSHOTS / f"without-scripts-{step}.png").unlink(missing_ok=True)
    page = open_page(matters.page(case), PHONE, java_script_enabled=False)
    page.on("request", lambda request: asked.append(request))
    page.reload()
    shown(page, STEPS[0])
    page.get_by_role("button", name="Nhận xử lý").click()
    expect(page.get_by_role("status")).to_have_text("Đã nhận xử lý.")
    shown(page, STEPS[1])
    page.get_by_role("link", name="Trả lời người dân").click()
    shown(page, STEPS[2])
    page.get_by_label("Chọn tệp").set_input_files(photo())
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_label("Kèm ảnh 1")).to_be_checked()
    page.get_by_label("Kết quả xử lý").fill(RESULT)
    shown(page, STEPS[3])
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi trả lời")
    shown(page, STEPS[4])

    answer = case.view()["answer"]
    assert (answer["result"], len(answer["photos"])) == (RESULT, 1)
    assert read(answer["photos"][0]["url"]) == ("image/png", picture(lamp_is_on=True))

    page.goto(f"{stack.api_url}/t/{case.code}")
    image = page.locator(".answer img")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 160)
    shown(page, STEPS[5])

    assert [request.url for request in asked if request.resource_type == "script"] == []
    assert {width(step) for step in STEPS} == {PHONE["width"]}
    proven(
        "i",
        f"an answer with a photo at {PHONE['width']} px, {len(asked)} requests and no script, {len(STEPS)} screenshots",
    )
