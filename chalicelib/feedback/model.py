"""One matter from submission to rating: a frozen value, and the changes that make the next one.

Every change checks TRANSITIONS, moves the state and appends its history entry in one step, so that the two cannot disagree.
Nothing here reads a clock, a table or the network.
"""

from collections.abc import Callable
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
    Channel,
    Entry,
    Extension,
    Handling,
    HandOver,
    Heading,
    Level,
    Matter,
    Publication,
    Question,
    Rating,
    RefusalReason,
    Stamp,
    Support,
    Terms,
)


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a case. `matter` is None where it was loaded without its words; `heading` is what a public head has of them then.

    `area` is the commune, or the district where the place is uncertain; `district` shards the public feed.
    `may_be_public` is false where the category or the reporter keeps the case private for good.
    `promised_by` is the deadline told to the citizen at submission and never moves; the agency's is in `assignment`.
    `draft` is the answer that waits for the head's approval; `merged_into`, `parent` and `children` are codes of other cases;
    `about` is the agency that the matter complains of; `channel_ref` is the number that another channel gave it;
    `breached_at` is the first deadline that passed without an answer.
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
    heading: Heading | None = None
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
    draft: Answer | None = None
    supporters: tuple[Support, ...] = ()
    merged_into: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()
    about: str = ""
    channel: Channel = Channel.APP
    channel_ref: str = ""
    breached_at: datetime | None = None
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

    def party(self, actor: Actor, assignment: int = 0, head: bool = False) -> Party | None:
        """In what part the actor stands here; an agency also says by which assignment, and whether its head, it comes.

        None for strangers.
        """
        if actor.kind is ActorKind.SYSTEM:
            return Party.SYSTEM
        if actor.kind is ActorKind.DISPATCHER:
            return Party.CENTRE
        if actor.kind is ActorKind.CITIZEN:
            return Party.REPORTER if actor.id == self.reporter else None
        return self.duty(assignment, head)

    def duty(self, assignment: int, head: bool = False) -> Party | None:
        """In what part the agency of that assignment stands here, or its head; None where it has no duty here."""
        if self.assignment and assignment == self.assignment.number:
            return Party.HEAD if head else Party.HOLDER
        if head:
            return None
        if self.hand_over and assignment == self.hand_over.number:
            return Party.RECEIVER
        return Party.SUPPORTER if any(support.number == assignment for support in self.supporters) else None

    def allows(self, guard: Guard | None) -> bool:
        """Whether a condition of the table holds."""
        return guard is None or _GUARDS[guard](self)

    def duty_of(self, party: Party) -> Assignment | HandOver | None:
        """What the party is asked to do: the receiver of a hand-over the offer, every other the present assignment."""
        return self.hand_over if party is Party.RECEIVER else self.assignment

    def next_actions(self, party: Party) -> tuple[Action, ...]:
        """What this party can do now, in the order of the table."""
        return tuple(dict.fromkeys(row.action for row in rows(party, self.status) if self.allows(row.guard)))

    def change(
        self,
        action: Action,
        party: Party,
        stamp: Stamp,
        status: Status | None = None,
        concerns: Assignment | HandOver | Support | None = None,
        **changes: Any,
    ) -> "Feedback":
        """The case after one step of the table; the entry names the duty that it `concerns`, else the present one.

        Raises NotPossibleNow for what is not in the table.
        """
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

    def next_duty(self, agency: str, at: datetime, terms: Terms) -> Assignment:
        """A new duty of an agency, numbered after all that the case had."""
        return Assignment(self.assignments + 1, agency, at, terms.deadline, None, terms.approval, terms.ladder)

    def assign(self, party: Party, stamp: Stamp, agency: str, terms: Terms) -> "Feedback":
        """Give the case to an agency as a new assignment; an offered hand-over falls with it."""
        given = self.next_duty(agency, stamp.at, terms)
        return self.change(
            Action.ASSIGN,
            party,
            stamp,
            Status.ASSIGNED,
            given,
            queued=False,
            assignments=given.number,
            assignment=given,
            hand_over=None,
            extension=None,
        )

    def queue(self, stamp: Stamp) -> "Feedback":
        """Leave the case to the centre, since no rule finds an agency."""
        return self.change(Action.QUEUE, Party.SYSTEM, stamp, queued=True)

    def refuse(self, stamp: Stamp, reason: RefusalReason) -> "Feedback":
        """Say that the matter is not taken, and where to go instead; it leaves the public view with that."""
        return self.change(
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
        return self.change(Action.PUBLISH, Party.CENTRE, stamp, publication=Publication.PUBLIC)

    def withdraw(self, stamp: Stamp) -> "Feedback":
        """End the case at its reporter's wish; it leaves the public view with that."""
        return self.change(
            Action.WITHDRAW, Party.REPORTER, stamp, Status.WITHDRAWN, publication=Publication.PRIVATE, hand_over=None
        )

    def accept(self, stamp: Stamp) -> "Feedback":
        """Take up the case that one holds."""
        begun = replace(self.assignment, accepted_at=stamp.at) if self.assignment else None
        return self.change(Action.ACCEPT, Party.HOLDER, stamp, Status.IN_PROGRESS, assignment=begun)

    def take_over(self, stamp: Stamp, terms: Terms) -> "Feedback":
        """Accept a hand-over: its receiver becomes the holder, with `terms` of its own, and supports no more."""
        offer = self.hand_over
        if offer is None:
            return self.change(Action.ACCEPT, Party.RECEIVER, stamp, Status.IN_PROGRESS)
        taken = Assignment(
            offer.number, offer.agency, stamp.at, terms.deadline, stamp.at, terms.approval, terms.ladder
        )  # fmt: skip
        return self.change(
            Action.ACCEPT, Party.RECEIVER, stamp, Status.IN_PROGRESS, taken, assignment=taken, hand_over=None,
            extension=None, supporters=tuple(one for one in self.supporters if one.agency != taken.agency),
        )  # fmt: skip

    def give_back(self, party: Party, stamp: Stamp, centre_due: datetime) -> "Feedback":
        """Say "not ours": the holder returns the case to the centre, the receiver only the offer to its sender."""
        if party is Party.RECEIVER and self.hand_over:
            return self.change(Action.GIVE_BACK, party, stamp, concerns=self.hand_over, hand_over=None)
        return self.change(
            Action.GIVE_BACK, party, stamp, Status.RECEIVED, queued=True, assignment=None, hand_over=None,
            give_backs=self.give_backs + 1, centre_due=centre_due,
        )  # fmt: skip

    def ask(self, stamp: Stamp, answer_by: datetime) -> "Feedback":
        """Ask the reporter for more; the clock stands until the reply or `answer_by`."""
        question = Question(stamp.at, answer_by)
        return self.change(
            Action.ASK, Party.HOLDER, stamp, Status.WAITING, question=question, questions=self.questions + 1
        )

    def resume(self, action: Action, stamp: Stamp, terms: Terms) -> "Feedback":
        """Go on after the reporter's reply or after the time-out, with the deadline moved by the pause."""
        party = Party.REPORTER if action is Action.REPLY else Party.SYSTEM
        return self.change(action, party, stamp, Status.IN_PROGRESS, assignment=self.held_to(terms), question=None)

    def held_to(self, terms: Terms) -> Assignment | None:
        """The present duty with another deadline and the ladder to it, as far as that is climbed."""
        held = self.assignment
        return replace(held, deadline=terms.deadline, ladder=terms.ladder, climbed=terms.climbed) if held else None

    def give_answer(self, stamp: Stamp, answer: Answer) -> "Feedback":
        """Answer in public; an offered hand-over falls with it."""
        return self.change(
            Action.ANSWER, Party.HOLDER, stamp, Status.ANSWERED, answer=answer, question=None, hand_over=None
        )

    def offer(self, stamp: Stamp, agency: str, lapses_at: datetime) -> "Feedback":
        """Offer the case to another agency, which has it only when it accepts, by `lapses_at`."""
        offer = HandOver(self.assignments + 1, agency, stamp.at, lapses_at)
        return self.change(
            Action.HAND_OVER, Party.HOLDER, stamp, concerns=offer, assignments=offer.number, hand_over=offer
        )

    def extend(self, stamp: Stamp, until: datetime) -> "Feedback":
        """Ask the centre for a later deadline, once."""
        return self.change(Action.EXTEND, Party.HOLDER, stamp, extension=Extension(stamp.at, until))

    def reopened_by(self, rating: Rating) -> bool:
        """Whether that rating sends the case back: unsatisfied, and not twice reopened yet."""
        return rating is Rating.UNSATISFIED and self.reopenings < MOST_REOPENINGS and self.assignment is not None

    def rate(self, stamp: Stamp, rating: Rating, terms: Terms | None) -> "Feedback":
        """Rate the answer; a rating that reopens makes a new assignment with `terms`, every other ends the case."""
        if not self.reopened_by(rating):
            return self.change(Action.RATE, Party.REPORTER, stamp, Status.CLOSED, rating=rating)
        assert terms is not None, "a case that is reopened needs terms"
        again = self.next_duty(self.agency, stamp.at, terms)
        return self.change(
            Action.RATE, Party.REPORTER, stamp, Status.ASSIGNED, again, rating=rating, reopenings=self.reopenings + 1,
            assignments=again.number, assignment=again, extension=None,
        )  # fmt: skip

    def close(self, stamp: Stamp) -> "Feedback":
        """End the case unrated, seven days after its answer."""
        return self.change(Action.CLOSE, Party.SYSTEM, stamp, Status.CLOSED)

    def appeal(self, stamp: Stamp, centre_due: datetime) -> "Feedback":
        """Ask once for another look at a refusal; the centre sorts it by hand, and publishes it anew where that was wished."""
        publication = Publication.PENDING if self.may_be_public else Publication.PRIVATE
        return self.change(
            Action.APPEAL, Party.REPORTER, stamp, Status.RECEIVED, appealed=True, queued=True, refusal=None,
            centre_due=centre_due, publication=publication,
        )  # fmt: skip

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to the case any more."""
        return self.status in ENDED


_GUARDS: dict[Guard, Callable[[Feedback], bool]] = {
    Guard.NOT_QUEUED: lambda case: not case.queued,
    Guard.UNPUBLISHED: lambda case: case.publication is Publication.PENDING,
    Guard.PUBLIC: lambda case: case.publication is Publication.PUBLIC,
    Guard.HIDDEN: lambda case: case.publication is Publication.HIDDEN,
    Guard.NO_PENDING_HAND_OVER: lambda case: case.hand_over is None,
    Guard.HAND_OVER_PENDING: lambda case: case.hand_over is not None,
    Guard.QUESTIONS_LEFT: lambda case: case.questions < MOST_QUESTIONS and case.hand_over is None,
    Guard.GIVE_BACKS_LEFT: lambda case: case.give_backs < MOST_GIVE_BACKS,
    Guard.NOT_EXTENDED: lambda case: case.extension is None,
    Guard.EXTENSION_ASKED: lambda case: case.extension is not None and case.extension.granted is None,
    Guard.NOT_APPEALED: lambda case: not case.appealed,
    Guard.ANSWERS_ALONE: lambda case: case.assignment is not None and not case.assignment.approval,
    Guard.NEEDS_APPROVAL: lambda case: case.assignment is not None and case.assignment.approval,
}
