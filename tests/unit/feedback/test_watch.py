"""The watch: what time does to open cases, each step once, whatever fails, comes late, comes twice or is skewed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.core.calendar import DayKind, official
from chalicelib.feedback import commands, watch
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.records import CHANGE_SHARDS
from chalicelib.feedback.values import Rung
from chalicelib.feedback.watch import DUE_LISTS
from tests.builders import DUE, NOW, POLICE, REASON, at, link, new_code, stamp
from tests.fakes import MemoryStore, Office
from tests.unit.feedback.watching import actions, did, given_to_agency, in_shard

NOTHING = dict.fromkeys(
    ("reminded", "warned", "breached", "escalated", "climbed", "lapsed", "rescheduled", "late_minutes"), 0
)
REMIND_AT, WARN_AT = at("29/05/2023 10:03"), at("31/05/2023 13:13")
LATE = timedelta(minutes=5)
# Rungs


def test_each_rung_is_climbed_when_its_time_has_come() -> None:
    office = Office()
    case = given_to_agency(office)
    told = [did(office, moment) for moment in (NOW, REMIND_AT, WARN_AT, DUE, DUE + LATE, at("05/06/2023 17:05"))]
    assert told == [{}, {"reminded": 1}, {"warned": 1}, {}, {"breached": 1}, {"escalated": 1}]
    assert actions(office, case) == ["remind", "warn", "breach", "escalate"]
    assert office.store.head(case.code).breached_at == DUE


def test_what_an_agency_has_done_needs_no_word() -> None:
    office = Office()
    accepted, answered = given_to_agency(office), given_to_agency(office)
    office.agencies.accept(link(accepted.code), Trace())
    assert did(office, REMIND_AT) == {"reminded": 1}
    assert actions(office, accepted) == ["accept"]
    assert actions(office, answered) == ["remind"]


def test_an_urgent_case_climbs_every_half_hour_until_somebody_accepts() -> None:
    office = Office()
    case = given_to_agency(office, category="sat_lo")
    for minutes in range(0, 100, 5):
        office.watch.run(NOW + timedelta(minutes=minutes))
    assert actions(office, case) == ["climb"] * 3
    office.agencies.accept(link(case.code), Trace())
    for minutes in range(100, 24 * 60, 5):
        office.watch.run(NOW + timedelta(minutes=minutes))
    assert actions(office, case) == ["climb", "climb", "climb", "accept", "warn", "breach", "escalate"]


def test_a_pass_that_is_a_day_late_does_what_is_not_overtaken_and_dates_the_breach_by_the_deadline() -> None:
    office = Office()
    calm, urgent = given_to_agency(office), given_to_agency(office, category="sat_lo")
    assert did(office, DUE + timedelta(days=1)) == {"breached": 2, "climbed": 6, "escalated": 1}
    assert actions(office, calm) == ["breach"]
    assert actions(office, urgent) == [*["climb"] * 6, "breach", "escalate"]
    assert office.store.head(calm.code).breached_at == DUE
    assert office.store.head(urgent.code).breached_at == NOW + timedelta(hours=4)


def test_running_twice_does_nothing_twice() -> None:
    office = Office()
    case = given_to_agency(office)
    for moment in (REMIND_AT, WARN_AT, DUE + LATE):
        office.watch.run(moment)
        assert office.watch.run(moment) == NOTHING
    assert actions(office, case) == ["remind", "warn", "breach"]


@given(st.lists(st.integers(-5, 5), min_size=40, max_size=40), st.integers(0, 3))
def test_however_the_clocks_of_passes_are_skewed_each_level_comes_once_and_no_breach_before_the_deadline(
    skews: list[int], step: int
) -> None:
    office = Office()
    case = given_to_agency(office, category="sat_lo")
    for number, skew in enumerate(skews):
        office.clock.now = NOW + timedelta(minutes=10 * number + step)
        office.watch.run(office.clock.now + timedelta(minutes=skew))
    done = office.store.head(case.code)
    breaches = [entry for entry in done.history if entry.action is Action.BREACH]
    assert actions(office, case) == [*["climb"] * 6, "warn", "breach", "escalate"]
    assert len(breaches) == 1
    assert breaches[0].at >= done.deadline
    assert done.breached_at == done.deadline


class Racing(MemoryStore):
    """A table at which another pass is always a moment earlier."""

    def __init__(self) -> None:
        super().__init__()
        self.office: Office | None = None
        self.now = NOW

    def save(self, feedback: Feedback) -> None:
        office, self.office = self.office, None
        if office:
            office.watch.run(self.now)
        super().save(feedback)


def test_of_two_passes_at_once_one_does_each_step() -> None:
    store = Racing()
    office = Office(store=store)
    cases = [given_to_agency(office, category=category) for category in ("duong_sa", "sat_lo", "duong_sa")]
    for moment in (REMIND_AT, WARN_AT, DUE + timedelta(days=5)):
        store.office, store.now = office, moment
        office.watch.run(moment)
    assert [actions(office, case) for case in cases] == [
        ["remind", "warn", "breach", "escalate"],
        [*["climb"] * 6, "breach", "escalate"],
        ["remind", "warn", "breach", "escalate"],
    ]


def test_a_breach_is_never_recorded_of_a_case_that_was_answered_meanwhile() -> None:
    office = Office()
    case = given_to_agency(office)
    stale = office.store.head(case.code)
    answered = stale.accept(stamp(Party.HOLDER))
    office.store.rivals = [answered]
    assert did(office, REMIND_AT) == {}
    assert actions(office, case) == ["accept"]


# Hand-overs


def offered(office: Office) -> Feedback:
    """Offered to the police a moment after it was assigned."""
    case = given_to_agency(office)
    office.agencies.hand_over(link(case.code), commands.HandOver(agency=POLICE, reason=REASON), Trace())
    return office.store.head(case.code)


def test_a_hand_over_that_nobody_accepts_within_a_working_day_goes_to_the_centre() -> None:
    office = Office()
    case = offered(office)
    assert did(office, at("24/05/2023 17:04")) == {}
    assert did(office, at("24/05/2023 17:05")) == {"lapsed": 1}
    assert did(office, at("24/05/2023 17:05")) == {}
    left = office.store.head(case.code)
    assert (left.status, left.queued, left.assignment, left.hand_over) == (Status.RECEIVED, True, None, None)
    assert left.centre_due == at("24/05/2023 14:05")
    assert left.history[-1].agency == POLICE
    assert [line.code for line in office.store.desk("centre", 9, None)[0]] == [case.code]


def test_an_accepted_hand_over_does_not_lapse() -> None:
    office = Office()
    case = offered(office)
    office.agencies.accept(link(case.code, 2), Trace())
    assert did(office, at("26/05/2023 17:05")) == {}


def test_a_breach_that_came_before_the_lapse_is_recorded_and_one_behind_it_is_not() -> None:
    office = Office()
    late, early = given_to_agency(office), offered(office)
    office.agencies.accept(link(late.code), Trace())
    office.clock.now = at("01/06/2023 15:00")
    office.agencies.hand_over(link(late.code), commands.HandOver(agency=POLICE, reason=REASON), Trace())
    office.watch.run(at("20/06/2023 09:00"))
    assert actions(office, late) == ["accept", "hand_over", "breach", "lapse"]
    assert actions(office, early) == ["hand_over", "lapse"]


def test_a_new_day_off_gives_the_receiver_a_day_more() -> None:
    office = Office()
    offered(office)
    office.calendar = official().with_overrides({date(2023, 5, 24): DayKind.OFF})
    assert did(office, at("24/05/2023 17:05")) == {"rescheduled": 1}
    assert did(office, at("25/05/2023 17:05")) == {"lapsed": 1}


# Lists and bounds


def test_cases_that_wait_for_an_extension_or_were_reopened_twice_are_watched_too() -> None:
    office = Office()
    asked = given_to_agency(office)
    office.agencies.accept(link(asked.code), Trace())
    office.agencies.extend(link(asked.code), commands.Extend(until=date(2023, 6, 30), reason=REASON), Trace())
    twice = office.keep(replace(office.store.head(given_to_agency(office).code), code=new_code(), reopenings=2))
    assert office.store.watched("extension", WARN_AT, 9) == [asked.code]
    assert office.store.watched("reopened", WARN_AT, 9) == [twice.code]
    office.watch.run(WARN_AT)
    assert actions(office, asked) == ["accept", "extend", "warn"]
    assert actions(office, twice) == ["warn"]


def test_every_shard_is_looked_at() -> None:
    office = Office()
    for shard in range(CHANGE_SHARDS):
        in_shard(office, shard)
    assert did(office, REMIND_AT) == {"reminded": CHANGE_SHARDS}


def test_a_pass_is_bounded_and_the_next_goes_on() -> None:
    office = Office()
    for minutes in (0, 10):
        office.watch.run(NOW + timedelta(minutes=minutes))  # the first walks, which find nothing
    cases = [in_shard(office, 1) for _ in range(watch.MOST_DUE + 30)]
    assert did(office, REMIND_AT) == {"reminded": watch.MOST_DUE}
    assert did(office, REMIND_AT) == {"reminded": 30}
    assert all(actions(office, case) == ["remind"] for case in cases)


def test_a_case_that_cannot_be_served_holds_up_no_other_and_is_raised_at_the_end() -> None:
    office = Office()
    cases = [in_shard(office, 2) for _ in range(watch.PAGE + 20)]
    bad = {case.code for case in cases[: watch.PAGE + 5]}
    office.store.broken = set(bad)
    with pytest.raises(ExceptionGroup) as failure:
        office.watch.run(REMIND_AT)
    assert {note for error in failure.value.exceptions for note in error.__notes__} == {f"case {code}" for code in bad}
    office.store.broken = set()
    assert [actions(office, case) for case in cases[watch.PAGE + 5 :]] == [["remind"]] * 15
    assert did(office, REMIND_AT) == {"reminded": len(bad)}


def test_a_head_that_nobody_can_read_is_one_of_those() -> None:
    office = Office()
    bad, good = in_shard(office, 0), in_shard(office, 0)
    office.store.items[bad.code, "head"]["facts"] = "nonsense"
    with pytest.raises(ExceptionGroup):
        office.watch.run(REMIND_AT)
    assert actions(office, good) == ["remind"]


class OddLadders(MemoryStore):
    """A table of which one head says that time rates its case."""

    odd = ""

    def head(self, code: str) -> Feedback:
        case = super().head(code)
        if code != self.odd or case.assignment is None:
            return case
        return replace(case, assignment=replace(case.assignment, ladder=(Rung(Action.RATE, int(NOW.timestamp())),)))


def test_a_ladder_that_asks_for_what_nobody_may_do_is_seen() -> None:
    store = OddLadders()
    office = Office(store=store)
    bad, good = in_shard(office, 0), in_shard(office, 0)
    store.odd = bad.code
    with pytest.raises(ExceptionGroup) as failure:
        office.watch.run(REMIND_AT)
    assert [error.__notes__ for error in failure.value.exceptions] == [[f"case {bad.code}"]] * 2, "due, and walked by"
    assert actions(office, good) == ["remind"]


class HalfBlind(MemoryStore):
    """A table whose index gives no answer for one list, and which keeps no place of a walk."""

    def watched(self, watch: str, until: datetime, limit: int) -> Sequence[str]:
        if watch == "c0":
            raise ConnectionError(watch)
        return super().watched(watch, until, limit)

    def keep_walk(self, text: str, version: int, of: str = "watch#calendar") -> bool:
        raise ConnectionError(text)


def test_a_list_that_cannot_be_read_holds_up_no_other() -> None:
    office = Office(store=HalfBlind())
    cases = [in_shard(office, shard) for shard in range(CHANGE_SHARDS)]
    with pytest.raises(ExceptionGroup) as failure:
        office.watch.run(REMIND_AT)
    assert {note for error in failure.value.exceptions for note in error.__notes__} == {"list c0", "walk"}
    assert [actions(office, case) for case in cases[1:]] == [["remind"]] * 3


def test_an_index_that_still_shows_a_case_that_is_gone_does_no_harm() -> None:
    class Ghostly(MemoryStore):
        def watched(self, watch: str, until: datetime, limit: int) -> Sequence[str]:
            return ["00000000000", *super().watched(watch, until, limit)]

    office = Office(store=Ghostly())
    case = given_to_agency(office)
    office.watch.run(REMIND_AT)
    assert actions(office, case) == ["remind"]


@given(
    st.lists(st.sampled_from(["duong_sa", "sat_lo"]), min_size=1, max_size=4), st.lists(st.integers(0, 900), max_size=9)
)
def test_after_a_pass_nothing_that_was_due_is_still_due(categories: list[str], passes: list[int]) -> None:
    office = Office()
    for number, category in enumerate(categories):
        case = given_to_agency(office, category=category)
        if number % 2:
            office.agencies.hand_over(link(case.code), commands.HandOver(agency=POLICE, reason=REASON), Trace())
    for hours in passes:
        now = NOW + timedelta(hours=hours)
        office.watch.run(now)
        assert not [code for name in DUE_LISTS for code in office.store.watched(name, now - LATE, 99)]


def test_the_figures_say_how_late_the_latest_was() -> None:
    office = Office()
    given_to_agency(office)
    assert office.watch.run(REMIND_AT + timedelta(minutes=90, seconds=30))["late_minutes"] == 91
    assert office.watch.run(REMIND_AT + timedelta(minutes=95))["late_minutes"] == 0
