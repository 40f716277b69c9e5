"""What only the staff's own routes need, built as wiring.py builds the rest: on first use, once a process."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.core import clock
from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from chalicelib.feedback.intake import Intake


@cache
def intake() -> "Intake":
    """What the centre enters on behalf of people."""
    from chalicelib.feedback.intake import Intake
    from chalicelib.feedback.intake_commands import Enter
    from chalicelib.runtime.decoding import convert

    return Intake(
        wiring.cases(),
        wiring.feedback(),
        wiring.accounts(),
        clock.now,
        settings().secret_key,
        lambda row: convert(row, Enter, strict=False),
    )
