"""A local stack for a test run, or for one file of tests that would disturb the others."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.address import Address


def own_stack(name: str = "") -> Iterator[Address]:
    """A stack of this run alone, seeded; ended and cleared away afterwards. `name` tells several of one run apart."""
    from infra.local import stack as local  # only tests that ask for a stack pay for its imports

    folder = Path(f".local/test-{os.getpid()}{name}")
    with local.Stack(folder, port=0) as started:
        started.seed()
        yield Address.read(started.note)
    # Its lock is free now, so another run of this working copy may be clearing it away at the same moment.
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)
