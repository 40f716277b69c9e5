"""The watch where the calendar has changed: open deadlines move later, once, whoever was faster."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import DayKind, official
from chalicelib.feedback import commands, deadlines, watch
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.clocks import later_deadline
from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.watch import Walk
from tests.builders import DUE, NOW, REPORTER, at, give_answer, link
from tests.fakes import MemoryStore, Office
from tests.unit.feedback.watching import actions, did, given_to_agency, in_shard

STORM = official().with_overrides({date(2023, 5, 24): DayKind.OFF, date(2023, 5, 25): DayKind.OFF})
LATE = timedelta(minutes=5)


def walk_of(office: Office) -> Walk:
    return msgspec.json.decode(office.store.walk()[0], type=Walk)


def test_a_changed_calendar_moves_open_deadlines_once_and_only_later() -> None:
    office = Office()
    case, urgent = given_to_agency(office), given_to_agency(office, category="sat_lo")
    assert did(office, NOW) == {}
    office.calendar = STORM
    assert did(office, NOW) == {"rescheduled": 1}
    for minutes in (5, 10, 15, 20):
        assert did(office, NOW + timedelta(minutes=minutes)) == {}
    office.calendar = official()
    assert did(office, NOW + timedelta(minutes=25)) == {}
    moved = office.store.head(case.code)
    assert moved.deadline == at("05/06/2023 17:00")
    assert moved.promised_by == DUE, "the promise to the citizen stays"
    assert (moved.history[-1].action, moved.history[-1].actor) == (Action.RESCHEDULE, "watch")
    assert office.store.items[case.code, "head"]["due"] == "2023-06-05T10:00:00.000Z"
    assert actions(office, urgent) == []


def test_waiting_and_answered_cases_are_left_alone() -> None:
    office = Office()
    asked, answered = given_to_agency(office), given_to_agency(office)
    office.agencies.accept(link(asked.code), Trace())
    office.agencies.ask(link(asked.code), commands.Ask(question="Ổ gà nằm ở phía bên nào của cổng trường?"), Trace())
    office.agencies.answer(link(answered.code), give_answer(), Trace())
    office.calendar = STORM
    assert did(office, NOW) == {}
    office.clock.move(days=1)
    office.service.reply(REPORTER, asked.code, commands.Reply(text="Ở bên phải cổng trường."), Trace())
    assert office.store.head(asked.code).deadline > at("02/06/2023 17:00")


def test_a_walk_is_bounded_and_goes_on_from_its_place() -> None:
    office = Office()
    for _ in range(watch.MOST_WALKED + 120):
        in_shard(office, 3)
    office.watch.run(NOW)
    office.watch.run(NOW)
    office.calendar = STORM
    # Three lists that are empty count as a step each.
    assert did(office, NOW) == {"rescheduled": watch.MOST_WALKED - 3}
    assert not walk_of(office).ended
    assert did(office, NOW) == {"rescheduled": 123}
    while not walk_of(office).ended:  # what was moved comes by once more, further behind
        assert did(office, NOW) == {}
    assert len(office.store.watched("c3", NOW + timedelta(days=99), 9999)) == watch.MOST_WALKED + 120


def test_a_second_walk_finds_what_was_assigned_by_the_old_calendar_meanwhile() -> None:
    office = Office()
    office.calendar = STORM
    office.watch.run(NOW)
    office.calendar = official()
    stale = given_to_agency(office)
    office.calendar = STORM
    assert did(office, NOW + timedelta(minutes=5)) == {}
    assert did(office, NOW + timedelta(minutes=10)) == {"rescheduled": 1}
    assert actions(office, stale) == ["reschedule"]
    began = walk_of(office)
    office.watch.run(NOW + timedelta(minutes=15))
    assert walk_of(office) == began, "and then there is peace"


def test_a_due_case_is_counted_anew_before_anything_is_said_of_it() -> None:
    class NoWalk(MemoryStore):
        def listed(
            self, watch: str, limit: int, after: Mapping[str, str] | None
        ) -> tuple[Sequence[str], Mapping[str, str] | None]:
            return [], None

    office = Office(store=NoWalk())
    case = given_to_agency(office)
    office.calendar = STORM
    assert did(office, DUE + LATE) == {"rescheduled": 1, "reminded": 1}
    assert office.store.head(case.code).breached_at is None


def test_a_walk_that_another_pass_has_taken_over_is_left_to_it() -> None:
    class Taken(MemoryStore):
        def keep_walk(self, text: str, version: int, of: str = "watch#calendar") -> bool:
            return False

    office = Office(store=Taken())
    for shard in (0, 1):
        in_shard(office, shard)
    office.calendar = STORM
    assert did(office, NOW) == {"rescheduled": 1}


def test_a_case_that_fails_in_a_walk_does_not_stop_it() -> None:
    office = Office()
    bad, good = in_shard(office, 0), in_shard(office, 0)
    office.calendar = STORM
    office.store.broken = {bad.code}
    with pytest.raises(ExceptionGroup):
        office.watch.run(NOW)
    assert walk_of(office).ended
    office.store.broken = set()
    assert actions(office, good) == ["reschedule"]
    assert did(office, NOW + timedelta(minutes=10)) == {"rescheduled": 1}, "the second walk finds it"


def test_where_the_calendar_has_not_changed_a_pass_reads_one_item_for_it() -> None:
    class Counting(MemoryStore):
        heads = 0

        def head(self, code: str) -> Feedback:
            self.heads += 1
            return super().head(code)

    store = Counting()
    office = Office(store=store)
    for _ in range(5):
        given_to_agency(office)
    for minutes in (0, 10):
        office.watch.run(NOW + timedelta(minutes=minutes))
    store.heads = 0
    writes = len(store.writes)
    office.watch.run(NOW + timedelta(minutes=15))
    assert (store.heads, len(store.writes)) == (0, writes)


def test_what_is_kept_of_a_walk_can_be_read_again() -> None:
    walk = Walk("digest", NOW, NOW, 3, {"code": "A", "part": "head", "watch": "c1", "watch_at": "2023"})
    assert msgspec.json.decode(msgspec.json.encode(walk), type=Walk) == walk


@given(
    st.lists(
        st.dictionaries(st.dates(date(2023, 5, 20), date(2023, 6, 20)), st.sampled_from(DayKind), max_size=8),
        max_size=5,
    )
)
def test_whatever_is_decided_about_days_a_deadline_moves_only_later_once_a_decision_and_stays_right(
    decisions: list[dict[date, DayKind]],
) -> None:
    office = Office()
    case = given_to_agency(office)
    entries = len(case.history)
    for changes in decisions:
        before = office.store.head(case.code)
        office.calendar = official().with_overrides(changes)
        office.watch.run(NOW)
        after = office.store.head(case.code)
        assert after.deadline == max(before.deadline, deadlines.due(office.calendar, case.handling, NOW))
        assert later_deadline(office.calendar, after) is None
        assert len(after.history) - entries == (after.deadline > before.deadline)
        assert did(office, NOW) == {}
        entries = len(after.history)
