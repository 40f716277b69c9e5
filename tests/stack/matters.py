"""Cases on a deployed stack, as people live through them: reporters, officers behind signed links, the centre, time itself."""

import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.address import Address
from tests.stack.people import Answer, Person, call, dispatcher_token
from tests.stack.told import run, schedule

T = TypeVar("T")

# In the commune Yên Ninh (04252): its committee, its police and its district's committee exist in the seed.
PLACE = {"lat": 21.709, "long": 104.895, "address": "Trước cổng trường", "area": "04252"}
TEXT = "Ổ gà lớn giữa đường trước cổng trường, xe máy đã ngã hai lần trong tuần."
RESULT = "Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa và đã cắm lại biển báo tại chỗ."
REASON = "Việc này thuộc đường tỉnh, do Sở Giao thông vận tải quản lý."
COMMITTEE = "ubnd-04252"
OTHER_AGENCY = "so-gtvt"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 200
PDF = b"%PDF-1.7\n" + b"0" * 200


def wait(holds: Callable[[], T], seconds: float = 40) -> T:
    """What becomes true within some seconds."""
    ends = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.25)
    return found


def submission(**changes: Any) -> dict[str, Any]:
    """The JSON of a plain public matter."""
    return {"category": "duong_sa", "title": "Ổ gà", "text": TEXT, "location": PLACE} | changes


@dataclass
class Case:
    """One case of one person, with its links as they come by e-mail."""

    stack: Address
    person: Person
    code: str
    _links: dict[int, str] = field(default_factory=dict)

    def act(self, action: str, body: dict[str, Any] | None = None, **headers: str) -> Answer:
        """What the reporter does."""
        path = f"/v1/feedback/{self.code}/{action}"
        return call(self.stack, "POST", path, body or {}, token=self.person.access_token, **headers)

    def view(self) -> Any:
        """What the reporter sees."""
        return self.seen_by(self.person).body

    def seen_by(self, person: Person) -> Answer:
        """What that person is answered."""
        return call(self.stack, "GET", f"/v1/feedback/{self.code}", token=person.access_token)

    def public(self) -> Answer:
        """What anybody is answered."""
        return call(self.stack, "GET", f"/v1/public/feedback/{self.code}")

    def link(self, assignment: int = 1) -> str:
        """The token of the signed link that an agency got by e-mail for that assignment."""
        if assignment not in self._links:
            pattern = re.compile(rf"/a/({self.code}-{assignment}-[0-9A-Za-z_-]{{22}})")
            self._links[assignment] = wait(lambda: next(iter(pattern.findall(_mails(self.stack))), ""))
        return self._links[assignment]

    def work(self, action: str, body: dict[str, Any] | None = None, assignment: int = 1, **headers: str) -> Answer:
        """What the agency behind the link does."""
        return call(self.stack, "POST", f"/v1/work/{self.link(assignment)}/{action}", body or {}, **headers)

    def opened(self, assignment: int = 1) -> Answer:
        """What the agency behind the link sees."""
        return call(self.stack, "GET", f"/v1/work/{self.link(assignment)}")

    def centre(self, action: str, body: dict[str, Any] | None = None) -> Answer:
        """What the operations centre does."""
        path = f"/v1/centre/feedback/{self.code}/{action}"
        return call(self.stack, "POST", path, body or {}, token=dispatcher(self.stack))

    def until(self, status: str) -> Any:
        """The case once it stands there."""
        return wait(lambda: view if (view := self.view())["status"] == status else None)

    def until_queued(self) -> Any:
        """The case once routing has left it to the centre."""
        return wait(lambda: view if _actions(view := self.view())[-1] == "queue" else None)


def submit(stack: Address, person: Person, **changes: Any) -> Case:
    """A new case."""
    answer = send(stack, person, submission(**changes), secrets.token_hex(8))
    assert answer.status == 201, answer
    return Case(stack, person, answer.body["code"])


def send(stack: Address, person: Person, body: Any, key: str, **headers: str) -> Answer:
    """Submit this, under that key."""
    return call(stack, "POST", "/v1/feedback", body, token=person.access_token, Idempotency_Key=key, **headers)


def assigned(stack: Address, person: Person, **changes: Any) -> Case:
    """A new case that its agency has."""
    case = submit(stack, person, **changes)
    case.until("assigned")
    return case


def answered(stack: Address, person: Person, **changes: Any) -> Case:
    """A new case that its agency has answered at once."""
    case = assigned(stack, person, **changes)
    assert case.work("answer", {"result": RESULT}).status == 200
    return case


def upload(leave: Any, content: bytes, **changed: str) -> tuple[int, str]:
    """Post a file as a browser would; the status and what the storage says."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (leave["fields"] | changed).items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo"\r\n\r\n'.encode()
    body = b"".join([*parts, head, content, f"\r\n--{boundary}--\r\n".encode()])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        answer = urlopen(Request(leave["url"], body, headers, method="POST"), timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode()


def read(url: str) -> tuple[str, bytes]:
    """Type and content of what lies at an address."""
    with urlopen(url, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


def sweep(stack: Address, **later: float) -> dict[str, int]:
    """Let the sweep run as it will at a later time: `days=7` and so on."""
    return dict(run(stack, "Sweep", schedule(datetime.now(UTC) + timedelta(**later))))


def dispatcher(stack: Address) -> str:
    """The access token of the sample dispatcher, kept for some minutes."""
    token, until = _tokens.get(stack.emulator_url, ("", 0.0))
    if time.monotonic() > until:
        token = dispatcher_token(stack)
        _tokens[stack.emulator_url] = token, time.monotonic() + 600
    return token


_tokens: dict[str, tuple[str, float]] = {}


def _mails(stack: Address) -> str:
    with urlopen(f"{stack.emulator_url}/_ministack/ses/messages", timeout=30) as answer:
        sent = json.load(answer)["messages"]
    return "\n".join(message["BodyText"] or "" for account in sent.values() for message in account)


def _actions(view: Any) -> list[str]:
    return [line["action"] for line in view["history"]]
