"""What a package knows of paths and modules is what the routes say, and it loads no more than it is asked for."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import app as composition
from chalicelib.runtime.http import ENDPOINTS
from infra.doors import DOCUMENT
from tests.contract.packaged import Packaged

TABLE = "chalicelib/runtime/doors.json"
# Answers one request in the unpacked package, then says which of our modules of routes that took.
ASK = """
import json, sys
import app
from tests.gateway import call
answer = call(app.app, "GET", sys.argv[1])
print(json.dumps([answer.status, answer.json, [name for name in app.ROUTES if name in sys.modules]]))
"""


@pytest.fixture(scope="module")
def task(packaged: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package unpacked."""
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(packaged.archive) as archive:
        archive.extractall(folder)
    return folder


def _ask(task: Path, path: str) -> tuple[int, Any, list[str]]:
    """Status, body and modules of a request to the package in a process of its own."""
    # Paths in front of the package's hold what the test itself needs; the working copy's application comes after it.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(task), str(Path.cwd())))}
    done = subprocess.run(
        [sys.executable, "-B", "-c", ASK, path], cwd=task, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    status, body, modules = json.loads(done.stdout.splitlines()[-1])
    return status, body, modules


def test_the_table_says_of_every_path_which_modules_hold_its_handlers(task: Path) -> None:
    told = json.loads((task / TABLE).read_text("utf-8"))
    told.pop(DOCUMENT)
    handlers = {
        path: sorted({entry.view_function.__module__ for entry in entries.values()})
        for path, entries in composition.app.routes.items()
        if path != DOCUMENT
    }
    assert told == handlers


def test_every_module_with_routes_is_among_those_that_the_app_knows() -> None:
    written = {
        ".".join(file.with_suffix("").parts)
        for file in Path("chalicelib").rglob("*routes.py")
        if "Blueprint(" in file.read_text("utf-8")
    }
    assert written == set(composition.ROUTES)
    assert list(composition.ROUTES) == sorted(written)


def test_a_packaged_process_loads_the_routes_that_it_is_asked_for_alone(task: Path) -> None:
    status, _, modules = _ask(task, "/v1/health")
    assert (status, modules) == (200, ["chalicelib.api.routes"])


def test_the_document_of_a_packaged_process_tells_of_every_route_all_the_same(task: Path) -> None:
    status, body, modules = _ask(task, DOCUMENT)
    assert (status, modules) == (200, list(composition.ROUTES))
    assert {(method.upper(), path) for path, methods in body["paths"].items() for method in methods} == {
        (spec.method, spec.path) for spec in ENDPOINTS if spec.problem_page is None
    }
