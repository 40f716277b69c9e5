"""Who held a case and for how long, read from its history (pure): what agencies answer for.

An agency holds a case from its assignment (or from accepting a hand-over) until it answers, the case moves on or comes to its end;
a hand-over that waits is still with its sender.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from chalicelib.core.calendar import Calendar
from chalicelib.feedback.lifecycle import HELD, Action
from chalicelib.feedback.values import Entry

_BEGINS = frozenset({Action.ASSIGN, Action.RATE, Action.ACCEPT, Action.TRANSFER})
_WORKING_DAY = timedelta(hours=8)


class Holding(msgspec.Struct, frozen=True):
    """One agency's time with the case, by the number of its duty; `until` is None while it has it."""

    number: int
    agency: str
    since: datetime
    until: datetime | None = None

    def working_days(self, calendar: Calendar, now: datetime) -> float:
        """Its length in working days of eight hours, to a tenth."""
        return round(calendar.working_time_between(self.since, self.until or now) / _WORKING_DAY, 1)


def holdings(history: Iterable[Entry]) -> tuple[Holding, ...]:
    """Every agency's time with the case, in order."""
    past: list[Holding] = []
    present: Holding | None = None
    for entry in history:
        if present and entry.status not in HELD:
            past.append(replace(present, until=entry.at))
            present = None
        elif entry.status in HELD and entry.action in _BEGINS and (not present or entry.assignment != present.number):
            past += [replace(present, until=entry.at)] if present else []
            present = Holding(entry.assignment, entry.agency, entry.at)
    return (*past, present) if present else tuple(past)
