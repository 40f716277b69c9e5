"""Members of the operations centre in a browser: a sign-in with password and one-time code, and the session that comes of it.

The pool judges password and code; the session is ours, so that no token ever reaches the browser. It lives eight hours at most,
thirty minutes without a request, and asks the pool every five minutes whether its member still is one: whoever was disabled, signed
out by an operator or taken out of a group loses it within that time. Source: docs/adr/0046-staff-sessions.md.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec.structs import replace

from chalicelib.accounts.sign_in import seconds
from chalicelib.core.clock import Clock
from chalicelib.core.codes import keyed_hash
from chalicelib.core.errors import Conflict, TooMany, Unauthenticated, Unavailable
from chalicelib.core.staff import Member

LONGEST = timedelta(hours=8)
IDLE = timedelta(minutes=30)
ASK_POOL_AFTER = timedelta(minutes=5)
# A session in use is marked so once in this time, not at every request.
MARK_AFTER = timedelta(minutes=1)
TRIES_WINDOW = timedelta(minutes=15)
MOST_TRIES = 20


class Pass(msgspec.Struct, frozen=True):
    """What the pool gives to a member: the user's name, the groups, and the token with which we ask again."""

    user: str
    groups: tuple[str, ...]
    refresh_token: str


class StaffSession(msgspec.Struct, frozen=True, kw_only=True):
    """One session under a hash of its key; `asked_at` is when the pool was asked last."""

    id: str
    member: Member
    refresh_token: str
    began_at: datetime
    seen_at: datetime
    asked_at: datetime

    def ended(self, now: datetime) -> bool:
        """Whether it is too old or was idle for too long."""
        return now >= self.began_at + LONGEST or now >= self.seen_at + IDLE


class Unready(Conflict):
    """The member has to do something elsewhere first: choose a password, enrol an authenticator."""

    words = "error.staff_unready"


class Pool(Protocol):
    """The user pool of the staff."""

    def sign_in(self, email: str, password: str, code: str) -> Pass | None:
        """What the pool gives for password and one-time code; None where either is wrong.

        Raises Unready for a member who has no password or second factor yet, TooMany where the pool counts too many attempts,
        Unavailable.
        """

    def again(self, refresh_token: str) -> Pass | None:
        """What the pool says of the member now; None where the member was disabled, signed out or deleted. Raises Unavailable."""

    def revoke(self, refresh_token: str) -> None:
        """Make the token worthless; does nothing for one that is not good. Raises Unavailable."""


class Sessions(Protocol):
    """Where sessions and tries are kept."""

    def count_try(self, key: str, most: int, until: datetime) -> bool:
        """Count one try under a key that is good until then; False where it has `most` already."""

    def keep(self, session: StaffSession, until: datetime) -> None:
        """Keep a new session until then at least."""

    def session(self, identifier: str) -> StaffSession | None:
        """The session that was kept and has not been ended."""

    def mark(self, session: StaffSession) -> None:
        """Keep when it was seen, when the pool was asked, and the groups; nothing for one that was ended meanwhile."""

    def end(self, identifier: str) -> None:
        """End a session for good, its token forgotten."""


class StaffSignIn:
    """Sessions of the staff; a session's key is known to its browser alone."""

    def __init__(self, pool: Pool, sessions: Sessions, clock: Clock, secret: str, new_key: Callable[[], str]) -> None:
        self._pool = pool
        self._sessions = sessions
        self._clock = clock
        self._secret = secret
        self._new_key = new_key

    def sign_in(self, email: str, password: str, code: str) -> str:
        """Begin a session and return its key.

        Raises Unauthenticated where e-mail, password or code is wrong (not saying which), Unready, TooMany, Unavailable.
        """
        now, email = self._clock(), email.strip().lower()
        self._count_try(email, now)
        found = self._pool.sign_in(email, password, "".join(code.split())) if email and password and code else None
        if found is None:
            raise Unauthenticated("error.staff_sign_in")
        key = self._new_key()
        member = Member(found.user, email, found.groups)
        session = StaffSession(
            id=self._id(key), member=member, refresh_token=found.refresh_token, began_at=now, seen_at=now, asked_at=now
        )
        self._sessions.keep(session, now + LONGEST)
        return key

    def member(self, key: str) -> Member | None:
        """Who holds the session of that key; None where there is none, or none any more."""
        session = self._sessions.session(self._id(key))
        if session is None:
            return None
        now = self._clock()
        if session.ended(now):
            self._end(session)
            return None
        asked = session if now < session.asked_at + ASK_POOL_AFTER else self._ask(session, now)
        if asked is None:
            self._end(session)
            return None
        if asked is not session or now >= session.seen_at + MARK_AFTER:
            self._sessions.mark(replace(asked, seen_at=now))
        return asked.member

    def sign_out(self, key: str) -> None:
        """End the session of that key, if there is one."""
        session = self._sessions.session(self._id(key))
        if session:
            self._end(session)

    def _ask(self, session: StaffSession, now: datetime) -> StaffSession | None:
        """The session as the pool sees its member now; raises Unavailable rather than trusting an old word."""
        found = self._pool.again(session.refresh_token)
        if found is None or found.user != session.member.user:
            return None
        return replace(session, member=session.member._replace(groups=found.groups), asked_at=now)

    def _end(self, session: StaffSession) -> None:
        self._sessions.end(session.id)
        try:
            self._pool.revoke(session.refresh_token)
        except Unavailable:
            # Nobody has the token any more; it lapses by itself.
            return

    def _count_try(self, email: str, now: datetime) -> None:
        window = int(now.timestamp() // TRIES_WINDOW.total_seconds())
        key = keyed_hash(self._secret, "staff sign-in", f"{email}\n{window}")
        until = datetime.fromtimestamp((window + 1) * TRIES_WINDOW.total_seconds(), now.tzinfo)
        if not self._sessions.count_try(key, MOST_TRIES, until):
            raise TooMany(retry_after=seconds(until - now))

    def _id(self, key: str) -> str:
        return keyed_hash(self._secret, "staff session", key)
