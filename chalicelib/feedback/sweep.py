"""The sweep: from the tables, whatever time or an event should have done and did not.

It ends waits and unrated answers that are due, routes what was never routed, and publishes again the events whose effects are
missing. How far it has looked is a watermark per shard of the index by change, so however long it was off, nothing is skipped;
it looks once more a little behind it, because a host whose clock is slow dates its changes there.
What it published again is looked at again until its effect is there, at growing distances. A case that cannot be served is
remembered in the same way and holds up no other; the pass raises at its end, so that it is seen.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime, timedelta

from chalicelib.core.errors import NotFound
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Effects, Publisher, Store
from chalicelib.feedback.records import CHANGE_SHARDS, DESK_REPORTER, DESK_ROUTING
from chalicelib.feedback.service import FeedbackService

# Events take a second; what is younger than this is left to them.
GRACE = timedelta(minutes=2)
# Clocks of hosts may be five minutes apart; a change that appears so late behind the watermark is still found, with room to spare.
SKEW = timedelta(minutes=10)
MOST_DUE = 200
MOST_CHANGES = 500
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)
_TICK = timedelta(milliseconds=1)


class Sweep:
    """One pass does a bounded amount; the next goes on from there."""

    def __init__(self, store: Store, service: FeedbackService, effects: Effects, publisher: Publisher) -> None:
        self._store = store
        self._service = service
        self._effects = effects
        self._publisher = publisher

    def run(self, now: datetime) -> dict[str, int]:
        """Do what is due at `now`; returns how many cases each part touched. Running twice does nothing twice.

        Raises an ExceptionGroup, after all others are served, where cases could not be.
        """
        failures: list[Exception] = []
        figures = {
            "timed_out": self._end(now, Status.WAITING, self._service.time_out, failures),
            "closed": self._end(now, Status.ANSWERED, self._service.close, failures),
            "routed": self._route(now, failures),
            "replayed": self._replay_changes(now, failures) + self._replay_unsettled(now, failures),
        }
        if failures:
            raise ExceptionGroup("cases that the sweep could not serve", failures)
        return figures

    def _end(
        self, now: datetime, status: Status, end: Callable[[str, datetime], Feedback | None], failures: list[Exception]
    ) -> int:
        due = self._store.due(DESK_REPORTER, now, MOST_DUE)
        codes = [line.code for line in due if line.status == status]
        return _each(codes, lambda code: end(code, now) is not None, failures)

    def _route(self, now: datetime, failures: list[Exception]) -> int:
        codes = [line.code for line in self._store.due(DESK_ROUTING, now - GRACE, MOST_DUE)]
        return _each(codes, lambda code: self._service.route(code, "sweep") is not None, failures)

    def _replay_changes(self, now: datetime, failures: list[Exception]) -> int:
        # These have their turn; seen again behind the watermark, they would be published at every pass.
        remembered = {code for code, _ in self._store.unsettled(now + LONGEST_RETRY, MOST_CHANGES)}
        return sum(self._replay_shard(shard, now, remembered, failures) for shard in range(CHANGE_SHARDS))

    def _replay_shard(self, shard: int, now: datetime, remembered: Set[str], failures: list[Exception]) -> int:
        mark, last = self._store.watermark(shard), now - GRACE
        seen = self._store.changed(shard, mark - SKEW, min(mark, last), MOST_CHANGES)
        changes = self._store.changed(shard, mark, last, MOST_CHANGES)
        codes = [code for code, _ in seen if code not in remembered] + [code for code, _ in changes]
        replayed = self._settle_all([(code, 0) for code in codes], now, failures)
        if changes:
            self._store.move_watermark(shard, _seen_until(changes))
        return replayed

    def _replay_unsettled(self, now: datetime, failures: list[Exception]) -> int:
        return self._settle_all(self._store.unsettled(now, MOST_DUE), now, failures)

    def _settle_all(self, found: Iterable[tuple[str, int]], now: datetime, failures: list[Exception]) -> int:
        replayed = 0
        for code, tries in found:
            try:
                replayed += self._settle(code, now, tries)
            except Exception as error:
                # Remembered, so that the watermark may pass it; if that fails too, the pass ends before the watermark moves.
                self._remember(code, now, tries)
                failures.append(_naming(code, error))
        return replayed

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
        self._remember(code, now, tries)
        self._publisher.publish(case, missing)
        return True

    def _remember(self, code: str, now: datetime, tries: int) -> None:
        self._store.keep_unsettled(code, tries + 1, now + min(FIRST_RETRY * 2 ** min(tries, 10), LONGEST_RETRY))


def _each(codes: Iterable[str], do: Callable[[str], bool], failures: list[Exception]) -> int:
    """How many of the cases something was done to; those that fail are collected."""
    done = 0
    for code in codes:
        try:
            done += do(code)
        except Exception as error:
            failures.append(_naming(code, error))
    return done


def _naming(code: str, error: Exception) -> Exception:
    error.add_note(f"case {code}")
    return error


def _seen_until(changes: Sequence[tuple[str, datetime]]) -> datetime:
    """Up to when all changes were among these: where the limit cut them off, others may share the last one's moment."""
    first, last = changes[0][1], changes[-1][1]
    return last - _TICK if len(changes) == MOST_CHANGES and first < last else last
