"""A quarter of cases, lived by the real rules on fakes, with agencies that answer of their own accord or when they are told.

What the rules do is the house's own code: services, ladder, watch. How agencies behave is assumed, by the probabilities below:
of their own accord as in the pilot of May 2023 (56 % on time, 27 % late, 17 % never), and after each word with a chance of their
own. The same cases, with the same chances drawn, are lived once without reminders and escalation and once with them.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib.core.calendar import Calendar
from chalicelib.feedback import records
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action
from tests.builders import link, submit
from tests.fakes import MovableClock, Office

BEGINS, ENDS = datetime(2023, 4, 3, 1, tzinfo=UTC), datetime(2023, 7, 1, tzinfo=UTC)
# So long after the quarter its last cases are followed; who has not answered by then is counted as never.
FOLLOWED = timedelta(days=45)
# The watch comes every five minutes, and begins a step only when every host's clock has passed its time.
PASS = timedelta(minutes=10)

ON_TIME, LATE = 0.56, 0.27
# The chance that a word leads to an answer within the next working day: of a reminder, a warning, a breach told to the head and
# whoever watches, an escalation to the centre and the leaders; of each rung of the duty roster within the hour.
MOVED_BY: Mapping[Action, float] = {
    Action.REMIND: 0.30,
    Action.WARN: 0.45,
    Action.BREACH: 0.50,
    Action.ESCALATE: 0.60,
    Action.CLIMB: 0.25,
}
CATEGORIES = {"duong_sa": 0.55, "kien_nghi": 0.25, "an_ninh": 0.15, "sat_lo": 0.05}


class Lived(NamedTuple):
    """What became of one case: whether and by how much it was late (in hours, None if never), and the words that were said."""

    on_time: bool
    hours_late: float | None
    words: int


@dataclass(frozen=True)
class Figures:
    """What became of a quarter; shares of all its cases, from 0 to 1."""

    cases: int
    on_time: float
    late: float
    never: float
    median_hours_late: float
    words_a_case: float


class Chances(NamedTuple):
    """What was drawn for one case, the same whatever is said to the agency."""

    category: str
    begins: datetime
    own_pace: float | None
    answers_to: Mapping[tuple[Action, int], float]
    delay: Mapping[tuple[Action, int], float]


def draw(cases: int, seed: int) -> list[Chances]:
    """The chances of so many cases, spread over the quarter as people write: evenly, at any hour."""
    source = random.Random(seed)
    return [_draw(source) for _ in range(cases)]


def _draw(source: random.Random) -> Chances:
    places = [(action, place) for action in MOVED_BY for place in range(8)]
    category = source.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    begins = BEGINS + (ENDS - BEGINS) * source.random()
    kind, pace = source.random(), source.random()
    own = 0.15 + 0.8 * pace if kind < ON_TIME else 1.05 + 2 * pace if kind < ON_TIME + LATE else None
    return Chances(
        category,
        begins,
        own,
        {place: source.random() for place in places},
        {place: source.random() for place in places},
    )


def live(drawn: Iterable[Chances], effect: float | None) -> Figures:
    """The figures of the quarter; `effect` scales the chances of MOVED_BY, None leaves agencies without any word."""
    lived = [_live(chances, effect) for chances in drawn]
    late = sorted(one.hours_late for one in lived if one.hours_late)
    return Figures(
        cases=len(lived),
        on_time=sum(one.on_time for one in lived) / len(lived),
        late=len(late) / len(lived),
        never=sum(one.hours_late is None for one in lived) / len(lived),
        median_hours_late=late[len(late) // 2] if late else 0.0,
        words_a_case=sum(one.words for one in lived) / len(lived),
    )


def _live(chances: Chances, effect: float | None) -> Lived:
    """One case, from its submission until it is answered or nobody waits any more."""
    office = Office(clock=MovableClock(chances.begins))
    office.directory.agencies["office", "province"] = "vp-ubnd"
    code = office.service.submit("a-person", submit(category=chances.category), Trace("a-key-of-a-case")).code
    office.service.route(code, "")
    case = office.store.head(code)
    assert case.assignment is not None, chances.category
    deadline = case.deadline
    answers = _own_answer(office.calendar, chances, case.assignment.at, deadline)
    accepts = case.assignment.at + (answers - case.assignment.at) * 0.3 if answers else None
    words: Counter[Action] = Counter()
    while True:
        told_at = _told_at(office, code) if effect is not None else None
        coming = [at for at in (accepts, answers, told_at) if at is not None and at < chances.begins + FOLLOWED]
        if not coming:
            return Lived(False, None, words.total())
        now = office.clock.now = max(office.clock.now, min(coming))
        if answers is not None and now >= answers:
            late = (answers - deadline) / timedelta(hours=1)
            return Lived(late <= 0, max(late, 0.0), words.total())
        if accepts is not None and now >= accepts:
            accepts = None
            office.agencies.accept(link(code), Trace())
            continue
        for action in _said(office, code):
            answers = _moved(office, chances, effect or 0.0, (action, words[action]), answers)
            words[action] += 1


def _told_at(office: Office, code: str) -> datetime | None:
    watched = records.watch(office.store.head(code))
    return watched[1] + PASS if watched and watched[0].startswith("c") else None


def _said(office: Office, code: str) -> list[Action]:
    """What a pass of the watch says at this moment."""
    known = office.store.head(code).version
    office.watch.run(office.clock.now)
    return [entry.action for entry in office.store.head(code).history[known:]]


def _own_answer(calendar: Calendar, chances: Chances, since: datetime, deadline: datetime) -> datetime | None:
    if chances.own_pace is None:
        return None
    if chances.category == "sat_lo":
        return since + (deadline - since) * chances.own_pace
    hours = calendar.working_time_between(since, deadline) / timedelta(hours=1)
    return calendar.after_working_hours(since, max(hours * chances.own_pace, 0.1))


def _moved(
    office: Office, chances: Chances, effect: float, word: tuple[Action, int], answers: datetime | None
) -> datetime | None:
    """When the answer comes, now that a word was said."""
    if word not in chances.answers_to or chances.answers_to[word] >= MOVED_BY[word[0]] * effect:
        return answers
    now = office.clock.now
    if chances.category == "sat_lo":
        moved = now + timedelta(hours=0.2 + 0.8 * chances.delay[word])
    else:
        moved = office.calendar.after_working_hours(now, 1 + 7 * chances.delay[word])
    return moved if answers is None else min(answers, moved)
