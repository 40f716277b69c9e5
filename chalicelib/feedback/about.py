"""Matters about an agency: its superior handles them, in private; the one named and whoever is under it never do (pure).

Source: design of the life of a case (about_agency); docs/lifecycle.md.
"""

from chalicelib.core.errors import invalid
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory


def superior(directory: Directory, about: str) -> str | None:
    """The nearest agency above the one named that works today; None where there is none, then the centre sorts it."""
    return next(iter(directory.above(about)), None)


def complained_of(directory: Directory, about: str) -> frozenset[str]:
    """The agency named and those that took its place, but for its superiors; none where none is named."""
    return frozenset({about, *directory.heirs(about)}) - set(directory.above(about)) if about else frozenset()


def barred(directory: Directory, case: Feedback, agency: str) -> bool:
    """Whether the case must never reach this agency: it is about it or who took its place, or about an agency above it."""
    named = complained_of(directory, case.about)
    return bool(named) and not named.isdisjoint({agency, *directory.above(agency)})


def require_free(directory: Directory, case: Feedback, agency: str) -> None:
    """Raise Invalid for `agency` where the case must never reach it."""
    if barred(directory, case, agency):
        raise invalid("agency", "field.agency_about")
