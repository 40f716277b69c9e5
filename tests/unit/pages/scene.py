"""The pages on fakes: a real directory (the seed), cases in memory, a clock that stands at 14:05 on Tuesday 23/05/2023."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from chalicelib.bridges.pages import Offices, PageCases, Sources
from chalicelib.bridges.reference import ReferenceData
from chalicelib.core.actors import dispatcher
from chalicelib.core.calendar import official
from chalicelib.directory.service import Directory
from chalicelib.feedback import commands
from chalicelib.feedback.agency_service import AgencyService
from chalicelib.feedback.casework import Casework, Trace
from chalicelib.feedback.centre_lists import CentreLists
from chalicelib.feedback.centre_service import CentreService
from chalicelib.feedback.centre_service import Sources as Parts
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import support
from chalicelib.feedback.ports import File
from chalicelib.feedback.sealing import Sealing
from chalicelib.feedback.service import FeedbackService
from chalicelib.feedback.values import Stamp
from chalicelib.feedback.views import Views
from chalicelib.pages.forms import Forms
from chalicelib.pages.model import Task
from chalicelib.pages.ports import Limits
from chalicelib.pages.views import Address, OfficerPages, PublicPages
from chalicelib.runtime.http import Reply
from infra.seed import rows
from tests.builders import DISPATCHER, REPORTER, RESULT, SECRET, link
from tests.fakes import KnownContacts, KnownSignatures, MemoryFiles, MemorySealed, MemoryStore, MovableClock, Numbered

AREA = "04270"  # Xã Minh Bảo, thành phố Yên Bái
COMMITTEE = "ubnd-04270"
OTHER = "so-gtvt"
TEXT = "Ổ gà lớn giữa đường trước cổng trường, xe máy đã ngã hai lần trong tuần."
CONTACT = ("Nguyễn Văn Mẫu", "+84959123456")
ASKED = "Cho biết kế hoạch sửa chữa đoạn đường này trong năm."
REASON = "Đoạn này là đường tỉnh, do Sở Giao thông vận tải quản lý."


class SeedRows:
    """The rows that the seed loads."""

    areas = staticmethod(lambda: list(rows.areas()))
    agencies = staticmethod(lambda: list(rows.agencies()))
    categories = staticmethod(lambda: list(rows.categories()))
    officers = staticmethod(lambda agency: [row for row in rows.officers() if row.code == agency])
    day_changes = staticmethod(list)


_DIRECTORY: list[Directory] = []


def directory(clock: MovableClock) -> Directory:
    """The seed, read once for all tests; its own clock stands."""
    if not _DIRECTORY:
        _DIRECTORY.append(Directory(SeedRows(), MovableClock()))
    return _DIRECTORY[0]


class Reference(ReferenceData):
    """The directory, in which the heads of some agencies approve their answers."""

    def __init__(self, directory: Directory, approving: set[str]) -> None:
        super().__init__(directory)
        self._approving = approving

    def needs_approval(self, code: str) -> bool:
        return code in self._approving


@dataclass
class Scene:
    """One case and the pages around it."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: MovableClock = field(default_factory=MovableClock)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    contacts: dict[str, tuple[str, str]] = field(default_factory=lambda: {REPORTER: CONTACT})
    base: str = "https://yenbai-s.example"
    pauses: list[float] = field(default_factory=list)
    signatures: KnownSignatures = field(default_factory=KnownSignatures)
    approving: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        seed = directory(self.clock)
        reference = Reference(seed, self.approving)
        casework = Casework(self.store, self.clock, Numbered(), SECRET)
        self.service = FeedbackService(self.store, casework, reference, self.files, official, self.clock, SECRET)
        self.agencies = AgencyService(
            self.store, casework, reference, self.files, official, self.clock, self.signatures
        )
        sealing, lists = (
            Sealing(self.store, casework, MemorySealed(), self.files),
            CentreLists(self.store, reference, SECRET),
        )
        self.centre = CentreService(
            Parts(
                self.store, casework, lists, sealing, reference, KnownContacts(self.contacts), official, self.clock, SECRET,
            )
        )  # fmt: skip
        names = (reference.area, reference.agency, reference.category_name, reference.safety)
        self.views = views = Views(*names, self.files.link, official)
        self.cases = PageCases(
            Sources(
                self.service,
                self.agencies,
                views,
                Offices(seed),
                self.contacts.get,
                official,
                self.clock,
                SECRET,
                self.pauses.append,
            )
        )
        keys = Numbered()
        root = "/" + self.base.split("/", 3)[3] if self.base.count("/") > 2 else ""
        address = Address(self.base, root)
        self.forms = Forms(SECRET, keys)
        limits = Limits(commands.LEAST_RESULT, commands.MOST_FILES)
        self.officer = OfficerPages(self.cases, self.forms, limits, self.clock, address)
        self.public = PublicPages(self.cases, address)

    def submit(self, **changes: Any) -> Feedback:
        """A hole in a road of Minh Bảo, with an address, from somebody who shares no contact."""
        plain: dict[str, Any] = {
            "category": "duong_sa",
            "title": "Ổ gà trước cổng trường",
            "text": TEXT,
            "location": commands.Location(lat=21.7479, long=104.9142, area=AREA, address="Cổng trường Nguyễn Trãi"),
        }
        case = self.service.submit(REPORTER, commands.Submit(**(plain | changes)), Trace("key-of-submit", "cid-1"))
        self.clock.move(minutes=1)
        return case

    def assigned(self, **changes: Any) -> tuple[Feedback, str]:
        """The case given to the committee of its commune, and the committee's link."""
        case = self.submit(**changes)
        routed = self.service.route(case.code, "cid-2")
        assert routed is not None
        assert routed.assignment is not None
        return routed, link(case.code)

    def in_progress(self, **changes: Any) -> tuple[Feedback, str]:
        """Accepted twenty minutes later."""
        _, token = self.assigned(**changes)
        self.clock.move(minutes=20)
        return self.agencies.accept(token, Trace("key-of-accept")), token

    def waiting(self) -> tuple[Feedback, str]:
        """The reporter was asked."""
        _, token = self.in_progress()
        self.clock.move(minutes=5)
        ask = commands.Ask(question="Ổ gà nằm ở phía bên nào của cổng trường?")
        return self.agencies.ask(token, ask, Trace("key-of-ask")), token

    def offered(self) -> tuple[Feedback, str, str]:
        """Offered to the transport department: the case, the holder's link, the receiver's link."""
        case, token = self.in_progress()
        self.clock.move(minutes=5)
        made = self.agencies.hand_over(token, commands.HandOver(agency=OTHER, reason=REASON), Trace("key-of-offer"))
        return made, token, link(case.code, 2)

    def answered(self, **changes: Any) -> tuple[Feedback, str]:
        """Answered the next morning."""
        _, token = self.in_progress()
        self.clock.move(hours=19)
        answer = commands.GiveAnswer(**({"result": RESULT} | changes))
        return self.agencies.answer(token, answer, Trace("key-of-answer")), token

    def keep(self, case: Feedback) -> None:
        """Put a case into the store as it stands."""
        self.store.add(case)

    def approving_one(self) -> tuple[Feedback, str, str]:
        """Taken up by a committee whose head approves its answers: the case, the officer's link, the head's."""
        self.approving.add(COMMITTEE)
        case, token = self.in_progress()
        return case, token, link(case.code, head=True)

    def awaiting_approval(self, **changes: Any) -> tuple[Feedback, str, str]:
        """Its answer submitted to the head."""
        _, token, head = self.approving_one()
        self.clock.move(hours=1)
        answer = commands.GiveAnswer(**({"result": RESULT} | changes))
        return self.agencies.submit_approval(token, answer, Trace("key-of-submit-approval")), token, head

    def supported(self) -> tuple[Feedback, str, str]:
        """In progress, with another agency asked to support it: the case, the lead's link, the supporter's."""
        case, token = self.in_progress()
        self.store.write_text(case.code, "support1", ASKED)
        made = support(case, Stamp(dispatcher(DISPATCHER), self.clock(), "support1"), OTHER)
        self.store.save(made)
        return made, token, link(case.code, 2)

    def upload(self, case: Feedback, by: str, kind: str = "image/jpeg", identifier: str = "0123456789abcdef") -> File:
        """A file that has arrived."""
        file = File(identifier, by, kind, 120_000, self.clock())
        assert self.service.receive_file(case.code, file)
        return file

    def form(self, token: str, task: Task, **typed: Any) -> dict[str, Any]:
        """What a browser sends from the form of a task as shown now, with something typed in."""
        shown = self.officer.show(token, "vi") if task is Task.ACCEPT else self.officer.form(token, task, "vi")
        return {**hidden(shown), **typed}

    def send(self, token: str, task: Task, **typed: Any) -> Reply:
        """Fill in the form of a task and send it."""
        return self.officer.send(token, task, self.form(token, task, **typed), "vi", "cid-9")


def hidden(reply: Reply) -> dict[str, str]:
    """The nonce and the key of the page's form."""
    return dict(re.findall(r'<input type="hidden" name="(nonce|key)" value="([^"]+)"', reply.body))


def words(reply: Reply) -> str:
    """What a reader of the page reads: its text without mark-up, blanks joined."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", reply.body, flags=re.DOTALL)
    return " ".join(unescape(text).split())


def forged(token: str) -> str:
    """The token with another signature."""
    return token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
