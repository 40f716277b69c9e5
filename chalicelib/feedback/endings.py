"""How the duty of an agency ended, read from the history (pure): what a page says about a link that has ended.

Of a sealed case the history says nothing of any duty, so that neither does a page.
"""

from collections.abc import Sequence

from chalicelib.feedback.lifecycle import HELD, Action, Status
from chalicelib.feedback.values import Entry

# Written with the number of the duty they end.
_OWN = frozenset(
    {
        Action.GIVE_BACK,
        Action.WITHDRAW,
        Action.RATE,
        Action.CLOSE,
        Action.REFUSE,
        Action.LAPSE,
        Action.MERGE,
        Action.QUEUE,
    }
)
# Somebody else's step, after which the duty was over: an acceptance or an answer elsewhere, a new assignment, another map.
_OTHERS = frozenset(
    {*_OWN, Action.ACCEPT, Action.ANSWER, Action.SUBMIT_APPROVAL, Action.ASSIGN, Action.TRANSFER, Action.SPLIT}
)


def ended_by(history: Sequence[Entry], assignment: int) -> Entry | None:
    """The entry with which the duty of that number ended; None where it has not, or never was."""
    own = [entry for entry in history if entry.assignment == assignment]
    if not own or not assignment:
        return None
    if own[0].action is Action.SUPPORT:
        return next((entry for entry in history if entry.seq > own[0].seq and not _supported(entry)), None)
    # The first entry began the duty, even where it is a rating that ended the one before.
    last = next((entry for entry in reversed(own[1:]) if entry.action in _OWN), None)
    # Of two offers the earlier one had ended: its receiver has, with the old map.
    others = {*_OTHERS, Action.HAND_OVER} if all(entry.action is Action.HAND_OVER for entry in own) else _OTHERS
    return last or next((entry for entry in history if entry.seq > own[-1].seq and entry.action in others), None)


def _supported(entry: Entry) -> bool:
    """Whether a supporting agency's link goes on after this entry: as long as somebody holds the case or has answered it."""
    return entry.status in HELD or entry.status is Status.ANSWERED
