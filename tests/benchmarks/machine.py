"""Runs probes (probe.py) in clean processes and counts their cost: CPU time always, instructions where valgrind is there."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VALGRIND = shutil.which("valgrind")

# The interpreter itself, without the virtual environment: what a function sees is on its path and nothing else.
PYTHON = getattr(sys, "_base_executable", sys.executable)


@dataclass(frozen=True, slots=True)
class Subject:
    """One handler to be measured: its module path, where its modules lie, what its environment says, its first event."""

    name: str
    handler: str
    path: str
    environment: Mapping[str, str]
    event: Path


@dataclass(frozen=True, slots=True)
class Report:
    """What one process said of a step: seconds of CPU, the last answer, the modules loaded (after the first step)."""

    cpu: float
    answer: Any
    modules: tuple[str, ...] = ()


class Probe:
    """A process that holds one subject and does as it is told."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.first = self._read()

    def run(self, event: Path, times: int) -> Report:
        """Answer an event some times."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{event} {times}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Report:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, trouble = self._process.communicate()
            raise RuntimeError(f"the measured process died:\n{trouble[-4000:]}")
        said = json.loads(line)
        return Report(said["cpu"], said["answer"], tuple(said.get("modules", ())))


@contextmanager
def probe(subject: Subject, wrapper: Sequence[str] = ()) -> Iterator[Probe]:
    """A process for a subject, ended on the way out."""
    command = [*wrapper, PYTHON, "-S", "-B", str(HERE / "probe.py"), subject.handler, str(subject.event)]
    environment = {
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": subject.path,
        **subject.environment,
    }
    process = subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield Probe(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)
    finally:
        process.kill()
        process.wait()


def cold(subject: Subject) -> Report:
    """One start and one answer."""
    with probe(subject) as made:
        return made.first


def instructions(
    subject: Subject, events: Mapping[str, Path], warm_up: int, times: int, folder: Path
) -> Mapping[str, float]:
    """Instructions of the start with its first answer (`cold`), and of one warm answer to each event."""
    assert VALGRIND is not None
    out = folder / f"{subject.name}.callgrind"
    wrapper = (
        VALGRIND, "--quiet", "--tool=callgrind", "--dump-before=getloadavg", f"--callgrind-out-file={out}"
    )  # fmt: skip
    with probe(subject, wrapper) as made:
        for event in events.values():
            made.run(event, warm_up)
            made.run(event, times)
    # Each mark writes a numbered file with what was counted since the one before: one after the first answer, then two a step.
    counted: dict[str, float] = {"cold": _total(out, 1)}
    for place, name in enumerate(events):
        counted[name] = _total(out, 5 + 4 * place) / times
    return counted


def _total(out: Path, part: int) -> int:
    with Path(f"{out}.{part}").open(encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("totals:"))
