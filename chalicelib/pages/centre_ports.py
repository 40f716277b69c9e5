"""What the pages of the operations centre need of accounts, cases and agencies; wiring fills it."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.core.staff import Member
from chalicelib.pages.centre_model import (
    Act,
    CentreSheet,
    Done,
    Filters,
    Listing,
    Looked,
    Tab,
    Wanted,
)
from chalicelib.pages.model import Contact, Group
from chalicelib.pages.ports import Sent


class Staff(Protocol):
    """Who is who in the operations centre."""

    def sign_in(self, email: str, password: str, code: str) -> str:
        """Begin a session and return its key.

        Raises Unauthenticated where something is wrong, Conflict for a member who has no password or second factor yet, TooMany,
        Unavailable.
        """

    def member(self, key: str) -> Member | None:
        """Who holds the session of that key now. Raises Unavailable."""

    def sign_out(self, key: str) -> None:
        """End that session, if there is one."""


class CentreDesk(Protocol):
    """Cases as the operations centre works on them."""

    def tabs(self) -> Sequence[Tab]:
        """Every list and how much is in it, counted up to a limit."""

    def listing(self, wanted: Wanted, language: str) -> Listing:
        """A page of one list; raises Invalid for a filter that is none."""

    def filters(self, language: str) -> Filters:
        """What lists can be filtered by."""

    def sheet(self, code: str, language: str) -> CentreSheet:
        """The whole case; raises NotFound."""

    def agencies(self, code: str, find: str, language: str) -> Sequence[Group]:
        """The agencies a case can be given to, whose names have all the words of `find`; the likely first. Raises NotFound."""

    def carry_out(self, user: str, code: str, act: Act, sent: Sent) -> None:
        """Do it; raises Invalid with every field that is wrong, Conflict where it cannot be done now, NotFound."""

    def reveal(self, user: str, code: str, sent: Sent) -> Contact:
        """The reporter, once it is recorded that he was looked at; raises Invalid, Conflict, NotFound."""

    def done(self, code: str) -> Done | None:
        """What happened to the case last, None where there is no such case."""

    def audit(self, code: str) -> Sequence[Looked]:
        """Who looked at the personal data of a case; raises NotFound."""
