"""Matters for the tests of pages, and what a browser needs for them: addresses, files, screenshots."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from infra.local.demo import picture
from tests.address import Address
from tests.stack.matters import PDF, PLACE, Case, submit, upload, wait
from tests.stack.people import Person, call, sign_in

SCREENSHOTS = Path("build/screenshots")

TEXT = (
    "Ổ gà lớn giữa đường trước cổng trường, sâu khoảng 20 cm. Trời mưa nước ngập kín nên không nhìn thấy, xe máy đã ngã"
    " hai lần trong tuần.\n\nĐề nghị sớm vá lại và đặt biển cảnh báo."
)


@dataclass(frozen=True)
class Matters:
    """Reports matters of one person and opens the pages of their agencies."""

    stack: Address
    person: Person

    @classmethod
    def begin(cls, stack: Address) -> "Matters":
        """For somebody who has just signed in."""
        return cls(stack, sign_in(stack))

    def report(self, **changes: Any) -> Case:
        """A hole in a road of phường Yên Ninh."""
        plain = {
            "title": "Ổ gà trước cổng trường",
            "text": TEXT,
            "location": {**PLACE, "address": "Cổng trường Nguyễn Trãi"},
        }
        return submit(self.stack, self.person, **{**plain, **changes})

    def accepted(self, **changes: Any) -> Case:
        """One that its agency has taken up."""
        case = self.report(**changes)
        assert case.work("accept").status == 200
        return case

    def page(self, case: Case, assignment: int = 1, task: str = "") -> str:
        """The address in the e-mail that the agency of that assignment got, or of a task's form behind it."""
        return f"{self.stack.api_url}/a/{case.link(assignment)}" + (f"/{task}" if task else "")

    def add_photo(self, case: Case) -> None:
        """A photo of the reporter's, uploaded and registered."""
        content = picture(lamp_is_on=True)
        asked = {"content_type": "image/png", "size": len(content)}
        path = f"/v1/feedback/{case.code}/photos"
        leave = call(self.stack, "POST", path, asked, token=self.person.access_token).body
        assert upload(leave, content)[0] in (200, 201, 204)
        wait(lambda: case.view()["photos"])


def keep(page: Page, name: str) -> None:
    """A screenshot of the whole page for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def photo(name: str = "ket-qua.png") -> dict[str, Any]:
    """A picture as a file input takes it."""
    return {"name": name, "mimeType": "image/png", "buffer": picture(lamp_is_on=True)}


def pdf(name: str = "van-ban.pdf") -> dict[str, Any]:
    """A document as a file input takes it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}
