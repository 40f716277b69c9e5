"""Quiet hours: when a telephone may not ring (pure). Only SMS ring; e-mail and inbox wait silently for their reader."""

from datetime import datetime, time, timedelta

from chalicelib.contracts.contacts import QuietHours
from chalicelib.core.clock import VIETNAM


def read_hours(text: str) -> QuietHours:
    """Quiet hours written as `21:30-06:30`; raises ValueError for anything else."""
    start, _, end = text.partition("-")
    time.fromisoformat(start), time.fromisoformat(end)
    return QuietHours(start, end)


def quiet_until(hours: QuietHours, now: datetime) -> datetime | None:
    """The end, in the zone of Vietnam, of the quiet hours in which `now` lies; None outside them.

    Hours that start and end at the same minute are none at all; a start after the end spans midnight.
    """
    start, end = time.fromisoformat(hours.start), time.fromisoformat(hours.end)
    local = now.astimezone(VIETNAM)
    clock = local.time()
    quiet = start <= clock < end if start <= end else clock >= start or clock < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=1) if clock >= end else local.date()
    return datetime.combine(day, end, VIETNAM)
