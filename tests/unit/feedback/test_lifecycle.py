"""The life of a case: every status, action and party, against the contract's table written down here once more."""

from collections.abc import Callable
from itertools import product

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import NotPossibleNow
from chalicelib.feedback import approval, escalation, joining, moderation, succession
from chalicelib.feedback.lifecycle import ENDED, HELD, OPEN, TRANSITIONS, Action, Guard, Party, Status, rows
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Extension, Publication, Rating, RefusalReason, Rung, Support, Terms
from tests.builders import (
    IN_STATUS,
    LAPSES,
    NOW,
    POLICE,
    answer,
    answered,
    assigned,
    feedback,
    offered,
    queued,
    refused,
    stamp,
)

S, A, P = Status, Action, Party

# docs/lifecycle.md, read by a person: status, action, who, where it leads ("" where the case stays where it stood).
CONTRACT = {
    (S.RECEIVED, A.ASSIGN, P.SYSTEM): {"assigned"},
    (S.RECEIVED, A.QUEUE, P.SYSTEM): {""},
    (S.RECEIVED, A.ASSIGN, P.CENTRE): {"assigned"},
    (S.RECEIVED, A.REFUSE, P.CENTRE): {"refused"},
    (S.RECEIVED, A.WITHDRAW, P.REPORTER): {"withdrawn"},
    (S.RECEIVED, A.PUBLISH, P.CENTRE): {""},
    (S.ASSIGNED, A.ACCEPT, P.HOLDER): {"in_progress"},
    (S.ASSIGNED, A.ACCEPT, P.RECEIVER): {"in_progress"},
    (S.ASSIGNED, A.ANSWER, P.HOLDER): {"answered"},
    (S.ASSIGNED, A.HAND_OVER, P.HOLDER): {""},
    (S.ASSIGNED, A.GIVE_BACK, P.HOLDER): {"received"},
    (S.ASSIGNED, A.GIVE_BACK, P.RECEIVER): {""},
    (S.ASSIGNED, A.WITHDRAW, P.REPORTER): {"withdrawn"},
    (S.ASSIGNED, A.PUBLISH, P.CENTRE): {""},
    (S.IN_PROGRESS, A.ACCEPT, P.RECEIVER): {"in_progress"},
    (S.IN_PROGRESS, A.GIVE_BACK, P.RECEIVER): {""},
    (S.IN_PROGRESS, A.ASK, P.HOLDER): {"waiting"},
    (S.IN_PROGRESS, A.ANSWER, P.HOLDER): {"answered"},
    (S.IN_PROGRESS, A.HAND_OVER, P.HOLDER): {""},
    (S.IN_PROGRESS, A.EXTEND, P.HOLDER): {""},
    (S.IN_PROGRESS, A.PUBLISH, P.CENTRE): {""},
    (S.WAITING, A.REPLY, P.REPORTER): {"in_progress"},
    (S.WAITING, A.TIME_OUT, P.SYSTEM): {"in_progress"},
    (S.WAITING, A.ANSWER, P.HOLDER): {"answered"},
    (S.WAITING, A.PUBLISH, P.CENTRE): {""},
    (S.AWAITING_APPROVAL, A.PUBLISH, P.CENTRE): {""},
    (S.ANSWERED, A.RATE, P.REPORTER): {"closed", "assigned"},
    (S.ANSWERED, A.CLOSE, P.SYSTEM): {"closed"},
    (S.ANSWERED, A.PUBLISH, P.CENTRE): {""},
    (S.CLOSED, A.PUBLISH, P.CENTRE): {""},
    (S.REFUSED, A.APPEAL, P.REPORTER): {"received"},
    (S.ASSIGNED, A.ASSIGN, P.CENTRE): {"assigned"},
    (S.IN_PROGRESS, A.ASSIGN, P.CENTRE): {"assigned"},
    (S.RECEIVED, A.SPLIT, P.CENTRE): {"split"},
    (S.AWAITING_APPROVAL, A.APPROVE, P.HEAD): {"answered"},
    (S.AWAITING_APPROVAL, A.RETURN, P.HEAD): {"in_progress"},
    (S.ASSIGNED, A.LAPSE, P.SYSTEM): {"received"},
    (S.IN_PROGRESS, A.LAPSE, P.SYSTEM): {"received"},
    (S.ASSIGNED, A.REMIND, P.SYSTEM): {""},
    (S.ASSIGNED, A.CLIMB, P.SYSTEM): {""},
    (S.ANSWERED, A.TRANSFER, P.SYSTEM): {""},
    (S.ASSIGNED, A.GIVE_BACK, P.SYSTEM): {""},
    (S.IN_PROGRESS, A.GIVE_BACK, P.SYSTEM): {""},
    (S.ASSIGNED, A.HAND_OVER, P.SYSTEM): {""},
    (S.IN_PROGRESS, A.HAND_OVER, P.SYSTEM): {""},
}
HELD_STATUSES = (S.ASSIGNED, S.IN_PROGRESS, S.WAITING, S.AWAITING_APPROVAL)
SEEN_STATUSES = (S.RECEIVED, *HELD_STATUSES, S.ANSWERED, S.CLOSED)
CONTRACT |= {
    (status, A.MERGE, P.CENTRE): {"duplicate"} for status in (S.RECEIVED, S.ASSIGNED, S.IN_PROGRESS, S.WAITING)
}
CONTRACT |= {(status, A.SUPPORT, P.CENTRE): {""} for status in HELD_STATUSES}
CONTRACT |= {(status, A.CONTRIBUTE, P.SUPPORTER): {""} for status in HELD_STATUSES}
CONTRACT |= {(status, action, P.CENTRE): {""} for status in HELD_STATUSES[1:] for action in (A.GRANT, A.DENY)}
CONTRACT |= {(status, action, P.CENTRE): {""} for status in SEEN_STATUSES for action in (A.HIDE, A.UNHIDE)}
CONTRACT |= {(status, A.SEAL, P.CENTRE): {"sealed"} for status in Status if status is not S.SEALED}
CONTRACT |= {(status, A.SUBMIT_APPROVAL, P.HOLDER): {"awaiting_approval"} for status in HELD_STATUSES[:3]}
CONTRACT |= {
    (status, action, P.SYSTEM): {""}
    for status in (S.ASSIGNED, S.IN_PROGRESS, S.AWAITING_APPROVAL)
    for action in (A.WARN, A.BREACH, A.ESCALATE)
}
CONTRACT |= {
    (status, action, P.SYSTEM): {""} for status in HELD_STATUSES for action in (A.RESCHEDULE, A.TRANSFER, A.SUPPORT)
}
CONTRACT |= {(status, A.QUEUE, P.SYSTEM): {"received"} for status in HELD_STATUSES}

TRY: dict[Action, Callable[[Feedback, Party], Feedback]] = {
    A.ASSIGN: lambda case, party: case.assign(party, stamp(party), POLICE, Terms(NOW)),
    A.QUEUE: lambda case, _: (
        succession.leave_to_centre(case, stamp(P.SYSTEM), NOW) if case.status in HELD else case.queue(stamp(P.SYSTEM))
    ),
    A.REFUSE: lambda case, _: case.refuse(stamp(P.CENTRE), RefusalReason.COURT),
    A.PUBLISH: lambda case, _: case.publish(stamp(P.CENTRE)),
    A.ACCEPT: lambda case, party: (
        case.take_over(stamp(party), Terms(NOW)) if party is P.RECEIVER else case.accept(stamp(party))
    ),
    A.ASK: lambda case, _: case.ask(stamp(P.HOLDER), NOW),
    A.REPLY: lambda case, _: case.resume(A.REPLY, stamp(), Terms(NOW)),
    A.TIME_OUT: lambda case, _: case.resume(A.TIME_OUT, stamp(P.SYSTEM), Terms(NOW)),
    A.ANSWER: lambda case, _: case.give_answer(stamp(P.HOLDER), answer()),
    A.HAND_OVER: lambda case, party: (
        succession.offer_on(case, stamp(party), POLICE, LAPSES)
        if party is P.SYSTEM
        else case.offer(stamp(party), POLICE, LAPSES)
    ),
    A.GIVE_BACK: lambda case, party: (
        succession.offer_back(case, stamp(party)) if party is P.SYSTEM else case.give_back(party, stamp(party), NOW)
    ),
    A.EXTEND: lambda case, _: case.extend(stamp(P.HOLDER), NOW),
    A.RATE: lambda case, _: case.rate(stamp(), Rating.SATISFIED, Terms(NOW)),
    A.CLOSE: lambda case, _: case.close(stamp(P.SYSTEM)),
    A.APPEAL: lambda case, _: case.appeal(stamp(), NOW),
    A.WITHDRAW: lambda case, _: case.withdraw(stamp()),
    A.MERGE: lambda case, _: joining.merge(case, stamp(P.CENTRE), "MAIN-CASE"),
    A.SPLIT: lambda case, _: joining.split(case, stamp(P.CENTRE), ("CHILD-1", "CHILD-2")),
    A.SUPPORT: lambda case, party: (
        succession.support_on(case, stamp(party), "ended", POLICE)
        if party is P.SYSTEM
        else moderation.support(case, stamp(party), POLICE)
    ),
    A.CONTRIBUTE: lambda case, _: moderation.contribute(case, stamp(P.SUPPORTER), 2),
    A.GRANT: lambda case, _: moderation.grant(case, stamp(P.CENTRE), Terms(LAPSES)),
    A.DENY: lambda case, _: moderation.deny(case, stamp(P.CENTRE)),
    A.HIDE: lambda case, _: moderation.hide(case, stamp(P.CENTRE)),
    A.UNHIDE: lambda case, _: moderation.unhide(case, stamp(P.CENTRE)),
    A.SUBMIT_APPROVAL: lambda case, _: approval.submit_draft(case, stamp(P.HOLDER), answer(), Terms(NOW)),
    A.APPROVE: lambda case, _: approval.approve(case, stamp(P.HEAD), NOW),
    A.RETURN: lambda case, _: approval.return_draft(case, stamp(P.HEAD)),
    A.LAPSE: lambda case, _: succession.lapse(case, stamp(P.SYSTEM), NOW),
    A.RESCHEDULE: lambda case, _: succession.reschedule(case, stamp(P.SYSTEM), Terms(LAPSES)),
    A.TRANSFER: lambda case, _: succession.transfer(case, stamp(P.SYSTEM), POLICE, False),
    **{
        action: lambda case, _, action=action: escalation.climb(case, stamp(P.SYSTEM), Rung(action, 0))
        for action in (A.REMIND, A.CLIMB, A.WARN, A.BREACH, A.ESCALATE)
    },
}
RUNGS = (A.REMIND, A.CLIMB, A.WARN, A.BREACH, A.ESCALATE)
READ_BY = {A.PUBLISH: Publication.PENDING, A.HIDE: Publication.PUBLIC, A.UNHIDE: Publication.HIDDEN}
# A sealed case keeps nothing of its history; moderation's own tests show what stays.
# Whom the model asks for each action where its method takes no party.
ACTS = {action: {party for _, done, party in CONTRACT if done is action} for action in {*TRY, A.SEAL}}


def prepared(status: Status, action: Action, party: Party) -> Feedback:
    """A case in that status with no condition in the way of the action."""
    case = IN_STATUS[status]()
    if action in READ_BY:
        return replace(case, publication=READ_BY[action])
    if action in RUNGS and case.assignment:
        ladder = tuple(Rung(rung, 0) for rung in RUNGS)
        return replace(case, assignment=replace(case.assignment, ladder=ladder, accepted_at=None))
    if party is P.SYSTEM and action in (A.LAPSE, A.HAND_OVER, A.GIVE_BACK) and status in (S.ASSIGNED, S.IN_PROGRESS):
        return offered(case)
    if action in (A.GRANT, A.DENY):
        return replace(case, extension=Extension(NOW, LAPSES))
    if action is A.SUBMIT_APPROVAL and case.assignment:
        return replace(case, assignment=replace(case.assignment, approval=True))
    if action is A.CONTRIBUTE:
        return replace(case, supporters=(Support(2, POLICE, NOW),))
    if party is P.RECEIVER and status in (S.ASSIGNED, S.IN_PROGRESS):
        return offered(case)
    return case


def test_the_table_says_what_the_contract_says() -> None:
    table: dict[tuple[Status, Action, Party], set[str]] = {}
    for row in TRANSITIONS:
        for status in row.sources:
            table.setdefault((status, row.action, row.party), set()).update(row.targets or {""})
    assert table == CONTRACT


@pytest.mark.parametrize(("status", "action", "party"), [row for row in CONTRACT if row[1] is not A.SEAL], ids=str)
def test_what_the_contract_allows_leads_where_it_says(status: Status, action: Action, party: Party) -> None:
    before = prepared(status, action, party)
    after = TRY[action](before, party)
    expected = {status if target == "" else Status(target) for target in CONTRACT[status, action, party]}
    assert after.status in expected
    assert after.history[:-1] == before.history
    assert (after.history[-1].action, after.history[-1].status) == (action, after.status)
    assert after.version == before.version + 1
    assert action in before.next_actions(party)


REFUSED = [(s, a, p) for s, a, p in product(Status, TRY, Party) if (s, a, p) not in CONTRACT and p in ACTS[a]]


@pytest.mark.parametrize(("status", "action", "party"), REFUSED, ids=str)
def test_anything_else_is_refused_with_what_is_possible(status: Status, action: Action, party: Party) -> None:
    case = prepared(status, action, party)
    with pytest.raises(NotPossibleNow) as refusal:
        TRY[action](case, party)
    assert action not in refusal.value.next_actions
    assert refusal.value.next_actions == case.next_actions(party)


@pytest.mark.parametrize(("action", "party"), [(a, p) for a, p in product(Action, Party) if p not in ACTS.get(a, ())])
def test_no_status_lets_a_party_do_what_is_not_its_own(action: Action, party: Party) -> None:
    assert all(action not in IN_STATUS[status]().next_actions(party) for status in Status)


def test_submitting_is_no_action_on_a_case() -> None:
    assert all(row.action is not A.SUBMIT for row in TRANSITIONS)


def test_the_software_neither_routes_nor_queues_a_case_that_waits_for_the_centre() -> None:
    assert feedback().next_actions(P.SYSTEM) == (A.ASSIGN, A.QUEUE)
    assert queued().next_actions(P.SYSTEM) == ()
    assert queued().next_actions(P.CENTRE)[:2] == (A.ASSIGN, A.REFUSE)


def test_a_case_is_asked_about_five_times_at_most() -> None:
    case = IN_STATUS[S.IN_PROGRESS]()
    for _ in range(5):
        case = case.ask(stamp(P.HOLDER), NOW).resume(A.REPLY, stamp(), Terms(NOW))
    assert A.ASK not in case.next_actions(P.HOLDER)
    with pytest.raises(NotPossibleNow):
        case.ask(stamp(P.HOLDER), NOW)


def test_a_case_is_given_back_twice_at_most_then_the_assignment_binds() -> None:
    case = assigned()
    for _ in range(2):
        case = case.give_back(P.HOLDER, stamp(P.HOLDER), NOW).assign(P.CENTRE, stamp(P.CENTRE), POLICE, Terms(NOW))
    assert A.GIVE_BACK not in case.next_actions(P.HOLDER)
    assert A.ACCEPT in case.next_actions(P.HOLDER)


def test_a_longer_deadline_is_asked_for_once_a_duty() -> None:
    case = IN_STATUS[S.IN_PROGRESS]().extend(stamp(P.HOLDER), NOW)
    assert A.EXTEND not in case.next_actions(P.HOLDER)
    again = case.give_answer(stamp(P.HOLDER), answer()).rate(stamp(), Rating.UNSATISFIED, Terms(NOW))
    assert A.EXTEND in again.accept(stamp(P.HOLDER)).next_actions(P.HOLDER)
    taken = offered(case).take_over(stamp(P.RECEIVER), Terms(NOW))
    assert A.EXTEND in taken.next_actions(P.HOLDER)


def test_a_refusal_is_appealed_once() -> None:
    again = refused().appeal(stamp(), NOW).refuse(stamp(P.CENTRE), RefusalReason.ABUSE)
    assert again.next_actions(P.REPORTER) == ()


def test_while_a_hand_over_waits_the_holder_neither_offers_again_nor_asks() -> None:
    case = offered()
    assert set(case.next_actions(P.HOLDER)) == {A.ANSWER, A.EXTEND}
    assert set(case.next_actions(P.RECEIVER)) == {A.ACCEPT, A.GIVE_BACK}


def test_only_what_waits_for_review_can_be_published() -> None:
    assert A.PUBLISH not in feedback().next_actions(P.CENTRE)
    assert A.PUBLISH in replace(feedback(), publication=Publication.PENDING).next_actions(P.CENTRE)
    assert A.PUBLISH not in replace(feedback(), publication=Publication.PRIVATE).next_actions(P.CENTRE)


def test_an_answer_is_rated_once() -> None:
    assert answered().rate(stamp(), Rating.SATISFIED, Terms(NOW)).next_actions(P.REPORTER) == ()


def test_what_has_ended_changes_only_in_who_may_read_it() -> None:
    done = {row.action for status in ENDED for party in Party for row in rows(party, status)}
    assert done == {A.PUBLISH, A.HIDE, A.UNHIDE, A.SEAL}
    assert not [row for party in Party for row in rows(party, S.SEALED)]


def test_open_held_and_ended_are_told_apart() -> None:
    assert OPEN | ENDED | {S.ANSWERED, S.REFUSED} == set(Status)
    assert OPEN - {S.RECEIVED} == HELD
    assert not OPEN & ENDED


def test_every_guard_is_known_to_the_model() -> None:
    assert {row.guard for row in TRANSITIONS if row.guard} == set(Guard)
    assert feedback().allows(None)
