"""Ký duyệt: an answer that waits for the head of the agency (pure).

Where the agency's data asks for it, the officer's answer is a draft until the head approves it; the agency's clock runs on.
"""

from datetime import datetime

from msgspec.structs import replace

from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Draft
from chalicelib.feedback.values import Answer, Stamp, Terms


def draft_of(case: Feedback) -> Draft:
    """The draft that waits, or waited last: submitted anew it is another one, whatever it says."""
    submitted = (entry for entry in reversed(case.history) if entry.action is Action.SUBMIT_APPROVAL)
    entry = next(submitted, None)
    return Draft(case.code, entry.assignment if entry else 0, entry.seq if entry else 0)


def submit_draft(case: Feedback, stamp: Stamp, draft: Answer, terms: Terms | None) -> Feedback:
    """Put an answer before the head; an offered hand-over falls with it, and `terms` end the pause of a question."""
    held = case.held_to(terms) if terms else case.assignment
    return case.change(
        Action.SUBMIT_APPROVAL, Party.HOLDER, stamp, Status.AWAITING_APPROVAL, draft=draft, question=None,
        hand_over=None, assignment=held,
    )  # fmt: skip


def approve(case: Feedback, stamp: Stamp, rate_by: datetime) -> Feedback:
    """Make the draft the public answer, given at this moment."""
    given = replace(case.draft, at=stamp.at, rate_by=rate_by) if case.draft else None
    signed = replace(stamp, text_ref=given.text_ref if given else "")
    return case.change(Action.APPROVE, Party.HEAD, signed, Status.ANSWERED, answer=given, draft=None)


def return_draft(case: Feedback, stamp: Stamp) -> Feedback:
    """Send the draft back to the officer; its words stay in the history."""
    return case.change(Action.RETURN, Party.HEAD, stamp, Status.IN_PROGRESS, draft=None)
