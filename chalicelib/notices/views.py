"""What callers see of their inbox."""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from chalicelib.core.paging import Page

if TYPE_CHECKING:
    # The API loads every route at its cold start; the inbox and its words are loaded when first read.
    from chalicelib.notices.inbox import Line


class InboxItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to the caller, in the caller's language; `code` is the case it is about, if any."""

    id: str
    at: datetime
    kind: str
    title: str
    text: str
    read: bool
    code: str = ""


class InboxList(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of the inbox, newest first; `next_cursor` leads to the next."""

    items: list[InboxItem]
    next_cursor: str | None = None


def inbox_list(page: "Page[Line]") -> InboxList:
    """The page as its reader sees it."""
    items = [InboxItem(line.id, line.at, line.kind, line.title, line.text, line.read, line.code) for line in page.items]
    return InboxList(items, page.next_cursor)
