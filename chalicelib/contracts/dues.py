"""A bill that is nearly due, as the slice lookups tells it to the slice that reminds people."""

from datetime import date

import msgspec


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One unpaid bill of one person, who keeps its customer code; `due` is a day in Vietnam, `amount` in whole đồng.

    `id` names the reminder, the same whenever it is told again; it holds neither the code nor the person. `code` is masked, `label`
    the person's own name for it, empty where there is none; `amount` is None where the supplier does not say it.
    """

    id: str
    account: str
    utility: str
    name_vi: str
    name_en: str
    label: str
    code: str
    period: str
    amount: int | None
    due: date
