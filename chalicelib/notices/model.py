"""One notice: a message to one recipient on one channel about one event, and the states it goes through (pure).

The row of a notice is the ledger of its sending: `attempt` counts claims and what failed before one, `sends` what a provider
certainly took, `doubts` the attempts of which nobody knows. Nothing here reads a clock, a table or the network.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

import msgspec
from msgspec.structs import replace

from chalicelib.contracts.feedback_events import FeedbackEventType

# Rows are kept for so long; of what happened earlier nobody could say any more whether it was told, so nothing is.
KEPT = timedelta(days=400)
# A claim outlasts every call to a provider (10 s) and ends before SQS delivers the message again (6 minutes).
LEASE = timedelta(minutes=5)
# The queue has the first minutes to itself; what is unsent after them is `resend`'s.
GRACE = timedelta(minutes=10)
# Minutes until the next attempt, each shortened by up to a fifth; the last is repeated. Twelve attempts span eight hours.
RETRY_MINUTES = (5, 10, 20, 40, 60)
MOST_ATTEMPTS = 12
# One attempt that may or may not have arrived is repeated once; two are enough (docs/notices.md, "In doubt").
MOST_DOUBTS = 2


class Channel(StrEnum):
    """The ways to a person."""

    INBOX = "inbox"
    SMS = "sms"
    EMAIL = "email"


class Side(StrEnum):
    """Whom a notice is for: an officer of an agency, or a citizen."""

    AGENCY = "agency"
    CITIZEN = "citizen"


class Role(StrEnum):
    """Who at an agency; `office` is the agency's own address, used where it names no officers."""

    HEAD = "head"
    FOCAL = "focal"
    DEPUTY = "deputy"
    OFFICE = "office"


class State(StrEnum):
    """Where a notice stands; `sent`, `failed` and `obsolete` are ends, `uncertain` is one after the second doubt."""

    RECORDED = "recorded"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    OBSOLETE = "obsolete"


_S = State

# What may follow what. A claim whose holder went silent can still turn out to have been sent, whatever came after it.
MOVES: Mapping[State, frozenset[State]] = {
    _S.RECORDED: frozenset({_S.RECORDED, _S.SENDING, _S.SENT, _S.FAILED, _S.OBSOLETE}),
    _S.SENDING: frozenset({_S.RECORDED, _S.SENT, _S.UNCERTAIN, _S.FAILED}),
    _S.UNCERTAIN: frozenset({_S.UNCERTAIN, _S.SENDING, _S.SENT, _S.FAILED, _S.OBSOLETE}),
    _S.SENT: frozenset({_S.SENT}),
    _S.FAILED: frozenset({_S.SENT}),
    _S.OBSOLETE: frozenset({_S.SENT}),
}


class Recipient(msgspec.Struct, frozen=True):
    """Who is told, without any address: an agency's code and a role in it, or a citizen's account id."""

    side: Side
    id: str
    role: Role | None = None

    @property
    def key(self) -> str:
        """The recipient as one text, part of the notice's key: `agency:<code>:<role>` or `citizen:<account>`."""
        return f"{self.side}:{self.id}:{self.role}" if self.role else f"{self.side}:{self.id}"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One message and its ledger. `words` names its texts; `not_before` is the earliest next attempt.

    `assignment` and `agency` are those the event names, which need not be the recipient's.
    `due_at` is when `resend` has to look at it, None once nothing is left to do. `reason` says why it stands where it stands.
    """

    event: str
    type: FeedbackEventType
    code: str
    seq: int
    assignment: int
    agency: str
    words: str
    recipient: Recipient
    channel: Channel
    urgent: bool
    happened_at: datetime
    recorded_at: datetime
    not_before: datetime
    due_at: datetime | None
    state: State = State.RECORDED
    attempt: int = 0
    doubts: int = 0
    sends: int = 0
    lease_until: datetime | None = None
    message_id: str = ""
    reason: str = ""
    cid: str = ""

    @property
    def open(self) -> bool:
        """Whether there may be something left to do."""
        return self.due_at is not None

    def may_be_tried(self, now: datetime) -> bool:
        """Whether it may be claimed at `now`: nobody holds it, and its time has come."""
        return self.state in (State.RECORDED, State.UNCERTAIN) and self.open and self.not_before <= now

    def abandoned(self, now: datetime) -> bool:
        """Whether a worker claimed it and was never heard of again."""
        return self.state is State.SENDING and (self.lease_until is None or self.lease_until <= now)

    def _move(self, state: State, **changes: object) -> "Notice":
        assert state in MOVES[self.state], f"a notice does not go from {self.state} to {state}"
        values: dict[str, object] = {"lease_until": None, **changes}
        return replace(self, state=state, **values)

    def claimed(self, now: datetime) -> "Notice":
        """Held by one worker until the lease ends; the next attempt."""
        return self._move(State.SENDING, attempt=self.attempt + 1, lease_until=now + LEASE, reason="")

    def sent(self, message_id: str) -> "Notice":
        """Taken by the provider under its own number."""
        return self._move(State.SENT, sends=self.sends + 1, message_id=message_id, due_at=None, reason="")

    def deferred(self, until: datetime) -> "Notice":
        """Not now: quiet hours last until then."""
        return self._move(self.state, not_before=until, due_at=until, reason="quiet_hours")

    def postponed(self, now: datetime, reason: str) -> "Notice":
        """Certainly not sent; tried again later, at growing distances, until the attempts are used up."""
        attempt = self.attempt if self.state is State.SENDING else self.attempt + 1
        if attempt >= MOST_ATTEMPTS:
            return self._move(State.FAILED, attempt=attempt, due_at=None, reason=reason)
        after = now + self._pause(attempt)
        kept = State.UNCERTAIN if self.state is State.UNCERTAIN else State.RECORDED
        return self._move(kept, attempt=attempt, not_before=after, due_at=after, reason=reason)

    def doubted(self, now: datetime, reason: str) -> "Notice":
        """Perhaps sent: nobody knows. Tried once more after a while, in which a receipt may come; the second time it stays so."""
        doubts = self.doubts + 1
        after = None if doubts >= MOST_DOUBTS else now + self._pause(1)
        return self._move(
            State.UNCERTAIN, doubts=doubts, not_before=after or self.not_before, due_at=after, reason=reason
        )

    def failed(self, reason: str) -> "Notice":
        """Given up: trying again cannot help."""
        return self._move(State.FAILED, due_at=None, reason=reason)

    def obsolete(self) -> "Notice":
        """Not true any more, so nothing is sent about it."""
        return self._move(State.OBSOLETE, due_at=None, reason="overtaken")

    def _pause(self, attempt: int) -> timedelta:
        minutes = RETRY_MINUTES[min(attempt, len(RETRY_MINUTES)) - 1]
        # Spread by the notice's own key, so that an outage does not end in a storm and a test can foresee it.
        spread = crc32(f"{self.event} {self.recipient.key} {self.channel} {attempt}".encode()) % 200
        return timedelta(minutes=minutes) * (1 - spread / 1000)


class InboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a citizen's inbox, without its text: `words` and `params` make it in the reader's language.

    About a case, `params` name an agency by code and moments in RFC 3339; no personal data is among them. About a bill (without
    `code` and `seq`) they are what its sentences say, with the customer code masked.
    """

    account: str
    event: str
    words: str
    happened_at: datetime
    params: Mapping[str, str]
    code: str = ""
    seq: int = 0
    cid: str = ""
    read_at: datetime | None = None

    @property
    def id(self) -> str:
        """The entry's name, which sorts by time: `<milliseconds>-<code>-<number>`, without a case `<milliseconds>-<event>`."""
        about = f"{self.code}-{self.seq}" if self.code else self.event
        return f"{round(self.happened_at.timestamp() * 1000):013d}-{about}"
