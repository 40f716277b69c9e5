"""The address that people and tests use: forwards to the embedded stack's API and does what API Gateway does around it.

It caps requests and answers, packs answers with gzip, decodes packed requests, and says who is calling. Under `/` and
`/_local/` it shows a page for newcomers.
"""

import gzip
import http.client
import json
import mimetypes
import threading
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from infra.local.messages import Message

MAX_REQUEST = 10 * 1024 * 1024
MAX_ANSWER = 6 * 1024 * 1024
MAX_DRAINED = 64 * 1024 * 1024
CHUNK = 64 * 1024
GATEWAY_SECONDS = 29
# Each request at once may start a function of its own; a small machine that starts fifty finishes none in time.
AT_ONCE = 20
IDLE_SECONDS = 60
PAGE = Path(__file__).parent / "page"
PER_CONNECTION = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
        "expect",
    ]
)
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: http:; style-src 'self' 'unsafe-inline'; connect-src 'self' http:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the API is: the embedded stack's address, id and stage of the REST API, its smallest packed answer."""

    host: str
    port: int
    api: str
    stage: str
    minimum_compression: int | None

    @property
    def prefix(self) -> str:
        """Where the stage of the API begins on the embedded stack."""
        return f"/_aws/execute-api/{self.api}/{self.stage}"


@dataclass(frozen=True, slots=True)
class Backend:
    """What a proxy asks: the current target, the messages after a number, the gateway's own answer to an error type."""

    target: Callable[[], Target | None]
    messages: Callable[[int], Iterable[Message]]
    gateway_response: Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The gateway's own answer; `kind` is API Gateway's response type."""

    status: int
    kind: str
    message: str


class RefusedError(Exception):
    """The request does not reach the API, or its answer does not reach the caller."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


TOO_LARGE = Refusal(413, "REQUEST_TOO_LARGE", "Request Too Long")
NO_SUCH_PATH = Refusal(403, "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
BAD_ENCODING = Refusal(400, "DEFAULT_4XX", "Could not decode the request body")
BAD_LENGTH = Refusal(400, "DEFAULT_4XX", "Bad Request")
TIMED_OUT = Refusal(504, "INTEGRATION_TIMEOUT", "Endpoint request timed out")
FAILED = Refusal(502, "DEFAULT_5XX", "Internal server error")
NOT_READY = Refusal(503, "DEFAULT_5XX", "The local stack is not ready yet")


def unpacked(body: bytes, encoding: str) -> bytes:
    """The request's body as API Gateway hands it on; raises RefusedError for broken or swelling content."""
    if encoding.lower() not in {"gzip", "deflate"}:
        return body
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        content = decoder.decompress(body, MAX_REQUEST + 1)
    except zlib.error:
        raise RefusedError(BAD_ENCODING) from None
    if len(content) > MAX_REQUEST:
        raise RefusedError(TOO_LARGE)
    if not decoder.eof:
        raise RefusedError(BAD_ENCODING)
    return content


def packed(body: bytes, headers: Headers, accepted: str, minimum: int | None) -> tuple[bytes, Headers]:
    """The answer as API Gateway packs it: gzip, from a smallest size on, if the caller takes it, never twice."""
    names = {name.lower() for name, _ in headers}
    if minimum is None or len(body) < minimum or "gzip" not in accepted.lower() or "content-encoding" in names:
        return body, headers
    return gzip.compress(body, 6, mtime=0), [*headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]


class Handler(BaseHTTPRequestHandler):
    """One connection of one caller."""

    protocol_version = "HTTP/1.1"
    server_version = "local"
    sys_version = ""
    timeout = IDLE_SECONDS
    server: "Server"

    def handle_one_request(self) -> None:
        """The library's own; a caller that is gone ends the connection and is no error."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def answer(self) -> None:
        """Any method: a page of our own, or the API's answer."""
        body_read = False
        try:
            body = self._body()
            body_read = True
            path = urlsplit(self.path)
            if path.path == "/" or path.path.startswith("/_local/"):
                self._local(path.path, parse_qs(path.query))
            else:
                self._forward(body)
        except RefusedError as refused:
            self.close_connection = self.close_connection or not body_read
            self._refuse(refused.refusal)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - the library's names

    def __getattr__(self, name: str) -> Callable[[], None]:
        """The library looks up `do_<METHOD>`: to the gateway a method that no API has is as unknown as a path."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._refuse_method

    def _refuse_method(self) -> None:
        self.close_connection = True  # whatever comes with it is not read
        self._refuse(NO_SUCH_PATH)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit():
            raise RefusedError(BAD_LENGTH)
        if int(length) > MAX_REQUEST:
            self._drain(int(length))
            raise RefusedError(TOO_LARGE)
        return self.rfile.read(int(length))

    def _drain(self, length: int) -> None:
        """Reads on without keeping, or the caller would see a broken pipe instead of the refusal."""
        for _ in range(min(length, MAX_DRAINED) // CHUNK + 1):
            self.rfile.read(min(CHUNK, length))
            length -= min(CHUNK, length)

    def _chunks(self) -> bytes:
        content = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(1024).split(b";")[0], 16)
            except ValueError:
                raise RefusedError(BAD_LENGTH) from None
            if size < 0 or len(content) + size > MAX_REQUEST:
                raise RefusedError(TOO_LARGE)
            content += self.rfile.read(size)
            self.rfile.readline(1024)
            if size == 0:
                return bytes(content)

    def _forward(self, body: bytes) -> None:
        target = self.server.backend.target()
        if target is None:
            raise RefusedError(NOT_READY)
        body = unpacked(body, self.headers.get("Content-Encoding", ""))
        with self.server.turns:
            status, headers, content = self._ask(target, body)
        if len(content) > MAX_ANSWER:
            raise RefusedError(FAILED)
        accepted = self.headers.get("Accept-Encoding", "")
        content, headers = packed(content, headers, accepted, target.minimum_compression)
        self._send(status, headers, content)

    def _ask(self, target: Target, body: bytes) -> tuple[int, Headers, bytes]:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=GATEWAY_SECONDS)
        try:
            connection.putrequest(self.command, target.prefix + self._raw_path(), skip_accept_encoding=True)
            for name, value in self._request_headers():
                connection.putheader(name, value.encode("latin-1"))
            if body or self.command in {"POST", "PUT", "PATCH"}:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            content = answer.read(MAX_ANSWER + 1)
        except TimeoutError:
            raise RefusedError(TIMED_OUT) from None
        except (OSError, http.client.HTTPException):
            raise RefusedError(FAILED) from None
        finally:
            connection.close()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in PER_CONNECTION]
        return answer.status, headers, content

    def _raw_path(self) -> str:
        parts = urlsplit(self.path)
        if any(segment in {".", ".."} for segment in parts.path.split("/")) or not parts.path.startswith("/"):
            raise RefusedError(NO_SUCH_PATH)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _request_headers(self) -> Headers:
        mine = PER_CONNECTION | {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"}
        if self.headers.get("Content-Encoding", "").lower() in {"gzip", "deflate"}:
            mine |= {"content-encoding"}
        passed = [(name, value) for name, value in self.headers.items() if name.lower() not in mine]
        return [
            *passed,
            ("X-Forwarded-For", str(self.client_address[0])),
            ("X-Forwarded-Proto", "http"),
            ("X-Forwarded-Port", str(self.server.server_port)),
        ]

    def _refuse(self, refusal: Refusal) -> None:
        custom = self.server.backend.gateway_response(refusal.kind)
        template = custom.get("responseTemplates", {}).get(
            "application/json", '{"message":$context.error.messageString}'
        )
        body = template.replace("$context.error.messageString", json.dumps(refusal.message))
        body = body.replace("$context.error.message", refusal.message)
        body = body.replace("$context.error.responseType", refusal.kind).replace("$context.requestId", "local")
        headers = {"Content-Type": "application/json"}
        for name, value in custom.get("responseParameters", {}).items():
            if name.startswith("gatewayresponse.header.") and value.startswith("'"):
                headers[name.removeprefix("gatewayresponse.header.")] = value.strip("'")
        status = int(custom["statusCode"]) if str(custom.get("statusCode", "")).isdigit() else refusal.status
        self._send(status, list(headers.items()), body.encode())

    def _local(self, path: str, query: dict[str, list[str]]) -> None:
        if self.command not in {"GET", "HEAD"}:
            self._send(405, [("Allow", "GET, HEAD")], b"")
        elif path == "/_local/messages":
            messages = list(self.server.backend.messages(_number(query, "after") or 0))
            messages = messages[-(_number(query, "most") or len(messages)) :]
            content = json.dumps([message.for_machines() for message in messages], ensure_ascii=False)
            self._send(200, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], content.encode())
        else:
            self._page("index.html" if path == "/" else path.removeprefix("/_local/"))

    def _page(self, name: str) -> None:
        file = PAGE / name
        if "/" in name or name.startswith(".") or not file.is_file():
            raise RefusedError(NO_SUCH_PATH)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Security-Policy", PAGE_POLICY)]
        self._send(
            200, [*headers, ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")], file.read_bytes()
        )

    def _send(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status >= 200 and status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in {204, 304}:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Says nothing: the API's own log is the one to read."""


class Server(ThreadingHTTPServer):
    """The proxy on 127.0.0.1; serves from a thread of its own until stopped."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, backend: Backend) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.backend = backend
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    @property
    def url(self) -> str:
        """The address it listens on."""
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        """Serves from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Serves no more and frees the port."""
        self.shutdown()
        self.server_close()


def _number(query: dict[str, list[str]], name: str) -> int | None:
    text = query.get(name, [""])[0]
    return int(text) if text.isdigit() else None
