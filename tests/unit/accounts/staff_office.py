"""The staff's door on fakes: a pool that knows passwords and codes, sessions in memory, a clock that is moved."""

from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from chalicelib.accounts.staff import Pass, StaffSession, StaffSignIn, Unready
from chalicelib.core.errors import Unavailable
from tests.builders import SECRET
from tests.fakes import MovableClock

EMAIL = "dispatcher@centre.example"
PASSWORD = "Mau-chi-dung-de-thu-2023!"
CODE = "123456"


@dataclass
class FakeStaffPool:
    """Members by e-mail with their groups; tokens that were given and not revoked."""

    groups: dict[str, tuple[str, ...]] = field(default_factory=lambda: {EMAIL: ("dispatcher",)})
    unready: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    out_of_reach: bool = False

    def sign_in(self, email: str, password: str, code: str) -> Pass | None:
        self.asked.append(email)
        self._reach()
        if email in self.unready:
            raise Unready()
        if email not in self.groups or (password, code) != (PASSWORD, CODE):
            return None
        token = f"refresh-{len(self.tokens)}"
        self.tokens[token] = email
        return Pass(_user(email), self.groups[email], token)

    def again(self, refresh_token: str) -> Pass | None:
        self.asked.append(refresh_token)
        self._reach()
        email = self.tokens.get(refresh_token)
        return Pass(_user(email), self.groups[email], refresh_token) if email in self.groups and email else None

    def revoke(self, refresh_token: str) -> None:
        self._reach()
        self.tokens.pop(refresh_token, None)

    def _reach(self) -> None:
        if self.out_of_reach:
            raise Unavailable()


@dataclass
class MemorySessions:
    """Sessions and tries by their keys; `marks` counts writes of sessions in use."""

    sessions: dict[str, StaffSession] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    marks: int = 0

    def count_try(self, key: str, most: int, until: datetime) -> bool:
        self.tries[key] = self.tries.get(key, 0) + 1
        return self.tries[key] <= most

    def keep(self, session: StaffSession, until: datetime) -> None:
        self.sessions[session.id] = session

    def session(self, identifier: str) -> StaffSession | None:
        return self.sessions.get(identifier)

    def mark(self, session: StaffSession) -> None:
        if session.id in self.sessions:
            self.sessions[session.id] = session
            self.marks += 1

    def end(self, identifier: str) -> None:
        self.sessions.pop(identifier, None)


@dataclass
class Office:
    """The door with everything around it."""

    pool: FakeStaffPool = field(default_factory=FakeStaffPool)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    clock: MovableClock = field(default_factory=MovableClock)

    def __post_init__(self) -> None:
        self.staff = StaffSignIn(self.pool, self.sessions, self.clock, SECRET, lambda: token_hex(8))

    def enter(self, email: str = EMAIL, password: str = PASSWORD, code: str = CODE) -> str:
        """Sign in; the session's key."""
        return self.staff.sign_in(email, password, code)


def _user(email: str) -> str:
    return f"user-of-{email.split('@')[0]}"
