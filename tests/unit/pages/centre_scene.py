"""The centre's pages on fakes: cases in memory, the seed's directory, staff with passwords, one browser."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.bridges.centre import CentreCases, Sources
from chalicelib.bridges.pages import Offices
from chalicelib.bridges.reference import ReferenceData
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.similar_cases import SimilarCases
from chalicelib.pages.centre_door import Door, Site
from chalicelib.pages.centre_model import Act, Asked
from chalicelib.pages.centre_views import CentrePages
from chalicelib.runtime.http import Reply
from tests.builders import REPORTER, SECRET, link
from tests.fakes import Numbered
from tests.unit.accounts.staff_office import CODE, EMAIL, PASSWORD, Office
from tests.unit.pages.scene import AREA, TEXT, Scene, directory

UNROUTABLE = "gop_y"  # has no rule, and is public only after a review
NOTE = "Đề nghị kiểm tra hiện trường trong ngày."
WHY = "Cùng một ổ gà, đã có người phản ánh hôm qua."


@dataclass
class Desk:
    """The centre's pages, and the browser that opens them: it keeps the cookie."""

    scene: Scene = field(default_factory=Scene)
    cookie: str = ""
    language: str = "vi"

    def __post_init__(self) -> None:
        self._submitted = Numbered()
        scene, seed = self.scene, directory(self.scene.clock)
        self.office = Office(clock=scene.clock)
        self.office.pool.groups |= {
            "leader@centre.example": ("leader",), "auditor@centre.example": ("auditor",), "none@centre.example": (),
        }  # fmt: skip
        reference = ReferenceData(seed)
        similar = SimilarCases(scene.store, reference)
        self.cases = CentreCases(
            Sources(
                scene.centre,
                scene.store,
                similar,
                scene.views,
                scene.cases,
                Offices(seed),
                seed,
                reference,
                scene.clock,
            )
        )
        root = urlsplit(scene.base).path
        site = Site(root, scene.base.startswith("https://"))
        visits = Numbered()
        self.door = Door(self.office.staff, scene.forms, scene.clock, site, SECRET, lambda: f"visit-{visits()}")
        self.pages = CentrePages(self.door, self.cases, root)

    def asked(self, query: str = "", typed: dict[str, Any] | None = None) -> Asked:
        """A request of this browser."""
        return Asked(self.cookie, self.language, dict(parse_qsl(query)), typed or {}, "cid-9")

    def open(
        self, show: Callable[..., Reply], *more: Any, query: str = "", typed: dict[str, Any] | None = None
    ) -> Reply:
        """Ask for a page; the cookie that comes with it is kept."""
        reply = show(self.asked(query, typed), *more)
        if given := reply.headers.get("Set-Cookie", ""):
            self.cookie = given.split(";")[0]
        return reply

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, code: str = CODE, **more: str) -> Reply:
        """Open the page to sign in and fill it in."""
        form = hidden(self.open(self.pages.sign_in_form))
        return self.open(self.pages.sign_in, typed={**form, "email": email, "password": password, "code": code, **more})

    def lists(self, query: str = "") -> Reply:
        """A list."""
        return self.open(self.pages.lists, query=query)

    def case(self, code: str, query: str = "") -> Reply:
        """A case."""
        return self.open(self.pages.case, code, query=query)

    def form(self, code: str, act: Act) -> dict[str, str]:
        """What the form of a decision carries unseen, as shown now."""
        return hidden(self.case(code), act)

    def decide(self, code: str, act: Act, query: str = "", **typed: Any) -> Reply:
        """Fill in the form of a decision and send it."""
        return self.open(self.pages.decide, code, act, query=query, typed={**self.form(code, act), **typed})

    def queued(self, **changes: Any) -> Feedback:
        """A case that no rule finds an agency for."""
        return self._routed(**({"category": UNROUTABLE} | changes))

    def routed(self, **changes: Any) -> Feedback:
        """A case that its commune's committee has, not taken up yet."""
        return self._routed(**changes)

    def in_progress(self) -> Feedback:
        """A case that its agency has taken up."""
        return self.scene.agencies.accept(link(self.routed().code), Trace("key-of-accept"))

    def given_back(self) -> Feedback:
        """A case that its agency has given back."""
        explain = commands.Explain(reason="Đoạn đường này không thuộc xã.")
        return self.scene.agencies.give_back(link(self.routed().code), explain, Trace("key-of-giving-back"))

    def _routed(self, **changes: Any) -> Feedback:
        plain: dict[str, Any] = {
            "category": "duong_sa", "title": "Ổ gà trước cổng trường", "text": TEXT,
            "location": commands.Location(lat=21.7479, long=104.9142, area=AREA, address="Cổng trường Nguyễn Trãi"),
        }  # fmt: skip
        trace = Trace(f"key-of-submit-{self._submitted()}", "cid-1")
        case = self.scene.service.submit(REPORTER, commands.Submit(**(plain | changes)), trace)
        self.scene.clock.move(minutes=1)
        routed = self.scene.service.route(case.code, "cid-2")
        assert routed is not None
        return routed


def signed_in(email: str = EMAIL, **changes: Any) -> Desk:
    """A desk at which somebody sits."""
    desk = Desk(**changes)
    assert desk.sign_in(email).status == 303
    return desk


def hidden(reply: Reply, act: Act | None = None) -> dict[str, str]:
    """The hidden fields of the page's form, or of the form of a decision."""
    forms = re.findall(r'<form [^>]*?action="[^"]*?(\w+)(?:\?[^"]*)?"[^>]*>(.*?)</form>', reply.body, re.DOTALL)
    inside = dict(forms)[act or "sign_in"]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside)}
