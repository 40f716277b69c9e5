"""Hostile and mistaken requests: a 4xx problem that names each field in both languages, nothing stored, never a 5xx."""

import json
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.address import Address
from tests.stack.matters import JPEG, PLACE, REASON, RESULT, TEXT, Case, assigned, dispatcher, send, submission
from tests.stack.people import Answer, Person, call, refused, sign_in


@pytest.fixture(scope="module")
def person(stack: Address) -> Iterator[Person]:
    """Somebody whose every submission here is refused: at the end there is none."""
    somebody = sign_in(stack)
    yield somebody
    assert call(stack, "GET", "/v1/feedback", token=somebody.access_token).body["items"] == []


@pytest.fixture(scope="module")
def case(stack: Address) -> Iterator[Case]:
    """A case in progress that no bad request may change."""
    made = assigned(stack, sign_in(stack))
    made.work("accept")
    yield made
    assert [line["action"] for line in made.view()["history"]] == ["submit", "assign", "accept"]
    assert made.view()["photos"] == []


def at(**changes: Any) -> dict[str, Any]:
    return {"location": PLACE | changes}


FIELDS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("nothing", {"category": None, "text": None, "location": None}, ["category", "text", "location"]),
    ("wrong types", {"category": 7, "text": ["x"], "share_contact": "yes"}, ["category", "text", "share_contact"]),
    ("unknown fields", {"status": "closed", "reporter": "x", "level": "urgent"}, ["status", "reporter", "level"]),
    ("unknown category", {"category": "phep_thuat"}, ["category"]),
    ("short text", {"text": "Hỏng"}, ["text"]),
    ("blank text", {"text": " \n\t " * 20}, ["text"]),
    ("long text", {"text": "đ" * 4001}, ["text"]),
    ("long title", {"title": "x" * 121}, ["title"]),
    ("control character", {"text": TEXT + "\x00"}, ["text"]),
    ("escape character", {"title": "\x1b[31m"}, ["title"]),
    ("lone surrogate", {"text": TEXT + "\ud83d"}, ["text"]),
    ("visibility", {"visibility": "everybody"}, ["visibility"]),
    ("naive time", {"occurred_at": "2023-05-23T10:00:00"}, ["occurred_at"]),
    ("future time", {"occurred_at": "2999-01-01T00:00:00Z"}, ["occurred_at"]),
    ("time as number", {"occurred_at": 1684831500}, ["occurred_at"]),
    ("location as list", {"location": [21.7, 104.9]}, ["location"]),
    ("empty location", {"location": {}}, ["location.lat", "location.long"]),
    ("latitude over the pole", at(lat=90.0001), ["location.lat"]),
    ("both out of range", at(lat=-91, long=181), ["location.lat", "location.long"]),
    ("swapped", at(lat=104.9, long=21.7), ["location.lat"]),
    ("coordinates as text", at(lat="21.7", long="104.9"), ["location.lat", "location.long"]),
    ("coordinates as booleans", at(lat=True, long=False), ["location.lat", "location.long"]),
    ("huge number", at(lat=10**39), ["location.lat"]),
    ("tiny number", at(lat=1e-320), ["location"]),
    ("Hanoi", at(lat=21.0285, long=105.8542), ["location"]),
    ("the sea", at(lat=0, long=0), ["location"]),
    ("unknown area", at(area="99999"), ["location.area"]),
    ("the province as area", at(area="15"), ["location.area"]),
    ("markup as area", at(area="<b>04252</b>"), ["location.area"]),
    ("unknown part of location", at(height=7), ["location.height"]),
    ("long address", at(address="x" * 301), ["location.address"]),
    ("path as category", {"category": "../../duong_sa"}, ["category"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "fields"), [row[1:] for row in FIELDS], ids=[row[0] for row in FIELDS])
def test_a_wrong_submission_names_each_field_in_both_languages(
    stack: Address, person: Person, changes: dict[str, Any], fields: list[str]
) -> None:
    told = {}
    for language in ("vi", "en"):
        answer = send(stack, person, submission(**changes), secrets.token_hex(8), Accept_Language=language)
        assert sorted(refused(answer, 422)) == sorted(fields)
        assert answer.headers["Content-Language"] == language
        told[language] = [error["message"] for error in answer.body["errors"]]
    assert not set(told["vi"]) & set(told["en"])


def test_all_missing_fields_are_named_at_once(stack: Address, person: Person) -> None:
    assert refused(send(stack, person, {}, secrets.token_hex(8)), 422) == ["category", "text", "location"]


RAW: list[tuple[str, bytes, int]] = [
    ("broken", b'{"category": ', 400),
    ("not JSON", b"category=duong_sa", 400),
    ("list", b"[]", 400),
    ("text", b'"duong_sa"', 400),
    ("number", b"7", 400),
    ("null", b"null", 400),
    ("duplicate keys", b'{"category": "duong_sa", "category": "sat_lo"}', 400),
    ("duplicate keys within", b'{"location": {"lat": 1, "lat": 2}}', 400),
    ("NaN", b'{"location": {"lat": NaN, "long": 1}}', 400),
    ("Infinity", b'{"location": {"lat": -Infinity, "long": 1}}', 400),
    ("overflow", b'{"location": {"lat": 1e999, "long": 1}}', 400),
    ("digits without end", b'{"location": {"lat": ' + b"9" * 5000 + b"}}", 400),
    ("deep lists", b'{"text": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
    ("deeper lists", b"[" * 30_000, 400),
    ("deep objects", b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
    ("cut in a letter", '{"category": "đ'.encode()[:-1], 400),
    ("UTF-16", '{"category": "duong_sa"}'.encode("utf-16"), 400),
    ("huge", b'{"text": "' + b"x" * 200_000 + b'"}', 413),
    ("very huge", b'{"text": "' + b"x" * 2_000_000 + b'"}', 413),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "status"), [row[1:] for row in RAW], ids=[row[0] for row in RAW])
def test_a_body_that_cannot_be_read_is_refused(stack: Address, person: Person, raw: bytes, status: int) -> None:
    for language in ("vi", "en"):
        answer = call(
            stack, "POST", "/v1/feedback", token=person.access_token, raw=raw, Idempotency_Key=secrets.token_hex(8),
            Accept_Language=language,
        )  # fmt: skip
        assert refused(answer, status) == []
        assert answer.headers["Content-Language"] == language


def test_bytes_that_are_not_utf_8_are_refused(stack: Address, person: Person) -> None:
    # The gateway may have replaced them before we see them; then the fields are wrong.
    raw = b'{"category": "\xff\xfe"}'
    answer = call(
        stack, "POST", "/v1/feedback", token=person.access_token, raw=raw, Idempotency_Key=secrets.token_hex(8)
    )
    assert answer.status in (400, 422)
    refused(answer, answer.status)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
)
def test_another_content_type_is_refused(stack: Address, person: Person, kind: str) -> None:
    raw = json.dumps(submission()).encode()
    answer = call(
        stack, "POST", "/v1/feedback", token=person.access_token, raw=raw, Content_Type=kind,
        Idempotency_Key=secrets.token_hex(8),
    )  # fmt: skip
    assert refused(answer, 415) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/feedback"),
        ("DELETE", "/v1/feedback"),
        ("POST", "/v1/public/feedback"),
        ("GET", "/v1/feeedback"),
        ("GET", "/v1/"),
        ("PATCH", "/v1/health"),
    ],
)
def test_an_unknown_method_or_path_is_a_problem_too(stack: Address, person: Person, method: str, path: str) -> None:
    answer = call(stack, method, path, token=person.access_token)
    assert answer.status in (404, 405)
    assert refused(answer, answer.status) == []


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "có-dấu-0001", "with blank 1"])
def test_a_key_of_another_form_is_refused(stack: Address, person: Person, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    assert refused(call(stack, "POST", "/v1/feedback", submission(), token=person.access_token, **headers), 422) == [
        "Idempotency-Key"
    ]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic dTpw", "x" * 4000])
def test_without_a_token_of_ours_nobody_is_let_in(stack: Address, authorization: str) -> None:
    for path in ("/v1/feedback", "/v1/centre/queue", "/v1/me"):
        assert refused(call(stack, "GET", path, Authorization=authorization), 401) == []


def test_a_tampered_token_is_refused(stack: Address, person: Person) -> None:
    head, payload, signature = person.access_token.split(".")
    for token in (f"{head}.{payload}.{signature[:-4]}AAAA", f"{head}.{payload}.", f"{head}.{payload[:-2]}.{signature}"):
        assert refused(call(stack, "GET", "/v1/feedback", token=token), 401) == []


QUERIES: list[tuple[str, list[str]]] = [
    ("public/feedback?area=99999", ["area"]),
    ("public/feedback?area=&category=phep_thuat", ["category"]),
    ("public/feedback?agency=nobody", ["agency"]),
    ("public/feedback?status=done", ["status"]),
    ("public/feedback?bbox=1,2,3", ["bbox"]),
    ("public/feedback?bbox=nan,nan,nan,nan", ["bbox"]),
    ("public/feedback?bbox=105,22,104,21", ["bbox"]),
    ("public/feedback?cursor=eyJ4IjoxfQ.AAAA", ["cursor"]),
    ("public/feedback?cursor=%00", ["cursor"]),
    ("public/feedback?limit=0&page=2", ["page", "limit"]),
    ("public/feedback?limit=1&limit=2", ["limit"]),
    ("public/feedback?limit=51", ["limit"]),
    ("public/feedback?limit=99999999999999999999999999", ["limit"]),
    ("public/feedback?category=%ED%A0%80", ["category"]),
    ("public/feedback?category=" + "x" * 3000, ["category"]),
    ("public/feedback?area=15&a=1&b=2", ["a", "b"]),
    ("health?x=1", ["x"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "fields"), QUERIES, ids=[path[:60] for path, _ in QUERIES])
def test_a_wrong_query_names_each_parameter(stack: Address, path: str, fields: list[str]) -> None:
    for language in ("vi", "en"):
        assert refused(call(stack, "GET", f"/v1/{path}", Accept_Language=language), 422) == fields


PROMISE = {"result": RESULT, "outcome": "scheduled", "next_step": "Thảm lại cả đoạn đường."}
WORK: list[tuple[str, dict[str, Any], list[str]]] = [
    ("answer", {}, ["result"]),
    ("answer", {"result": ""}, ["result"]),
    ("answer", {"result": "Đã xử lý."}, ["result"]),
    ("answer", {"result": "Đã tiếp nhận, đã chuyển, sẽ xem xét, xin cảm ơn. " * 3}, ["result"]),
    ("answer", {"result": RESULT, "outcome": "scheduled"}, ["next_step", "scheduled_for"]),
    ("answer", PROMISE | {"scheduled_for": "2020-01-01"}, ["scheduled_for"]),
    ("answer", PROMISE | {"scheduled_for": "01/07/2099"}, ["scheduled_for"]),
    ("answer", {"result": RESULT, "scheduled_for": "2099-01-01"}, ["scheduled_for"]),
    ("answer", {"result": RESULT, "outcome": "fixed"}, ["outcome"]),
    ("answer", {"result": RESULT, "photos": ["no-such-file"]}, ["photos.0"]),
    ("answer", {"result": RESULT, "photos": ["0" * 16] * 6}, ["photos"]),
    ("answer", {"result": RESULT, "documents": [{"number": ""}]}, ["documents.0.number", "documents.0.date", "documents.0.signer"]),
    ("answer", {"result": "x" * 4001, "rating": "satisfied"}, ["rating", "result"]),
    ("ask", {"question": "Sao?"}, ["question"]),
    ("hand_over", {"agency": "nobody", "reason": REASON}, ["agency"]),
    ("hand_over", {"agency": "ubnd-04252", "reason": REASON}, ["agency"]),
    ("hand_over", {"agency": "so-gtvt"}, ["reason"]),
    ("give_back", {"reason": "Không"}, ["reason"]),
    ("extend", {"until": "2020-01-01", "reason": REASON}, ["until"]),
    ("extend", {"until": "0001-01-01", "reason": REASON}, ["until"]),
    ("extend", {"until": "soon", "reason": REASON}, ["until"]),
    ("accept", {"deadline": "2099-01-01"}, ["deadline"]),
    ("photos", {"content_type": "text/html", "size": len(JPEG)}, ["content_type"]),
]  # fmt: skip


@pytest.mark.parametrize(("action", "body", "fields"), WORK)
def test_a_wrong_action_of_an_agency_names_each_field(
    case: Case, action: str, body: dict[str, Any], fields: list[str]
) -> None:
    for language in ("vi", "en"):
        assert refused(case.work(action, body, Accept_Language=language), 422) == fields


CITIZEN: list[tuple[str, dict[str, Any], list[str]]] = [
    ("rate", {}, ["rating"]),
    ("rate", {"rating": "unsatisfied"}, ["reason"]),
    ("rate", {"rating": 5}, ["rating"]),
    ("reply", {"text": "Vâng"}, ["text"]),
    ("appeal", {}, ["reason"]),
    ("withdraw", {"reason": "x" * 1001}, ["reason"]),
    ("withdraw", {"because": "x"}, ["because"]),
]  # fmt: skip


@pytest.mark.parametrize(("action", "body", "fields"), CITIZEN)
def test_a_wrong_action_of_a_reporter_names_each_field(
    case: Case, action: str, body: dict[str, Any], fields: list[str]
) -> None:
    assert refused(case.act(action, body), 422) == fields


@pytest.mark.parametrize(
    ("action", "body", "fields"),
    [
        ("assign", {}, ["agency"]),
        ("assign", {"agency": "nobody"}, ["agency"]),
        ("refuse", {"reason_code": "boring"}, ["reason_code"]),
        ("publish", {"at": "once"}, ["at"]),
    ],
)
def test_a_wrong_action_of_the_centre_names_each_field(
    case: Case, action: str, body: dict[str, Any], fields: list[str]
) -> None:
    assert refused(case.centre(action, body), 422) == fields


@pytest.mark.parametrize("action", ["reply", "rate", "appeal", "withdraw"])
def test_what_is_not_possible_now_says_what_is(case: Case, action: str) -> None:
    bodies = {"reply": {"text": TEXT}, "rate": {"rating": "satisfied"}, "appeal": {"reason": REASON}, "withdraw": {}}
    answer = case.act(action, bodies[action])
    assert refused(answer, 409) == []
    assert answer.body["next_actions"] == []


def test_what_the_centre_cannot_do_now_says_so(stack: Address, case: Case) -> None:
    for action, body in (("refuse", {"reason_code": "abuse"}), ("publish", {}), ("deny", {"reason": REASON})):
        assert refused(case.centre(action, body), 409) == []
    unknown = call(stack, "POST", "/v1/centre/feedback/00000000000/publish", {}, token=dispatcher(stack))
    assert refused(unknown, 404) == []


def forged(token: str) -> list[str]:
    code, number, mac = token.split("-", 2)
    other = ("A" if mac[0] != "A" else "B") + mac[1:]
    return [
        f"{code}-{number}-{other}", f"{code}-2-{mac}", f"{code}-{number}-{mac}x", f"{code}-{number}-", code, "x", f"{code}--{mac}",
        f"{code}-99999-{mac}", f"0{code[1:]}-{number}-{mac}", quote("đ-1-đ"), "%00", "..%2F..", "%ED%A0%80-1-x", "a" * 3000,
    ]  # fmt: skip


def test_a_forged_link_opens_and_changes_nothing(stack: Address, case: Case) -> None:
    for token in forged(case.link()):
        for answer in (
            call(stack, "GET", f"/v1/work/{token}"),
            call(stack, "POST", f"/v1/work/{token}/answer", {"result": RESULT}),
            call(stack, "POST", f"/v1/work/{token}/photos", {"content_type": "image/jpeg", "size": 9}),
        ):
            assert refused(answer, answer.status) == []
            assert answer.status == 404, (token, answer)


def test_markup_comes_back_as_the_text_it_is(stack: Address) -> None:
    text = "<script>alert('x')</script> \"'; DROP TABLE Cases; -- {{7*7}} ${7*7} %s 👍🏽 Ổ gà"
    made = send(stack, sign_in(stack), submission(text=text, title="<b>"), secrets.token_hex(8))
    assert (made.status, made.body["text"], made.body["title"]) == (201, text, "<b>")


def test_many_headers_and_odd_languages_do_no_harm(stack: Address, person: Person) -> None:
    for language in ("", "*", "xx", "en;q=abc", ",;=" * 500, "en," * 2000):
        assert call(stack, "GET", "/v1/health", Accept_Language=language).status == 200
    for etag in ("*", '"x"', "W/", "," * 1000):
        assert call(stack, "GET", "/v1/categories", If_None_Match=etag).status in (200, 304)


def raw_path(stack: Address, path: str) -> Answer:
    """A GET of an address as it stands."""
    try:
        answer = urlopen(Request(stack.api_url + path), timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        return Answer(answer.status, dict(answer.headers), None)


@pytest.mark.parametrize(
    "path",
    [
        "//v1//feedback",
        "/v1/../v1/health/..",
        "/v1/work/%2e%2e%2f",
        "/v1/public/feedback/%0d%0aSet-Cookie:x",
        "/%",
        "/v1/feedback/" + "a/" * 50,
    ],
)
def test_tricks_with_paths_find_nothing(stack: Address, path: str) -> None:
    answer = raw_path(stack, path)
    assert 400 <= answer.status < 500
    assert "Set-Cookie" not in answer.headers
