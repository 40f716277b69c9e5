"""How the duty of an agency ended, read from the history (pure): what a page says about a link that has ended."""

from collections.abc import Sequence

from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.values import Entry

# Written with the number of the duty they end.
_OWN = frozenset({Action.GIVE_BACK, Action.WITHDRAW, Action.RATE, Action.CLOSE, Action.REFUSE})
# Somebody else's step, after which the duty was over: an acceptance or an answer elsewhere, a new assignment.
_OTHERS = frozenset({*_OWN, Action.ACCEPT, Action.ANSWER, Action.ASSIGN})


def ended_by(history: Sequence[Entry], assignment: int) -> Entry | None:
    """The entry with which the duty of that number ended; None where it has not, or never was."""
    own = [entry for entry in history if entry.assignment == assignment]
    if not own:
        return None
    if own[-1].action in _OWN:
        return own[-1]
    return next((entry for entry in history if entry.seq > own[-1].seq and entry.action in _OTHERS), None)
