"""Counts and ratings in memory, and a small map."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from chalicelib.lookups.figures.ratings import Given, RatingTotals, UtilityRating
from chalicelib.lookups.figures.usage import Count

# A province, its districts 132 and 135, and communes.
PARENTS = {"15": "", "132": "15", "135": "15", "04249": "132", "04252": "132", "04489": "135"}


class SmallMap:
    """Areas of PARENTS."""

    def path(self, area: str) -> Sequence[str]:
        return [area, *self.path(PARENTS[area])] if area in PARENTS else []

    def name(self, area: str) -> str:
        return f"Địa bàn {area}"

    def find(self, text: str) -> Sequence[str]:
        return [text] if text in PARENTS else []

    def below(self, area: str) -> Sequence[str]:
        return [code for code in PARENTS if area in self.path(code)]


class MemoryCounts:
    """Counts by utility, day and area; `failing` ones count nothing; `read` says which months were read."""

    def __init__(self, failing: bool = False) -> None:
        self.counts: Counter[tuple[str, date, str]] = Counter()
        self.failing = failing
        self.read: list[tuple[str, date]] = []
        self._lock = threading.Lock()

    def add(self, utility: str, day: date, area: str) -> bool:
        if self.failing:
            return False
        with self._lock:
            self.counts[utility, day, area] += 1
        return True

    def month(self, utility: str, month: date) -> Sequence[Count]:
        self.read.append((utility, month))
        return [
            Count(day, area, times)
            for (name, day, area), times in self.counts.items()
            if name == utility and day.replace(day=1) == month
        ]


class MemoryRatings:
    """Ratings by utility and person; `meanwhile` happens once, between somebody's reading and writing."""

    def __init__(self) -> None:
        self.ratings: dict[tuple[str, str], Given] = {}
        self.moved: dict[str, Counter[UtilityRating]] = {}
        self.meanwhile: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def given(self, utility: str, account: str) -> Given | None:
        found = self.ratings.get((utility, account))
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return found

    def change(self, utility: str, account: str, before: Given | None, after: Given) -> bool:
        with self._lock:
            standing = self.ratings.get((utility, account))
            if (standing and standing.rating) != (before and before.rating):
                return False
            self.ratings[utility, account] = after
            totals = self.moved.setdefault(utility, Counter())
            totals[after.rating] += 1
            if before:
                totals[before.rating] -= 1
            return True

    def totals(self, utility: str) -> RatingTotals:
        totals = self.moved.get(utility, Counter())
        return RatingTotals.of(*(totals[rating] for rating in UtilityRating))

    def page(self, utility: str, after: str, limit: int) -> tuple[Sequence[Given], str]:
        whose = sorted(account for name, account in self.ratings if name == utility and account > after)
        page = whose[:limit]
        return [self.ratings[utility, account] for account in page], page[-1] if len(whose) > limit else ""
