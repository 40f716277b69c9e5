"""What the sweep of cases asks: which events had no effect here."""

from datetime import timedelta

from chalicelib.contracts.feedback_events import Consumer
from chalicelib.notices.marks import Marks
from chalicelib.notices.model import KEPT
from tests.unit.notices.fakes import CASES, CODE, START, E, House, an_event

EVENT = f"{CODE}#2"


def test_an_event_is_seen_once_every_consumer_that_owes_something_has_recorded_it() -> None:
    house = House(CASES[E.ASSIGNED])
    marks = Marks(house.store, house.clock)
    assert marks.unseen([(EVENT, E.ASSIGNED, START)]) == [EVENT]
    house.tell_agencies(an_event(E.ASSIGNED))
    assert marks.unseen([(EVENT, E.ASSIGNED, START)]) == [EVENT]
    house.tell_citizens(an_event(E.ASSIGNED))
    assert marks.unseen([(EVENT, E.ASSIGNED, START)]) == []
    assert house.store.seen == {(EVENT, Consumer.AGENCIES), (EVENT, Consumer.CITIZENS)}


def test_events_that_nobody_is_told_of_are_not_missed() -> None:
    house = House()
    quiet = [E.QUEUED, E.PUBLISHED, E.EXTENSION_REQUESTED, E.APPEALED]
    assert Marks(house.store, house.clock).unseen([(f"{CODE}#{n}", kind, START) for n, kind in enumerate(quiet)]) == []


def test_the_order_of_events_is_kept_and_each_is_named_once() -> None:
    house = House()
    events = [(f"{CODE}#{seq}", E.REOPENED, START) for seq in (9, 3, 5)]
    assert Marks(house.store, house.clock).unseen(events) == [f"{CODE}#9", f"{CODE}#3", f"{CODE}#5"]


def test_an_event_whose_marks_have_expired_is_not_missed_for_ever() -> None:
    house = House()
    house.clock.now = START + KEPT + timedelta(seconds=1)
    assert Marks(house.store, house.clock).unseen([(EVENT, E.ASSIGNED, START)]) == []
