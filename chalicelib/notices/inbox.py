"""The inbox: what a citizen was told, newest first, in the words of the reader's language; apart from sending, for the API."""

from datetime import datetime
from typing import Protocol

import msgspec

from chalicelib.core.clock import from_text, spoken
from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.paging import PAGE_SIZE, Page
from chalicelib.notices import bill_words
from chalicelib.notices.model import InboxEntry, Side
from chalicelib.notices.ports import MOMENTS, Store
from chalicelib.notices.wording import fill_lines, words_of


class AgencyNames(Protocol):
    """The names of agencies."""

    def agency_name(self, code: str) -> str:
        """The agency's name, also of one that has ended; the code itself where it was never known."""


class Line(msgspec.Struct, frozen=True):
    """One entry as it is read; `kind` is the name of its words, of a case with `feedback_` before it.

    `code` is the case, empty where it is about none.
    """

    id: str
    at: datetime
    kind: str
    title: str
    text: str
    code: str
    read: bool


class InboxService:
    """Reads inboxes."""

    def __init__(self, store: Store, names: AgencyNames, secret: str) -> None:
        self._store = store
        self._names = names
        self._secret = secret

    def list(self, account: str, language: str, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Line]:
        """A page of the account's entries, newest first; raises Invalid for a cursor that was not given to this account."""
        purpose = f"inbox {account}"
        before = open_cursor(self._secret, purpose, cursor)["before"] if cursor else ""
        entries, after = self._store.inbox(account, limit, before)
        lines = tuple(self._line(entry, language) for entry in entries)
        return Page(lines, seal_cursor(self._secret, purpose, {"before": after}) if after else None)

    def _line(self, entry: InboxEntry, language: str) -> Line:
        words = words_of(Side.CITIZEN, entry.words, language)
        if entry.code:
            kind = f"feedback_{entry.words}"
            values = {"code": entry.code, "at": spoken(entry.happened_at, language), **self._spoken(entry, language)}
        else:
            kind, values = entry.words, dict(bill_words.values(entry.params, language))
        text = " ".join(fill_lines(words["text"], values))
        return Line(entry.id, entry.happened_at, kind, words["title"], text, entry.code, entry.read_at is not None)

    def _spoken(self, entry: InboxEntry, language: str) -> dict[str, str]:
        return {name: self._say(name, value, language) for name, value in entry.params.items()}

    def _say(self, name: str, value: str, language: str) -> str:
        if name == "agency":
            return self._names.agency_name(value)
        return spoken(from_text(value), language) if name in MOMENTS else value
