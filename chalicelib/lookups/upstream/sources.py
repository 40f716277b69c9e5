"""A company's bills and cuts as sources of the lookups: what it says becomes records of the catalogue's columns."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from chalicelib.core.clock import VIETNAM, to_text
from chalicelib.lookups import rows
from chalicelib.lookups.model import Dataset, Facts, Feed, Offer, Posting, Record, Role
from chalicelib.lookups.ports import Account, Board, UpstreamDown
from chalicelib.lookups.upstream.asking import CallFailed, Fault, Upstream

_MOST_AREAS = 20
# Years of which a company can speak; others come of a broken clock or a filler such as 0001-01-01.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Bill(msgspec.Struct, frozen=True):
    """One bill: `period` is `YYYY-MM`, `amount` whole đồng; `more` is what the catalogue has no role for, by column."""

    period: str
    amount: int
    due: date
    paid: bool
    more: Facts


class Customer(msgspec.Struct, frozen=True):
    """A customer's bills; `phone_end` is the last four digits of the telephone in the contract, None where it has none."""

    code: str
    phone_end: str | None
    bills: tuple[Bill, ...]


class Cut(msgspec.Struct, frozen=True):
    """One planned cut."""

    id: str
    title: str
    areas: tuple[str, ...]
    hamlets: tuple[str, ...]
    starts: datetime
    ends: datetime
    more: Facts


class BillsOf(Protocol):
    """A company that knows bills."""

    def bills(self, code: str, seconds: float) -> Customer | None:
        """A customer's bills, None where there is no such customer; raises CallFailed."""


class CutsOf(Protocol):
    """A company that plans cuts."""

    def cuts(self, areas: Sequence[str], since: datetime, seconds: float) -> Sequence[Cut]:
        """What is cut at that moment or later in any of these areas; raises CallFailed."""


class _KeptAccount(msgspec.Struct, frozen=True):
    factor: str
    records: tuple[Record, ...]


_read_account = msgspec.json.Decoder(_KeptAccount).decode
_read_postings = msgspec.json.Decoder(tuple[Posting, ...]).decode


class ProviderSource:
    """AccountSource and BoardSource of one provider; `secret` is the stage's, for the factor."""

    def __init__(self, upstream: Upstream, bills: BillsOf, cuts: CutsOf | None, secret: str) -> None:
        self._upstream = upstream
        self._bills = bills
        self._cuts = cuts
        self._secret = secret

    def account(self, dataset: Dataset, feeds: Sequence[Feed], code: str) -> Account | None:
        """The customer's bills, the newest first; None where no feed serves the code or nobody has it. Raises UpstreamDown."""
        code = rows.normal_code(code)
        feed = next((feed for feed in feeds if feed.serves_code(code)), None)
        if feed is None:
            return None

        def call(seconds: float) -> str | None:
            customer = self._bills.bills(code, seconds)
            return _text(self._account(dataset, feed, code, customer)) if customer else None

        answer = self._upstream.ask(f"bills\n{dataset.id}\n{feed.id}\n{code}", call)
        if answer.said is None:
            return None
        kept = _read_account(answer.said)
        return Account(kept.factor, kept.records, answer.freshness)

    def board(self, dataset: Dataset, feeds: Sequence[Feed], areas: Sequence[str], since: datetime) -> Board:
        """The cuts that end at `since` or later, of the first twenty areas at most. Raises UpstreamDown."""
        cuts, asked, feed = self._cuts, sorted(set(areas))[:_MOST_AREAS], feeds[0]
        if cuts is None:
            raise UpstreamDown("error.provider_not_connected")
        # One question a day and place, whatever the minute, so that answers are shared.
        day = since.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)

        def call(seconds: float) -> str:
            found = cuts.cuts(asked, day, seconds)
            return _text(tuple(_posting(dataset.offer, feed, cut, asked) for cut in found))

        answer = self._upstream.ask(f"cuts\n{dataset.id}\n{feed.id}\n{to_text(day)}\n{','.join(asked)}", call)
        postings = _read_postings(answer.said or "[]")
        standing = tuple(one for one in postings if one.ends is None or one.ends >= since)
        return Board(standing, answer.freshness)

    def _account(self, dataset: Dataset, feed: Feed, code: str, customer: Customer) -> _KeptAccount:
        periods = {bill.period for bill in customer.bills}
        years = [year for bill in customer.bills for year in (int(bill.period[:4]), bill.due.year)]
        if rows.normal_code(customer.code) != code or len(periods) != len(customer.bills) or not _sane(years):
            raise CallFailed(Fault.MALFORMED)
        # Without a telephone in the contract there is nothing to prove oneself by: no factor has an empty MAC.
        factor = rows.factor_mac(self._secret, dataset.id, code, customer.phone_end) if customer.phone_end else ""
        newest_first = sorted(customer.bills, key=lambda bill: bill.period, reverse=True)
        return _KeptAccount(factor, tuple(_record(dataset.offer, feed, bill) for bill in newest_first))


class NotConnected:
    """What stands for a provider that the stage does not know."""

    def account(self, dataset: Dataset, feeds: Sequence[Feed], code: str) -> Account | None:
        """Raises UpstreamDown, which says so."""
        raise UpstreamDown("error.provider_not_connected")

    def board(self, dataset: Dataset, feeds: Sequence[Feed], areas: Sequence[str], since: datetime) -> Board:
        """Raises UpstreamDown, which says so."""
        raise UpstreamDown("error.provider_not_connected")


class Sources(dict[str, ProviderSource | NotConnected]):
    """The source of each provider by its id; whoever is not among them is not connected."""

    def __missing__(self, provider: str) -> NotConnected:
        return NotConnected()


def _record(offer: Offer, feed: Feed, bill: Bill) -> Record:
    roles = {
        Role.PERIOD: bill.period, Role.AMOUNT: bill.amount, Role.DUE: bill.due.isoformat(), Role.PAID: bill.paid,
    }  # fmt: skip
    return Record(bill.period, _facts(offer, roles, bill.more), feed.id)


def _posting(offer: Offer, feed: Feed, cut: Cut, asked: Sequence[str]) -> Posting:
    if not _sane([cut.starts.year, cut.ends.year]) or cut.ends <= cut.starts or not set(cut.areas) & set(asked):
        raise CallFailed(Fault.MALFORMED)
    roles = {
        Role.ID: cut.id, Role.TITLE: cut.title, Role.AREAS: cut.areas, Role.HAMLETS: cut.hamlets,
        Role.STARTS: to_text(cut.starts), Role.ENDS: to_text(cut.ends),
    }  # fmt: skip
    facts = _facts(offer, roles, cut.more)
    return Posting(cut.id, cut.title, cut.areas, cut.hamlets, cut.starts, cut.ends, facts, feed.id)


def _facts(offer: Offer, roles: Mapping[Role, Any], more: Facts) -> Facts:
    """The offer's own columns, those of roles under whatever name it gives them."""
    said = {column.name: roles[column.role] for column in offer.columns if column.role and column.role in roles}
    known = {column.name for column in offer.columns if column.role is None}
    return {**said, **{name: value for name, value in more.items() if name in known and value is not None}}


def _sane(years: Sequence[int]) -> bool:
    return all(_FIRST_YEAR <= year <= _LAST_YEAR for year in years)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
