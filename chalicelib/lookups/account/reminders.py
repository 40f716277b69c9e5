"""Reminding people of the bills of their saved codes: each once, from three days before it is due until that day (docs/adr/0094).

A run goes on where the last one stopped. Whatever runs twice, a reminder is claimed before it is told, and told again only where it
certainly was not; a broken code or a provider that is down keeps nobody else's back.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Protocol

import msgspec
from msgspec.structs import replace

from chalicelib.contracts.dues import Due
from chalicelib.core.clock import VIETNAM, Clock
from chalicelib.core.codes import fingerprint, same
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.lookups.account.saved import Saved
from chalicelib.lookups.account.service import AccountSources
from chalicelib.lookups.account.standing import Standing, masked, standing
from chalicelib.lookups.model import Dataset, Kind, Utility
from chalicelib.lookups.ports import UpstreamDown
from chalicelib.lookups.rows import DUE_SHARDS

# Between these hours in Vietnam people are reminded; the round of a day begins with the first.
BEGINS, ENDS = time(8), time(20)
PAGE = 50
MOST_ERRORS = 20
# By so many shards the rounds of two days are apart: within the four days of a bill, all begin once.
TURN = 4
# After so many failures one upon another a provider is not asked again in the same run.
PATIENCE = 3
# What a run can come to with a saved code, or with one of its bills; `left` is 1 where the round of the day goes on.
FIGURES = ("told", "busy", "refused", "nothing", "told_before", "down", "changed", "gone", "broken", "left")


class Kept(msgspec.Struct, frozen=True):
    """A saved code to be reminded: its key in the order of the walk, its owner, its dataset and hash."""

    key: str
    account: str
    id: str


class Place(msgspec.Struct, frozen=True):
    """How far the round of a day has come: so many shards, and of the next one everything up to a key.

    `again` is whether some were left for a next round, since a provider was down or messages could not be taken.
    """

    day: date
    shard: int = 0
    after: str = ""
    again: bool = False

    @property
    def at(self) -> int:
        """The shard whose turn it is; a day begins with another than the day before, so that none is always the last."""
        return (self.shard + self.day.toordinal() * TURN) % DUE_SHARDS


class Utilities(Protocol):
    """The catalogue."""

    def one(self, identifier: str) -> Utility:
        """One utility; raises NotFound."""

    def dataset(self, utility: str, offer: str, kind: Kind, language: str = "vi") -> Dataset:
        """The records of an offer of that kind; raises NotFound, and Unavailable where it is suspended."""


class Teller(Protocol):
    """Takes reminders to people."""

    def tell(self, due: Due) -> str:
        """Tell a person of a bill: `told`, perhaps; `busy`, which may be repeated; `refused`, which nothing will take."""


class Book(Protocol):
    """Who is to be reminded, how far the reminders have come, and which were given."""

    def place(self) -> Place | None:
        """How far the last run came."""

    def keep_place(self, place: Place) -> None:
        """Remember how far this run came."""

    def kept(self, shard: int, after: str, limit: int) -> Sequence[Kept]:
        """The next saved codes of a shard that are to be reminded, in the order of their keys."""

    def saved(self, kept: Kept) -> Saved | None:
        """The saved code itself, read consistently; None where its owner has just taken it away."""

    def claim(self, kept: Kept, period: str, at: datetime) -> bool:
        """Take a reminder in hand; False where it was taken before."""

    def settle(self, kept: Kept, period: str, state: str, at: datetime) -> None:
        """Write what became of a reminder that the caller holds."""

    def release(self, kept: Kept, period: str, at: datetime) -> None:
        """Let a reminder be claimed again that was certainly not given."""


class Reminders:
    """Walks the saved codes that are to be reminded, once a day."""

    def __init__(self, book: Book, utilities: Utilities, sources: AccountSources, teller: Teller, clock: Clock) -> None:
        self._book = book
        self._utilities = utilities
        self._sources = sources
        self._teller = teller
        self._clock = clock

    def run(self, now: datetime, until: datetime) -> dict[str, int]:
        """Go on with the round of the day of `now`, beginning nothing after `until`; what it came to (FIGURES).

        Raises ExceptionGroup, after all others were served, where a saved code could not be.
        """
        walk = _Walk(now, Counter(dict.fromkeys(FIGURES, 0)))
        local = now.astimezone(VIETNAM)
        if not BEGINS <= local.time() < ENDS:
            return dict(walk.figures)
        place = self._book.place()
        place = place if place and place.day == local.date() else Place(local.date())
        while place.shard < DUE_SHARDS and not walk.figures["left"]:
            place = self._page(place, walk, until)
            self._book.keep_place(place)
        if walk.errors:
            raise ExceptionGroup(f"some saved codes were not served; {dict(walk.figures)}", walk.errors)
        return dict(walk.figures)

    def _page(self, place: Place, walk: "_Walk", until: datetime) -> Place:
        """Serve the next codes of a shard; where to go on."""
        page = self._book.kept(place.at, place.after, PAGE)
        for kept in page:
            if self._clock() >= until:
                walk.figures["left"] = 1
                return place
            self._serve_alone(kept, walk)
            again = place.again or bool(walk.figures["down"] or walk.figures["busy"])
            place = replace(place, after=kept.key, again=again)
        if len(page) == PAGE:
            return place
        if place.shard + 1 == DUE_SHARDS and place.again:
            # Another round, by the next run: those who were told are known.
            walk.figures["left"] = 1
            return Place(place.day)
        return replace(place, shard=place.shard + 1, after="")

    def _serve_alone(self, kept: Kept, walk: "_Walk") -> None:
        try:
            self._serve(kept, walk)
        except Exception as error:
            # One person's broken code must not keep the others back; the errors are raised at the end.
            walk.figures["broken"] += 1
            error.add_note(f"a saved code of {kept.id.partition('#')[0]}")
            walk.errors = [*walk.errors, error][:MOST_ERRORS]

    def _serve(self, kept: Kept, walk: "_Walk") -> None:
        saved = self._book.saved(kept)
        if saved is None or not saved.remind:
            walk.figures["gone"] += 1
            return
        try:
            utility = self._utilities.one(saved.utility)
            dataset = self._utilities.dataset(saved.utility, saved.offer, Kind.ACCOUNT)
        except (NotFound, Unavailable):
            walk.figures["gone"] += 1
            return
        bills = self._bills(dataset, saved, walk)
        if bills is None:
            return
        for bill in bills:
            walk.figures[self._tell(kept, _due(utility, kept, saved, bill), walk.now)] += 1
        walk.figures["nothing"] += not bills

    def _bills(self, dataset: Dataset, saved: Saved, walk: "_Walk") -> list[Standing] | None:
        """What is to be reminded of; None, and counted, where that cannot be known."""
        feed = dataset.offer.feed(saved.feed) if dataset.offer.bills else None
        if feed is None:
            walk.figures["gone"] += 1
            return None
        if walk.down[feed.provider] >= PATIENCE:
            walk.figures["down"] += 1
            return None
        try:
            account = self._sources.account(dataset, feed, saved.code)
        except UpstreamDown:
            walk.down[feed.provider] += 1
            walk.figures["down"] += 1
            return None
        walk.down[feed.provider] = 0
        if account is None or not same(account.factor, saved.factor):
            walk.figures["changed"] += 1
            return None
        today = walk.now.astimezone(VIETNAM).date()
        standings = (standing(dataset.offer, record, walk.now) for record in account.records)
        return [one for one in standings if one.to_remind(today)]

    def _tell(self, kept: Kept, due: Due, now: datetime) -> str:
        if not self._book.claim(kept, due.period, now):
            return "told_before"
        # What fails from here on may have arrived: the claim stands, and nobody is told twice.
        outcome = str(self._teller.tell(due))
        if outcome == "busy":
            self._book.release(kept, due.period, now)
        else:
            self._book.settle(kept, due.period, outcome, now)
        return outcome


class _Walk:
    """What a run has met so far."""

    def __init__(self, now: datetime, figures: Counter[str]) -> None:
        self.now = now
        self.figures = figures
        self.down = Counter[str]()
        self.errors: list[Exception] = []


def _due(utility: Utility, kept: Kept, saved: Saved, bill: Standing) -> Due:
    assert bill.due is not None, "a bill to be reminded of is due on some day"
    return Due(
        id=f"due-{fingerprint(f'{kept.id}#{bill.period}')}", account=kept.account, utility=utility.id, name_vi=utility.name.vi,
        name_en=utility.name.en, label=saved.label, code=masked(saved.code), period=bill.period, amount=bill.amount,
        due=bill.due,
    )  # fmt: skip
