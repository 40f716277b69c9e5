"""One-time codes with which somebody signs (ký duyệt): sent to the signer's own phone, good for one draft of one thing.

A thing to sign has one current code at most, kept as a keyed hash only: asking again replaces it, and another draft makes it
worthless. Source: docs/adr/0044-signing-by-code.md.
"""

import secrets
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from chalicelib.accounts.ports import Texts
from chalicelib.accounts.sign_in import seconds, wait
from chalicelib.core.clock import Clock
from chalicelib.core.codes import keyed_hash, same
from chalicelib.core.errors import Conflict, LostRace, TooMany, Unavailable, invalid
from chalicelib.core.phones import may_send

CODE_LIFE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
# How many codes may be sent for one thing in which time; the first row is the pause before another.
LIMITS = ((timedelta(minutes=1), 1), (timedelta(hours=1), 3))
REMEMBERED = LIMITS[-1][0]
_RACES = 5

# No diacritics: one GSM-7 segment each.
_TEXTS = {
    "vi": "YenBai-S: Ma ky duyet tra loi phan anh {matter} la {code}, hieu luc 10 phut. Khong cung cap ma nay cho bat ky ai.",
    "en": "YenBai-S: Your code to approve the answer to feedback {matter} is {code}, valid for 10 minutes. Do not share it.",
}


class Paper(msgspec.Struct, frozen=True):
    """What is to be signed: the thing (`duty`, unique), which draft of it, and by what name its signer knows it."""

    duty: str
    draft: str
    matter: str


class SigningCode(msgspec.Struct, frozen=True, kw_only=True):
    """The latest code for one thing; `sent_at` are the times that count against the limits, oldest first, `key` the caller's."""

    duty: str
    id: str
    draft: str
    code: str
    made_at: datetime
    sent_at: tuple[datetime, ...]
    key: str = ""
    attempts: int = 0

    def repeats(self, key: str, draft: str, now: datetime) -> bool:
        """Whether a call with this key only asks again for the code that was sent, and that is still good."""
        fresh = now < self.made_at + CODE_LIFE and self.attempts < MOST_ATTEMPTS
        return bool(key) and (key, draft) == (self.key, self.draft) and fresh


class Codes(Protocol):
    """Where the codes are kept."""

    def latest(self, duty: str) -> SigningCode | None:
        """The latest code of a thing."""

    def replace(self, made: SigningCode, previous: SigningCode | None) -> None:
        """Keep a code in the place of the previous one; raises LostRace where that is the latest no more."""

    def withdraw(self, made: SigningCode) -> None:
        """Forget a code that could not be sent; another may be asked for at once."""

    def count_attempt(self, duty: str, draft: str, now: datetime) -> SigningCode | None:
        """Count one guess; None where none is possible: never sent, for another draft, expired, guessed out."""


class SigningCodes:
    """Sends codes and judges them; `stage` keeps sample numbers from getting messages elsewhere than locally."""

    def __init__(self, codes: Codes, texts: Texts, clock: Clock, stage: str, secret: str) -> None:
        self._codes = codes
        self._texts = texts
        self._clock = clock
        self._stage = stage
        self._secret = secret

    def send(self, paper: Paper, phone: str, key: str, language: str) -> int:
        """Send a code to the signer's phone (E.164) and return for how many seconds it is good.

        A call with the key of the code that stands sends nothing. Raises TooMany, Conflict for a number that may not be written to
        here, Unavailable where the SMS certainly did not go out.
        """
        if not may_send(phone, self._stage):
            raise Conflict("error.head_unreachable")
        duty = self._hash("signing duty", paper.duty)
        hashed_key = self._hash("signing key", f"{duty}\n{key}") if key else ""
        for _ in range(_RACES):
            now = self._clock()
            previous = self._codes.latest(duty)
            if previous and previous.repeats(hashed_key, paper.draft, now):
                return seconds(previous.made_at + CODE_LIFE - now)
            code = f"{secrets.randbelow(1_000_000):06d}"
            made = SigningCode(
                duty=duty, id=secrets.token_hex(8), draft=paper.draft, code=self._code(duty, paper.draft, code), made_at=now,
                sent_at=times_sent(previous, now), key=hashed_key,
            )  # fmt: skip
            try:
                self._codes.replace(made, previous)
            except LostRace:
                continue
            self._deliver(made, phone, code_text(paper.matter, code, language))
            return seconds(CODE_LIFE)
        raise Unavailable()

    def check(self, paper: Paper, code: str) -> None:
        """Count a guess at the code of this draft; raises Invalid for `code` where it is wrong or none is good any more."""
        duty = self._hash("signing duty", paper.duty)
        counted = self._codes.count_attempt(duty, paper.draft, self._clock())
        if counted is None:
            raise invalid("code", "field.signing_code_ended")
        if not same(counted.code, self._code(duty, paper.draft, code)):
            left = MOST_ATTEMPTS - counted.attempts
            if not left:
                raise invalid("code", "field.signing_code_ended")
            raise invalid("code", "field.signing_code", left=left)

    def _deliver(self, made: SigningCode, phone: str, text: str) -> None:
        try:
            self._texts.send(phone, text)
        except Unavailable:
            self._codes.withdraw(made)
            raise

    def _code(self, duty: str, draft: str, code: str) -> str:
        return self._hash("signing code", f"{duty}\n{draft}\n{code}")

    def _hash(self, purpose: str, text: str) -> str:
        return keyed_hash(self._secret, purpose, text)


def times_sent(previous: SigningCode | None, now: datetime) -> tuple[datetime, ...]:
    """The times at which codes for a thing were sent, with `now`; raises TooMany where that is too soon or too often."""
    counted = tuple(at for at in previous.sent_at if at > now - REMEMBERED) if previous else ()
    left = wait(counted, now, LIMITS)
    if left > timedelta():
        raise TooMany("error.signing_codes", retry_after=seconds(left))
    return (*counted, now)


def code_text(matter: str, code: str, language: str) -> str:
    """The SMS with a code: one GSM-7 segment."""
    return _TEXTS["en" if language == "en" else "vi"].format(matter=matter, code=code)
