"""The clocks of a case (pure). A working day, its hours and its end at 17:00 Vietnam time are those of core/calendar.py.

The agency's clock
- To answer: 17:00 of the n-th working day after the assignment, n being the category's handling time. What is assigned after
  17:00 or on a day off counts from the next working day. Urgent: hours around the clock, on days off and at night as well.
- To accept: half of the working time from assignment to deadline; urgent: 30 minutes.
- To give back ("not ours"): 8 working hours from the assignment.
- It stands in `waiting`: the deadline moves later by the working days that passed (urgent: by the time that passed). The reporter
  has 5 working days to reply.
- After a reopening: half the handling time, rounded up, at least one working day (urgent: one hour).
- After a hand-over: the receiver's acceptance is its assignment, so it has the whole handling time from then, whatever the sender
  used; until then the sender's clock runs on. A hand-over that nobody accepts lapses after one working day, and what the centre
  then assigns has the whole handling time again. A transfer to a successor (reform) keeps the deadline.
- Extension: once for an assignment, asked for by the agency and granted by the centre: 17:00 of the day asked for (a day off: of
  the next working day), never earlier than the deadline it replaces.
- A changed calendar (a day off or a working day more) counts the deadlines of open cases anew from their history, and moves them
  only later. A case in `waiting` is counted when its clock goes on.

The centre's clock: from receipt to assignment, 8 working hours; urgent: at once.
The citizen's clock: from submission to answer, the category's handling time; told at submission and never moved, whatever
happens to the agency's. After an answer the reporter has 7 days, working or not, to rate.

The ladder of an assignment (escalation.py climbs it)
- A reminder at the time to accept, a warning at four fifths of the working time to the deadline, the breach at the deadline, the
  centre two working days later.
- Urgent: every 30 minutes a rung of the duty roster, six at most and none after the deadline; the warning at four fifths, the
  breach at the deadline, the centre two hours later, all around the clock.
- It is computed anew whenever the deadline moves, over the whole time from assignment to the new deadline.

What is left out: hours of single agencies (all work 07:30 to 11:30 and 13:00 to 17:00) and their own days off; shifts of police,
power and water company, whose matters are urgent where that counts; half working days; a pause within one working day, which moves
nothing; who was to blame for a pause or a hand-over; fixed dates that a law sets for a single procedure. The time to reply, to rate
and to accept a hand-over, the centre's hours and the promise to the citizen stay as they were told when the calendar changes.
"""

from datetime import date, datetime, timedelta
from math import ceil

from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.values import Handling, Level, Rung

CENTRE_WORKING_HOURS = 8
GIVE_BACK_WORKING_HOURS = 8
REPLY_WORKING_DAYS = 5
RATING_DAYS = 7
HAND_OVER_WORKING_DAYS = 1
ESCALATION_WORKING_DAYS = 2
ACCEPT_SHARE = 0.5
WARN_SHARE = 0.8
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


def extended_to(calendar: Calendar, day: date) -> datetime:
    """When the answer is due after an extension to that day in Vietnam."""
    return calendar.deadline(datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM), 0)


def accept_by(calendar: Calendar, handling: Handling, assigned_at: datetime, deadline: datetime) -> datetime:
    """By when the agency has to take the case up, before it is reminded."""
    if handling.hours:
        return assigned_at + timedelta(minutes=CLIMB_MINUTES)
    return _share(calendar, assigned_at, deadline, ACCEPT_SHARE)


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


def give_back_until(calendar: Calendar, assigned_at: datetime) -> datetime:
    """Until when the agency may say "not ours"."""
    return calendar.after_working_hours(assigned_at, GIVE_BACK_WORKING_HOURS)


def may_give_back(calendar: Calendar, assigned_at: datetime, now: datetime) -> bool:
    """Whether the agency may still say "not ours"."""
    return now <= give_back_until(calendar, assigned_at)


def lapses_at(calendar: Calendar, offered_at: datetime) -> datetime:
    """Until when the receiver of a hand-over can accept it."""
    return calendar.deadline(offered_at, HAND_OVER_WORKING_DAYS)


def ladder(calendar: Calendar, handling: Handling, assigned_at: datetime, deadline: datetime) -> tuple[Rung, ...]:
    """The reminders and escalations of an assignment, in the order of their times, each in the first whole second."""
    rungs = _urgent(assigned_at, deadline) if handling.hours else _calm(calendar, handling, assigned_at, deadline)
    return tuple(Rung(action, ceil(at.timestamp())) for action, at in sorted(rungs, key=lambda rung: rung[1]))


def _calm(
    calendar: Calendar, handling: Handling, assigned_at: datetime, deadline: datetime
) -> list[tuple[Action, datetime]]:
    return [
        (Action.REMIND, accept_by(calendar, handling, assigned_at, deadline)),
        (Action.WARN, _share(calendar, assigned_at, deadline, WARN_SHARE)),
        (Action.BREACH, deadline),
        (Action.ESCALATE, calendar.deadline(deadline, ESCALATION_WORKING_DAYS)),
    ]


def _urgent(assigned_at: datetime, deadline: datetime) -> list[tuple[Action, datetime]]:
    climbs = (assigned_at + timedelta(minutes=CLIMB_MINUTES * climb) for climb in range(1, MOST_CLIMBS + 1))
    return [
        *((Action.CLIMB, at) for at in climbs if at < deadline),
        (Action.WARN, assigned_at + (deadline - assigned_at) * WARN_SHARE),
        (Action.BREACH, deadline),
        (Action.ESCALATE, deadline + timedelta(hours=URGENT_ESCALATION_HOURS)),
    ]


def _share(calendar: Calendar, start: datetime, end: datetime, share: float) -> datetime:
    """When that share of the working time from `start` to `end` is over; at once where there is none between them."""
    hours = calendar.working_time_between(start, end) / timedelta(hours=1) * share
    # A count in microseconds has nothing smaller to wait for.
    return calendar.after_working_hours(start, hours) if hours >= 1e-6 else start
