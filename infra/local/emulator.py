"""Starts and stops one embedded stack (ministack) with all its state under one folder."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGION = "ap-southeast-1"
ACCOUNT = "000000000000"
ACCESS_KEY = SECRET_KEY = "test"  # noqa: S105 - the embedded stack's own root identity
ENVIRONMENT = Path(".local/emulator")
START_SECONDS = 60
STOP_SECONDS = 30


class NotStartedError(RuntimeError):
    """The embedded stack did not come up; the message says where its log is."""


def free_port(preferred: int = 0) -> int:
    """A port of the loopback address that nobody listens on: the preferred one if it is free."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "no free port on 127.0.0.1"
    raise OSError(message)


def environment(folder: Path, port: int) -> dict[str, str]:
    """Everything the embedded stack and its functions see of this machine."""
    return {
        "PATH": f"{ENVIRONMENT.resolve()}/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder / "tmp"),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "LAMBDA_ACCOUNT_CONCURRENCY": "1000",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
    }


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running embedded stack, ours by process id."""

    url: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """Ends it and its functions, which are in its process group; state is written on the way out, so it has time."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def start(folder: Path) -> Emulator:
    """Starts one on a free port and waits until it answers; raises NotStartedError."""
    folder = folder.resolve()
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = folder / "emulator.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(ENVIRONMENT.resolve() / "bin" / "ministack")],
            env=environment(folder, port),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    emulator = Emulator(f"http://127.0.0.1:{port}", process)
    if not _answers(emulator):
        emulator.stop()
        message = f"the embedded stack did not start; its log is {log}"
        raise NotStartedError(message)
    return emulator


def _answers(emulator: Emulator) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and emulator.process.poll() is None:
        try:
            read(emulator.url, "health")
        except (urllib.error.URLError, OSError, ValueError):
            time.sleep(0.05)
        else:
            return True
    return False


def read(url: str, what: str) -> dict[str, Any]:
    """One of the embedded stack's own pages: health, sns/sms-messages, ses/messages, sqs/messages."""
    with urllib.request.urlopen(f"{url}/_ministack/{what}", timeout=10) as answer:
        content: dict[str, Any] = json.load(answer)
    return content
