"""Plays one matter from submission to rating through the public API and shows what each party saw.

    python -m infra.local.demo

Everything goes over HTTP to the address in .local/stack.json, as the app, an officer's browser and a phone would do it.
"""

import json
import re
import secrets
import struct
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.stack import read_note

WAIT_SECONDS = 25
TOLD = (
    "code",
    "status",
    "status_text",
    "agency",
    "area_name",
    "deadline",
    "next_actions",
    "session",
    "url",
    "id",
    "items",
)
LINK = re.compile(r"https?://\S+/a/([0-9A-Za-z_-]+)")
CODE = re.compile(r"\b\d{6}\b")

MATTER = {
    "category": "chieu_sang_cay_xanh",
    "title": "Đèn đường hỏng trước cổng trường",
    "text": "Ba bóng đèn đường trước cổng trường tiểu học bị hỏng đã bốn ngày, buổi tối các cháu đi lại rất nguy hiểm. "
    "Đề nghị cơ quan chức năng kiểm tra và sửa chữa.",
    "location": {"lat": 21.709, "long": 104.895, "address": "Cổng trường tiểu học, đường Yên Ninh"},
    "share_contact": True,
}
FIRST_ANSWER = {
    "outcome": "resolved",
    "result": "Đơn vị quản lý chiếu sáng đã thay một bóng đèn hỏng trước cổng trường lúc 16 giờ và kiểm tra đường dây.",
}
SECOND_ANSWER = {
    "outcome": "resolved",
    "result": "Tổ sửa chữa đã thay đủ ba bóng đèn LED trước cổng trường, thử sáng lúc 18 giờ 30 có đại diện nhà trường "
    "xác nhận. Đường dây và tủ điện đã được kiểm tra, bảo đảm an toàn.",
    "next_step": "Đơn vị quản lý chiếu sáng kiểm tra lại vào tối thứ Sáu tuần này.",
}
STILL_DARK = "Mới thay một bóng, hai bóng còn lại vẫn chưa sáng."


class StoryError(RuntimeError):
    """The story did not go on as it should; the message says where."""


def picture(lamp_is_on: bool) -> bytes:
    """A small PNG of a street lamp by night."""
    width, height = 160, 120
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(_pixel(x, y, lamp_is_on))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    packed = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _pixel(x: int, y: int, lamp_is_on: bool) -> tuple[int, int, int]:
    if 78 <= x <= 81 and y >= 34:
        return 90, 95, 100
    distance = ((x - 80) ** 2 + (y - 28) ** 2) ** 0.5
    if distance < 8:
        return (255, 244, 190) if lamp_is_on else (70, 74, 82)
    glow = max(0, int(150 - 3 * distance)) if lamp_is_on else 0
    return 14 + glow, 18 + glow, 34 + glow // 2


def show(text: str = "") -> None:
    """Prints a line at once, also into a pipe."""
    print(text, flush=True)


@dataclass
class Api:
    """The API as one party uses it: every request and the gist of its answer are shown."""

    url: str
    token: str = ""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """The answer's JSON; raises StoryError for a status of 400 or more."""
        status, content = self.attempt(method, path, body, **headers)
        if status >= 400:
            raise StoryError(f"{method} {path}: {status} {json.dumps(content, ensure_ascii=False)}")
        return content

    def quietly(self, path: str) -> dict[str, Any]:
        """The answer of a GET that is asked many times and not shown."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer: dict[str, Any] = json.loads(_exchange(urllib.request.Request(self.url + path, headers=headers))[1])
        return answer

    def attempt(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer, whatever it is."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named["Content-Type"] = "application/json"
        if self.token:
            named["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        show(f"  → {method} {path}" + (f"  {_short(body)}" if body else ""))
        status, content = _exchange(urllib.request.Request(self.url + path, data, named, method=method))
        answer: dict[str, Any] = json.loads(content) if content else {}
        show(f"  ← {status}  {_short({key: answer[key] for key in TOLD if key in answer} or answer)}")
        return status, answer


def _exchange(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


def _short(content: dict[str, Any]) -> str:
    """JSON for the eye: long texts and long wholes are cut."""
    cut = {
        name: value[:99] + "…" if isinstance(value, str) and len(value) > 100 else value
        for name, value in content.items()
    }
    text = json.dumps(cut, ensure_ascii=False)
    return text if len(text) <= 400 else text[:399] + "…"


@dataclass
class Mailbox:
    """All messages of the local stack, shown as they arrive."""

    url: str
    patience: float
    seen: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def wait(self, what: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message not taken yet that is wanted; raises StoryError after `patience` seconds."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            for message in self._fetch():
                self._show(message)
                self.waiting.append(message)
            for message in self.waiting:
                if wanted(message):
                    self.waiting.remove(message)
                    return message
            time.sleep(0.15)
        raise StoryError(f"no {what} within {self.patience:.0f} s")

    def skip(self) -> None:
        """Forgets what was there already."""
        self._fetch()

    def _fetch(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/_local/messages?after={self.seen}", timeout=10) as answer:
            fresh: list[dict[str, Any]] = json.load(answer)
        self.seen += len(fresh)
        return fresh

    def _show(self, message: dict[str, Any]) -> None:
        kind = "SMS" if message["kind"] == "sms" else "e-mail"
        show(f"  ✉ {kind} → {message['to']}" + (f" · {message['subject']}" if message["subject"] else ""))
        if message["text"] in self.shown:
            show("    │ (the same text)")
            return
        self.shown.add(message["text"])
        for line in message["text"].strip().splitlines():
            show(f"    │ {line}")


def upload(leave: dict[str, Any], content: bytes) -> None:
    """Posts a file straight to the bucket, as the presigned answer says."""
    boundary = secrets.token_hex(12)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in leave["fields"].items()
    ]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="anh.png"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    status, answer = _exchange(urllib.request.Request(leave["url"], body, kind, method="POST"))
    show(f"  → POST (photo, {len(content)} bytes, straight to the bucket)  ← {status}")
    if status >= 400:
        raise StoryError(f"the upload was refused: {status} {answer.decode()}")


class Story:
    """The parties and what they do, in order."""

    def __init__(self, url: str, patience: float = WAIT_SECONDS) -> None:
        """`patience` is for how many seconds it waits for a message."""
        self._url = url
        self._citizen = Api(url)
        self._office = Api(url)
        self._mail = Mailbox(url, patience)
        self._mail.skip()
        # Sample block: numbers 095x are in nobody's hands.
        self._phone = f"+84951{secrets.randbelow(900_000) + 100_000}"
        self._code = ""
        self._known_tokens: set[str] = set()

    def tell(self) -> None:
        """The whole story; raises StoryError where it breaks off."""
        self._sign_in()
        self._submit()
        token = self._told_to_act("The agency is told, by e-mail and SMS")
        self._accept(token)
        self._answer(token, FIRST_ANSWER, lamp_is_on=False)
        self._rate("unsatisfied", STILL_DARK)
        token = self._told_to_act("Sent back: the agency is told again")
        self._answer(token, SECOND_ANSWER, lamp_is_on=True)
        self._rate("satisfied")
        self._history()

    def _sign_in(self) -> None:
        show("\n── A citizen signs in by phone")
        sent = self._citizen.call("POST", "/v1/auth/code", {"phone": self._phone})
        message = self._mail.wait("code by SMS", lambda found: found["to"] == self._phone)
        found = CODE.search(message["text"])
        if not found:
            raise StoryError(f"no code in: {message['text']}")
        body = {"phone": self._phone, "code": found.group(), "session": sent["session"]}
        self._citizen.token = self._citizen.call("POST", "/v1/auth/token", body)["access_token"]

    def _submit(self) -> None:
        show("\n── … and reports a problem, with a photo")
        place = MATTER["location"]
        self._citizen.call("GET", f"/v1/areas/locate?lat={place['lat']}&long={place['long']}")  # type: ignore[index]
        made = self._citizen.call("POST", "/v1/feedback", MATTER, Idempotency_Key=secrets.token_urlsafe(16))
        self._code = made["code"]
        photo = picture(lamp_is_on=False)
        body = {"content_type": "image/png", "size": len(photo)}
        upload(self._citizen.call("POST", f"/v1/feedback/{self._code}/photos", body), photo)
        self._photo_is_there()

    def _photo_is_there(self) -> None:
        """The photo counts once its content has been looked at, about a second after it arrived."""
        deadline = time.monotonic() + self._mail.patience
        while time.monotonic() < deadline:
            if self._citizen.quietly(f"/v1/feedback/{self._code}")["photos"]:
                return
            time.sleep(0.2)
        raise StoryError("the photo was not taken")

    def _told_to_act(self, title: str) -> str:
        """The token of the new link, the same by SMS and by e-mail."""
        show(f"\n── {title}")
        told = [self._mail.wait(f"{kind} to the agency", self._new_link_by(kind)) for kind in ("sms", "email")]
        tokens = {_token(message) for message in told}
        if len(tokens) != 1:
            raise StoryError(f"the links differ: {tokens}")
        self._known_tokens |= tokens
        return tokens.pop()

    def _new_link_by(self, kind: str) -> Callable[[dict[str, Any]], bool]:
        def is_it(found: dict[str, Any]) -> bool:
            token = _token(found)
            return found["kind"] == kind and token.startswith(f"{self._code}-") and token not in self._known_tokens

        return is_it

    def _accept(self, token: str) -> None:
        show("\n── The officer opens the link and takes the case up")
        self._open(f"/a/{token}")
        self._office.call("POST", f"/v1/work/{token}/accept", {})

    def _open(self, path: str) -> None:
        """A page in somebody's browser."""
        status, page = _exchange(urllib.request.Request(self._url + path, headers={"Accept": "text/html"}))
        title = re.search(rb"<title>(.*?)</title>", page, re.DOTALL)
        show(f"  → GET {path}\n  ← {status}  {title.group(1).decode().strip() if title else ''}")
        if status != 200:
            raise StoryError(f"the page {path} answered {status}")

    def _answer(self, token: str, answer: dict[str, Any], lamp_is_on: bool) -> None:
        show("\n── The officer answers, with a photo as evidence")
        photo = picture(lamp_is_on)
        body = {"content_type": "image/png", "size": len(photo)}
        leave = self._office.call("POST", f"/v1/work/{token}/photos", body)
        upload(leave, photo)
        self._office.call("POST", f"/v1/work/{token}/answer", {**answer, "photos": [leave["id"]]})
        show("\n── The citizen is told, and looks")
        self._mail.wait("SMS to the citizen", lambda found: found["to"] == self._phone and "danh gia" in found["text"])
        self._open(f"/t/{self._code}")

    def _rate(self, rating: str, reason: str = "") -> None:
        show(f"\n── The citizen rates: {rating}")
        body = {"rating": rating, **({"reason": reason} if reason else {})}
        self._citizen.call("POST", f"/v1/feedback/{self._code}/rate", body)

    def _history(self) -> None:
        show("\n── What everybody can see of it")
        case = self._citizen.call("GET", f"/v1/feedback/{self._code}")
        for entry in case["history"]:
            show(f"    {entry['at']}  {entry['action_text']} · {entry['by']}")
        if case["status"] != "closed":
            raise StoryError(f"the case ended as {case['status']}")
        Api(self._url).call("GET", f"/v1/public/feedback/{self._code}")


def _token(message: dict[str, Any]) -> str:
    found = LINK.search(message["text"])
    return found.group(1) if found else ""


def main() -> None:
    """Tells the story on the running stack; exits with a sentence where it breaks off."""
    note = read_note()
    if note is None:
        sys.exit("no stack is up: make up, or make run")
    started = time.monotonic()
    try:
        Story(note["api_url"]).tell()
    except StoryError as error:
        sys.exit(f"\nThe story broke off: {error}")
    show(f"\n── Done in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
