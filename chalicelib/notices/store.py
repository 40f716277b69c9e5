"""The table Notices through PynamoDB.

| pk | sk | item |
|---|---|---|
| `event#<code>#<seq>` | `notice#<recipient>#<channel>` | one notice and its ledger |
| `event#<code>#<seq>` | `seen#<consumer>` | the consumer has recorded all its notices of the event |
| `inbox#<account>` | `<milliseconds>-<code>-<seq>`, `<milliseconds>-<event>` | one line of an inbox, of a case or without |

The sparse index `by_due` holds what has something left to do, so `resend` costs what is due and not what was ever sent.
Every row ends after 400 days (`expires`, the table's TTL): counted from its writing, a line of an inbox from what it tells.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.contracts.feedback_events import Consumer, FeedbackEventType
from chalicelib.core.clock import from_text, to_text
from chalicelib.notices.model import KEPT, Channel, InboxEntry, Notice, Recipient, Side, State
from chalicelib.notices.ports import Told
from chalicelib.runtime.tables import Attributes, Table, expires_at

DUE_SHARDS = 4


class ByDue(GlobalSecondaryIndex["Row"]):
    """What is left to do, by when."""

    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class Row(Table):
    """One item of the table Notices; which attributes it has depends on its kind."""

    class Meta:
        table_name = "notices"

    setting = "notices_table"

    by_due = ByDue()

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute(null=True)
    attempt = NumberAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    facts = UnicodeAttribute(null=True)
    read_at = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class NoticeFacts(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What neither a key, a condition nor an index needs of a notice, as one JSON text."""

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
    doubts: int = 0
    sends: int = 0
    lease_until: datetime | None = None
    message_id: str = ""
    reason: str = ""
    cid: str = ""


class EntryFacts(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An inbox entry but its account, as one JSON text."""

    event: str
    words: str
    happened_at: datetime
    params: Mapping[str, str]
    code: str = ""
    seq: int = 0
    cid: str = ""


_NOTICE = msgspec.json.Decoder(NoticeFacts)
_ENTRY = msgspec.json.Decoder(EntryFacts)
_ACCOUNTS = msgspec.json.Decoder(list[str])


class NoticeStore:
    """Keeps notices, marks and inboxes in the table Notices."""

    def told(self, event: str) -> Told:
        """Everything about one event, in one consistent query."""
        rows, _ = Row.rows(_event(event), consistent=True)
        seen = (row["sk"].removeprefix("seen#") for row in rows if row["sk"].startswith("seen#"))
        notices = (_notice(row) for row in rows if row["sk"].startswith("notice#"))
        return Told(tuple(notices), frozenset(Consumer(name) for name in seen))

    def record(self, notice: Notice) -> bool:
        """Write a new notice; False where (event, recipient, channel) has one already."""
        return _put_new(_values(notice))

    def put_into_inbox(self, entry: InboxEntry) -> bool:
        """Write a new entry; False where it stands already."""
        facts = EntryFacts(**{name: getattr(entry, name) for name in EntryFacts.__struct_fields__})
        return _put_new(
            {
                "pk": f"inbox#{entry.account}",
                "sk": entry.id,
                "facts": _text(facts),
                "expires": expires_at(entry.happened_at + KEPT),
            }
        )

    def mark_seen(self, event: str, consumer: Consumer, at: datetime, accounts: Sequence[str] = ()) -> None:
        """Remember that a consumer has recorded all its notices of the event.

        `accounts` have a line in their inbox and no notice, so that a purge finds the line.
        """
        facts = _text(accounts) if accounts else None
        Row.put({"pk": _event(event), "sk": f"seen#{consumer}", "facts": facts, "expires": expires_at(at + KEPT)})

    def purge(self, code: str, upto: int) -> None:
        """Take away every notice, mark and line of an inbox about the events of a case up to that number.

        The lines go first: what says whose they are has to be there until none is left, whoever is killed on the way.
        """
        rows = [row for seq in range(1, upto + 1) for row in Row.rows(_event(f"{code}#{seq}"), consistent=True)[0]]
        for account in {account for row in rows for account in _accounts(row)}:
            for line in Row.rows(f"inbox#{account}", consistent=True)[0]:
                # Also the line of a case that was split into this one, or merged with it.
                if code in line["sk"] or code in line["facts"]:
                    Row.take(line["pk"], line["sk"])
        for row in rows:
            Row.take(row["pk"], row["sk"])

    def unseen(self, wanted: Iterable[tuple[str, Consumer]]) -> frozenset[tuple[str, Consumer]]:
        """Those of (event, consumer) that were not marked; a hundred are asked for in one call."""
        keys = {(_event(event), f"seen#{consumer}"): (event, consumer) for event, consumer in wanted}
        if not keys:
            return frozenset()
        seen = {keys[row.pk, row.sk] for row in Row.batch_get(list(keys), attributes_to_get=["pk", "sk", "expires"])}
        return frozenset(keys.values()) - seen

    def replace(self, old: Notice, new: Notice) -> bool:
        """Write the next state of a notice; False where it does not stand as `old` any more."""
        return Row.put_if((Row.state == old.state.value) & (Row.attempt == old.attempt), _values(new))

    def notice(self, event: str, recipient: Recipient, channel: Channel) -> Notice | None:
        """One notice, read consistently."""
        return _get(_event(event), _key(recipient, channel))

    def due(self, until: datetime, limit: int) -> Sequence[Notice]:
        """Notices with something left to do that were due by `until`, the longest due first within a shard."""
        share = -(-limit // DUE_SHARDS)
        keys = (key for shard in range(DUE_SHARDS) for key in _due_keys(shard, until, share))
        found = (_get(pk, sk) for pk, sk in keys)
        return [notice for notice in found if notice is not None]

    def inbox(self, account: str, limit: int, before: str) -> tuple[Sequence[InboxEntry], str]:
        """Entries of an account, newest first, that come before the id `before`; and the id to go on from, empty at the end."""
        condition = Row.sk < before if before else None
        rows, _ = Row.rows(f"inbox#{account}", condition, limit=limit + 1, newest_first=True)
        page = rows[:limit]
        return [_entry(account, row) for row in page], page[-1]["sk"] if len(rows) > limit else ""


def _event(event: str) -> str:
    return f"event#{event}"


def _key(recipient: Recipient, channel: Channel) -> str:
    return f"notice#{recipient.key}#{channel}"


def _values(notice: Notice) -> Mapping[str, Any]:
    facts = NoticeFacts(**{name: getattr(notice, name) for name in NoticeFacts.__struct_fields__})
    due = notice.due_at
    return {
        "pk": _event(notice.event),
        "sk": _key(notice.recipient, notice.channel),
        "state": notice.state.value,
        "attempt": notice.attempt,
        "due_shard": f"d{crc32(notice.event.encode()) % DUE_SHARDS}" if due else None,
        "due_at": to_text(due) if due else None,
        "facts": _text(facts),
        "expires": expires_at(notice.recorded_at + KEPT),
    }


def _notice(row: Attributes) -> Notice:
    facts = _NOTICE.decode(row["facts"])
    values = {name: getattr(facts, name) for name in NoticeFacts.__struct_fields__}
    return Notice(state=State(row["state"]), attempt=int(row["attempt"]), **values)


def _entry(account: str, row: Attributes) -> InboxEntry:
    facts = _ENTRY.decode(row["facts"])
    values = {name: getattr(facts, name) for name in EntryFacts.__struct_fields__}
    return InboxEntry(account=account, read_at=from_text(row["read_at"]) if "read_at" in row else None, **values)


def _accounts(row: Attributes) -> Sequence[str]:
    """Whose inbox may have a line, as a row about an event says."""
    if row["sk"].startswith("notice#"):
        recipient = _NOTICE.decode(row["facts"]).recipient
        return [recipient.id] if recipient.side is Side.CITIZEN else []
    return _ACCOUNTS.decode(row["facts"]) if "facts" in row else []


def _get(pk: str, sk: str) -> Notice | None:
    found = Row.row(pk, sk)
    return _notice(found) if found else None


def _due_keys(shard: int, until: datetime, limit: int) -> list[tuple[str, str]]:
    found, _ = Row.rows(f"d{shard}", Row.due_at <= to_text(until), index="by_due", limit=limit)
    return [(row["pk"], row["sk"]) for row in found]


def _put_new(values: Mapping[str, Any]) -> bool:
    return Row.put_if(Row.pk.does_not_exist(), values)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
