"""Cases and agencies as the pages wish to see them (pages.ports.Cases). Only wiring uses it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.bridges.reference import ReferenceData
from chalicelib.core import codes
from chalicelib.core.actors import ActorKind
from chalicelib.core.calendar import Calendar
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.words import say
from chalicelib.directory.model import Agency, AgencyKind, Area
from chalicelib.directory.service import Directory
from chalicelib.feedback import commands, deadlines
from chalicelib.feedback.about import barred
from chalicelib.feedback.agency_service import AgencyService
from chalicelib.feedback.casework import Duty, Trace
from chalicelib.feedback.endings import ended_by
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier
from chalicelib.feedback.service import FeedbackService
from chalicelib.feedback.values import Assignment, Entry, HandOver, Level, Publication
from chalicelib.feedback.views import AnswerView, EntryView, FeedbackView, FileView, Views
from chalicelib.pages import model as pages
from chalicelib.pages.model import Task
from chalicelib.pages.ports import Sent
from chalicelib.pages.words import say as say_on_page
from chalicelib.runtime.decoding import convert

ReportersContact = Callable[[str], tuple[str, str] | None]

# An upload is registered by an event, mostly within a second; a page waits for it as long as people wait for a page.
_LOOKS = 8
_PAUSE_SECONDS = 0.4

# Whose duty a history entry names beside its actor.
_NAMES_AGENCY = frozenset({Action.ASSIGN, Action.HAND_OVER, Action.SUPPORT, Action.TRANSFER})
# Whose words stand on the page by themselves.
_STAND_APART = frozenset({Action.ANSWER, Action.SUBMIT_APPROVAL, Action.APPROVE, Action.CONTRIBUTE})


class Sources(msgspec.Struct, frozen=True):
    """What the bridge stands on; `pause` waits for so many seconds."""

    service: FeedbackService
    agencies: AgencyService
    views: Views
    directory: "Offices"
    contact: ReportersContact
    calendar: Callable[[], Calendar]
    clock: Clock
    secret: str
    pause: Callable[[float], None]


class PageCases:
    """Fills pages.ports.Cases."""

    def __init__(self, sources: Sources) -> None:
        self._from = sources
        agencies = sources.agencies
        self._acts: dict[Task, tuple[type[Any], Callable[..., Feedback]]] = {
            Task.ANSWER: (commands.GiveAnswer, agencies.answer),
            Task.SUBMIT_APPROVAL: (commands.GiveAnswer, agencies.submit_approval),
            Task.APPROVE: (commands.Approve, agencies.approve),
            Task.RETURN: (commands.Explain, agencies.return_draft),
            Task.CONTRIBUTE: (commands.Contribute, agencies.contribute),
            Task.ASK: (commands.Ask, agencies.ask),
            Task.HAND_OVER: (commands.HandOver, agencies.hand_over),
            Task.GIVE_BACK: (commands.Explain, agencies.give_back),
            Task.EXTEND: (commands.Extend, agencies.extend),
        }

    def sheet(self, token: str, language: str, upload: str = "") -> pages.Sheet:
        """What a signed link opens, once the file `upload` is registered; raises NotFound, Gone."""
        duty = self._from.agencies.duty(token)
        for _ in range(_LOOKS if upload else 0):
            if any(file.id == upload for file in duty.dossier.files):
                break
            self._from.pause(_PAUSE_SECONDS)
            duty = self._from.agencies.duty(token)
        return self._sheet(duty, language)

    def ending(self, token: str, language: str) -> pages.Ending | None:
        """How the assignment of an ended link ended; raises NotFound for a forged link."""
        link = codes.read_link(self._from.secret, token)
        case = self._from.service.tracked_case(link.code).feedback
        entry = ended_by(case.history, link.assignment)
        if entry is None:
            return None
        action = "reopen" if _reopens(entry) else entry.action.value
        return pages.Ending(case.code, action, self._by(entry, language), entry.at)

    def carry_out(self, token: str, task: Task, sent: Sent) -> None:
        """Do it; raises Invalid, Conflict, NotFound, Gone."""
        trace = Trace(sent.key, sent.cid)
        if task is Task.ACCEPT:
            self._from.agencies.accept(token, trace)
            return
        command, act = self._acts[task]
        act(token, convert(dict(sent.fields), command, strict=False), trace)

    def send_code(self, token: str, key: str, language: str) -> pages.SentCode:
        """Send the head a code for the draft that waits; raises TooMany, Unavailable, Conflict, NotFound, Gone."""
        sent = self._from.agencies.send_code(token, key, language)
        return pages.SentCode(sent.phone_end, -(-sent.expires_in // 60))

    def leave(self, token: str, back_to: str) -> pages.Leave | None:
        """Leave to upload one more file; None where no more can be added."""
        try:
            made = self._from.agencies.add_evidence_by_form(token, back_to)
        except Conflict:
            return None
        return pages.Leave(made.id, made.url, tuple(made.fields.items()))

    def agencies(self, token: str, language: str) -> tuple[pages.Group, ...]:
        """The agencies a case can be handed over to; raises NotFound, Gone."""
        duty = self._from.agencies.duty(token)
        case = duty.dossier.feedback
        return self._from.directory.groups(case, duty.agency, language)

    def tracked(self, code: str, language: str) -> pages.Tracked:
        """What the holder of a tracking code may see; raises NotFound."""
        dossier = self._from.service.tracked_case(code)
        if dossier.feedback.status is Status.SEALED:
            raise NotFound("error.feedback_not_found")
        public = dossier.feedback.publication is Publication.PUBLIC
        subject = self.subject(dossier, self._from.views.public(dossier, self._from.clock(), language))
        return pages.Tracked(subject if public else _bare(subject), public)

    def _sheet(self, duty: Duty, language: str) -> pages.Sheet:
        now, case = self._from.clock(), duty.dossier.feedback
        shown = case.share_contact and duty.party is not Party.SUPPORTER
        contact = self._from.contact(case.reporter) if shown else None
        view = self._from.views.work(duty.dossier, duty.party, now, language, contact)
        given, offer = case.duty_of(duty.party), case.hand_over
        other = case.agency if duty.party in (Party.RECEIVER, Party.SUPPORTER) else offer.agency if offer else ""
        subject = self.subject(duty.dossier, view)
        if case.status is Status.AWAITING_APPROVAL:
            subject = replace(subject, status_text=say_on_page("status.office.awaiting_approval", language))
        return pages.Sheet(
            subject=subject, part=pages.Part(duty.party.value),
            agency=self._from.directory.name(duty.agency), version=case.version, tasks=self._tasks(view, given, now),
            occurred_at=case.occurred_at,
            contact=pages.Contact(*contact) if contact else None,
            other=self._from.directory.name(other) if other else "",
            give_back_until=deadlines.give_back_until(self._from.calendar(), given.at) if given else None,
            reply_until=case.question.answer_by if case.question else None,
            extension_until=case.extension.until if case.extension else None,
            extension_granted=case.extension.granted if case.extension else None,
            accept_by=offer.lapses_at if offer else None, draft=answer(view.draft) if view.draft else None,
            returned_because=_returned_because(duty), asked=_asked(duty),
            supports=self.supports(duty.dossier, duty.assignment if duty.party is Party.SUPPORTER else 0),
            held=tuple(pages.Held(one.agency.name, one.since, one.until, one.working_days) for one in view.held),
            reopened_because=_reopened_because(duty),
            evidence=self.files(duty.dossier, str(duty.assignment)),
        )  # fmt: skip

    def supports(self, dossier: Dossier, only: int = 0) -> tuple[pages.Support, ...]:
        """What the supporting agencies have said, all of them or the one of that assignment."""
        mine = [one for one in dossier.feedback.supporters if only in (0, one.number)]
        return tuple(
            pages.Support(
                self._from.directory.name(one.agency),
                tuple(
                    pages.Said(entry.at, dossier.texts.get(entry.text_ref, "")) for entry in dossier.feedback.history
                    if entry.action is Action.CONTRIBUTE and entry.assignment == one.number
                ),
                self.files(dossier, str(one.number)),
            )
            for one in mine
        )  # fmt: skip

    def _tasks(self, view: FeedbackView, given: Assignment | HandOver | None, now: datetime) -> tuple[Task, ...]:
        """What the table allows, without giving back once its time is over."""
        late = given is None or not deadlines.may_give_back(self._from.calendar(), given.at, now)
        possible = [task for task in Task if task.value in view.next_actions]
        return tuple(task for task in possible if not (task is Task.GIVE_BACK and late))

    def subject(self, dossier: Dossier, view: FeedbackView) -> pages.Subject:
        """What every page shows of a case, as its reader may see it."""
        case = dossier.feedback
        entries = {(entry.at, entry.action.value): entry for entry in case.history}
        return pages.Subject(
            code=view.code, status=view.status, status_text=view.status_text, category=view.category_name,
            place=self._from.directory.place(case.area, case.submitted_at), agency=view.agency.name if view.agency else "",
            submitted_at=view.submitted_at, deadline=view.deadline, remaining=self.remaining(case), title=view.title,
            text=view.text, address=view.location.address if view.location else "",
            lat=view.location.lat if view.location else None, long=view.location.long if view.location else None,
            urgent=case.level is Level.URGENT, photos=_numbered(view.photos),
            history=tuple(
                pages.Entry(
                    line.at, line.action, line.action_text, line.by, self._concerned(entries[line.at, line.action]),
                    _told(line, view),
                )
                for line in view.history
            ),
            answer=answer(view.answer) if view.answer else None,
        )  # fmt: skip

    def remaining(self, case: Feedback) -> pages.Remaining:
        """The time until the deadline of a case."""
        now = self._from.clock()
        minutes = (case.deadline - now) // timedelta(minutes=1) if case.handling.hours else None
        return pages.Remaining(self._from.calendar().days_left(now, case.deadline), case.overdue(now), minutes)

    def files(self, dossier: Dossier, by: str) -> tuple[pages.File, ...]:
        """The files that came by that way: of the reporter, or for an assignment."""
        return _numbered([self._from.views.file(dossier.feedback, file) for file in dossier.files if file.by == by])

    def _concerned(self, entry: Entry) -> str:
        return self._from.directory.name(entry.agency) if entry.agency and entry.action in _NAMES_AGENCY else ""

    def _by(self, entry: Entry, language: str) -> str:
        if entry.by is ActorKind.AGENCY:
            return self._from.directory.name(entry.actor)
        return say(f"by.{entry.by}", language)


def _told(line: EntryView, view: FeedbackView) -> str:
    """What the history says of a line; the answer that stands is a part of the page by itself."""
    shown = [it.at for it in (view.answer, view.draft, *view.contributions) if it is not None]
    return "" if line.action in _STAND_APART and line.at in shown else line.text or ""


def _reopens(entry: Entry) -> bool:
    return entry.action is Action.RATE and entry.status is Status.ASSIGNED


def _reopened_because(duty: Duty) -> str | None:
    """The reporter's reason, where this assignment came of an unsatisfied rating."""
    for entry in duty.dossier.feedback.history:
        if _reopens(entry) and entry.assignment == duty.assignment:
            return duty.dossier.texts.get(entry.text_ref, "")
    return None


def _returned_because(duty: Duty) -> str | None:
    """The head's reason, where the officer has to write again what was returned."""
    case = duty.dossier.feedback
    words = {Action.SUBMIT_APPROVAL, Action.RETURN}
    last = next((entry for entry in reversed(case.history) if entry.action in words), None)
    returned = last is not None and last.action is Action.RETURN and last.assignment == duty.assignment
    if last is None or not returned or case.status not in (Status.IN_PROGRESS, Status.WAITING):
        return None
    return duty.dossier.texts.get(last.text_ref, "")


def _asked(duty: Duty) -> str:
    """What the centre asks of a supporting agency."""
    for entry in duty.dossier.feedback.history:
        if entry.action is Action.SUPPORT and entry.assignment == duty.assignment:
            return duty.dossier.texts.get(entry.text_ref, "")
    return ""


def _numbered(files: Iterable[FileView]) -> tuple[pages.File, ...]:
    return tuple(pages.File(file.id, file.url, file.content_type, place) for place, file in enumerate(files, 1))


def answer(view: AnswerView) -> pages.Answer:
    """An answer, or the draft of one."""
    return pages.Answer(
        at=view.at, agency=view.agency.name, outcome=view.outcome, outcome_text=view.outcome_text, result=view.result,
        next_step=view.next_step or "", scheduled_for=view.scheduled_for or "", rate_by=view.rate_by,
        photos=_numbered(view.photos),
        documents=tuple(pages.Document(made.number, made.date, made.signer, made.url) for made in view.documents),
    )  # fmt: skip


def _bare(subject: pages.Subject) -> pages.Subject:
    """Only where the case stands: nothing of what it is about, where, with whom, or who wrote what."""
    return pages.Subject(
        code=subject.code, status=subject.status, status_text=subject.status_text, category="", place="", agency="",
        submitted_at=subject.submitted_at, deadline=subject.deadline, remaining=subject.remaining,
    )  # fmt: skip


class Offices:
    """Names of agencies and places, and the agencies of a list to choose from, grouped for people."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def name(self, agency: str) -> str:
        """The agency's name, also of one that has ended."""
        found = self._directory.known_agency(agency)
        return found.name if found else agency

    def place(self, area: str, at: datetime | None = None) -> str:
        """`Xã Minh Bảo, Thành phố Yên Bái`: the area and those above it, as they were at that moment, without the province.

        An unknown code itself.
        """
        return ", ".join(self._directory.place_names(area, at)) or area

    def groups(self, case: Feedback, but: str, language: str) -> tuple[pages.Group, ...]:
        """Every agency of today but one, and but those that the matter is about or that are under that one.

        Those the matter may concern come first, then the province's, then district by district.
        """
        reference, area = ReferenceData(self._directory), case.area
        path = self._directory.area_path(area) or self._directory.area_path(self._directory.unit(area))
        offered = [
            agency
            for agency in self._directory.agencies(limit=10_000).items
            if agency.code != but and agency.kind is not AgencyKind.CENTRE and not barred(reference, case, agency.code)
        ]
        near = {found.code for found in path[:-1]}
        likely = self._by_category(case.category, path) | {one.code for one in offered if near.intersection(one.areas)}
        made = [(say_on_page("group.likely", language), [one for one in offered if one.code in likely])]
        made += self._by_place(offered, path, language)
        return tuple(pages.Group(name, _choices(members)) for name, members in made if members)

    def everyone(self, language: str) -> tuple[pages.Group, ...]:
        """Every agency of today, the province's first, then district by district."""
        made = self._by_place(self._directory.agencies(limit=10_000).items, (), language)
        return tuple(pages.Group(name, _choices(members)) for name, members in made if members)

    def _by_category(self, category: str, path: Sequence[Area]) -> set[str]:
        """The agencies that the category's own rule would try."""
        found = self._directory.known_category(category)
        steps = found.routing if found else ()
        tried = (
            self._directory.competent(step.kind, place.code)
            for step in steps
            for place in path
            if place.level == step.level
        )
        return {agency.code for agency in tried if agency}

    def _by_place(
        self, offered: Sequence[Agency], path: Sequence[Area], language: str
    ) -> list[tuple[str, list[Agency]]]:
        near = {place.code for place in path}
        districts = sorted(self._directory.districts(), key=lambda district: district.code not in near)
        top = {place.code for place in self._directory.areas()}
        groups = [(say_on_page("group.province", language), [one for one in offered if top.intersection(one.areas)])]
        rest = [one for one in offered if not top.intersection(one.areas)]
        for district in districts:
            inside = self._directory.within(district.code)
            groups.append((district.name, [one for one in rest if inside.issuperset(one.areas)]))
        placed = {one.code for _, members in groups for one in members}
        return [*groups, (say_on_page("group.other", language), [one for one in rest if one.code not in placed])]


def _choices(agencies: Sequence[Agency]) -> tuple[pages.Choice, ...]:
    return tuple(pages.Choice(agency.code, agency.short_name) for agency in agencies)
