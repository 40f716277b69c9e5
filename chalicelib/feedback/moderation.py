"""What the centre does with who may read a case, and with its deadline (pure)."""

from msgspec.structs import replace

from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Channel, Handling, Level, Publication, Stamp, Support, Terms


def hide(case: Feedback, stamp: Stamp) -> Feedback:
    """Take a case out of the public view."""
    return case.change(Action.HIDE, Party.CENTRE, stamp, publication=Publication.HIDDEN)


def unhide(case: Feedback, stamp: Stamp) -> Feedback:
    """Give a hidden case back to the public view."""
    return case.change(Action.UNHIDE, Party.CENTRE, stamp, publication=Publication.PUBLIC)


def grant(case: Feedback, stamp: Stamp, terms: Terms) -> Feedback:
    """Give the agency the time it asked for, or what the centre makes of it: the extension then names the day granted."""
    asked = replace(case.extension, until=terms.deadline, granted=True) if case.extension else None
    return case.change(Action.GRANT, Party.CENTRE, stamp, extension=asked, assignment=case.held_to(terms))


def deny(case: Feedback, stamp: Stamp) -> Feedback:
    """Leave the deadline where it is; an agency asks once."""
    asked = replace(case.extension, granted=False) if case.extension else None
    return case.change(Action.DENY, Party.CENTRE, stamp, extension=asked)


def support(case: Feedback, stamp: Stamp, agency: str) -> Feedback:
    """Let another agency contribute by a link of its own; the holder leads on."""
    added = Support(case.assignments + 1, agency, stamp.at)
    return case.change(
        Action.SUPPORT, Party.CENTRE, stamp, concerns=added, assignments=added.number,
        supporters=(*case.supporters, added),
    )  # fmt: skip


def contribute(case: Feedback, stamp: Stamp, number: int) -> Feedback:
    """Add what a supporting agency has to say."""
    duty = next((duty for duty in case.supporters if duty.number == number), None)
    return case.change(Action.CONTRIBUTE, Party.SUPPORTER, stamp, concerns=duty)


def seal(case: Feedback, stamp: Stamp) -> Feedback:
    """What stays of a sealed case where anybody may look: its code, and that it is sealed, when and by whom.

    Everything else is the auditor's alone; where it goes, the store says.
    """
    sealed = case.change(Action.SEAL, Party.CENTRE, stamp, Status.SEALED)
    entry = replace(sealed.history[-1], assignment=0, agency="", text_ref="")
    return replace(
        sealed, reporter="", category="", area="", district="", level=Level.NORMAL, handling=Handling(0),
        submitted_at=stamp.at, promised_by=stamp.at, centre_due=stamp.at, publication=Publication.PRIVATE, may_be_public=False,
        share_contact=False, matter=None, heading=None, key="", digest="", occurred_at=None, queued=False, assignment=None,
        assignments=0, hand_over=None, question=None, extension=None, answer=None, rating=None, refusal=None,
        questions=0, give_backs=0, reopenings=0, appealed=False, draft=None, supporters=(), merged_into="", parent="",
        children=(), about="", channel=Channel.APP, channel_ref="", breached_at=None, history=(entry,),
    )  # fmt: skip
