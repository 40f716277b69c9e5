"""The directory before and after a reform: read whole, planned in memory, written row by row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Protocol

from chalicelib.core.clock import VIETNAM
from chalicelib.directory.model import Agency, Area, Category, DayChange, Officers, Roster, Successor, Watch
from chalicelib.directory.reform import Reform, Tables, written


class Rows(Protocol):
    """The directory's rows as stored (directory.store.DirectoryStore)."""

    def areas(self) -> Sequence[Area]: ...

    def agencies(self) -> Sequence[Agency]: ...

    def categories(self) -> Sequence[Category]: ...

    def watches(self) -> Sequence[Watch]: ...

    def successors(self) -> Sequence[Successor]: ...

    def day_changes(self) -> Sequence[DayChange]: ...

    def write(self, rows: Iterable[Any], overwrite: bool = False) -> Any: ...


class Planned:
    """Rows of a directory in memory (directory.service.Rows): as they would be read after a reform."""

    def __init__(self, tables: Tables, day_changes: Sequence[DayChange] = ()) -> None:
        self._tables = tables
        self._day_changes = day_changes

    def areas(self) -> Sequence[Area]:
        """Every row of every area."""
        return self._tables.areas

    def agencies(self) -> Sequence[Agency]:
        """Every row of every agency."""
        return self._tables.agencies

    def categories(self) -> Sequence[Category]:
        """Every row of every category."""
        return self._tables.categories

    def watches(self) -> Sequence[Watch]:
        """Every row of who watches over whom."""
        return self._tables.watches

    def successors(self) -> Sequence[Successor]:
        """Every row of what became of areas and agencies."""
        return self._tables.successors

    def day_changes(self) -> Sequence[DayChange]:
        """Every override of the calendar."""
        return self._day_changes

    def officers(self, agency: str) -> Sequence[Officers]:
        """Nobody: a plan tells nobody anything."""
        return ()

    def rosters(self) -> Sequence[Roster]:
        """None, for the same reason."""
        return ()


def stored(rows: Rows) -> Tables:
    """The tables as they stand."""
    return Tables(
        areas=tuple(rows.areas()), agencies=tuple(rows.agencies()), categories=tuple(rows.categories()),
        watches=tuple(rows.watches()), successors=tuple(rows.successors()),
    )  # fmt: skip


def effective_at(day: date) -> datetime:
    """The moment at which a reform holds: midnight in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def write(rows: Rows, tables: Tables, reform: Reform) -> Iterator[tuple[str, int]]:
    """Write what the reform changes of the tables as they were read; says how many rows of each kind were written.

    What is new comes before what ends by it, and what became of a unit before the unit ends, so that a writing that was cut off
    leaves nothing without a successor; done again it completes.
    """
    day = reform.day
    kinds: tuple[tuple[str, Iterable[Any], bool], ...] = (
        ("officers of agencies", reform.officers, False),
        ("successors", reform.successors, True),
        ("areas", written(tables.areas, reform.areas, day, Area), True),
        ("agencies", written(tables.agencies, reform.agencies, day, Agency), True),
        ("categories", written(tables.categories, reform.categories, day, Category), True),
        ("watches", written(tables.watches, reform.watches, day, Watch), True),
    )
    for name, found, overwrite in kinds:
        yield name, rows.write(found, overwrite).written
