"""One matter from submission to rating: a frozen value, and the changes that make the next one.

Every change checks TRANSITIONS, moves the state and appends its history entry in one step, so that the two cannot disagree.
Nothing here reads a clock, a table or the network.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.core.actors import Actor, ActorKind
from chalicelib.core.errors import NotPossibleNow
from chalicelib.feedback.lifecycle import (
    ENDED,
    HELD,
    MOST_GIVE_BACKS,
    MOST_QUESTIONS,
    MOST_REOPENINGS,
    Action,
    Guard,
    Party,
    Status,
    rows,
)
from chalicelib.feedback.values import (
    Answer,
    Assignment,
    Entry,
    Extension,
    Handling,
    HandOver,
    Level,
    Matter,
    Publication,
    Question,
    Rating,
    RefusalReason,
    Stamp,
)


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a case. `matter` is None where it was loaded without its words.

    `area` is the commune, or the district where the place is uncertain; `district` shards the public feed.
    `may_be_public` is false where the category or the reporter keeps the case private for good.
    `promised_by` is the deadline told to the citizen at submission and never moves; the agency's is in `assignment`.
    """

    code: str
    status: Status
    reporter: str
    category: str
    area: str
    district: str
    level: Level
    handling: Handling
    publication: Publication
    may_be_public: bool
    share_contact: bool
    submitted_at: datetime
    changed_at: datetime
    promised_by: datetime
    centre_due: datetime
    matter: Matter | None
    key: str
    digest: str
    occurred_at: datetime | None = None
    queued: bool = False
    assignment: Assignment | None = None
    assignments: int = 0
    hand_over: HandOver | None = None
    question: Question | None = None
    extension: Extension | None = None
    answer: Answer | None = None
    rating: Rating | None = None
    refusal: RefusalReason | None = None
    questions: int = 0
    give_backs: int = 0
    reopenings: int = 0
    appealed: bool = False
    history: tuple[Entry, ...] = ()

    @property
    def version(self) -> int:
        """How many changes the case has seen; the number of its last history entry."""
        return self.history[-1].seq if self.history else 0

    @property
    def agency(self) -> str:
        """The code of the agency whose duty it is or was last; empty if none was ever."""
        return self.assignment.agency if self.assignment else ""

    @property
    def deadline(self) -> datetime:
        """The agency's deadline once there is an assignment, else the promise to the citizen."""
        return self.assignment.deadline if self.assignment else self.promised_by

    def overdue(self, now: datetime) -> bool:
        """Whether the case is past its deadline and the answer still owed; the clock stands in `waiting`."""
        owed = (self.status in HELD and self.status is not Status.WAITING) or self.status is Status.RECEIVED
        return owed and now > self.deadline

    def party(self, actor: Actor, assignment: int = 0) -> Party | None:
        """In what part the actor stands here; an agency also says by which assignment it comes. None for strangers."""
        if actor.kind is ActorKind.SYSTEM:
            return Party.SYSTEM
        if actor.kind is ActorKind.DISPATCHER:
            return Party.CENTRE
        if actor.kind is ActorKind.CITIZEN:
            return Party.REPORTER if actor.id == self.reporter else None
        if self.assignment and assignment == self.assignment.number:
            return Party.HOLDER
        return Party.RECEIVER if self.hand_over and assignment == self.hand_over.number else None

    def allows(self, guard: Guard | None) -> bool:
        """Whether a condition of the table holds."""
        match guard:
            case Guard.NOT_QUEUED:
                return not self.queued
            case Guard.UNPUBLISHED:
                return self.publication is Publication.PENDING
            case Guard.NO_PENDING_HAND_OVER:
                return self.hand_over is None
            case Guard.QUESTIONS_LEFT:
                return self.questions < MOST_QUESTIONS and self.hand_over is None
            case Guard.GIVE_BACKS_LEFT:
                return self.give_backs < MOST_GIVE_BACKS
            case Guard.NOT_EXTENDED:
                return self.extension is None
            case Guard.NOT_APPEALED:
                return not self.appealed
        return True

    def next_actions(self, party: Party) -> tuple[Action, ...]:
        """What this party can do now, in the order of the table."""
        return tuple(dict.fromkeys(row.action for row in rows(party, self.status) if self.allows(row.guard)))

    def _change(
        self,
        action: Action,
        party: Party,
        stamp: Stamp,
        status: Status | None = None,
        concerns: Assignment | HandOver | None = None,
        **changes: Any,
    ) -> "Feedback":
        """The case after one step of the table; the entry names the duty that it `concerns`, else the present one."""
        row = next((row for row in rows(party, self.status) if row.action is action and self.allows(row.guard)), None)
        if row is None:
            raise NotPossibleNow(action, self.next_actions(party))
        target = status or self.status
        assert target in row.targets or (not row.targets and target is self.status), "a change must follow its row"
        duty = concerns or self.assignment
        entry = Entry(
            seq=self.version + 1, at=stamp.at, action=action, by=stamp.actor.kind, actor=stamp.actor.id, status=target,
            assignment=duty.number if duty else 0, agency=duty.agency if duty else "", text_ref=stamp.text_ref,
            key=stamp.key, cid=stamp.cid,
        )  # fmt: skip
        return replace(self, status=target, changed_at=stamp.at, history=(*self.history, entry), **changes)

    def assign(self, party: Party, stamp: Stamp, agency: str, deadline: datetime) -> "Feedback":
        """Give the case to an agency as a new assignment."""
        given = Assignment(self.assignments + 1, agency, stamp.at, deadline)
        return self._change(
            Action.ASSIGN,
            party,
            stamp,
            Status.ASSIGNED,
            given,
            queued=False,
            assignments=given.number,
            assignment=given,
            extension=None,
        )

    def queue(self, stamp: Stamp) -> "Feedback":
        """Leave the case to the centre, since no rule finds an agency."""
        return self._change(Action.QUEUE, Party.SYSTEM, stamp, queued=True)

    def refuse(self, stamp: Stamp, reason: RefusalReason) -> "Feedback":
        """Say that the matter is not taken, and where to go instead; it leaves the public view with that."""
        return self._change(
            Action.REFUSE,
            Party.CENTRE,
            stamp,
            Status.REFUSED,
            refusal=reason,
            publication=Publication.PRIVATE,
            queued=False,
        )

    def publish(self, stamp: Stamp) -> "Feedback":
        """Let the public read a case that waited for review."""
        return self._change(Action.PUBLISH, Party.CENTRE, stamp, publication=Publication.PUBLIC)

    def withdraw(self, stamp: Stamp) -> "Feedback":
        """End the case at its reporter's wish; it leaves the public view with that."""
        return self._change(
            Action.WITHDRAW, Party.REPORTER, stamp, Status.WITHDRAWN, publication=Publication.PRIVATE, hand_over=None
        )

    def accept(self, party: Party, stamp: Stamp, deadline: datetime) -> "Feedback":
        """Take the case up: the holder its own, the receiver of a hand-over the one offered, with `deadline` as its own."""
        if party is Party.RECEIVER and self.hand_over:
            taken = Assignment(self.hand_over.number, self.hand_over.agency, stamp.at, deadline, stamp.at)
            return self._change(
                Action.ACCEPT, party, stamp, Status.IN_PROGRESS, taken, assignment=taken, hand_over=None, extension=None
            )
        begun = replace(self.assignment, accepted_at=stamp.at) if self.assignment else None
        return self._change(Action.ACCEPT, party, stamp, Status.IN_PROGRESS, assignment=begun)

    def give_back(self, party: Party, stamp: Stamp, centre_due: datetime) -> "Feedback":
        """Say "not ours": the holder returns the case to the centre, the receiver only the offer to its sender."""
        if party is Party.RECEIVER and self.hand_over:
            return self._change(Action.GIVE_BACK, party, stamp, concerns=self.hand_over, hand_over=None)
        return self._change(
            Action.GIVE_BACK, party, stamp, Status.RECEIVED, queued=True, assignment=None, hand_over=None,
            give_backs=self.give_backs + 1, centre_due=centre_due,
        )  # fmt: skip

    def ask(self, stamp: Stamp, answer_by: datetime) -> "Feedback":
        """Ask the reporter for more; the clock stands until the reply or `answer_by`."""
        question = Question(stamp.at, answer_by)
        return self._change(
            Action.ASK, Party.HOLDER, stamp, Status.WAITING, question=question, questions=self.questions + 1
        )

    def resume(self, action: Action, stamp: Stamp, deadline: datetime) -> "Feedback":
        """Go on after the reporter's reply or after the time-out, with the deadline moved by the pause."""
        party = Party.REPORTER if action is Action.REPLY else Party.SYSTEM
        moved = replace(self.assignment, deadline=deadline) if self.assignment else None
        return self._change(action, party, stamp, Status.IN_PROGRESS, assignment=moved, question=None)

    def give_answer(self, stamp: Stamp, answer: Answer) -> "Feedback":
        """Answer in public; an offered hand-over falls with it."""
        return self._change(
            Action.ANSWER, Party.HOLDER, stamp, Status.ANSWERED, answer=answer, question=None, hand_over=None
        )

    def offer(self, stamp: Stamp, agency: str) -> "Feedback":
        """Offer the case to another agency, which has it only when it accepts."""
        offer = HandOver(self.assignments + 1, agency, stamp.at)
        return self._change(
            Action.HAND_OVER, Party.HOLDER, stamp, concerns=offer, assignments=offer.number, hand_over=offer
        )

    def extend(self, stamp: Stamp, until: datetime) -> "Feedback":
        """Ask the centre for a later deadline, once."""
        return self._change(Action.EXTEND, Party.HOLDER, stamp, extension=Extension(stamp.at, until))

    def rate(self, stamp: Stamp, rating: Rating, deadline: datetime) -> "Feedback":
        """Rate the answer: unsatisfied sends the case back as a new assignment, until it was reopened twice."""
        if rating is not Rating.UNSATISFIED or self.reopenings >= MOST_REOPENINGS or not self.assignment:
            return self._change(Action.RATE, Party.REPORTER, stamp, Status.CLOSED, rating=rating)
        again = Assignment(self.assignments + 1, self.assignment.agency, stamp.at, deadline)
        return self._change(
            Action.RATE, Party.REPORTER, stamp, Status.ASSIGNED, again, rating=rating, reopenings=self.reopenings + 1,
            assignments=again.number, assignment=again, extension=None,
        )  # fmt: skip

    def close(self, stamp: Stamp) -> "Feedback":
        """End the case unrated, seven days after its answer."""
        return self._change(Action.CLOSE, Party.SYSTEM, stamp, Status.CLOSED)

    def appeal(self, stamp: Stamp, centre_due: datetime) -> "Feedback":
        """Ask once for another look at a refusal; the centre sorts it by hand, and publishes it anew where that was wished."""
        publication = Publication.PENDING if self.may_be_public else Publication.PRIVATE
        return self._change(
            Action.APPEAL, Party.REPORTER, stamp, Status.RECEIVED, appealed=True, queued=True, refusal=None,
            centre_due=centre_due, publication=publication,
        )  # fmt: skip

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to the case any more."""
        return self.status in ENDED
