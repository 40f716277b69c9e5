"""How the duty of an agency ended."""

import pytest

from chalicelib.feedback.approval import submit_draft
from chalicelib.feedback.endings import ended_by
from chalicelib.feedback.joining import merge, split
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import hide, seal, support
from chalicelib.feedback.succession import lapse, transfer
from chalicelib.feedback.values import Rating, Terms
from tests.builders import NOW, POLICE, answer, answered, approving, assigned, feedback, in_progress, offered, stamp


def given_back() -> Feedback:
    return assigned().give_back(Party.HOLDER, stamp(Party.HOLDER), NOW)


@pytest.mark.parametrize(
    ("case", "assignment", "action"),
    [
        (feedback(), 1, None),
        (assigned(), 1, None),
        (in_progress(), 1, None),
        (answered(), 1, None),
        (given_back(), 1, Action.GIVE_BACK),
        (given_back().assign(Party.CENTRE, stamp(Party.CENTRE), POLICE, Terms(NOW)), 1, Action.GIVE_BACK),
        (assigned().withdraw(stamp()), 1, Action.WITHDRAW),
        (answered().rate(stamp(), Rating.SATISFIED, Terms(NOW)), 1, Action.RATE),
        (answered().close(stamp(Party.SYSTEM)), 1, Action.CLOSE),
        (offered().take_over(stamp(Party.RECEIVER), Terms(NOW)), 1, Action.ACCEPT),
        (offered().give_back(Party.RECEIVER, stamp(Party.RECEIVER), NOW), 2, Action.GIVE_BACK),
        (offered().give_answer(stamp(Party.HOLDER), answer()), 2, Action.ANSWER),
        (offered(assigned()).give_back(Party.HOLDER, stamp(Party.HOLDER), NOW), 2, Action.GIVE_BACK),
    ],
)
def test_a_duty_ends_with_its_own_last_step_or_with_somebody_else_s(
    case: Feedback, assignment: int, action: Action | None
) -> None:
    found = ended_by(case.history, assignment)
    assert (found.action if found else None) == action


def test_a_reopened_case_ended_the_first_duty_by_its_rating() -> None:
    case = answered().rate(stamp(), Rating.UNSATISFIED, Terms(NOW))
    found = ended_by(case.history, 1)
    assert found is not None
    assert found.action is Action.RATE


def test_a_reopened_duty_does_not_end_with_the_rating_that_began_it() -> None:
    reopened = answered().rate(stamp(), Rating.UNSATISFIED, Terms(NOW))
    assert ended_by(reopened.history, 2) is None
    found = ended_by(reopened.assign(Party.CENTRE, stamp(Party.CENTRE), POLICE, Terms(NOW)).history, 2)
    assert found is not None
    assert found.action is Action.ASSIGN


@pytest.mark.parametrize(
    ("case", "assignment", "action"),
    [
        (merge(in_progress(), stamp(Party.CENTRE), "MAIN"), 1, Action.MERGE),
        (merge(in_progress(), stamp(Party.CENTRE), "MAIN"), 2, None),
        (lapse(offered(), stamp(Party.SYSTEM), NOW), 1, Action.LAPSE),
        (lapse(offered(), stamp(Party.SYSTEM), NOW), 2, Action.LAPSE),
        (transfer(in_progress(), stamp(Party.SYSTEM), POLICE, False), 1, Action.TRANSFER),
        (transfer(in_progress(), stamp(Party.SYSTEM), POLICE, False), 2, None),
        (transfer(offered(), stamp(Party.SYSTEM), POLICE, False), 2, Action.TRANSFER),
        (submit_draft(offered(approving()), stamp(Party.HOLDER), answer(), None), 2, Action.SUBMIT_APPROVAL),
        (split(given_back(), stamp(Party.CENTRE), ("A", "B")), 1, Action.GIVE_BACK),
        (seal(in_progress(), stamp(Party.CENTRE)), 1, None),
        (seal(in_progress(), stamp(Party.CENTRE)), 0, None),
        (hide(answered().close(stamp(Party.SYSTEM)), stamp(Party.CENTRE)), 1, Action.CLOSE),
    ],
)
def test_a_merge_a_lapse_another_map_and_a_seal_end_duties_too(
    case: Feedback, assignment: int, action: Action | None
) -> None:
    found = ended_by(case.history, assignment)
    assert (found.action if found else None) == action


def test_a_supporting_agencys_duty_ends_with_the_case_and_not_with_another_s() -> None:
    case = support(in_progress(), stamp(Party.CENTRE), POLICE)
    case = case.give_answer(stamp(Party.HOLDER), answer())
    assert ended_by(case.history, 2) is None
    closed = ended_by(case.close(stamp(Party.SYSTEM)).history, 2)
    assert closed is not None
    assert closed.action is Action.CLOSE
