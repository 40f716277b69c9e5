"""The directory's table in memory, with the conditions of the real one."""

from collections.abc import Callable, Sequence
from datetime import date

from chalicelib.core.errors import LostRace
from chalicelib.directory.administration import Mark
from chalicelib.directory.changes import Change, Write
from chalicelib.directory.model import Agency, Area, Category, DayChange, Officers


class MemoryDirectory:
    """Rows by their keys; `before_keeping` lets somebody else be faster."""

    def __init__(
        self,
        areas: Sequence[Area],
        agencies: Sequence[Agency],
        officers: Sequence[Officers],
        categories: Sequence[Category],
    ) -> None:
        self._areas = areas
        self.rows: dict[tuple[type, str, date], object] = {
            (type(row), row.code, row.valid_from): row for row in (*agencies, *officers, *categories)
        }
        self.days: dict[date, DayChange] = {}
        self.changes: dict[tuple[str, str], list[Change]] = {}
        self.counts: dict[str, int] = {}
        self.before_keeping: Callable[[], None] = lambda: None

    def areas(self) -> Sequence[Area]:
        return self._areas

    def agencies(self) -> Sequence[Agency]:
        return [row for row in self.rows.values() if isinstance(row, Agency)]

    def officers(self, agency: str) -> Sequence[Officers]:
        return [row for row in self.rows.values() if isinstance(row, Officers) and row.code == agency]

    def categories(self) -> Sequence[Category]:
        return [row for row in self.rows.values() if isinstance(row, Category)]

    def day_changes(self) -> Sequence[DayChange]:
        return list(self.days.values())

    def mark(self, kind: str, code: str) -> Mark:
        return Mark(len(self.changes.get((kind, code), ())), self.counts.get(kind, 0))

    def history(self, kind: str, code: str) -> Sequence[Change]:
        return self.changes.get((kind, code), [])[::-1]

    def keep(self, kind: str, code: str, of_kind: int, change: Change, writes: Sequence[Write]) -> None:
        rival, self.before_keeping = self.before_keeping, lambda: None
        rival()
        standing = len(self.changes.get((kind, code), ()))
        if of_kind != self.counts.get(kind, 0) or change.number != standing + 1:
            raise LostRace()
        if any(self._stored(write) != write.before for write in writes):
            raise LostRace()
        for write in writes:
            if isinstance(write.row, DayChange):
                self.days[write.row.day] = write.row
            else:
                self.rows[type(write.row), write.row.code, write.row.valid_from] = write.row
        self.changes.setdefault((kind, code), []).append(change)
        self.counts[kind] = of_kind + 1

    def _stored(self, write: Write) -> object:
        if isinstance(write.row, DayChange):
            return self.days.get(write.row.day)
        return self.rows.get((type(write.row), write.row.code, write.row.valid_from))
