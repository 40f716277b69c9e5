"""Every SMS and e-mail that the embedded stack took in, in the order they were seen."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.clock import VIETNAM
from infra.local import emulator

POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `number` counts from 1, `at` is Vietnam time, `kind` is sms or email."""

    number: int
    at: str
    kind: str
    to: str
    subject: str
    text: str
    html: str

    def for_people(self) -> str:
        """The message as `make run` shows it."""
        name = "SMS   " if self.kind == "sms" else "E-mail"
        head = f"{self.at}  {name} → {self.to}" + (f"\n          {self.subject}" if self.subject else "")
        return head + "".join(f"\n          │ {line}" for line in self.text.strip().splitlines())

    def for_machines(self) -> dict[str, Any]:
        """The message as JSON says it."""
        return asdict(self)


class Outbox:
    """Reads both outboxes of one embedded stack; `refresh` may be called from several threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._seen: set[str] = set()
        self._messages: list[Message] = []
        self._lock = threading.Lock()

    def after(self, number: int) -> list[Message]:
        """All messages after a number, newest last; raises OSError when the stack is gone."""
        self.refresh()
        return self._messages[number:]

    def refresh(self) -> None:
        """Takes in what has come since; raises OSError when the stack is gone."""
        with self._lock:
            for kind, raw in _raw(self._url):
                if raw["MessageId"] not in self._seen:
                    self._seen.add(raw["MessageId"])
                    self._messages.append(_message(len(self._messages) + 1, kind, raw))

    def count(self) -> int:
        """How many messages there were so far."""
        self.refresh()
        return len(self._messages)

    def watch(self, show: Callable[[Message], None], stop: threading.Event, shown: int = 0) -> None:
        """Shows each message after the first `shown` until told to stop or the stack is gone."""
        while not stop.wait(POLL_SECONDS):
            try:
                fresh = self.after(shown)
            except OSError:
                return
            for message in fresh:
                show(message)
            shown += len(fresh)


def _raw(url: str) -> list[tuple[str, dict[str, Any]]]:
    emails = emulator.read(url, "ses/messages")["messages"]
    texts = emulator.read(url, "sns/sms-messages")["sms_messages"]
    found = [("email", raw) for account in emails.values() for raw in account]
    return found + [("sms", raw) for number in texts.values() for raw in number]


def _message(number: int, kind: str, raw: dict[str, Any]) -> Message:
    at = datetime.fromtimestamp(raw["Timestamp"], UTC) if "Timestamp" in raw else datetime.now(UTC)
    local = f"{at.astimezone(VIETNAM):%H:%M:%S}"
    if kind == "sms":
        return Message(number, local, kind, raw["PhoneNumber"], "", raw["Message"], "")
    to = ", ".join([*raw["To"], *raw["CC"], *raw["BCC"]])
    return Message(
        number, local, kind, to, raw.get("Subject") or "", raw.get("BodyText") or "", raw.get("BodyHtml") or ""
    )
