"""The table of docs/simulation.md."""

from tests.simulation.quarter import Figures

CASES, SEED = 5000, 2023
# The last two lines show how far the result hangs on what was assumed.
WAYS: dict[str, float | None] = {
    "without reminders and escalation": None,
    "with them": 1.0,
    "with them, words half as effective": 0.5,
    "with them, words without any effect": 0.0,
}


def row(name: str, figures: Figures) -> str:
    """One line of the table."""
    shares = " | ".join(f"{share:.1%}" for share in (figures.on_time, figures.late, figures.never))
    return f"| {name} | {shares} | {figures.median_hours_late:.0f} h | {figures.words_a_case:.2f} |"
