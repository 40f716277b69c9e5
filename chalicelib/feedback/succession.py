"""What happens to an open case when the map or the calendar changes under it (pure)."""

from datetime import datetime

from msgspec.structs import replace

from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Stamp, Terms


def transfer(case: Feedback, stamp: Stamp, agency: str, approval: bool) -> Feedback:
    """Move the duty to the agency that succeeds the holder: another link, the same deadline, what was climbed stays climbed."""
    held = case.assignment
    if held is None:
        return case.change(Action.TRANSFER, Party.SYSTEM, stamp)
    moved = replace(held, number=case.assignments + 1, agency=agency, approval=approval)
    return case.change(
        Action.TRANSFER, Party.SYSTEM, stamp, concerns=moved, assignments=moved.number, assignment=moved, hand_over=None
    )


def reschedule(case: Feedback, stamp: Stamp, terms: Terms) -> Feedback:
    """Hold the case to a later deadline, since the calendar has another day off.

    The breach of the deadline that was none is taken back, unless the new one has passed as well.
    """
    breached_at = case.breached_at
    if case.assignment and breached_at == case.assignment.deadline:
        breached_at = terms.deadline if terms.deadline <= stamp.at else None
    return case.change(Action.RESCHEDULE, Party.SYSTEM, stamp, assignment=case.held_to(terms), breached_at=breached_at)


def lapse(case: Feedback, stamp: Stamp, centre_due: datetime) -> Feedback:
    """Give a case back to the centre whose hand-over nobody accepted in time."""
    return case.change(
        Action.LAPSE, Party.SYSTEM, stamp, Status.RECEIVED, concerns=case.hand_over, queued=True, assignment=None,
        hand_over=None, extension=None, centre_due=centre_due,
    )  # fmt: skip
