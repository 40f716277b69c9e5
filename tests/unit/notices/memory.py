"""The table of notices in memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from chalicelib.contracts.feedback_events import Consumer
from chalicelib.notices.model import Channel, InboxEntry, Notice, Recipient, State
from chalicelib.notices.ports import Told


class Killed(BaseException):
    """The worker dies here; nothing after it runs."""


@dataclass
class FakeStore:
    """The table in memory; every method is one atomic step, as a conditional write is.

    `dies_before` names the method, and for `replace` the state to be written, at which the worker is killed, once.
    """

    rows: dict[tuple[str, str, Channel], Notice] = field(default_factory=dict)
    entries: dict[tuple[str, str], InboxEntry] = field(default_factory=dict)
    seen: set[tuple[str, Consumer]] = field(default_factory=set)
    alone: dict[str, list[str]] = field(default_factory=dict)
    dies_before: str = ""
    broken: Callable[[Notice], bool] = lambda notice: False

    def __post_init__(self) -> None:
        self._lock = Lock()

    def told(self, event: str) -> Told:
        with self._lock:
            notices = tuple(row for row in self.rows.values() if row.event == event)
            return Told(notices, frozenset(consumer for seen, consumer in self.seen if seen == event))

    def record(self, notice: Notice) -> bool:
        self._die("record")
        with self._lock:
            if _key(notice) in self.rows:
                return False
            self.rows[_key(notice)] = notice
            return True

    def put_into_inbox(self, entry: InboxEntry) -> bool:
        self._die("put_into_inbox")
        with self._lock:
            if (entry.account, entry.id) in self.entries:
                return False
            self.entries[entry.account, entry.id] = entry
            return True

    def mark_seen(self, event: str, consumer: Consumer, at: datetime, accounts: Sequence[str] = ()) -> None:
        self._die("mark_seen")
        self.seen.add((event, consumer))
        self.alone[event] = [*self.alone.get(event, []), *accounts]

    def purge(self, code: str, upto: int) -> None:
        events = {f"{code}#{seq}" for seq in range(1, upto + 1)}
        rows = [key for key in self.rows if key[0] in events]
        accounts = {self.rows[key].recipient.id for key in rows}.union(*(self.alone.get(event, []) for event in events))
        for owner, entry in list(self.entries):
            if owner in accounts and (code in entry or code in str(self.entries[owner, entry].params)):
                del self.entries[owner, entry]
        self._die("purge rows")
        for key in rows:
            del self.rows[key]
        for event in events:
            self.alone.pop(event, None)
        self.seen -= {(event, consumer) for event, consumer in self.seen if event in events}

    def unseen(self, wanted: Iterable[tuple[str, Consumer]]) -> frozenset[tuple[str, Consumer]]:
        return frozenset(wanted) - self.seen

    def replace(self, old: Notice, new: Notice) -> bool:
        self._die(f"replace {new.state}")
        if self.broken(new):
            raise OSError("the table does not answer")
        with self._lock:
            standing = self.rows[_key(old)]
            if (standing.state, standing.attempt) != (old.state, old.attempt):
                return False
            self.rows[_key(old)] = new
            return True

    def notice(self, event: str, recipient: Recipient, channel: Channel) -> Notice | None:
        with self._lock:
            return self.rows.get((event, recipient.key, channel))

    def due(self, until: datetime, limit: int) -> Sequence[Notice]:
        with self._lock:
            due = [row for row in self.rows.values() if row.due_at is not None and row.due_at <= until]
        return sorted(due, key=lambda row: str(row.due_at))[:limit]

    def inbox(self, account: str, limit: int, before: str) -> tuple[Sequence[InboxEntry], str]:
        ids = sorted((entry for owner, entry in self.entries if owner == account), reverse=True)
        wanted = [entry for entry in ids if not before or entry < before]
        page = wanted[:limit]
        return [self.entries[account, entry] for entry in page], page[-1] if len(wanted) > limit else ""

    def states(self) -> dict[str, State]:
        """The state of each notice by `<recipient> <channel>`."""
        return {f"{recipient} {channel}": row.state for (_, recipient, channel), row in self.rows.items()}

    def _die(self, place: str) -> None:
        if self.dies_before == place:
            self.dies_before = ""
            raise Killed(place)


def _key(notice: Notice) -> tuple[str, str, Channel]:
    return notice.event, notice.recipient.key, notice.channel
