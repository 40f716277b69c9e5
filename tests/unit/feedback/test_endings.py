"""How the duty of an agency ended."""

import pytest

from chalicelib.feedback.endings import ended_by
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Rating, Terms
from tests.builders import NOW, POLICE, answer, answered, assigned, feedback, in_progress, offered, stamp


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
        (offered().accept(Party.RECEIVER, stamp(Party.RECEIVER), Terms(NOW)), 1, Action.ACCEPT),
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
