"""The sweep: from the tables, whatever time or an event should have done and did not.

It ends waits and unrated answers that are due, routes what was never routed, and publishes again the events whose effects are
missing. How far it has looked is a watermark per shard of the index by change, so however long it was off, nothing is skipped;
what it published again is looked at again until its effect is there, at growing distances.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.core.errors import NotFound
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Effects, Publisher, Store
from chalicelib.feedback.records import CHANGE_SHARDS, DESK_REPORTER, DESK_ROUTING
from chalicelib.feedback.service import FeedbackService

# Events take a second; what is younger than this is left to them.
GRACE = timedelta(minutes=2)
MOST_DUE = 200
MOST_CHANGES = 500
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)


class Sweep:
    """One pass does a bounded amount; the next goes on from there."""

    def __init__(self, store: Store, service: FeedbackService, effects: Effects, publisher: Publisher) -> None:
        self._store = store
        self._service = service
        self._effects = effects
        self._publisher = publisher

    def run(self, now: datetime) -> dict[str, int]:
        """Do what is due at `now`; returns how many cases each part touched. Running twice does nothing twice."""
        return {
            "timed_out": self._end(now, Status.WAITING, self._service.time_out),
            "closed": self._end(now, Status.ANSWERED, self._service.close),
            "routed": self._route(now),
            "replayed": self._replay_changes(now) + self._replay_unsettled(now),
        }

    def _end(self, now: datetime, status: Status, end: Callable[[str, datetime], Feedback | None]) -> int:
        due = self._store.due(DESK_REPORTER, now, MOST_DUE)
        return sum(end(line.code, now) is not None for line in due if line.status == status)

    def _route(self, now: datetime) -> int:
        waiting = self._store.due(DESK_ROUTING, now - GRACE, MOST_DUE)
        return sum(self._service.route(line.code, "sweep") is not None for line in waiting)

    def _replay_changes(self, now: datetime) -> int:
        return sum(self._replay_shard(shard, now) for shard in range(CHANGE_SHARDS))

    def _replay_shard(self, shard: int, now: datetime) -> int:
        changes = self._store.changed(shard, self._store.watermark(shard), now - GRACE, MOST_CHANGES)
        replayed = sum(self._settle(code, now, 0) for code, _ in changes)
        if changes:
            self._store.move_watermark(shard, changes[-1][1])
        return replayed

    def _replay_unsettled(self, now: datetime) -> int:
        return sum(self._settle(code, now, tries) for code, tries in self._store.unsettled(now, MOST_DUE))

    def _settle(self, code: str, now: datetime, tries: int) -> bool:
        """Publish again what has had no effect; whether there was anything."""
        try:
            case = self._store.head(code)
        except NotFound:
            missing = []
        else:
            missing = list(self._effects.missing(case))
        if not missing:
            if tries:
                self._store.settle(code)
            return False
        # Remembered before it is published, so that a pass that dies in between is taken up again.
        self._store.keep_unsettled(code, tries + 1, now + min(FIRST_RETRY * 2 ** min(tries, 10), LONGEST_RETRY))
        self._publisher.publish(case, missing)
        return True
