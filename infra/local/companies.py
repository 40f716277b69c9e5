"""What the sample power and water companies know, made up from the day it is: their customers, bills and planned cuts."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from html import escape
from typing import Any

# By what their telephone in the contract ends with; None where there is none in it.
POWER_CUSTOMERS = {"PA22YB0012345": "0017", "PA22YB0012346": "0028", "PA22YB0054321": None}
WATER_CUSTOMERS = {"YB00012345": "0017", "YB00012346": "0028", "YB00054321": None}

MONTHS = 13
VIETNAM = timezone(timedelta(hours=7))
_POWER_STEPS = ((50, 1984), (50, 2050), (100, 2380), (100, 2998), (100, 3350), (10**6, 3460))
_WATER_STEPS = ((10, 8200), (10, 9900), (10**6, 12500))
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_WATER = "urn:yenbai-s:water-billing:1"


def today() -> date:
    """The day in Vietnam."""
    return datetime.now(UTC).astimezone(VIETNAM).date()


def power_bills(code: str, shown_code: str, day: date) -> dict[str, Any] | None:
    """A customer's bills as the power company says them, under `shown_code`; None for nobody."""
    if code not in POWER_CUSTOMERS:
        return None
    bills = []
    for back, month in enumerate(_months(day)):
        kwh = 90 + _spread(code, month) % 230
        tiers = _steps(kwh, _POWER_STEPS)
        bills.append({
            "period": f"{month:%Y-%m}", "kwh": kwh, "tiers": [{"kwh": part, "price": price} for part, price in tiers],
            "amount": _total(tiers, 8), "currency": "VND", "due": _due(back, month, day).isoformat(), "paid": back > 0,
            "meter_day": 28, "meter_read_on": month.replace(day=28).isoformat(),
        })  # fmt: skip
    return {"customer_code": shown_code, "phone_end": POWER_CUSTOMERS[code], "bills": bills}


def power_cuts(areas: list[str], day: date) -> dict[str, Any]:
    """The cuts that the power company plans in areas: of each commune one in two days, and one that was called off."""
    cuts = []
    for area in (area for area in areas if len(area) == 5):
        begins = datetime.combine(day + timedelta(days=2), time(7, 30), VIETNAM)
        for number, status in ((1, "planned"), (2, "cancelled")):
            cuts.append({
                "id": f"CD-{day:%y%m}-{area}-{number}", "status": status, "reason": "Bảo dưỡng đường dây 35 kV (mẫu)",
                "areas": [area], "hamlets": ["Tổ 1", "Tổ 2"], "from": begins.isoformat(),
                "to": (begins + timedelta(hours=4)).isoformat(), "phone": None,
            })  # fmt: skip
    return {"outages": cuts}


def water_bills(code: str, shown_code: str, day: date) -> str | None:
    """A customer's bills as the water company says them, under `shown_code`; None for nobody."""
    if code not in WATER_CUSTOMERS:
        return None
    reading, bills = 1500 + _spread(code, day.replace(day=1)), []
    for back, month in enumerate(_months(day)):
        volume = 8 + _spread(code, month) % 19
        tiers = _steps(volume, _WATER_STEPS)
        steps = "".join(f"<Tier><Volume>{part}</Volume><Price>{price}</Price></Tier>" for part, price in tiers)
        bills.append(
            f"<Bill><Period>{month:%m/%Y}</Period><PreviousReading>{_dotted(reading - volume)}</PreviousReading>"
            f"<Reading>{_dotted(reading)}</Reading><Volume>{volume}</Volume>{steps}"
            f'<Amount currency="VND">{_dotted(_total(tiers, 15))}</Amount>'
            f"<DueDate>{_due(back, month, day):%d/%m/%Y}</DueDate><Paid>{int(back > 0)}</Paid></Bill>"
        )
        reading -= volume
    phone_end = f"<PhoneEnd>{WATER_CUSTOMERS[code] or ''}</PhoneEnd>"
    return envelope(
        f'<GetBillsResponse xmlns="{_WATER}"><CustomerCode>{escape(shown_code)}</CustomerCode>{phone_end}{"".join(bills)}'
        "</GetBillsResponse>"
    )


def envelope(content: str) -> str:
    """A SOAP message with that body."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{_SOAP}"><soap:Body>{content}</soap:Body>'
        "</soap:Envelope>"
    )


def soap_fault(code: str) -> str:
    """A SOAP message that says what was wrong."""
    return envelope(f"<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{code}</faultstring></soap:Fault>")


def _months(day: date) -> list[date]:
    """The months before that of the day, by their first days, the latest first."""
    months, month = [], day.replace(day=1)
    for _ in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return months


def _spread(code: str, month: date) -> int:
    return int(code[-5:]) * 31 + month.year * 17 + month.month * 53


def _steps(quantity: int, prices: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    steps = []
    for wide, price in prices:
        part = min(quantity, wide)
        if part:
            steps.append((part, price))
        quantity -= part
    return steps


def _total(steps: list[tuple[int, int]], tax: int) -> int:
    return round(sum(part * price for part, price in steps) * (100 + tax) / 100)


def _due(back: int, month: date, day: date) -> date:
    """The latest is due in three days; the others were on the twentieth of the month after."""
    return day + timedelta(days=3) if back == 0 else (month + timedelta(days=32)).replace(day=20)


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")
