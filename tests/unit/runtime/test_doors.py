"""A process loads the modules of routes that it is asked for, and no others."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from chalice.app import Chalice

from chalicelib.runtime.doors import Doors
from tests.gateway import call

MODULES = ("tests_doors_one", "tests_doors_two")
SOURCE = """
from chalice.app import Blueprint

routes = Blueprint(__name__)

@routes.route("/{name}", methods=["GET"])
def answer():
    return "{name}"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where two modules of routes lie, each with one path, and the table that says so."""
    for module in MODULES:
        source = SOURCE.format(name=module.rpartition("_")[2])
        (tmp_path / f"{module}.py").write_text(source, "utf-8")
    table = {"/one": ["tests_doors_one"], "/two": ["tests_doors_two"], "/all": list(MODULES)}
    (tmp_path / "table.json").write_bytes(msgspec.json.encode(table))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for module in MODULES:
        sys.modules.pop(module, None)


def _app(table: Path) -> Chalice:
    app = Chalice("doors", configure_logs=False)
    app.register_middleware(Doors(app, MODULES, table), "http")
    return app


def _loaded() -> set[str]:
    return set(MODULES) & set(sys.modules)


def test_a_path_brings_in_the_module_that_serves_it_and_no_other(folder: Path) -> None:
    app = _app(folder / "table.json")
    assert not _loaded()
    assert call(app, "GET", "/one").body == "one"
    assert _loaded() == {"tests_doors_one"}
    assert call(app, "GET", "/two").body == "two"
    assert _loaded() == set(MODULES)


def test_a_module_is_registered_once_however_often_it_is_asked_for(folder: Path) -> None:
    app = _app(folder / "table.json")
    assert [call(app, "GET", "/one").status for _ in range(3)] == [200, 200, 200]


def test_a_path_may_need_several_modules(folder: Path) -> None:
    app = _app(folder / "table.json")
    call(app, "GET", "/all")
    assert set(app.routes) >= {"/one", "/two"}


def test_a_path_that_nobody_serves_brings_in_nothing(folder: Path) -> None:
    assert call(_app(folder / "table.json"), "GET", "/nowhere").status == 405
    assert not _loaded()


def test_without_a_table_all_modules_are_there_from_the_start(folder: Path) -> None:
    app = _app(folder / "missing.json")
    assert _loaded() == set(MODULES)
    assert set(app.routes) == {"/one", "/two"}
