"""What happens to an open case when the map or the calendar changes under it (pure)."""

from datetime import datetime

from msgspec.structs import replace

from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import HandOver, Stamp, Support, Terms


def transfer(case: Feedback, stamp: Stamp, agency: str, approval: bool) -> Feedback:
    """Move the duty to the agency that succeeds the holder: another link, the same deadline, what was climbed stays climbed.

    A hand-over that waits goes on waiting, unless it was offered to this very agency; who leads does not support as well. A draft
    that waits for a head waits for the new one.
    """
    held, offer = case.assignment, case.hand_over
    if held is None:
        return case.change(Action.TRANSFER, Party.SYSTEM, stamp)
    approval = approval or case.status is Status.AWAITING_APPROVAL
    moved = replace(held, number=case.assignments + 1, agency=agency, approval=approval)
    return case.change(
        Action.TRANSFER, Party.SYSTEM, stamp, concerns=moved, assignments=moved.number, assignment=moved,
        hand_over=None if offer and offer.agency == agency else offer,
        supporters=tuple(support for support in case.supporters if support.agency != agency),
    )  # fmt: skip


def leave_to_centre(case: Feedback, stamp: Stamp, centre_due: datetime) -> Feedback:
    """Put a case whose holder has ended without a successor into the centre's queue."""
    return case.change(
        Action.QUEUE, Party.SYSTEM, stamp, Status.RECEIVED, queued=True, assignment=None, hand_over=None, extension=None,
        question=None, draft=None, centre_due=centre_due,
    )  # fmt: skip


def offer_on(case: Feedback, stamp: Stamp, agency: str, lapses_at: datetime) -> Feedback:
    """Offer a hand-over whose receiver has ended to the successor, by a link of its own and with the whole time to accept."""
    offer = HandOver(case.assignments + 1, agency, stamp.at, lapses_at)
    return case.change(Action.HAND_OVER, Party.SYSTEM, stamp, concerns=offer, assignments=offer.number, hand_over=offer)


def offer_back(case: Feedback, stamp: Stamp) -> Feedback:
    """Give an offer back to its sender, since its receiver has ended and nobody but the sender, or nobody, succeeds it."""
    return case.change(Action.GIVE_BACK, Party.SYSTEM, stamp, concerns=case.hand_over, hand_over=None)


def support_on(case: Feedback, stamp: Stamp, ended: str, agency: str) -> Feedback:
    """Let the successor of a supporting agency contribute in its place, by a link of its own."""
    added = Support(case.assignments + 1, agency, stamp.at)
    others = tuple(support for support in case.supporters if support.agency != ended)
    return case.change(
        Action.SUPPORT, Party.SYSTEM, stamp, concerns=added, assignments=added.number, supporters=(*others, added)
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
