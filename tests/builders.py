"""Cases, commands and values for tests: a plain one by default, what a test is about by name."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from chalicelib.core import codes
from chalicelib.core.actors import ActorKind, agency, citizen, dispatcher, system
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback import commands
from chalicelib.feedback.approval import submit_draft
from chalicelib.feedback.joining import merge, split
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import seal
from chalicelib.feedback.ports import File
from chalicelib.feedback.values import (
    Answer,
    Entry,
    Handling,
    Level,
    Matter,
    Outcome,
    Publication,
    Rating,
    RefusalReason,
    Stamp,
    Terms,
)

SECRET = "a secret of tests alone"
REPORTER = "account-of-the-reporter"
STRANGER = "account-of-somebody-else"
DISPATCHER = "dispatcher@centre.example"
COMMITTEE = "ubnd-xa-1"
POLICE = "ca-xa-1"

# A Tuesday, 14:05 in Vietnam, with plain working days around it.
NOW = datetime(2023, 5, 23, 7, 5, tzinfo=UTC)

TEXT = "Ổ gà lớn giữa đường trước cổng trường, xe máy đã ngã hai lần trong tuần."
RESULT = "Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa sáng 24/5 và đã cắm lại biển báo tại chỗ."
QUESTION = "Xin cho biết ổ gà nằm ở phía bên nào của cổng trường?"
REASON = "Việc này thuộc đường tỉnh, do Sở Giao thông vận tải quản lý."
DUE = datetime(2023, 6, 1, 10, 0, tzinfo=UTC)  # seven working days on, 17:00 in Vietnam

LAPSES = datetime(2023, 5, 24, 10, 0, tzinfo=UTC)  # one working day on


def at(text: str) -> datetime:
    """`24/01/2025 17:00` in Vietnam."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def new_code() -> str:
    """A tracking code that no other test has."""
    return codes.tracking_code(SECRET, REPORTER, uuid4().hex)


def link(code: str, assignment: int = 1, head: bool = False) -> str:
    """The token of the signed link for an assignment, or of the head's own."""
    return codes.link_token(SECRET, codes.Link(code, assignment, head))


def submit(**changes: Any) -> commands.Submit:
    """A hole in the road of the first commune."""
    plain: dict[str, Any] = {"category": "duong_sa", "text": TEXT, "location": commands.Location(lat=21.7, long=104.9)}
    return commands.Submit(**(plain | changes))


def give_answer(**changes: Any) -> commands.GiveAnswer:
    """A concrete answer."""
    return commands.GiveAnswer(**({"result": RESULT} | changes))


def rate(rating: Rating = Rating.UNSATISFIED) -> commands.Rate:
    """A judgement, with a reason where one is owed."""
    return commands.Rate(rating=rating, reason="Ổ gà vẫn còn nguyên." if rating is Rating.UNSATISFIED else "")


def paper(**changes: Any) -> commands.Paper:
    """An official paper."""
    plain: dict[str, Any] = {"number": "12/UBND-ĐT", "date": date(2023, 5, 24), "signer": "Phó Chủ tịch"}
    return commands.Paper(**(plain | changes))


def photo(identifier: str = "0123456789abcdef", by: str = "citizen", **changes: Any) -> File:
    """An uploaded picture."""
    return replace(File(identifier, by, "image/jpeg", 120_000, NOW), **changes)


def stamp(who: Party = Party.REPORTER, when: datetime = NOW, text_ref: str = "", key: str = "") -> Stamp:
    """What a change of that party carries."""
    return Stamp(ACTORS[who], when, text_ref, key, "cid-1")


ACTORS = {
    Party.REPORTER: citizen(REPORTER),
    Party.HOLDER: agency(COMMITTEE),
    Party.HEAD: agency(COMMITTEE),
    Party.RECEIVER: agency(POLICE),
    Party.SUPPORTER: agency(POLICE),
    Party.CENTRE: dispatcher(DISPATCHER),
    Party.SYSTEM: system("routing"),
}


def feedback(**changes: Any) -> Feedback:
    """A case just submitted, short and public."""
    code = changes.pop("code", None) or new_code()
    entry = Entry(1, NOW, Action.SUBMIT, ActorKind.CITIZEN, REPORTER, Status.RECEIVED, cid="cid-0")
    made = Feedback(
        code=code, status=Status.RECEIVED, reporter=REPORTER, category="duong_sa", area="commune-1", district="district-1",
        level=Level.NORMAL, handling=Handling(7), publication=Publication.PUBLIC, may_be_public=True, share_contact=False,
        submitted_at=NOW, changed_at=NOW, promised_by=DUE, centre_due=NOW + timedelta(days=1),
        matter=Matter("Ổ gà", TEXT, 21.7, 104.9, "Cổng trường Nguyễn Trãi"), key="key-hash", digest="digest",
        history=(entry,),
    )  # fmt: skip
    return replace(made, **changes)


def assigned(case: Feedback | None = None, to: str = COMMITTEE) -> Feedback:
    """Given to an agency by the software."""
    return (case or feedback()).assign(Party.SYSTEM, stamp(Party.SYSTEM), to, Terms(DUE))


def in_progress(case: Feedback | None = None) -> Feedback:
    """Taken up by its agency."""
    return assigned(case).accept(stamp(Party.HOLDER))


def waiting(case: Feedback | None = None) -> Feedback:
    """Its agency has asked the reporter."""
    return in_progress(case).ask(stamp(Party.HOLDER, text_ref="ask1"), NOW + timedelta(days=7))


def answer(**changes: Any) -> Answer:
    """A resolved matter, to be rated within seven days."""
    plain = Answer(NOW, COMMITTEE, Outcome.RESOLVED, "answer1", rate_by=NOW + timedelta(days=7))
    return replace(plain, **changes)


def answered(case: Feedback | None = None, **changes: Any) -> Feedback:
    """Answered by its agency."""
    return in_progress(case).give_answer(stamp(Party.HOLDER, text_ref="answer1"), answer(**changes))


def approving(case: Feedback | None = None) -> Feedback:
    """Given to an agency whose answers need the head's approval."""
    return (case or feedback()).assign(Party.SYSTEM, stamp(Party.SYSTEM), COMMITTEE, Terms(DUE, approval=True))


def awaiting_approval(case: Feedback | None = None, **changes: Any) -> Feedback:
    """Its answer waits for the head of the agency."""
    return submit_draft(approving(case), stamp(Party.HOLDER, text_ref="answer1"), answer(**changes), None)


def refused(case: Feedback | None = None) -> Feedback:
    """Not taken by the centre."""
    return (case or feedback()).refuse(stamp(Party.CENTRE, text_ref="refuse1"), RefusalReason.OUT_OF_SCOPE)


def offered(case: Feedback | None = None, to: str = POLICE) -> Feedback:
    """A hand-over waits for its receiver."""
    return (case or in_progress()).offer(stamp(Party.HOLDER, text_ref="offer1"), to, LAPSES)


def queued(case: Feedback | None = None) -> Feedback:
    """In the centre's queue, since no rule found an agency."""
    return (case or feedback()).queue(stamp(Party.SYSTEM))


IN_STATUS: Mapping[Status, Callable[[], Feedback]] = {
    Status.RECEIVED: feedback,
    Status.ASSIGNED: assigned,
    Status.IN_PROGRESS: in_progress,
    Status.WAITING: waiting,
    Status.AWAITING_APPROVAL: awaiting_approval,
    Status.ANSWERED: answered,
    Status.REFUSED: refused,
    Status.DUPLICATE: lambda: merge(feedback(), stamp(Party.CENTRE), "MAIN-CASE"),
    Status.SPLIT: lambda: split(feedback(), stamp(Party.CENTRE), ("CHILD-1", "CHILD-2")),
    Status.WITHDRAWN: lambda: feedback().withdraw(stamp()),
    Status.CLOSED: lambda: answered().close(stamp(Party.SYSTEM)),
    Status.SEALED: lambda: seal(feedback(), stamp(Party.CENTRE)),
}
