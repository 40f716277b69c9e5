"""What an assignment is held to, by the calendar and the agency's own data: terms for each way in which a duty begins or moves."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback import deadlines, escalation
from chalicelib.feedback.lifecycle import HELD, Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Entry, Terms


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
        """For the present assignment, whose clock stood from the question until `until`; all that was climbed stays climbed."""
        since, calendar = case.question.asked_at if case.question else until, self._calendar()
        before = later_deadline(calendar, case) or case.deadline
        return _held_on(
            case, deadlines.due_after_pause(calendar, case.handling, before, since, max(since, until)), calendar
        )

    def moved(self, case: Feedback, deadline: datetime) -> Terms:
        """For the present assignment with another deadline, by the centre's word.

        What was climbed stays climbed, but a later deadline can be breached though the earlier one was.
        """
        return _held_on(case, deadline, self._calendar(), anew=escalation.OF_A_DEADLINE)

    def recounted(self, case: Feedback, now: datetime) -> Terms | None:
        """For the present assignment by a calendar that has changed; None where the deadline does not move later.

        A breach of which the new deadline makes none can happen again.
        """
        later = later_deadline(self._calendar(), case)
        if later is None:
            return None
        return _held_on(case, later, self._calendar(), escalation.OF_A_DEADLINE if later > now else frozenset())

    def _terms(self, case: Feedback, agency: str, at: datetime, deadline: datetime) -> Terms:
        ladder = deadlines.ladder(self._calendar(), case.handling, at, deadline)
        return Terms(deadline, ladder, self._needs_approval(agency))


def later_deadline(calendar: Calendar, case: Feedback) -> datetime | None:
    """The deadline of a duty that is still owed, counted anew from the history, if that is later than the one it is held to.

    A pause that has not ended counts for nothing yet. Hours around the clock know no calendar.
    """
    if case.assignment is None or case.status not in HELD or case.handling.hours:
        return None
    deadline = _counted(calendar, case)
    return deadline if deadline is not None and deadline > case.assignment.deadline else None


def _counted(calendar: Calendar, case: Feedback) -> datetime | None:
    holder, deadline, asked_at = 0, None, None
    for entry in case.history:
        if entry.action is Action.TRANSFER:
            holder = entry.assignment
        elif _begins(entry, holder):
            holder, asked_at = entry.assignment, None
            due = deadlines.due_again if entry.action is Action.RATE else deadlines.due
            deadline = due(calendar, case.handling, entry.at)
        elif deadline is None:
            continue
        elif entry.action is Action.ASK:
            asked_at = entry.at
        elif asked_at and entry.status is not Status.WAITING:
            deadline = deadlines.due_after_pause(calendar, case.handling, deadline, asked_at, max(asked_at, entry.at))
            asked_at = None
        elif entry.action is Action.GRANT and case.extension and case.extension.granted:
            day = case.extension.until.astimezone(VIETNAM).date()
            deadline = max(deadline, deadlines.extended_to(calendar, day))
    return deadline


def _begins(entry: Entry, holder: int) -> bool:
    """Whether a duty began: by an assignment, a reopening, or the acceptance of what another agency held."""
    if entry.action is Action.ACCEPT:
        return entry.assignment != holder
    return entry.action is Action.ASSIGN or (entry.action is Action.RATE and entry.status is Status.ASSIGNED)


def _held_on(case: Feedback, deadline: datetime, calendar: Calendar, anew: frozenset[Action] = frozenset()) -> Terms:
    """Terms for the present assignment with another deadline; of what was climbed, `anew` is climbed again."""
    held = case.assignment
    if held is None:
        return Terms(deadline)
    if deadline <= held.deadline:
        anew = frozenset()
    done = tuple(rung for rung in held.ladder[: held.climbed] if rung.action not in anew)
    ahead = deadlines.ladder(calendar, case.handling, held.at, deadline)
    return Terms(deadline, escalation.carried_on(done, ahead), held.approval, len(done))
