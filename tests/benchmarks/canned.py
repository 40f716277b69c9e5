"""The AWS of the benchmark: a server on the loopback address that answers the same to the same call, so that only our side counts.

The floors talk to the same server as the application. It has one thread for each connection and no latency of its own.
"""

import json
import re
import threading
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.benchmarks.sizes import item_size
from tests.benchmarks.tables import Tables

REQUEST_ID = "7OS1MQ3L5J0QHBHBKG1VBDT7B7VV4KQNSO5AEMVJF66Q9ASUAAJG"
# Ten rows, as a unit uploads them.
SHEET = b"".join(
    Path("infra/seed/samples/health.facilities.facilities.csv").read_bytes().splitlines(keepends=True)[:11]
)
_MEMBER = {
    "Username": "so-y-te", "Enabled": True, "UserAttributes": [{"Name": "email", "Value": "nguoi-mau@unit.example"}],
}  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF".ljust(32, b"\0")

_COPIED = b"<CopyObjectResult><LastModified>2024-01-02T03:04:05Z</LastModified><ETag>a</ETag></CopyObjectResult>"
_PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>{id}</MessageId>'
    "</PublishResult><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></PublishResponse>"
).format(id="0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")


# Partitions that are read whole: they hold one case, one event's notices, one kind of reference data, a dataset's versions.
_WHOLE = (("cases", ""), ("directory", ""), ("notices", "event#"), ("lookups", "catalogue"), ("lookups", "dataset#"))


@dataclass(frozen=True, slots=True)
class Call:
    """One call of AWS that the application made; `units` are DynamoDB's for reading, `partition` is what a query asks for.

    `written` is the size of the item that was put, in bytes.
    """

    service: str
    operation: str
    table: str = ""
    index: str = ""
    partition: str = ""
    limit: int | None = None
    units: float = 0.0
    written: int = 0

    @property
    def bounded(self) -> bool:
        """Whether its price stays the same however many cases there are."""
        if self.operation == "Scan":
            return False
        if self.operation != "Query" or self.limit is not None:
            return True
        return not self.index and any(
            self.table == table and self.partition.startswith(start) for table, start in _WHOLE
        )


# What answers without looking at what is asked.
_SAID = {
    "AWSCognitoIdentityProviderService.AdminGetUser": (
        Call("cognito-idp", "AdminGetUser"),
        json.dumps(_MEMBER).encode(),
    ),
    "AmazonSQS.SendMessage": (Call("sqs", "SendMessage"), b'{"MessageId":"benchmark"}'),
}


class Server:
    """A context: serves on entry, ends on exit. `calls` are those since it was cleared."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.calls: list[Call] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[str, bytes, dict[str, str]]:
        """Content type, body and further headers of the answer to a call; raises LookupError for one it was not taught."""
        if target.startswith("DynamoDB_20120810."):
            return self._dynamodb(target.partition(".")[2], body)
        if target in _SAID:
            operation, said = _SAID[target]
            self.calls.append(operation)
            return "application/x-amz-json-1.1", said, {}
        if path == "/v2/email/outbound-emails":
            self.calls.append(Call("sesv2", "SendEmail"))
            return "application/json", b'{"MessageId":"0100018f-benchmark"}', {}
        if re.match(rb"(.*&)?Action=Publish(&|$)", body):
            self.calls.append(Call("sns", "Publish"))
            return "text/xml", _PUBLISHED.encode(), {}
        if method == "GET" and "/cases/" in path:
            self.calls.append(Call("s3", "GetObject"))
            return (
                "image/jpeg",
                JPEG,
                {"Content-Range": "bytes 0-31/120000", "Last-Modified": "Tue, 02 Jan 2024 03:04:05 GMT"},
            )
        if method == "PUT" and "/taken/" in path:
            self.calls.append(Call("s3", "CopyObject"))
            return "application/xml", _COPIED, {}
        if method == "GET" and "/taken/" in path:
            self.calls.append(Call("s3", "GetObject"))
            return "text/csv", SHEET, {"Last-Modified": "Tue, 02 Jan 2024 03:04:05 GMT"}
        raise LookupError(f"{method} {path} {target}")

    def _dynamodb(self, operation: str, body: bytes) -> tuple[str, bytes, dict[str, str]]:
        units, text = self._kept(operation, body) if self.tables.taught else self._made(operation, body)
        call = json.loads(body)
        self.calls.append(
            Call(
                "dynamodb", operation, call.get("TableName", ""), call.get("IndexName", ""), _partition(call),
                call.get("Limit"), units, item_size(call["Item"]) if operation == "PutItem" else 0,
            )
        )  # fmt: skip
        return "application/x-amz-json-1.0", text, {"x-amz-crc32": str(crc32(text))}

    def _made(self, operation: str, body: bytes) -> tuple[float, bytes]:
        answer = self.tables.answer(operation, json.loads(body))
        return answer.units, json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()

    @cache  # noqa: B019 - one server lives as long as the run
    def _kept(self, operation: str, body: bytes) -> tuple[float, bytes]:
        return self._made(operation, body)


def _partition(call: dict[str, Any]) -> str:
    return str(next(iter(call["ExpressionAttributeValues"][":0"].values()))) if "KeyConditionExpression" in call else ""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind, text, headers = server.answer(self.command, self.path, self.headers.get("X-Amz-Target", ""), body)
            head = {
                "Server": "Server", "Content-Type": kind, "Content-Length": str(len(text)), "Connection": "keep-alive",
                "x-amzn-RequestId": REQUEST_ID, **headers,
            }  # fmt: skip
            lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            # In one piece, so that neither side waits for the other's acknowledgement.
            self.wfile.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + text)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Every call is in `calls`."""

    return Handler
