"""Who stands before the centre's pages: the cookie, the nonces of forms, and the page on which staff sign in.

The cookie holds a random key with our signature and nothing else; scripts cannot read it, and it goes only to these pages, never
along with a request that another site caused. Who has not signed in gets one too, so that the sign-in form has a nonce of its own;
signing in gives a new key. Source: docs/adr/0046-staff-sessions.md.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from chalicelib.core import codes
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, DomainError, TooMany, Unauthenticated, Unavailable
from chalicelib.core.staff import Member, Right, may
from chalicelib.pages.centre_model import Asked
from chalicelib.pages.centre_ports import Staff
from chalicelib.pages.forms import Forms, Hidden, text
from chalicelib.pages.rendering import headers, page
from chalicelib.pages.words import say
from chalicelib.runtime.http import Reply
from chalicelib.runtime.observability import count

COOKIE = "centre"
# What of these pages one can come for beside the case of a code.
_DATASETS = re.compile(r"datasets(/[a-z0-9_-]{1,40}){0,2}|datasets(/[a-z0-9_-]{1,40}){2}/uploads/[0-9]{1,9}")
_LONGEST_SECONDS = 8 * 3600
_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (Unauthenticated, 401), (TooMany, 429), (Unavailable, 503), (Conflict, 409),
)  # fmt: skip
# What never comes back to a page, and what is no text of the writer's.
_UNKEPT = frozenset({"nonce", "key", "password", "code", "parts", "step", "to"})


class Site(msgspec.Struct, frozen=True):
    """Where the pages are: `root` is the path of the API, `secure` whether people come by https."""

    root: str
    secure: bool


class Visit(msgspec.Struct, frozen=True):
    """One browser: the key in its cookie, and who has signed in there."""

    key: str
    member: Member | None = None


class Door:
    """Lets staff in and out."""

    def __init__(
        self, staff: Staff, forms: Forms, clock: Clock, site: Site, secret: str, new_key: Callable[[], str]
    ) -> None:
        self._staff = staff
        self._forms = forms
        self._clock = clock
        self._site = site
        self._secret = secret
        self._new_key = new_key

    def visit(self, asked: Asked) -> Visit | None:
        """Whose browser it is; None for one without a cookie of ours. Raises Unavailable."""
        key = self._key(asked.cookie)
        return Visit(key, self._staff.member(key)) if key else None

    def seal(self, visit: Visit) -> Hidden:
        """What a form carries for this browser."""
        return self._forms.hidden(f"centre {visit.key}", self._clock())

    def fresh(self, visit: Visit, asked: Asked) -> bool:
        """Whether the form was made by us for this browser."""
        return self._forms.fresh(f"centre {visit.key}", asked.typed, self._clock())

    def form(self, asked: Asked) -> Reply:
        """The page to sign in."""
        signed_out = "out" in asked.query
        return self._form(asked, 200, said=say("sign_in.out", asked.language) if signed_out else "")

    def ended(self, asked: Asked, to: str) -> Reply:
        """The page to sign in for somebody who sent a form without a session; what was typed is shown to be copied."""
        kept = tuple(value for name in asked.typed if name not in _UNKEPT and (value := text(asked.typed, name)))
        return self._form(asked, 401, to=to, kept=kept, wrong=say("sign_in.ended", asked.language))

    def ask(self, to: str) -> Reply:
        """Send a browser without a session to the page to sign in, and on afterwards: to the case of the code `to`, or to data."""
        return self._to(f"/centre/sign_in?{urlencode({'to': to})}" if to else "/centre/sign_in")

    def sign_in(self, asked: Asked) -> Reply:
        """Let somebody in, or show the form again: with the e-mail as typed, never with password or code."""
        key = self._key(asked.cookie)
        if not key or not self._fresh_sign_in(key, asked):
            return self._form(asked, 403, wrong=say("sign_in.stale", asked.language))
        try:
            email, password, code = (text(asked.typed, name) for name in ("email", "password", "code"))
            session = self._staff.sign_in(email, password, code)
        except (Unauthenticated, TooMany, Unavailable, Conflict) as error:
            count("StaffSignInRefused")
            status = next(status for kind, status in _STATUS if isinstance(error, kind))
            return self._form(asked, status, wrong=say(error.words, asked.language, **error.params))
        count("StaffSignedIn")
        self._staff.sign_out(key)
        to = _goal(asked.typed.get("to"))
        return self._to(_address(to), self.cookie(session))

    def sign_out(self, asked: Asked) -> Reply:
        """End the session of this browser."""
        visit = self.visit(asked)
        if visit and visit.member and not self.fresh(visit, asked):
            return self._to("/centre")
        if visit:
            self._staff.sign_out(visit.key)
        return self._to("/centre/sign_in?out=1", self._cookie("", 0))

    def page(
        self, template: str, visit: Visit, asked: Asked, status: int = 200, files: tuple[str, ...] = (), **facts: Any
    ) -> Reply:
        """A page for a member, with what surrounds it; `files` are addresses that it shows or uploads to."""
        groups = visit.member.groups if visit.member else ()
        return page(
            template, asked.language, self._site.root, status=status, stores=files, member=visit.member,
            seal=self.seal(visit), reads=may(groups, Right.READ), audits=may(groups, Right.AUDIT),
            supplies=may(groups, Right.SUPPLY), **facts,
        )  # fmt: skip

    def cookie(self, key: str) -> Mapping[str, str]:
        """The header that gives a browser this key."""
        return self._cookie(f"{key}.{self._mac(key)}", _LONGEST_SECONDS)

    def _cookie(self, value: str, seconds: int) -> Mapping[str, str]:
        secure = "; Secure" if self._site.secure else ""
        path = f"{self._site.root}/centre"
        return {"Set-Cookie": f"{COOKIE}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"}

    def _form(
        self, asked: Asked, status: int, wrong: str = "", said: str = "", to: str = "", kept: tuple[str, ...] = ()
    ) -> Reply:
        key, fresh = self._key(asked.cookie), False
        if not key:
            key, fresh = self._new_key(), True
        shown = page(
            "centre_sign_in.html", asked.language, self._site.root, status=status, said=said, wrong=wrong, kept=kept,
            to=to or _goal(asked.query.get("to")) or _goal(asked.typed.get("to")), email=text(asked.typed, "email"),
            seal=self._forms.hidden(f"centre sign-in {key}", self._clock()),
        )  # fmt: skip
        return msgspec.structs.replace(shown, headers={**shown.headers, **self.cookie(key)}) if fresh else shown

    def _fresh_sign_in(self, key: str, asked: Asked) -> bool:
        return self._forms.fresh(f"centre sign-in {key}", asked.typed, self._clock())

    def _key(self, cookie: str) -> str:
        """The key in the header Cookie, empty where there is none that we signed."""
        for part in cookie.split(";"):
            name, _, value = part.strip().partition("=")
            key, _, mac = value.partition(".")
            if name == COOKIE and key and codes.same(mac, self._mac(key)):
                return key
        return ""

    def _mac(self, key: str) -> str:
        return codes.nonce(self._secret, f"centre cookie {key}")

    def _to(self, path: str, more: Mapping[str, str] | None = None) -> Reply:
        return Reply(None, 303, {**headers(), **(more or {}), "Location": f"{self._site.root}{path}"})


def _address(goal: str) -> str:
    """Where somebody goes who came for that."""
    if _DATASETS.fullmatch(goal):
        return f"/centre/{goal}"
    return f"/centre/cases/{goal}" if goal else "/centre"


def _goal(given: Any) -> str:
    """What somebody came for, out of an address: a tracking code as far as it can be one, or the path of data."""
    if not isinstance(given, str):
        return ""
    code = given.isascii() and given.isalnum() and len(given) <= 20
    return given if code or _DATASETS.fullmatch(given) else ""
