"""What tests share: one deployed local stack for the whole run, and the way to it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.address import Address
from tests.own_stack import own_stack

# How long one example takes says more of the machine's other work than of the code; a run repeats what it finds.
settings.register_profile("calm", deadline=None, print_blob=True)
settings.load_profile("calm")


PROOFS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def proven(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Says at the end of the run what a proof has counted: `proven("k", "300 lives, …")`; docs/proofs.md lists them."""
    lines = request.config.stash.setdefault(PROOFS, [])
    return lambda letter, counted: lines.append(f"proof ({letter}): {counted}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line a proof, after everything else."""
    for line in sorted(config.stash.get(PROOFS, [])):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def stack() -> Iterator[Address]:
    """A stack of this test run alone; STACK=.local/stack.json uses one that is up instead."""
    running = os.environ.get("STACK")
    if running:
        yield Address.read(Path(running))
        return
    from infra.local import stack as local  # only tests that ask for a stack pay for its imports

    local.clear_abandoned(Path(".local"))
    yield from own_stack()
