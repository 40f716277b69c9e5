"""The clocks of a case (pure).

- The agency's: from assignment to answer. 17:00 Vietnam time of the n-th working day after the assignment, n being the category's
  handling time; what is assigned after 17:00 or on a day off counts from the next working day. Urgent: hours around the clock.
- The centre's: from receipt to assignment, 8 working hours; urgent: at once.
- The citizen's: from submission to answer, the category's handling time; told at submission and never moved.
- In `waiting` the agency's clock stands: its deadline moves later by the working days that passed (urgent: by the hours).
- After a reopening: half the handling time, rounded up, at least one working day.
- After a hand-over: the receiver's acceptance is its assignment, so it has the whole handling time; the citizen's promise stays.
- The reporter has 5 working days to reply and 7 days to rate.
Left out here: escalation, granted extensions and recomputation after a change of the calendar.
"""

from datetime import datetime, timedelta

from chalicelib.core.calendar import Calendar
from chalicelib.feedback.values import Handling, Level

CENTRE_WORKING_HOURS = 8
GIVE_BACK_WORKING_HOURS = 8
REPLY_WORKING_DAYS = 5
RATING_DAYS = 7


def due(calendar: Calendar, handling: Handling, start: datetime) -> datetime:
    """When the answer is due for an assignment (or the promise for a submission) made at `start`."""
    if handling.hours:
        return start + timedelta(hours=handling.hours)
    return calendar.deadline(start, handling.working_days)


def due_again(calendar: Calendar, handling: Handling, start: datetime) -> datetime:
    """When the answer is due after a reopening at `start`."""
    if handling.hours:
        return start + timedelta(hours=max(1, (handling.hours + 1) // 2))
    return calendar.deadline(start, max(1, (handling.working_days + 1) // 2))


def due_after_pause(
    calendar: Calendar, handling: Handling, deadline: datetime, since: datetime, until: datetime
) -> datetime:
    """The deadline after the clock stood from `since` until `until`."""
    if handling.hours:
        return deadline + (until - since)
    return calendar.after_pause(deadline, since, until)


def centre_due(calendar: Calendar, level: Level, start: datetime) -> datetime:
    """By when the centre has to assign what came to it at `start`."""
    if level is Level.URGENT:
        return start
    return calendar.after_working_hours(start, CENTRE_WORKING_HOURS)


def reply_by(calendar: Calendar, asked_at: datetime) -> datetime:
    """Until when the agency waits for the reporter."""
    return calendar.deadline(asked_at, REPLY_WORKING_DAYS)


def rate_by(answered_at: datetime) -> datetime:
    """Until when the reporter can rate before the case closes unrated."""
    return answered_at + timedelta(days=RATING_DAYS)


def may_give_back(calendar: Calendar, assigned_at: datetime, now: datetime) -> bool:
    """Whether the agency may still say "not ours": 8 working hours from assignment."""
    return now <= calendar.after_working_hours(assigned_at, GIVE_BACK_WORKING_HOURS)
