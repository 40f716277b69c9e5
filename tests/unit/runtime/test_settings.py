"""The one reader of the environment."""

import re
from pathlib import Path

import pytest

from chalicelib.runtime.settings import settings

CODE = Path(__file__).parents[3] / "chalicelib"


def test_nobody_else_reads_the_environment() -> None:
    readers = {
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    }
    assert readers == {"runtime/settings.py"}


def test_the_settings_are_read_once_and_cannot_be_changed() -> None:
    assert settings() is settings()
    with pytest.raises(AttributeError):
        settings().stage = "prod"  # type: ignore[misc]
    assert settings().region
