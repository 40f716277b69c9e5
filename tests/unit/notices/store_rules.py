"""What every store of notices must obey: the fake of unit tests and the table on the deployed stack alike.

The table is shared by all tests, so each test makes events and accounts of its own.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

from msgspec.structs import replace

from chalicelib.contracts.contacts import QuietHours
from chalicelib.contracts.feedback_events import Consumer
from chalicelib.notices.model import Channel, InboxEntry, Notice, Recipient, Role, Side, State
from chalicelib.notices.ports import Store
from chalicelib.notices.quiet import quiet_until
from tests.unit.notices.fakes import AGENCY, START, E

LATER = START + timedelta(minutes=10)


def a_notice(**changes: object) -> Notice:
    """A new notice of an event that no other test has."""
    code = uuid4().hex[:11].upper()
    made = Notice(
        event=f"{code}#2", type=E.ASSIGNED, code=code, seq=2, assignment=1, agency=AGENCY, words="assigned",
        recipient=Recipient(Side.AGENCY, AGENCY, Role.FOCAL), channel=Channel.SMS, urgent=True, happened_at=START,
        recorded_at=START, not_before=START, due_at=LATER, cid="request-1",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def an_entry(account: str, minutes: int, seq: int = 2) -> InboxEntry:
    return InboxEntry(
        account=account, event=f"CODE#{seq}", words="assigned", happened_at=START + timedelta(minutes=minutes),
        code="CODE", seq=seq, params={"agency": AGENCY, "deadline": "2023-05-30T10:00:00.000Z"}, cid="request-1",
    )  # fmt: skip


def due_events(store: Store, minutes: int, limit: int = 1000) -> set[str]:
    return {notice.event for notice in store.due(START + timedelta(minutes=minutes), limit)}


class NoticeStoreRules:
    """Rules; a subclass gives the fixture `store`."""

    def test_a_notice_comes_back_as_it_was_in_every_state(self, store: Store) -> None:
        new = a_notice()
        claimed = new.claimed(START)
        quiet = quiet_until(QuietHours("00:00", "23:59"), START)
        assert quiet
        for state in (
            new, claimed, claimed.sent("message-1"), claimed.postponed(START, "Throttling"),
            claimed.doubted(START, "ReadTimeoutError"), claimed.failed("OptedOut"), new.obsolete(), new.deferred(quiet),
            replace(new, recipient=Recipient(Side.CITIZEN, "account-1"), channel=Channel.EMAIL),
        ):  # fmt: skip
            kept = replace(state, event=a_notice().event)
            assert store.record(kept)
            assert store.notice(kept.event, kept.recipient, kept.channel) == kept
            assert store.told(kept.event).notices == (kept,)

    def test_one_of_many_records_a_notice(self, store: Store) -> None:
        made = a_notice()
        with ThreadPoolExecutor(8) as workers:
            assert sum(workers.map(lambda _: store.record(made), range(16))) == 1

    def test_recipients_and_channels_of_an_event_stand_apart(self, store: Store) -> None:
        one = a_notice()
        others = [
            replace(one, channel=Channel.EMAIL),
            replace(one, recipient=Recipient(Side.AGENCY, AGENCY, Role.DEPUTY)),
            replace(one, recipient=Recipient(Side.AGENCY, "another", Role.FOCAL)),
            replace(one, recipient=Recipient(Side.CITIZEN, "account-1")),
        ]
        assert all(store.record(made) for made in (one, *others))
        assert set(store.told(one.event).notices) == {one, *others}

    def test_one_of_many_claims_it(self, store: Store) -> None:
        made = a_notice()
        store.record(made)
        with ThreadPoolExecutor(8) as workers:
            assert sum(workers.map(lambda _: store.replace(made, made.claimed(START)), range(16))) == 1

    def test_nobody_writes_over_what_has_moved_on(self, store: Store) -> None:
        made = a_notice()
        store.record(made)
        first = made.claimed(START)
        assert store.replace(made, first)
        doubted = first.doubted(LATER, "lease_ended")
        assert store.replace(first, doubted)
        assert not store.replace(first, first.postponed(LATER, "Throttling"))
        second = doubted.claimed(LATER + timedelta(minutes=5))
        assert store.replace(doubted, second)
        assert not store.replace(first, first.sent("late"))
        assert store.replace(second, second.sent("message-2"))
        standing = store.notice(made.event, made.recipient, made.channel)
        assert standing
        assert (standing.state, standing.sends, standing.attempt) == (State.SENT, 1, 2)

    def test_what_is_not_there_is_none(self, store: Store) -> None:
        made = a_notice()
        assert store.notice(made.event, made.recipient, made.channel) is None
        told = store.told(made.event)
        assert told.notices == ()
        assert told.seen_by == frozenset()

    def test_a_mark_is_seen_and_may_be_set_again(self, store: Store) -> None:
        event = a_notice().event
        store.mark_seen(event, Consumer.AGENCIES, START)
        store.mark_seen(event, Consumer.AGENCIES, LATER)
        assert store.told(event).seen_by == {Consumer.AGENCIES}
        assert store.told(event).notices == ()

    def test_of_hundreds_of_events_those_without_a_mark_are_found(self, store: Store) -> None:
        events = [a_notice().event for _ in range(130)]
        for event in events[::3]:
            store.mark_seen(event, Consumer.CITIZENS, START)
        wanted = [(event, consumer) for event in events for consumer in (Consumer.AGENCIES, Consumer.CITIZENS)]
        expected = set(wanted) - {(event, Consumer.CITIZENS) for event in events[::3]}
        assert store.unseen(wanted) == expected
        assert store.unseen([]) == frozenset()

    def test_only_what_has_something_left_to_do_is_due_and_not_before_its_time(self, store: Store) -> None:
        waiting, sent, doubtful = a_notice(), a_notice(), a_notice()
        for made in (waiting, sent, doubtful):
            store.record(made)
        assert store.replace(sent, claimed := sent.claimed(START))
        assert store.replace(claimed, claimed.sent("message-1"))
        assert store.replace(doubtful, claimed := doubtful.claimed(START))
        assert store.replace(claimed, doubted := claimed.doubted(START, "ReadTimeoutError"))
        assert not {waiting.event, sent.event, doubtful.event} & due_events(store, 1)
        assert due_events(store, 10) >= {waiting.event, doubtful.event}
        assert sent.event not in due_events(store, 10_000)
        assert store.replace(doubted, claimed := doubted.claimed(LATER))
        assert store.replace(claimed, claimed.doubted(LATER, "ReadTimeoutError"))
        assert doubtful.event not in due_events(store, 10_000)

    def test_a_deferral_moves_when_it_is_due(self, store: Store) -> None:
        made = a_notice()
        store.record(made)
        assert store.replace(made, made.deferred(START + timedelta(hours=8)))
        assert made.event not in due_events(store, 479)
        assert made.event in due_events(store, 480)

    def test_no_more_is_due_than_is_asked_for(self, store: Store) -> None:
        for _ in range(12):
            store.record(a_notice())
        assert len(store.due(LATER, 4)) <= 4

    def test_an_inbox_is_read_newest_first_page_by_page(self, store: Store) -> None:
        account = uuid4().hex
        entries = [an_entry(account, minutes, seq=minutes + 2) for minutes in range(5)]
        assert all(store.put_into_inbox(entry) for entry in entries)
        first, after = store.inbox(account, 2, "")
        assert list(first) == [entries[4], entries[3]]
        second, after = store.inbox(account, 2, after)
        assert list(second) == [entries[2], entries[1]]
        last, after = store.inbox(account, 2, after)
        assert list(last) == [entries[0]]
        assert after == ""

    def test_a_page_that_ends_the_inbox_leads_nowhere(self, store: Store) -> None:
        account = uuid4().hex
        store.put_into_inbox(an_entry(account, 0))
        assert store.inbox(account, 1, "")[1] == ""
        assert store.inbox(uuid4().hex, 20, "") == ([], "")

    def test_an_entry_stands_once(self, store: Store) -> None:
        account = uuid4().hex
        assert store.put_into_inbox(an_entry(account, 0))
        assert not store.put_into_inbox(an_entry(account, 0))

    def test_a_purge_takes_away_all_that_points_to_a_person_and_leaves_other_cases_alone(self, store: Store) -> None:
        made, other = a_notice(), a_notice()
        person, silent, stranger = uuid4().hex, uuid4().hex, uuid4().hex
        code, first, third = made.code, f"{made.code}#1", f"{made.code}#3"
        for notice in (made, replace(made, event=first, recipient=Recipient(Side.CITIZEN, person)), other):
            assert store.record(notice)
        for account, event in ((person, first), (silent, third), (stranger, other.event)):
            entry = replace(an_entry(account, 0), event=event, code=event[:-2], seq=int(event[-1]))
            assert store.put_into_inbox(entry)
        # The line of a case that was split into this one names it as well.
        parent = replace(an_entry(person, 1), code="PARENT", params={"children": f"ANOTHER, {code}", "count": "2"})
        kept = replace(an_entry(person, 2), code="ELSE")
        assert store.put_into_inbox(parent)
        assert store.put_into_inbox(kept)
        store.mark_seen(third, Consumer.CITIZENS, START, [silent])
        store.mark_seen(made.event, Consumer.AGENCIES, START)
        for _ in range(2):
            store.purge(code, 3)
            for seq in range(1, 4):
                assert store.told(f"{code}#{seq}").notices == ()
                assert store.told(f"{code}#{seq}").seen_by == frozenset()
            assert list(store.inbox(person, 20, "")[0]) == [kept]
            assert store.inbox(silent, 20, "")[0] == []
            assert store.told(other.event).notices == (other,)
            assert len(store.inbox(stranger, 20, "")[0]) == 1
        assert made.event not in due_events(store, 10_000)
