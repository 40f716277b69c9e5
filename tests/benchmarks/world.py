"""The data that the benchmark's tables are taught, written by the application itself, and the events that meet it.

    python -m tests.benchmarks.world FOLDER

fills the tables that the environment names and writes each event to FOLDER/<name>.json.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from chalicelib import wiring
from chalicelib.accounts.model import Account
from chalicelib.accounts.sign_in import CodeRequest, number_key, voucher
from chalicelib.accounts.store import AccountStore
from chalicelib.contracts.contacts import Channels
from chalicelib.contracts.feedback_events import FeedbackEvent
from chalicelib.core import clock, codes
from chalicelib.core.clock import to_text
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import File
from chalicelib.feedback.providers import Matters, event
from chalicelib.feedback.table import Case
from chalicelib.lookups.uploads.model import State, Upload
from chalicelib.lookups.uploads.store import DatasetStore
from chalicelib.notices.model import InboxEntry
from chalicelib.runtime.settings import settings
from infra.seed.__main__ import write as seed
from infra.seed.__main__ import write_utilities
from tests.benchmarks import events, watching

REPORTER, PHONE = "5f1c1f9a-0c7e-4d1b-9a55-0f2a7c3b1e01", "+84951234567"
NEIGHBOUR = "5f1c1f9a-0c7e-4d1b-9a55-0f2a7c3b1e02"
# A page and one more, so that a list has a next page, as it has at a million cases.
OWN_CASES = 21
PICTURES = ("00000000000000a1", "00000000000000a2")
EVIDENCE = "00000000000000b1"
# Every change carries its request's id, as it does behind the gateway, and a key that makes it repeatable.
CORRELATION = events.REQUEST_ID

CATEGORY = "duong_sa"
PLACE = {"lat": 21.7291, "long": 104.930125, "address": "Cổng trường tiểu học Nguyễn Trãi"}
NEARBY = {"lat": "21.7292", "long": "104.9302"}
_SENTENCE = "Ổ gà lớn giữa đường trước cổng trường, xe máy đã ngã hai lần trong tuần, trời mưa nước ngập không thấy. "
TEXT = (_SENTENCE * 6)[:560].strip()
LONG_TEXT = (_SENTENCE * 20)[:1900].strip()
DATASET = "health.facilities"
SEAL_REASON = "Nội dung thuộc bí mật đời tư, niêm phong theo yêu cầu của Thanh tra tỉnh."
RESULT = "Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa sáng nay và đã cắm lại biển báo tại chỗ."


def main(folder: Path) -> None:
    """Fill the tables, then write the events."""
    seed(overwrite=False)
    write_utilities(sample=False, overwrite=False)
    people()
    upload()
    made = [case(REPORTER, f"own-{number:04d}") for number in range(OWN_CASES)]
    answered = answer(accept(route(made[0])))
    assigned = route(made[1])
    pictured = answer(accept(route(case(NEIGHBOUR, "pictured-1"))), photos=PICTURES)
    inbox(made)
    wiring.cases().keep_walk(watching.walked(), 1)
    found = {
        **requests(answered, pictured),
        "relay": events.stream(Case.get(assigned.code, "head").to_dynamodb_dict()),
        "route": events.queue(happened(made[2])),
        "tell_agencies": events.queue(happened(assigned)),
        "tell_citizens": events.queue(happened(assigned)),
        "receive_file": events.uploaded(f"cases/{made[2].code}/citizen/00000000000000c1"),
        "sweep": events.scheduled(clock.now()),
        "watch": events.scheduled(clock.now()),
        "note_bounces": events.queued(Path("tests/golden/ses_bounce.json").read_text("utf-8"), {}),
        "digests": events.scheduled(clock.now()),
        "resend": events.scheduled(clock.now()),
        "load_dataset": events.uploaded(f"uploads/{DATASET}/1/data.csv", "datasets"),
        "continue_upload": events.queued(json.dumps({"dataset": DATASET, "number": 1, "what": "load"}), {}),
        # Nine o'clock in Vietnam, when people are reminded.
        "remind_dues": events.scheduled(clock.now().replace(hour=2)),
        "open_sealed": {"code": sealed().code, "auditor": "thanh-tra-01", "reason": SEAL_REASON},
        "define_auth": events.trigger("DefineAuthChallenge_Authentication", REPORTER, PHONE, session=[]),
        "create_auth": events.trigger("CreateAuthChallenge_Authentication", REPORTER, PHONE, session=[]),
        "verify_auth": verification(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def requests(answered: Feedback, pictured: Feedback) -> dict[str, Any]:
    """The requests of the API."""
    own = {"caller": REPORTER}
    return {
        "health": events.request("GET", "/v1/health"),
        "submit": events.request("POST", "/v1/feedback", body=submission(TEXT), **own),
        "submit_long": events.request("POST", "/v1/feedback", body=submission(LONG_TEXT), **own),
        "detail": events.request("GET", "/v1/feedback/{code}", path={"code": answered.code}, **own),
        "detail_photos": events.request("GET", "/v1/feedback/{code}", path={"code": pictured.code}, caller=NEIGHBOUR),
        "list": events.request("GET", "/v1/feedback", **own),
        "inbox": events.request("GET", "/v1/inbox", **own),
        "feed": events.request("GET", "/v1/public/feedback"),
        "similar": events.request(
            "GET", "/v1/feedback/similar", query={"category": CATEGORY, "text": TEXT[:300], **NEARBY}, caller=NEIGHBOUR
        ),
    }


def submission(text: str) -> dict[str, Any]:
    """What a citizen sends; the place is not confirmed, so that the commune has to be found."""
    return {"category": CATEGORY, "title": "Ổ gà trước cổng trường", "text": text, "location": PLACE}


def case(reporter: str, key: str) -> Feedback:
    """A new case."""
    command = commands.Submit(
        category=CATEGORY, title="Ổ gà trước cổng trường", text=TEXT, location=commands.Location(**PLACE)
    )
    return wiring.feedback().submit(reporter, command, Trace(key, CORRELATION))


def route(of: Feedback) -> Feedback:
    """Given to its agency."""
    routed = wiring.feedback().route(of.code, CORRELATION)
    assert routed is not None
    assert routed.assignment is not None
    return routed


def accept(of: Feedback) -> Feedback:
    """Taken up by its agency."""
    return wiring.agencies().accept(_link(of), Trace("accept-1", CORRELATION))


def answer(of: Feedback, photos: tuple[str, ...] = ()) -> Feedback:
    """Answered by its agency; with photos of the reporter there is one of the agency too."""
    for identifier, by in ((photo, "citizen") for photo in photos):
        wiring.feedback().receive_file(of.code, File(identifier, by, "image/jpeg", 120_000, clock.now()))
    if photos:
        wiring.feedback().receive_file(of.code, File(EVIDENCE, "1", "image/jpeg", 120_000, clock.now()))
    command = commands.GiveAnswer(result=RESULT, photos=(EVIDENCE,) if photos else ())
    return wiring.agencies().answer(_link(of), command, Trace("answer-1", CORRELATION))


def upload() -> None:
    """A file that has arrived."""
    arrived = Upload(
        dataset=DATASET, number=1, feed="facilities", slice="facilities", file_name="co-so-y-te.csv", size=2000, by="so-y-te",
        begun_at=clock.now(), state=State.ARRIVED,
    )  # fmt: skip
    DatasetStore(monotonic).keep(arrived)


def rate(of: Feedback) -> Feedback:
    """Judged by its reporter."""
    return wiring.feedback().rate(
        of.reporter, of.code, commands.Rate(rating=commands.Rating.SATISFIED), Trace("rate-1", CORRELATION)
    )


def sealed() -> Feedback:
    """Sealed by the centre as soon as it came."""
    of = case(NEIGHBOUR, "sealed-1")
    return wiring.centre().seal(
        "leader-01", of.code, commands.Explain(reason=SEAL_REASON), Trace("seal-1", CORRELATION)
    )


def happened(to: Feedback) -> FeedbackEvent:
    """The event of the case's last change."""
    return event(Matters(to.code, to.category, to.area, to.level), to.history[-1])


def people() -> None:
    """The reporter, who wants SMS and e-mail, and whose sign-in code was just asked for."""
    now = clock.now()
    channels = Channels(sms=True, email=True)
    AccountStore().add(
        Account(
            id=REPORTER,
            phone=PHONE,
            created_at=now,
            name="Người mẫu",
            email="nguoi-mau@citizen.example",
            channels=channels,
        )
    )
    number = number_key(settings().secret_key, PHONE)
    made = CodeRequest(number=number, id="request-1", made_at=now, asked_at=(now,), language="vi")
    AccountStore().replace_request(made, None)


def inbox(of: list[Feedback]) -> None:
    """One line for each case."""
    for told in of:
        moment = to_text(told.promised_by)
        wiring.notice_store().put_into_inbox(
            InboxEntry(
                account=REPORTER, event=f"{told.code}#2", words="assigned", happened_at=told.submitted_at + timedelta(minutes=1),
                code=told.code, seq=2, params={"agency": "ubnd-15", "deadline": moment},
            )
        )  # fmt: skip


def verification() -> dict[str, Any]:
    """Cognito asks whether an answer is right, vouched for by our API."""
    metadata = {"request": "request-1", "attempt": "1"}
    metadata["voucher"] = voucher(settings().secret_key, PHONE, "request-1", 1, "123456")
    return events.trigger(
        "VerifyAuthChallengeResponse_Authentication", REPORTER, PHONE, challengeAnswer="123456", clientMetadata=metadata
    )


def _link(of: Feedback) -> str:
    assert of.assignment is not None
    return codes.link_token(settings().secret_key, codes.Link(of.code, of.assignment.number))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
