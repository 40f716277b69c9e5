"""Cases that belong together: one merged into another, one split into several (pure)."""

from msgspec.structs import replace

from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Entry, Handling, Level, Matter, Publication, Stamp


def merge(case: Feedback, stamp: Stamp, into: str) -> Feedback:
    """End a case as a duplicate; its reporter and followers follow the other from now on."""
    return case.change(
        Action.MERGE, Party.CENTRE, stamp, Status.DUPLICATE, merged_into=into, publication=Publication.PRIVATE,
        queued=False, question=None, hand_over=None,
    )  # fmt: skip


def split(case: Feedback, stamp: Stamp, children: tuple[str, ...]) -> Feedback:
    """Replace one matter with several questions by a case for each, which its reporter follows as one."""
    return case.change(
        Action.SPLIT, Party.CENTRE, stamp, Status.SPLIT, children=children, publication=Publication.PRIVATE,
        queued=False,
    )  # fmt: skip


def parts_ref(parent: Feedback) -> str:
    """The text item of a split case that keeps the words of its parts until each is a case; two splits at once share none."""
    return f"split-{parent.children[0]}"


def child(
    parent: Feedback, code: str, category: str, level: Level, handling: Handling, matter: Matter, entry: Entry
) -> Feedback:
    """One case of a split: the parent's reporter, place and promise, words and category of its own."""
    return replace(
        parent, code=code, parent=parent.code, children=(), status=Status.RECEIVED, category=category, level=level,
        handling=handling, matter=matter, history=(entry,), changed_at=entry.at, queued=False, assignment=None, assignments=0,
        hand_over=None, question=None, extension=None, answer=None, draft=None, rating=None, refusal=None, questions=0,
        give_backs=0, reopenings=0, appealed=False, supporters=(), breached_at=None,
        publication=Publication.PENDING if parent.may_be_public else Publication.PRIVATE,
    )  # fmt: skip
