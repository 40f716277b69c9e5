"""Proof (h): phone, name, address, words, code and tokens are planted; none is in logs, queues, stream or public answers.

Three cases of one person, a private one, one that waits for review and a public one, go through every action that takes words,
through mistakes, and through faults, since errors like to quote. Of the public case everything but its reporter may be read.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import app  # registers every route
from chalicelib.runtime.http import ENDPOINTS, Caller
from tests.address import Address
from tests.stack.faults import catch_up, not_permitted, redelivered_after
from tests.stack.ledger import Tap, still, tapped
from tests.stack.line import Line, Verdict, held_line
from tests.stack.logbook import all_log_lines
from tests.stack.matters import JPEG, OTHER_AGENCY, RESULT, Case, submit, upload, wait
from tests.stack.people import Person, ask_code, call, give_code, last_code, refused, sample_phone, texts, wrong_code

Proven = Callable[[str, str], None]
SIX_DIGITS = re.compile(r"\b[0-9]{6}\b")


@dataclass
class Planted:
    """What must be nowhere, by its name: a pattern for each, which meets it in any spelling."""

    needles: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def word(self, name: str, text: str) -> str:
        """The text with a mark in it that nobody else has written."""
        mark = secrets.token_hex(5)
        self.needles[f"{name} {len(self.needles)}"] = re.compile(mark)
        return f"{text} {mark}"

    def whole(self, name: str, value: str) -> str:
        """A value that is looked for as it is, on its own."""
        self.needles[f"{name} {len(self.needles)}"] = re.compile(rf"(?<![0-9A-Za-z.]){re.escape(value)}(?![0-9A-Za-z])")
        return value

    def token(self, name: str, token: str) -> str:
        """A token, of which no long part may be seen."""
        for part in re.findall(r"[A-Za-z0-9_-]{20,}", token):
            self.needles[f"{name} {len(self.needles)}"] = re.compile(re.escape(part[-60:]))
        return token

    def found(self, records: Iterable[str], but: str = "") -> dict[str, str]:
        """What is in the records, `but` for one name, with a record for each."""
        wanted = {name: needle for name, needle in self.needles.items() if name != but}
        return {name: text[:500] for text in records for name, needle in wanted.items() if needle.search(text)}


def person_of(stack: Address, planted: Planted) -> Person:
    """Somebody with phone, name and e-mail, who signed in after a mistake."""
    phone = sample_phone()
    planted.needles["phone"] = re.compile(phone.removeprefix("+84"))
    first = ask_code(stack, phone).body
    planted.token("session", first["session"])
    again = give_code(stack, phone, planted.whole("wrong code", wrong_code(stack, phone)), first["session"]).body
    tokens = give_code(stack, phone, planted.whole("code", last_code(stack, phone)), again["session"]).body
    planted.token("session", again["session"])
    planted.token("access token", tokens["access_token"])
    planted.token("refresh token", tokens["refresh_token"])
    renewed = call(stack, "POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}).body
    planted.token("access token", renewed["access_token"])
    person = Person(phone, tokens["access_token"], tokens["refresh_token"])
    mark = secrets.token_hex(5)
    planted.needles["e-mail"] = re.compile(mark)
    profile = {
        "name": planted.word("name", "Nguyễn Thị Mẫu"), "email": f"ba.{mark}@nha.example",
        "channels": {"sms": True, "email": True},
    }  # fmt: skip
    changed = call(stack, "PATCH", "/v1/me", profile, token=person.access_token)
    assert changed.status == 200
    planted.needles["account"] = re.compile(changed.body["id"])
    return person


def secret_matter(planted: Planted, category: str, **more: Any) -> dict[str, Any]:
    """A matter that the public may not read, with marks in every word and an exact place of its own."""
    lat, long = (round(base + (secrets.randbelow(10**3) * 10 + 7) / 10**6, 6) for base in (21.705, 104.891))
    for number in (lat, long):
        planted.needles[f"degrees {number}"] = re.compile(f"{number:.6f}")
    return {
        "category": category, "title": planted.word("title", "Khói"), "text": planted.word("text", "Đốt rác mỗi tối"),
        "location": {"lat": lat, "long": long, "address": planted.word("address", "Ngõ nhỏ số"), "area": "04252"}, **more,
    }  # fmt: skip


def live(case: Case, planted: Planted) -> None:
    """Everything in which words travel, mistakes included."""

    def said(name: str) -> str:
        return planted.word(name, "Nhà ở cuối ngõ, gọi cửa sau 17 giờ, gặp")

    case.until("assigned")
    leave = case.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    planted.token("upload", leave["fields"]["policy"])
    upload(leave, JPEG)
    planted.token("link", case.link().split("-", 2)[2])
    refused(case.work("answer", {"result": "Vâng", said("field"): said("unknown")}), 422)
    refused(case.act("reply", {"text": said("early reply")}), 409)
    steps = [
        case.work("accept"),
        case.work("ask", {"question": said("question")}),
        case.act("reply", {"text": said("reply")}),
        case.work("extend", {"until": "2030-01-15", "reason": said("extension")}),
        case.work("hand_over", {"agency": OTHER_AGENCY, "reason": said("hand-over")}),
        case.work("answer", {"result": f"{RESULT} {said('result')}", "next_step": said("next step")}),
        case.act("rate", {"rating": "unsatisfied", "reason": said("judgement")}),
    ]
    assert [answer.status for answer in steps] == [200] * len(steps), steps
    planted.token("link", case.link(3).split("-", 2)[2])
    assert case.work("give_back", {"reason": said("not ours")}, assignment=3).status == 200
    case.until("received")
    assert case.centre("assign", {"agency": OTHER_AGENCY, "note": said("note")}).status == 200
    planted.token("link", case.link(4).split("-", 2)[2])
    assert case.act("withdraw", {"reason": said("withdrawal")}).status == 200


def refuse_and_appeal(case: Case, planted: Planted) -> None:
    """The centre says no; the reporter asks again."""
    case.until_queued()
    assert (
        case.centre("refuse", {"reason_code": "out_of_scope", "note": planted.word("note", "Việc riêng")}).status == 200
    )
    assert case.act("appeal", {"reason": planted.word("appeal", "Xin xem lại")}).status == 200


def break_things(stack: Address, person: Person, planted: Planted) -> None:
    """Faults whose errors know a phone, an address, words: providers and tables that refuse, lines that are cut."""

    def quoting(function: str, *services: str) -> AbstractContextManager[Line]:
        return held_line(stack, function, *services, hold=lambda call: Verdict.REFUSE)

    def stranger() -> str:
        phone = sample_phone()
        planted.needles[f"stranger's phone {phone}"] = re.compile(phone.removeprefix("+84"))
        return phone

    def another() -> str:
        case = submit(stack, person, **secret_matter(planted, "rac_thai", visibility="private"))
        case.until("assigned")
        return case.code

    codes = []
    with not_permitted(stack, "CreateAuth", "SmsOnly"):
        assert ask_code(stack, stranger()).status == 503
    with quoting("CreateAuth", "SNS"):
        assert ask_code(stack, stranger()).status == 503
    with quoting("APIHandler", "COGNITO_IDENTITY_PROVIDER"):
        assert ask_code(stack, stranger()).status == 500
        call(stack, "POST", "/v1/auth/refresh", {"refresh_token": person.refresh_token})
    with not_permitted(stack, "APIHandler", "Cases", "CaseLists"):
        matter = secret_matter(planted, "rac_thai", visibility="private")
        answer = call(
            stack, "POST", "/v1/feedback", matter, token=person.access_token, Idempotency_Key=secrets.token_hex(8)
        )
        assert answer.status == 500
    with redelivered_after(stack, "AgencyNoticesQueue", 2), redelivered_after(stack, "CitizenNoticesQueue", 2):
        for verdict in (Verdict.CUT, Verdict.REFUSE):
            with ExitStack() as lines:
                for function in ("TellCitizens", "TellAgencies"):
                    lines.enter_context(held_line(stack, function, "SNS", "SESV2", hold=lambda call, it=verdict: it))
                codes.append(another())
                still(stack)
        with not_permitted(stack, "TellCitizens", "Contacts"), not_permitted(stack, "TellAgencies", "Notices"):
            failed = sum("message failed" in line for line in logged(stack))
            codes.append(another())
            wait(lambda: sum("message failed" in line for line in logged(stack)) > failed)
        still(stack)
    catch_up(stack, codes)


@dataclass(frozen=True)
class Scene:
    """The stack after it all, the tap at its topic, and the cases that are not public."""

    stack: Address
    planted: Planted
    tap: Tap
    person: Person
    hidden: tuple[Case, ...]
    public: Case


@pytest.fixture(scope="module")
def scene(stack: Address) -> Iterator[Scene]:
    """Everything planted, lived through and broken once."""
    planted = Planted()
    with tapped(stack) as tap:
        person = person_of(stack, planted)
        private = submit(stack, person, **secret_matter(planted, "rac_thai", visibility="private", share_contact=True))
        pending = submit(stack, person, **secret_matter(planted, "trat_tu_xay_dung"))
        queued = submit(stack, person, **secret_matter(planted, "gop_y"))
        public = submit(stack, person, share_contact=True)
        live(private, planted)
        live(pending, planted)
        refuse_and_appeal(queued, planted)
        public.until("assigned")
        planted.token("link", public.link().split("-", 2)[2])
        break_things(stack, person, planted)
        planted.needles.update(
            {f"late code {place}": re.compile(rf"(?<![0-9A-Za-z.]){code}(?![0-9A-Za-z])")
             for place, text in enumerate(texts(stack, person.phone)) for code in SIX_DIGITS.findall(text)}
        )  # fmt: skip
        still(stack)
        yield Scene(stack, planted, tap, person, (private, pending, queued), public)


def logged(stack: Address) -> list[str]:
    """Every line of every log."""
    return [line for group in all_log_lines(stack).values() for line in group]


def queued(scene: Scene) -> list[str]:
    """Every message that the topic gave to our tap, and every one that lies in any queue, dead letters among them."""
    published = scene.tap.messages()
    with urlopen(f"{scene.stack.emulator_url}/_ministack/sqs/messages", timeout=30) as answer:
        lying = json.load(answer)["messages"]
    messages = [
        message
        for account in lying.values()
        for region in account.values()
        for url in region.values()
        for message in url
    ]
    return [json.dumps(message, ensure_ascii=False, default=str) for message in (*published, *messages)]


def streamed(stack: Address) -> list[str]:
    """Every record of the stream that the relay's filter lets through, with both images."""
    streams = stack.client("dynamodbstreams")
    (stream,) = streams.list_streams(TableName=stack.outputs["CasesTable"])["Streams"]
    records: list[Any] = []
    for shard in streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]:
        place = {"StreamArn": stream["StreamArn"], "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**place)["ShardIterator"]
        while iterator and (page := streams.get_records(ShardIterator=iterator, Limit=1000))["Records"]:
            records += page["Records"]
            iterator = page.get("NextShardIterator")
    heads = [one for one in records if one["dynamodb"]["Keys"]["part"]["S"] == "head" and one["eventName"] != "REMOVE"]
    return [json.dumps(one, ensure_ascii=False, default=str) for one in heads]


def told_to_anybody(scene: Scene) -> list[str]:
    """What a stranger gets from every public address, for every case, right and wrong."""
    assert app.app
    codes = [case.code for case in (*scene.hidden, scene.public)]
    known = {"{code}": codes, "{name}": ["page.css", "page.js"], "{kind}": ["validation", "not-found"]}
    queries = {
        "/v1/areas/locate": ["?lat=21.709&long=104.895"],
        "/v1/public/feedback": ["", "?limit=50", "?area=04252", "?category=rac_thai", "?bbox=104,21,106,23"],
    }
    paths = []
    for endpoint in ENDPOINTS:
        if endpoint.caller is Caller.ANYONE and endpoint.method == "GET":
            name = next((name for name in known if name in endpoint.path), "")
            filled = [endpoint.path.replace(name, value) for value in known[name]] if name else [endpoint.path]
            paths += [path + query for path in filled for query in queries.get(endpoint.path, [""])]
    paths += [f"/v1/feedback/{code}" for code in codes] + [
        f"/v1/work/{codes[0]}-1-{'x' * 22}",
        f"/a/{codes[0]}-1-{'x' * 22}",
    ]
    return [_fetched(scene.stack, path) for path in paths]


def _fetched(stack: Address, path: str) -> str:
    try:
        answer = urlopen(Request(stack.api_url + path, headers={"Accept": "*/*"}), timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        return f"{path} {answer.status} {answer.headers} {answer.read().decode()}"


def test_what_was_planted_is_where_it_belongs_so_the_search_can_find_it(scene: Scene) -> None:
    own = [json.dumps(case.view(), ensure_ascii=False) for case in (*scene.hidden, scene.public)]
    profile = call(scene.stack, "GET", "/v1/me", token=scene.person.access_token).body
    found = scene.planted.found([*own, json.dumps(profile, ensure_ascii=False)])
    kinds = {name.split()[0] for name in found}
    assert {"phone", "e-mail", "name", "title", "text", "address", "question", "reply", "result", "degrees"} <= kinds


def test_no_log_line_holds_anything_private(scene: Scene, proven: Proven) -> None:
    lines = logged(scene.stack)
    assert any(scene.hidden[0].code in line for line in lines), "the case itself is known to logs"
    assert any('"level":"ERROR"' in line for line in lines), "errors are logged"
    assert scene.planted.found(lines) == {}
    proven("h", f"{len(scene.planted.needles)} planted words, numbers and tokens: 0 hits in {len(lines)} lines of logs")


def test_no_message_of_a_queue_holds_anything_private(scene: Scene, proven: Proven) -> None:
    messages = queued(scene)
    assert sum(scene.hidden[0].code in message for message in messages) >= len(scene.hidden[0].view()["history"])
    assert scene.planted.found(messages) == {}
    proven("h", f"0 hits in {len(messages)} messages of the topic and of all queues")


def test_no_record_that_the_relay_gets_holds_anything_private(scene: Scene, proven: Proven) -> None:
    records = streamed(scene.stack)
    assert sum(scene.hidden[0].code in record for record in records) >= len(scene.hidden[0].view()["history"])
    # Whose case it is stands in its head, as an id that only the table of accounts can resolve.
    assert scene.planted.found(records, but="account") == {}
    proven("h", f"0 hits in {len(records)} records of the stream, both images, as the relay gets them")


def test_no_public_answer_holds_anything_private(scene: Scene, proven: Proven) -> None:
    answers = told_to_anybody(scene)
    assert any(scene.public.code in answer for answer in answers)
    assert scene.planted.found(answers) == {}
    proven("h", f"0 hits in {len(answers)} answers to strangers from every public address")
