"""Remembers the processes that a stack started, so that only those are ever ended."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

WAIT_SECONDS = 40


def identity(pid: int) -> str | None:
    """What tells this process from a later one with its id: when it started, what it runs; None if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        command = Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return None if Path("/proc/self").exists() else _identity_without_proc(pid)
    ended = fields[0] in {"Z", "X"}
    return None if ended else f"{fields[19]} {command}"


def _identity_without_proc(pid: int) -> str | None:
    command = ["ps", "-ww", "-o", "lstart=,command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None


def remember(folder: Path, name: str, pid: int) -> None:
    """Writes down a process that belongs to the stack in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.pid").write_text(json.dumps({"pid": pid, "identity": identity(pid)}), "utf-8")


def forget(folder: Path, name: str) -> None:
    """Drops the note of a process, whether there is one or not."""
    (folder / f"{name}.pid").unlink(missing_ok=True)


def running(folder: Path, name: str) -> int | None:
    """The id of a remembered process if it still is the very one that was started, else None."""
    try:
        note = json.loads((folder / f"{name}.pid").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    pid, known = int(note["pid"]), note["identity"]
    return pid if known and identity(pid) == known else None


def end(folder: Path, name: str) -> bool:
    """Asks a remembered process to end and waits for it; False if it was not running. Insists after WAIT_SECONDS."""
    pid = running(folder, name)
    if pid is None:
        forget(folder, name)
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + WAIT_SECONDS
    while running(folder, name) is not None:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    forget(folder, name)
    return True
