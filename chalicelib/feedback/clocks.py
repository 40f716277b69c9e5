"""What an assignment is held to, by the calendar and the agency's own data: terms for each way in which a duty begins or moves."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.calendar import Calendar
from chalicelib.feedback import deadlines
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Terms


class Clocks:
    """Makes terms; `calendar` is today's, `needs_approval` whether the head of an agency approves its answers."""

    def __init__(self, calendar: Callable[[], Calendar], needs_approval: Callable[[str], bool]) -> None:
        self._calendar = calendar
        self._needs_approval = needs_approval

    def terms(self, case: Feedback, agency: str, at: datetime) -> Terms:
        """For a new assignment at `at`."""
        return self._terms(case, agency, at, deadlines.due(self._calendar(), case.handling, at))

    def again(self, case: Feedback, agency: str, at: datetime) -> Terms:
        """For a reopened case."""
        return self._terms(case, agency, at, deadlines.due_again(self._calendar(), case.handling, at))

    def resumed(self, case: Feedback, until: datetime) -> Terms:
        """For the present assignment, whose clock stood from the question until `until`."""
        since = case.question.asked_at if case.question else until
        later = deadlines.due_after_pause(self._calendar(), case.handling, case.deadline, since, max(since, until))
        return self.moved(case, later)

    def moved(self, case: Feedback, deadline: datetime) -> Terms:
        """For the present assignment with another deadline."""
        since = case.assignment.at if case.assignment else deadline
        return self._terms(case, case.agency, since, deadline)

    def _terms(self, case: Feedback, agency: str, at: datetime, deadline: datetime) -> Terms:
        ladder = deadlines.ladder(self._calendar(), case.handling, at, deadline)
        return Terms(deadline, ladder, self._needs_approval(agency))
