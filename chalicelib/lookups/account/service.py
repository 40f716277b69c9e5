"""Looking an account up: who knows the code and the second thing reads the records; nobody else learns whether there are any."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from chalicelib.core.codes import same
from chalicelib.core.errors import NotFound, invalid
from chalicelib.lookups.account.guessing import Counted, Guessing
from chalicelib.lookups.model import Dataset, Feed, Kind, Offer
from chalicelib.lookups.ports import Account, AccountSource, UpstreamDown
from chalicelib.lookups.rows import code_hash, factor_mac, normal_code, normal_factor

MOST_RECORDS = 24
# Compared where there is no account, so that a wrong second thing and an unknown code cost the same. No factor has it.
_NOBODY = "-" * 32


class Unproven(NotFound):
    """The code is unknown or the second thing wrong; nobody is told which."""

    words = "error.account_not_found"


class Datasets(Protocol):
    """The catalogue's offers."""

    def dataset(self, utility: str, offer: str, kind: Kind, language: str = "vi") -> Dataset:
        """The records of an offer of that kind; raises NotFound, and Unavailable with a reason where it is suspended."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to see: who asks, from which network address, about what, and what they know of it."""

    account: str
    address: str
    language: str
    utility: str
    offer: str
    code: str
    factor: str
    feed: str = ""


class Proven(msgspec.Struct, frozen=True):
    """An account and its records, seen by somebody who may; `code` is normal, `factor` what was compared."""

    dataset: Dataset
    feed: str
    code: str
    factor: str
    account: Account


class AccountSources:
    """Whom to ask: the table for what units upload, else the feed's provider; `providers` has a source for every name."""

    def __init__(self, table: AccountSource, providers: Mapping[str, AccountSource]) -> None:
        self._table = table
        self._providers = providers

    def account(self, dataset: Dataset, feed: Feed, code: str) -> Account | None:
        """What a feed knows under a normal code, at most 24 records; None where nothing is. Raises UpstreamDown."""
        source = self._providers[feed.provider] if feed.provider else self._table
        found = source.account(dataset, (feed,), code)
        return msgspec.structs.replace(found, records=found.records[:MOST_RECORDS]) if found else None


class AccountLookups:
    """Proves who asks before anything is answered."""

    def __init__(self, datasets: Datasets, sources: AccountSources, guessing: Guessing, secret: str) -> None:
        self._datasets = datasets
        self._sources = sources
        self._guessing = guessing
        self._secret = secret

    def look_up(self, question: Question) -> Proven:
        """The records, for the right code and second thing.

        Raises Invalid, TooMany, UpstreamDown, Unavailable where the utility is suspended, and Unproven in the same words and after
        the same work whether the code is unknown or the second thing wrong.
        """
        dataset = self._datasets.dataset(question.utility, question.offer, Kind.ACCOUNT, question.language)
        code = _known(question)
        feeds = _feeds(dataset.offer, code, question.feed)
        hashed = code_hash(self._secret, dataset.id, code)
        guess = self._guessing.count(question.account, question.address, hashed)
        return self._judged(dataset, feeds, code, question.factor, guess)

    def _judged(
        self, dataset: Dataset, feeds: Sequence[Feed], code: str, factor: str, guess: tuple[Counted, ...]
    ) -> Proven:
        mac, answered, down = factor_mac(self._secret, dataset.id, code, factor), 0, None
        for feed in feeds:
            try:
                account = self._sources.account(dataset, feed, code)
            except UpstreamDown as error:
                down = error
                continue
            answered += 1
            if same(account.factor if account else _NOBODY, mac) and account:
                self._guessing.give_back(guess)
                return Proven(dataset, feed.id, code, mac, account)
        if down is None:
            raise Unproven()
        # Where another feed has answered, the guess was judged in part: free, it could be repeated without end.
        if not answered:
            self._guessing.give_back(guess)
        raise down


def _known(question: Question) -> str:
    """The code in its normal form; raises Invalid for a code or a second thing without a letter or digit."""
    code = normal_code(question.code)
    if not code:
        raise invalid("code", "field.pattern")
    if not normal_factor(question.factor):
        raise invalid("factor", "field.pattern")
    return code


def _feeds(offer: Offer, code: str, wanted: str) -> tuple[Feed, ...]:
    """The feeds that serve such a code, or the wanted one alone; raises Invalid where there is no such feed."""
    chosen = offer.feeds
    if wanted:
        feed = offer.feed(wanted)
        if feed is None:
            raise invalid("feed", "field.choice", choices=", ".join(one.id for one in offer.feeds))
        chosen = (feed,)
    return tuple(feed for feed in chosen if feed.serves_code(code))
