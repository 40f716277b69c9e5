"""What a case tells of itself: its state made again from its history alone, what must never change, the words it keeps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier
from chalicelib.feedback.values import Entry
from tests.lives.expected import Duty


@dataclass
class Replayed:
    """What the history says of the state."""

    status: str = ""
    queued: bool = False
    holder: Duty | None = None
    offer: Duty | None = None
    given: int = 0
    questions: int = 0
    give_backs: int = 0
    reopenings: int = 0
    appealed: bool = False
    extended: bool = False
    decided: bool = False
    supporters: list[Duty] = field(default_factory=list)

    def read(self, entry: Entry) -> None:
        """Go one line on."""
        duty = Duty(entry.assignment, entry.agency)
        LINES[entry.action.value](self, duty)

    def go(self, status: str) -> None:
        self.status = status

    def give(self, duty: Duty) -> None:
        self.status, self.queued, self.holder, self.given = "assigned", False, duty, duty.number
        self.offer, self.extended, self.decided = None, False, False

    def lead(self, duty: Duty) -> None:
        self.supporters = [other for other in self.supporters if other.agency != duty.agency]
        self.give(duty)

    def support(self, duty: Duty) -> None:
        self.supporters, self.given = [*self.supporters, duty], duty.number

    def refuse(self) -> None:
        self.status, self.queued = "refused", False

    def accept(self, duty: Duty) -> None:
        self.status = "in_progress"
        if duty == self.offer:
            self.holder, self.offer, self.extended, self.decided = duty, None, False, False
            self.supporters = [other for other in self.supporters if other.agency != duty.agency]

    def give_back(self, duty: Duty) -> None:
        if duty != self.offer:
            self.status, self.queued, self.holder = "received", True, None
            self.give_backs += 1
        self.offer = None

    def ask(self) -> None:
        self.status, self.questions = "waiting", self.questions + 1

    def end(self, status: str) -> None:
        self.status, self.offer = status, None

    def hand_over(self, duty: Duty) -> None:
        self.offer, self.given = duty, duty.number

    def rate(self, duty: Duty) -> None:
        if duty == self.holder:
            self.status = "closed"
        else:
            self.give(duty)
            self.reopenings += 1

    def appeal(self) -> None:
        self.status, self.appealed, self.queued = "received", True, True


LINES: dict[str, Callable[[Replayed, Duty], None]] = {
    "submit": lambda state, _: state.go("received"),
    "queue": lambda state, _: setattr(state, "queued", True),
    "assign": lambda state, duty: state.lead(duty),
    "refuse": lambda state, _: state.refuse(),
    "publish": lambda state, _: None,
    "hide": lambda state, _: None,
    "unhide": lambda state, _: None,
    "support": lambda state, duty: state.support(duty),
    "contribute": lambda state, _: None,
    "grant": lambda state, _: setattr(state, "decided", True),
    "deny": lambda state, _: setattr(state, "decided", True),
    "accept": lambda state, duty: state.accept(duty),
    "give_back": lambda state, duty: state.give_back(duty),
    "ask": lambda state, _: state.ask(),
    "reply": lambda state, _: state.go("in_progress"),
    "time_out": lambda state, _: state.go("in_progress"),
    "answer": lambda state, _: state.end("answered"),
    "hand_over": lambda state, duty: state.hand_over(duty),
    "extend": lambda state, _: setattr(state, "extended", True),
    "rate": lambda state, duty: state.rate(duty),
    "close": lambda state, _: state.go("closed"),
    "appeal": lambda state, _: state.appeal(),
    "withdraw": lambda state, _: state.end("withdrawn"),
}


def replayed(history: Sequence[Entry]) -> Replayed:
    """The state at the end of a history."""
    state = Replayed()
    for entry in history:
        state.read(entry)
    return state


def standing(case: Feedback) -> Replayed:
    """The same facts as the case itself states them."""
    held, offered = case.assignment, case.hand_over
    return Replayed(
        case.status.value, case.queued, Duty(held.number, held.agency) if held else None,
        Duty(offered.number, offered.agency) if offered else None, case.assignments, case.questions, case.give_backs,
        case.reopenings, case.appealed, case.extension is not None,
        case.extension is not None and case.extension.granted is not None,
        [Duty(support.number, support.agency) for support in case.supporters],
    )  # fmt: skip


def facts(dossier: Dossier) -> Any:
    """What must never change."""
    kept = dossier.feedback
    return (
        kept.code, kept.reporter, kept.category, kept.area, kept.district, kept.level, kept.handling, kept.submitted_at,
        kept.promised_by, kept.matter, kept.key, kept.digest, kept.share_contact, kept.may_be_public,
    )  # fmt: skip


def words_of(dossier: Dossier, ref: str) -> str:
    """The words that an entry refers to; of an answer its result."""
    text = dossier.texts[ref] if ref else ""
    return text.removeprefix('{"result":"').removesuffix('","next_step":""}')
