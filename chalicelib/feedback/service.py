"""The use cases of the heart: what citizens, agencies and the software itself do with a case."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec

from chalicelib.core import codes
from chalicelib.core.actors import ActorKind, citizen, system
from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.errors import Conflict, FieldError, Invalid, LostRace, NotFound, NotPossibleNow, invalid
from chalicelib.feedback import commands, deadlines
from chalicelib.feedback.casework import Casework, Change, Decide, Duty, Trace
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import CategoryRule, Directory, Dossier, File, Files, Store, Upload
from chalicelib.feedback.routing import competent_agency
from chalicelib.feedback.values import Answer, Document, Entry, Matter, Publication, Stamp

_COLLISIONS = 5


class FeedbackService:
    """One method a use case; every method reads the clock once and writes the head at most once."""

    def __init__(
        self, store: Store, casework: Casework, directory: Directory, files: Files, calendar: Callable[[], Calendar],
        clock: Clock, secret: str,
    ) -> None:  # fmt: skip
        self._store = store
        self._casework = casework
        self._directory = directory
        self._files = files
        self._calendar = calendar
        self._clocks = Clocks(calendar, directory.needs_approval)
        self._clock = clock
        self._secret = secret

    # Citizens

    def submit(self, account: str, command: commands.Submit, trace: Trace) -> Feedback:
        """A new case, or the one that the same account and key made before.

        Raises Invalid for an unknown category or area or a place outside the province, Conflict for a key used with another body.
        """
        now = self._clock()
        self._category(command.category)
        if command.occurred_at and command.occurred_at > now:
            raise invalid("occurred_at", "field.future")
        area = self._directory.place(command.location.lat, command.location.long, command.location.area)
        for attempt in range(_COLLISIONS):
            code = codes.tracking_code(self._secret, account, trace.key, attempt)
            made = self._new(code, account, command, area, now, trace)
            standing = self._store.add(made)
            if standing is None:
                return made
            if (standing.reporter, standing.key) == (made.reporter, made.key):
                if standing.digest != made.digest:
                    raise Conflict("error.key_reused")
                return standing
        raise LostRace()

    def reply(self, account: str, code: str, command: commands.Reply, trace: Trace) -> Feedback:
        """Answer the agency's question; its clock goes on."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.resume(Action.REPLY, stamp, self._clocks.resumed(case, stamp.at))

        return self._by_citizen(account, code, Action.REPLY, decide, trace, command.text)

    def withdraw(self, account: str, code: str, command: commands.Withdraw, trace: Trace) -> Feedback:
        """End the case at the reporter's wish."""
        return self._by_citizen(
            account, code, Action.WITHDRAW, lambda case, _, stamp: case.withdraw(stamp), trace, command.reason
        )

    def rate(self, account: str, code: str, command: commands.Rate, trace: Trace) -> Feedback:
        """Judge the answer; unsatisfied sends the case back with a shorter deadline, twice at most."""
        command.check()

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.rate(stamp, command.rating, self._clocks.again(case, case.agency, stamp.at))

        return self._by_citizen(account, code, Action.RATE, decide, trace, command.reason)

    def appeal(self, account: str, code: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Ask once for another look at a refusal."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            return case.appeal(stamp, deadlines.centre_due(self._calendar(), case.level, stamp.at))

        return self._by_citizen(account, code, Action.APPEAL, decide, trace, command.reason)

    def add_photo(self, account: str, code: str, command: commands.AddFile) -> Upload:
        """Leave to upload one photo to an own, open case; raises NotFound, Invalid, Conflict."""
        dossier = self.own_case(account, code)
        if dossier.feedback.ended:
            raise NotPossibleNow("photos", dossier.feedback.next_actions(Party.REPORTER))
        return self._upload(dossier, "citizen", command, commands.CITIZEN_TYPES)

    def own_case(self, account: str, code: str) -> Dossier:
        """The reporter's own case; raises NotFound for anybody else's."""
        dossier = self._store.dossier(codes.normal_code(code))
        if dossier.feedback.reporter != account:
            raise NotFound("error.feedback_not_found")
        return dossier

    def tracked_case(self, code: str) -> Dossier:
        """Any case by its code, for a page that shows of one that is not public only where it stands; raises NotFound."""
        return self._store.dossier(codes.normal_code(code))

    def public_case(self, code: str) -> Dossier:
        """A case that the public may read; raises NotFound for every other."""
        dossier = self._store.dossier(codes.normal_code(code))
        if dossier.feedback.publication is not Publication.PUBLIC:
            raise NotFound("error.feedback_not_found")
        return dossier

    # Agencies, by signed link

    def duty(self, token: str) -> Duty:
        """What a signed link opens; raises NotFound for a forged one, Gone once its assignment is over."""
        return self._casework.duty(token)

    def accept(self, token: str, trace: Trace) -> Feedback:
        """Take the case up; the receiver of a hand-over becomes its holder with that."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            agency = case.hand_over.agency if party is Party.RECEIVER and case.hand_over else case.agency
            return case.accept(party, stamp, self._clocks.terms(case, agency, stamp.at))

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
            return case.offer(stamp, command.agency, deadlines.lapses_at(self._calendar(), stamp.at))

        return self._casework.act_by_link(token, Action.HAND_OVER, decide, trace, command.reason)

    def give_back(self, token: str, command: commands.Explain, trace: Trace) -> Feedback:
        """Say "not ours": within 8 working hours of the assignment, raises Conflict after them."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            duty = case.hand_over if party is Party.RECEIVER else case.assignment
            if duty and not deadlines.may_give_back(self._calendar(), duty.at, stamp.at):
                raise Conflict("error.give_back_too_late")
            return case.give_back(party, stamp, deadlines.centre_due(self._calendar(), case.level, stamp.at))

        return self._casework.act_by_link(token, Action.GIVE_BACK, decide, trace, command.reason)

    def extend(self, token: str, command: commands.Extend, trace: Trace) -> Feedback:
        """Ask the centre for a later deadline, once; `until` must lie behind the present one."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            until = self._calendar().deadline(datetime(*command.until.timetuple()[:3], 8, tzinfo=VIETNAM), 0)
            if until <= case.deadline:
                raise invalid("until", "field.past")
            return case.extend(stamp, until)

        return self._casework.act_by_link(token, Action.EXTEND, decide, trace, command.reason)

    def answer(self, token: str, command: commands.GiveAnswer, trace: Trace) -> Feedback:
        """Answer in public; raises Invalid naming everything that makes the answer vague, or files that are not there."""
        now = self._clock()
        command.check(now.astimezone(VIETNAM).date())
        text = msgspec.json.encode({"result": command.result, "next_step": command.next_step}).decode()

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            self._require_files(case, command)
            return case.give_answer(stamp, _answer(case, command, stamp))

        return self._casework.act_by_link(token, Action.ANSWER, decide, trace, text)

    def add_evidence(self, token: str, command: commands.AddFile) -> Upload:
        """Leave to upload one photo or PDF as evidence; only the holder of the case may."""
        duty = self._held(token)
        return self._upload(duty.dossier, str(duty.assignment), command, commands.AGENCY_TYPES)

    def add_evidence_by_form(self, token: str, back_to: str) -> Upload:
        """Leave to post one file from a page without scripts, then go to `back_to`; receive_file finds its type and size."""
        duty = self._held(token)
        _require_room(duty.dossier, str(duty.assignment))
        return self._files.upload(duty.dossier.feedback.code, str(duty.assignment), "", commands.MOST_BYTES, back_to)

    def _held(self, token: str) -> Duty:
        duty = self.duty(token)
        if duty.party is not Party.HOLDER:
            raise NotPossibleNow("photos", duty.dossier.feedback.next_actions(duty.party))
        return duty

    # The software itself

    def route(self, code: str, cid: str) -> Feedback | None:
        """Give a new case to the lowest competent agency, or leave it to the centre; None where that was done already."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            category = self._directory.category(case.category)
            path = self._directory.path(case.area)
            found = competent_agency(category.steps if category else (), path, self._directory.competent)
            if found is None:
                return case.queue(stamp)
            return case.assign(party, stamp, found, self._clocks.terms(case, found, stamp.at))

        return self._unless_done(code, "routing", Action.ASSIGN, decide, Trace(cid=cid))

    def time_out(self, code: str, now: datetime) -> Feedback | None:
        """Go on with a case whose reporter did not reply by `now`; None where there is nothing to do."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if case.question is None or case.question.answer_by > now:
                raise NotPossibleNow(Action.TIME_OUT, ())
            return case.resume(Action.TIME_OUT, stamp, self._clocks.resumed(case, now))

        return self._unless_done(code, "sweep", Action.TIME_OUT, decide, Trace())

    def close(self, code: str, now: datetime) -> Feedback | None:
        """Close an answered case that nobody rated by `now`; None where there is nothing to do."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if case.answer is None or case.answer.rate_by is None or case.answer.rate_by > now:
                raise NotPossibleNow(Action.CLOSE, ())
            return case.close(stamp)

        return self._unless_done(code, "sweep", Action.CLOSE, decide, Trace())

    def receive_file(self, code: str, file: File) -> bool:
        """Register an uploaded file once; False (then delete it) for a type or duty that is not taken, or one file too many."""
        case = self._store.head(code)
        types = commands.CITIZEN_TYPES if file.by == "citizen" else commands.AGENCY_TYPES
        known = file.by == "citizen" or (file.by.isdigit() and 1 <= int(file.by) <= case.assignments)
        return known and file.content_type in types and self._store.attach(code, file, commands.MOST_FILES)

    def _require_files(self, case: Feedback, command: commands.GiveAnswer) -> None:
        """Raise Invalid naming files that are not there; one that has arrived a moment ago is registered here and now."""
        named = _named_files(command)
        if not named or case.assignment is None:
            return
        by = str(case.assignment.number)
        have = {file.id for file in self._store.dossier(case.code).files if file.by == by}
        missing = [(field, file) for field, file in named if file not in have]
        errors = [FieldError(field, "field.photo") for field, file in missing if not self._arrived(case.code, by, file)]
        if errors:
            raise Invalid(errors)

    def _arrived(self, code: str, by: str, identifier: str) -> bool:
        file = self._files.arrived(code, by, identifier)
        return file is not None and self.receive_file(code, file)

    def _by_citizen(
        self, account: str, code: str, action: Action, decide: Decide, trace: Trace, text: str = ""
    ) -> Feedback:
        return self._casework.act(codes.normal_code(code), Change(citizen(account), action, decide, trace, text))

    def _unless_done(self, code: str, task: str, action: Action, decide: Decide, trace: Trace) -> Feedback | None:
        try:
            return self._casework.act(code, Change(system(task), action, decide, trace))
        except NotPossibleNow:
            return None

    def _category(self, code: str) -> CategoryRule:
        found = self._directory.category(code)
        if found is None:
            raise invalid("category", "field.category")
        return found

    def _upload(self, dossier: Dossier, by: str, command: commands.AddFile, types: tuple[str, ...]) -> Upload:
        if command.content_type not in types:
            raise invalid("content_type", "field.choice", choices=", ".join(types))
        _require_room(dossier, by)
        return self._files.upload(dossier.feedback.code, by, command.content_type, command.size)

    def _new(
        self, code: str, account: str, command: commands.Submit, area: str, now: datetime, trace: Trace
    ) -> Feedback:
        """The case as it begins."""
        category, where, calendar = self._category(command.category), command.location, self._calendar()
        path, publication = dict(self._directory.path(area)), _publication(category, command.visibility)
        entry = Entry(1, now, Action.SUBMIT, ActorKind.CITIZEN, account, Status.RECEIVED, cid=trace.cid)
        return Feedback(
            code=code, status=Status.RECEIVED, reporter=account, category=category.code, area=area,
            district=path.get("district", area), level=category.level, handling=category.handling,
            publication=publication, may_be_public=publication is not Publication.PRIVATE,
            share_contact=command.share_contact, submitted_at=now, changed_at=now,
            promised_by=deadlines.due(calendar, category.handling, now),
            centre_due=deadlines.centre_due(calendar, category.level, now),
            matter=Matter(command.title, command.text, where.lat, where.long, where.address),
            key=codes.fingerprint(trace.key), digest=_digest(command), occurred_at=command.occurred_at, history=(entry,),
        )  # fmt: skip


def _digest(command: commands.Submit) -> str:
    return hashlib.sha256(msgspec.json.encode(command)).hexdigest()[:16]


def _publication(category: CategoryRule, visibility: str) -> Publication:
    if visibility == "private" or category.publication == "private":
        return Publication.PRIVATE
    return Publication.PUBLIC if category.publication == "public" else Publication.PENDING


def _require_room(dossier: Dossier, by: str) -> None:
    if sum(file.by == by for file in dossier.files) >= commands.MOST_FILES:
        raise Conflict("error.photos_full", most=commands.MOST_FILES)


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
