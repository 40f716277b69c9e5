"""The use cases of the heart: what citizens and the software itself do with a case."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import msgspec

from chalicelib.core import codes
from chalicelib.core.actors import ActorKind, citizen, system
from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, LostRace, NotFound, NotPossibleNow, invalid
from chalicelib.feedback import commands, deadlines
from chalicelib.feedback.about import superior
from chalicelib.feedback.case_files import CaseFiles
from chalicelib.feedback.casework import Casework, Change, Decide, Trace
from chalicelib.feedback.clocks import Clocks
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import CategoryRule, Directory, Dossier, File, Files, Store, Upload
from chalicelib.feedback.routing import competent_agency
from chalicelib.feedback.values import Entry, Matter, Publication, Stamp

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
        self._files = CaseFiles(store, files)
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
        area = self.checked(command, now)
        for attempt in range(_COLLISIONS):
            code = codes.tracking_code(self._secret, account, trace.key, attempt)
            made = self.begin(code, account, command, area, now, trace)
            standing = self._store.add(made)
            if standing is None:
                return made
            if (standing.reporter, standing.key) == (made.reporter, made.key):
                if standing.digest != made.digest:
                    raise Conflict("error.key_reused")
                return standing
            if standing.status is Status.SEALED:
                # Most likely this very matter, sent again: nothing may stand in its place, and nothing says what it was.
                raise Conflict("error.key_reused")
        raise LostRace()

    def checked(self, command: commands.Submit, now: datetime) -> str:
        """The area that a new matter belongs to; raises Invalid for what the directory or the clock does not allow."""
        self._category(command.category)
        if command.occurred_at and command.occurred_at > now:
            raise invalid("occurred_at", "field.future")
        if command.about_agency and not self._directory.has_agency(command.about_agency):
            raise invalid("about_agency", "field.agency")
        return self._directory.place(command.location.lat, command.location.long, command.location.area)

    def begin(
        self, code: str, account: str, command: commands.Submit, area: str, now: datetime, trace: Trace
    ) -> Feedback:
        """A case as it begins; not kept yet."""
        category, where, calendar = self._category(command.category), command.location, self._calendar()
        path, publication = dict(self._directory.path(area)), _publication(category, command)
        entry = Entry(1, now, Action.SUBMIT, ActorKind.CITIZEN, account, Status.RECEIVED, cid=trace.cid)
        return Feedback(
            code=code, status=Status.RECEIVED, reporter=account, category=category.code, area=area,
            district=path.get("district") or path.get("province", area), level=category.level, handling=category.handling,
            publication=publication, may_be_public=publication is not Publication.PRIVATE,
            share_contact=command.share_contact, submitted_at=now, changed_at=now,
            promised_by=deadlines.due(calendar, category.handling, now),
            centre_due=deadlines.centre_due(calendar, category.level, now),
            matter=Matter(command.title, command.text, where.lat, where.long, where.address),
            key=codes.fingerprint(trace.key), digest=_digest(command), occurred_at=command.occurred_at, history=(entry,),
            about=command.about_agency or "",
        )  # fmt: skip

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
            again = case.reopened_by(command.rating)
            return case.rate(stamp, command.rating, self._clocks.again(case, case.agency, stamp.at) if again else None)

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
        return self._files.leave(dossier, "citizen", command)

    def own_case(self, account: str, code: str) -> Dossier:
        """The reporter's own case; raises NotFound for anybody else's."""
        dossier = self._store.dossier(codes.normal_code(code))
        if dossier.feedback.reporter != account:
            raise NotFound("error.feedback_not_found")
        return dossier

    def parts(self, case: Feedback) -> list[Feedback]:
        """The cases by which a split one was replaced, as far as they stand yet; empty for any other."""
        found: list[Feedback] = []
        for code in case.children:
            with suppress(NotFound):
                found.append(self._store.head(code))
        return found

    def tracked_case(self, code: str) -> Dossier:
        """Any case by its code, for a page that shows of one that is not public only where it stands; raises NotFound."""
        return self._store.dossier(codes.normal_code(code))

    def public_case(self, code: str) -> Dossier:
        """A case that the public may read; raises NotFound for every other."""
        dossier = self._store.dossier(codes.normal_code(code))
        if dossier.feedback.publication is not Publication.PUBLIC:
            raise NotFound("error.feedback_not_found")
        return dossier

    # The software itself

    def route(self, code: str, cid: str) -> Feedback | None:
        """Give a new case to the lowest competent agency, or leave it to the centre; None where that was done already."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            found = self._agency_for(case)
            if found is None:
                return case.queue(stamp)
            return case.assign(party, stamp, found, self._clocks.terms(case, found, stamp.at))

        return self._unless_done(code, "routing", Action.ASSIGN, decide, Trace(cid=cid))

    def time_out(self, code: str, now: datetime) -> Feedback | None:
        """Go on with a case whose reporter did not reply by `now`; None where there is nothing to do."""

        def decide(case: Feedback, party: Party, stamp: Stamp) -> Feedback:
            if case.question is None or case.question.answer_by > now:
                raise NotPossibleNow(Action.TIME_OUT, ())
            return case.resume(Action.TIME_OUT, stamp, self._clocks.resumed(case, max(now, stamp.at)))

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
        return self._files.receive(code, file)

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

    def _agency_for(self, case: Feedback) -> str | None:
        if case.about:
            return superior(self._directory, case.about)
        category, path = self._directory.category(case.category), self._directory.path(case.area)
        return competent_agency(category.steps if category else (), path, self._directory.competent)


def _digest(command: commands.Submit) -> str:
    return hashlib.sha256(msgspec.json.encode(command)).hexdigest()[:16]


def _publication(category: CategoryRule, command: commands.Submit) -> Publication:
    if command.about_agency or command.visibility == "private" or category.publication == "private":
        return Publication.PRIVATE
    return Publication.PUBLIC if category.publication == "public" else Publication.PENDING
