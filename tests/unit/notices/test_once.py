"""Nothing twice and nothing lost, whatever comes twice and whoever is killed where: counted from what the providers took."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEventType
from chalicelib.core.errors import Unavailable
from chalicelib.notices.model import LEASE, Channel, State
from tests.unit.notices.fakes import CASES, CODE, E, House, an_event
from tests.unit.notices.memory import Killed
from tests.unit.notices.steps import CITIZEN, answered, answered_house, settle


def test_everything_is_recorded_before_the_first_message_goes_out() -> None:
    house = House()
    recorded: list[int] = []
    house.mails.meanwhile = lambda: recorded.append(len(house.store.rows))
    house.tell_agencies(an_event(E.ASSIGNED))
    assert recorded[0] == 4
    assert house.store.seen == {(f"{CODE}#2", Consumer.AGENCIES)}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_an_event_told_again_sends_nothing_again(kind: FeedbackEventType) -> None:
    house, event = House(CASES[kind]), an_event(kind)
    for tell, consumer in ((house.tell_agencies, Consumer.AGENCIES), (house.tell_citizens, Consumer.CITIZENS)):
        if kind in CONSUMES[consumer]:
            tell(event)
    sent = [*house.mails.addresses(), *house.texts.addresses()]
    entries = dict(house.store.entries)
    settle(house, event, 3)
    house.clock.move(days=30)
    settle(house, event, 1)
    assert [*house.mails.addresses(), *house.texts.addresses()] == sent
    assert len(sent) == len(set(sent))
    assert house.store.entries == entries
    assert all(row.sends <= 1 for row in house.store.rows.values())


def test_one_message_handed_to_twenty_consumers_at_once_is_sent_once() -> None:
    house, event, start = House(), an_event(E.ASSIGNED, level="urgent"), Barrier(20)

    def consume(_: int) -> None:
        start.wait()
        house.tell_agencies(event)

    with ThreadPoolExecutor(20) as workers:
        list(workers.map(consume, range(20)))
    assert len(house.mails.taken) == len(set(house.mails.addresses())) == 3
    assert len(house.texts.taken) == len(set(house.texts.addresses())) == 3
    assert {row.sends for row in house.store.rows.values()} == {1}
    assert house.journal.count("NoticeRecorded") == house.journal.count("NoticeSent") == 6


def test_queue_and_sweep_at_once_send_once() -> None:
    house, event = answered_house(), answered()
    house.store.dies_before = "replace sending"
    with pytest.raises(Killed):
        house.tell_citizens(event)
    house.clock.move(minutes=11)
    start = Barrier(20)

    def work(number: int) -> None:
        start.wait()
        house.resend() if number % 2 else house.tell_citizens(event)

    with ThreadPoolExecutor(20) as workers:
        list(workers.map(work, range(20)))
    assert len(house.texts.taken) == 1


# Killed


@pytest.mark.parametrize("place", ["put_into_inbox", "record", "mark_seen", "replace sending"])
def test_a_worker_killed_before_the_claim_loses_nothing(place: str) -> None:
    house, event = answered_house(), answered()
    house.store.dies_before = place
    with pytest.raises(Killed):
        house.tell_citizens(event)
    assert house.texts.taken == []
    settle(house, event, 1)
    assert len(house.texts.taken) == 1
    assert len(house.store.entries) == 1
    assert house.row(CITIZEN, Channel.SMS).state is State.SENT


def test_a_worker_killed_after_planning_is_made_good_by_the_sweep_alone() -> None:
    house = answered_house()
    house.store.dies_before = "replace sending"
    with pytest.raises(Killed):
        house.tell_citizens(answered())
    assert house.resend()["sent"] == 0, "the queue has the first minutes to itself"
    house.clock.move(minutes=11)
    assert house.resend()["sent"] == 1
    assert len(house.texts.taken) == 1


def test_a_worker_killed_after_the_claim_leaves_a_doubt_that_is_sent_once_more_when_the_lease_is_over() -> None:
    house, event = answered_house(), answered()
    house.texts.errors = [Killed()]
    with pytest.raises(Killed):
        house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.SENDING
    house.clock.move(minutes=4)
    house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.SENDING, "the lease is not over"
    house.clock.move(minutes=2)
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    assert house.row(CITIZEN, Channel.SMS).state is State.UNCERTAIN
    assert house.journal.count("NoticeUncertain") == 1
    settle(house, event)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.attempt, row.doubts, row.sends) == (State.SENT, 2, 1, 1)
    assert len(house.texts.taken) == 1


def test_a_worker_killed_between_acceptance_and_writing_sends_a_second_time_and_never_a_third() -> None:
    house, event = answered_house(), answered()
    house.store.dies_before = "replace sent"
    with pytest.raises(Killed):
        house.tell_citizens(event)
    assert len(house.texts.taken) == 1
    settle(house, event)
    row = house.row(CITIZEN, Channel.SMS)
    assert len(house.texts.taken) == 2
    assert (row.state, row.attempt, row.doubts, row.sends) == (State.SENT, 2, 1, 1)


def test_a_worker_killed_there_twice_leaves_it_uncertain_for_good() -> None:
    house, event = answered_house(), answered()
    house.texts.after = [Killed(), Killed(), Killed()]
    with pytest.raises(Killed):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    with pytest.raises(Unavailable):
        house.tell_citizens(event)
    house.clock.move(minutes=6)
    with pytest.raises(Killed):
        house.resend()
    settle(house, event)
    house.clock.move(days=60)
    settle(house, event, 2)
    row = house.row(CITIZEN, Channel.SMS)
    assert len(house.texts.taken) == 2
    assert (row.state, row.attempt, row.doubts, row.open) == (State.UNCERTAIN, 2, 2, False)
    assert house.journal.count("NoticeUncertain") == 2


def test_a_slow_worker_whose_lease_ended_still_writes_that_its_message_was_taken() -> None:
    house, event = answered_house(), answered()

    def another_takes_over() -> None:
        house.texts.meanwhile = lambda: None
        house.clock.now += LEASE
        with pytest.raises(Unavailable):
            house.tell_citizens(event)

    house.texts.meanwhile = another_takes_over
    house.tell_citizens(event)
    row = house.row(CITIZEN, Channel.SMS)
    assert (row.state, row.sends, row.message_id) == (State.SENT, 1, "message-1")
    settle(house, event)
    assert len(house.texts.taken) == 1
