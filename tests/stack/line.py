"""The line between a function and the services it calls, for a test to hold, cut, or end the caller on."""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

from tests.address import Address
from tests.stack.told import function_name


class Verdict(StrEnum):
    """What becomes of a call: passed on and answered, held before or after the service heard of it, heard and cut, or

    refused unheard, in words that quote all of it, as AWS quotes numbers and addresses; or kept waiting until `go_on` is set.
    """

    PASS = "pass"
    BEFORE = "before"
    AFTER = "after"
    CUT = "cut"
    REFUSE = "refuse"
    WAIT = "wait"


class Line:
    """The line between a function and a service, for a test to hold: it takes one request after the other and passes it on.

    `hold` says of each request whether to stop it: BEFORE the service hears of it, or AFTER, with its answer withheld.
    """

    def __init__(self, stack: Address, hold: Callable[[str], Verdict]) -> None:
        self._target = stack.emulator_url.removeprefix("http://").split(":")
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.calls: list[str] = []
        self.hold = hold
        self.held = threading.Event()
        self.go_on = threading.Event()
        self.holder = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def kill_holder(self, seconds: float = 20) -> str:
        """End the process whose request is held, as the platform may at any moment; the name of the held call."""
        assert self.held.wait(seconds), f"no call was held; there were {self.calls}"
        self.held.clear()
        os.kill(self.holder, signal.SIGKILL)
        return self.calls[-1]

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                caller, peer = self._server.accept()
                threading.Thread(target=self._talk, args=(caller, peer), daemon=True).start()

    def _talk(self, caller: socket.socket, peer: tuple[str, int]) -> None:
        with closing(caller), suppress(OSError):
            while request := _read(caller):
                call = _name(request)
                with self._lock:
                    self.calls.append(call)
                    verdict = self.hold(call)
                if verdict is Verdict.WAIT:
                    self.held.set()
                    self.go_on.wait(20)
                if verdict is Verdict.BEFORE:
                    return self._keep(caller, peer)
                answer = _refusal(request) if verdict is Verdict.REFUSE else self._pass_on(request)
                if verdict is Verdict.AFTER:
                    return self._keep(caller, peer)
                if verdict is Verdict.CUT:
                    return None
                caller.sendall(answer)
        return None

    def _pass_on(self, request: bytes) -> bytes:
        host, port = self._target
        with closing(socket.create_connection((host, int(port)))) as service:
            service.sendall(request)
            return _read(service)

    def _keep(self, caller: socket.socket, peer: tuple[str, int]) -> None:
        self.holder = _process_at(peer[1], caller.getsockname()[1])
        self.held.set()
        caller.recv(1)  # until the caller is gone


@contextmanager
def held_line(
    stack: Address, logical: str, *services: str, hold: Callable[[str], Verdict] = lambda call: Verdict.PASS
) -> Iterator[Line]:
    """A line between a function and services (DYNAMODB, SESV2, SNS …), while it lasts."""
    functions, name = stack.client("lambda"), function_name(stack, logical)
    usual = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    line = Line(stack, hold)

    def turn(variables: dict[str, str]) -> None:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    turn({**usual, **{f"AWS_ENDPOINT_URL_{service}": line.url for service in services}})
    try:
        yield line
    finally:
        turn(usual)
        line.close()


def _read(talk: socket.socket) -> bytes:
    """One whole HTTP message; empty where the other side is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := talk.recv(65536)):
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", b"0")):
        if not (part := talk.recv(65536)):
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _refusal(request: bytes) -> bytes:
    """A service's refusal that quotes the request, in the protocol of the request."""
    head, _, body = request.partition(b"\r\n\r\n")
    quoted = f"User is not authorized to perform this on resource: {unquote_plus(body.decode())}"
    if b"Action=" in body:
        error = f"<Code>AuthorizationError</Code><Message>{escape(quoted)}</Message>"
        said = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>".encode()
    else:
        said = json.dumps({"__type": "AccessDeniedException", "message": quoted}).encode()
    kind = b"\r\nx-amzn-errortype: AccessDeniedException" if b"/outbound-emails" in head else b""
    return b"HTTP/1.1 403 Forbidden\r\nContent-Length: %d%s\r\n\r\n%s" % (len(said), kind, said)


def _name(request: bytes) -> str:
    """What a call is: the operation's name as AWS has it."""
    head, _, body = request.partition(b"\r\n\r\n")
    for field in head.split(b"\r\n"):
        name, _, value = field.partition(b": ")
        if name.lower() == b"x-amz-target":
            return value.decode().rpartition(".")[2]
    if b"Action=Publish" in body:
        return "Publish"
    return "SendEmail" if b"/outbound-emails" in head else head.split(b"\r\n")[0].decode()


def _process_at(port: int, to: int) -> int:
    """The id of the process on this machine that talks from one port of the loopback address to another."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    inode = next(line[9] for line in lines if (line[1][-4:], line[2][-4:]) == (f"{port:04X}", f"{to:04X}"))
    for file in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # processes end and files close while we look
            if file.readlink() == Path(f"socket:[{inode}]"):
                return int(file.parts[2])
    raise AssertionError(f"nobody talks from port {port}")
