"""The seed's tables as rows of text; their provenance is told in README.md beside them."""

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent
Row = dict[str, str]


def read(name: str) -> Iterator[Row]:
    """The rows of `<name>.csv` in the file's order."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
