"""What the administrators change in the directory: agencies with their officers, categories with their routing, the calendar.

Every change is a row from a day on with an entry in the history of its code, written together or not at all. Whoever changes says
which version he has read: of two at once one wins, and the other is told.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Generic, Protocol, TypeVar

import msgspec

from chalicelib.core.calendar import DayKind, official
from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.errors import Conflict, FieldError, Invalid, LostRace, NotFound, invalid
from chalicelib.directory import changes, contacts
from chalicelib.directory.changes import Change, Write
from chalicelib.directory.commands import Command, End, KeepAgency, KeepCategory, KeepDay
from chalicelib.directory.model import Agency, Area, AreaLevel, Category, DayChange, Officer, Officers, RoutingStep
from chalicelib.directory.watching import circle

Row = TypeVar("Row")

AGENCY, CATEGORY, CALENDAR = "agency", "category", "calendar"
# Changes of other codes of the kind may come between; each makes this one look again at what it checks against them.
_TRIES = 5
_FARTHEST = timedelta(days=3 * 366)
# So many open cases are counted; where there are more, that is enough to know.
MOST_COUNTED = 100


class Mark(msgspec.Struct, frozen=True):
    """How often a code was changed, and how often any of its kind."""

    version: int
    of_kind: int


class Store(Protocol):
    """Rows and their history, read as they stand."""

    def areas(self) -> Sequence[Area]:
        """Every row of every area."""

    def agencies(self) -> Sequence[Agency]:
        """Every row of every agency."""

    def officers(self, agency: str) -> Sequence[Officers]:
        """Every row of the officers of one agency."""

    def categories(self) -> Sequence[Category]:
        """Every row of every category."""

    def day_changes(self) -> Sequence[DayChange]:
        """Every override of the calendar."""

    def mark(self, kind: str, code: str) -> Mark:
        """How often a code and its kind were changed."""

    def history(self, kind: str, code: str) -> Sequence[Change]:
        """Every change of a code, the newest first."""

    def keep(self, kind: str, code: str, of_kind: int, change: Change, writes: Sequence[Write]) -> None:
        """Write rows and the change together; raises LostRace where any of them, or the kind, is other than was read."""


class Record(msgspec.Struct, Generic[Row], frozen=True):
    """What there is under a code: its version, its rows, and what a change brings along that is worth knowing."""

    code: str
    version: int
    rows: tuple[Row, ...]
    officers: tuple[Officers, ...] = ()
    notes: tuple[FieldError, ...] = ()


class Administration:
    """One method a use case; `open_cases` counts what waits at an agency, up to a limit."""

    def __init__(self, store: Store, clock: Clock, open_cases: Callable[[str, int], int]) -> None:
        self._store = store
        self._clock = clock
        self._open_cases = open_cases

    # Reading

    def categories(self) -> Sequence[Category]:
        """Every row of every category, in the order of lists."""
        return sorted(self._store.categories(), key=lambda row: (row.order, row.code, row.valid_from))

    def category(self, code: str) -> Record[Category]:
        """Every row of a category; raises NotFound."""
        return self._found(CATEGORY, code, self._store.categories)

    def agency(self, code: str) -> Record[Agency]:
        """Every row of an agency and of its officers; raises NotFound."""
        found = self._found(AGENCY, code, self._store.agencies)
        return msgspec.structs.replace(found, officers=_sorted(self._store.officers(code)))

    def calendar(self) -> Sequence[DayChange]:
        """Every override of the calendar, by day."""
        return sorted(self._store.day_changes(), key=lambda row: row.day)

    def day(self, day: date) -> Record[DayChange]:
        """The override of a day, if there is one."""
        mark = self._store.mark(CALENDAR, day.isoformat())
        rows = tuple(row for row in self._store.day_changes() if row.day == day)
        return Record(day.isoformat(), mark.version, rows)

    def history(self, kind: str, code: str) -> Sequence[Change]:
        """Who changed what a code stands for, when and why, the newest first; empty where nobody did."""
        return self._store.history(kind, code)

    # Changing

    def keep_category(self, user: str, code: str, command: KeepCategory) -> Record[Category]:
        """Let a category hold from a day on; for cases that come then, others go on as they began. Raises Invalid, Conflict."""
        day = self._first_day("valid_from", command.valid_from)
        if errors := command.problems():
            raise Invalid(errors)
        names = set(Category.__struct_fields__) & set(KeepCategory.__struct_fields__) - {"routing", "valid_from"}
        routing = tuple(RoutingStep(step.kind, step.level) for step in command.routing)
        given = {name: getattr(command, name) for name in names}
        new = Category(code=code, valid_from=day, routing=routing, **given)
        self._change(CATEGORY, user, code, command, lambda: changes.from_day(self._rows(CATEGORY, code), new))
        kept = self.category(code)
        return msgspec.structs.replace(kept, notes=tuple(self._unserved(new)))

    def end_category(self, user: str, code: str, command: End) -> Record[Category]:
        """Let nobody choose a category from a day on; its cases go on. Raises NotFound, Conflict."""
        day = self._first_day("on", command.on)
        self._change(CATEGORY, user, code, command, lambda: changes.ended(self._rows(CATEGORY, code), day))
        return self.category(code)

    def keep_agency(self, user: str, code: str, command: KeepAgency) -> Record[Agency]:
        """Let an agency and its officers be so from a day on. Raises Invalid with all that is wrong, Conflict for a circle."""
        day = self._first_day("valid_from", command.valid_from)
        new, officers = _agency(code, day, command)

        def decide() -> list[Write]:
            return self._agency_writes(new) + changes.from_day(self._store.officers(code), officers)

        self._change(AGENCY, user, code, command, decide)
        return self.agency(code)

    def end_agency(self, user: str, code: str, command: End) -> Record[Agency]:
        """Let an agency end on a day; what waits there and who stands below it is said. Raises NotFound, Conflict."""
        day = self._first_day("on", command.on)
        self._change(AGENCY, user, code, command, lambda: changes.ended(self._rows(AGENCY, code), day))
        return msgspec.structs.replace(self.agency(code), notes=tuple(self._left_behind(code, day)))

    def keep_day(self, user: str, day: date, command: KeepDay) -> Record[DayChange]:
        """Let a day, today or to come, be off, a working day, or what the public calendar says. Raises Invalid, Conflict."""
        today = self._today()
        if not today <= day <= today + _FARTHEST:
            raise invalid("day", "field.day_range")
        kind = command.kind
        if kind == "official":
            kind = (DayKind.WORK if official().is_working_day(day) else DayKind.OFF).value
        new = DayChange(day=day, kind=kind, reason=command.reason)

        def decide() -> list[Write]:
            return [Write(new, next((row for row in self._store.day_changes() if row.day == day), None))]

        self._change(CALENDAR, user, day.isoformat(), command, decide)
        return self.day(day)

    def _change(self, kind: str, user: str, code: str, command: Command, decide: Callable[[], list[Write]]) -> None:
        """Write what `decide` says on what stands; nothing where that is so already, whoever repeats it."""
        for _ in range(_TRIES):
            mark = self._store.mark(kind, code)
            writes = [write for write in decide() if write.row != write.before]
            if not writes:
                return
            if mark.version != command.version:
                raise Conflict("error.version", version=mark.version)
            entry = changes.change(mark.version + 1, self._clock(), user, command.reason, writes)
            try:
                self._store.keep(kind, code, mark.of_kind, entry, writes)
            except LostRace:
                continue
            return
        raise LostRace("error.directory_race")

    def _agency_writes(self, new: Agency) -> list[Write]:
        """What is to be written for an agency, once it is found to fit the others."""
        rows = self._store.agencies()
        own = [row for row in rows if row.code == new.code]
        writes = changes.from_day(own, new)
        if writes:
            self._check_agency(rows, new, writes)
        return writes

    def _check_agency(self, rows: Sequence[Agency], new: Agency, writes: list[Write]) -> None:
        day, areas = new.valid_from, self._store.areas()
        known = {area.code for area in areas if area.valid_on(day)}
        errors = [
            FieldError(f"areas.{place}", "field.area") for place, code in enumerate(new.areas) if code not in known
        ]
        if new.parent and not any(row.code == new.parent and row.valid_on(day) for row in rows):
            errors.append(FieldError("parent", "field.agency"))
        made = next(write.row for write in writes if isinstance(write.row, Agency) and write.row.valid_from == day)
        before = next((row for row in rows if row.code == new.code and row.valid_on(day)), None)
        if twice := changes.served_twice(rows, made, before):
            errors.append(FieldError("areas", "field.served_twice", (("area", twice[0]), ("agency", twice[1]))))
        if errors:
            raise Invalid(errors)
        if found := circle(changes.after(rows, writes)):
            raise Conflict("error.agency_circle", agencies=" → ".join(found))

    def _left_behind(self, code: str, day: date) -> list[FieldError]:
        notes = []
        if waiting := self._open_cases(code, MOST_COUNTED):
            notes.append(FieldError("cases", "field.open_cases", (("count", waiting),)))
        below = [row.code for row in self._store.agencies() if row.parent == code and row.valid_on(day)]
        if below:
            named = ", ".join(sorted(below)[:10])
            notes.append(FieldError("parent", "field.agencies_below", (("count", len(below)), ("agencies", named))))
        return notes

    def _unserved(self, category: Category) -> list[FieldError]:
        """The steps of a rule that can find nobody on its first day."""
        day = category.valid_from
        levels: dict[str, AreaLevel] = {row.code: row.level for row in self._store.areas() if row.valid_on(day)}
        served = {
            (row.kind, levels[area])
            for row in self._store.agencies() if row.valid_on(day)
            for area in row.areas if area in levels
        }  # fmt: skip
        return [
            FieldError(f"routing.{place}", "field.step_unserved", (("kind", step.kind), ("level", step.level)))
            for place, step in enumerate(category.routing) if (step.kind, step.level) not in served
        ]  # fmt: skip

    def _rows(self, kind: str, code: str) -> list[Agency] | list[Category]:
        if kind == AGENCY:
            return [row for row in self._store.agencies() if row.code == code]
        return [row for row in self._store.categories() if row.code == code]

    def _found(self, kind: str, code: str, read: Callable[[], Sequence[Row]]) -> Record[Row]:
        mark = self._store.mark(kind, code)
        rows = [row for row in read() if getattr(row, "code", "") == code]
        if not rows:
            raise NotFound()
        return Record(code, mark.version, _sorted(rows))

    def _first_day(self, field: str, wanted: date | None) -> date:
        today = self._today()
        if wanted is not None and not today <= wanted <= today + _FARTHEST:
            raise invalid(field, "field.day_range")
        return wanted or today

    def _today(self) -> date:
        now: datetime = self._clock()
        return now.astimezone(VIETNAM).date()


def _agency(code: str, day: date, command: KeepAgency) -> tuple[Agency, Officers]:
    """The rows that a command asks for; raises Invalid with all that is wrong with its fields by themselves."""
    errors = [*command.problems(), *contacts.email_problem("email", command.email)]
    phone = contacts.office_number(command.phone)
    if phone is None:
        errors.append(FieldError("phone", "field.office_phone"))
    officers = []
    for place, person in enumerate(command.officers):
        errors += contacts.email_problem(f"officers.{place}.email", person.email)
        mobile = contacts.mobile_number(person.phone)
        if mobile is None:
            errors.append(FieldError(f"officers.{place}.phone", "field.phone"))
        officers.append(Officer(role=person.role, name=person.name, email=person.email, phone=mobile or ""))
    if errors:
        raise Invalid(errors)
    made = Agency(
        code=code, kind=command.kind, name=command.name, short_name=command.short_name, areas=command.areas,
        parent=command.parent, email=command.email, phone=phone or "", approval=command.approval, valid_from=day,
    )  # fmt: skip
    return made, Officers(code=code, officers=tuple(officers), valid_from=day)


def _sorted(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: getattr(row, "valid_from", date.min)))
