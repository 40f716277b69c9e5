"""What agencies do with a case, by signed link."""

from collections.abc import Callable

import msgspec

from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.errors import Conflict, NotPossibleNow, invalid
from chalicelib.feedback import approval, commands, deadlines, moderation
from chalicelib.feedback.about import require_free
from chalicelib.feedback.case_files import CaseFiles
from chalicelib.feedback.casework import Casework, Duty, Trace
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import CodeSent, Directory, Draft, Files, Signatures, Store, Upload
from chalicelib.feedback.values import Answer, Document, Stamp


class AgencyService:
    """One method a use case; the token of the signed link is the authorisation."""

    def __init__(
        self, store: Store, casework: Casework, directory: Directory, files: Files, calendar: Callable[[], Calendar],
        clock: Clock, signatures: Signatures,
    ) -> None:  # fmt: skip
        self._casework = casework
        self._directory = directory
        self._files = CaseFiles(store, files)
        self._calendar = calendar
        self._clocks = Clocks(calendar, directory.needs_approval)
        self._clock = clock
        self._signatures = signatures

    def duty(self, token: str) -> Duty:
        """What a signed link opens; raises NotFound for a forged one, Gone once its assignment is over."""
        return self._casework.duty(token)

    def accept(self, token: str, trace: Trace) -> Feedback:
        """Take the case up; the receiver of a hand-over becomes its holder with that."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if party is Party.RECEIVER and case.hand_over:
                return case.take_over(stamp, self._clocks.terms(case, case.hand_over.agency, stamp.at))
            return case.accept(stamp)

        return self._casework.act_by_link(token, Action.ACCEPT, decide, trace)

    def ask(self, token: str, command: commands.Ask, trace: Trace) -> Feedback:
        """Ask the reporter for more; the clock stands until the reply, 5 working days at most."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.ask(stamp, deadlines.reply_by(self._calendar(), stamp.at))

        return self._casework.act_by_link(token, Action.ASK, decide, trace, command.question)

    def hand_over(self, token: str, command: commands.HandOver, trace: Trace) -> Feedback:
        """Offer the case to another agency; it has the case when it accepts."""
        if not self._directory.has_agency(command.agency):
            raise invalid("agency", "field.agency")

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if command.agency == case.agency:
                raise invalid("agency", "field.agency_same")
            require_free(self._directory, case, command.agency)
            return case.offer(stamp, command.agency, deadlines.lapses_at(self._calendar(), stamp.at))

        return self._casework.act_by_link(token, Action.HAND_OVER, decide, trace, command.reason)

    def give_back(self, token: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Say "not ours": within 8 working hours of the assignment, raises Conflict after them."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            duty = case.duty_of(party)
            if duty and not deadlines.may_give_back(self._calendar(), duty.at, stamp.at):
                raise Conflict("error.give_back_too_late")
            return case.give_back(party, stamp, deadlines.centre_due(self._calendar(), case.level, stamp.at))

        return self._casework.act_by_link(token, Action.GIVE_BACK, decide, trace, command.reason)

    def extend(self, token: str, command: commands.Extend, trace: Trace) -> Feedback:
        """Ask the centre for a later deadline, once; `until` must lie behind the present one."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            until = deadlines.extended_to(self._calendar(), command.until)
            if until <= case.deadline:
                raise invalid("until", "field.after_deadline")
            return case.extend(stamp, until)

        return self._casework.act_by_link(token, Action.EXTEND, decide, trace, command.reason)

    def answer(self, token: str, command: commands.GiveAnswer, trace: Trace) -> Feedback:
        """Answer in public; raises Invalid naming everything that makes the answer vague, or files that are not there."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            self._files.require(case, case.assignment, _named_files(command))
            return case.give_answer(stamp, _answer(case, command, stamp))

        return self._casework.act_by_link(token, Action.ANSWER, decide, trace, self._words(command))

    def submit_approval(self, token: str, command: commands.GiveAnswer, trace: Trace) -> Feedback:
        """Put the answer before the head of the agency, where its data asks for that; refused as `answer` would be."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            self._files.require(case, case.assignment, _named_files(command))
            resumed = self._clocks.resumed(case, stamp.at) if case.status is Status.WAITING else None
            return approval.submit_draft(case, stamp, _answer(case, command, stamp), resumed)

        return self._casework.act_by_link(token, Action.SUBMIT_APPROVAL, decide, trace, self._words(command))

    def send_code(self, token: str, key: str, language: str) -> CodeSent:
        """Send the head, who asks by a link of his own, a code for the draft that waits; raises TooMany, Conflict, Unavailable."""
        duty = self.duty(token)
        case = duty.dossier.feedback
        if Action.APPROVE not in case.next_actions(duty.party):
            raise NotPossibleNow("code", case.next_actions(duty.party))
        return self._signatures.send(duty.agency, approval.draft_of(case), key, language)

    def approve(self, token: str, command: commands.Approve, trace: Trace) -> Feedback:
        """Make the draft the answer, with the code on the head's own phone; raises Invalid for a code that is not good."""
        checked: set[Draft] = set()

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            draft = approval.draft_of(case)
            if draft not in checked:  # a lost race is no second guess
                self._signatures.check(draft, command.code)
                checked.add(draft)
            return approval.approve(case, stamp, deadlines.rate_by(stamp.at))

        return self._casework.act_by_link(token, Action.APPROVE, decide, trace)

    def return_draft(self, token: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Give the draft back to the officer, with a reason; needs no code, for it publishes nothing."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return approval.return_draft(case, stamp)

        return self._casework.act_by_link(token, Action.RETURN, decide, trace, command.reason)

    def contribute(self, token: str, command: commands.Contribute, trace: Trace) -> Feedback:
        """Say what a supporting agency has to say; the lead reads it and answers."""
        number = self._casework.number(token)

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            mine = next((duty for duty in case.supporters if duty.number == number), None)
            self._files.require(case, mine, [(f"photos.{place}", file) for place, file in enumerate(command.photos)])
            return moderation.contribute(case, stamp, number)

        return self._casework.act_by_link(token, Action.CONTRIBUTE, decide, trace, command.text)

    def add_evidence(self, token: str, command: commands.AddFile) -> Upload:
        """Leave to upload one photo or PDF as evidence; only the holder of the case and who supports it may."""
        duty = self._writing(token)
        return self._files.leave(duty.dossier, str(duty.assignment), command)

    def add_evidence_by_form(self, token: str, back_to: str) -> Upload:
        """Leave to post one file from a page without scripts, then go to `back_to`; receive_file finds its type and size."""
        duty = self._writing(token)
        return self._files.leave_by_form(duty.dossier, str(duty.assignment), back_to)

    def _writing(self, token: str) -> Duty:
        duty = self.duty(token)
        if duty.party not in (Party.HOLDER, Party.SUPPORTER):
            raise NotPossibleNow("photos", duty.dossier.feedback.next_actions(duty.party))
        return duty

    def _words(self, command: commands.GiveAnswer) -> str:
        """The text of an answer as it is kept; raises Invalid for a vague one."""
        command.check(self._clock().astimezone(VIETNAM).date())
        return msgspec.json.encode({"result": command.result, "next_step": command.next_step}).decode()


def _named_files(command: commands.GiveAnswer) -> list[tuple[str, str]]:
    papers = [(f"documents.{place}.file", paper.file) for place, paper in enumerate(command.documents) if paper.file]
    return [(f"photos.{place}", photo) for place, photo in enumerate(command.photos)] + papers


def _answer(case: Feedback, command: commands.GiveAnswer, stamp: Stamp) -> Answer:
    papers = tuple(
        Document(paper.number, paper.date.isoformat(), paper.signer, paper.file or "") for paper in command.documents
    )
    return Answer(
        at=stamp.at, agency=case.agency, outcome=command.outcome, text_ref=stamp.text_ref, photos=command.photos,
        documents=papers, scheduled_for=command.scheduled_for.isoformat() if command.scheduled_for else "",
        rate_by=deadlines.rate_by(stamp.at),
    )  # fmt: skip
