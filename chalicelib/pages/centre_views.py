"""The pages of the operations centre, composed: its lists, a case on one screen with what can be decided, who looked at whom."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec

from chalicelib.core.errors import Conflict, FieldError, Invalid, NotFound, NotPossibleNow
from chalicelib.core.staff import Member, Right, may
from chalicelib.pages import centre_forms, forms, phrases
from chalicelib.pages.centre_door import Door, Visit
from chalicelib.pages.centre_model import Act, Asked, CentreSheet, Done, Listing, Wanted
from chalicelib.pages.centre_ports import CentreDesk
from chalicelib.pages.forms import Typed
from chalicelib.pages.model import Group
from chalicelib.pages.ports import Sent
from chalicelib.pages.rendering import headers
from chalicelib.pages.views import Banner, stores
from chalicelib.pages.words import say
from chalicelib.runtime.http import Reply

_ACTS = frozenset(act.value for act in Act)
_FILTERS = ("category", "area", "agency")
# Without a search a list of agencies shows the likely ones and the province's.
_SHOWN_GROUPS = 2
# Buttons of a form that only change what is shown.
_STEPS = frozenset({"find", "more"})
# Reasons in the order of how often they are right; all but these two need the reader's care.
REASONS = (
    "out_of_scope", "no_content", "complaint", "denunciation", "crime_report", "admin_rule", "court", "abuse",
)  # fmt: skip


class Draft(msgspec.Struct, frozen=True):
    """A form that comes back: of which decision, what was typed, what is wrong, whether nothing was sent yet."""

    act: Act
    typed: Typed
    errors: tuple[FieldError, ...] = ()
    stale: bool = False
    conflict: str = ""


class CentrePages:
    """A GET changes nothing. A POST that succeeds leads back to the list, from which the next case is one step away."""

    def __init__(self, door: Door, desk: CentreDesk, root: str) -> None:
        self._door = door
        self._desk = desk
        self._root = root

    def lists(self, asked: Asked) -> Reply:
        """One of the lists, filtered; after a decision with what was done."""
        return self._within(asked, Right.READ, self._lists)

    def case(self, asked: Asked, code: str) -> Reply:
        """A case on one screen. Raises NotFound."""
        return self._within(asked, Right.READ, lambda visit, asked: self._case(visit, asked, code), code)

    def decide(self, asked: Asked, code: str, act: str) -> Reply:
        """Carry out what the form of a decision says, or show it again with everything that was typed.

        Raises NotFound for an unknown case or decision.
        """
        if act not in _ACTS:
            raise NotFound()
        visit = self._door.visit(asked)
        if visit is None or visit.member is None:
            return self._door.ended(asked, code)
        if not may(visit.member.groups, Right.DECIDE):
            return self._forbidden(visit, asked, say("centre.forbidden.act", asked.language))
        return self._decide(visit, visit.member, asked, code, Act(act))

    def audit(self, asked: Asked) -> Reply:
        """Who looked at the personal data of a case, for auditors."""
        return self._within(asked, Right.AUDIT, self._audit)

    def sign_in_form(self, asked: Asked) -> Reply:
        """The page to sign in; whoever has signed in goes on."""
        visit = self._door.visit(asked)
        return self._to("/centre") if visit and visit.member else self._door.form(asked)

    def sign_in(self, asked: Asked) -> Reply:
        """Let somebody in."""
        return self._door.sign_in(asked)

    def sign_out(self, asked: Asked) -> Reply:
        """Let somebody out."""
        return self._door.sign_out(asked)

    def _within(self, asked: Asked, right: Right, show: Callable[[Visit, Asked], Reply], to: str = "") -> Reply:
        """The page for a member who may see it; everybody else signs in first, or reads that this page is not for him."""
        visit = self._door.visit(asked)
        if visit is None or visit.member is None:
            return self._door.ask(to)
        if may(visit.member.groups, right):
            return show(visit, asked)
        if right is Right.READ and may(visit.member.groups, Right.AUDIT):
            return self._to("/centre/audit")
        if right is Right.READ and may(visit.member.groups, Right.SUPPLY):
            return self._to("/centre/datasets")
        return self._forbidden(visit, asked, say("centre.forbidden.what", asked.language))

    def _lists(self, visit: Visit, asked: Asked) -> Reply:
        wanted = _wanted(asked.query)
        listing, language = self._desk.listing(wanted, asked.language), asked.language
        query = urlencode(wanted.query())
        return self._page(
            "centre_lists.html", visit, asked, wanted=wanted, listing=listing, tabs=self._desk.tabs(), query=query,
            filters=self._desk.filters(language), banner=self._done(asked, listing), left=_left(listing, language),
            next_query=urlencode({**wanted.query(), "cursor": listing.cursor}) if listing.cursor else "",
        )  # fmt: skip

    def _done(self, asked: Asked, listing: Listing) -> Banner | None:
        """What was decided just now; believed only if it is the last that happened to that case."""
        act, code = _text(asked.query, "done"), _text(asked.query, "code")
        done = self._desk.done(code) if act in _ACTS and code else None
        if done is None or done.action != act:
            return None
        return Banner(_said(done, asked.language), "check", "done")

    def _case(
        self, visit: Visit, asked: Asked, code: str, draft: Draft | None = None, sheet: CentreSheet | None = None
    ) -> Reply:
        language = asked.language
        sheet = sheet or self._desk.sheet(code, language)
        decides = visit.member is not None and may(visit.member.groups, Right.DECIDE)
        acts = sheet.acts if decides else ()
        typed: Typed = draft.typed if draft else {}
        errors = draft.errors if draft else ()
        wanted = _wanted(asked.query)
        status = 409 if draft and draft.conflict else 422 if errors else 403 if draft and draft.stale else 200
        find = forms.text(typed, "find").strip()
        found = self._desk.agencies(code, find, language) if find else ()
        return self._page(
            "centre_case.html", visit, asked, status, stores(sheet.subject), sheet=sheet, acts=acts, decides=decides,
            wanted=wanted, query=urlencode(wanted.query()), open=_open(sheet, acts, wanted, draft),
            groups=self._groups(code, acts, draft, tuple(found), language), find=find,
            found=sum(len(group.choices) for group in found), reasons=REASONS,
            categories=self._desk.filters(language).categories if Act.SPLIT in acts else (),
            slots=centre_forms.slots(typed, forms.text(typed, "step") == "more"), draft=draft,
            typed=partial(_typed, draft), problems=centre_forms.problems(draft.act, errors, typed, language) if draft else [],
            left=phrases.time_left(sheet.subject.remaining, language),
            titles={act: _title(act, sheet) for act in acts},
        )  # fmt: skip

    def _groups(
        self, code: str, acts: tuple[Act, ...], draft: Draft | None, found: tuple[Group, ...], language: str
    ) -> Mapping[Act, tuple[Group, ...]]:
        """The agencies in the form of each decision: those found, else the likely and the province's; others are searched."""
        choosing = [act for act in (Act.ASSIGN, Act.SUPPORT) if act in acts]
        near = tuple(self._desk.agencies(code, "", language)[:_SHOWN_GROUPS]) if choosing else ()
        return {act: found if found and draft and draft.act is act else near for act in choosing}

    def _decide(self, visit: Visit, member: Member, asked: Asked, code: str, act: Act) -> Reply:
        typed = asked.typed
        if forms.text(typed, "step") in _STEPS:
            return self._case(visit, asked, code, Draft(act, typed))
        if not self._door.fresh(visit, asked):
            return self._case(visit, asked, code, Draft(act, typed, stale=True))
        sent = Sent(centre_forms.fields(act, typed), forms.key(typed), asked.cid)
        try:
            if act is Act.REVEAL:
                return self._reveal(visit, asked, code, sent)
            self._desk.carry_out(member.user, code, act, sent)
        except Invalid as error:
            return self._case(visit, asked, code, Draft(act, typed, error.errors))
        except Conflict as error:
            return self._case(visit, asked, code, Draft(act, typed, conflict=_why(error, asked.language)))
        query = {**_wanted(asked.query).query(), "done": act.value, "code": code}
        return self._to(f"/centre?{urlencode(query)}")

    def _reveal(self, visit: Visit, asked: Asked, code: str, sent: Sent) -> Reply:
        member = visit.member
        contact = self._desk.reveal(member.user if member else "", code, sent)
        query = urlencode(_wanted(asked.query).query())
        return self._page("centre_contact.html", visit, asked, contact=contact, code=code, query=query)

    def _audit(self, visit: Visit, asked: Asked) -> Reply:
        code, looks, lost = _text(asked.query, "code").strip(), None, False
        if code:
            try:
                looks = self._desk.audit(code)
            except NotFound:
                lost = True
        return self._page("centre_audit.html", visit, asked, 404 if lost else 200, code=code, looks=looks, lost=lost)

    def _forbidden(self, visit: Visit, asked: Asked, why: str) -> Reply:
        return self._page("centre_forbidden.html", visit, asked, 403, why=why)

    def _page(
        self, template: str, visit: Visit, asked: Asked, status: int = 200, files: tuple[str, ...] = (), **facts: Any
    ) -> Reply:
        return self._door.page(template, visit, asked, status, files, **facts)

    def _to(self, path: str) -> Reply:
        return Reply(None, 303, {**headers(), "Location": f"{self._root}{path}"})


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    return value if isinstance(value, str) else ""


def _wanted(query: Mapping[str, Any]) -> Wanted:
    named = {name: _text(query, name) for name in ("what", *_FILTERS, "cursor")}
    return Wanted(**{name: value for name, value in named.items() if value})


def _typed(draft: Draft | None, act: Act, name: str) -> str:
    """One field as typed, in the form of the decision that comes back; empty in every other."""
    return forms.text(draft.typed, name) if draft and draft.act is act else ""


def _left(listing: Listing, language: str) -> Mapping[str, phrases.Sign]:
    return {line.code: phrases.time_left(line.remaining, language) for line in listing.lines}


def _said(done: Done, language: str) -> str:
    return say(f"done.{done.action}.centre", language, code=done.code, agency=done.agency, into=done.into)


def _why(error: Conflict, language: str) -> str:
    if isinstance(error, NotPossibleNow):
        return say("conflict.more", language)
    return say(error.words, language, **error.params)


# Which form stands open in which list; what comes first in a case is open otherwise.
_OPEN = {
    "assign": (Act.ASSIGN,), "publish": (Act.PUBLISH,), "extension": (Act.GRANT, Act.DENY), "overdue": (Act.ASSIGN,),
    "reopened": (Act.ASSIGN,),
}  # fmt: skip


def _open(sheet: CentreSheet, acts: tuple[Act, ...], wanted: Wanted, draft: Draft | None) -> frozenset[Act]:
    """The forms that stand open: the one that came back, else those that the list is about."""
    if draft:
        return frozenset({draft.act})
    fitting = [act for act in _OPEN.get(wanted.what, ()) if act in acts]
    if not fitting and sheet.subject.agency == "":
        fitting = [act for act in (Act.ASSIGN,) if act in acts]
    return frozenset(fitting)


def _title(act: Act, sheet: CentreSheet) -> str:
    return "act.reassign" if act is Act.ASSIGN and sheet.subject.agency else f"act.{act}"
