"""The ladder of an assignment: who is reminded and told, rung by rung, each once (pure).

`remind` reaches the officer at half time while nobody has accepted, `warn` the officer and the head at four fifths, `breach` the
head and who watches over the agency when the deadline passes, `escalate` the centre and the leaders later still. Urgent cases
`climb` the duty roster instead of `remind`. deadlines.ladder says when; notices say who.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from chalicelib.core.clock import from_epoch
from chalicelib.core.errors import NotPossibleNow
from chalicelib.feedback.lifecycle import CLOCKED, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Rung, Stamp

# Clocks of hosts may be so far apart; nobody is told that a deadline has passed before it has by every clock.
SKEW = timedelta(minutes=5)
# These belong to a deadline: another one has its own.
OF_A_DEADLINE = frozenset({Action.BREACH, Action.ESCALATE})
# These end with the acceptance.
UNTIL_ACCEPTED = frozenset({Action.REMIND, Action.CLIMB})
# When one of the later rungs is due as well, these have nothing to add.
_OVERTAKEN_BY = {
    Action.REMIND: frozenset({Action.WARN, Action.BREACH}),
    Action.WARN: frozenset({Action.BREACH}),
}


def next_rung(case: Feedback) -> Rung | None:
    """The rung that the case climbs next if nothing happens; None where its clock stands or the ladder is at its end."""
    return next(iter(_ahead(case)), None)


def due_rung(case: Feedback, now: datetime) -> Rung | None:
    """The rung to climb at `now`: the first that is due and not overtaken by a later one that is due too."""
    due = [rung for rung in _ahead(case) if when(rung) <= (now - SKEW if rung.action in OF_A_DEADLINE else now)]
    actions = {rung.action for rung in due}
    return next((rung for rung in due if not actions & _OVERTAKEN_BY.get(rung.action, frozenset())), None)


def climb(case: Feedback, stamp: Stamp, rung: Rung) -> Feedback:
    """The case after a rung; the time of a breach is the deadline, whenever it is found. Raises NotPossibleNow if climbed."""
    held = case.assignment
    if held is None or rung not in _ahead(case):
        raise NotPossibleNow(rung.action, case.next_actions(Party.SYSTEM))
    breached = rung.action is Action.BREACH and case.breached_at is None
    return case.change(
        rung.action, Party.SYSTEM, stamp, assignment=replace(held, climbed=held.ladder.index(rung) + 1),
        breached_at=held.deadline if breached else case.breached_at,
    )  # fmt: skip


def carried_on(done: Sequence[Rung], ladder: Sequence[Rung]) -> tuple[Rung, ...]:
    """A new ladder after what was climbed of the old one: those, then the others; each level once."""
    before, rest = Counter(rung.action for rung in done), list[Rung]()
    for rung in ladder:
        if before[rung.action]:
            before[rung.action] -= 1
        else:
            rest.append(rung)
    return (*done, *rest)


def when(rung: Rung) -> datetime:
    """The moment of a rung, in UTC."""
    return from_epoch(rung.at)


def _ahead(case: Feedback) -> Sequence[Rung]:
    held = case.assignment
    if held is None or case.status not in CLOCKED:
        return ()
    rest = held.ladder[held.climbed :]
    # An agency that answers or submits a draft without a word has accepted as well.
    open_yet = case.status is Status.ASSIGNED and held.accepted_at is None
    return rest if open_yet else tuple(rung for rung in rest if rung.action not in UNTIL_ACCEPTED)
