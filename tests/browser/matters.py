"""Matters for the tests of pages: reported over the API by one person, found by their agencies in the mail."""

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from infra.local.demo import picture
from tests.address import Address
from tests.stack.people import Person, call, sign_in

SCREENSHOTS = Path("build/screenshots")
WAIT_SECONDS = 30

TEXT = (
    "Ổ gà lớn giữa đường trước cổng trường, sâu khoảng 20 cm. Trời mưa nước ngập kín nên không nhìn thấy, xe máy đã ngã"
    " hai lần trong tuần.\n\nĐề nghị sớm vá lại và đặt biển cảnh báo."
)
RESULT = "Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa sáng nay và đã cắm lại biển báo tại chỗ."
REASON = "Đoạn này là đường tỉnh, do Sở Giao thông vận tải quản lý."


@dataclass(frozen=True)
class Matters:
    """Reports matters of one person and finds the links their agencies get."""

    stack: Address
    person: Person

    @classmethod
    def begin(cls, stack: Address) -> "Matters":
        """For somebody who has just signed in."""
        return cls(stack, sign_in(stack))

    def report(self, **changes: Any) -> str:
        """A hole in a road of phường Yên Ninh; its tracking code."""
        body = {
            "category": "duong_sa",
            "title": "Ổ gà trước cổng trường",
            "text": TEXT,
            "location": {"lat": 21.709, "long": 104.895, "area": "04252", "address": "Cổng trường Nguyễn Trãi"},
            **changes,
        }
        key = secrets.token_hex(8)
        made = call(self.stack, "POST", "/v1/feedback", body, token=self.person.access_token, Idempotency_Key=key)
        assert made.status == 201, made
        return str(made.body["code"])

    def link(self, code: str, assignment: int = 1) -> str:
        """The address in the e-mail that the agency of that assignment got."""
        wanted = re.compile(rf"{re.escape(self.stack.api_url)}/a/{code}-{assignment}-[\w-]{{22}}")
        return self._until(
            lambda: next((found for text in self._mails() if (found := wanted.search(text))), None)
        ).group()

    def work(self, link: str, task: str = "", body: dict[str, Any] | None = None) -> Any:
        """The JSON route beside the page: the case, or a task done."""
        path = link.replace(f"{self.stack.api_url}/a/", "/v1/work/")
        answer = call(self.stack, "POST" if task else "GET", path + (f"/{task}" if task else ""), body)
        assert answer.status == 200, answer
        return answer.body

    def accepted(self, **changes: Any) -> tuple[str, str]:
        """A matter that its agency has taken up: code and link."""
        code = self.report(**changes)
        link = self.link(code)
        self.work(link, "accept", {})
        return code, link

    def own(self, code: str) -> Any:
        """The case as its reporter sees it."""
        return call(self.stack, "GET", f"/v1/feedback/{code}", token=self.person.access_token).body

    def add_photo(self, code: str) -> None:
        """A photo of the reporter's, uploaded and registered."""
        content = picture(lamp_is_on=True)
        asked = {"content_type": "image/png", "size": len(content)}
        leave = call(self.stack, "POST", f"/v1/feedback/{code}/photos", asked, token=self.person.access_token).body
        mark = secrets.token_hex(16)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in leave["fields"].items()]  # fmt: skip
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'.encode())
        body = b"".join(parts) + content + f"\r\n--{mark}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        with urlopen(Request(leave["url"], body, headers, method="POST"), timeout=30) as answer:
            assert answer.status in (200, 201, 204)
        self._until(lambda: self.own(code)["photos"] or None)

    def _mails(self) -> list[str]:
        with urlopen(f"{self.stack.emulator_url}/_ministack/ses/messages", timeout=30) as answer:
            accounts = json.load(answer)["messages"].values()
        return [mail["BodyText"] or "" for mails in accounts for mail in reversed(mails)]

    @staticmethod
    def _until(find: Any) -> Any:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            found = find()
            if found is not None:
                return found
            time.sleep(0.2)
        raise AssertionError("it did not happen in time")


def keep(page: Page, name: str) -> None:
    """A screenshot of the whole page for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def photo(name: str = "ket-qua.png") -> dict[str, Any]:
    """A picture as a file input takes it."""
    return {"name": name, "mimeType": "image/png", "buffer": picture(lamp_is_on=True)}


def pdf(name: str = "van-ban.pdf") -> dict[str, Any]:
    """A document as a file input takes it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
