"""What accounts meet outside, made small: a clock that is set, a table and a user pool in memory, a drawer of sent texts."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any

from msgspec.structs import replace

from chalicelib.accounts.challenge import Challenge, Step, next_step
from chalicelib.accounts.model import Account
from chalicelib.accounts.ports import Guess, Tokens
from chalicelib.accounts.service import AccountsService, Rules
from chalicelib.accounts.sign_in import CODE_LIFE, MOST_ATTEMPTS, SEND_WITHIN, CodeRequest
from chalicelib.core.errors import LostRace, Unavailable

START = datetime(2023, 5, 23, 7, 0, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
SECRET = "a secret of the tests alone, long enough"


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class FakeStore:
    """The table in memory; every method is one atomic step, as a conditional write is."""

    def __init__(self) -> None:
        self.requests: dict[str, CodeRequest] = {}
        self.calls: dict[str, int] = {}
        self.accounts: dict[str, Account] = {}
        self.before_writing: Callable[[], None] = lambda: None
        self._lock = Lock()

    def request(self, number: str) -> CodeRequest | None:
        return self.requests.get(number)

    def replace_request(self, made: CodeRequest, previous: CodeRequest | None) -> None:
        self.before_writing()
        with self._lock:
            standing = self.requests.get(made.number)
            if (standing.id if standing else None) != (previous.id if previous else None):
                raise LostRace()
            self.requests[made.number] = made

    def withdraw_request(self, made: CodeRequest) -> None:
        with self._lock:
            standing = self.requests[made.number]
            if standing.id == made.id and not standing.code:
                self.requests[made.number] = replace(standing, asked_at=made.asked_at[:-1], made_at=NEVER)

    def claim_sending(self, number: str, code: str, account: str, now: datetime) -> CodeRequest | None:
        with self._lock:
            standing = self.requests.get(number)
            if standing is None or standing.code or standing.made_at <= now - SEND_WITHIN:
                return None
            self.requests[number] = replace(standing, code=code, account=account)
            return self.requests[number]

    def unclaim_sending(self, request: CodeRequest) -> None:
        with self._lock:
            if self.requests[request.number] == request:
                self.requests[request.number] = replace(request, code="")

    def count_attempt(self, number: str, request: str, now: datetime) -> CodeRequest | None:
        with self._lock:
            standing = self.requests.get(number)
            if standing is None or standing.id != request or not standing.code or standing.used_by:
                return None
            if standing.attempts >= MOST_ATTEMPTS or standing.made_at <= now - CODE_LIFE:
                return None
            self.requests[number] = replace(standing, attempts=standing.attempts + 1)
            return self.requests[number]

    def use_code(self, number: str, request: str, attempt: int, code: str, now: datetime) -> bool:
        with self._lock:
            standing = self.requests.get(number)
            if standing is None or (standing.id, standing.code) != (request, code):
                return False
            if standing.used_by not in (0, attempt) or standing.made_at <= now - CODE_LIFE:
                return False
            self.requests[number] = replace(standing, used_by=attempt)
            return True

    def count_address(self, address: str, most: int, now: datetime) -> bool:
        with self._lock:
            if self.calls.get(address, 0) >= most:
                return False
            self.calls[address] = self.calls.get(address, 0) + 1
            return True

    def account(self, account: str) -> Account | None:
        return self.accounts.get(account)

    def add(self, account: Account) -> bool:
        with self._lock:
            return self.accounts.setdefault(account.id, account) is account

    def save(self, account: Account) -> None:
        self.before_writing()
        with self._lock:
            if self.accounts[account.id].version != account.version - 1:
                raise LostRace()
            self.accounts[account.id] = account


@dataclass
class FakeTexts:
    """A drawer of sent texts; `broken` makes the provider refuse."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    def send(self, phone: str, text: str) -> None:
        if self.broken:
            raise Unavailable()
        self.sent.append((phone, text))

    def last_code(self) -> str:
        found = re.search(r"\b[0-9]{6}\b", self.sent[-1][1])
        assert found
        return found.group()


class FakePool:
    """The user pool as AWS behaves: it asks our triggers, and a session takes one answer."""

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self._numbers = count(1)
        self._lock = Lock()
        self.users: dict[str, str] = {}
        self.confirmed: set[str] = set()
        self.sessions: dict[str, str] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.trigger_calls = 1
        self.broken = False

    def ensure_user(self, phone: str) -> None:
        self.users.setdefault(phone, f"account-{len(self.users) + 1}")

    def account_of(self, phone: str) -> str:
        if self.broken:
            raise Unavailable()
        self.ensure_user(phone)
        return self.users[phone]

    def start(self, phone: str) -> str:
        if self.broken:
            raise Unavailable()
        assert next_step([]) is Step.ASK
        for _ in range(self.trigger_calls):
            self._challenge.send_code(phone, self.users[phone])
        session = f"cognito-session-{next(self._numbers)}"
        self.sessions[session] = phone
        return session

    def answer(self, guess: Guess) -> Tokens | None:
        with self._lock:
            phone = self.sessions.pop(guess.session, None)
        if phone is None or self.users[phone] != guess.account:
            return None
        right = [
            self._challenge.is_right(phone, guess.code, guess.request, guess.attempt, guess.voucher)
            for _ in range(self.trigger_calls)
        ][-1]
        if next_step([right]) is Step.END:
            return None
        refresh_token = f"refresh-token-of-{guess.account}-{next(self._numbers)}"
        self.refresh_tokens[refresh_token] = guess.account
        return Tokens(guess.account, "access-token", refresh_token, 900)

    def confirm(self, account: str) -> None:
        self.confirmed.add(account)

    def refresh(self, refresh_token: str) -> Tokens | None:
        account = self.refresh_tokens.get(refresh_token)
        return Tokens(account, "access-token", refresh_token, 900) if account else None

    def revoke(self, refresh_token: str) -> None:
        self.refresh_tokens.pop(refresh_token, None)


class House:
    """The slice with everything around it fake."""

    def __init__(self, stage: str = "local", codes_per_address: int = 30) -> None:
        self.clock = FakeClock()
        self.store = FakeStore()
        self.texts = FakeTexts()
        self.challenge = Challenge(self.store, self.texts, self.clock, SECRET)
        self.pool = FakePool(self.challenge)
        rules = Rules(stage, SECRET, codes_per_address)
        self.service = AccountsService(self.store, self.pool, {"132", "04288"}.__contains__, self.clock, rules)


def access_token(subject: str, **claims: Any) -> str:
    """A token whose middle says whose it is, and what else is claimed."""
    payload = base64.urlsafe_b64encode(json.dumps({"sub": subject, **claims}).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


class FakeClient:
    """A client of AWS that gives prepared answers or errors by the name of the operation, and remembers the calls."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((operation, arguments))
            answer = self._answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call
