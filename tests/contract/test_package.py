"""What is deployed: small, compiled, without what no function reads."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from jinja2 import ModuleLoader

from chalicelib.notices.wording import TEMPLATES, read
from chalicelib.templates import COMPILED
from infra.jinja_templates import FOLDERS, KINDS
from infra.layers import building
from tests.contract.packaged import Packaged

BUDGET = 6 * 1024 * 1024
POWERTOOLS = "aws_lambda_powertools/"


def test_the_package_is_within_six_megabytes(packaged: Packaged) -> None:
    assert packaged.archive.stat().st_size <= BUDGET


def test_every_module_comes_with_byte_code_since_the_disk_is_read_only(packaged: Packaged) -> None:
    names = set(zipfile.ZipFile(packaged.archive).namelist())
    sources = [name for name in names if name.endswith(".py")]
    assert "app.py" in sources
    missing = []
    for source in sources:
        folder, _, file = source.rpartition("/")
        stem = f"{folder}/__pycache__/{file[:-3]}." if folder else f"__pycache__/{file[:-3]}."
        if not any(name.startswith(stem) and name.endswith(".pyc") for name in names):
            missing.append(source)
    assert not missing


def test_tests_infra_and_development_tools_stay_at_home(packaged: Packaged) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(packaged.archive).namelist()}
    assert not tops & {
        "tests",
        "infra",
        "docs",
        "pytest",
        "mypy",
        "ruff",
        "hypothesis",
        "cfnlint",
        "playwright",
        ".chalice",
    }


def test_the_layer_of_spreadsheets_is_small_compiled_and_where_lambda_looks(packaged: Packaged) -> None:
    archive = packaged.folder / "spreadsheets.zip"
    names = zipfile.ZipFile(archive).namelist()
    assert archive.stat().st_size <= building.MAX_BYTES
    assert "python/openpyxl/__init__.pyc" in names
    assert not [name for name in names if not name.startswith("python/") or name.endswith(".py")]


def test_what_only_a_layer_has_is_not_in_the_package(packaged: Packaged) -> None:
    assert not {"openpyxl", "et_xmlfile"} & {
        name.split("/")[0] for name in zipfile.ZipFile(packaged.archive).namelist()
    }


def test_the_words_of_notices_come_as_json_that_says_the_same(packaged: Packaged) -> None:
    with zipfile.ZipFile(packaged.archive) as archive:
        names = [name for name in archive.namelist() if "notices/templates/" in name]
        assert not [name for name in names if name.endswith(".toml")]
        said = {name: json.loads(archive.read(name)) for name in names if name.endswith(".json")}
    written = {str(file.relative_to(Path.cwd()).with_suffix(".json")): read(file) for file in TEMPLATES.rglob("*.toml")}
    assert written
    assert said == written


def test_of_powertools_what_logs_and_measures_is_there_and_no_more(packaged: Packaged) -> None:
    inside = {
        name.split("/")[1] for name in zipfile.ZipFile(packaged.archive).namelist() if name.startswith(POWERTOOLS)
    }
    assert {"logging", "metrics", "shared", "utilities"} <= inside
    assert "event_handler" not in inside
    code = (
        "from aws_lambda_powertools import Logger, Metrics; from aws_lambda_powertools.metrics import EphemeralMetrics"
    )
    environment = {"PYTHONPATH": str(packaged.archive), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys._base_executable, "-S", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_template_comes_compiled(packaged: Packaged) -> None:
    archive = set(zipfile.ZipFile(packaged.archive).namelist())
    for folder in FOLDERS:
        written = {path.name for kind in KINDS for path in folder.glob(f"*.{kind}")}
        assert written
        compiled = folder.relative_to(Path.cwd()) / COMPILED
        assert {str(compiled / ModuleLoader.get_module_filename(name)) for name in written} <= archive
