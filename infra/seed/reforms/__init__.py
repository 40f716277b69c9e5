"""The reforms of 2025 as rows of text, a folder a day; made by `python -m infra.seed.reforms.generate`, read by infra.reform."""

import csv
from collections.abc import Iterator
from pathlib import Path

REFORMS = Path(__file__).parent
KINDS = ("areas", "agencies", "officers", "categories", "watches", "successors")
Row = dict[str, str]


def days() -> tuple[str, ...]:
    """The effective days of the reforms at hand, the earliest first."""
    return tuple(sorted(path.name for path in REFORMS.iterdir() if (path / "successors.csv").is_file()))


def read(day: str, name: str) -> Iterator[Row]:
    """The rows of one table of the reform of that day, in the file's order; none where it has no such table."""
    path = REFORMS / day / f"{name}.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
