"""The local proxy does what API Gateway does around an API."""

import gzip
import http.client
import json
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra.local import proxy
from infra.local.messages import Message

SMS = Message(1, "14:05:00", "sms", "+84951234567", "", "Ma xac nhan 123456", "")


class Api(BaseHTTPRequestHandler):
    """Stands in for the embedded stack: tells what reached it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = {
            "path": self.path,
            "headers": {k.lower(): v for k, v in self.headers.items()},
            "body": body.decode("latin-1"),
        }
        answers: dict[str, tuple[int, list[tuple[str, str]], bytes]] = {
            "/v1/large": (200, [], b"x" * (proxy.MAX_ANSWER + 1)),
            "/v1/cookies": (200, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"ok"),
            "/v1/binary": (200, [("Content-Type", "image/png")], bytes(range(256))),
            "/v1/none": (204, [], b""),
            "/v1/long": (200, [("Content-Type", "application/json")], b'"' + b"a" * 5000 + b'"'),
        }
        path = self.path.removeprefix("/_aws/execute-api/api1/local").partition("?")[0]
        status, headers, content = answers.get(path, (200, [], json.dumps(seen).encode()))
        self.send_response_only(status)
        for name, value in [*headers, ("Content-Length", str(len(content)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Quiet."""


GATEWAY_RESPONSE = {
    "statusCode": "413",
    "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
    "responseTemplates": {"application/json": '{"status": 413, "detail": $context.error.messageString}'},
}


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    target = proxy.Target("127.0.0.1", api.server_port, "api1", "local", 1024)
    responses = {"REQUEST_TOO_LARGE": GATEWAY_RESPONSE}
    backend = proxy.Backend(lambda: target, lambda after: [SMS][after:], lambda kind: responses.get(kind, {}))
    server = proxy.Server(0, backend)
    server.start()
    yield "127.0.0.1", server.server_port
    server.stop()
    api.shutdown()
    api.server_close()


def ask(
    address: tuple[str, int], path: str, body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if body is None else "POST", path, body, named)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_path_and_query_reach_the_stage_of_the_api_as_they_are(address: tuple[str, int]) -> None:
    _, content = ask(address, "/v1/areas?parent=yb%20x&parent=2")
    assert json.loads(content)["path"] == "/_aws/execute-api/api1/local/v1/areas?parent=yb%20x&parent=2"


def test_nobody_can_pretend_another_address(address: tuple[str, int]) -> None:
    _, content = ask(address, "/v1/x", X_Forwarded_For="203.0.113.7")
    assert json.loads(content)["headers"]["x-forwarded-for"] == "127.0.0.1"


def test_a_body_arrives_whole(address: tuple[str, int]) -> None:
    _, content = ask(address, "/v1/x", bytes(range(256)))
    assert json.loads(content)["body"].encode("latin-1") == bytes(range(256))


def test_every_cookie_comes_back(address: tuple[str, int]) -> None:
    answer, _ = ask(address, "/v1/cookies")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_binary_answers_stay_as_they_are(address: tuple[str, int]) -> None:
    answer, content = ask(address, "/v1/binary", Accept_Encoding="gzip")
    assert content == bytes(range(256))
    assert answer.headers["Content-Type"] == "image/png"


def test_an_answer_without_content_has_no_length(address: tuple[str, int]) -> None:
    answer, content = ask(address, "/v1/none")
    assert (answer.status, content, answer.headers.get("Content-Length")) == (204, b"", None)


def test_long_answers_are_packed_for_who_takes_gzip(address: tuple[str, int]) -> None:
    answer, content = ask(address, "/v1/long", Accept_Encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(content)) == 5002
    plain, _ = ask(address, "/v1/long")
    assert plain.headers.get("Content-Encoding") is None


def test_packed_requests_are_unpacked(address: tuple[str, int]) -> None:
    _, content = ask(address, "/v1/x", gzip.compress(b'{"a":1}'), Content_Encoding="gzip")
    seen = json.loads(content)
    assert seen["body"] == '{"a":1}'
    assert "content-encoding" not in seen["headers"]


@pytest.mark.parametrize("body", [b"not packed", gzip.compress(b"x" * 100)[:-9]])
def test_broken_packing_is_a_bad_request(address: tuple[str, int], body: bytes) -> None:
    answer, _ = ask(address, "/v1/x", body, Content_Encoding="gzip")
    assert answer.status == 400


def test_a_packed_request_may_not_swell_beyond_the_limit() -> None:
    with pytest.raises(proxy.RefusedError) as refused:
        proxy.unpacked(zlib.compress(b"\0" * (proxy.MAX_REQUEST + 1)), "deflate")
    assert refused.value.refusal is proxy.TOO_LARGE


def test_too_large_a_request_gets_the_answer_that_the_template_sets(address: tuple[str, int]) -> None:
    answer, content = ask(address, "/v1/x", b"\0" * (proxy.MAX_REQUEST + 1))
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(content) == {"status": 413, "detail": "Request Too Long"}


def test_too_large_an_answer_is_a_bad_gateway(address: tuple[str, int]) -> None:
    answer, _ = ask(address, "/v1/large")
    assert answer.status == 502


@pytest.mark.parametrize("path", ["/../../_ministack/reset", "/v1/../../../../_ministack/health", "/v1/./x"])
def test_no_path_leads_out_of_the_api(address: tuple[str, int], path: str) -> None:
    answer, _ = ask(address, path)
    assert answer.status == 403


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "QUERY", "PROPFIND", "get", "X" * 500])
def test_a_method_that_no_api_has_is_refused_as_the_gateway_does(address: tuple[str, int], method: str) -> None:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request(method, "/v1/x", b"{}")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())) == (403, {"message": "Missing Authentication Token"})
    connection.close()


def test_the_newcomers_page_comes_with_a_strict_policy(address: tuple[str, int]) -> None:
    answer, content = ask(address, "/")
    assert answer.status == 200
    assert b'<html lang="vi">' in content
    assert "script-src" not in answer.headers["Content-Security-Policy"], "default-src 'self' holds for scripts"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_messages_are_listed_after_a_number(address: tuple[str, int]) -> None:
    _, content = ask(address, "/_local/messages")
    assert [message["text"] for message in json.loads(content)] == ["Ma xac nhan 123456"]
    _, content = ask(address, "/_local/messages?after=1")
    assert json.loads(content) == []


def test_of_many_messages_the_page_asks_for_the_latest() -> None:
    many = [replace(SMS, number=number, text=str(number)) for number in range(1, 9)]
    server = proxy.Server(0, proxy.Backend(lambda: None, lambda after: many[after:], lambda _: {}))
    server.start()
    _, content = ask(("127.0.0.1", server.server_port), "/_local/messages?after=2&most=3")
    server.stop()
    assert [message["text"] for message in json.loads(content)] == ["6", "7", "8"]


def test_until_the_api_is_deployed_the_proxy_says_so() -> None:
    backend = proxy.Backend(lambda: None, lambda _: [], lambda _: {})
    server = proxy.Server(0, backend)
    server.start()
    answer, _ = ask(("127.0.0.1", server.server_port), "/v1/health")
    server.stop()
    assert answer.status == 503
