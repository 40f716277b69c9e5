"""The contract `power`: bills and planned cuts by HTTP and JSON (docs/providers.md has the fields).

Whatever does not fit the contract is refused as malformed: better no answer than a wrong bill.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from chalicelib.core.clock import to_text
from chalicelib.lookups.upstream.asking import CallFailed, Fault
from chalicelib.lookups.upstream.exchange import Reply, Request, Secrets, Transport, body_of
from chalicelib.lookups.upstream.sources import Bill, Customer, Cut

MONTHS = 13
# Tiers are rounded to a tenth of a kWh each.
_TOLERANCE = 0.5

_T = TypeVar("_T")
_Quantity = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] | Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
_Dong = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Area = Annotated[str, msgspec.Meta(pattern=r"\A\d{2,5}\Z")]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Tier(msgspec.Struct, frozen=True):
    kwh: _Quantity
    price: _Dong


class _Bill(msgspec.Struct, frozen=True):
    period: Annotated[str, msgspec.Meta(pattern=r"\A\d{4}-(0[1-9]|1[0-2])\Z")]
    kwh: _Quantity
    tiers: Annotated[list[_Tier], msgspec.Meta(max_length=20)]
    amount: _Dong
    currency: Literal["VND"]
    due: date
    paid: bool
    meter_day: Annotated[int, msgspec.Meta(ge=1, le=31)] | None = None
    meter_read_on: date | None = None


class _Bills(msgspec.Struct, frozen=True):
    customer_code: str
    phone_end: Annotated[str, msgspec.Meta(pattern=r"\A\d{4}\Z")] | None
    bills: Annotated[list[_Bill], msgspec.Meta(max_length=60)]


class _Outage(msgspec.Struct, frozen=True, rename={"starts": "from", "ends": "to"}):
    id: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9-]{1,40}\Z")]
    status: Literal["planned", "cancelled"]
    reason: _Text
    areas: Annotated[list[_Area], msgspec.Meta(min_length=1, max_length=200)]
    hamlets: Annotated[list[_Text], msgspec.Meta(max_length=200)]
    starts: _Moment
    ends: _Moment
    phone: Annotated[str, msgspec.Meta(pattern=r"\A\+84\d{8,10}\Z")] | None = None


class _Outages(msgspec.Struct, frozen=True):
    outages: Annotated[list[_Outage], msgspec.Meta(max_length=500)]


class _Problem(msgspec.Struct, frozen=True):
    error: str


class PowerCompany:
    """The power company's interface, under `base_url`; `provider` names its secret, an API key."""

    def __init__(self, provider: str, base_url: str, transport: Transport, secrets: Secrets) -> None:
        self._provider = provider
        self._base_url = base_url
        self._transport = transport
        self._secrets = secrets

    def bills(self, code: str, seconds: float) -> Customer | None:
        """The bills of the last 13 months, None where there is no such customer; raises CallFailed."""
        reply = self._post("/v2/bills/search", {"customer_code": code, "months": MONTHS}, seconds)
        if reply.status == 404 and _is_unknown_customer(reply):
            return None
        found = _read(body_of(reply), _Bills)
        return Customer(found.customer_code, found.phone_end, tuple(map(_bill, found.bills)))

    def cuts(self, areas: Sequence[str], since: datetime, seconds: float) -> Sequence[Cut]:
        """The planned cuts; raises CallFailed."""
        reply = self._post("/v2/outages/search", {"areas": areas, "from": to_text(since)}, seconds)
        found = _read(body_of(reply), _Outages)
        return [_cut(outage) for outage in found.outages if outage.status == "planned"]

    def _post(self, path: str, question: Any, seconds: float) -> Reply:
        headers = {
            "Accept": "application/json", "Content-Type": "application/json", "X-Api-Key": self._secrets.secret(self._provider),
        }  # fmt: skip
        return self._transport.send(Request(f"{self._base_url}{path}", headers, msgspec.json.encode(question)), seconds)


def _bill(bill: _Bill) -> Bill:
    tiers = [(tier.kwh, tier.price) for tier in bill.tiers]
    if tiers and abs(sum(kwh for kwh, _ in tiers) - bill.kwh) > _TOLERANCE:
        raise CallFailed(Fault.MALFORMED)
    more = {
        "kwh": bill.kwh, "tiers": tiers or None, "meter_day": bill.meter_day,
        "meter_read_on": bill.meter_read_on and bill.meter_read_on.isoformat(),
    }  # fmt: skip
    return Bill(bill.period, bill.amount, bill.due, bill.paid, more)


def _cut(outage: _Outage) -> Cut:
    return Cut(
        outage.id, f"Tạm ngừng cấp điện: {outage.reason}"[:200], tuple(outage.areas), tuple(outage.hamlets),
        outage.starts, outage.ends, {"reason": outage.reason, "phone": outage.phone},
    )  # fmt: skip


def _is_unknown_customer(reply: Reply) -> bool:
    """Whether a 404 speaks of the customer; any other means that we ask at a wrong address."""
    try:
        return msgspec.json.decode(reply.body, type=_Problem).error == "customer_not_found"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _read(body: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Without its cause: that would quote the answer.
        raise CallFailed(Fault.MALFORMED) from None
