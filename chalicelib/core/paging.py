"""Lists that go on: one page and the cursor of the next."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")

PAGE_SIZE = 20


class Page(NamedTuple, Generic[Item]):
    """Some items in order; `next_cursor` is None on the last page."""

    items: tuple[Item, ...]
    next_cursor: str | None = None

    def map(self, change: Callable[[Item], Other]) -> "Page[Other]":
        """The same page with every item changed."""
        return Page(tuple(change(item) for item in self.items), self.next_cursor)
