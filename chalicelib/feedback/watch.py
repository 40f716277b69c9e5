"""The watch: what time does to open cases, and what a changed calendar does.

It reminds, warns, breaches, escalates and climbs the duty roster rung by rung (escalation.py), and gives hand-overs that nobody
accepted back to the centre. What is due it finds in a sparse index, so a pass costs what is due and not what exists. Each step
is a conditional write of the case, decided on the case as it stands: once, whatever runs twice, late or skewed.

Where the calendar has changed, it walks through the open cases, a bounded stretch a pass, and holds those to a later deadline
whose deadline counts later now. A second walk, once everybody has read the new calendar, finds those that were assigned by the
old one meanwhile. A case that is due is counted anew before anything is said of it, walked or not.

A case or a list that cannot be served holds up no other; the pass raises at its end, so that it is seen.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib.core.actors import system
from chalicelib.core.calendar import Calendar
from chalicelib.core.errors import NotFound, NotPossibleNow
from chalicelib.feedback import deadlines, escalation, succession
from chalicelib.feedback.casework import Casework, Change, Decide, Trace
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import CLOCKED, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store
from chalicelib.feedback.records import CHANGE_SHARDS, WATCH_EXTENSION, WATCH_OVERDUE, WATCH_REOPENED
from chalicelib.feedback.values import Rung, Stamp, Terms

DUE_LISTS = (*(f"c{shard}" for shard in range(CHANGE_SHARDS)), WATCH_EXTENSION, WATCH_REOPENED)
OPEN_LISTS = (*DUE_LISTS, WATCH_OVERDUE)
PAGE = 100
# Of each list, so that a pass ends long before its function's time does.
MOST_DUE = 300
# Cases that fail stay due; so many of a list are passed over to reach those behind them.
MOST_FAILED = 500
MOST_WALKED = 1000
# More than a case can have at once: six climbs, a warning, breach, escalation, lapse, another calendar.
_MOST_STEPS = 20
# So long others may go on with the calendar that they have read, with room to spare.
READ_ANEW = timedelta(minutes=10)

_FIGURES = {
    Action.REMIND: "reminded", Action.WARN: "warned", Action.BREACH: "breached", Action.ESCALATE: "escalated",
    Action.CLIMB: "climbed", Action.LAPSE: "lapsed", Action.RESCHEDULE: "rescheduled",
}  # fmt: skip
_WATCH = system("watch")
_OFFERED = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})


class Walk(msgspec.Struct, frozen=True):
    """How far the walk for a calendar has come: which one, since when it is known, when the walk began, list and place in it."""

    calendar: str = ""
    known_since: datetime = datetime(2023, 1, 1, tzinfo=UTC)
    began_at: datetime = datetime(2023, 1, 1, tzinfo=UTC)
    list: int = 0
    after: dict[str, str] | None = None

    @property
    def ended(self) -> bool:
        """Whether it has seen every open case."""
        return self.list >= len(OPEN_LISTS)


class _Step(NamedTuple):
    """What time has made of a case: what is to be done since when."""

    action: Action
    since: datetime
    rung: Rung | None = None
    terms: Terms | None = None


class Watch:
    """One pass does a bounded amount; the next goes on from there. `calendar` is read anew for each pass."""

    def __init__(self, store: Store, casework: Casework, calendar: Callable[[], Calendar]) -> None:
        self._store = store
        self._casework = casework
        self._calendar = calendar

    def run(self, now: datetime) -> dict[str, int]:
        """Do what is due at `now`; returns how many steps of each kind were taken, and by how many minutes the latest was late.

        Running twice does nothing twice. Raises an ExceptionGroup, after all others are served, where cases could not be.
        """
        made = _Pass(self._store, self._casework, self._calendar(), now)
        for name in DUE_LISTS:
            made.serve_due(name)
        made.walk()
        if made.failures:
            raise ExceptionGroup("cases that the watch could not serve", made.failures)
        return made.figures


class _Pass:
    """What one pass knows: one time and one calendar."""

    def __init__(self, store: Store, casework: Casework, calendar: Calendar, now: datetime) -> None:
        self._store = store
        self._casework = casework
        self._calendar = calendar
        # A duty that goes on keeps its way of approval, so no agency's data is read here.
        self._clocks = Clocks(lambda: calendar, lambda _: False)
        self._now = now
        self.failures: list[Exception] = []
        self.figures = dict.fromkeys((*_FIGURES.values(), "late_minutes"), 0)

    def serve_due(self, name: str) -> None:
        """Do what is due of the cases on a list, the earliest first."""
        seen: set[str] = set()
        served, failed = 0, 0
        try:
            while served < MOST_DUE and failed < MOST_FAILED:
                limit = len(seen) + PAGE
                found = self._store.watched(name, self._now, limit)
                new = [code for code in found if code not in seen]
                seen.update(new)
                done = self._serve_all(new)
                served, failed = served + done, failed + len(new) - done
                if len(found) < limit or not new:
                    return
        except Exception as error:
            self._note(error, f"list {name}")

    def walk(self) -> None:
        """Go on walking through the open cases, where the calendar has changed."""
        try:
            self._walk()
        except Exception as error:
            self._note(error, "walk")

    def _walk(self) -> None:
        text, version = self._store.walk()
        walk = _next_walk(_WALK.decode(text) if text else Walk(), digest(self._calendar), self._now)
        left = MOST_WALKED
        while left > 0 and not walk.ended:
            codes, after = self._store.listed(OPEN_LISTS[walk.list], min(left, PAGE), walk.after)
            self._serve_all(codes)
            left -= max(len(codes), 1)
            walk = replace(walk, list=walk.list if after else walk.list + 1, after=dict(after) if after else None)
            version += 1
            if not self._store.keep_walk(msgspec.json.encode(walk).decode(), version):
                return  # another pass is at it

    def _serve_all(self, codes: Iterable[str]) -> int:
        """How many of the cases could be served."""
        served = 0
        for code in codes:
            try:
                self._serve(code)
            except Exception as error:
                self._note(error, f"case {code}")
            else:
                served += 1
        return served

    def _serve(self, code: str) -> None:
        """Take every step that is due of a case; another pass may be at it as well."""
        try:
            case = self._store.head(code)
        except NotFound:
            return  # the index is a moment behind the table
        for _ in range(_MOST_STEPS):
            step = self._due(case, self._now)
            if step is None:
                return
            change = Change(_WATCH, step.action, self._decide(step.action), Trace())
            try:
                case = self._casework.act(code, change)
            except NotPossibleNow:
                before, case = case, self._store.head(code)
                if case.version == before.version:
                    raise  # nobody was faster: what time asks for is not in the table
            else:
                self._count(step)

    def _decide(self, action: Action) -> Decide:
        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            step = self._due(case, stamp.at)
            if step is None or step.action is not action:
                raise NotPossibleNow(action, case.next_actions(party))
            if step.terms:
                return succession.reschedule(case, stamp, step.terms)
            if step.rung:
                return escalation.climb(case, stamp, step.rung)
            return succession.lapse(case, stamp, deadlines.centre_due(self._calendar, case.level, stamp.at))

        return decide

    def _due(self, case: Feedback, at: datetime) -> _Step | None:
        """What is to be done first; `at` is when it would be done."""
        terms = self._clocks.recounted(case, at) if case.status in CLOCKED else None
        if terms:
            return _Step(Action.RESCHEDULE, self._now, terms=terms)
        rung, lapses_at = escalation.due_rung(case, self._now), self._lapsed_at(case)
        if rung and (lapses_at is None or escalation.when(rung) <= lapses_at):
            return _Step(rung.action, escalation.when(rung), rung)
        return _Step(Action.LAPSE, lapses_at) if lapses_at else None

    def _lapsed_at(self, case: Feedback) -> datetime | None:
        """When a pending hand-over lapsed, by the clock of every host; a new day off gives its receiver a day more."""
        offer = case.hand_over
        if offer is None or offer.lapses_at is None or case.status not in _OFFERED:
            return None
        at = max(offer.lapses_at, deadlines.lapses_at(self._calendar, offer.at))
        return at if at + escalation.SKEW <= self._now else None

    def _count(self, step: _Step) -> None:
        self.figures[_FIGURES[step.action]] += 1
        late = (self._now - step.since) // timedelta(minutes=1)
        self.figures["late_minutes"] = max(self.figures["late_minutes"], late)

    def _note(self, error: Exception, where: str) -> None:
        error.add_note(where)
        self.failures.append(error)


_WALK = msgspec.json.Decoder(Walk)


def _next_walk(walk: Walk, calendar: str, now: datetime) -> Walk:
    """The walk to go on with: a new one for another calendar, and a second one when everybody has read it."""
    if walk.calendar != calendar:
        return Walk(calendar, now, now)
    read_anew_at = walk.known_since + READ_ANEW
    if walk.ended and walk.began_at < read_anew_at <= now:
        return replace(walk, began_at=now, list=0, after=None)
    return walk


def digest(calendar: Calendar) -> str:
    """By what a walk knows the calendar that it walks for: its working days."""
    days = ",".join(map(str, (calendar.first, calendar.last, *calendar.days)))
    return sha256(days.encode()).hexdigest()[:16]
