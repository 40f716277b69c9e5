"""A bill that is nearly due, in words: what its line in the inbox keeps, and the values of its texts (pure)."""

from collections.abc import Mapping
from datetime import date

from chalicelib.contracts.dues import Due

WORDS = "bill_due"


def params(due: Due) -> Mapping[str, str]:
    """What the line keeps: as much as its two sentences say, the customer code masked."""
    found = {
        "name_vi": due.name_vi, "name_en": due.name_en, "label": due.label, "meter": due.code, "period": due.period,
        "amount": "" if due.amount is None else str(due.amount), "due": due.due.isoformat(),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def values(kept: Mapping[str, str], language: str) -> Mapping[str, str]:
    """The values of the texts in a language, from what a line keeps; `label` and `sum` join on to what stands before them."""
    amount, label = kept.get("amount", ""), kept.get("label", "")
    paid = money(int(amount), language) if amount else ""
    return {
        "utility": kept["name_en" if language == "en" else "name_vi"],
        "label": f" - {label}" if label else "",
        "meter": kept["meter"],
        "named": f"{label} ({kept['meter']})" if label else kept["meter"],
        "period": spoken_period(kept["period"]),
        "amount": paid,
        "sum": f" {paid}," if paid else "",
        "due": f"{date.fromisoformat(kept['due']):%d/%m/%Y}",
    }


def money(amount: int, language: str) -> str:
    """Whole đồng as people write them: `325.000đ`, in English `325,000 VND`."""
    return f"{amount:,} VND" if language == "en" else f"{amount:,}đ".replace(",", ".")


def spoken_period(period: str) -> str:
    """`11/2026` for the month `2026-11`; whatever else a supplier calls a period stays as it is."""
    year, _, month = period.partition("-")
    return f"{month}/{year}" if len(period) == 7 and year.isdigit() and month.isdigit() else period
