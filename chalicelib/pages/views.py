"""The pages, composed: what an officer sees and sends behind a signed link, what a citizen follows, what went wrong."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from chalicelib.core.clock import Clock, spoken
from chalicelib.core.errors import (
    Conflict,
    DomainError,
    FieldError,
    Gone,
    Invalid,
    NotFound,
    NotPossibleNow,
    TooMany,
    Unavailable,
)
from chalicelib.core.words import WORDS
from chalicelib.pages import forms, phrases
from chalicelib.pages.forms import Forms, Typed
from chalicelib.pages.model import Ending, File, Part, Sheet, Subject, Task
from chalicelib.pages.ports import Cases, Limits, Sent
from chalicelib.pages.rendering import headers, page
from chalicelib.pages.words import say
from chalicelib.runtime.http import Reply

# The fields whose text is shown again where it could not be sent.
_WRITTEN = ("result", "question", "reason", "text")
# The task of which the page shows a button or a link first, where it is possible.
_PRIMARY = (Task.ACCEPT, Task.ANSWER, Task.SUBMIT_APPROVAL, Task.APPROVE, Task.CONTRIBUTE)
# An answer that needs approval is written in the same form, and files go with both and with a contribution.
_TEMPLATES = {Task.SUBMIT_APPROVAL: "answer.html"}
_WITH_FILES = frozenset({Task.ANSWER, Task.SUBMIT_APPROVAL, Task.CONTRIBUTE})
_TASKS = frozenset(task.value for task in Task)


class Address(msgspec.Struct, frozen=True):
    """Where the pages are: `base` is the whole address people open, `root` its path, empty at the top of a host."""

    base: str
    root: str


class Banner(msgspec.Struct, frozen=True):
    """A sentence above the page: what was done, or why not; `tone` is done or late."""

    words: str
    icon: str
    tone: str


class OtherTask(msgspec.Struct, frozen=True):
    """A task in the list of those beside the primary one."""

    value: str
    label: str
    hint: str


class Draft(msgspec.Struct, frozen=True):
    """A form to show: what was typed, what is wrong with it, whether it came too late, the upload to wait for, what was done."""

    typed: Typed
    errors: tuple[FieldError, ...] = ()
    stale: bool = False
    upload: str = ""
    banner: Banner | None = None
    status: int = 200


class OfficerPages:
    """The pages behind a signed link. A GET changes nothing; a POST that succeeds leads to a page that can be read again."""

    def __init__(self, cases: Cases, forms: Forms, limits: Limits, clock: Clock, address: Address) -> None:
        self._cases = cases
        self._forms = forms
        self._limits = limits
        self._clock = clock
        self._address = address

    def show(self, token: str, language: str, done: str = "") -> Reply:
        """The whole case; `done` names the task just done, believed only if it is the last that happened."""
        try:
            sheet = self._cases.sheet(token, language)
        except Gone:
            return self._ended(token, language)
        history = sheet.subject.history
        banner = None
        if done in _TASKS and history and history[-1].action == done:
            banner = Banner(say(f"done.{Task(done)}", language), "check", "done")
        return self._work(token, sheet, language, banner)

    def form(self, token: str, task: Task, language: str, upload: str = "") -> Reply:
        """The form of a task; after an upload without scripts `upload` is the key that the store appends."""
        if task is Task.ACCEPT:
            return self._to(token)
        try:
            sheet = self._cases.sheet(token, language, upload.rpartition("/")[2])
            if task not in sheet.tasks:
                return self._conflict(token, sheet, language, NotPossibleNow(task, sheet.tasks), {})
            return self._form(token, task, sheet, language, Draft({}, upload=upload))
        except Gone:
            return self._ended(token, language)

    def send_code(self, token: str, typed: Typed, language: str) -> Reply:
        """Send the head a code and show the form that takes it; sending the same form again sends no second code."""
        try:
            sheet = self._cases.sheet(token, language)
            if Task.APPROVE not in sheet.tasks:
                return self._conflict(token, sheet, language, NotPossibleNow("code", sheet.tasks), {})
            if not self._forms.fresh(token, typed, self._clock()):
                return self._form(token, Task.APPROVE, sheet, language, Draft({}, stale=True))
            return self._form(token, Task.APPROVE, sheet, language, self._code_sent(token, forms.key(typed), language))
        except Gone:
            return self._ended(token, language)

    def _code_sent(self, token: str, key: str, language: str) -> Draft:
        try:
            sent = self._cases.send_code(token, key, language)
        except TooMany as error:
            return Draft({}, banner=_why(error, language), status=429)
        except Unavailable as error:
            return Draft({}, banner=_why(error, language), status=503)
        except Conflict as error:
            return Draft({}, banner=_why(error, language), status=409)
        words = say("approve.sent", language, end=sent.end, minutes=sent.minutes)
        return Draft({}, banner=Banner(words, "check", "done"))

    def send(self, token: str, task: Task, typed: Typed, language: str, cid: str) -> Reply:
        """Carry out what the form says, or show the form again with everything that was typed."""
        try:
            sheet = self._cases.sheet(token, language)
            if not self._forms.fresh(token, typed, self._clock()):
                return self._stale(token, task, sheet, language, typed)
            return self._carry_out(token, task, sheet, typed, language, cid)
        except Gone:
            return self._ended(token, language)

    def _carry_out(self, token: str, task: Task, sheet: Sheet, typed: Typed, language: str, cid: str) -> Reply:
        sent = Sent(forms.fields(task, typed, sheet.evidence), forms.key(typed), cid)
        try:
            self._cases.carry_out(token, task, sent)
        except Invalid as error:
            return self._form(token, task, sheet, language, Draft(typed, error.errors))
        except Conflict as error:
            return self._conflict(token, self._cases.sheet(token, language), language, error, typed)
        return self._to(token, f"?done={task}")

    def _to(self, token: str, query: str = "") -> Reply:
        return Reply(None, 303, {**headers(), "Location": f"{self._address.root}/a/{token}{query}"})

    def _stale(self, token: str, task: Task, sheet: Sheet, language: str, typed: Typed) -> Reply:
        if task in sheet.tasks and task is not Task.ACCEPT:
            return self._form(token, task, sheet, language, Draft(typed, stale=True))
        return self._work(token, sheet, language, Banner(say("error.stale", language), "warning", "late"), 403)

    def _conflict(self, token: str, sheet: Sheet, language: str, error: Conflict, typed: Typed) -> Reply:
        why = say("conflict.more", language)
        if not isinstance(error, NotPossibleNow):
            why = say(error.words, language, **error.params)
        words = f"{say('conflict.heading', language)}. {why}"
        kept = "\n\n".join(text for text in (forms.text(typed, name) for name in _WRITTEN) if text)
        return self._work(token, sheet, language, Banner(words, "warning", "late"), 409, kept)

    def _work(
        self, token: str, sheet: Sheet, language: str, banner: Banner | None, status: int = 200, kept: str = ""
    ) -> Reply:
        return page(
            "work.html", language, self._address.root, status=status, stores=_stores(sheet), token=token, sheet=sheet,
            seal=self._forms.hidden(token, self._clock()), headline=phrases.headline(sheet, language), banner=banner,
            kept=kept, primary=_primary(sheet), others=_others(sheet, language),
        )  # fmt: skip

    def _form(self, token: str, task: Task, sheet: Sheet, language: str, draft: Draft) -> Reply:
        documents = forms.documents_of(draft.typed, sheet.evidence)
        status = 422 if draft.errors else 403 if draft.stale else draft.status
        special = self._special(token, task, sheet, language, draft)
        leave = special.get("leave")
        return page(
            _TEMPLATES.get(task, f"{task}.html"), language, self._address.root, status=status,
            stores=(*_stores(sheet), *((leave.url,) if leave else ())), token=token, task=task.value, sheet=sheet,
            seal=self._forms.hidden(token, self._clock()), headline=phrases.headline(sheet, language),
            heading=say(_label(f"{task}.title", sheet), language), stale=draft.stale, banner=draft.banner,
            problems=forms.problems(draft.errors, documents, language), typed=partial(forms.text, draft.typed), **special,
        )  # fmt: skip

    def _special(self, token: str, task: Task, sheet: Sheet, language: str, draft: Draft) -> dict[str, Any]:
        """What only the form of that task needs."""
        if task is Task.HAND_OVER:
            return {"groups": self._cases.agencies(token, language), "marked": []}
        if task not in _WITH_FILES:
            return {}
        back_to = f"{self._address.base}/a/{token}/{task}"
        have = {file.id for file in sheet.evidence}
        arrived = "" if not draft.upload else "yes" if draft.upload.rpartition("/")[2] in have else "no"
        chosen = set(forms.texts(draft.typed, "files")) if draft.typed else have
        return {
            "leave": self._cases.leave(token, back_to), "arrived": arrived, "chosen": chosen, "most": self._limits.files,
            "least": self._limits.result,
        }  # fmt: skip

    def _ended(self, token: str, language: str) -> Reply:
        ending = self._cases.ending(token, language)
        why = _ending(ending, language) if ending else say("ended.why", language)
        return message(
            self._address.root, language, 410, say("ended.title", language), (why, say("ended.what", language)), "info"
        )


def _why(error: DomainError, language: str) -> Banner:
    return Banner(say(error.words, language, **error.params), "warning", "late")


def _stores(sheet: Sheet) -> tuple[str, ...]:
    files = [*sheet.evidence, *(file for support in sheet.supports for file in support.files)]
    if sheet.draft:
        files += [*sheet.draft.photos]
    return (*stores(sheet.subject), *(file.url for file in files))


def stores(subject: Subject) -> tuple[str, ...]:
    """Addresses of all files that a page of the subject shows or links to."""
    files: tuple[File, ...] = subject.photos
    if subject.answer:
        files += subject.answer.photos
    return tuple(file.url for file in files)


def _label(key: str, sheet: Sheet) -> str:
    special = f"{key}.{sheet.part}"
    return special if sheet.part is Part.RECEIVER and key.startswith(("give_back", "task.give_back")) else key


def _primary(sheet: Sheet) -> Task | None:
    return next((task for task in _PRIMARY if task in sheet.tasks), None)


def _others(sheet: Sheet, language: str) -> list[OtherTask]:
    """The tasks beside the primary one."""
    primary = _primary(sheet)
    return [
        OtherTask(task.value, _label(f"task.{task}", sheet), _hint(task, sheet, language))
        for task in sheet.tasks
        if task not in (primary, Task.ACCEPT)
    ]


def _hint(task: Task, sheet: Sheet, language: str) -> str:
    if task is not Task.GIVE_BACK:
        return say(f"hint.{task}", language)
    if sheet.part is Part.RECEIVER or sheet.give_back_until is None:
        return ""
    return say("hint.give_back", language, until=spoken(sheet.give_back_until, language))


def _ending(ending: Ending, language: str) -> str:
    at = spoken(ending.at, language)
    return say(f"ended.{ending.action}", language, by=ending.by, code=ending.code, at=at)


def message(
    root: str, language: str, status: int, heading: str, sentences: tuple[str, ...], icon: str = "warning",
    errors: Any = (),
) -> Reply:  # fmt: skip
    """A page that says one thing and what to do."""
    tone = "paused" if icon == "info" else "late"
    return page(
        "message.html", language, root, status=status, heading=heading, sentences=sentences, sign=icon, tone=tone,
        errors=errors,
    )  # fmt: skip


def problem(root: str, missing: str, status: int, body: Mapping[str, Any], language: str) -> Reply:
    """A problem document as a page; for 404 the words `lost.<missing>` say what to do."""
    if status == 404:
        words = (say(f"lost.{missing}", language), say(f"lost.{missing}_what", language))
        return message(root, language, status, say("lost.title", language), words)
    words = (str(body["detail"]), say("problem.what", language))
    return message(root, language, status, str(body["title"]), words, errors=body["errors"])


class PublicPages:
    """The pages that anybody may read."""

    def __init__(self, cases: Cases, address: Address) -> None:
        self._cases = cases
        self._address = address

    def track(self, code: str, language: str) -> Reply:
        """A case by its tracking code: all of a public one, of any other only where it stands. Raises NotFound."""
        tracked = self._cases.tracked(code, language)
        return page(
            "track.html", language, self._address.root, stores=stores(tracked.subject), tracked=tracked,
            headline=phrases.tracked_headline(tracked, language),
        )  # fmt: skip

    def kind(self, name: str, language: str) -> Reply:
        """What a type of problem means; raises NotFound for an unknown one."""
        if f"problem.{name}" not in WORDS:
            raise NotFound()
        sentences = (say(f"kind.{name}", language),)
        return message(self._address.root, language, 200, say(f"problem.{name}", language), sentences, "info")
