"""Where the followers of a merged case are: with the case at the end of the chain of merges."""

from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store

# Merges make no circles; a chain of this length is nobody's intention, and ends the walk whatever the table holds.
_MOST_MERGES = 50


def main_of(store: Store, code: str) -> Feedback:
    """The case at the end of the chain that begins here, itself where it was never merged; raises NotFound."""
    case = store.head(code)
    for _ in range(_MOST_MERGES):
        if not case.merged_into:
            break
        case = store.head(case.merged_into)
    return case
