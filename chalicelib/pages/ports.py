"""What the pages need from the slices that know cases and agencies; wiring fills it."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from chalicelib.pages.model import Ending, Group, Leave, SentCode, Sheet, Task, Tracked


class Sent(msgspec.Struct, frozen=True):
    """What an officer sent: the typed fields by the names of the JSON routes, the form's key, the correlation id."""

    fields: Mapping[str, Any]
    key: str
    cid: str


class Limits(msgspec.Struct, frozen=True):
    """The least characters of an answer's result, the most files of an answer."""

    result: int
    files: int


class Cases(Protocol):
    """A case as its agency works on it, and as its reporter follows it."""

    def sheet(self, token: str, language: str, upload: str = "") -> Sheet:
        """What a signed link opens; raises NotFound for a forged link, Gone for one whose assignment is over.

        With the id of an `upload` it waits, for some seconds at most, until that file is registered.
        """

    def ending(self, token: str, language: str) -> Ending | None:
        """How the assignment of an ended link ended; None where that cannot be said. Raises NotFound for a forged link."""

    def carry_out(self, token: str, task: Task, sent: Sent) -> None:
        """Do it; raises Invalid with every field that is wrong, Conflict where it cannot be done now, NotFound, Gone."""

    def send_code(self, token: str, key: str, language: str) -> SentCode:
        """Send the head a code for the draft that waits; the same key sends nothing again.

        Raises TooMany, Unavailable, Conflict where there is nothing to approve or the head cannot be reached, NotFound, Gone.
        """

    def leave(self, token: str, back_to: str) -> Leave | None:
        """Leave to upload one more file as evidence, then go to `back_to`; None where no more can be added."""

    def agencies(self, token: str, language: str) -> tuple[Group, ...]:
        """The agencies a case can be handed over to, the likely ones first; raises NotFound, Gone."""

    def tracked(self, code: str, language: str) -> Tracked:
        """What the holder of a tracking code may see; raises NotFound."""
