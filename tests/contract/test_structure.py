"""The house keeps its order: imports flow one way, files stay short, names say something."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

MOST_LINES = 400
WRITTEN = ("app.py", "chalicelib", "infra", "tests", "docs", ".chalice", ".ci", "Makefile")
MADE = {"__pycache__", "resources.json", "deployments", "deployed"}
# Data and generated tables are as long as what they say.
LONG = re.compile(
    r"infra/seed/data/.*\.csv|.*requirements.*\.txt|chalicelib/core/working_days\.py|infra/resources\.json"
)
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "base", "impl", "common", "misc"}


def _files() -> list[Path]:
    roots = [Path(name) for name in WRITTEN]
    found = [root for root in roots if root.is_file()] + [file for root in roots for file in root.rglob("*")]
    return sorted(file for file in found if file.is_file() and not MADE & set(file.parts))


def test_imports_flow_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(file): count
        for file in _files()
        if file.suffix in (".py", ".yaml", ".json", ".html", ".css", ".js", ".md", "") and not LONG.fullmatch(str(file))
        for count in [len(file.read_text("utf-8").splitlines())]
        if count > MOST_LINES
    }
    assert not long


def test_no_module_or_class_has_a_name_that_says_nothing() -> None:
    empty = []
    for file in (file for file in _files() if file.suffix == ".py"):
        words = set(re.split(r"[_/.]", str(file.with_suffix("")).lower()))
        classes = re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)
        for name in classes:
            words |= {word.lower() for word in re.findall(r"[A-Z][a-z]+", name)}
        empty += [f"{file}: {word}" for word in words & EMPTY_WORDS]
    assert not empty


@pytest.mark.parametrize("suffix", [".py", ".yaml", ".md", ".html", ".toml"])
def test_nothing_is_left_to_be_done_later(suffix: str) -> None:
    marks = re.compile("|".join(first + last for first, last in (("TO", "DO"), ("FIX", "ME"), ("X", "XX"))))
    left = [str(file) for file in _files() if file.suffix == suffix and marks.search(file.read_text("utf-8"))]
    assert not left


class _Once(yaml.SafeLoader):
    """YAML that refuses a key said twice, where the library silently takes the last."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> None:
    keys = [str(key.value) for key, _ in node.value if key.value != "<<"]
    assert len(set(keys)) == len(keys), f"{node.start_mark}: {keys}"
    for _, value in node.value:
        loader.construct_object(value, deep=True)


_Once.add_constructor("tag:yaml.org,2002:map", _mapping)


@pytest.mark.parametrize("file", sorted(Path("infra/resources").glob("*.yaml")), ids=lambda file: file.stem)
def test_no_resource_file_says_a_key_twice(file: Path) -> None:
    yaml.load(file.read_text("utf-8"), Loader=_Once)  # noqa: S506 - a SafeLoader
