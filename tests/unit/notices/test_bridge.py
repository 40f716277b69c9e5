"""Real cases through the bridge: every step of a life makes an event whose notices are true right after it."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.bridges.notices import CaseReader, NoticeEffects
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.providers import Matters, event
from chalicelib.feedback.values import Rating, Terms
from chalicelib.notices.marks import Marks
from chalicelib.notices.model import State
from chalicelib.notices.planning import agency_notices, citizen_notices
from chalicelib.notices.ports import Answered, Case, Duty
from tests import builders
from tests.builders import COMMITTEE, DUE, NOW, POLICE, REPORTER
from tests.fakes import MemoryStore
from tests.unit.notices.fakes import OFFICES, E, House, a_contact, officers_of


def declined() -> Feedback:
    return builders.offered().give_back(Party.RECEIVER, builders.stamp(Party.RECEIVER, text_ref="back1"), NOW)


def given_back() -> Feedback:
    return builders.assigned().give_back(Party.HOLDER, builders.stamp(Party.HOLDER, text_ref="back1"), NOW)


def rated(rating: Rating) -> Feedback:
    return builders.answered().rate(builders.stamp(text_ref="rate1"), rating, Terms(DUE))


def resumed(action: Action, party: Party) -> Feedback:
    return builders.waiting().resume(action, builders.stamp(party, text_ref="reply1"), Terms(DUE))


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
    E.WITHDRAWN: builders.assigned().withdraw(builders.stamp()),
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
    return CaseReader(store), event(matters, case.history[-1])


def seen(case: Feedback) -> tuple[Case, FeedbackEvent]:
    reader, happened = kept(case)
    return reader.case(case.code), happened


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_right_after_a_step_everything_that_its_event_says_is_true(kind: FeedbackEventType) -> None:
    case, happened = seen(STEPS[kind])
    assert happened.type is kind
    notices = []
    if kind in CONSUMES[Consumer.AGENCIES]:
        told = list(agency_notices(happened, case, NOW, next(iter(OFFICES.values())), officers_of(COMMITTEE)))
        assert told
        notices += told
    if kind in CONSUMES[Consumer.CITIZENS]:
        notices += citizen_notices(happened, case, NOW, a_contact())
    assert {notice.state for notice in notices} <= {State.RECORDED}


def test_an_offer_goes_to_the_receiver_and_its_return_to_the_sender() -> None:
    for kind, agency in ((E.HAND_OVER_OFFERED, POLICE), (E.GIVEN_BACK, COMMITTEE)):
        case, happened = seen(STEPS[kind])
        told = agency_notices(happened, case, NOW, None, officers_of(agency))
        assert {notice.recipient.id for notice in told} == {agency}


def test_a_holder_that_gives_its_case_back_is_not_told_so() -> None:
    case, happened = seen(given_back())
    assert list(agency_notices(happened, case, NOW, None, officers_of(COMMITTEE))) == []


def test_every_message_of_a_real_life_can_be_made() -> None:
    for kind, made in STEPS.items():
        house = House()
        reader, happened = kept(made)
        house.cases.known = {made.code: reader.case(made.code)}
        house.directory.people |= {code: officers_of(code) for code in (COMMITTEE, POLICE)}
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
