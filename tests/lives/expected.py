"""What must become of a case, told a second time: a small model written from docs/lifecycle.md alone, not from the code.

The random lives of tests/lives/machine.py hold every answer and every state against it. Left out are the head's approval (its
codes: tests/stack/test_approval.py and the lives of tests/unit/feedback/test_random_lives.py), merges and splits, which make other
cases (tests/unit/feedback/test_consequences.py, tests/stack/test_centre.py), the seal (tests/stack/test_sealed.py), and what time
alone and the end of an agency do (tests/prove/test_watch.py, tests/prove/test_reform.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Outcome(StrEnum):
    """How a request ends, whether it comes as an exception or as a status over HTTP."""

    DONE = "done"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    ENDED = "ended"


class Duty(NamedTuple):
    """An assignment or an offer: the number of its link, and whose it is."""

    number: int
    agency: str


class Told(NamedTuple):
    """One line of the history as it must stand there."""

    action: str
    by: str
    actor: str
    status: str
    text: str


@dataclass
class Expected:
    """One case as it must stand. `late` says that the agency's eight working hours for "not ours" are over."""

    code: str
    reporter: str
    publication: str
    first: Any
    status: str = "received"
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
    late: bool = False
    offer_late: bool = False
    history: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.may_be_public = self.publication != "private"

    # Who stands where

    def party(self, number: int) -> str:
        """The part of whoever holds the link of that number; empty once it is over."""
        if self.offer and number == self.offer.number:
            return "receiver"
        alive = self.status in ("assigned", "in_progress", "waiting", "answered")
        if alive and self.holder and number == self.holder.number:
            return "holder"
        return "supporter" if alive and any(number == duty.number for duty in self.supporters) else ""

    def duty(self, number: int) -> Duty:
        """The duty of that number, which somebody has now."""
        return next(duty for duty in (self.holder, self.offer, *self.supporters) if duty and duty.number == number)

    def has_already(self, action: str, agency: str) -> bool:
        """Whether the centre would give an agency what it has: the lead, or a part in it."""
        leads = self.holder is not None and self.status != "received" and self.holder.agency == agency
        return leads or (action == "support" and any(duty.agency == agency for duty in self.supporters))

    def allows(self, party: str, action: str) -> bool:
        """Whether that party may do it now."""
        rule = RULES.get((party, action))
        return rule is not None and self.status in rule.statuses and rule.condition(self)

    def too_late(self, party: str) -> bool:
        """Whether the time for "not ours" is over."""
        return self.offer_late if party == "receiver" else self.late

    # What comes of it

    def note(self, action: str, by: str, actor: str, text: str = "") -> None:
        """The line that every change leaves."""
        self.history.append(Told(action, by, actor, self.status, text))

    def assign(self, agency: str) -> None:
        self.given += 1
        self.status, self.holder, self.offer = "assigned", Duty(self.given, agency), None
        self.queued = self.late = self.extended = self.decided = False

    def lead(self, agency: str) -> None:
        """The centre's choice: whoever leads does not support beside."""
        self.supporters = [duty for duty in self.supporters if duty.agency != agency]
        self.assign(agency)

    def support(self, agency: str) -> None:
        self.given += 1
        self.supporters = [*self.supporters, Duty(self.given, agency)]

    def queue(self) -> None:
        self.queued = True

    def refuse(self) -> None:
        self.status, self.publication, self.queued = "refused", "private", False

    def publish(self) -> None:
        self.publication = "public"

    def hide(self) -> None:
        self.publication = "hidden"

    def decide(self) -> None:
        """An extension is granted or not, once."""
        self.decided = True

    def withdraw(self) -> None:
        self.status, self.publication, self.offer = "withdrawn", "private", None

    def accept(self, party: str) -> None:
        if party == "receiver":
            self.holder, self.offer = self.offer, None
            self.supporters = [duty for duty in self.supporters if self.holder and duty.agency != self.holder.agency]
            self.late = self.extended = self.decided = False
        self.status = "in_progress"

    def give_back(self, party: str) -> None:
        if party == "receiver":
            self.offer = None
        else:
            self.status, self.holder, self.offer, self.queued = "received", None, None, True
            self.give_backs += 1

    def ask(self) -> None:
        self.status, self.questions = "waiting", self.questions + 1

    def go_on(self) -> None:
        self.status = "in_progress"

    def answer(self) -> None:
        self.status, self.offer = "answered", None

    def hand_over(self, agency: str) -> None:
        self.given += 1
        self.offer, self.offer_late = Duty(self.given, agency), False

    def extend(self) -> None:
        self.extended = True

    def rate(self, rating: str) -> None:
        assert self.holder is not None
        if rating == "unsatisfied" and self.reopenings < 2:
            self.reopenings += 1
            self.assign(self.holder.agency)
        else:
            self.status = "closed"

    def close(self) -> None:
        self.status = "closed"

    def appeal(self) -> None:
        self.status, self.appealed, self.queued = "received", True, True
        self.publication = "pending" if self.may_be_public else "private"

    def time_passes(self) -> None:
        """So much that nothing can be given back any more."""
        self.late = self.offer_late = True


class Rule(NamedTuple):
    """In which statuses, and on what condition beside."""

    statuses: tuple[str, ...]
    condition: Callable[[Expected], bool] = lambda case: True


_HELD = ("assigned", "in_progress", "waiting")
_SHOWN = ("received", *_HELD, "answered", "closed")
RULES: dict[tuple[str, str], Rule] = {
    ("reporter", "withdraw"): Rule(("received", "assigned")),
    ("reporter", "reply"): Rule(("waiting",)),
    ("reporter", "rate"): Rule(("answered",)),
    ("reporter", "appeal"): Rule(("refused",), lambda case: not case.appealed),
    ("holder", "accept"): Rule(("assigned",)),
    ("holder", "give_back"): Rule(("assigned",), lambda case: case.give_backs < 2),
    ("holder", "answer"): Rule(("assigned", "in_progress", "waiting")),
    ("holder", "ask"): Rule(("in_progress",), lambda case: case.questions < 5 and case.offer is None),
    ("holder", "hand_over"): Rule(("assigned", "in_progress"), lambda case: case.offer is None),
    ("holder", "extend"): Rule(("in_progress",), lambda case: not case.extended),
    ("receiver", "accept"): Rule(("assigned", "in_progress")),
    ("receiver", "give_back"): Rule(("assigned", "in_progress")),
    ("centre", "assign"): Rule(("received", "assigned", "in_progress")),
    ("centre", "refuse"): Rule(("received",)),
    ("centre", "publish"): Rule(_SHOWN, lambda case: case.publication == "pending"),
    ("centre", "hide"): Rule(_SHOWN, lambda case: case.publication == "public"),
    ("centre", "unhide"): Rule(_SHOWN, lambda case: case.publication == "hidden"),
    ("centre", "support"): Rule(_HELD),
    ("centre", "grant"): Rule(("in_progress", "waiting"), lambda case: case.extended and not case.decided),
    ("centre", "deny"): Rule(("in_progress", "waiting"), lambda case: case.extended and not case.decided),
    ("supporter", "contribute"): Rule(_HELD),
}
