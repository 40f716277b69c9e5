"""Makes chalicelib/core/working_days.py from data/calendar.csv: `python -m infra.seed.working_days`.

With `--estimate` it first adds the weekdays off of coming years that the file does not know yet, from the package
`holidays` (a tool for this step alone: `pip install holidays`); what the file says about a year is never touched.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from infra.seed.data import DATA, Row, read

LAST_YEAR = 2030
TARGET = Path(__file__).parents[2] / "chalicelib" / "core" / "working_days.py"
FIELDS = ("date", "weekday", "kind", "name_vi", "swapped_with", "certainty", "source")

_HEAD = '''"""Days off on weekdays and make-up Saturdays; made by infra/seed/working_days.py from its calendar.csv."""

FIRST_YEAR = {first}
LAST_YEAR = {last}

'''


def table(rows: Iterable[Row]) -> str:
    """The text of the module for the rows of calendar.csv."""
    rows = sorted(rows, key=lambda row: row["date"])
    years = [int(row["date"][:4]) for row in rows]
    return (
        _HEAD.format(first=min(years), last=max(years))
        + _tuple("DAYS_OFF", (row for row in rows if row["kind"] == "off" and _is_weekday(row["date"])))
        + "\n"
        + _tuple("MAKE_UP_DAYS", (row for row in rows if row["kind"] == "work"))
    )


def _tuple(name: str, rows: Iterable[Row]) -> str:
    return f"{name} = (\n" + "".join(f'    "{row["date"]}",  # {row["name_vi"]}\n' for row in rows) + ")\n"


def _is_weekday(day: str) -> bool:
    return date.fromisoformat(day).weekday() < 5


def estimated(known: set[int]) -> Iterator[Row]:
    """Rows for the years up to LAST_YEAR that are not `known`, as the package `holidays` expects them."""
    try:
        import holidays  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        sys.exit("The package 'holidays' is missing: pip install holidays")
    years = [year for year in range(min(known), LAST_YEAR + 1) if year not in known]
    found = holidays.country_holidays("VN", years=years, language="vi")
    for day in sorted(found):
        if day.weekday() < 5:
            yield {
                "date": day.isoformat(),
                "weekday": f"{day:%a}",
                "kind": "off",
                "name_vi": found[day],
                "swapped_with": "",
                "certainty": "estimate",
                "source": f"holidays package {holidays.__version__}",
            }


def main(arguments: list[str]) -> None:
    """Write the module, with `--estimate` after completing the file."""
    rows = list(read("calendar"))
    if "--estimate" in arguments:
        rows += estimated({int(row["date"][:4]) for row in rows})
        with (DATA / "calendar.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    TARGET.write_text(table(rows), encoding="utf-8")
    print(f"{TARGET.name}: {len(rows)} rows of calendar.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
