"""Writes which module of routes serves which path, for an unpacked package.

    python -m infra.doors TREE

The table is made of the routes themselves, so it cannot say anything else; chalicelib/runtime/doors.py reads it.
"""

import sys
from pathlib import Path

import msgspec

import app
from chalicelib.runtime.doors import TABLE, Paths
from chalicelib.runtime.http import ENDPOINTS

# It tells of every route.
DOCUMENT = "/v1/openapi.json"


def paths() -> Paths:
    """The modules that each path needs."""
    made: dict[str, set[str]] = {}
    for endpoint in ENDPOINTS:
        made.setdefault(endpoint.path, set()).add(endpoint.module)
    return {path: sorted(modules) for path, modules in sorted(made.items())} | {DOCUMENT: list(app.ROUTES)}


def write_into(tree: Path) -> None:
    """Write the table beside its reader in the tree."""
    table = tree / TABLE.relative_to(Path.cwd())
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_bytes(msgspec.json.encode(paths()))


if __name__ == "__main__":
    write_into(Path(sys.argv[1]))
