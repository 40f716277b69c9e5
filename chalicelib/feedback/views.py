"""A case as each of its readers may see it: the reporter, the public, the agency, the centre."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from chalicelib.core.actors import ActorKind
from chalicelib.core.calendar import Calendar
from chalicelib.core.text import clip
from chalicelib.core.words import say
from chalicelib.feedback.holding import Holding, holdings
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, File, Found, Line, Named, QueueLine, Upload
from chalicelib.feedback.shapes import (
    AgencyName,
    AnswerText,
    AnswerView,
    ContactView,
    ContributionView,
    DocumentView,
    EntryView,
    ExtensionView,
    FeedbackView,
    FileView,
    FollowView,
    HandOverView,
    HeldView,
    LineList,
    LineView,
    LocationView,
    QueueLineView,
    SigningCodeView,
    SimilarList,
    SimilarView,
    UploadView,
)
from chalicelib.feedback.values import Answer, Entry

__all__ = [
    "AgencyName",
    "AnswerText",
    "AnswerView",
    "ContactView",
    "ContributionView",
    "DocumentView",
    "EntryView",
    "ExtensionView",
    "FeedbackView",
    "FileView",
    "FollowView",
    "HandOverView",
    "HeldView",
    "LineList",
    "LineView",
    "LocationView",
    "QueueLineView",
    "SigningCodeView",
    "SimilarList",
    "SimilarView",
    "UploadView",
    "Views",
    "answer_text",
    "entry_text",
    "status_text",
    "upload_view",
]


class Name(Protocol):
    """Gives the name of a code, as it was at a moment where one is given: old cases keep the old names."""

    def __call__(self, code: str, at: datetime | None = None) -> Named: ...


_FIRST_WORDS = 200  # characters of a text in a list


class Views:
    """Makes views; `area`, `agency` and `category` give names, `link` the address of a file, `calendar` is today's."""

    def __init__(
        self, area: Name, agency: Name, category: Callable[[str, str], str], safety: Callable[[str, str], str],
        link: Callable[[str, File], str], calendar: Callable[[], Calendar],
    ) -> None:  # fmt: skip
        self._area = area
        self._agency = agency
        self._category = category
        self._safety = safety
        self._link = link
        self._calendar = calendar

    def own(
        self, dossier: Dossier, now: datetime, language: str, parts: Sequence[Feedback] = ()
    ) -> FeedbackView:  # fmt: skip
        """A case for its reporter, with the `parts` by which it was replaced."""
        case = dossier.feedback
        actions = [action.value for action in case.next_actions(Party.REPORTER)]
        return self._whole(
            dossier, now, language, actions, told=_REPORTER_TEXTS, share_contact=case.share_contact, occurred_at=case.occurred_at,
            answer_by=case.question.answer_by if case.question else None, parts=[self._part(one, language) for one in parts],
            **self._office(case, now),
        )  # fmt: skip

    def public(self, dossier: Dossier, now: datetime, language: str) -> FeedbackView:
        """A public case for anybody: what passed between the reporter and offices stays between them."""
        return self._whole(dossier, now, language, [], told=_PUBLIC_TEXTS)

    def work(
        self, dossier: Dossier, party: Party | None, now: datetime, language: str, contact: tuple[str, str] | None
    ) -> FeedbackView:
        """A case for the agency that holds the link; `contact` only with the reporter's consent."""
        case = dossier.feedback
        actions = [action.value for action in case.next_actions(party)] if party else []
        shown = ContactView(*contact) if contact else None
        if party is Party.SUPPORTER:
            return self._whole(dossier, now, language, actions, told=_SUPPORTER_TEXTS, occurred_at=case.occurred_at)
        return self._whole(
            dossier, now, language, actions, contact=shown, occurred_at=case.occurred_at, **self._office(case, now),
            **self._drafted(dossier, language),
        )  # fmt: skip

    def centre(self, dossier: Dossier, now: datetime, language: str) -> FeedbackView:
        """A case for the operations centre."""
        case = dossier.feedback
        seen = self._whole(
            dossier, now, language, [action.value for action in case.next_actions(Party.CENTRE)], **self._office(case, now),
            **self._drafted(dossier, language), share_contact=case.share_contact, occurred_at=case.occurred_at,
            channel=case.channel.value, channel_ref=case.channel_ref,
            supporters=[self._named(support.agency) for support in case.supporters],
        )  # fmt: skip
        users = [entry.actor if entry.by is ActorKind.DISPATCHER else None for entry in case.history]
        named = [replace(line, user=user) for line, user in zip(seen.history, users, strict=True)]
        return replace(seen, history=named)

    def _office(self, case: Feedback, now: datetime) -> dict[str, Any]:
        """What only the reporter and those in charge see of how a case fares."""
        offer, asked = case.hand_over, case.extension
        return {
            "extension": ExtensionView(asked.until, asked.granted) if asked else None,
            "hand_over": HandOverView(self._named(offer.agency), offer.lapses_at) if offer else None,
            "about_agency": self._agency_name(case.about),
            "breached_at": case.breached_at, "merged_into": case.merged_into, "parent": case.parent,
            "children": list(case.children), "held": [self._held(one, now) for one in holdings(case.history)],
        }  # fmt: skip

    def _held(self, one: Holding, now: datetime) -> HeldView:
        return HeldView(self._named(one.agency), one.since, one.working_days(self._calendar(), now), one.until)

    def _drafted(self, dossier: Dossier, language: str) -> dict[str, Any]:
        """What is between offices."""
        case = dossier.feedback
        supporting = {duty.number for duty in case.supporters}
        return {
            "draft": self._answer(dossier, case.draft, language),
            "contributions": [
                ContributionView(
                    self._named(entry.agency), entry.at, dossier.texts.get(entry.text_ref, ""),
                    [self.file(case, file) for file in dossier.files if file.by == str(entry.assignment)],
                )
                for entry in case.history if entry.action is Action.CONTRIBUTE and entry.assignment in supporting
            ],
        }  # fmt: skip

    def line(self, line: Line, language: str) -> LineView:
        """A case in a list."""
        return LineView(
            code=line.code, status=line.status, status_text=status_text(line.status, line.scheduled_for, language),
            category=line.category, category_name=self._category(line.category, language), area=line.area,
            area_name=self._area(line.area, line.submitted_at).name, agency=self._agency_name(line.agency),
            submitted_at=line.submitted_at,
            deadline=line.due, level=line.level, publication=line.publication, title=line.title, lat=line.lat, long=line.long,
        )  # fmt: skip

    def queue_line(self, line: QueueLine, now: datetime, language: str) -> QueueLineView:
        """A case in a list of the centre, which says how it came there."""
        case = line.case
        scheduled = case.answer.scheduled_for if case.answer else ""
        return QueueLineView(
            code=case.code, status=case.status.value, status_text=status_text(case.status.value, scheduled, language),
            category=case.category, category_name=self._category(case.category, language), area=case.area,
            area_name=self._area(case.area, case.submitted_at).name, agency=self._agency_name(case.agency),
            submitted_at=case.submitted_at, deadline=case.deadline if case.assignment else case.centre_due, level=case.level.value,
            publication=case.publication.value, title=_title(case), why=line.why, why_text=say(f"why.{line.why}", language),
            since=line.since, by_agency=self._agency_name(line.agency), overdue=case.overdue(now),
        )  # fmt: skip

    def similar(self, found: Found, language: str) -> SimilarView:
        """A case that may be the same matter as the asker's."""
        return SimilarView(
            **msgspec.structs.asdict(self.line(found.line, language)), score=round(found.score, 2),
            distance=round(found.metres), text=clip(found.text, _FIRST_WORDS), own=found.own,
        )  # fmt: skip

    def _part(self, case: Feedback, language: str) -> LineView:
        """Where a part of a split case stands."""
        scheduled = case.answer.scheduled_for if case.answer else ""
        return LineView(
            code=case.code, status=case.status.value,
            status_text=status_text(case.status.value, scheduled, language, case.merged_into), category=case.category,
            category_name=self._category(case.category, language), area=case.area,
            area_name=self._area(case.area, case.submitted_at).name,
            agency=self._agency_name(case.agency), submitted_at=case.submitted_at, deadline=case.deadline,
            level=case.level.value, publication=case.publication.value, title=_title(case),
        )  # fmt: skip

    def _whole(
        self, dossier: Dossier, now: datetime, language: str, actions: list[str], told: frozenset[Action] | None = None,
        **more: Any,
    ) -> FeedbackView:  # fmt: skip
        case = dossier.feedback
        matter, scheduled = case.matter, case.answer.scheduled_for if case.answer else ""
        return FeedbackView(
            code=case.code, status=case.status.value,
            status_text=status_text(case.status.value, scheduled, language, case.merged_into), category=case.category,
            category_name=self._category(case.category, language), area=case.area,
            area_name=self._area(case.area, case.submitted_at).name,
            agency=self._agency_name(case.agency), submitted_at=case.submitted_at,
            promised_by=case.promised_by, deadline=case.deadline, overdue=case.overdue(now),
            title=matter.title if matter else "", text=matter.text if matter else "",
            location=LocationView(matter.lat, matter.long, matter.address) if matter else None,
            photos=[self.file(case, file) for file in dossier.files if file.by == "citizen"],
            history=[self._entry(dossier, entry, language, told) for entry in case.history if _visible(entry, told)],
            answer=self._answer(dossier, case.answer, language), publication=case.publication.value,
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
        return (
            self._agency(entry.actor, entry.at).name
            if entry.by is ActorKind.AGENCY
            else say(f"by.{entry.by}", language)
        )

    def _answer(self, dossier: Dossier, answer: Answer | None, language: str) -> AnswerView | None:
        if answer is None:
            return None
        text = answer_text(dossier, answer.text_ref)
        files = {file.id: file for file in dossier.files}
        return AnswerView(
            at=answer.at, agency=AgencyName(answer.agency, self._agency(answer.agency, answer.at).name),
            outcome=answer.outcome.value, outcome_text=say(f"outcome.{answer.outcome}", language),
            result=text.result, next_step=text.next_step or None,
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
        return self._named(code) if code else None

    def _named(self, code: str) -> AgencyName:
        return AgencyName(code, self._agency(code).name)


# Drafts, contributions and the words between offices stay between them, so do reminders.
_BETWEEN_OFFICES: frozenset[Action] = frozenset(
    {Action.SUBMIT_APPROVAL, Action.RETURN, Action.CONTRIBUTE, Action.SUPPORT, Action.REMIND, Action.WARN, Action.CLIMB}
)
# What the public may read of the words in a history: answers stand apart, and questions and replies stay private.
_PUBLIC_TEXTS: frozenset[Action] = frozenset({Action.HAND_OVER, Action.ANSWER, Action.APPROVE})
_PUBLIC_ENTRIES = (
    frozenset(Action) - _BETWEEN_OFFICES - {Action.PUBLISH, Action.HIDE, Action.UNHIDE, Action.EXTEND, Action.DENY}
)
_REPORTER_TEXTS = frozenset(Action) - _BETWEEN_OFFICES
# Who supports an answer does not see its drafts.
_SUPPORTER_TEXTS = frozenset(Action) - {Action.SUBMIT_APPROVAL, Action.RETURN}
# These carry an answer's two texts in one.
_ANSWERS = frozenset({Action.ANSWER, Action.SUBMIT_APPROVAL, Action.APPROVE})


def _title(case: Feedback) -> str:
    """The title, as far as the head has it."""
    shown = case.matter or case.heading
    return shown.title if shown else ""


def _visible(entry: Entry, told: frozenset[Action] | None) -> bool:
    return told is None or entry.action in (_PUBLIC_ENTRIES if told is _PUBLIC_TEXTS else told)


def answer_text(dossier: Dossier, text_ref: str) -> AnswerText:
    """The result and the next step of an answer."""
    return msgspec.json.decode(dossier.texts[text_ref], type=AnswerText)


def entry_text(dossier: Dossier, entry: Entry) -> str | None:
    """The words of a history entry: the reason, question or reply, or the result of an answer; None where there are none."""
    if entry.text_ref not in dossier.texts:
        return None
    return answer_text(dossier, entry.text_ref).result if entry.action in _ANSWERS else dossier.texts[entry.text_ref]


def status_text(status: str, scheduled_for: str, language: str, merged_into: str = "") -> str:
    """The status in the words people see; with the code of the case it was merged into, where that is known."""
    if status == Status.ANSWERED and scheduled_for:
        date = "/".join(reversed(scheduled_for.split("-")))
        return say("status.scheduled", language, date=date)
    if status == Status.DUPLICATE:
        return say("status.duplicate", language, code=merged_into) if merged_into else say("flag.merged", language)
    return say(f"status.{status}", language)


def upload_view(upload: Upload) -> UploadView:
    """Leave to upload, as the client needs it."""
    return UploadView(upload.id, upload.url, dict(upload.fields), upload.expires_in)
