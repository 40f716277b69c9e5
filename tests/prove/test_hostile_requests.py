"""Hostile requests to every route of the document: a 4xx in the form of every other problem, nothing changed, never a 5xx."""

import http.client
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

import app  # noqa: F401 - registers every route
from chalicelib.api.openapi import Problem
from chalicelib.runtime.http import ENDPOINTS, Caller, Endpoint
from tests.address import Address
from tests.stack.authorisation import ATTEMPTS, Attempt, name
from tests.stack.matters import TEXT
from tests.stack.roles import Cast, Role
from tests.stack.scenes import TEXTS, Scene, scenes

SERVED = [spec for spec in ENDPOINTS if spec.problem_page is None]
TAKE_JSON = [spec for spec in SERVED if spec.body is not None]
# To take away what is not there is done already.
WITH_PART = [spec for spec in SERVED if "{" in spec.path and spec.method != "DELETE"]
# What a PUT names it may make, so its parts stay as they are.
TRICKED = ("{code}", "{token}")
# What is sent beside the attempt's own body, since only a real case gives it.
MADE_UP = {"POST /v1/work/{token}/approve": {"code": "000000"}}
OF_UTILITIES = ("{utility}", "{offer}", "{feed}", "{posting}", "{number}")
READS = [spec for spec in SERVED if spec.method == "GET"]
RIGHTFUL = {
    Caller.CITIZEN: Role.REPORTER, Caller.CENTRE: Role.LEADER, Caller.DISPATCHER: Role.DISPATCHER, Caller.AUDITOR: Role.AUDITOR,
    Caller.STAFF: Role.LEADER, Caller.ADMINISTRATOR: Role.ADMINISTRATOR, Caller.SUPPLIER: Role.SUPPLIER,
}  # fmt: skip

BODIES: dict[str, bytes] = {
    "lists in lists": b'{"text": ' + b"[" * 100 + b"]" * 100 + b"}",
    "lists without end": b"[" * 60_000,
    "objects in objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "a key twice": b'{"reason": "x", "reason": "y"}',
    "a key twice within": b'{"location": {"lat": 1, "lat": 2}}',
    "a key twice, once escaped": b'{"text": 1, "\\u0074ext": 2}',
    "NaN": b'{"size": NaN}',
    "Infinity": b'{"location": {"lat": -Infinity}}',
    "a number beyond doubles": b'{"size": 1e999}',
    "a number of 5,000 digits": b'{"size": ' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"text": "\\ud83d", "reason": "\\udc00"}',
    "a lone surrogate as key": b'{"\\ud800": 1}',
    "a surrogate in bytes": b'{"text": "\xed\xa0\x80"}',
    "NUL": b'{"text": "\\u0000", "phone": "\\u0000"}',
    "NUL in bytes": b'{"text": "\x00"}',
    "control characters": b'{"text": "\\u0007\\u001b[31m\\u0085\\u200e"}',
    "bytes that are no UTF-8": b'{"text": "\xff\xfe"}',
    "UTF-16": '{"text": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"text": "x"}',
    "cut in a letter": '{"text": "đ'.encode()[:-1],
    "cut in an escape": b'{"text": "\\u00',
    "a text of 200 KB": b'{"text": "' + b"x" * 200_000 + b'"}',
    "20,000 keys": b"{" + b",".join(b'"k%d": 1' % n for n in range(20_000)) + b"}",
    "5,000 keys": b"{" + b",".join(b'"k%d": 1' % n for n in range(5_000)) + b"}",
    "2 MB": b'{"text": "' + b"x" * 2_000_000 + b'"}',
    "11 MB": b" " * 11_000_000,
    "blanks": b"   \n\t ",
    "a list": b"[]",
    "a list of objects": b'[{"text": "x"}]',
    "a text": b'"text"',
    "a number": b"7",
    "null": b"null",
    "two objects": b"{} {}",
    "a comment": b'{/* */ "text": "x"}',
    "single quotes": b"{'text': 'x'}",
    "a trailing comma": b'{"text": "x",}',
    "XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
    "prototypes": b'{"__proto__": {"admin": true}, "constructor": 1, "__class__": "x"}',
    "operators of a database": b'{"code": {"$gt": ""}, "phone": {"S": "x"}, "category": {"$ne": null}}',
    "a key of 50 KB": b'{"' + b"k" * 50_000 + b'": 1}',
    "an empty key": b'{"": 1}',
    "fields that are ours": b'{"status": "closed", "reporter": "x", "version": 9, "history": [], "code": "x"}',
}  # fmt: skip
# What stands in one field of a body that is right otherwise; … are the field's own words, so that nothing else is wrong.
VALUES = (
    '"…\\ud83d"', '"\\udc00…"', '"…\\u0000"', '"\\u001b[31m…"', '"…\\u0085"', "NaN", "-Infinity", "1e999", "9" * 5000,
    "[" * 100 + "]" * 100, '{"$gt": "…"}', f'"…{"x" * 200_000}"',
)  # fmt: skip
# Not */*: it says nothing about the body, which is then read as JSON (Chalice takes it so).
TYPES = (
    "text/plain", "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
    "application/octet-stream", "application/problem+json", "application/jsonp", "json", "application/*", ";", "x" * 5000,
)  # fmt: skip
METHODS = (
    "GET",
    "PUT",
    "POST",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "QUERY",
    "PROPFIND",
    "get",
    "FOO",
)
PARTS = (
    "..", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5c", "%252e%252e%252f", "%00", "x%00.json",
    "%0d%0aSet-Cookie:%20x=1", "%ff%fe", "%ED%A0%80", "%F0%9F%92%A3", "%EF%BC%8E%EF%BC%8E", "'%20OR%201=1--",
    "%3Cscript%3E", "${7*7}", "{{7*7}}", "%25s%25n", "*", "%20", "+", "null", "undefined", "-1", "1e9", "0", "a/b", "a%2Fb",
    ";x=1", "~", "a" * 7000, "-".join("a" * 30), "ZZZZZZZZZZZ", "7" * 11, "ZZZZZZZZZZZ-1-" + "A" * 22,
    "ZZZZZZZZZZZ-99999999999-" + "A" * 22, "-1-", "x--x", "x-1-%00",
)  # fmt: skip
QUERIES = (
    "nobody=1", "limit=1&limit=2", "limit[]=1", "limit=NaN", "limit=-1", "limit=1e999", "limit=%00", "cursor=%ED%A0%80",
    "cursor=" + "A" * 5000, "lat=NaN&long=Infinity", "__proto__=1", "%00=1", "a=" + "&a=" * 500, "=1", "status[$ne]=x",
)  # fmt: skip


@dataclass
class Siege:
    """Sends what no client would, as whoever may call the route, at a case that is there."""

    cast: Cast
    counted: Counter[int] = field(default_factory=Counter)

    def aim(self, spec: Endpoint) -> Scene:
        """The case that the requests to a route are about."""
        attempt = ATTEMPTS.get(name(spec), Attempt())
        found = next(scene for scene in scenes(self.cast.accounts[Role.REPORTER]) if scene.name == attempt.scene)
        self.cast.shelf.put(found.case, TEXTS)
        return found

    def path(self, spec: Endpoint, scene: Scene) -> str:
        link = self.cast.shelf.link(scene.case.code, scene.holder)
        path = spec.path.replace("{code}", scene.case.code).replace("{token}", link)
        for part, filled in ATTEMPTS.get(name(spec), Attempt()).path:
            path = path.replace(part, filled) if part.startswith("{") else path
        return path

    def send(self, spec: Endpoint, method: str, path: str, body: bytes | None = None, kind: str = "") -> int:
        """The status of the answer, once it is found to be a problem like every other."""
        headers = {"Idempotency-Key": "a-key-of-a-siege"} if spec.idempotent else {}
        if kind:
            headers["Content-Type"] = kind
        if role := RIGHTFUL.get(spec.caller):
            headers["Authorization"] = f"Bearer {self.cast.tokens[role]}"
        connection = http.client.HTTPConnection(urlsplit(self.cast.stack.api_url).netloc, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.counted[answer.status] += 1
        what = (method, path[:100], (body or b"")[:60], kind[:60], answer.status, content[:300])
        assert 400 <= answer.status < 500, what
        assert answer.headers["Content-Type"] == "application/problem+json", what
        assert answer.headers["Set-Cookie"] is None
        if method != "HEAD":
            problem = msgspec.json.decode(content, type=Problem)
            assert problem.status == answer.status, what
            assert all((problem.title, problem.detail, problem.type.startswith("/problems/"))), what
        return answer.status


@pytest.fixture(scope="module")
def siege(stack: Address, proven: Callable[[str, str], None]) -> Iterator[Siege]:
    """What is counted at the end."""
    made = Siege(Cast.gather(stack))
    yield made
    told = ", ".join(f"{times} × {status}" for status, times in sorted(made.counted.items()))
    proven("l", f"{made.counted.total()} hostile requests to {len(SERVED)} routes ({told}), nothing changed")


def unharmed(siege: Siege, spec: Endpoint, attack: Callable[[str], None]) -> None:
    """Attack a route; the case that it is about is as it was."""
    scene = siege.aim(spec)
    before = siege.cast.shelf.kept(scene.case.code)
    attack(siege.path(spec, scene))
    assert siege.cast.shelf.kept(scene.case.code) == before


@pytest.mark.parametrize("spec", TAKE_JSON, ids=name)
def test_a_body_that_says_nothing_we_know_is_refused(siege: Siege, spec: Endpoint) -> None:
    def attack(path: str) -> None:
        for body in BODIES.values():
            assert siege.send(spec, spec.method, path, body, "application/json") in (400, 413, 422)

    unharmed(siege, spec, attack)


def spoilt(spec: Endpoint, right: Mapping[str, Any]) -> Iterator[bytes]:
    """The right body with one field spoilt, once for every field and value."""
    assert spec.body is not None
    kept = {key: json.dumps(value) for key, value in right.items()}
    for wrong in spec.body.__struct_encode_fields__:
        words = right[wrong] if isinstance(right.get(wrong), str) else TEXT
        for value in VALUES:
            fields = kept | {wrong: value.replace("…", words)}
            yield ("{" + ", ".join(f'"{key}": {raw}' for key, raw in fields.items()) + "}").encode()


@pytest.mark.parametrize("spec", TAKE_JSON, ids=name)
def test_one_wrong_value_spoils_a_right_body(siege: Siege, spec: Endpoint) -> None:
    right = ATTEMPTS[name(spec)].body(siege.cast.stack) or {}

    def attack(path: str) -> None:
        for body in spoilt(spec, right):
            assert siege.send(spec, spec.method, path, body, "application/json") in (400, 413, 422)

    unharmed(siege, spec, attack)


@pytest.mark.parametrize("spec", TAKE_JSON, ids=name)
def test_a_body_of_another_type_is_refused(siege: Siege, spec: Endpoint) -> None:
    right = json.dumps(ATTEMPTS[name(spec)].body(siege.cast.stack)).encode()

    def attack(path: str) -> None:
        for kind in TYPES:
            assert siege.send(spec, spec.method, path, right, kind) == 415

    unharmed(siege, spec, attack)


@pytest.mark.parametrize("path", sorted({spec.path for spec in SERVED}))
def test_a_method_that_a_path_does_not_have_is_unknown(siege: Siege, path: str) -> None:
    specs = {spec.method: spec for spec in SERVED if spec.path == path}
    spec = next(iter(specs.values()))

    def attack(aimed: str) -> None:
        for method in METHODS:
            if method not in specs:
                assert siege.send(spec, method, aimed, b"{}", "application/json") == 404

    unharmed(siege, spec, attack)


@pytest.mark.parametrize("spec", WITH_PART, ids=name)
def test_no_trick_with_a_path_finds_anything(siege: Siege, spec: Endpoint) -> None:
    attempt = ATTEMPTS.get(name(spec), Attempt())
    given = {**(attempt.body(siege.cast.stack) or {}), **MADE_UP.get(name(spec), {})}
    body = json.dumps(given).encode() if spec.body else None
    query = next((filled.partition("?")[2] for place, filled in attempt.path if not place.startswith("{")), "")
    for part in PARTS:
        path = f"{spec.path}?{query}" if query else spec.path
        for place in (*TRICKED, *(OF_UTILITIES if spec.method != "PUT" else ())):
            path = path.replace(place, part)
        assert siege.send(spec, spec.method, path, body, "application/json" if body else "") in (400, 404, 414)


@pytest.mark.parametrize("spec", READS, ids=name)
def test_a_query_that_a_route_does_not_know_is_refused(siege: Siege, spec: Endpoint) -> None:
    def attack(path: str) -> None:
        for query in QUERIES:
            assert siege.send(spec, "GET", f"{path}?{query}") in (400, 404, 414, 422)

    unharmed(siege, spec, attack)
