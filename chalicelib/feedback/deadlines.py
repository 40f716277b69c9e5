"""The clocks of a case (pure).

- The agency's: from assignment to answer. 17:00 Vietnam time of the n-th working day after the assignment, n being the category's
  handling time; what is assigned after 17:00 or on a day off counts from the next working day. Urgent: hours around the clock.
- The centre's: from receipt to assignment, 8 working hours; urgent: at once.
- The citizen's: from submission to answer, the category's handling time; told at submission and never moved.
- In `waiting` the agency's clock stands: its deadline moves later by the working days that passed (urgent: by the hours).
- After a reopening: half the handling time, rounded up, at least one working day.
- After a hand-over: the receiver's acceptance is its assignment, so it has the whole handling time; the citizen's promise stays.
- A hand-over that nobody accepts lapses after one working day, counted as a deadline counts.
- The reporter has 5 working days to reply and 7 days to rate.
- The ladder: a reminder at half of the working time from assignment to deadline, a warning at four fifths, the breach at the
  deadline, the centre two working days later. Urgent, around the clock: every 30 minutes a rung of the duty roster, the warning at
  four fifths, the breach at the deadline, the centre two hours later. It is computed anew whenever the deadline moves.
"""

from datetime import datetime, timedelta

from chalicelib.core.calendar import Calendar
from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.values import Handling, Level, Rung

CENTRE_WORKING_HOURS = 8
GIVE_BACK_WORKING_HOURS = 8
REPLY_WORKING_DAYS = 5
RATING_DAYS = 7
HAND_OVER_WORKING_DAYS = 1
ESCALATION_WORKING_DAYS = 2
CLIMB_MINUTES = 30
# Focal officer and deputy have the assignment itself; then their head, the agency above, the centre's duty officer, the leaders.
MOST_CLIMBS = 6
URGENT_ESCALATION_HOURS = 2


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


def lapses_at(calendar: Calendar, offered_at: datetime) -> datetime:
    """Until when the receiver of a hand-over can accept it."""
    return calendar.deadline(offered_at, HAND_OVER_WORKING_DAYS)


def ladder(calendar: Calendar, handling: Handling, assigned_at: datetime, deadline: datetime) -> tuple[Rung, ...]:
    """The reminders and escalations of an assignment, in the order of their times."""
    rungs = _urgent(assigned_at, deadline) if handling.hours else _calm(calendar, assigned_at, deadline)
    return tuple(Rung(action, int(at.timestamp())) for action, at in sorted(rungs, key=lambda rung: rung[1]))


def _calm(calendar: Calendar, assigned_at: datetime, deadline: datetime) -> list[tuple[Action, datetime]]:
    hours = calendar.working_time_between(assigned_at, deadline) / timedelta(hours=1)
    return [
        (Action.REMIND, calendar.after_working_hours(assigned_at, hours * 0.5)),
        (Action.WARN, calendar.after_working_hours(assigned_at, hours * 0.8)),
        (Action.BREACH, deadline),
        (Action.ESCALATE, calendar.deadline(deadline, ESCALATION_WORKING_DAYS)),
    ]


def _urgent(assigned_at: datetime, deadline: datetime) -> list[tuple[Action, datetime]]:
    climbs = (assigned_at + timedelta(minutes=CLIMB_MINUTES * climb) for climb in range(1, MOST_CLIMBS + 1))
    return [
        *((Action.CLIMB, at) for at in climbs if at < deadline),
        (Action.WARN, assigned_at + (deadline - assigned_at) * 0.8),
        (Action.BREACH, deadline),
        (Action.ESCALATE, deadline + timedelta(hours=URGENT_ESCALATION_HOURS)),
    ]
