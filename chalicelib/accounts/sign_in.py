"""The rules of signing in by one-time code (pure): how often a code may be asked for, how long it holds, what a session says.

Source: docs/adr/0020-sign-in-by-code.md. A number has one current code at most; asking again replaces it. What is kept under a
number is found by a keyed hash of it, and the code itself is kept only as such a hash.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from chalicelib.core.codes import keyed_hash, same
from chalicelib.core.errors import TooMany, Unauthenticated

CODE_LIFE = timedelta(minutes=5)
# A code that was not sent within this time of its request is never sent: its reader would hardly wait for it.
SEND_WITHIN = timedelta(seconds=60)
RESEND_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 5

# How many codes a number may be sent in which time; the first row is the pause before a code is sent again.
NUMBER_LIMITS = ((RESEND_AFTER, 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
REMEMBERED = NUMBER_LIMITS[-1][0]
ADDRESS_WINDOW = timedelta(hours=1)


class CodeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The latest request for a code for one number; `asked_at` are the times that count against its limits, oldest first.

    `code` is empty until the code was made; `attempts` counts guesses at it, `used_by` is the attempt that was right.
    `key` is the hash of the caller's Idempotency-Key, `account` whom the code lets in.
    """

    number: str
    id: str
    made_at: datetime
    asked_at: tuple[datetime, ...]
    language: str
    key: str = ""
    code: str = ""
    account: str = ""
    attempts: int = 0
    used_by: int = 0

    @property
    def expires_at(self) -> datetime:
        """Until when the code is good."""
        return self.made_at + CODE_LIFE

    @property
    def resend_at(self) -> datetime:
        """From when another code may be asked for, as far as this one is concerned."""
        return self.made_at + RESEND_AFTER

    def repeats(self, key: str, now: datetime) -> bool:
        """Whether a call with this key only asks again for what this request has done, and its code is still good."""
        return (
            bool(key)
            and key == self.key
            and not self.used_by
            and self.attempts < MOST_ATTEMPTS
            and now < self.expires_at
        )

    def attempts_left(self) -> bool:
        """Whether another guess is allowed."""
        return self.attempts < MOST_ATTEMPTS


def times_asked(previous: CodeRequest | None, now: datetime) -> tuple[datetime, ...]:
    """The times at which a number's codes were asked for, with `now`; raises TooMany where that is too soon or too often."""
    counted = tuple(at for at in previous.asked_at if at > now - REMEMBERED) if previous else ()
    left = wait(counted, now, NUMBER_LIMITS)
    if left > timedelta():
        raise TooMany(retry_after=seconds(left))
    return (*counted, now)


def wait(counted: Sequence[datetime], now: datetime, limits: Sequence[tuple[timedelta, int]]) -> timedelta:
    """How long from `now` until another code may be sent, after those of the times `counted`, oldest first; none if at once."""
    return max((counted[-most] + span - now for span, most in limits if len(counted) >= most), default=timedelta())


def seconds(span: timedelta) -> int:
    """Whole seconds, rounded up, at least one."""
    return max(1, math.ceil(span.total_seconds()))


def number_key(secret: str, phone: str) -> str:
    """Under what a number's codes are kept."""
    return keyed_hash(secret, "sign-in number", phone)


def address_key(secret: str, address: str, now: datetime) -> str:
    """Under what the calls of one network address in the present hour are counted."""
    window = int(now.timestamp() // ADDRESS_WINDOW.total_seconds())
    return keyed_hash(secret, "sign-in address", f"{address}\n{window}")


def address_wait(now: datetime) -> int:
    """Seconds until the next hour's count begins."""
    window = ADDRESS_WINDOW.total_seconds()
    return seconds(timedelta(seconds=window - now.timestamp() % window))


def code_hash(secret: str, phone: str, code: str) -> str:
    """What is kept of a code."""
    return keyed_hash(secret, "sign-in code", f"{phone}\n{code}")


def voucher(secret: str, phone: str, request: str, attempt: int, code: str) -> str:
    """By which the check of a code knows that its caller is ours and has counted this attempt."""
    return keyed_hash(secret, "sign-in voucher", f"{phone}\n{request}\n{attempt}\n{code}")


class CodeSent(msgspec.Struct, frozen=True):
    """What a person gets who has asked for a code; times in seconds."""

    session: str
    expires_in: int
    resend_after: int


class Session(NamedTuple):
    """What the session text given to a caller holds: the request it belongs to and Cognito's own session."""

    request: str
    cognito: str


def seal_session(secret: str, phone: str, session: Session) -> str:
    """The session text for this number, which nobody else can make and no other number can use."""
    return f"{session.request}.{_session_mac(secret, phone, session)}.{session.cognito}"


def open_session(secret: str, phone: str, text: str) -> Session:
    """What `seal_session` wrote for the same number; raises Unauthenticated for anything else."""
    request, _, rest = text.partition(".")
    mac, _, cognito = rest.partition(".")
    session = Session(request, cognito)
    if not same(_session_mac(secret, phone, session), mac):
        raise Unauthenticated("error.code_ended")
    return session


def _session_mac(secret: str, phone: str, session: Session) -> str:
    return keyed_hash(secret, "sign-in session", f"{phone}\n{session.request}\n{session.cognito}")
