"""What each change of a case moves, beside its status."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.actors import agency, citizen, dispatcher, system
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.moderation import support
from chalicelib.feedback.values import Publication, Rating, RefusalReason, Terms
from tests.builders import (
    COMMITTEE,
    DISPATCHER,
    DUE,
    IN_STATUS,
    LAPSES,
    NOW,
    POLICE,
    REPORTER,
    STRANGER,
    answer,
    answered,
    assigned,
    feedback,
    in_progress,
    offered,
    queued,
    refused,
    stamp,
    waiting,
)

LATER = NOW + timedelta(days=3)


def test_an_entry_says_who_did_what_when_and_which_duty_it_concerns() -> None:
    entry = answered().history[-1]
    assert (entry.action, entry.by, entry.actor, entry.at) == (Action.ANSWER, "agency", COMMITTEE, NOW)
    assert (entry.assignment, entry.agency, entry.text_ref, entry.cid) == (1, COMMITTEE, "answer1", "cid-1")
    assert [entry.seq for entry in answered().history] == [1, 2, 3, 4]


def test_who_takes_a_case_over_does_not_support_it_as_well() -> None:
    supported = support(in_progress(), stamp(Party.CENTRE), POLICE)
    taken = offered(supported).take_over(stamp(Party.RECEIVER), Terms(DUE))
    assert (taken.agency, taken.supporters) == (POLICE, ())


def test_before_any_assignment_the_promise_is_the_deadline() -> None:
    assert feedback().deadline == feedback().promised_by
    assert feedback().agency == ""
    assert (assigned().agency, assigned().deadline) == (COMMITTEE, DUE)


def test_the_promise_never_moves() -> None:
    case = answered().rate(stamp(), Rating.UNSATISFIED, Terms(LATER))
    assert case.promised_by == feedback().promised_by
    assert case.deadline == LATER


@pytest.mark.parametrize(
    ("status", "owed"),
    [(status, status in {"received", "assigned", "in_progress", "awaiting_approval"}) for status in Status],
)
def test_overdue_is_what_is_still_owed_after_its_deadline(status: Status, owed: bool) -> None:
    case = IN_STATUS[status]()
    assert not case.overdue(case.deadline)
    assert case.overdue(case.deadline + timedelta(seconds=1)) is owed


def test_the_parties_are_told_apart() -> None:
    case = offered()
    assert case.party(system("sweep")) is Party.SYSTEM
    assert case.party(dispatcher(DISPATCHER)) is Party.CENTRE
    assert case.party(citizen(REPORTER)) is Party.REPORTER
    assert case.party(citizen(STRANGER)) is None
    assert case.party(agency(COMMITTEE), 1) is Party.HOLDER
    assert case.party(agency(POLICE), 2) is Party.RECEIVER
    assert case.party(agency(POLICE), 3) is None
    assert feedback().party(agency(COMMITTEE), 1) is None


def test_queueing_leaves_the_case_to_the_centre_until_it_assigns() -> None:
    case = queued()
    assert (case.status, case.queued, case.history[-1].agency) == (Status.RECEIVED, True, "")
    assert not case.assign(Party.CENTRE, stamp(Party.CENTRE), POLICE, Terms(LATER)).queued


def test_refusing_and_withdrawing_take_a_case_out_of_the_public_view() -> None:
    case = refused()
    assert (case.refusal, case.publication) == (RefusalReason.OUT_OF_SCOPE, Publication.PRIVATE)
    assert feedback().withdraw(stamp()).publication is Publication.PRIVATE


def test_an_appeal_goes_to_the_centre_with_a_clock_of_its_own() -> None:
    case = refused().appeal(stamp(), LATER)
    assert (case.queued, case.refusal, case.centre_due, case.appealed) == (True, None, LATER, True)


@pytest.mark.parametrize(("may", "publication"), [(True, Publication.PENDING), (False, Publication.PRIVATE)])
def test_after_an_appeal_the_public_reads_only_what_may_be_public_and_is_reviewed(
    may: bool, publication: Publication
) -> None:
    assert replace(refused(), may_be_public=may).appeal(stamp(), LATER).publication is publication


def test_publishing_changes_publication_alone() -> None:
    case = replace(in_progress(), publication=Publication.PENDING)
    shown = case.publish(stamp(Party.CENTRE))
    assert replace(shown, publication=case.publication, history=case.history) == case


def test_accepting_is_dated_and_keeps_the_deadline() -> None:
    case = in_progress()
    assert case.assignment is not None
    assert (case.assignment.accepted_at, case.deadline) == (NOW, assigned().deadline)


def test_a_hand_over_is_pending_until_the_receiver_accepts() -> None:
    case = offered()
    assert (case.agency, case.hand_over.agency if case.hand_over else "") == (COMMITTEE, POLICE)
    assert (case.history[-1].agency, case.history[-1].assignment) == (POLICE, 2)
    taken = case.take_over(stamp(Party.RECEIVER), Terms(LATER))
    assert taken.hand_over is None
    assert (taken.agency, taken.deadline, taken.assignment.number if taken.assignment else 0) == (POLICE, LATER, 2)
    assert taken.history[-1].agency == POLICE


def test_the_sender_keeps_the_case_when_the_offer_comes_back() -> None:
    case = offered().give_back(Party.RECEIVER, stamp(Party.RECEIVER), LATER)
    assert (case.hand_over, case.agency, case.give_backs) == (None, COMMITTEE, 0)
    assert case.history[-1].agency == POLICE
    assert case.offer(stamp(Party.HOLDER), POLICE, LAPSES).assignments == 3


def test_accepting_oneself_leaves_the_offer_open() -> None:
    case = offered(assigned()).accept(stamp(Party.HOLDER))
    assert case.hand_over is not None
    assert case.agency == COMMITTEE


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.IN_PROGRESS])
def test_an_answer_and_a_withdrawal_end_an_offer(status: Status) -> None:
    case = offered(IN_STATUS[status]())
    assert case.give_answer(stamp(Party.HOLDER), answer()).hand_over is None
    if status is Status.ASSIGNED:
        assert case.withdraw(stamp()).hand_over is None


def test_giving_back_ends_the_duty_and_any_offer() -> None:
    case = offered(assigned()).give_back(Party.HOLDER, stamp(Party.HOLDER), LATER)
    assert (case.assignment, case.hand_over, case.give_backs, case.centre_due) == (None, None, 1, LATER)
    assert (case.queued, case.agency) == (True, "")
    assert case.assign(Party.CENTRE, stamp(Party.CENTRE), POLICE, Terms(LATER)).history[-1].assignment == 3


def test_a_question_is_counted_and_ends_with_reply_time_out_or_answer() -> None:
    case = waiting()
    assert (case.questions, case.question is None) == (1, False)
    for action in (Action.REPLY, Action.TIME_OUT):
        resumed = case.resume(action, stamp(), Terms(LATER))
        assert (resumed.question, resumed.deadline, resumed.status) == (None, LATER, Status.IN_PROGRESS)
    assert case.give_answer(stamp(Party.HOLDER), answer()).question is None


def test_an_extension_is_recorded_and_moves_nothing_by_itself() -> None:
    case = in_progress().extend(stamp(Party.HOLDER), LATER)
    assert case.extension is not None
    assert (case.extension.until, case.deadline) == (LATER, in_progress().deadline)


@pytest.mark.parametrize("rating", [Rating.SATISFIED, Rating.ACCEPTABLE])
def test_who_is_content_closes_the_case(rating: Rating) -> None:
    case = answered().rate(stamp(), rating, Terms(LATER))
    assert (case.status, case.rating, case.ended) == (Status.CLOSED, rating, True)


def test_who_is_not_sends_it_back_as_a_new_duty_twice_and_the_third_time_closes_it() -> None:
    case = answered()
    for times in (1, 2):
        case = case.rate(stamp(), Rating.UNSATISFIED, Terms(LATER))
        assert (case.status, case.reopenings, case.deadline) == (Status.ASSIGNED, times, LATER)
        assert case.assignment is not None
        assert (case.assignment.number, case.assignment.accepted_at) == (times + 1, None)
        case = case.give_answer(stamp(Party.HOLDER), answer())
    case = case.rate(stamp(), Rating.UNSATISFIED, Terms(LATER))
    assert (case.status, case.rating, case.reopenings) == (Status.CLOSED, Rating.UNSATISFIED, 2)


def test_a_case_nobody_rates_is_closed_unrated() -> None:
    case = answered().close(stamp(Party.SYSTEM))
    assert (case.status, case.rating) == (Status.CLOSED, None)


def test_a_case_without_history_has_seen_no_change() -> None:
    assert feedback(history=()).version == 0
