"""Sample records of every feed that is uploaded, one CSV a feed: `<utility>.<offer>.<feed>.csv`, headed by columns' names.

Real are the communes, well-known places and the numbers 111 to 115; everything else is made up, which the catalogue says of the
whole utility (`sample`) and most titles and notes say again. Days are written relative to the day of loading, so that samples stay
current: `{+3d}` is a day, `{+3d 07:30}` a time of that day in Vietnam, `{-2h}` a full hour, `{-1m}` a month.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from chalicelib.core.clock import VIETNAM

SAMPLES = Path(__file__).parent

Row = dict[str, str]

_MARK = re.compile(r"\{([+-]?\d{1,3})([dhm])(?: (\d{2}:\d{2}))?\}")


class Sample(NamedTuple):
    """The sample of one feed."""

    utility: str
    offer: str
    feed: str
    path: Path

    def rows(self, now: datetime) -> list[Row]:
        """Its rows as they would be uploaded now."""
        text = current(self.path.read_text("utf-8"), now)
        return list(csv.DictReader(io.StringIO(text, newline="")))


def samples() -> Iterator[Sample]:
    """Every sample, by name."""
    for path in sorted(SAMPLES.glob("*.csv")):
        utility, offer, feed = path.stem.split(".")
        yield Sample(utility, offer, feed, path)


def current(text: str, now: datetime) -> str:
    """The text with its marks turned into days, times and months about `now`, in Vietnam."""
    local = now.astimezone(VIETNAM)
    return _MARK.sub(lambda mark: _about(local, int(mark[1]), mark[2], mark[3] or ""), text)


def by_month(rows: list[Row], column: str) -> Mapping[str, list[Row]]:
    """The rows by the month, `YYYY-MM`, that stands in a column."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column][:7], []).append(row)
    return found


def as_file(rows: list[Row]) -> bytes:
    """Rows as the CSV file that a unit would upload."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _about(local: datetime, count: int, unit: str, time: str) -> str:
    if unit == "h":
        return f"{local + timedelta(hours=count):%Y-%m-%d %H}:00"
    if unit == "m":
        months = local.year * 12 + local.month - 1 + count
        return f"{months // 12}-{months % 12 + 1:02d}"
    return f"{local + timedelta(days=count):%Y-%m-%d}{' ' if time else ''}{time}"
