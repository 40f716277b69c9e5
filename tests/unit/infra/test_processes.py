"""Only processes that the stack started are ever ended."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import processes


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_a_remembered_process_is_ended(tmp_path: Path, sleeper: "subprocess.Popen[bytes]") -> None:
    processes.remember(tmp_path, "server", sleeper.pid)
    assert processes.running(tmp_path, "server") == sleeper.pid
    assert processes.end(tmp_path, "server")
    assert sleeper.wait(5) != 0
    assert processes.running(tmp_path, "server") is None


def test_a_later_process_with_the_same_id_is_left_alone(tmp_path: Path, sleeper: "subprocess.Popen[bytes]") -> None:
    note = {"pid": sleeper.pid, "identity": "1 some other program"}
    (tmp_path / "server.pid").write_text(json.dumps(note), "utf-8")
    assert not processes.end(tmp_path, "server")
    assert sleeper.poll() is None


def test_a_process_that_is_gone_is_not_running(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    processes.remember(tmp_path, "server", process.pid)
    process.wait()
    assert not processes.end(tmp_path, "server")
    assert not (tmp_path / "server.pid").exists()


def test_nothing_remembered_is_nothing_running(tmp_path: Path) -> None:
    assert processes.running(tmp_path, "server") is None
    assert not processes.end(tmp_path, "server")


def test_the_identity_of_a_process_stays_the_same() -> None:
    assert processes.identity(os.getpid()) == processes.identity(os.getpid())
