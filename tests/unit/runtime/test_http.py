"""The decorator of every route: who calls, what was sent, how it is answered; on an app of the test's own."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Annotated, Any

import msgspec
import pytest
from chalice.app import Blueprint, Chalice
from pynamodb.exceptions import PutError

from chalicelib.core import errors
from chalicelib.runtime.http import (
    ENDPOINTS,
    FORM,
    Call,
    Caller,
    Reply,
    common_form,
    endpoint,
    preferred_language,
    quiet_log,
)
from chalicelib.runtime.observability import SERVICE, logger
from tests.gateway import CITIZEN, DISPATCHER, REQUEST_ID, Answer, call


class Thing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the test's routes take and give."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=9)] = ""
    number: int = 0


class Failure(Exception):
    """Something nobody expected."""


class Refusal(Exception):
    """What the database says when it refuses."""

    def __init__(self, code: str) -> None:
        self.response = {"Error": {"Code": code}}


routes = Blueprint("tests.things")


@endpoint(routes, "GET", "/things", caller=Caller.ANYONE, summary="", query=Thing, answer=Thing, cache=60)
def list_things(request: Call[None, Thing]) -> Thing:
    return request.query


@endpoint(routes, "GET", "/things/{name}", caller=Caller.LINK, summary="", answer=Thing)
def get_thing(request: Call[None, None]) -> Thing:
    return Thing(name=request.path["name"])


@endpoint(
    routes, "POST", "/things", caller=Caller.ANYONE, summary="", body=Thing, answer=Thing, status=201, idempotent=True
)
def make_thing(request: Call[Thing, None]) -> Reply:
    return Reply(request.body, 201, {"Location": f"/things/{request.body.name}", "X-Key": request.idempotency_key})


@endpoint(routes, "DELETE", "/things/{name}", caller=Caller.CITIZEN, summary="", status=204)
def drop_thing(request: Call[None, None]) -> None:
    assert request.path["name"]


@endpoint(routes, "POST", "/mine", caller=Caller.CITIZEN, summary="", body=Thing, answer=dict)
def do_mine(request: Call[Thing, None]) -> dict[str, str]:
    return {
        "account": request.account,
        "key": request.idempotency_key,
        "address": request.address,
        "cid": request.correlation_id,
    }


@endpoint(routes, "GET", "/staff", caller=Caller.DISPATCHER, summary="", answer=dict)
def do_staff(request: Call[None, None]) -> dict[str, str]:
    return {"account": request.account}


def show_problem(status: int, body: Any, language: str) -> Reply:
    return Reply(f"<p>{status} {body['title']} {language}</p>", status, {"X-Page": "yes"})


@endpoint(routes, "POST", "/page", caller=Caller.LINK, summary="", body=Thing, problem_page=show_problem)
def post_page(request: Call[Thing, None]) -> Reply:
    return Reply(f"<p>{request.body.name} {request.body.number}</p>")


@endpoint(routes, "POST", "/typed", caller=Caller.LINK, summary="", body=dict, query=dict, problem_page=show_problem)
def post_as_typed(request: Call[dict[str, Any], dict[str, Any]]) -> Reply:
    return Reply(f"{request.body} {request.query}")


@endpoint(routes, "GET", "/page", caller=Caller.ANYONE, summary="", problem_page=show_problem)
def get_page(request: Call[None, None]) -> str:
    raise errors.Gone("error.link_ended")


FAILURES: dict[str, Exception] = {
    "unexpected": Failure("a secret detail"),
    "throttled": PutError("", cause=Refusal("ThrottlingException")),
    "unreachable": PutError("", cause=ConnectionError()),
    "denied": PutError("", cause=Refusal("AccessDeniedException")),
    "busy": errors.TooMany(retry_after=17),
    "impossible": errors.NotPossibleNow("accept", ("rate", "withdraw")),
    "code": errors.Unauthenticated("error.code_wrong", session="next"),
}


@endpoint(routes, "GET", "/fail/{how}", caller=Caller.ANYONE, summary="")
def fail(request: Call[None, None]) -> None:
    raise FAILURES[request.path["how"]]


# Named like the real one, whose logger would otherwise be ours.
app = Chalice(SERVICE, configure_logs=False)
app.register_blueprint(routes)
app.register_middleware(common_form, "http")
quiet_log(app)

SPECS = {spec.name: spec for spec in ENDPOINTS if spec.tag == "things"}
# The API's own document is made of this list; the test's routes do not belong there.
ENDPOINTS[:] = [spec for spec in ENDPOINTS if spec.tag != "things"]


def assert_problem(answer: Answer, status: int, kind: str, language: str = "vi") -> Any:
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json
    assert (body["type"], body["status"]) == (f"/problems/{kind}", status)
    assert body["title"]
    assert body["detail"]
    return body


# What is answered


def test_an_answer_is_json_with_language_correlation_id_and_how_long_it_may_be_kept() -> None:
    answer = call(app, "GET", "/things", query={"name": ["Ổ gà"]}, headers={"Accept-Language": "en"})
    assert (answer.status, answer.json) == (200, {"name": "Ổ gà", "number": 0})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-language"] == "en"
    assert answer.headers["x-request-id"] == REQUEST_ID
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["vary"] == "Accept-Language, Authorization"


def test_what_may_not_be_kept_by_others_says_so() -> None:
    assert call(app, "GET", "/things/{name}", path={"name": "a"}).headers["cache-control"] == "private, no-cache"
    answer = call(app, "POST", "/mine", {}, claims=CITIZEN)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_what_has_not_changed_is_not_sent_again() -> None:
    tag = call(app, "GET", "/things", query={"name": ["a"]}).headers["etag"]
    for given in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = call(app, "GET", "/things", query={"name": ["a"]}, headers={"If-None-Match": given})
        assert (again.status, again.body, again.headers["etag"]) == (304, "", tag)
    assert call(app, "GET", "/things", query={"name": ["b"]}, headers={"if-none-match": tag}).status == 200
    assert call(app, "GET", "/things", query={"name": ["a"]}, headers={"if-none-match": 'W/"x"'}).status == 200


def test_a_reply_has_its_own_status_and_headers() -> None:
    answer = call(app, "POST", "/things", {"name": "a"}, headers={"Idempotency-Key": "key-0001"})
    assert (answer.status, answer.headers["location"], answer.headers["x-key"]) == (201, "/things/a", "key-0001")


def test_nothing_is_answered_with_no_content() -> None:
    answer = call(app, "DELETE", "/things/{name}", path={"name": "a"}, claims=CITIZEN)
    assert (answer.status, answer.body) == (204, "")


# What is sent


@pytest.mark.parametrize("body", ['{"name": "a"}', b'{"name": "a"}'])
def test_a_body_comes_as_text_or_bytes(body: str | bytes) -> None:
    assert call(app, "POST", "/things", body, headers={"Idempotency-Key": "key-0001"}).json["name"] == "a"


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_is_taken_under_its_names(kind: str) -> None:
    headers = {"Content-Type": kind, "Idempotency-Key": "key-0001"}
    assert call(app, "POST", "/things", '{"name": "a"}', headers=headers).status == 201


@pytest.mark.parametrize("kind", ["text/plain", FORM, "application/xml", "multipart/form-data; boundary=x", "json"])
def test_anything_else_is_an_unsupported_type(kind: str) -> None:
    answer = call(app, "POST", "/things", "x", headers={"Content-Type": kind, "Accept-Language": "en"})
    assert_problem(answer, 415, "unsupported-media-type", "en")


def test_an_unknown_method_names_those_that_are_known() -> None:
    answer = call(app, "PUT", "/things", {})
    assert_problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}


def test_broken_json_is_malformed_and_wrong_fields_are_named_in_both_languages() -> None:
    headers = {"Idempotency-Key": "key-0001"}
    assert_problem(call(app, "POST", "/things", "{", headers=headers), 400, "malformed")
    assert_problem(call(app, "POST", "/things", b"\xff", headers=headers), 400, "malformed")
    assert_problem(call(app, "POST", "/things", " " * 70_000, headers=headers), 413, "too-large")
    for language, message in (("vi", "không được dùng ở đây"), ("en", "not known here")):
        answer = call(app, "POST", "/things", {"x": 1}, headers=headers | {"Accept-Language": language})
        body = assert_problem(answer, 422, "invalid", language)
        assert body["errors"] == [{"field": "x", "message": message}]


def test_a_query_is_typed_and_an_unknown_parameter_is_named() -> None:
    assert call(app, "GET", "/things", query={"number": ["7"]}).json["number"] == 7
    bad = assert_problem(call(app, "GET", "/things", query={"number": ["x"], "y": ["1"]}), 422, "invalid")
    assert {error["field"] for error in bad["errors"]} == {"number", "y"}
    unasked = assert_problem(
        call(app, "GET", "/things/{name}", path={"name": "a"}, query={"z" * 99: ["1"]}), 422, "invalid"
    )
    assert [error["field"] for error in unasked["errors"]] == ["z" * 60]


def test_an_empty_parameter_is_none_but_an_unknown_one_is_refused_also_empty() -> None:
    assert call(app, "GET", "/things", query={"number": [""]}).json["number"] == 0
    for path in ("/things", "/things/{name}"):
        bad = assert_problem(call(app, "GET", path, path={"name": "a"}, query={"y": [""]}), 422, "invalid")
        assert [error["field"] for error in bad["errors"]] == ["y"]


def test_a_repeated_parameter_is_refused() -> None:
    bad = assert_problem(call(app, "GET", "/things", query={"number": ["1", "2"]}), 422, "invalid")
    assert [error["field"] for error in bad["errors"]] == ["number"]


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "with blank", "đường-0001", "a\tb-00000"])
def test_a_key_is_eight_to_128_visible_characters_and_due_where_it_is_promised(key: str) -> None:
    answer = call(app, "POST", "/things", {"name": "a"}, headers={"Idempotency-Key": key})
    bad = assert_problem(answer, 422, "invalid")
    assert bad["errors"][0]["field"] == "Idempotency-Key"


def test_elsewhere_a_key_may_be_left_out_but_not_be_empty() -> None:
    empty = call(app, "POST", "/mine", {}, claims=CITIZEN, headers={"idempotency-key": ""})
    assert assert_problem(empty, 422, "invalid")["errors"][0]["field"] == "Idempotency-Key"
    assert call(app, "POST", "/mine", {}, claims=CITIZEN).json["key"] == ""
    kept = call(app, "POST", "/mine", {}, claims=CITIZEN, headers={"idempotency-key": "key-0001"})
    assert kept.json["key"] == "key-0001"


def test_the_address_is_the_gateway_s_and_not_the_caller_s() -> None:
    answer = call(app, "POST", "/mine", {}, claims=CITIZEN, headers={"X-Forwarded-For": "198.51.100.1"})
    assert (answer.json["address"], answer.json["cid"]) == ("203.0.113.9", REQUEST_ID)


# Who calls


@pytest.mark.parametrize("claims", [None, {}, CITIZEN | {"sub": ""}, CITIZEN | {"token_use": "id"}])
def test_a_citizen_s_route_wants_an_access_token(claims: dict[str, str] | None) -> None:
    assert_problem(call(app, "POST", "/mine", {}, claims=claims), 401, "unauthenticated")


def test_a_citizen_is_known_by_account_and_not_by_phone() -> None:
    assert call(app, "POST", "/mine", {}, claims=CITIZEN).json["account"] == "account-1"


@pytest.mark.parametrize("groups", ["dispatcher", "editor,dispatcher", "[editor dispatcher]", "[dispatcher]"])
def test_a_dispatcher_is_known_by_group_in_either_gateway_s_writing(groups: str) -> None:
    assert call(app, "GET", "/staff", claims=DISPATCHER | {"cognito:groups": groups}).json == {"account": "staff-user"}


@pytest.mark.parametrize("groups", ["", "editor", "dispatchers", "not-dispatcher", "[editor auditor]"])
def test_other_staff_are_forbidden(groups: str) -> None:
    assert_problem(call(app, "GET", "/staff", claims=DISPATCHER | {"cognito:groups": groups}), 403, "forbidden")
    assert_problem(call(app, "GET", "/staff", claims=CITIZEN), 403, "forbidden")


# What goes wrong


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What our logger writes meanwhile."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    logging.getLogger(SERVICE).addHandler(handler)
    yield written
    logging.getLogger(SERVICE).removeHandler(handler)


def test_nothing_of_an_unexpected_error_is_told(log: StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(app, "GET", "/fail/{how}", path={"how": "unexpected"}, headers={"Accept-Language": "en"})
    assert_problem(answer, 500, "internal", "en")
    assert "secret" not in answer.body
    assert "UnexpectedError" in capsys.readouterr().out
    (logged,) = (json.loads(line) for line in log.getvalue().splitlines())  # once, and not by Chalice with the path
    assert (logged["level"], logged["correlation_id"]) == ("ERROR", REQUEST_ID)
    assert "Failure: a secret detail" in logged["exception"]


@pytest.mark.parametrize(("how", "status"), [("throttled", 503), ("unreachable", 503), ("denied", 500)])
def test_a_database_that_is_busy_is_unavailable_and_one_that_refuses_is_our_fault(how: str, status: int) -> None:
    answer = call(app, "GET", "/fail/{how}", path={"how": how})
    assert_problem(answer, status, "unavailable" if status == 503 else "internal")
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)


def test_a_problem_says_what_helps() -> None:
    busy = call(app, "GET", "/fail/{how}", path={"how": "busy"})
    assert_problem(busy, 429, "too-many")
    assert busy.headers["retry-after"] == "17"
    impossible = assert_problem(call(app, "GET", "/fail/{how}", path={"how": "impossible"}), 409, "not-possible-now")
    assert impossible["next_actions"] == ["rate", "withdraw"]
    code = assert_problem(call(app, "GET", "/fail/{how}", path={"how": "code"}), 401, "unauthenticated")
    assert code["session"] == "next"


def test_a_request_is_logged_by_route_without_what_was_in_it(log: StringIO) -> None:
    call(app, "GET", "/things/{name}", path={"name": "token-of-a-link"}, headers={"Authorization": "Bearer secret"})
    logged = json.loads(log.getvalue())
    assert (logged["route"], logged["status"], logged["correlation_id"]) == ("GET /things/{name}", 200, REQUEST_ID)
    assert "token-of-a-link" not in log.getvalue()
    assert "secret" not in log.getvalue()


# Pages


def test_a_page_takes_a_form_and_answers_html() -> None:
    answer = call(app, "POST", "/page", "name=%E1%BB%94+g%C3%A0&number=7", headers={"Content-Type": FORM})
    assert (answer.status, answer.body) == (200, "<p>Ổ gà 7</p>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("number=x", 422), ("number=1&number=2", 422), ("other=1", 422), ("name=%FF", 400), (b"name=\xff", 400),
        ("&".join(f"a{number}=1" for number in range(200)), 400), ("name=" + "x" * 70_000, 413),
    ],
)  # fmt: skip
def test_a_bad_form_is_answered_as_a_page(form: str | bytes, status: int) -> None:
    answer = call(app, "POST", "/page", form, headers={"Content-Type": FORM})
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.body.startswith(f"<p>{status} ")


def test_a_page_shows_its_problems_and_leaves_foreign_parameters_alone() -> None:
    answer = call(app, "GET", "/page", query={"utm_source": ["sms"]}, headers={"Accept-Language": "en"})
    assert answer.headers["x-page"] == "yes"
    assert (answer.status, answer.body) == (410, "<p>410 No longer valid en</p>")


def test_a_page_may_take_a_form_and_a_query_as_typed() -> None:
    answer = call(
        app, "POST", "/typed", "name=a&name=b&number=x", query={"from": ["sms", "mail"]}, headers={"Content-Type": FORM}
    )
    assert answer.body == "{'name': ['a', 'b'], 'number': 'x'} {'from': 'mail'}"


# What a route promises


def test_an_endpoint_is_what_its_decorator_said() -> None:
    spec = SPECS["make_thing"]
    assert (spec.tag, spec.method, spec.path, spec.status, spec.idempotent) == ("things", "POST", "/things", 201, True)
    assert (spec.body, spec.answer, SPECS["list_things"].query) == (Thing, Thing, Thing)


def test_routes_carry_their_authorizer() -> None:
    authorizers = {
        path: {name: entry.authorizer for name, entry in methods.items()} for path, methods in app.routes.items()
    }
    assert authorizers["/mine"]["POST"].name == "Citizens"
    assert authorizers["/staff"]["GET"].name == "Staff"
    assert authorizers["/things"]["GET"] is None


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "vi"), ("en", "en"), ("en-US,en;q=0.9", "en"), ("vi", "vi"), ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en;q=0.8,vi;q=0.9", "vi"), ("fr", "vi"), ("fr,en;q=0.1", "en"), ("*", "vi"), ("en;q=0", "vi"), ("EN", "en"),
        ("en;q=x", "en"), (";;;,,,q=", "vi"), ("en," * 500 + "vi", "en"), ("en ; q=0.1, vi ; q=0.2", "vi"),
    ],
)  # fmt: skip
def test_vietnamese_unless_english_is_preferred(accept: str, language: str) -> None:
    assert preferred_language(accept) == language
