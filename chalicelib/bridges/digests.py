"""The agencies' desks as digests wish to see them (notices.digest_service.Desks). Only wiring uses it."""

from collections.abc import Iterator, Sequence

from chalicelib.directory.service import Directory
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.ports import Store
from chalicelib.feedback.values import Level
from chalicelib.notices.digests import Work

_PAGE = 100
# An agency with more has other worries than the length of a list; its e-mail shows twenty of each group.
MOST_WORKS = 1000


class AgencyDesks:
    """What lies at the agencies' desks: what waits for the reporter does not."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def agencies(self) -> Sequence[str]:
        """The codes of the agencies that work today."""
        return tuple(self._pages_of_agencies())

    def works(self, agency: str) -> Sequence[Work]:
        """The cases that are the agency's to answer, the earliest deadline first."""
        return tuple(self._works(agency))

    def _pages_of_agencies(self) -> Iterator[str]:
        after: str | None = ""
        while after is not None:
            page = self._directory.agencies(after=after)
            yield from (agency.code for agency in page.items)
            after = page.next_cursor

    def _works(self, agency: str) -> Iterator[Work]:
        place, left = None, MOST_WORKS
        while left > 0:
            lines, place = self._store.desk(agency, _PAGE, place)
            heads = self._store.heads([line.code for line in lines])
            for line in lines:
                case = heads.get(line.code)
                # The index may be a moment behind the table.
                if case is not None and case.assignment is not None and case.agency == agency:
                    held = case.assignment
                    yield Work(
                        case.code, case.category, case.area, held.number, held.at, held.deadline,
                        # An agency that submits a draft without a word has accepted as well.
                        case.status is not Status.ASSIGNED, case.level is Level.URGENT,
                    )  # fmt: skip
            left -= _PAGE
            if place is None:
                return
