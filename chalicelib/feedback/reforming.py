"""Carrying a reform of the map out on the open cases: a walk through them, a bounded stretch a pass, that can be taken up again.

What is open it finds in the slim indexes by watch and by desk, so it costs what is open and not what exists. Every move is a
conditional write, decided on the case as it stands: once, whoever acts meanwhile and however often it runs. How far it has come
stands in the table. A second walk, once every host has read the new directory, finds what was given to ended agencies meanwhile;
the desks of all ended agencies come last, as a count of what the lists have missed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib.core.actors import system
from chalicelib.core.calendar import Calendar
from chalicelib.core.errors import LostRace, NotPossibleNow
from chalicelib.feedback.casework import Casework, Change, Decide, Trace
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store
from chalicelib.feedback.records import DESK_REPORTER, DESK_ROUTING
from chalicelib.feedback.reform import Move, NewMap, Reshaping
from chalicelib.feedback.values import Stamp
from chalicelib.feedback.watch import OPEN_LISTS, READ_ANEW

PAGE = 100
MOST_WALKED = 1000
# A case has a holder, an offer and a few supporters.
_MOST_MOVES = 20
_REFORM = system("reform")


class Progress(msgspec.Struct, frozen=True):
    """How far a reform has come: since when every host can know of it, when the walk began, and its place in a list."""

    known_since: datetime
    began_at: datetime
    list: str = ""
    after: dict[str, str] | None = None
    ended: bool = False

    @property
    def done(self) -> bool:
        """Whether a walk has seen all that hosts did by the old directory."""
        return self.ended and self.began_at >= self.second_at

    @property
    def second_at(self) -> datetime:
        """When a walk can begin that is the last."""
        return self.known_since + READ_ANEW


class Left(NamedTuple):
    """What stays where it is though its agency has ended."""

    code: str
    part: str
    agency: str


class Report(msgspec.Struct):
    """What a pass has done, or would do: moves by part, old and new agency (empty: the centre), and what nobody succeeds."""

    seen: int = 0
    received: int = 0
    moved: Counter[tuple[str, str, str]] = msgspec.field(default_factory=Counter)
    left: set[Left] = msgspec.field(default_factory=set)
    failures: list[Exception] = msgspec.field(default_factory=list)

    def add(self, other: "Report") -> None:
        """Count another pass in."""
        self.seen, self.received = self.seen + other.seen, self.received + other.received
        self.moved.update(other.moved)
        self.left |= other.left
        self.failures += other.failures


class Reforming:
    """Moves open cases onto the new map; `name` is the reform's, `new_map` the directory as it is then."""

    def __init__(
        self, name: str, store: Store, casework: Casework, new_map: NewMap, calendar: Callable[[], Calendar]
    ) -> None:
        self._key = f"reform#{name}"
        self._store = store
        self._casework = casework
        self._shape = Reshaping(new_map, calendar, self._place)
        desks = (DESK_REPORTER, *new_map.ended_agencies())
        self._lists = (*(f"watch {name}" for name in OPEN_LISTS), *(f"desk {name}" for name in desks))

    def begin(self, known_since: datetime, anew: bool) -> Progress:
        """The progress to go on from; `anew` where the directory was changed just now, from `known_since` on.

        A reform that is done begins its walk again, which changes nothing where nothing has to be changed.
        """
        progress, version = self._progress()
        if progress is None or anew:
            progress = Progress(known_since, known_since)
        elif progress.done:
            progress = replace(progress, list="", after=None, ended=False)
        else:
            return progress
        self._keep(progress, version + 1)
        return progress

    def run(self, now: datetime) -> tuple[Report, Progress]:
        """One pass: go on with the walk for a bounded stretch; begin() comes before the first.

        A case that fails holds up no other and is in the report, and the next walk finds it again.
        """
        report, (progress, version) = Report(), self._progress()
        assert progress is not None, "a reform begins before it runs"
        if progress.ended and progress.second_at <= now and not progress.done:
            progress = replace(progress, began_at=now, list="", after=None, ended=False)
        while report.seen < MOST_WALKED and not progress.ended:
            name = progress.list if progress.list in self._lists else self._lists[0]
            codes, after = self._page(name, progress.after if name == progress.list else None)
            self._serve_all(codes, report)
            report.seen += max(len(codes), 1)
            progress, version = self._next(progress, name, after), version + 1
            if not self._keep(progress, version):
                return report, progress  # another operator is at it
        return report, progress

    def preview(self) -> Report:
        """What the whole walk would do now, without doing it."""
        report, seen = Report(), set[str]()
        for name in (*self._lists, f"desk {DESK_ROUTING}"):
            for codes in self._pages(name):
                new = [code for code in codes if code not in seen]
                seen.update(new)
                for case in self._store.heads(new).values() if new else ():
                    self._imagine(case, report)
                report.seen += len(new)
                report.received += len(new) if name == f"desk {DESK_ROUTING}" else 0
        return report

    def _imagine(self, case: Feedback, report: Report) -> None:
        for _ in range(_MOST_MOVES):
            move = self._shape.next_move(case)
            if move is None:
                break
            report.moved[move] += 1
            case = self._shape.make(case, move, Stamp(_REFORM, case.changed_at))
        self._note_left(case, report)

    def _serve_all(self, codes: Sequence[str], report: Report) -> None:
        try:
            heads = self._store.heads(codes) if codes else {}
        except Exception:
            heads = None  # one of them cannot be read; which one shows below
        for code in codes:
            try:
                case = self._store.head(code) if heads is None else heads.get(code)
                if case is not None:  # else the index is a moment behind the table
                    self._move(case, report)
            except Exception as error:
                error.add_note(f"case {code}")
                report.failures.append(error)

    def _move(self, case: Feedback, report: Report) -> None:
        """Make every move that a case needs; others may act on it meanwhile."""
        for _ in range(_MOST_MOVES):
            move = self._shape.next_move(case)
            if move is None:
                break
            try:
                case = self._casework.act(case.code, Change(_REFORM, move.action, self._decide(move), Trace()))
            except (NotPossibleNow, LostRace):
                case = self._store.head(case.code)
            else:
                report.moved[move] += 1
        self._note_left(case, report)

    def _decide(self, wanted: Move) -> Decide:
        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if self._shape.next_move(case) != wanted:
                raise NotPossibleNow(wanted.action, case.next_actions(party))
            return self._shape.make(case, wanted, stamp)

        return decide

    def _note_left(self, case: Feedback, report: Report) -> None:
        report.left.update(Left(case.code, move.part, move.old) for move in self._shape.moves(case))

    def _place(self, case: Feedback) -> tuple[float, float] | None:
        where = case.heading or case.matter or self._store.words([case]).get(case.code)
        return (where.lat, where.long) if where else None

    def _page(self, name: str, after: Mapping[str, str] | None) -> tuple[Sequence[str], Mapping[str, str] | None]:
        kind, key = name.split(" ", 1)
        if kind == "watch":
            return self._store.listed(key, PAGE, after)
        lines, place = self._store.desk(key, PAGE, after)
        return [line.code for line in lines], place

    def _pages(self, name: str) -> Iterator[Sequence[str]]:
        codes, after = self._page(name, None)
        yield codes
        while after:
            codes, after = self._page(name, after)
            yield codes

    def _next(self, progress: Progress, name: str, after: Mapping[str, str] | None) -> Progress:
        if after:
            return replace(progress, list=name, after=dict(after))
        behind = self._lists[self._lists.index(name) + 1 :]
        return replace(progress, list=behind[0] if behind else "", after=None, ended=not behind)

    def _progress(self) -> tuple[Progress | None, int]:
        text, version = self._store.walk(self._key)
        return (_PROGRESS.decode(text) if text else None), version

    def _keep(self, progress: Progress, version: int) -> bool:
        return self._store.keep_walk(msgspec.json.encode(progress).decode(), version, self._key)


_PROGRESS = msgspec.json.Decoder(Progress)


def ready_in(progress: Progress, now: datetime) -> timedelta:
    """How long to wait until the last walk can begin; none while one is under way."""
    return max(progress.second_at - now, timedelta()) if progress.ended and not progress.done else timedelta()
