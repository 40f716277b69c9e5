"""Digests: each agency's morning e-mail and each head's weekly one; what stands in them and when they go (pure).

Morning: on working days from 07:00 Vietnam time, what is overdue, what is due today, what came since the working day before.
Week: on the first working day of a week, to the head, what is overdue and what is due within the week.
Nothing to say, nothing sent.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import VIETNAM

# Who has not had it by ten is at work already; a digest of the morning would be stale.
BEGINS, ENDS = time(7, 0), time(10, 0)
# So many cases of each group stand in an e-mail; of the rest it says how many.
MOST_SHOWN = 20


class Kind(StrEnum):
    """Which digest."""

    MORNING = "morning"
    WEEK = "week"


class Group(StrEnum):
    """Under which heading a case stands; each case stands under the first that fits."""

    OVERDUE = "overdue"
    TODAY = "today"
    THIS_WEEK = "this_week"
    NEW = "new"


GROUPS = {
    Kind.MORNING: (Group.OVERDUE, Group.TODAY, Group.NEW),
    Kind.WEEK: (Group.OVERDUE, Group.THIS_WEEK),
}


class DigestState(StrEnum):
    """What became of one; `free` may be tried again, one that stays `sending` was cut off in the middle and is not repeated."""

    FREE = "free"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EMPTY = "empty"


class Work(msgspec.Struct, frozen=True):
    """One case that is an agency's to answer; `assignment` is the number its link is for."""

    code: str
    category: str
    area: str
    assignment: int
    given_at: datetime
    deadline: datetime
    accepted: bool
    urgent: bool


class Digest(msgspec.Struct, frozen=True):
    """What one agency is told: its cases by group, the earliest deadline first; `open` is how many it has at all."""

    kind: Kind
    day: date
    agency: str
    groups: tuple[tuple[Group, tuple[Work, ...]], ...]
    open: int


def due_kinds(calendar: Calendar, now: datetime) -> tuple[Kind, ...]:
    """The digests whose time it is: none on days off and outside the morning."""
    local = now.astimezone(VIETNAM)
    if not (BEGINS <= local.time() < ENDS and calendar.is_working_day(local.date())):
        return ()
    return (Kind.MORNING, Kind.WEEK) if _first_of_week(calendar, local.date()) else (Kind.MORNING,)


def digest(kind: Kind, agency: str, works: Iterable[Work], calendar: Calendar, now: datetime) -> Digest | None:
    """What the agency is told at `now`; None where there is nothing to say."""
    today, open_works = now.astimezone(VIETNAM).date(), sorted(works, key=lambda work: (work.deadline, work.code))
    since = datetime.combine(_working_day_before(calendar, today), BEGINS, VIETNAM)
    groups: dict[Group, list[Work]] = {group: [] for group in GROUPS[kind]}
    for work in open_works:
        group = next((group for group in groups if _belongs(group, work, since, now)), None)
        if group is not None:
            groups[group].append(work)
    told = tuple((group, tuple(found)) for group, found in groups.items() if found)
    return Digest(kind, today, agency, told, len(open_works)) if told else None


def _belongs(group: Group, work: Work, since: datetime, now: datetime) -> bool:
    today = now.astimezone(VIETNAM).date()
    due = work.deadline.astimezone(VIETNAM).date()
    match group:
        case Group.OVERDUE:
            return work.deadline < now
        case Group.TODAY:
            return due == today
        case Group.THIS_WEEK:
            return due <= today + timedelta(days=6 - today.weekday())
        case Group.NEW:
            return work.given_at >= since


def _first_of_week(calendar: Calendar, day: date) -> bool:
    return not any(calendar.is_working_day(day - timedelta(days=back)) for back in range(1, day.weekday() + 1))


def _working_day_before(calendar: Calendar, day: date) -> date:
    # Tet and its weekends are never longer than a fortnight.
    before: Sequence[date] = [day - timedelta(days=back) for back in range(1, 22)]
    return next(found for found in before if calendar.is_working_day(found))
