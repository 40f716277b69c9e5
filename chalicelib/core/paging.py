"""Lists that go on: one page and the cursor of the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items in order; `next_cursor` is None on the last page."""

    items: tuple[Item, ...]
    next_cursor: str | None = None

    def map(self, change: Callable[[Item], Other]) -> "Page[Other]":
        """The same page with every item changed."""
        return Page(tuple(change(item) for item in self.items), self.next_cursor)
