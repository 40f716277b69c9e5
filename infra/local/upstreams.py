"""Stands in for the power and water companies on a loopback port, with the faults that such systems have (docs/providers.md)."""

import json
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

from infra.local import companies

FAULTS = ("ok", "slow", "hang", "drip", "error", "malformed", "captcha", "wrong_customer", "throttled", "reset")
SECRETS = {"power": "sample-power-key", "water": "sample-user:sample-water-password"}
# Short times, so that a demonstration and a test see an outage come and go.
LIMITS: dict[str, float] = {"timeout_seconds": 1.5, "cache_seconds": 3, "open_seconds": 5, "budget_seconds": 8}
_OTHER = {"power": "PA22YB0099999", "water": "YB00099999"}
_CAPTCHA = "<!DOCTYPE html><html><body><h1>Xác nhận bạn không phải là robot</h1></body></html>"
_SILENCE = 30.0


class Answer(NamedTuple):
    """What a company answers."""

    status: int
    kind: str
    text: str


class Company:
    """How one company behaves now, and how often it was asked."""

    def __init__(self) -> None:
        self.fault = "ok"
        self.requests = 0
        self._lock = threading.Lock()

    def asked(self) -> str:
        """Count a request; the fault it meets."""
        with self._lock:
            self.requests += 1
            return self.fault


class Upstreams:
    """The stand-in as a context; `slow_seconds` is how long a slow answer takes."""

    def __init__(self, slow_seconds: float = 2.5) -> None:
        self.companies = {name: Company() for name in SECRETS}
        self.slow_seconds = slow_seconds
        # Ends every answer that hangs, when the stand-in does.
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def configuration(self) -> str:
        """What the parameter Providers is to say."""
        return json.dumps({name: {"contract": name, "base_url": f"{self.url}/{name}", **LIMITS} for name in SECRETS})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        upstreams = self

        class Handler(_Handler):
            stand_in = upstreams

        return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: Upstreams

    def do_GET(self) -> None:
        name = self.path.removeprefix("/control/")
        company = self.stand_in.companies.get(name)
        if not self.path.startswith("/control/") or company is None:
            return self._send(_json(404, {}))
        return self._send(_json(200, {"fault": company.fault, "requests": company.requests}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        _, name, rest = self.path.split("/", 2)
        if name == "control":
            return self._control(self.stand_in.companies.get(rest), body)
        company = self.stand_in.companies.get(name)
        if company is None:
            return self._send(_json(404, {}))
        return self._misbehave(name, company.asked(), f"/{rest}", body)

    def _control(self, company: Company | None, body: bytes) -> None:
        fault = json.loads(body).get("fault")
        if company is None or fault not in FAULTS:
            return self._send(_json(404, {}))
        company.fault = fault
        return self._send(_json(200, {"fault": company.fault, "requests": company.requests}))

    def _misbehave(self, name: str, fault: str, path: str, body: bytes) -> None:
        if fault == "reset":
            return self._reset()
        if fault in ("hang", "slow"):
            self.stand_in.closing.wait(_SILENCE if fault == "hang" else self.stand_in.slow_seconds)
        if fault == "throttled":
            return self._send(_json(429, {"error": "too_many_requests"}), {"Retry-After": "1"})
        broken = {
            "error": _json(500, {"error": "internal"}),
            "captcha": Answer(200, "text/html; charset=utf-8", _CAPTCHA),
        }
        answer = broken.get(fault) or _answer(name, path, body, dict(self.headers), fault == "wrong_customer")
        if fault == "malformed":
            answer = answer._replace(text=answer.text[: len(answer.text) // 2])
        return self._drip(answer) if fault == "drip" else self._send(answer)

    def _reset(self) -> None:
        # Closing with this option sends a reset instead of an end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(self, answer: Answer, headers: dict[str, str] | None = None) -> None:
        content = answer.text.encode()
        self._head(answer, len(content), headers or {})
        self.wfile.write(content)

    def _drip(self, answer: Answer) -> None:
        content = answer.text.encode()
        self._head(answer, len(content), {})
        for byte in content:
            if self.stand_in.closing.is_set():
                return
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def _head(self, answer: Answer, length: int, headers: dict[str, str]) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, "Content-Length": str(length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def handle(self) -> None:
        """Serve a connection; whoever asked may have left while the answer was slow."""
        try:
            super().handle()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing: requests hold customers' codes."""


def _answer(name: str, path: str, body: bytes, headers: dict[str, str], of_another: bool) -> Answer:
    return _power(path, body, headers, of_another) if name == "power" else _water(path, body, of_another)


def _power(path: str, body: bytes, headers: dict[str, str], of_another: bool) -> Answer:
    if headers.get("X-Api-Key") != SECRETS["power"]:
        return _json(401, {"error": "unauthorized"})
    asked = json.loads(body)
    if path == "/v2/outages/search":
        return _json(200, companies.power_cuts(asked["areas"], companies.today()))
    if path != "/v2/bills/search":
        return Answer(404, "text/plain", "no such page")
    code = asked["customer_code"]
    bills = companies.power_bills(code, _OTHER["power"] if of_another else code, companies.today())
    return _json(200, bills) if bills else _json(404, {"error": "customer_not_found"})


def _water(path: str, body: bytes, of_another: bool) -> Answer:
    text = body.decode()
    user, password = (re.search(f"<wsse:{name}(?: [^>]*)?>([^<]*)<", text) for name in ("Username", "Password"))
    if path != "/services/BillingService" or not user or not password:
        return Answer(500, "text/xml; charset=utf-8", companies.soap_fault("Client"))
    if f"{user[1]}:{password[1]}" != SECRETS["water"]:
        return Answer(500, "text/xml; charset=utf-8", companies.soap_fault("Client.Authentication"))
    found = re.search(r"<CustomerCode>([^<]*)<", text)
    code = found[1] if found else ""
    bills = companies.water_bills(code, _OTHER["water"] if of_another else code, companies.today())
    status, text = (200, bills) if bills else (500, companies.soap_fault("Client.CustomerNotFound"))
    return Answer(status, "text/xml; charset=utf-8", text)


def _json(status: int, content: Any) -> Answer:
    return Answer(status, "application/json", json.dumps(content, ensure_ascii=False))
