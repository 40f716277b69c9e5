"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from infra.local import chromium

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

# The sandbox needs rights that a build server's root has not; the rest keeps the browser from calling its maker.
QUIET = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; a missing Chromium fails them with the line to type."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=QUIET)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page in a context of its own: `open_page(url, viewport=PHONE, java_script_enabled=False, …)`.

    What goes wrong in the page (an error, a refused resource) fails the test at its end; a page that is itself an answer
    of 4xx may be what the test is about.
    """
    contexts, troubles = [], []
    documents: set[str] = set()

    def open_page(url: str, viewport: dict[str, int] = PHONE, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, **{"locale": "vi-VN", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: troubles.append(("", str(error))))
        page.on(
            "response", lambda answer: documents.add(answer.url) if answer.request.is_navigation_request() else None
        )
        page.on(
            "console", lambda line: troubles.append((line.location["url"], line.text)) if line.type == "error" else None
        )
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for url, text in troubles if url not in documents or "server responded" not in text] == []


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with a page: rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
