"""Writes the words of notices as JSON in the place of TOML, in an unpacked package.

    python -m infra.notice_words TREE

Python reads TOML in Python, a hundred times slower than JSON in C, and a process reads its words at its first message.
"""

import sys
import tomllib
from pathlib import Path

import msgspec

from chalicelib.notices.wording import TEMPLATES


def write_into(tree: Path) -> None:
    """Write each file of words anew beside the old one, and take that away; raises tomllib.TOMLDecodeError."""
    for file in sorted((tree / TEMPLATES.relative_to(Path.cwd())).rglob("*.toml")):
        words = tomllib.loads(file.read_text("utf-8"))
        file.with_suffix(".json").write_bytes(msgspec.json.encode(words))
        file.unlink()


if __name__ == "__main__":
    write_into(Path(sys.argv[1]))
