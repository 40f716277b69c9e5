"""A case as each of its readers may see it: the reporter, the public, the agency, the centre."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.core.actors import ActorKind
from chalicelib.core.words import say
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, File, Line, Named, Upload
from chalicelib.feedback.values import Entry

Name = Callable[[str], Named]


class AgencyName(msgspec.Struct, frozen=True):
    """An agency by code and name."""

    code: str
    name: str


class LocationView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where it is, in degrees (WGS 84)."""

    lat: float
    long: float
    address: str = ""


class FileView(msgspec.Struct, frozen=True):
    """A photo or document; `url` can be read for an hour."""

    id: str
    url: str
    content_type: str
    size: int


class DocumentView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An official paper with an answer."""

    number: str
    date: str
    signer: str
    url: str | None = None


class AnswerView(msgspec.Struct, frozen=True, omit_defaults=True):
    """The agency's public answer."""

    at: datetime
    agency: AgencyName
    outcome: str
    outcome_text: str
    result: str
    photos: list[FileView]
    documents: list[DocumentView]
    next_step: str | None = None
    scheduled_for: str | None = None
    rate_by: datetime | None = None


class EntryView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the history."""

    at: datetime
    action: str
    action_text: str
    by: str
    status: str
    text: str | None = None


class ContactView(msgspec.Struct, frozen=True):
    """The reporter's name and phone, shown to the agency with the reporter's consent only."""

    name: str
    phone: str


class FeedbackView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A whole case. `deadline` is the agency's, or the promise while nobody has the case yet."""

    code: str
    status: str
    status_text: str
    category: str
    category_name: str
    area: str
    area_name: str
    agency: AgencyName | None
    submitted_at: datetime
    promised_by: datetime
    deadline: datetime
    overdue: bool
    title: str
    text: str
    location: LocationView | None
    photos: list[FileView]
    history: list[EntryView]
    answer: AnswerView | None
    publication: str
    level: str
    next_actions: list[str]
    version: int
    safety_advice: str = ""
    rating: str | None = None
    refusal: str | None = None
    refusal_text: str | None = None
    answer_by: datetime | None = None
    occurred_at: datetime | None = None
    share_contact: bool | None = None
    contact: ContactView | None = None


class LineView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A case in a list."""

    code: str
    status: str
    status_text: str
    category: str
    category_name: str
    area: str
    area_name: str
    agency: AgencyName | None
    submitted_at: datetime
    deadline: datetime | None
    level: str
    publication: str
    title: str = ""
    lat: float | None = None
    long: float | None = None


class LineList(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of cases; `next_cursor` leads to the next."""

    items: list[LineView]
    next_cursor: str | None = None


class UploadView(msgspec.Struct, frozen=True):
    """Where and with which form fields to post the file, the fields first and the file last, within `expires_in` seconds."""

    id: str
    url: str
    fields: dict[str, str]
    expires_in: int


class SigningCodeView(msgspec.Struct, frozen=True):
    """A one-time code is on its way to the phone whose number ends with `phone_end`, good for `expires_in` seconds."""

    expires_in: int
    phone_end: str


class AnswerText(msgspec.Struct, frozen=True):
    """What an answer says: what was done with what result, and what comes next."""

    result: str
    next_step: str = ""


class Views:
    """Makes views; `area`, `agency` and `category` give names, `link` the address of a file."""

    def __init__(
        self, area: Name, agency: Name, category: Callable[[str, str], str], safety: Callable[[str, str], str],
        link: Callable[[str, File], str],
    ) -> None:  # fmt: skip
        self._area = area
        self._agency = agency
        self._category = category
        self._safety = safety
        self._link = link

    def own(self, dossier: Dossier, now: datetime, language: str) -> FeedbackView:
        """A case for its reporter."""
        case = dossier.feedback
        actions = [action.value for action in case.next_actions(Party.REPORTER)]
        return self._whole(
            dossier, now, language, actions, told=_REPORTER_TEXTS, share_contact=case.share_contact, occurred_at=case.occurred_at,
            answer_by=case.question.answer_by if case.question else None,
        )  # fmt: skip

    def public(self, dossier: Dossier, now: datetime, language: str) -> FeedbackView:
        """A public case for anybody: what passed between the reporter and offices stays between them."""
        return self._whole(dossier, now, language, [], told=_PUBLIC_TEXTS)

    def work(
        self, dossier: Dossier, party: Party | None, now: datetime, language: str, contact: tuple[str, str] | None
    ) -> FeedbackView:
        """A case for the agency that holds the link; `contact` only with the reporter's consent."""
        actions = [action.value for action in dossier.feedback.next_actions(party)] if party else []
        shown = ContactView(*contact) if contact else None
        return self._whole(dossier, now, language, actions, contact=shown, occurred_at=dossier.feedback.occurred_at)

    def centre(self, dossier: Dossier, now: datetime, language: str) -> FeedbackView:
        """A case for the operations centre."""
        return self._whole(
            dossier, now, language, [action.value for action in dossier.feedback.next_actions(Party.CENTRE)]
        )

    def line(self, line: Line, language: str) -> LineView:
        """A case in a list."""
        return LineView(
            code=line.code, status=line.status, status_text=status_text(line.status, line.scheduled_for, language),
            category=line.category, category_name=self._category(line.category, language), area=line.area,
            area_name=self._area(line.area).name, agency=self._agency_name(line.agency), submitted_at=line.submitted_at,
            deadline=line.due, level=line.level, publication=line.publication, title=line.title, lat=line.lat, long=line.long,
        )  # fmt: skip

    def _whole(
        self, dossier: Dossier, now: datetime, language: str, actions: list[str], told: frozenset[Action] | None = None,
        **more: Any,
    ) -> FeedbackView:  # fmt: skip
        case = dossier.feedback
        matter, scheduled = case.matter, case.answer.scheduled_for if case.answer else ""
        return FeedbackView(
            code=case.code, status=case.status.value, status_text=status_text(case.status.value, scheduled, language),
            category=case.category, category_name=self._category(case.category, language), area=case.area,
            area_name=self._area(case.area).name, agency=self._agency_name(case.agency), submitted_at=case.submitted_at,
            promised_by=case.promised_by, deadline=case.deadline, overdue=case.overdue(now),
            title=matter.title if matter else "", text=matter.text if matter else "",
            location=LocationView(matter.lat, matter.long, matter.address) if matter else None,
            photos=[self.file(case, file) for file in dossier.files if file.by == "citizen"],
            history=[self._entry(dossier, entry, language, told) for entry in case.history if _visible(entry, told)],
            answer=self._answer(dossier, language) if case.answer else None, publication=case.publication.value,
            level=case.level.value, next_actions=actions, version=case.version,
            safety_advice=self._safety(case.category, language), rating=case.rating.value if case.rating else None,
            refusal=case.refusal.value if case.refusal else None,
            refusal_text=say(f"refusal_door.{case.refusal}", language) if case.refusal else None, **more,
        )  # fmt: skip

    def _entry(self, dossier: Dossier, entry: Entry, language: str, told: frozenset[Action] | None) -> EntryView:
        action = "reopen" if entry.action is Action.RATE and entry.status is Status.ASSIGNED else entry.action.value
        return EntryView(
            at=entry.at, action=entry.action.value, action_text=say(f"action.{action}", language),
            by=self._by(entry, language), status=entry.status.value,
            text=entry_text(dossier, entry) if told is None or entry.action in told else None,
        )  # fmt: skip

    def _by(self, entry: Entry, language: str) -> str:
        return self._agency(entry.actor).name if entry.by is ActorKind.AGENCY else say(f"by.{entry.by}", language)

    def _answer(self, dossier: Dossier, language: str) -> AnswerView | None:
        answer = dossier.feedback.answer
        if answer is None:
            return None
        text = answer_text(dossier, answer.text_ref)
        files = {file.id: file for file in dossier.files}
        return AnswerView(
            at=answer.at, agency=AgencyName(answer.agency, self._agency(answer.agency).name), outcome=answer.outcome.value,
            outcome_text=say(f"outcome.{answer.outcome}", language), result=text.result, next_step=text.next_step or None,
            photos=[self.file(dossier.feedback, files[photo]) for photo in answer.photos if photo in files],
            documents=[
                DocumentView(
                    paper.number, paper.date, paper.signer,
                    self._link(dossier.feedback.code, files[paper.file]) if paper.file in files else None,
                )
                for paper in answer.documents
            ],
            scheduled_for=answer.scheduled_for or None, rate_by=answer.rate_by,
        )  # fmt: skip

    def file(self, case: Feedback, file: File) -> FileView:
        """A photo or document with an address at which it can be read."""
        return FileView(file.id, self._link(case.code, file), file.content_type, file.size)

    def _agency_name(self, code: str) -> AgencyName | None:
        return AgencyName(code, self._agency(code).name) if code else None


# Drafts, contributions and the words between offices stay between them, so do reminders.
_BETWEEN_OFFICES: frozenset[Action] = frozenset(
    {Action.SUBMIT_APPROVAL, Action.RETURN, Action.CONTRIBUTE, Action.SUPPORT, Action.REMIND, Action.WARN, Action.CLIMB}
)
# What the public may read of the words in a history: answers stand apart, and questions and replies stay private.
_PUBLIC_TEXTS: frozenset[Action] = frozenset({Action.HAND_OVER, Action.ANSWER, Action.APPROVE})
_PUBLIC_ENTRIES = frozenset(Action) - _BETWEEN_OFFICES - {Action.PUBLISH, Action.HIDE, Action.UNHIDE, Action.EXTEND}
_REPORTER_TEXTS = frozenset(Action) - _BETWEEN_OFFICES
# These carry an answer's two texts in one.
_ANSWERS = frozenset({Action.ANSWER, Action.SUBMIT_APPROVAL, Action.APPROVE})


def _visible(entry: Entry, told: frozenset[Action] | None) -> bool:
    if told is None:
        return True
    return entry.action in (_PUBLIC_ENTRIES if told is _PUBLIC_TEXTS else _REPORTER_TEXTS)


def answer_text(dossier: Dossier, text_ref: str) -> AnswerText:
    """The result and the next step of an answer."""
    return msgspec.json.decode(dossier.texts[text_ref], type=AnswerText)


def entry_text(dossier: Dossier, entry: Entry) -> str | None:
    """The words of a history entry: the reason, question or reply, or the result of an answer; None where there are none."""
    if entry.text_ref not in dossier.texts:
        return None
    return answer_text(dossier, entry.text_ref).result if entry.action in _ANSWERS else dossier.texts[entry.text_ref]


def status_text(status: str, scheduled_for: str, language: str) -> str:
    """The status in the words people see."""
    if status == Status.ANSWERED and scheduled_for:
        date = "/".join(reversed(scheduled_for.split("-")))
        return say("status.scheduled", language, date=date)
    if status == Status.DUPLICATE:
        return say("status.duplicate", language, code="")
    return say(f"status.{status}", language)


def upload_view(upload: Upload) -> UploadView:
    """Leave to upload, as the client needs it."""
    return UploadView(upload.id, upload.url, dict(upload.fields), upload.expires_in)
