"""Saved codes and the reminders given for them in the table Lookups.

A saved code that is to be reminded has a second item, without content, by which the reminders find it. It is written after the
first and taken away before it, so that it never points to nothing for long.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.lookups.account.reminders import Kept, Place
from chalicelib.lookups.account.saved import MOST_SAVED, Saved
from chalicelib.lookups.rows import due_key, due_shard
from chalicelib.lookups.table import Row
from chalicelib.runtime.tables import expires_at

# A due date may move; a bill of the same period is still the same.
TOLD_FOR = timedelta(days=90)
# Some more than may be, for those that are written at once.
_MOST_READ = 2 * MOST_SAVED

_FREE = "free"
_saved = msgspec.json.Decoder(Saved).decode
_place = msgspec.json.Decoder(Place).decode
_encode = msgspec.json.encode


class SavedStore:
    """Keeps saved codes (saved.Store)."""

    def of(self, account: str) -> Sequence[Saved]:
        """Those of a person, read consistently, in no order; at most a few more than may be."""
        found, _ = Row.rows(_saved_key(account), limit=_MOST_READ, consistent=True)
        return tuple(_saved(row["facts"]) for row in found)

    def keep(self, account: str, saved: Saved) -> None:
        """Write one over what stands under its id, and let it be found by the reminders if it is to be."""
        Row.put({"pk": _saved_key(account), "sk": _id(saved), "facts": _encode(saved).decode()})
        if saved.remind:
            Row.put({"pk": due_key(due_shard(account)), "sk": f"{account}#{_id(saved)}"})
        else:
            Row.take(due_key(due_shard(account)), f"{account}#{_id(saved)}")

    def remove(self, account: str, saved: Saved) -> bool:
        """Take one away; whether it was there."""
        Row.take(due_key(due_shard(account)), f"{account}#{_id(saved)}")
        return Row.take(_saved_key(account), _id(saved))

    def forget(self, account: str) -> None:
        """Take away which reminders a person was given."""
        found, _ = Row.rows(_told_key(account), only=("sk",), consistent=True)
        for row in found:
            Row.take(_told_key(account), str(row["sk"]))


class ReminderStore:
    """Keeps how far the reminders have come and which were given (reminders.Book)."""

    def place(self) -> Place | None:
        """How far the last run came."""
        found = Row.row("due", "cursor")
        return _place(found["facts"]) if found else None

    def keep_place(self, place: Place) -> None:
        """Remember how far this run came."""
        Row.put({"pk": "due", "sk": "cursor", "facts": _encode(place).decode()})

    def kept(self, shard: int, after: str, limit: int) -> Sequence[Kept]:
        """The next saved codes of a shard that are to be reminded, in the order of their keys."""
        behind = Row.sk > after if after else None
        found, _ = Row.rows(due_key(shard), behind, limit=limit, only=("sk",))
        return tuple(_kept(str(row["sk"])) for row in found)

    def saved(self, kept: Kept) -> Saved | None:
        """The saved code itself, read consistently; None where its owner has just taken it away."""
        found = Row.row(_saved_key(kept.account), kept.id)
        return _saved(found["facts"]) if found else None

    def claim(self, kept: Kept, period: str, at: datetime) -> bool:
        """Take a reminder in hand; False where it was taken before."""
        values = {**_told(kept, period), "state": "claimed", "expires": expires_at(at + TOLD_FOR)}
        return Row.put_if(Row.pk.does_not_exist() | (Row.state == _FREE), values)

    def settle(self, kept: Kept, period: str, state: str, at: datetime) -> None:
        """Write what became of a reminder that the caller holds."""
        Row.put({**_told(kept, period), "state": state, "expires": expires_at(at + TOLD_FOR)})

    def release(self, kept: Kept, period: str, at: datetime) -> None:
        """Let a reminder be claimed again that was certainly not given."""
        Row.put({**_told(kept, period), "state": _FREE, "expires": expires_at(at + TOLD_FOR)})


def _id(saved: Saved) -> str:
    return f"{saved.dataset}#{saved.id}"


def _kept(key: str) -> Kept:
    account, _, identifier = key.partition("#")
    return Kept(key, account, identifier)


def _told(kept: Kept, period: str) -> dict[str, str]:
    return {"pk": _told_key(kept.account), "sk": f"{kept.id}#{period}"}


def _saved_key(account: str) -> str:
    return f"saved#{account}"


def _told_key(account: str) -> str:
    return f"told#{account}"
