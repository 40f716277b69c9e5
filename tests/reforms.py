"""Open and ended cases of the whole province before a reform, and what must be true of them after it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from msgspec.structs import replace

from chalicelib.bridges.reform import ReformedMap
from chalicelib.core.actors import ActorKind
from chalicelib.core.calendar import official
from chalicelib.directory.reform import Tables, reformed
from chalicelib.directory.service import Directory
from chalicelib.directory.succession import Units, units
from chalicelib.feedback import moderation
from chalicelib.feedback.approval import submit_draft
from chalicelib.feedback.casework import Casework
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.deadlines import lapses_at, rate_by, reply_by
from chalicelib.feedback.lifecycle import ENDED, HELD, Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store
from chalicelib.feedback.reforming import Reforming, Report
from chalicelib.feedback.routing import competent_agency
from chalicelib.feedback.values import Answer, Entry, Matter, Outcome, Publication
from infra.reform.directory import Planned, effective_at
from infra.reform.rows import reform
from infra.seed import rows
from infra.seed.data import read
from tests.builders import SECRET, feedback, stamp
from tests.fakes import MovableClock, Numbered

MARCH, JULY = "2025-03-01", "2025-07-01"
_STATES = (
    (Status.RECEIVED, 5), (Status.ASSIGNED, 25), (Status.IN_PROGRESS, 25), (Status.WAITING, 10),
    (Status.AWAITING_APPROVAL, 5), (Status.ANSWERED, 10), (Status.CLOSED, 15), (Status.WITHDRAWN, 5),
)  # fmt: skip


@cache
def tables_before(day: str) -> Tables:
    """The directory as it stands on the eve of the reform of that day."""
    if day == MARCH:
        return Tables(
            areas=tuple(rows.areas()), agencies=tuple(rows.agencies()), categories=tuple(rows.categories()),
            watches=tuple(rows.watches()),
        )  # fmt: skip
    return tables_after(MARCH)


@cache
def tables_after(day: str) -> Tables:
    """The directory with that reform."""
    return reformed(tables_before(day), reform(day))


@cache
def units_of_all_days() -> Units:
    """The units before and after both reforms."""
    found = tables_after(JULY)
    return units(found.areas, found.successors)


def map_of(tables: Tables, at: datetime) -> ReformedMap:
    """The directory as it answers at a moment."""
    return ReformedMap(Directory(Planned(tables), lambda: at))


def reforming(day: str, store: Store, clock: MovableClock) -> Reforming:
    """The reform of that day on a store of cases."""
    casework = Casework(store, clock, Numbered(), SECRET)
    return Reforming(day, store, casework, map_of(tables_after(day), effective_at(reform(day).day)), official)


class Province:
    """Cases of the whole province in every state, given to agencies by the rules of the eve of a reform."""

    def __init__(self, day: str, seed: int) -> None:
        self.eve = effective_at(reform(day).day) - timedelta(hours=7)
        self._tables = tables_before(day)
        self._map = map_of(self._tables, self.eve)
        self._random = Random(seed)
        self._places = [one for one in self._tables.areas if one.valid_on(self.eve.date()) and one.parent]
        working = (one for one in self._tables.agencies if one.valid_on(self.eve.date()))
        self._agencies = sorted(one.code for one in working)
        self._categories = [
            one.code for one in self._tables.categories if one.valid_on(self.eve.date()) and one.routing
        ]

    def cases(self, number: int) -> Iterator[Feedback]:
        """So many cases."""
        return (self._case(index) for index in range(number))

    def _case(self, index: int) -> Feedback:
        chance, status = self._random, self._random.choices(*zip(*_STATES, strict=True))[0]
        area, category = chance.choice(self._places), chance.choice(self._categories)
        about = chance.choice(self._agencies) if chance.random() < 0.03 else ""
        rule, submitted_at = self._map.category(category), self.eve - timedelta(days=1 + chance.random() * 10)
        assert rule is not None
        path = dict(self._map.path(area.code))
        private = bool(about) or rule.publication == "private"
        case = feedback(
            code=f"R{index:09}", category=category, area=area.code, district=path.get("district", area.code),
            handling=rule.handling, level=rule.level, about=about, may_be_public=not private,
            publication=Publication.PRIVATE if private else Publication.PUBLIC,
            matter=Matter("Việc", "Nội dung phản ánh", area.lat, area.long), submitted_at=submitted_at, changed_at=submitted_at,
            promised_by=submitted_at + timedelta(days=10), centre_due=submitted_at + timedelta(days=1), reporter=f"account-{index}",
            history=(Entry(1, submitted_at, Action.SUBMIT, ActorKind.CITIZEN, f"account-{index}", Status.RECEIVED),),
        )  # fmt: skip
        return self._lived(case, status, submitted_at + timedelta(hours=3))

    def _lived(self, case: Feedback, status: Status, at: datetime) -> Feedback:
        """The case as its agencies have brought it into a status."""
        chance, clocks = self._random, Clocks(official, lambda _: status is Status.AWAITING_APPROVAL)
        system, holder = stamp(Party.SYSTEM, at), stamp(Party.HOLDER, at)
        if status is Status.WITHDRAWN:
            return case.withdraw(stamp(when=at))
        agency = self._holder(case)
        if status is Status.RECEIVED or not agency:
            return case.queue(system) if chance.random() < 0.5 or not agency else case
        case = case.assign(Party.SYSTEM, system, agency, clocks.terms(case, agency, at))
        if status is not Status.ASSIGNED:
            case = case.accept(holder)
        if status in (Status.ASSIGNED, Status.IN_PROGRESS) and chance.random() < 0.2:
            case = case.offer(holder, self._another(case), lapses_at(official(), self.eve))
        if status in HELD and chance.random() < 0.1:
            case = moderation.support(case, stamp(Party.CENTRE, at), self._another(case))
        if status is Status.WAITING:
            return case.ask(holder, reply_by(official(), self.eve))
        given = Answer(at, agency, Outcome.RESOLVED, "answer1", rate_by=rate_by(self.eve))
        if status is Status.AWAITING_APPROVAL:
            return submit_draft(case, holder, given, None)
        if status in (Status.ANSWERED, Status.CLOSED):
            case = case.give_answer(holder, given)
        return case.close(system) if status is Status.CLOSED else case

    def _holder(self, case: Feedback) -> str | None:
        """By the rule, and now and then somebody else by the centre's decision."""
        if case.about:
            return next(iter(self._map.above(case.about)), None)
        if self._random.random() < 0.1:
            return self._random.choice(self._agencies)
        rule = self._map.category(case.category)
        return competent_agency(rule.steps if rule else (), self._map.path(case.area), self._map.competent)

    def _another(self, case: Feedback) -> str:
        taken = {case.agency, case.about, *self._map.above(case.about)}
        return self._random.choice([code for code in self._agencies if code not in taken])


@cache
def heirs_by_hand() -> Mapping[str, str]:
    """Who succeeds the offices of communes and the departments, read from areas.csv and the law and not from the code."""
    merged = {
        "so-gtvt": "so-xay-dung", "so-khdt": "so-tai-chinh", "so-tnmt": "so-nnmt", "so-nnptnt": "so-nnmt", "so-tttt": "so-khcn",
        "ban-dan-toc": "so-dttg", "cuc-qltt": "chi-cuc-qltt",
    }  # fmt: skip
    communes = [row for row in read("areas") if row["level"] == "commune"]
    offices = {
        f"{office}-{row['code']}": f"{office}-{row['successor_code']}-2025"
        for office in ("ubnd", "ca")
        for row in communes
    }
    return merged | offices


def open_and_held(case: Feedback) -> bool:
    """Whether an agency has to do with the case."""
    return case.status in HELD or case.status is Status.ANSWERED


def check(before: Feedback, after: Feedback, new_map: ReformedMap) -> Counter[str]:
    """What became of one case, counted; fails where something was lost or history and state disagree."""
    added = after.history[len(before.history) :]
    assert after.history[: len(before.history)] == before.history
    assert [entry.seq for entry in after.history] == list(range(1, len(after.history) + 1))
    assert all(entry.by is ActorKind.SYSTEM and entry.actor == "reform" for entry in added)
    kept = (
        "code",
        "area",
        "district",
        "category",
        "promised_by",
        "answer",
        "draft",
        "question",
        "publication",
        "about",
    )
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    if not open_and_held(before) or before.status in ENDED:
        assert after == before
        return Counter(kept=1)
    assert (after.status, after.deadline, after.breached_at) == (before.status, before.deadline, before.breached_at)
    assert new_map.has_agency(after.agency)
    transfers = [entry for entry in added if entry.action is Action.TRANSFER]
    assert len(transfers) == (before.agency != after.agency)
    assert after.assignment is not None
    assert before.assignment is not None
    if transfers:
        assert (transfers[0].assignment, transfers[0].agency) == (after.assignment.number, after.agency)
        assert not new_map.has_agency(before.agency)
        assert after.assignment.ladder == before.assignment.ladder
    expected = heirs_by_hand().get(before.agency)
    if expected and not before.about and not new_map.has_agency(before.agency):
        assert after.agency == expected
    numbers = [after.assignment.number, *(one.number for one in after.supporters)]
    numbers += [after.hand_over.number] if after.hand_over else []
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) <= after.assignments
    if after.about:
        assert after.agency != after.about
    if after.hand_over:
        assert new_map.has_agency(after.hand_over.agency)
        assert after.hand_over.agency != after.agency
    counted = Counter(moved=len(transfers), kept=not added)
    counted["offers"] = sum(entry.action is Action.HAND_OVER for entry in added)
    counted["offers back"] = sum(entry.action is Action.GIVE_BACK for entry in added)
    counted["supports"] = sum(entry.action is Action.SUPPORT for entry in added)
    return counted


def by_unit(cases: Iterable[Feedback], of: Callable[[Feedback], str]) -> Counter[str]:
    """How many cases each unit has."""
    return Counter(of(case) for case in cases)


def carry_out(day: str, store: Store, clock: MovableClock) -> Report:
    """The whole reform, with the time passing that the last walk waits for."""
    total, carrying = Report(), reforming(day, store, clock)
    carrying.begin(clock(), anew=False)
    while True:
        report, progress = carrying.run(clock())
        total.add(report)
        if progress.done:
            return total
        if progress.ended:
            clock.move(minutes=11)


class Killing:
    """A store whose user is killed at its next writes, now before and now after the write; reads as the store it stands for."""

    def __init__(self, store: Store, random: Random, every: int) -> None:
        self._store = store
        self._random = random
        self._every = every

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save(self, *given: Any) -> None:
        self._maybe()
        self._store.save(*given)
        self._maybe()

    def keep_walk(self, *given: Any) -> bool:
        self._maybe()
        kept = self._store.keep_walk(*given)
        self._maybe()
        return kept

    def _maybe(self) -> None:
        if self._random.randrange(self._every) == 0:
            raise KeyboardInterrupt  # nothing catches it, as nothing catches SIGKILL


def carry_out_killed(day: str, store: Store, clock: MovableClock, random: Random, every: int) -> tuple[int, Report]:
    """The whole reform, killed again and again; how often, and what the last run reported."""
    killed = 0
    while True:
        try:
            return killed, carry_out(day, Killing(store, random, every), clock)
        except KeyboardInterrupt:
            killed += 1


def told(cases: Sequence[Feedback]) -> Mapping[str, Any]:
    """What must be the same whatever disturbed a reform: everything but the moments of its entries."""
    return {case.code: _without_moments(case) for case in cases}


def _without_moments(case: Feedback) -> Feedback:
    still = case.submitted_at
    offer = case.hand_over
    return replace(
        case, changed_at=still, history=tuple(replace(entry, at=still) for entry in case.history),
        hand_over=replace(offer, at=still, lapses_at=still) if offer else None,
        supporters=tuple(replace(support, at=still) for support in case.supporters),
    )  # fmt: skip
