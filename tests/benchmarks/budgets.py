"""What the system may cost, and where its figures come from; docs/performance.md explains each line.

Ratios are the product, since they hold on every machine: to `a`, a bare handler's raw put, or to `F`, process start to first put.
"""

from collections.abc import Iterable
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
    "similar": ("similar cases, a dozen read", None),
}

# Cold starts, from process start to the first put answered, or to the first whole answer, which is more; multiples of F.
COLD = 1.0
# These two are held to COLD up to their first put, and beside it to this up to the end of a whole first message: three and five
# notices by SMS and e-mail, each recorded, claimed, sent and written down (docs/performance.md).
WHOLE_MESSAGES = {"tell_agencies": 1.25, "tell_citizens": 1.2}

# Likewise these, to the end of a first file of ten rows, loaded, made live and reported by e-mail, and of a round of reminders
# through all shards that finds nobody to remind.
WHOLE_RUNS = {"load_dataset": 1.4, "continue_upload": 1.4, "remind_dues": 1.15}

# Where instructions cannot be counted CPU time decides, with so much slack: caches and neighbours are in it too.
CPU_SLACK = {"F": 1.15, "a": 1.5}

WRITE_UNITS = 25
# The indexes that the budget counts; what others cost is reported beside it.
COUNTED_INDEXES = ("by_desk", "by_reporter")
ZIP_BYTES = 6_000_000
DEADLINE_MICROSECONDS = 5.0
# What a pass of the watch may cost at a hundred times as many open cases, where as many are due.
WATCH_GROWTH = 1.1
# What a lookup may cost in half a million records, to what it costs in a thousand.
LOOKUP_GROWTH = 1.05
# Read units of the nearest places wherever places crowd: six hundred rows at most.
CROWD_UNITS = 60
# A file of 200,000 rows through the loader, writing apart: a run of it has twelve minutes and a gigabyte.
LOADING_SECONDS = 180
LOADING_MEGABYTES = 100
MODULES = 500


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


def against(
    name: str, unit: str, instructions: tuple[float, float] | None, cpu: tuple[float, float], budget: float | None
) -> Figure:
    """A figure as a multiple of its floor, `unit`.

    Decided by `instructions` (own, the floor's); where there are none by `cpu` (seconds, times the floor's), with slack.
    """
    seconds, times = cpu
    if instructions:
        own, floor = instructions
        return Figure(name, own / floor, unit, budget, own, seconds * 1e3, times)
    return Figure(name, times, unit, budget and budget * CPU_SLACK[unit], None, seconds * 1e3, times)


def missed(figures: Iterable[Figure]) -> list[str]:
    """The names of the figures that are outside their budgets."""
    return [figure.name for figure in figures if not figure.kept]
