"""What the operations centre looks after, a page at a time: costs what the page shows, not what exists."""

from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import invalid
from chalicelib.core.paging import Page
from chalicelib.feedback import records
from chalicelib.feedback.centre_commands import ListQueue
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory, Listing, QueueLine, Store
from chalicelib.feedback.values import Entry, Publication

_WATCHED = (records.WATCH_EXTENSION, records.WATCH_REOPENED, records.WATCH_OVERDUE, records.WATCH_UNSATISFIED)
LISTINGS = {
    "assign": Listing("by_desk", "desk", "due", records.DESK_CENTRE),
    "publish": Listing("by_feed", "feed", "feed_at", records.FEED_REVIEW),
    **{name: Listing("by_watch", "watch", "watch_at", name) for name in _WATCHED},
}
# How many places a page with a filter looks at; a rare filter may give a short page with a next cursor.
_FILTERED_PAGE = 100
# How a case came into a list: the last of these in its history says it.
CAME_BY: dict[str, dict[Action, str]] = {
    "assign": {
        Action.QUEUE: "unrouted", Action.GIVE_BACK: "given_back", Action.LAPSE: "lapsed", Action.APPEAL: "appealed",
    },
    "publish": {Action.SUBMIT: "review", Action.APPEAL: "appealed"},
    "extension": {Action.EXTEND: "extension"},
    "reopened": {Action.RATE: "reopened"},
    "overdue": {Action.ESCALATE: "overdue", Action.BREACH: "overdue"},
    "unsatisfied": {Action.RATE: "unsatisfied"},
}  # fmt: skip


class CentreLists:
    """Lists of the centre; cursors are signed and good for the list they came from only."""

    def __init__(self, store: Store, directory: Directory, secret: str) -> None:
        self._store = store
        self._directory = directory
        self._secret = secret

    def queue(self, wanted: ListQueue) -> Page[QueueLine]:
        """One list: what is due first comes first; of those to publish and those that ended unsatisfied, the oldest.

        Raises Invalid for an unknown category, area or agency.
        """
        areas = self._areas(wanted)
        purpose = f"queue {wanted.what} {wanted.category} {wanted.area} {wanted.agency}"
        after = open_cursor(self._secret, purpose, wanted.cursor) if wanted.cursor else None
        size = _FILTERED_PAGE if areas or wanted.category or wanted.agency else wanted.limit
        places = self._store.places(LISTINGS[wanted.what], size, after)
        heads = self._store.heads([place["code"] for place in places])
        lines, seen = list[QueueLine](), 0
        for place in places:
            seen += 1
            case = heads.get(place["code"])
            # The index may lag behind the head.
            if case is not None and _listed(wanted.what, case) and _wanted(case, wanted, areas):
                lines.append(_line(wanted.what, case))
            if len(lines) == wanted.limit:
                break
        more = seen < len(places) or len(places) == size
        cursor = seal_cursor(self._secret, purpose, dict(places[seen - 1])) if more else None
        return Page(tuple(lines), cursor)

    def _areas(self, wanted: ListQueue) -> frozenset[str] | None:
        if wanted.category is not None and not self._directory.knows_category(wanted.category):
            raise invalid("category", "field.category")
        if wanted.agency is not None and not self._directory.knows_agency(wanted.agency):
            raise invalid("agency", "field.agency")
        if wanted.area is None:
            return None
        areas = self._directory.within(wanted.area)
        if not areas:
            raise invalid("area", "field.area")
        return areas


def _listed(what: str, case: Feedback) -> bool:
    if what == "assign":
        return case.status is Status.RECEIVED and case.queued
    if what == "publish":
        return case.publication is Publication.PENDING
    watched = records.watch(case)
    return watched is not None and watched[0] == what


def _wanted(case: Feedback, wanted: ListQueue, areas: frozenset[str] | None) -> bool:
    return (
        (areas is None or case.area in areas)
        and wanted.category in (None, case.category)
        and wanted.agency in (None, case.agency, _came_by(wanted.what, case).agency)
    )


def _line(what: str, case: Feedback) -> QueueLine:
    came = _came_by(what, case)
    return QueueLine(case, CAME_BY[what].get(came.action, what), came.at, came.agency)


def _came_by(what: str, case: Feedback) -> Entry:
    """The entry of the history with which the case came into the list."""
    return next((entry for entry in reversed(case.history) if entry.action in CAME_BY[what]), case.history[-1])
