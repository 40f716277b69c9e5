"""Real cases through the bridge: every step of a life makes an event whose notices are true right after it."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.bridges.notices import CaseReader, NoticeEffects
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.feedback.approval import return_draft
from chalicelib.feedback.escalation import climb
from chalicelib.feedback.joining import merge, split
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import contribute, deny, grant, hide, seal, support, unhide
from chalicelib.feedback.providers import Matters, event
from chalicelib.feedback.succession import lapse, reschedule, transfer
from chalicelib.feedback.values import Rating, Rung, Stamp, Terms
from chalicelib.notices.marks import Marks
from chalicelib.notices.model import State
from chalicelib.notices.planning import agency_notices, citizen_notices, told_citizens
from chalicelib.notices.ports import Answered, Case, Duty, Stood
from tests import builders
from tests.builders import COMMITTEE, DUE, NOW, POLICE, REPORTER
from tests.fakes import MemoryStore, SmallDirectory
from tests.unit.notices.fakes import ABOVE, CENTRE, TOP, E, FakeDirectory, House, a_contact, officers_of


def declined() -> Feedback:
    return builders.offered().give_back(Party.RECEIVER, builders.stamp(Party.RECEIVER, text_ref="back1"), NOW)


def given_back() -> Feedback:
    return builders.assigned().give_back(Party.HOLDER, builders.stamp(Party.HOLDER, text_ref="back1"), NOW)


def rated(rating: Rating) -> Feedback:
    return builders.answered().rate(builders.stamp(text_ref="rate1"), rating, Terms(DUE))


def resumed(action: Action, party: Party) -> Feedback:
    return builders.waiting().resume(action, builders.stamp(party, text_ref="reply1"), Terms(DUE))


def centre(**text: str) -> Stamp:
    return builders.stamp(Party.CENTRE, **text)


def extending() -> Feedback:
    return builders.in_progress().extend(builders.stamp(Party.HOLDER), DUE + timedelta(days=3))


def supported() -> Feedback:
    return support(builders.in_progress(), centre(text_ref="back1"), POLICE)


def on_ladder(*actions: Action) -> Feedback:
    """A case that has climbed these rungs, as they fell due."""
    rungs = tuple(Rung(action, place) for place, action in enumerate(actions))
    case = builders.feedback().assign(Party.SYSTEM, builders.stamp(Party.SYSTEM), COMMITTEE, Terms(DUE, rungs))
    for rung in rungs:
        case = climb(case, builders.stamp(Party.SYSTEM), rung)
    return case


STEPS: dict[FeedbackEventType, Feedback] = {
    E.SUBMITTED: builders.feedback(),
    E.ASSIGNED: builders.assigned(),
    E.ACCEPTED: builders.in_progress(),
    E.ASKED: builders.waiting(),
    E.REPLIED: resumed(Action.REPLY, Party.REPORTER),
    E.TIMED_OUT: resumed(Action.TIME_OUT, Party.SYSTEM),
    E.ANSWERED: builders.answered(),
    E.REFUSED: builders.refused(),
    E.HAND_OVER_OFFERED: builders.offered(),
    E.GIVEN_BACK: declined(),
    E.RATED: rated(Rating.SATISFIED),
    E.REOPENED: rated(Rating.UNSATISFIED),
    E.CLOSED: builders.answered().close(builders.stamp(Party.SYSTEM)),
    E.WITHDRAWN: builders.offered(builders.assigned()).withdraw(builders.stamp()),
    E.HAND_OVER_LAPSED: lapse(builders.offered(), builders.stamp(Party.SYSTEM), NOW),
    E.EXTENSION_GRANTED: grant(extending(), centre(text_ref="back1"), Terms(DUE + timedelta(days=3))),
    E.EXTENSION_DENIED: deny(extending(), centre(text_ref="back1")),
    E.SUPPORT_REQUESTED: supported(),
    E.CONTRIBUTED: contribute(supported(), builders.stamp(Party.SUPPORTER, text_ref="reply1"), 2),
    E.APPROVAL_REQUESTED: builders.awaiting_approval(),
    E.RETURNED: return_draft(builders.awaiting_approval(), builders.stamp(Party.HEAD, text_ref="back1")),
    E.REMINDED: on_ladder(Action.REMIND),
    E.NEARLY_DUE: on_ladder(Action.REMIND, Action.WARN),
    E.BREACHED: on_ladder(Action.WARN, Action.BREACH),
    E.ESCALATED: on_ladder(Action.BREACH, Action.ESCALATE),
    E.CLIMBED: on_ladder(*[Action.CLIMB] * 6),
    E.RESCHEDULED: reschedule(builders.in_progress(), builders.stamp(Party.SYSTEM), Terms(DUE + timedelta(days=1))),
    E.TRANSFERRED: transfer(builders.in_progress(), builders.stamp(Party.SYSTEM), POLICE, approval=False),
    E.MERGED: merge(builders.in_progress(), centre(text_ref="back1"), "MAIN-CASE"),
    E.SPLIT: split(builders.feedback(), centre(text_ref="back1"), ("CHILD-1", "CHILD-2")),
    E.HIDDEN: hide(builders.assigned(), centre(text_ref="back1")),
    E.UNHIDDEN: unhide(hide(builders.assigned(), centre()), centre(text_ref="back1")),
}

TEXTS = {
    "ask1": builders.QUESTION, "reply1": "Phía bên trái cổng.", "offer1": builders.REASON, "back1": "Không phải của chúng tôi.",
    "rate1": "Cảm ơn.", "refuse1": "Ngoài thẩm quyền.", "answer1": json.dumps({"result": builders.RESULT, "next_step": "Sơn lại."}),
}  # fmt: skip


def kept(case: Feedback) -> tuple[CaseReader, FeedbackEvent]:
    """The bridge over a store that has the case and its texts, and the event of its last step."""
    store = MemoryStore()
    store.add(replace(case, history=case.history[:1]))
    for version in range(2, case.version + 1):
        store.save(replace(case, history=case.history[:version]))
    for ref, text in TEXTS.items():
        store.write_text(case.code, ref, text)
    matters = Matters(case.code, case.category, case.area, case.level)
    return CaseReader(store, SmallDirectory()), event(matters, case.history[-1])


def seen(case: Feedback) -> tuple[Case, FeedbackEvent]:
    reader, happened = kept(case)
    return reader.case(case.code), happened


def directory() -> FakeDirectory:
    """Two agencies with officers, and who watches over them."""
    found = FakeDirectory(above={COMMITTEE: ABOVE, POLICE: ABOVE})
    found.people |= {code: officers_of(code) for code in (COMMITTEE, POLICE)}
    return found


def agencies(case: Feedback) -> dict[str, set[str]]:
    """The agencies that are told of the last step, and with which words."""
    told: dict[str, set[str]] = {}
    given, happened = seen(case)
    for notice in agency_notices(happened, given, NOW, directory()):
        told.setdefault(notice.recipient.id, set()).add(notice.words)
    return told


def test_every_event_that_somebody_is_told_of_has_a_real_step_here() -> None:
    assert STEPS.keys() == (CONSUMES[Consumer.AGENCIES] | CONSUMES[Consumer.CITIZENS]) - {E.SEALED}


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_right_after_a_step_everything_that_its_event_says_is_true(kind: FeedbackEventType) -> None:
    case, happened = seen(STEPS[kind])
    assert happened.type is kind
    notices = []
    if kind in CONSUMES[Consumer.AGENCIES]:
        told = list(agency_notices(happened, case, NOW, directory()))
        assert told
        notices += told
    if kind in CONSUMES[Consumer.CITIZENS]:
        for rule, account in told_citizens(happened, case, lambda code: ["account-of-a-follower"]):
            notices += citizen_notices(happened, rule, case, NOW, account, a_contact())
    assert {notice.state for notice in notices} <= {State.RECORDED}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (E.HAND_OVER_OFFERED, {POLICE: {"offered"}}),
        (E.GIVEN_BACK, {COMMITTEE: {"offer_declined"}}),
        (E.HAND_OVER_LAPSED, {COMMITTEE: {"lapsed"}, POLICE: {"offer_lapsed"}}),
        (E.WITHDRAWN, {COMMITTEE: {"withdrawn"}, POLICE: {"offer_withdrawn"}}),
        (E.SUPPORT_REQUESTED, {POLICE: {"support"}}),
        (E.CONTRIBUTED, {COMMITTEE: {"contributed"}}),
        (E.TRANSFERRED, {POLICE: {"transferred"}}),
        (E.MERGED, {COMMITTEE: {"merged"}}),
        (E.BREACHED, {COMMITTEE: {"breached"}, ABOVE: {"breached_watched"}}),
        (E.ESCALATED, {CENTRE: {"escalated"}, TOP: {"escalated"}}),
    ],
)
def test_each_agency_is_told_what_is_its_part(kind: FeedbackEventType, expected: dict[str, set[str]]) -> None:
    assert agencies(STEPS[kind]) == expected


def test_who_held_a_case_or_was_offered_it_hears_that_the_centre_gave_it_to_another() -> None:
    moved = builders.offered().assign(Party.CENTRE, centre(), ABOVE, Terms(DUE))
    assert agencies(moved) == {ABOVE: {"assigned"}, COMMITTEE: {"reassigned"}, POLICE: {"offer_reassigned"}}
    assert agencies(builders.assigned()) == {COMMITTEE: {"assigned"}}


def test_a_holder_that_gives_its_case_back_is_not_told_so() -> None:
    assert agencies(given_back()) == {}


def test_the_rung_of_a_climb_is_counted_in_the_history_since_the_assignment() -> None:
    first = on_ladder(Action.CLIMB, Action.CLIMB)
    case, _ = seen(first)
    assert [case.stood(seq).climbs for seq in range(1, 5)] == [0, 0, 1, 2]
    again = first.assign(Party.CENTRE, centre(), POLICE, Terms(DUE, (Rung(Action.CLIMB, 0),)))
    case, _ = seen(climb(again, builders.stamp(Party.SYSTEM), Rung(Action.CLIMB, 0)))
    assert [case.stood(seq).climbs for seq in range(3, 7)] == [1, 2, 0, 1]
    waits = transfer(builders.offered(), builders.stamp(Party.SYSTEM), ABOVE, approval=False)
    case, _ = seen(lapse(waits, builders.stamp(Party.SYSTEM), NOW))
    assert case.stood(6) == Stood(Duty(3, ABOVE), Duty(2, POLICE))
    moved = transfer(first, builders.stamp(Party.SYSTEM), POLICE, approval=False)
    case, _ = seen(moved)
    assert case.stood(5).climbs == 2, "what was climbed stays climbed"
    assert case.stood(99) == Stood()


def test_who_held_a_case_and_to_whom_it_was_offered_is_known_for_every_step() -> None:
    committee, police = Duty(1, COMMITTEE), Duty(2, POLICE)
    accepted = builders.offered().take_over(builders.stamp(Party.RECEIVER), Terms(DUE))
    case, _ = seen(accepted.give_answer(builders.stamp(Party.RECEIVER, text_ref="answer1"), builders.answer()))
    assert [case.stood(seq).holder for seq in range(1, 7)] == [None, None, committee, committee, committee, police]
    assert [case.stood(seq).offer for seq in range(1, 7)] == [None, None, None, None, police, None]
    lapsed = lapse(builders.offered(), builders.stamp(Party.SYSTEM), NOW)
    case, _ = seen(lapsed.assign(Party.CENTRE, centre(), POLICE, Terms(DUE)))
    assert (case.stood(5), case.stood(6)) == (Stood(committee, police), Stood())
    case, _ = seen(declined())
    assert case.stood(5) == Stood(committee, police)


def test_a_draft_is_told_in_words_and_not_as_it_is_stored() -> None:
    case, happened = seen(builders.awaiting_approval())
    assert case.said[happened.seq] == f"{builders.RESULT}\nSơn lại."


def test_the_one_complained_about_and_who_follows_come_through_the_bridge() -> None:
    store = MemoryStore()
    store.add(replace(builders.feedback(), code="ABOUT", about=COMMITTEE))
    store.follow("ABOUT", "account-of-a-follower", NOW)
    reader = CaseReader(store, SmallDirectory())
    assert reader.case("ABOUT").complained_of == {COMMITTEE}
    assert reader.followers("ABOUT") == ["account-of-a-follower"]


def test_a_sealed_case_is_read_as_sealed_and_names_nobody() -> None:
    store, case = MemoryStore(), builders.feedback()
    store.add(case)
    store.save(seal(case, centre()))
    found = CaseReader(store, SmallDirectory()).case(case.code)
    assert found.sealed
    assert (found.reporter, found.assignment, found.text, found.before) == ("", None, "", {2: Stood()})


def test_every_message_of_a_real_life_can_be_made() -> None:
    for kind, made in STEPS.items():
        house = House()
        reader, happened = kept(made)
        house.cases.known = {made.code: reader.case(made.code)}
        house.directory.people |= {code: officers_of(code) for code in (COMMITTEE, POLICE)}
        house.directory.above = {COMMITTEE: ABOVE, POLICE: ABOVE}
        house.contacts.known = {REPORTER: a_contact()}
        house.clock.now = NOW
        if kind in CONSUMES[Consumer.AGENCIES]:
            house.tell_agencies(happened)
        if kind in CONSUMES[Consumer.CITIZENS]:
            house.tell_citizens(happened)
        assert house.journal.errors == []
        assert {row.state for row in house.store.rows.values()} <= {State.SENT}


def test_the_bridge_tells_who_holds_the_case_and_what_was_written_at_each_step() -> None:
    case, _ = seen(builders.offered())
    assert case.assignment == Duty(1, COMMITTEE)
    assert case.offer == Duty(2, POLICE)
    assert case.said == {4: builders.REASON}
    assert case.deadline == DUE
    answered, _ = seen(builders.answered())
    assert answered.answer == Answered("resolved", builders.RESULT, "Sơn lại.")
    assert answered.rate_by == NOW + timedelta(days=7)
    waiting, _ = seen(builders.waiting())
    assert waiting.answer_by == NOW + timedelta(days=7)


def test_the_sweep_misses_the_entries_whose_events_were_not_seen() -> None:
    case, house = builders.in_progress(), House()
    effects = NoticeEffects(Marks(house.store, house.clock))
    assert effects.missing(case) == [1, 2, 3]
    house.store.mark_seen(f"{case.code}#1", Consumer.CITIZENS, NOW)
    house.store.mark_seen(f"{case.code}#2", Consumer.CITIZENS, NOW)
    assert effects.missing(case) == [2, 3]
    house.store.mark_seen(f"{case.code}#2", Consumer.AGENCIES, NOW)
    house.store.mark_seen(f"{case.code}#3", Consumer.CITIZENS, NOW)
    assert effects.missing(case) == []
