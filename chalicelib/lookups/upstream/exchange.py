"""One exchange with a provider over HTTP: what is sent, what comes back, and which replies are faults (pure rules)."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from chalicelib.lookups.upstream.asking import CallFailed, Fault

MOST_BYTES = 1_000_000
_LONGEST_RETRY_AFTER = 60.0


class Request(msgspec.Struct, frozen=True):
    """One POST; what it asks stands in the body alone."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Reply(msgspec.Struct, frozen=True):
    """What came back, whole; `retry_after` as the header said it."""

    status: int
    content_type: str
    body: bytes
    retry_after: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, such as a captcha or a login."""
        start = self.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return self.content_type.startswith("text/html") or start.startswith((b"<!doctype html", b"<html"))


class Transport(Protocol):
    """HTTP."""

    def send(self, request: Request, seconds: float) -> Reply:
        """Exchange once, within so many seconds and MOST_BYTES, following no redirect; raises CallFailed."""


class Secrets(Protocol):
    """What providers know us by."""

    def secret(self, provider: str) -> str:
        """The secret for a provider; raises CallFailed where there is none."""


def body_of(reply: Reply) -> bytes:
    """What a good reply holds; raises CallFailed for every other."""
    if reply.status == 429:
        raise CallFailed(Fault.THROTTLED, _seconds(reply.retry_after))
    if reply.status >= 500:
        raise CallFailed(Fault.SERVER_ERROR, _seconds(reply.retry_after))
    if reply.is_page:
        raise CallFailed(Fault.CAPTCHA)
    if reply.status != 200:
        raise CallFailed(Fault.REFUSED)
    return reply.body


def _seconds(retry_after: str) -> float:
    """Seconds to wait; a date counts as none, since the jitter then decides."""
    text = retry_after.strip()
    return min(float(text), _LONGEST_RETRY_AFTER) if text.isascii() and text.isdigit() else 0.0
