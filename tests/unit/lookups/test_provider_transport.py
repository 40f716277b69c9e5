"""HTTP to providers as it is: whole within its seconds, small, without redirects; secrets read seldom."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.lookups.upstream.asking import CallFailed, Fault
from chalicelib.lookups.upstream.exchange import MOST_BYTES, Reply, Request, body_of
from chalicelib.lookups.upstream.providers import HttpTransport, ParameterSecrets

_PORTS: list[int] = []


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        _PORTS.append(self.client_address[1])
        size = int(self.path.partition("size=")[2] or 0)
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", "/size=3")
        self.send_header("Content-Type", "Application/JSON")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"x" * size)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_an_answer_of_a_megabyte_is_read_and_of_a_byte_more_is_not(url: str) -> None:
    transport = HttpTransport()
    whole = transport.send(Request(f"{url}/size={MOST_BYTES}", {}, b"{}"), 5)
    assert (whole.status, whole.content_type, len(whole.body)) == (200, "application/json", MOST_BYTES)
    with pytest.raises(CallFailed) as failed:
        transport.send(Request(f"{url}/size={MOST_BYTES + 1}", {}, b"{}"), 5)
    assert failed.value.fault is Fault.MALFORMED
    # What was left unread of it harms nobody.
    assert transport.send(Request(f"{url}/size=3", {}, b"{}"), 5).body == b"xxx"


def test_a_connection_serves_again_at_once_and_is_not_trusted_after_a_silence(url: str) -> None:
    now = [0.0]
    transport = HttpTransport(lambda: now[0])
    del _PORTS[:]
    for at in (0, 1, 20, 41):
        now[0] = at
        transport.send(Request(f"{url}/size=3", {}, b"{}"), 5)
    first, second, third, fourth = _PORTS
    assert first == second == third != fourth


def test_a_redirect_is_not_followed(url: str) -> None:
    reply = HttpTransport().send(Request(f"{url}/moved", {}, b"{}"), 5)
    assert (reply.status, reply.body) == (302, b"")
    with pytest.raises(CallFailed) as failed:
        body_of(reply)
    assert failed.value.fault is Fault.REFUSED


@pytest.mark.parametrize(
    ("said", "seconds"), [("", 0), ("7", 7), (" 7 ", 7), ("86400", 60), ("-1", 0), ("soon", 0), ("٧", 0)]
)
def test_how_long_to_leave_a_provider_alone_is_read_in_seconds_and_for_a_minute_at_most(
    said: str, seconds: float
) -> None:
    with pytest.raises(CallFailed) as failed:
        body_of(Reply(429, "text/plain", b"", said))
    assert (failed.value.fault, failed.value.retry_after) == (Fault.THROTTLED, seconds)


class Parameters:
    """SSM, which gives one secret or an error."""

    def __init__(self, *given: str | Exception) -> None:
        self._given = list(given)
        self.names: list[str] = []

    def get_parameter(self, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - SSM's own names
        assert WithDecryption
        self.names.append(Name)
        given = self._given.pop(0)
        if isinstance(given, Exception):
            raise given
        return {"Parameter": {"Value": given}}


def test_a_secret_is_read_once_in_five_minutes_from_its_own_place() -> None:
    now, ssm = [0.0], Parameters("first", "second")
    secrets = ParameterSecrets(lambda: ssm, "dev", lambda: now[0])
    seen = []
    for at in (0, 299, 301, 400):
        now[0] = at
        seen.append(secrets.secret("power"))
    assert seen == ["first", "first", "second", "second"]
    assert ssm.names == ["/yenbai-s/dev/providers/power"] * 2


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter"),
        EndpointConnectionError(endpoint_url="https://ssm.example"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_secret_that_is_not_to_be_had_is_a_call_refused_and_is_looked_for_again(error: Exception) -> None:
    secrets = ParameterSecrets(lambda: ssm, "dev", lambda: 0.0)
    ssm = Parameters(error, "there")
    with pytest.raises(CallFailed) as failed:
        secrets.secret("power")
    assert failed.value.fault is Fault.REFUSED
    assert secrets.secret("power") == "there"
