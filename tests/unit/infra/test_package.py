"""The package holds what functions read at run time, compiled, and is the same for the same input."""

import io
import zipfile
from pathlib import Path

import pytest

from infra import package


def make(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


@pytest.mark.parametrize(
    "name",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/dynamodb/2012-08-10/examples-1.json.gz",
        "boto3/data/ec2/2016-11-15/resources-1.json",
        "boto3/examples/s3.rst",
        "jinja2-3.1.6.dist-info/METADATA",
        "chalicelib/core/__pycache__/clock.cpython-311.pyc",
        "msgspec/__init__.pyi",
        "urllib3/contrib/emscripten/fetch.py",
        "defusedxml/lxml.py",
        "defusedxml/cElementTree.py",
    ],
)
def test_what_no_function_reads_is_left_out(name: str) -> None:
    assert package.is_unused(name)


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "chalicelib/pages/templates/work.html",
        "botocore/data/endpoints.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "botocore/data/sesv2/2019-09-27/endpoint-rule-set-1.json.gz",
        "botocore/cacert.pem",
        "defusedxml/ElementTree.py",
        "defusedxml/common.py",
    ],
)
def test_what_functions_read_stays(name: str) -> None:
    assert not package.is_unused(name)


def test_our_modules_keep_their_source_and_libraries_do_not(tmp_path: Path) -> None:
    path = make(tmp_path / "p.zip", {"app.py": "a = 1\n", "lib/__init__.py": "b = 2\n", "lib/data.txt": "x"})
    package.slim(path)
    found = names(path)
    assert "app.py" in found
    assert any(name.startswith("__pycache__/app.") for name in found)
    assert "lib/__init__.pyc" in found
    assert "lib/__init__.py" not in found
    assert "lib/data.txt" in found


def test_byte_code_never_asks_for_the_time_of_its_source(tmp_path: Path) -> None:
    path = make(tmp_path / "p.zip", {"lib/a.py": "b = 2\n"})
    package.slim(path)
    with zipfile.ZipFile(path) as archive:
        flags = int.from_bytes(archive.read("lib/a.pyc")[4:8], "little")
    assert flags == 0b01, "hash-based and unchecked (PEP 552)"


def test_the_same_input_makes_the_same_bytes(tmp_path: Path) -> None:
    files = {"app.py": "S = {'a', 'b', 'c'}\n", "lib/a.py": "def f(): return {'x', 'y'}\n"}
    first = make(tmp_path / "1.zip", files)
    second = make(tmp_path / "2.zip", dict(reversed(files.items())))
    package.slim(first)
    package.slim(second)
    assert first.read_bytes() == second.read_bytes()


def test_slimming_twice_changes_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "p.zip", {"app.py": "a = 1\n", "lib/a.py": "b = 2\n"})
    package.slim(path)
    once = path.read_bytes()
    package.slim(path)
    assert path.read_bytes() == once
    assert zipfile.is_zipfile(io.BytesIO(once))
