"""What people think of a utility: one rating of each person, which may change; the totals are exact at any moment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Protocol

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import LostRace, invalid
from chalicelib.core.paging import Page

ATTEMPTS = 8


class UtilityRating(StrEnum):
    """hài lòng, chấp nhận được, không hài lòng."""

    SATISFIED = "satisfied"
    ACCEPTABLE = "acceptable"
    UNSATISFIED = "unsatisfied"


class RateUtility(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the caller thinks of a utility; unsatisfied needs a reason. Reasons are for the centre and never public."""

    rating: UtilityRating
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""

    def check(self) -> None:
        """Raise Invalid where an unsatisfied rating gives no reason."""
        if self.rating is UtilityRating.UNSATISFIED and len(self.reason) < 10:
            raise invalid("reason", "field.reason")


class Given(msgspec.Struct, frozen=True):
    """The rating that a person has given, and when."""

    rating: UtilityRating
    reason: str
    at: datetime


class RatingTotals(msgspec.Struct, frozen=True):
    """How many people think so of a utility; `share` is of the satisfied among all, to three decimals, null for nobody."""

    satisfied: int = 0
    acceptable: int = 0
    unsatisfied: int = 0
    share: float | None = None

    @classmethod
    def of(cls, satisfied: int, acceptable: int, unsatisfied: int) -> "RatingTotals":
        """The totals with their share."""
        everybody = satisfied + acceptable + unsatisfied
        return cls(satisfied, acceptable, unsatisfied, round(satisfied / everybody, 3) if everybody else None)


class RatingStore(Protocol):
    """Where ratings and their totals are kept."""

    def given(self, utility: str, account: str) -> Given | None:
        """What the person thinks of the utility now, read consistently."""

    def change(self, utility: str, account: str, before: Given | None, after: Given) -> bool:
        """Write a person's rating and move the totals with it; False where the rating does not stand as `before` any more.

        Also False where others changed the totals at the same moment, so that it has to be tried again.
        """

    def totals(self, utility: str) -> RatingTotals:
        """How many think what."""

    def page(self, utility: str, after: str, limit: int) -> tuple[Sequence[Given], str]:
        """At most so many ratings after a mark, in an order that says nothing, and the mark to go on from; empty at the end."""


class Ratings:
    """Giving ratings and adding them up.

    `known` raises NotFound for a utility that is not in the catalogue; `pause` waits a little before a further attempt.
    """

    def __init__(
        self, store: RatingStore, known: Callable[[str], Any], clock: Clock, pause: Callable[[int], None], secret: str
    ) -> None:  # fmt: skip
        self._store, self._known, self._clock, self._pause, self._secret = store, known, clock, pause, secret

    def rate(self, account: str, utility: str, command: RateUtility) -> RatingTotals:
        """Give or change the person's one rating; the totals after it. Raises NotFound, Invalid, LostRace."""
        command.check()
        self._known(utility)
        for attempt in range(ATTEMPTS):
            before = self._store.given(utility, account)
            if before and (before.rating, before.reason) == (command.rating, command.reason):
                return self.summary(utility)
            after = Given(command.rating, command.reason, self._clock())
            if self._store.change(utility, account, before, after):
                return self.summary(utility)
            self._pause(attempt)
        raise LostRace()

    def summary(self, utility: str) -> RatingTotals:
        """How many think what of a utility."""
        return self._store.totals(utility)

    def reasons(self, utility: str, cursor: str | None, limit: int) -> Page[Given]:
        """What people wrote with their ratings, so many ratings looked through a page; raises NotFound, Invalid."""
        self._known(utility)
        purpose = f"ratings of {utility}"
        after = open_cursor(self._secret, purpose, cursor)["after"] if cursor else ""
        found, mark = self._store.page(utility, after, limit)
        next_cursor = seal_cursor(self._secret, purpose, {"after": mark}) if mark else None
        return Page(tuple(given for given in found if given.reason), next_cursor)
