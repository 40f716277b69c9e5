"""Changes of the directory that any run may make: each says what is so already, or what only a later day sees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from chalicelib.core.clock import VIETNAM
from infra.seed import rows

REASON = "Theo Quyết định 12/QĐ-UBND của tỉnh."
FAR = (datetime.now(UTC).astimezone(VIETNAM).date() + timedelta(days=1000)).isoformat()
CATEGORY, ENDED_CATEGORY = "giao_duc", "van_hoa_du_lich"
AGENCY, ENDED_AGENCY = "so-khcn", "so-tu-phap"


def category() -> dict[str, Any]:
    """A category as the seed has it."""
    found = next(row for row in rows.categories() if row.code == CATEGORY)
    steps = [{"kind": step.kind, "level": step.level} for step in found.routing]
    return _kept(found) | {"routing": steps}


def agency() -> dict[str, Any]:
    """An agency with its officers as the seed has it."""
    found = next(row for row in rows.agencies() if row.code == AGENCY)
    people = next(row for row in rows.officers() if row.code == AGENCY)
    return _kept(found) | {"officers": msgspec.to_builtins(people.officers)}


def end() -> dict[str, Any]:
    """An end on a far day."""
    return {"version": 0, "reason": REASON, "on": FAR}


def _kept(row: Any) -> dict[str, Any]:
    given: dict[str, Any] = msgspec.to_builtins(row)
    return {"version": 0, "reason": REASON} | {
        name: value for name, value in given.items() if name not in ("code", "valid_from", "valid_to")
    }
