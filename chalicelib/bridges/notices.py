"""Cases, directory and accounts as notices wish to see them (notices.ports), and notices as the sweep asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from chalicelib.contracts.feedback_events import event_type
from chalicelib.core.calendar import Calendar
from chalicelib.directory.service import Directory
from chalicelib.feedback.about import complained_of
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory as Reference
from chalicelib.feedback.ports import Dossier, Store
from chalicelib.feedback.values import Entry
from chalicelib.notices.model import Role
from chalicelib.notices.ports import Answered, Case, Duty, Office, Officer, Stood

if TYPE_CHECKING:
    from chalicelib.notices.marks import Marks


_ANSWERS = frozenset({Action.ANSWER, Action.SUBMIT_APPROVAL, Action.APPROVE})
# With these the duty roster is climbed from its first rung; a transfer goes on where it was.
_LADDERS_BEGIN = frozenset({Action.ASSIGN, Action.RATE})


class _AnswerText(msgspec.Struct, frozen=True):
    result: str
    next_step: str = ""


class CaseReader:
    """Cases as notices tell them (notices.ports.Cases)."""

    def __init__(self, store: Store, reference: Reference) -> None:
        self._store = store
        self._reference = reference

    def case(self, code: str) -> Case:
        """The case as it stands now; raises NotFound."""
        dossier = self._store.dossier(code)
        case, matter = dossier.feedback, dossier.feedback.matter
        return Case(
            code=case.code, status=case.status, level=case.level, category=case.category, area=case.area,
            reporter=case.reporter, share_contact=case.share_contact, submitted_at=case.submitted_at,
            deadline=case.deadline, text=matter.text if matter else "", title=matter.title if matter else "",
            address=matter.address if matter else "", lat=matter.lat if matter else None,
            long=matter.long if matter else None,
            photos=sum(file.by == "citizen" for file in dossier.files),
            assignment=Duty(case.assignment.number, case.assignment.agency) if case.assignment else None,
            offer=Duty(case.hand_over.number, case.hand_over.agency) if case.hand_over else None,
            said={entry.seq: _said(entry, dossier.texts) for entry in case.history if entry.text_ref in dossier.texts},
            answer=_answered(dossier),
            answer_by=case.question.answer_by if case.question else None,
            rate_by=case.answer.rate_by if case.answer and case.status is Status.ANSWERED else None,
            rating=case.rating or "", refusal=case.refusal or "", publication=case.publication,
            supporters=tuple(Duty(support.number, support.agency) for support in case.supporters),
            merged_into=case.merged_into, children=case.children,
            complained_of=complained_of(self._reference, case.about), before=_before(case.history),
        )  # fmt: skip

    def followers(self, code: str) -> Sequence[str]:
        """The accounts that follow the case."""
        return self._store.followers(code)


def _said(entry: Entry, texts: Mapping[str, str]) -> str:
    """What was written with an entry; of an answer, or its draft, the words in it."""
    if entry.action not in _ANSWERS:
        return texts[entry.text_ref]
    answer = msgspec.json.decode(texts[entry.text_ref], type=_AnswerText)
    return "\n".join(part for part in (answer.result, answer.next_step) if part)


def _before(history: Sequence[Entry]) -> Mapping[int, Stood]:
    """How things stood at each entry of a history, from the entries before it."""
    found: dict[int, Stood] = {}
    stood = Stood()
    for entry in history:
        climbs = 0 if entry.action in _LADDERS_BEGIN else stood.climbs + (entry.action is Action.CLIMB)
        found[entry.seq] = replace(stood, climbs=climbs)
        holder, offer = _after(entry, stood)
        stood = Stood(holder, offer, climbs)
    return found


def _after(entry: Entry, stood: Stood) -> tuple[Duty | None, Duty | None]:
    """Who holds the case after an entry, and to whom it is offered."""
    duty = Duty(entry.assignment, entry.agency) if entry.agency else None
    match entry.action:
        case Action.HAND_OVER:
            return stood.holder, duty
        case Action.TRANSFER:
            to_itself = stood.offer is not None and stood.offer.agency == entry.agency
            return duty or stood.holder, None if to_itself else stood.offer
        case Action.ASSIGN | Action.RATE:
            return duty or stood.holder, None
        case Action.ACCEPT if duty == stood.offer:
            return duty, None
        case Action.LAPSE | Action.QUEUE:
            return None, None
        case Action.GIVE_BACK:
            return (None if entry.status is Status.RECEIVED else stood.holder), None
        case Action.ANSWER | Action.SUBMIT_APPROVAL | Action.WITHDRAW | Action.MERGE:
            return stood.holder, None
    return stood.holder, stood.offer


def _answered(dossier: Dossier) -> Answered | None:
    answer = dossier.feedback.answer
    if answer is None or answer.text_ref not in dossier.texts:
        return None
    text = msgspec.json.decode(dossier.texts[answer.text_ref], type=_AnswerText)
    return Answered(answer.outcome, text.result, text.next_step, answer.scheduled_for)


class NoticeDirectory:
    """The directory as notices wish to see it (notices.ports.Directory, notices.inbox.AgencyNames)."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def office(self, code: str) -> Office | None:
        """The agency, also where it has ended."""
        found = self._directory.known_agency(code)
        return Office(found.code, found.name, found.short_name, found.email, found.phone) if found else None

    def officers(self, code: str) -> Sequence[Officer]:
        """Who is in charge at an agency today."""
        return [
            Officer(Role(officer.role.value), officer.name, officer.email, officer.phone)
            for officer in self._directory.officers(code)
        ]

    def watcher(self, agency: str, category: str) -> str | None:
        """The agency that watches over one in matters of a category; None at the top of the province."""
        found = self._directory.watcher(agency, category)
        return found.code if found else None

    def roster(self, name: str) -> Sequence[tuple[str, Role]]:
        """The posts on a roster, as agency and role."""
        return [(post.agency, Role(post.role.value)) for post in self._directory.roster(name)]

    def category(self, code: str, language: str) -> str:
        """A category's name."""
        found = self._directory.known_category(code)
        return found.name(language) if found else code

    def safety(self, code: str, language: str) -> str:
        """A category's safety advice, or empty."""
        found = self._directory.known_category(code)
        return found.safety(language) if found else ""

    def place(self, code: str, at: datetime | None = None) -> tuple[str, ...]:
        """The names of an area and those above it, today or at a moment, the smallest first, the province left out."""
        return self._directory.place_names(code, at)

    def agency_name(self, code: str) -> str:
        """The agency's name; the code itself where it was never known."""
        found = self._directory.known_agency(code)
        return found.name if found else code

    def calendar(self) -> Calendar:
        """The public calendar."""
        return self._directory.calendar()


class NoticeEffects:
    """What the sweep of cases asks of notices (feedback.ports.Effects)."""

    def __init__(self, marks: "Marks") -> None:
        self._marks = marks

    def missing(self, feedback: Feedback) -> Sequence[int]:
        """The numbers of the history entries whose notices were not all recorded."""
        seqs = {f"{feedback.code}#{entry.seq}": entry.seq for entry in feedback.history}
        events = (
            (f"{feedback.code}#{entry.seq}", event_type(entry.action, entry.status), entry.at)
            for entry in feedback.history
        )
        return [seqs[event] for event in self._marks.unseen(events)]
