"""Whatever people do, in whatever order: no illegal state, no forged field, nobody reads or changes what is not theirs."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import DomainError, Gone, NotFound
from chalicelib.feedback import centre_commands, commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.clocks import later_deadline
from chalicelib.feedback.holding import holdings
from chalicelib.feedback.lifecycle import (
    HELD,
    MOST_GIVE_BACKS,
    MOST_QUESTIONS,
    MOST_REOPENINGS,
    TRANSITIONS,
    Action,
    Status,
)
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.records import desk
from chalicelib.feedback.values import Publication, Rating, RefusalReason
from tests.builders import DISPATCHER, QUESTION, REASON, REPORTER, STRANGER, give_answer, link, submit
from tests.fakes import Office

AGENCIES = ("ubnd-xa-1", "ca-xa-1", "ubnd-huyen-1", "nobody")
LEGAL = {
    (row.action, source, target) for row in TRANSITIONS for source in row.sources for target in row.targets or {source}
}
STEPS = 40
Act = Callable[[], Any]


class Life:
    """One case of one reporter, and a stranger, agencies, the centre and the software around it, who all do as they like."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.office = Office()
        # In every second life the heads of some agencies approve their answers.
        self.office.directory.approving = set(chance.choice([(), ("ubnd-xa-1", "ca-xa-1")]))
        category = chance.choice(["duong_sa", "duong_sa", "sat_lo", "an_ninh", "kien_nghi"])
        self.first = self.office.service.submit(REPORTER, submit(category=category), Trace("key-of-all"))
        self.before, self.code = self.first, self.first.code

    def step(self) -> None:
        """Somebody tries something, mostly what is possible now; what is refused is refused by a rule of the domain."""
        self.office.clock.move(hours=self.chance.choice([0, 0, 0, 1, 5, 200]))
        with suppress(DomainError):
            self.chance.choice(self.likely() if self.chance.random() < 0.8 else self.anything())()

    def likely(self) -> list[Act]:
        """What the case is waiting for; ends are rare, so that lives are long."""
        case = self.case()
        holder = self.as_agency(case.assignment.number if case.assignment else 0)
        receiver = self.as_agency(case.hand_over.number if case.hand_over else 0)
        head = self.as_head(case.assignment.number if case.assignment else 0)
        citizen, centre = self.as_citizen(REPORTER), self.as_centre()
        waits_for: Mapping[Status, list[Act]] = {
            Status.RECEIVED: [centre["assign"], centre["assign"], centre["route"], centre["publish"], centre["refuse"]],
            Status.ASSIGNED: [
                holder["accept"],
                holder["give_back"],
                holder["hand_over"],
                holder["answer"],
                holder["submit_approval"],
            ],
            Status.IN_PROGRESS: [
                holder["ask"],
                holder["answer"],
                holder["hand_over"],
                holder["extend"],
                holder["submit_approval"],
                centre["support"],
            ],
            Status.WAITING: [citizen["reply"], self.sweep, holder["answer"], holder["submit_approval"]],
            Status.AWAITING_APPROVAL: [head["code"], head["code"], head["approve"], head["return"]],
            Status.ANSWERED: [citizen["unsatisfied"]],
            Status.REFUSED: [citizen["appeal"]],
        }
        offer = [receiver["accept"], receiver["give_back"]] if case.hand_over else []
        helpers = [self.as_agency(duty.number)["contribute"] for duty in case.supporters]
        return [*waits_for.get(case.status, []), *offer, *helpers, self.sweep]

    def anything(self) -> list[Act]:
        """Whatever anybody can try, also by links that have ended or were never given, and in the name of strangers."""
        number = self.chance.randint(0, self.case().assignments + 1)
        everybody = (self.as_citizen(REPORTER), self.as_citizen(STRANGER), self.as_agency(number), self.as_head(number),
                     self.as_officer_in_the_heads_name(number), self.as_centre())  # fmt: skip
        return [act for acts in everybody for act in acts.values()]

    def sweep(self) -> None:
        self.office.sweep.run(self.office.clock.now)
        self.office.watch.run(self.office.clock.now)

    def as_citizen(self, who: str) -> dict[str, Act]:
        service, trace = self.office.service, self.trace()
        rate = commands.Rate
        return {
            "reply": lambda: service.reply(who, self.code, commands.Reply(text=QUESTION), trace),
            "withdraw": lambda: service.withdraw(who, self.code, commands.Withdraw(), trace),
            "appeal": lambda: service.appeal(who, self.code, commands.Explain(reason=REASON), trace),
            "satisfied": lambda: service.rate(who, self.code, rate(rating=Rating.SATISFIED), trace),
            "unsatisfied": lambda: service.rate(who, self.code, rate(rating=Rating.UNSATISFIED, reason=REASON), trace),
        }

    def as_agency(self, assignment: int) -> dict[str, Act]:
        agencies, trace, token = self.office.agencies, self.trace(), link(self.code, assignment)
        agency = self.chance.choice(AGENCIES)
        return {
            "accept": lambda: agencies.accept(token, trace),
            "ask": lambda: agencies.ask(token, commands.Ask(question=QUESTION), trace),
            "hand_over": lambda: agencies.hand_over(token, commands.HandOver(agency=agency, reason=REASON), trace),
            "give_back": lambda: agencies.give_back(token, commands.Explain(reason=REASON), trace),
            "extend": lambda: agencies.extend(token, commands.Extend(until=date(2040, 1, 1), reason=REASON), trace),
            "answer": lambda: agencies.answer(token, give_answer(), trace),
            "submit_approval": lambda: agencies.submit_approval(token, give_answer(), trace),
            "contribute": lambda: agencies.contribute(token, commands.Contribute(text=QUESTION), trace),
        }

    def as_head(self, assignment: int, head: bool = True) -> dict[str, Act]:
        agencies, trace, token = self.office.agencies, self.trace(), link(self.code, assignment, head)
        code = commands.Approve(code=self.chance.choice(["123456", "123456", "000000"]))
        return {
            "code": lambda: agencies.send_code(token, "", "vi"),
            "approve": lambda: agencies.approve(token, code, trace),
            "return": lambda: agencies.return_draft(token, commands.Explain(reason=REASON), trace),
        }

    def as_officer_in_the_heads_name(self, assignment: int) -> dict[str, Act]:
        """What must never succeed: the head's word by an officer's link."""
        return {name: partial(self.forged, act) for name, act in self.as_head(assignment, head=False).items()}

    def forged(self, act: Act) -> None:
        before = self.case()
        assert refused(act, DomainError)
        assert self.case() == before

    def as_centre(self) -> dict[str, Act]:
        centre, service, trace = self.office.centre, self.office.service, self.trace()
        assign = commands.Assign(agency=self.chance.choice(AGENCIES))
        support = centre_commands.Support(agency=self.chance.choice(AGENCIES), note=QUESTION)
        refuse = commands.Refuse(reason_code=RefusalReason.COURT)
        return {
            "assign": lambda: centre.assign(DISPATCHER, self.code, assign, trace),
            "refuse": lambda: centre.refuse(DISPATCHER, self.code, refuse, trace),
            "publish": lambda: centre.publish(DISPATCHER, self.code, trace),
            "support": lambda: centre.support(DISPATCHER, self.code, support, trace),
            "route": lambda: service.route(self.code, "cid"),
        }

    def trace(self) -> Trace:
        return Trace(self.chance.choice(["", "", "", "key-0001", "key-0002"]))

    def case(self) -> Feedback:
        return self.office.store.head(self.code)

    def history_only_grows_and_every_step_is_one_of_the_table(self) -> None:
        case = self.case()
        assert case.history[: len(self.before.history)] == self.before.history
        assert [entry.seq for entry in case.history] == list(range(1, len(case.history) + 1))
        for earlier, later in pairwise(case.history):
            assert (later.action, earlier.status, later.status) in LEGAL
            assert later.at >= earlier.at
        assert case.status is case.history[-1].status
        self.before = case

    def what_was_promised_and_sent_never_changes(self) -> None:
        assert self.office.service.own_case(REPORTER, self.code).feedback.matter == self.first.matter
        case = self.case()
        kept = (
            "reporter",
            "category",
            "area",
            "submitted_at",
            "promised_by",
            "may_be_public",
            "digest",
            "key",
            "handling",
        )
        assert [getattr(case, name) for name in kept] == [getattr(self.first, name) for name in kept]

    def limits_hold(self) -> None:
        case = self.case()
        assert case.questions <= MOST_QUESTIONS
        assert case.give_backs <= MOST_GIVE_BACKS
        assert case.reopenings <= MOST_REOPENINGS
        assert sum(entry.action is Action.APPEAL for entry in case.history) <= 1

    def parts_fit_the_status(self) -> None:
        case = self.case()
        assert (case.question is not None) == (case.status is Status.WAITING)
        assert (case.refusal is not None) == (case.status is Status.REFUSED)
        assert case.hand_over is None or case.status in (Status.ASSIGNED, Status.IN_PROGRESS)
        assert (case.draft is not None) == (case.status is Status.AWAITING_APPROVAL)
        held = case.status in (*HELD, Status.ANSWERED)
        assert case.assignment is not None or not held
        assert (desk(case) is None) == (case.status in (Status.REFUSED, Status.WITHDRAWN, Status.CLOSED))
        if case.status in (Status.REFUSED, Status.WITHDRAWN):
            assert case.publication is Publication.PRIVATE

    def the_deadline_is_what_the_history_counts_to(self) -> None:
        assert later_deadline(self.office.calendar, self.case()) is None

    def nobody_answers_alone_where_the_head_approves(self) -> None:
        for earlier, later in pairwise(self.case().history):
            if later.action is Action.APPROVE:
                assert earlier.status is Status.AWAITING_APPROVAL
            if later.action is Action.ANSWER:
                assert later.agency not in self.office.directory.approving

    def who_held_it_is_told_without_gaps(self) -> None:
        case = self.case()
        held = holdings(case.history)
        assert all(one.until is not None and one.until <= after.since for one, after in pairwise(held))
        present = held[-1].agency if held and held[-1].until is None else ""
        assert present == (case.agency if case.status in HELD else "")

    def nobody_sees_what_is_not_theirs(self) -> None:
        case = self.case()
        assert refused(lambda: self.office.service.own_case(STRANGER, self.code), NotFound)
        public = case.publication is Publication.PUBLIC
        assert refused(lambda: self.office.service.public_case(self.code), NotFound) != public
        shown = [line.code for line in self.office.lists.public(commands.ListPublic()).items]
        assert (self.code in shown) == public

    def only_the_present_duty_s_links_open(self) -> None:
        case = self.case()
        current = {case.assignment.number} if case.assignment and not _over(case) else set()
        current |= {case.hand_over.number} if case.hand_over else set()
        current |= {duty.number for duty in case.supporters} if not _over(case) else set()
        for number in range(case.assignments + 2):
            opened = not refused(lambda number=number: self.office.agencies.duty(link(self.code, number)), Gone)  # type: ignore[misc]
            assert opened == (number in current)


RULES = (
    Life.history_only_grows_and_every_step_is_one_of_the_table,
    Life.what_was_promised_and_sent_never_changes,
    Life.limits_hold,
    Life.parts_fit_the_status,
    Life.the_deadline_is_what_the_history_counts_to,
    Life.nobody_answers_alone_where_the_head_approves,
    Life.who_held_it_is_told_without_gaps,
    Life.nobody_sees_what_is_not_theirs,
    Life.only_the_present_duty_s_links_open,
)


def _over(case: Feedback) -> bool:
    return case.status in (Status.RECEIVED, Status.REFUSED, Status.WITHDRAWN, Status.CLOSED)


def refused(act: Act, error: type[DomainError]) -> bool:
    try:
        act()
    except error:
        return True
    return False


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_every_rule_holds_after_every_step_of_a_random_life(seed: int) -> None:
    life = Life(Random(seed))
    for _ in range(STEPS):
        life.step()
        for rule in RULES:
            rule(life)
    case = life.case()
    for told in (case.status, f"{len(case.history)} entries", f"reopened {case.reopenings}", f"asked {case.questions}"):
        event(str(told))
