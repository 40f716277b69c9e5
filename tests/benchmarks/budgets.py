"""What the system may cost, and where its figures come from; docs/performance.md explains each line.

Ratios are the product, since they hold on every machine: to `a`, a bare handler's raw put, or to `F`, process start to first put.
"""

from dataclasses import dataclass

# Requests, each as a multiple of the bare handler's put. Those without a budget are shown for what they are.
REQUESTS: dict[str, tuple[str, float | None]] = {
    "health": ("empty route", 0.08),
    "submit": ("submit, 560 characters (one write)", 1.3),
    "submit_long": ("submit, 1,900 characters (two writes)", 2.3),
    "detail": ("detail, answered", 1.3),
    "list": ("own cases, 20 of more", 2.2),
    "inbox": ("own inbox, 20 of more", 2.2),
    "detail_photos": ("detail with three photos", None),
    "feed": ("public feed, nine districts", None),
}

# Cold starts, from process start to the first answer, as a multiple of F.
COLD_API = 1.0
COLD_EVENT = 1.0
# These two are more than a start: four messages by three services, 28 calls, e-mails from templates (docs/performance.md).
COLD_EVENTS = {"tell_agencies": 1.35, "tell_citizens": 1.3}

# Where instructions cannot be counted CPU time decides, with so much slack: caches and neighbours are in it too.
CPU_SLACK = {"F": 1.15, "a": 1.5}

WRITE_UNITS = 25
# The indexes that the budget counts; what others cost is reported beside it.
COUNTED_INDEXES = ("by_desk", "by_reporter")
ZIP_BYTES = 6_000_000
DEADLINE_MICROSECONDS = 5.0
MODULES = 490


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `value` is judged against `budget`; the others explain it."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    instructions: float | None = None
    cpu_ms: float | None = None
    cpu_ratio: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the figure is within its budget, if it has one."""
        return self.budget is None or self.value <= self.budget
