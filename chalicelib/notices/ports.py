"""What notices need from outside, as they wish to see it; wiring fills these with the other slices and with the providers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from chalicelib.contracts.contacts import Contact
from chalicelib.contracts.feedback_events import Consumer
from chalicelib.core.calendar import Calendar
from chalicelib.core.errors import DomainError
from chalicelib.notices.model import Channel, InboxEntry, Notice, Recipient, Role

# The times of a case that its messages speak of.
MOMENTS = ("deadline", "answer_by", "rate_by")


class Duty(msgspec.Struct, frozen=True):
    """An agency's part in a case: the number of the assignment (or offer), and the agency's code."""

    number: int
    agency: str


class Answered(msgspec.Struct, frozen=True):
    """The agency's answer; `scheduled_for` is an ISO date or empty."""

    outcome: str
    result: str
    next_step: str = ""
    scheduled_for: str = ""


class Stood(msgspec.Struct, frozen=True):
    """How things stood just before a history entry: who held the case, to whom it was offered.

    `climbs` counts the rungs of the duty roster that were climbed since the assignment, with this entry.
    """

    holder: Duty | None = None
    offer: Duty | None = None
    climbs: int = 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its messages tell it, as it stands now. `said` is what was written with each history entry, by number.

    `status`, `level` and `publication` are the codes of the contract with the mobile app; coordinates are degrees (WGS 84).
    `merged_into` and `children` are codes of other cases, `complained_of` those of the agency that the matter is about and of
    who took its place; `before` is how things stood at each history entry, by number.
    """

    code: str
    status: str
    level: str
    category: str
    area: str
    reporter: str
    share_contact: bool
    submitted_at: datetime
    deadline: datetime
    text: str
    title: str = ""
    address: str = ""
    lat: float | None = None
    long: float | None = None
    photos: int = 0
    assignment: Duty | None = None
    offer: Duty | None = None
    said: Mapping[int, str] = msgspec.field(default_factory=dict)
    answer: Answered | None = None
    answer_by: datetime | None = None
    rate_by: datetime | None = None
    rating: str = ""
    refusal: str = ""
    publication: str = "public"
    supporters: tuple[Duty, ...] = ()
    merged_into: str = ""
    children: tuple[str, ...] = ()
    complained_of: frozenset[str] = frozenset()
    before: Mapping[int, Stood] = msgspec.field(default_factory=dict)

    @property
    def moments(self) -> Mapping[str, datetime]:
        """The times that there are, by name."""
        found = {name: getattr(self, name) for name in MOMENTS}
        return {name: moment for name, moment in found.items() if moment is not None}

    @property
    def sealed(self) -> bool:
        """Whether nothing may be said of it any more, nor may anything point to the person."""
        return self.status == "sealed"

    def stood(self, seq: int) -> Stood:
        """How things stood at a history entry; nobody held the case where it is not known."""
        return self.before.get(seq, Stood())


class Office(msgspec.Struct, frozen=True):
    """An agency by name (`short_name` for an SMS), with its office's own e-mail and phone."""

    code: str
    name: str
    short_name: str
    email: str
    phone: str


class Officer(msgspec.Struct, frozen=True):
    """One person in charge at an agency; `phone` in E.164."""

    role: Role
    name: str
    email: str
    phone: str


class Letter(msgspec.Struct, frozen=True):
    """An e-mail ready to go; `trace` are names and values for the provider's records, without personal data."""

    to: str
    subject: str
    text: str
    html: str
    trace: Mapping[str, str]


class Sms(msgspec.Struct, frozen=True):
    """A text ready to go to a number in E.164."""

    to: str
    text: str


class Refused(DomainError):
    """The provider will never take this message: a bad address, an opted-out number. Its `words` is the reason's code."""


class Busy(DomainError):
    """The provider certainly did not take this message now. Its `words` is the reason's code."""


class Unanswered(DomainError):
    """Whether the provider took this message is not known. Its `words` is the reason's code."""


class Telling(StrEnum):
    """What telling came to: `told`, perhaps; `busy`, which may be repeated; `refused`, which no mailbox or telephone will take."""

    TOLD = "told"
    BUSY = "busy"
    REFUSED = "refused"


class Cases(Protocol):
    """The cases that events are about."""

    def case(self, code: str) -> Case:
        """The case as it stands now, read consistently; raises NotFound."""

    def followers(self, code: str) -> Sequence[str]:
        """The accounts that follow the case."""


class Directory(Protocol):
    """Names, officers, who watches over whom, and the calendar, as of today."""

    def office(self, code: str) -> Office | None:
        """The agency, also where it has ended; None for a code never known."""

    def officers(self, code: str) -> Sequence[Officer]:
        """Who is in charge at an agency today; empty where nobody is named."""

    def watcher(self, agency: str, category: str) -> str | None:
        """The agency that watches over one in matters of a category; None at the top of the province."""

    def roster(self, name: str) -> Sequence[tuple[str, Role]]:
        """The posts on a roster (`duty`, `centre`, `leaders`), as agency and role."""

    def category(self, code: str, language: str) -> str:
        """A category's name."""

    def safety(self, code: str, language: str) -> str:
        """A category's safety advice, or empty."""

    def place(self, code: str, at: datetime | None = None) -> tuple[str, ...]:
        """The names of an area and those above it, today or at a moment, the smallest first, the province left out."""

    def calendar(self) -> Calendar:
        """The public calendar."""


class Bounces(Protocol):
    """E-mail addresses that are not written to any more."""

    def bounced(self, address: str) -> bool:
        """Whether an e-mail to the address has come back for good, or its reader complained."""


class Contacts(Protocol):
    """How citizens are reached."""

    def contact(self, account: str) -> Contact | None:
        """The account's phone, e-mail and wishes; None where there is no such account any more."""


class Mailer(Protocol):
    """Takes e-mails."""

    def send(self, letter: Letter) -> str:
        """Hand one e-mail over, once; the provider's number for it. Raises Refused, Busy or Unanswered."""


class Texter(Protocol):
    """Takes SMS."""

    def send(self, sms: Sms) -> str:
        """Hand one SMS over, once; the provider's number for it. Raises Refused, Busy or Unanswered."""


class Journal(Protocol):
    """What operators see."""

    def note(self, outcome: str, notice: Notice) -> None:
        """Count an outcome (PascalCase, such as NoticeSent) by channel, and log it without personal data."""

    def noted_in_inbox(self, entry: InboxEntry) -> None:
        """Count an entry of an inbox, which is recorded and delivered in one."""

    def noted(self, outcome: str, channel: Channel, words: str, reason: str) -> None:
        """Count an outcome of a message without a row of its own, and log it; `reason` is the provider's number once it is sent."""

    def trouble(self, notice: Notice, error: Exception) -> None:
        """Log an unexpected error with its cause."""


class Told(msgspec.Struct, frozen=True):
    """What stands in the table about one event: its notices, and which consumers have planned theirs completely."""

    notices: tuple[Notice, ...]
    seen_by: frozenset[Consumer]


class Store(Protocol):
    """Where notices are kept."""

    def told(self, event: str) -> Told:
        """Everything about one event, read consistently."""

    def record(self, notice: Notice) -> bool:
        """Write a new notice; False where (event, recipient, channel) has one already."""

    def put_into_inbox(self, entry: InboxEntry) -> bool:
        """Write a new entry; False where it stands already."""

    def mark_seen(self, event: str, consumer: Consumer, at: datetime, accounts: Sequence[str] = ()) -> None:
        """Remember that a consumer has recorded all its notices of the event.

        `accounts` have a line in their inbox and no notice, so that a purge finds the line.
        """

    def purge(self, code: str, upto: int) -> None:
        """Take away every notice, mark and line of an inbox about the events of a case up to that number."""

    def unseen(self, wanted: Iterable[tuple[str, Consumer]]) -> frozenset[tuple[str, Consumer]]:
        """Those of (event, consumer) that were not marked."""

    def replace(self, old: Notice, new: Notice) -> bool:
        """Write the next state of a notice; False where it does not stand as `old` any more."""

    def notice(self, event: str, recipient: Recipient, channel: Channel) -> Notice | None:
        """One notice, read consistently."""

    def due(self, until: datetime, limit: int) -> Sequence[Notice]:
        """Notices with something left to do that were due by `until`, the longest due first within a shard."""

    def inbox(self, account: str, limit: int, before: str) -> tuple[Sequence[InboxEntry], str]:
        """Entries of an account, newest first, that come before the id `before`; and the id to go on from, empty at the end."""
