"""Saved codes: what a person has proved to know once is kept, so that one call shows all their bills and none is forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.codes import same
from chalicelib.core.errors import Conflict, NotFound, Unavailable, invalid
from chalicelib.lookups.account.service import AccountLookups, AccountSources, Datasets, Proven, Question
from chalicelib.lookups.account.standing import Standing, Unpaid, standing, unpaid
from chalicelib.lookups.model import Dataset, Kind
from chalicelib.lookups.ports import Account, Freshness, UpstreamDown
from chalicelib.lookups.rows import code_hash

MOST_SAVED = 20
# How long one call for all bills goes on asking providers; what is left then is told as not answered.
PATIENCE = timedelta(seconds=8)


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A code that a person keeps, under a `label` of their own; `id` is its hash, `factor` what is kept of the second thing."""

    id: str
    utility: str
    offer: str
    feed: str
    code: str
    factor: str
    label: str
    remind: bool
    saved_at: datetime

    @property
    def dataset(self) -> str:
        """The dataset that the code is of."""
        return f"{self.utility}.{self.offer}"


class Trouble(StrEnum):
    """Why a saved code shows no records: another second thing is known now, nothing is, or whoever knows does not answer.

    Or the utility is suspended, or there is no such offer any more.
    """

    VERIFY_AGAIN = "verify_again"
    NOTHING_KNOWN = "nothing_known"
    UPSTREAM_DOWN = "upstream_down"
    SUSPENDED = "suspended"
    GONE = "gone"


class Bill(msgspec.Struct, frozen=True):
    """One saved code with its records, the newest first, or its trouble."""

    saved: Saved
    records: tuple[Standing, ...] = ()
    freshness: Freshness | None = None
    trouble: Trouble | None = None


class Bills(msgspec.Struct, frozen=True):
    """All bills of a person, and what is left to pay of those that are known."""

    items: tuple[Bill, ...]
    unpaid: Unpaid


class Store(Protocol):
    """Where saved codes are kept."""

    def of(self, account: str) -> Sequence[Saved]:
        """Those of a person, read consistently, in no order; at most a few more than may be."""

    def keep(self, account: str, saved: Saved) -> None:
        """Write one over what stands under its id, and let it be found by the reminders if it is to be."""

    def remove(self, account: str, saved: Saved) -> bool:
        """Take one away; whether it was there."""

    def forget(self, account: str) -> None:
        """Take away which reminders a person was given."""


class SavedCodes:
    """One method a use case."""

    def __init__(
        self, store: Store, lookups: AccountLookups, datasets: Datasets, sources: AccountSources, clock: Clock, secret: str,
    ) -> None:  # fmt: skip
        self._store = store
        self._lookups = lookups
        self._datasets = datasets
        self._sources = sources
        self._clock = clock
        self._secret = secret

    def save(self, question: Question, label: str, remind: bool) -> Saved:
        """Keep a code whose second thing is right; one that is kept already is written anew.

        Raises what looking it up raises, Invalid for a reminder of what is no bill, Conflict where there are 20.
        """
        dataset = self._datasets.dataset(question.utility, question.offer, Kind.ACCOUNT, question.language)
        if remind and not dataset.offer.bills:
            raise invalid("remind", "field.remind")
        proven = self._lookups.look_up(question)
        made = Saved(
            id=code_hash(self._secret, dataset.id, proven.code), utility=dataset.utility, offer=dataset.offer.id,
            feed=proven.feed, code=proven.code, factor=proven.factor, label=" ".join(label.split()), remind=remind,
            saved_at=self._clock(),
        )  # fmt: skip
        if self._others(question.account, made) >= MOST_SAVED:
            raise _full()
        self._store.keep(question.account, made)
        # Of several at once none may be one too many.
        if self._others(question.account, made) >= MOST_SAVED:
            self._store.remove(question.account, made)
            raise _full()
        return made

    def all_of(self, account: str) -> Sequence[Saved]:
        """Every code that a person keeps, the latest first."""
        return sorted(self._store.of(account), key=lambda saved: saved.saved_at, reverse=True)

    def remove(self, account: str, identifier: str) -> None:
        """Keep a code no longer; content with one that is not kept."""
        for saved in self._store.of(account):
            if saved.id == identifier:
                self._store.remove(account, saved)

    def forget(self, account: str) -> int:
        """Take away all that a person keeps here, since the account is deleted; how many codes there were."""
        kept = list(self.all_of(account))
        for saved in kept:
            self._store.remove(account, saved)
        self._store.forget(account)
        return len(kept)

    def read(self, account: str, identifier: str, utility: str, offer: str, language: str) -> Proven:
        """The records of a saved code of an offer; no guess, so nothing counts against it.

        Raises NotFound, also for a code of another offer, Conflict where the second thing has changed since, UpstreamDown,
        Unavailable.
        """
        dataset = self._datasets.dataset(utility, offer, Kind.ACCOUNT, language)
        saved = self._one(account, identifier)
        feed = dataset.offer.feed(saved.feed)
        if saved.dataset != dataset.id or feed is None:
            raise NotFound("error.saved_code_not_found")
        found = self._sources.account(dataset, feed, saved.code)
        if found is None:
            raise NotFound("error.nothing_known")
        if not same(found.factor, saved.factor):
            raise Conflict("error.verify_again")
        return Proven(dataset, saved.feed, saved.code, saved.factor, found)

    def bills(self, account: str) -> Bills:
        """The bills of every saved code, each with its own trouble where there is one; a provider that is down is asked once."""
        now, down, items = self._clock(), set[str](), list[Bill]()
        for saved in self.all_of(account):
            bill = self._bill(saved, now, down)
            if bill is not None:
                items.append(bill)
        return Bills(tuple(items), unpaid(record for bill in items for record in bill.records))

    def _bill(self, saved: Saved, now: datetime, down: set[str]) -> Bill | None:
        """None for what is no bill."""
        try:
            dataset = self._datasets.dataset(saved.utility, saved.offer, Kind.ACCOUNT)
        except NotFound:
            return Bill(saved, trouble=Trouble.GONE)
        except Unavailable:
            return Bill(saved, trouble=Trouble.SUSPENDED)
        if not dataset.offer.bills:
            return None
        feed = dataset.offer.feed(saved.feed)
        if feed is None:
            return Bill(saved, trouble=Trouble.GONE)
        if feed.provider and (feed.provider in down or self._clock() > now + PATIENCE):
            return Bill(saved, trouble=Trouble.UPSTREAM_DOWN)
        try:
            found = self._sources.account(dataset, feed, saved.code)
        except UpstreamDown:
            down.add(feed.provider)
            return Bill(saved, trouble=Trouble.UPSTREAM_DOWN)
        return _shown(dataset, saved, found, now)

    def _one(self, account: str, identifier: str) -> Saved:
        found = next((saved for saved in self._store.of(account) if saved.id == identifier), None)
        if found is None:
            raise NotFound("error.saved_code_not_found")
        return found

    def _others(self, account: str, saved: Saved) -> int:
        return sum(one.id != saved.id for one in self._store.of(account))


def _full() -> Conflict:
    return Conflict("error.saved_codes_full", most=MOST_SAVED)


def _shown(dataset: Dataset, saved: Saved, found: Account | None, now: datetime) -> Bill:
    if found is None:
        return Bill(saved, trouble=Trouble.NOTHING_KNOWN)
    if not same(found.factor, saved.factor):
        return Bill(saved, trouble=Trouble.VERIFY_AGAIN)
    records = tuple(standing(dataset.offer, record, now) for record in found.records)
    return Bill(saved, records, found.freshness)
