"""What notices meet outside, made small: a clock that is set, a table in memory, providers that take, refuse, stall or die."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from msgspec.structs import replace

from chalicelib.contracts.contacts import Channels, Contact, QuietHours
from chalicelib.contracts.feedback_events import Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.core.calendar import Calendar, official
from chalicelib.core.clock import to_text
from chalicelib.core.errors import NotFound
from chalicelib.notices.delivery import Delivery, Post
from chalicelib.notices.model import Channel, InboxEntry, Notice, Role
from chalicelib.notices.ports import Answered, Case, Duty, Letter, Office, Officer, Sms, Stood
from chalicelib.notices.rendering import Renderer
from chalicelib.notices.service import NoticesService
from tests.unit.notices.memory import FakeStore

# 14:00 on a Tuesday in Vietnam.
START = datetime(2023, 5, 23, 7, 0, tzinfo=UTC)
SECRET = "a secret of the tests alone, long enough"
BASE_URL = "https://s.yenbai.gov.vn"
CODE = "YB7K2M9QF4X"
NIGHT = QuietHours("21:30", "06:30")
AGENCY = "ubnd-04288"
OTHER = "dien-luc"
ABOVE, TOP, CENTRE = "ubnd-140", "ubnd-15", "tt-dhtm"
FOLLOWER = "account-7"
MAIN = "YB0MA1NC0DE"
ACCOUNT = "account-1"

E = FeedbackEventType


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class FakeProvider:
    """Takes every message that it does not fail on; `errors` are raised in turn before, `after` in turn after it was taken."""

    taken: list[Letter | Sms] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    fails_for: dict[str, Exception] = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._lock = Lock()

    def send(self, message: Letter | Sms) -> str:
        if self.errors:
            raise self.errors.pop(0)
        if message.to in self.fails_for:
            raise self.fails_for[message.to]
        with self._lock:
            self.taken.append(message)
            number = len(self.taken)
        self.meanwhile()
        if self.after:
            raise self.after.pop(0)
        return f"message-{number}"

    def addresses(self) -> list[str]:
        return [message.to for message in self.taken]


@dataclass
class FakeCases:
    """Cases by code, and who follows them."""

    known: dict[str, Case]
    following: dict[str, list[str]] = field(default_factory=dict)

    def followers(self, code: str) -> Sequence[str]:
        return self.following.get(code, [])

    def case(self, code: str) -> Case:
        if code not in self.known:
            raise NotFound("error.feedback_not_found")
        return self.known[code]


OFFICES = {
    AGENCY: Office(
        AGENCY, "Ủy ban nhân dân xã Thượng Bằng La", "UBND xã Thượng Bằng La", "ubnd@xa.example", "+84958000001"
    ),
    OTHER: Office(OTHER, "Điện lực Yên Bái", "Điện lực Yên Bái", "dien@luc.example", "+84958000002"),
    ABOVE: Office(ABOVE, "Ủy ban nhân dân huyện Văn Chấn", "UBND huyện Văn Chấn", "ubnd@huyen.example", "+84958000003"),
    TOP: Office(TOP, "Ủy ban nhân dân tỉnh Yên Bái", "UBND tỉnh Yên Bái", "ubnd@tinh.example", "+84958000004"),
    CENTRE: Office(CENTRE, "Trung tâm Điều hành thông minh", "TT ĐHTM", "tt@dhtm.example", "+84958000005"),
}


def officers_of(agency: str) -> list[Officer]:
    """Three people with addresses of their own."""
    number = sum(agency.encode())
    return [
        Officer(role, f"Cán bộ mẫu {role}", f"{role}@{agency}.example", f"+84959{number:05d}{place}")
        for place, role in enumerate((Role.HEAD, Role.FOCAL, Role.DEPUTY))
    ]


@dataclass
class FakeDirectory:
    """Two agencies and those above them, one category, one commune."""

    offices: dict[str, Office] = field(default_factory=lambda: dict(OFFICES))
    people: dict[str, list[Officer]] = field(default_factory=lambda: {code: officers_of(code) for code in OFFICES})
    above: dict[str, str] = field(default_factory=lambda: {AGENCY: ABOVE, OTHER: TOP, ABOVE: TOP, CENTRE: TOP})

    def watcher(self, agency: str, category: str) -> str | None:
        return self.above.get(agency)

    def roster(self, name: str) -> Sequence[tuple[str, Role]]:
        return {
            "duty": [(CENTRE, Role.FOCAL)],
            "centre": [(CENTRE, Role.HEAD), (CENTRE, Role.FOCAL)],
            "leaders": [(TOP, Role.HEAD)],
        }[name]

    def office(self, code: str) -> Office | None:
        return self.offices.get(code)

    def officers(self, code: str) -> Sequence[Officer]:
        return self.people.get(code, [])

    def category(self, code: str, language: str) -> str:
        return "Landslides, fallen trees" if language == "en" else "Sạt lở, cây đổ, ngập đường, cầu nguy hiểm"

    def safety(self, code: str, language: str) -> str:
        return "Keep away from slopes. Call 112." if language == "en" else "Rời xa taluy, suối. Gọi 112."

    def place(self, code: str, at: datetime | None = None) -> tuple[str, ...]:
        return ("Xã Thượng Bằng La", "Huyện Văn Chấn")

    def calendar(self) -> Calendar:
        return official()

    def agency_name(self, code: str) -> str:
        return self.offices[code].name if code in self.offices else code


@dataclass
class FakeContacts:
    """How citizens are reached."""

    known: dict[str, Contact] = field(default_factory=dict)

    def contact(self, account: str) -> Contact | None:
        return self.known.get(account)


@dataclass
class FakeBounces:
    """Addresses that bounced, and how often somebody asked."""

    known: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def bounced(self, address: str) -> bool:
        self.asked.append(address)
        return address in self.known


@dataclass
class FakeJournal:
    """What operators would see."""

    outcomes: list[tuple[str, Channel]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def note(self, outcome: str, notice: Notice) -> None:
        self.outcomes.append((outcome, notice.channel))

    def noted_in_inbox(self, entry: InboxEntry) -> None:
        self.outcomes.append(("NoticeSent", Channel.INBOX))

    def noted(self, outcome: str, channel: Channel, words: str, reason: str) -> None:
        self.outcomes.append((outcome, channel))

    def trouble(self, notice: Notice, error: Exception) -> None:
        self.errors.append(error)

    def count(self, outcome: str) -> int:
        return sum(name == outcome for name, _ in self.outcomes)


def a_contact(**changes: object) -> Contact:
    made = Contact("+84951234567", "ba.mau@nha.example", "Bà Mẫu", "vi", Channels(), None)
    return replace(made, **changes)  # type: ignore[arg-type]


def a_case(**changes: object) -> Case:
    """A case that lies with AGENCY as its first assignment."""
    made = Case(
        code=CODE, status="assigned", level="normal", category="sat_lo", area="04288", reporter=ACCOUNT,
        share_contact=False, submitted_at=START, deadline=datetime(2023, 5, 30, 10, 0, tzinfo=UTC),
        text="Đất đá tràn xuống đường sau mưa, xe máy không qua được.", title="Sạt lở ở Km 5", address="Km 5, thôn Dạ",
        lat=21.40123, long=104.61234, photos=2, assignment=Duty(1, AGENCY),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


# What the case looks like right after each event, and the assignment and agency that the event names.
CASES: dict[FeedbackEventType, Case] = {
    E.SUBMITTED: a_case(status="received", assignment=None),
    E.ASSIGNED: a_case(),
    E.ACCEPTED: a_case(status="in_progress"),
    E.HAND_OVER_OFFERED: a_case(offer=Duty(2, OTHER), said={2: "Đường dây điện bị đổ, thuộc ngành điện."}),
    E.GIVEN_BACK: a_case(said={2: "Không phải lưới điện của chúng tôi."}),
    E.ASKED: a_case(status="waiting", answer_by=START + timedelta(days=7), said={2: "Xin cho biết cột số mấy?"}),
    E.REPLIED: a_case(status="in_progress", said={2: "Cột số 14, cạnh trường học."}),
    E.TIMED_OUT: a_case(status="in_progress"),
    E.ANSWERED: a_case(
        status="answered", rate_by=START + timedelta(days=7),
        answer=Answered("scheduled", "Đã dọn đất đá, thông xe một làn.", "Kè taluy trước mùa mưa.", "2023-06-30"),
    ),
    E.RATED: a_case(status="closed", rating="satisfied", said={2: "Cảm ơn các anh."}),
    E.REOPENED: a_case(assignment=Duty(2, AGENCY), rating="unsatisfied", said={2: "Đất vẫn còn nguyên trên đường."}),
    E.REFUSED: a_case(
        status="refused", assignment=None, refusal="court", said={2: "Vụ việc đã có bản án."}, publication="private"
    ),
    E.CLOSED: a_case(status="closed"),
    E.WITHDRAWN: a_case(
        status="withdrawn", said={2: "Đã tự khắc phục."}, before={2: Stood(Duty(1, AGENCY), Duty(2, OTHER))},
        publication="private",
    ),
    E.HAND_OVER_LAPSED: a_case(
        status="received", assignment=None, before={2: Stood(Duty(1, AGENCY), Duty(2, OTHER))}
    ),
    E.EXTENSION_GRANTED: a_case(status="in_progress", said={2: "Đồng ý vì mưa lũ kéo dài."}),
    E.EXTENSION_DENIED: a_case(status="in_progress", said={2: "Việc không phức tạp."}),
    E.SUPPORT_REQUESTED: a_case(supporters=(Duty(2, OTHER),), said={2: "Xin cho biết lịch cắt điện."}),
    E.CONTRIBUTED: a_case(status="in_progress", supporters=(Duty(2, OTHER),), said={2: "Đã cắt điện lúc 8 giờ."}),
    E.APPROVAL_REQUESTED: a_case(status="awaiting_approval", said={2: "Đã dọn đất đá, thông xe một làn."}),
    E.RETURNED: a_case(status="in_progress", said={2: "Chưa nêu thời hạn kè taluy."}),
    E.REMINDED: a_case(),
    E.NEARLY_DUE: a_case(status="in_progress"),
    E.BREACHED: a_case(status="in_progress"),
    E.ESCALATED: a_case(status="in_progress"),
    E.CLIMBED: a_case(level="urgent", before={2: Stood(Duty(1, AGENCY), None, 6)}),
    E.RESCHEDULED: a_case(status="in_progress"),
    E.TRANSFERRED: a_case(status="in_progress", assignment=Duty(2, ABOVE)),
    E.MERGED: a_case(status="duplicate", merged_into=MAIN, said={2: "Cùng một điểm sạt lở."}, publication="private"),
    E.SPLIT: a_case(
        status="split", assignment=None, children=("YB1CH1LDCDE", "YB2CH1LDCDE"), said={2: "Hai việc khác nhau."},
        publication="private",
    ),
    E.HIDDEN: a_case(publication="hidden", said={2: "Có biển số xe trong ảnh."}),
    E.UNHIDDEN: a_case(said={2: "Đã che biển số xe."}),
}  # fmt: skip

DUTIES = {
    E.SUBMITTED: (0, ""),
    E.REFUSED: (0, ""),
    E.SPLIT: (0, ""),
    E.HAND_OVER_OFFERED: (2, OTHER),
    E.HAND_OVER_LAPSED: (2, OTHER),
    E.GIVEN_BACK: (2, OTHER),
    E.SUPPORT_REQUESTED: (2, OTHER),
    E.CONTRIBUTED: (2, OTHER),
    E.TRANSFERRED: (2, ABOVE),
    E.REOPENED: (2, AGENCY),
}


def an_event(kind: FeedbackEventType, **changes: object) -> FeedbackEvent:
    """An event of the case, number 2 of its history."""
    assignment, agency = DUTIES.get(kind, (1, AGENCY))
    made = FeedbackEvent(
        v=1, id=f"{CODE}#2", type=kind, code=CODE, seq=2, at=to_text(START), status=CASES[kind].status, category="sat_lo",
        area="04288", level="normal", agency=agency, assignment=assignment, cid="request-1",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


class House:
    """The slice, composed from fakes."""

    def __init__(self, case: Case | None = None, contact: Contact | None = None) -> None:
        self.clock = FakeClock()
        self.store = FakeStore()
        self.mails, self.texts = FakeProvider(), FakeProvider()
        self.journal = FakeJournal()
        self.bounces = FakeBounces()
        self.directory = FakeDirectory()
        self.contacts = FakeContacts({ACCOUNT: contact or a_contact()})
        self.cases = FakeCases({CODE: case or a_case()})
        self.renderer = Renderer(self.directory, BASE_URL, SECRET)
        self.delivery = Delivery(
            self.store, self.directory, self.contacts, self.renderer, Post(self.mails, self.texts), self.journal,
            self.clock, NIGHT, self.bounces,
        )  # fmt: skip
        self.service = NoticesService(
            self.store, self.cases, self.directory, self.contacts, self.delivery, self.journal, self.clock
        )

    def tell_agencies(self, event: FeedbackEvent) -> None:
        self.service.tell(Consumer.AGENCIES, event)

    def tell_citizens(self, event: FeedbackEvent) -> None:
        self.service.tell(Consumer.CITIZENS, event)

    def resend(self) -> dict[str, int]:
        return self.service.resend(self.clock() + timedelta(minutes=3))

    def row(self, who: str, channel: Channel, event: str = f"{CODE}#2") -> Notice:
        return self.store.rows[event, who, channel]
