"""How a record of an account stands on a day: when it is due, whether it is paid, whether it is late (pure)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from chalicelib.core.clock import VIETNAM
from chalicelib.lookups.model import Facts, Offer, Record, Role

REMIND_BEFORE = timedelta(days=3)
SHOWN_OF_CODE = 3


class Standing(msgspec.Struct, frozen=True):
    """A record with the facts that may be shown; `due` is a day in Vietnam, `amount` in whole đồng.

    `paid` says that nothing is left to do, `overdue` that it is not so and the day is over, `late` that it is overdue or was done
    after its day; None where the record does not say.
    """

    period: str
    facts: Facts
    due: date | None
    paid: bool | None
    overdue: bool | None
    late: bool | None
    amount: int | None

    def to_remind(self, today: date) -> bool:
        """Whether it is unpaid and due within three days, today included; what is late already is no reminder's matter."""
        return self.paid is False and self.due is not None and today <= self.due <= today + REMIND_BEFORE


class Unpaid(msgspec.Struct, frozen=True):
    """How many records are not paid, and what they come to in whole đồng."""

    count: int
    amount: int


def standing(offer: Offer, record: Record, now: datetime) -> Standing:
    """How a record of the offer stands at `now`."""
    paid = _paid(offer, record.facts)
    due = _day(offer.value(record.facts, Role.DUE))
    overdue = None if due is None or paid is None else not paid and due < now.astimezone(VIETNAM).date()
    amount = offer.value(record.facts, Role.AMOUNT)
    return Standing(
        record.period, offer.shown(record.facts), due, paid, overdue, _late(offer, record.facts, due, overdue),
        int(amount) if amount is not None else None,
    )  # fmt: skip


def unpaid(standings: Iterable[Standing]) -> Unpaid:
    """What is left to pay."""
    amounts = [one.amount or 0 for one in standings if one.paid is False]
    return Unpaid(len(amounts), sum(amounts))


def masked(code: str) -> str:
    """The code as it may be shown: its last three characters."""
    return f"***{code[-SHOWN_OF_CODE:]}"


def _paid(offer: Offer, facts: Facts) -> bool | None:
    # Of a day in this column it counts that there is one: until then it is not done.
    return bool(offer.value(facts, Role.PAID)) if offer.column(Role.PAID) else None


def _late(offer: Offer, facts: Facts, due: date | None, overdue: bool | None) -> bool | None:
    """Of what is done it is known only where the column says on which day."""
    done = offer.value(facts, Role.PAID)
    if due is None or not isinstance(done, str):
        return None if done else overdue
    done_on = _day(done)
    return done_on is not None and done_on > due


def _day(value: str | None) -> date | None:
    """The day in Vietnam of a date or a moment as facts hold it."""
    if not value:
        return None
    return datetime.fromisoformat(value).astimezone(VIETNAM).date() if "T" in value else date.fromisoformat(value)
