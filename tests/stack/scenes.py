"""One case in every status, and one for every condition of the table that fails there, at the present time.

Made by the rules themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import timedelta

from msgspec.structs import replace

from chalicelib.core.actors import Actor, agency, citizen, dispatcher, system
from chalicelib.core.clock import now
from chalicelib.feedback import approval, joining, moderation
from chalicelib.feedback.lifecycle import Action, Guard, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Answer, Publication, Rating, RefusalReason, Stamp, Terms
from tests import builders
from tests.stack.matters import COMMITTEE, OTHER_AGENCY, RESULT

ANSWER_REF, WORDS_REF = "answer01", "words001"
TEXTS = {ANSWER_REF: f'{{"result": "{RESULT}", "next_step": ""}}', WORDS_REF: "Xin xem lại việc này giúp tôi."}
Step = Callable[[Feedback], Feedback]


@dataclass(frozen=True)
class Scene:
    """A case, which conditions of the table do not hold in it, and the numbers of the links that were ever given."""

    name: str
    case: Feedback
    blocked: frozenset[Guard]
    holder: int = 0
    receiver: int = 0
    former: int = 0
    supporter: int = 0

    def again(self) -> "Scene":
        """The same with a code of its own."""
        return changed(self, case=replace(self.case, code=builders.new_code()))


def scenes(reporter: str) -> list[Scene]:
    """All of them, of that reporter."""
    steps = _Steps(reporter)
    return [
        _scene("received, queued", steps.case(steps.queue)),
        _scene("received, to be reviewed", steps.case(steps.review, steps.queue)),
        _scene("received, given back", steps.case(steps.assign, steps.give_back), former=1),
        _scene("received, appealed", steps.case(steps.queue, steps.refuse, steps.appeal)),
        _scene("assigned", steps.case(steps.assign), holder=1),
        _scene("assigned, to be reviewed", steps.case(steps.review, steps.assign), holder=1),
        _scene("assigned, offered", steps.case(steps.assign, steps.offer), holder=1, receiver=2),
        _scene("assigned, given back twice", steps.case(*[steps.assign, steps.give_back] * 2, steps.assign),
               holder=3, former=2),
        _scene("assigned, reopened", steps.case(*steps.to_answer, steps.reopen), holder=2, former=1),
        _scene("in progress", steps.case(steps.review, steps.assign, steps.accept), holder=1),
        _scene("in progress, offered", steps.case(steps.assign, steps.accept, steps.offer), holder=1, receiver=2),
        _scene("in progress, extended", steps.case(steps.assign, steps.accept, steps.extend), holder=1),
        _scene("in progress, asked five times", steps.case(steps.assign, steps.accept, *[steps.ask, steps.reply] * 5),
               holder=1),
        _scene("waiting", steps.case(steps.review, steps.assign, steps.accept, steps.ask), holder=1),
        _scene("assigned, needs approval", steps.case(steps.assign_approving), holder=1),
        _scene("in progress, needs approval", steps.case(steps.assign_approving, steps.accept), holder=1),
        _scene("waiting, needs approval", steps.case(steps.assign_approving, steps.accept, steps.ask), holder=1),
        _scene("awaiting approval", steps.case(steps.review, steps.assign_approving, steps.support, steps.submit),
               holder=1, supporter=2),
        _scene("awaiting approval, extended",
               steps.case(steps.assign_approving, steps.accept, steps.extend, steps.submit), holder=1),
        _scene("in progress, supported", steps.case(steps.assign, steps.accept, steps.support), holder=1, supporter=2),
        _scene("waiting, extended", steps.case(steps.assign, steps.accept, steps.extend, steps.ask), holder=1),
        _scene("received, hidden", steps.case(steps.queue, steps.hide)),
        _scene("assigned, supported, hidden", steps.case(steps.assign, steps.support, steps.hide), holder=1, supporter=2),
        _scene("in progress, hidden", steps.case(steps.assign, steps.accept, steps.hide), holder=1),
        _scene("waiting, supported, hidden",
               steps.case(steps.assign, steps.accept, steps.support, steps.ask, steps.hide), holder=1, supporter=2),
        _scene("awaiting approval, hidden", steps.case(steps.assign_approving, steps.submit, steps.hide), holder=1),
        _scene("answered, hidden", steps.case(*steps.to_answer, steps.hide), holder=1),
        _scene("closed, public", steps.case(*steps.to_answer, steps.close), former=1),
        _scene("closed, hidden", steps.case(*steps.to_answer, steps.close, steps.hide), former=1),
        _scene("answered", steps.case(steps.review, *steps.to_answer), holder=1),
        _scene("answered, reopened twice", steps.case(*[*steps.to_answer, steps.reopen] * 2, *steps.to_answer[1:]),
               holder=3, former=2),
        _scene("refused", steps.case(steps.queue, steps.refuse)),
        _scene("refused again", steps.case(steps.queue, steps.refuse, steps.appeal, steps.refuse)),
        _scene("duplicate", steps.case(steps.review, steps.queue, steps.merge)),
        _scene("split", steps.case(steps.review, steps.queue, steps.split)),
        _scene("sealed", steps.case(steps.queue, steps.seal)),
        _scene("withdrawn", steps.case(steps.assign, steps.withdraw), former=1),
        _scene("closed", steps.case(steps.review, *steps.to_answer, steps.close), former=1),
    ]  # fmt: skip


def _scene(name: str, case: Feedback, holder: int = 0, receiver: int = 0, former: int = 0, supporter: int = 0) -> Scene:
    return Scene(name, case, frozenset(_blocked(name, case)), holder, receiver, former, supporter)


# By name, so that the rules under test are not asked what they allow.
_BLOCKED = {
    Guard.NOT_QUEUED: ("received",),
    Guard.NO_PENDING_HAND_OVER: ("offered",),
    Guard.QUESTIONS_LEFT: ("asked five times", "offered"),
    Guard.GIVE_BACKS_LEFT: ("given back twice",),
    Guard.NOT_EXTENDED: ("extended",),
    Guard.NOT_APPEALED: ("appealed", "refused again"),
    Guard.ANSWERS_ALONE: ("approval",),
}
# Conditions that hold in these scenes only.
_OPEN = {
    Guard.NEEDS_APPROVAL: ("approval",),
    Guard.EXTENSION_ASKED: ("extended",),
    Guard.HAND_OVER_PENDING: ("offered",),
    Guard.HIDDEN: ("hidden",),
}


def _blocked(name: str, case: Feedback) -> set[Guard]:
    found = {guard for guard, words in _BLOCKED.items() if any(word in name for word in words)}
    found |= {guard for guard, words in _OPEN.items() if not any(word in name for word in words)}
    found |= set() if case.publication is Publication.PENDING else {Guard.UNPUBLISHED}
    return found if case.publication is Publication.PUBLIC else found | {Guard.PUBLIC}


class _Steps:
    """The changes that lead to the scenes, all of this moment."""

    def __init__(self, reporter: str) -> None:
        self._reporter, self._now = reporter, now()
        # Later than any deadline that is counted from the history, so that a pass of the watch has nothing to move.
        self._later = self._now + timedelta(days=30)
        self._terms = Terms(self._later)
        self.to_answer: list[Step] = [self.assign, self.accept, self.answer]

    def case(self, *steps: Step) -> Feedback:
        """A case submitted now and what has happened to it since."""
        code = builders.new_code()
        entry = replace(builders.feedback(code=code).history[0], at=self._now, actor=self._reporter)
        made = builders.feedback(
            code=code, reporter=self._reporter, area="04252", district="132", submitted_at=self._now, changed_at=self._now,
            promised_by=self._later, centre_due=self._now + timedelta(days=1), history=(entry,),
        )  # fmt: skip
        for step in steps:
            made = step(made)
        return made

    def review(self, case: Feedback) -> Feedback:
        return replace(case, publication=Publication.PENDING)

    def queue(self, case: Feedback) -> Feedback:
        return case.queue(self._by(system("routing")))

    def assign(self, case: Feedback) -> Feedback:
        if case.status is not Status.RECEIVED:  # reopened: with its agency already
            return case
        return case.assign(Party.CENTRE, self._centre(), COMMITTEE, self._terms)

    def assign_approving(self, case: Feedback) -> Feedback:
        return case.assign(Party.CENTRE, self._centre(), COMMITTEE, Terms(self._later, (), True))

    def refuse(self, case: Feedback) -> Feedback:
        return case.refuse(self._centre(WORDS_REF), RefusalReason.OUT_OF_SCOPE)

    def support(self, case: Feedback) -> Feedback:
        return moderation.support(case, self._centre(WORDS_REF), OTHER_AGENCY)

    def hide(self, case: Feedback) -> Feedback:
        return moderation.hide(case, self._centre(WORDS_REF))

    def merge(self, case: Feedback) -> Feedback:
        return joining.merge(case, self._centre(), builders.new_code())

    def split(self, case: Feedback) -> Feedback:
        return joining.split(case, self._centre(), (builders.new_code(), builders.new_code()))

    def seal(self, case: Feedback) -> Feedback:
        return moderation.seal(case, self._centre())

    def appeal(self, case: Feedback) -> Feedback:
        return case.appeal(self._by(citizen(self._reporter), WORDS_REF), self._later)

    def accept(self, case: Feedback) -> Feedback:
        return case.accept(self._by(agency(COMMITTEE)))

    def give_back(self, case: Feedback) -> Feedback:
        return case.give_back(Party.HOLDER, self._by(agency(COMMITTEE), WORDS_REF), self._later)

    def offer(self, case: Feedback) -> Feedback:
        return case.offer(self._by(agency(COMMITTEE), WORDS_REF), OTHER_AGENCY, self._later)

    def extend(self, case: Feedback) -> Feedback:
        return case.extend(self._by(agency(COMMITTEE), WORDS_REF), self._later)

    def ask(self, case: Feedback) -> Feedback:
        return case.ask(self._by(agency(COMMITTEE), WORDS_REF), self._later)

    def reply(self, case: Feedback) -> Feedback:
        return case.resume(Action.REPLY, self._by(citizen(self._reporter), WORDS_REF), self._terms)

    def answer(self, case: Feedback) -> Feedback:
        return case.give_answer(self._by(agency(COMMITTEE), ANSWER_REF), self._answer())

    def submit(self, case: Feedback) -> Feedback:
        return approval.submit_draft(case, self._by(agency(COMMITTEE), ANSWER_REF), self._answer(), None)

    def reopen(self, case: Feedback) -> Feedback:
        return case.rate(self._by(citizen(self._reporter), WORDS_REF), Rating.UNSATISFIED, self._terms)

    def withdraw(self, case: Feedback) -> Feedback:
        return case.withdraw(self._by(citizen(self._reporter)))

    def close(self, case: Feedback) -> Feedback:
        return case.close(self._by(system("sweep")))

    def _answer(self) -> Answer:
        return builders.answer(at=self._now, agency=COMMITTEE, text_ref=ANSWER_REF, rate_by=self._later)

    def _centre(self, text_ref: str = "") -> Stamp:
        return self._by(dispatcher("dispatcher@centre.example"), text_ref)

    def _by(self, actor: Actor, text_ref: str = "") -> Stamp:
        return Stamp(actor, self._now, text_ref, cid="scene")
