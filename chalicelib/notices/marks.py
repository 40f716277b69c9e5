"""Which events were seen: what the sweep of cases asks; apart from sending, so that it loads none of it."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.contracts.feedback_events import FeedbackEventType
from chalicelib.core.clock import Clock
from chalicelib.notices.model import KEPT
from chalicelib.notices.planning import awaited
from chalicelib.notices.ports import Store


class Marks:
    """Reads the marks that consumers leave once all their notices of an event are recorded."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def unseen(self, events: Iterable[tuple[str, FeedbackEventType, datetime]]) -> list[str]:
        """Those of the events (id, type, time) whose notices were not all recorded, in the order given.

        Events older than the table remembers count as seen, and so do those that nobody is told of.
        """
        oldest = self._clock() - KEPT
        wanted = [(event, consumer) for event, kind, at in events if at > oldest for consumer in awaited(kind)]
        missing = self._store.unseen(wanted)
        return list(dict.fromkeys(event for event, consumer in wanted if (event, consumer) in missing))
