"""What people see of their accounts; codes are masked, and the second thing is never shown."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib.core.words import say
from chalicelib.lookups.account.saved import Bill, Bills, Saved, Trouble
from chalicelib.lookups.account.service import Proven
from chalicelib.lookups.account.standing import Standing, Unpaid, masked, standing

_TROUBLES: Mapping[Trouble, str] = {
    Trouble.VERIFY_AGAIN: "error.verify_again",
    Trouble.NOTHING_KNOWN: "error.nothing_known",
    Trouble.UPSTREAM_DOWN: "error.upstream_down",
    Trouble.SUSPENDED: "error.utility_paused",
    Trouble.GONE: "error.offer_not_found",
}


class RecordView(msgspec.Struct, frozen=True):
    """One record: `facts` by the columns of the offer; `due` is a day in Vietnam, `overdue` what is not done by then.

    `late` is that or what was done after it, as an administrative file; null where the record does not say.
    """

    period: str
    facts: dict[str, Any]
    due: date | None
    paid: bool | None
    overdue: bool | None
    late: bool | None


class AccountView(msgspec.Struct, frozen=True):
    """The records under a code, the newest first, as their source said them at `as_of`; `stale` where it does not answer now."""

    utility: str
    offer: str
    feed: str
    code: str
    records: list[RecordView]
    as_of: datetime
    stale: bool


class SavedCodeView(msgspec.Struct, frozen=True):
    """A saved code; `id` takes it away or reads it."""

    id: str
    utility: str
    offer: str
    feed: str
    code: str
    label: str | None
    remind: bool
    saved_at: datetime


class SavedCodeList(msgspec.Struct, frozen=True):
    """Every code that a person keeps, the latest first."""

    items: list[SavedCodeView]


class BillView(msgspec.Struct, frozen=True):
    """A saved code with its records, or the `trouble` for which there are none, which `detail` says in words."""

    saved: SavedCodeView
    records: list[RecordView]
    as_of: datetime | None
    stale: bool
    trouble: Trouble | None
    detail: str | None


class BillsView(msgspec.Struct, frozen=True):
    """All bills of a person; `unpaid` counts and adds up, in whole đồng, those that are known."""

    items: list[BillView]
    unpaid: Unpaid


def account_view(proven: Proven, now: datetime) -> AccountView:
    """The account as it stands at `now`."""
    dataset, account = proven.dataset, proven.account
    return AccountView(
        utility=dataset.utility,
        offer=dataset.offer.id,
        feed=proven.feed,
        code=masked(proven.code),
        records=_records([standing(dataset.offer, record, now) for record in account.records]),
        as_of=account.freshness.as_of,
        stale=account.freshness.stale,
    )


def saved_code_view(saved: Saved) -> SavedCodeView:
    """A saved code without what proves it."""
    return SavedCodeView(
        id=saved.id,
        utility=saved.utility,
        offer=saved.offer,
        feed=saved.feed,
        code=masked(saved.code),
        label=saved.label or None,
        remind=saved.remind,
        saved_at=saved.saved_at,
    )


def saved_code_list(codes: Sequence[Saved]) -> SavedCodeList:
    """Every code that a person keeps."""
    return SavedCodeList([saved_code_view(saved) for saved in codes])


def bills_view(bills: Bills, language: str) -> BillsView:
    """All bills of a person, troubles in `language` (vi or en)."""
    return BillsView([_bill(bill, language) for bill in bills.items], bills.unpaid)


def _bill(bill: Bill, language: str) -> BillView:
    fresh = bill.freshness
    return BillView(
        saved=saved_code_view(bill.saved),
        records=_records(bill.records),
        as_of=fresh.as_of if fresh else None,
        stale=fresh.stale if fresh else False,
        trouble=bill.trouble,
        detail=say(_TROUBLES[bill.trouble], language) if bill.trouble else None,
    )


def _records(standings: Sequence[Standing]) -> list[RecordView]:
    return [RecordView(one.period, dict(one.facts), one.due, one.paid, one.overdue, one.late) for one in standings]
