"""A sealed case: nothing is left that points to the person, whoever was at it and whoever is killed on the way."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.contracts.contacts import Channels
from chalicelib.contracts.feedback_events import Consumer, FeedbackEvent
from chalicelib.core.errors import Unavailable
from chalicelib.notices.model import Channel, State
from chalicelib.notices.service import LONGEST_RUN
from tests.unit.notices.fakes import (
    ACCOUNT,
    CASES,
    CODE,
    FOLLOWER,
    START,
    E,
    House,
    a_case,
    a_contact,
    an_event,
)
from tests.unit.notices.memory import FakeStore, Killed

TOMBSTONE = a_case(status="sealed", reporter="", category="", area="", assignment=None, text="", title="", address="")
CASES_OF_A_LIFE = (E.SUBMITTED, E.ASSIGNED, E.ACCEPTED, E.ASKED, E.REPLIED, E.ANSWERED)


def sealed(**changes: object) -> FeedbackEvent:
    made = replace(an_event(E.ASSIGNED), type=E.SEALED, status="sealed", agency="", assignment=0, category="", area="")
    return replace(made, id=f"{CODE}#7", seq=7, **changes)  # type: ignore[arg-type]


def lived() -> House:
    """A case with all its notices and lines, which two people follow; one has no messages, and one has a case of another code."""
    house = House()
    house.contacts.known |= {
        FOLLOWER: a_contact(phone="+84951234568"),
        "silent": a_contact(channels=Channels(sms=False, email=False)),
    }
    house.cases.following = {CODE: [FOLLOWER, "silent"]}
    for seq, kind in enumerate(CASES_OF_A_LIFE, start=1):
        house.cases.known[CODE] = CASES[kind]
        event = an_event(kind, id=f"{CODE}#{seq}", seq=seq)
        if kind not in (E.SUBMITTED, E.ACCEPTED, E.ASKED, E.ANSWERED):
            house.tell_agencies(event)
        if kind is not E.REPLIED:
            house.tell_citizens(event)
    other = replace(CASES[E.CLOSED], code="OTHERC0DE00")
    house.cases.known["OTHERC0DE00"] = other
    house.tell_citizens(an_event(E.CLOSED, id="OTHERC0DE00#5", code="OTHERC0DE00", seq=5))
    return house


def seal(house: House) -> None:
    """The head becomes a tombstone and the event arrives; the queue delivers it again after a while."""
    house.cases.known[CODE] = TOMBSTONE
    with pytest.raises(Unavailable):
        house.tell_citizens(sealed())


def pointers(store: FakeStore) -> list[str]:
    """Everything in the table that has the code in it, however deep, but for the mark that the seal was seen."""
    everything = [*store.rows.values(), *store.entries.values(), *store.seen, *store.alone.items()]
    return [str(one) for one in everything if CODE in str(one) and one != (f"{CODE}#7", Consumer.CITIZENS)]


def test_before_the_seal_there_is_much_that_points_to_the_person() -> None:
    house = lived()
    assert len(pointers(house.store)) > 20
    assert {account for account, _ in house.store.entries} == {ACCOUNT, FOLLOWER, "silent"}
    assert house.store.alone[f"{CODE}#6"] == ["silent"], "who got no notice stands in the mark"


def test_a_seal_takes_everything_away_and_sends_nothing() -> None:
    house = lived()
    sent = len(house.mails.taken), len(house.texts.taken)
    seal(house)
    assert [one for one in pointers(house.store) if f"{CODE}#7" not in one] == []
    assert not any(ACCOUNT in str(row) for row in house.store.rows.values())
    assert [entry.code for entry in house.store.entries.values()] == ["OTHERC0DE00"]
    assert (len(house.mails.taken), len(house.texts.taken)) == sent


def test_the_sweep_of_cases_finds_that_the_seal_was_seen() -> None:
    house = lived()
    seal(house)
    assert (f"{CODE}#7", Consumer.CITIZENS) in house.store.seen


@pytest.mark.parametrize("kind", CASES_OF_A_LIFE)
def test_an_earlier_event_that_comes_after_the_seal_tells_nobody_and_leaves_nothing(kind: E) -> None:
    house = lived()
    seal(house)
    sent = len(house.mails.taken), len(house.texts.taken)
    event = an_event(kind, id=f"{CODE}#3", seq=3)
    house.tell_agencies(event)
    house.tell_citizens(event)
    house.clock.move(days=1)
    house.resend()
    assert (len(house.mails.taken), len(house.texts.taken)) == sent
    assert [one for one in pointers(house.store) if f"{CODE}#7" not in one] == []


def test_what_a_worker_wrote_from_what_it_had_read_before_the_seal_goes_with_the_second_purge() -> None:
    house = lived()
    house.cases.known[CODE] = CASES[E.ANSWERED]
    slow = an_event(E.ANSWERED, id=f"{CODE}#6", seq=6)
    seal(house)
    house.cases.known[CODE] = CASES[E.ANSWERED]
    house.tell_citizens(slow)
    house.cases.known[CODE] = TOMBSTONE
    assert [one for one in pointers(house.store) if f"{CODE}#7" not in one] != []
    house.clock.now = START + LONGEST_RUN
    house.tell_citizens(sealed())
    assert [one for one in pointers(house.store) if f"{CODE}#7" not in one] == []


def test_a_notice_that_waits_for_the_morning_is_not_sent_after_the_seal() -> None:
    house = House(CASES[E.ANSWERED])
    house.clock.move(hours=10)
    house.tell_citizens(an_event(E.ANSWERED))
    assert house.row(f"citizen:{ACCOUNT}", Channel.SMS).state is State.RECORDED
    house.cases.known[CODE] = TOMBSTONE
    house.resend()
    house.tell_citizens(sealed())
    house.clock.move(hours=12)
    assert house.resend()["sent"] == 0
    assert house.texts.taken == []


@pytest.mark.parametrize("place", ["purge rows", "mark_seen"])
def test_a_worker_killed_in_the_middle_leaves_the_rest_to_the_next(place: str) -> None:
    house = lived()
    house.cases.known[CODE] = TOMBSTONE
    house.store.dies_before = place
    with pytest.raises(Killed):
        house.tell_citizens(sealed())
    seal(house)
    assert [one for one in pointers(house.store) if f"{CODE}#7" not in one] == []


def test_longest_run_is_longer_than_any_function_of_notices_and_shorter_than_the_pause_of_the_queue() -> None:
    assert timedelta(seconds=240) < LONGEST_RUN < timedelta(seconds=360)
