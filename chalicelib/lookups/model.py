"""The catalogue of utilities: what each offers, in which columns, from whose feeds (pure data and rules).

A utility is one tile of the app. It makes offers, each of one kind; an offer's records come from feeds: a unit's uploads, or a
provider's interface. What a record holds, its offer's columns say, so that a further utility of known kinds is data alone.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

# What a record holds, by the names of the columns: text, whole numbers and fractions, truth, and lists of such.
Facts = Mapping[str, Any]


class Kind(StrEnum):
    """What an offer is: records of a code, private to who knows it; places; a board of notices; or another route of the API."""

    ACCOUNT = "account"
    PLACES = "places"
    BOARD = "board"
    ROUTE = "route"


class Audience(StrEnum):
    """For whom a utility is."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    COOPERATIVE = "cooperative"


class Availability(StrEnum):
    """Whether a utility can be used: wholly, in part (the reason says which), or not for now."""

    AVAILABLE = "available"
    LIMITED = "limited"
    SUSPENDED = "suspended"


class ColumnType(StrEnum):
    """What stands in a column.

    Money is in whole đồng. A moment is RFC 3339 in UTC, a date ISO 8601, hours as opening.py says, steps are pairs of quantity and
    price of one, an area is a code, texts a list.
    """

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"
    PHONE = "phone"
    LINK = "link"
    CHOICE = "choice"
    HOURS = "hours"
    STEPS = "steps"
    AREA = "area"
    AREAS = "areas"
    TEXTS = "texts"


class Role(StrEnum):
    """What a column means to the lookup of its kind; one column at most of an offer has each role.

    Account: code, factor (what only the customer knows; never shown), period, due, paid (whether nothing is left to do, or since
    which day), amount. Places: id, title, area, lat, long, hours. Board: id, title, areas, hamlets, starts, ends,
    rank (of what begins at one time the least comes first). A reading is measured against the columns alarm_1 to alarm_3.
    """

    ID = "id"
    TITLE = "title"
    CODE = "code"
    FACTOR = "factor"
    PERIOD = "period"
    DUE = "due"
    PAID = "paid"
    AMOUNT = "amount"
    AREA = "area"
    LAT = "lat"
    LONG = "long"
    HOURS = "hours"
    AREAS = "areas"
    HAMLETS = "hamlets"
    STARTS = "starts"
    ENDS = "ends"
    RANK = "rank"
    READING = "reading"
    ALARM_1 = "alarm_1"
    ALARM_2 = "alarm_2"
    ALARM_3 = "alarm_3"


# Without these no record of the kind can be kept. A posting without `ends` stands until it is replaced.
NEEDED: Mapping[Kind, frozenset[Role]] = {
    Kind.ACCOUNT: frozenset({Role.CODE, Role.FACTOR, Role.PERIOD}),
    Kind.PLACES: frozenset({Role.ID, Role.TITLE, Role.AREA, Role.LAT, Role.LONG}),
    Kind.BOARD: frozenset({Role.ID, Role.TITLE, Role.AREAS}),
    Kind.ROUTE: frozenset(),
}
# These make the key of a record, so a file may say each only once.
KEYS: Mapping[Kind, tuple[Role, ...]] = {
    Kind.ACCOUNT: (Role.CODE, Role.PERIOD),
    Kind.PLACES: (Role.ID,),
    Kind.BOARD: (Role.ID,),
    Kind.ROUTE: (),
}


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name or sentence in Vietnamese and English."""

    vi: str
    en: str

    def text(self, language: str) -> str:
        """In that language, `vi` or `en`."""
        return self.en if language == "en" else self.vi


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value that a column of type choice can have."""

    value: str
    name: Named


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One column of an offer: in files under `name`, in answers under the same.

    `most` limits text in characters and numbers in value. A private column is kept and never shown.
    """

    name: str
    type: ColumnType
    label: Named
    role: Role | None = None
    unit: str = ""
    required: bool = False
    private: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[Choice, ...] = ()


class SliceRule(StrEnum):
    """What one upload of a feed replaces: all that the feed holds, or the month it is for."""

    WHOLE = "whole"
    MONTH = "month"


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One source of an offer's records, kept by `owner`, the code of an agency (its members of the staff pool may upload).

    With a `provider` the records are asked of that provider's interface, else they are uploaded. `codes` is a regular expression
    for the codes it serves, `areas` the areas; empty for all.
    """

    id: str
    name: Named
    owner: str
    slices: SliceRule = SliceRule.WHOLE
    provider: str = ""
    codes: str = ""
    areas: tuple[str, ...] = ()

    def serves_code(self, code: str) -> bool:
        """Whether a code of that form is the feed's."""
        return not self.codes or re.fullmatch(self.codes, code) is not None


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a utility offers. `route` is of another part of the API, for kind `route`.

    `confirmed` asks readers of a posting to confirm that they have received it; `bills` puts the records among "all my bills" and
    makes them remembered before they are due; `factor_hint` says what the second thing to know is.
    """

    id: str
    kind: Kind
    name: Named
    columns: tuple[Column, ...] = ()
    feeds: tuple[Feed, ...] = ()
    route: str = ""
    confirmed: bool = False
    bills: bool = False
    factor_hint: Named | None = None

    def column(self, role: Role) -> Column | None:
        """The column of that role."""
        return next((column for column in self.columns if column.role is role), None)

    def value(self, facts: Facts, role: Role) -> Any:
        """What a record says in the column of that role; None where it has none."""
        column = self.column(role)
        return facts.get(column.name) if column else None

    def feed(self, identifier: str) -> Feed | None:
        """The feed of that id."""
        return next((feed for feed in self.feeds if feed.id == identifier), None)

    def shown(self, facts: Facts) -> dict[str, Any]:
        """The facts that may be shown, in the order of the columns."""
        visible = (column.name for column in self.columns if not column.private and column.role is not Role.FACTOR)
        return {name: facts[name] for name in visible if name in facts}


class Utility(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One tile of the app; `order` is its place among them, `version` counts its changes.

    `sample` marks data made up for demonstrations, which clients must show as such.
    """

    id: str
    order: int
    name: Named
    summary: Named
    audience: tuple[Audience, ...]
    offers: tuple[Offer, ...]
    availability: Availability = Availability.AVAILABLE
    reason: Named | None = None
    sample: bool = False
    version: int = 1

    def offer(self, identifier: str) -> Offer | None:
        """The offer of that id."""
        return next((offer for offer in self.offers if offer.id == identifier), None)


class Dataset(msgspec.Struct, frozen=True):
    """The records of one offer, whatever feed they come from; `id` is `<utility>.<offer>`."""

    utility: str
    offer: Offer

    @property
    def id(self) -> str:
        """The dataset's name in keys."""
        return f"{self.utility}.{self.offer.id}"


class Slice(msgspec.Struct, frozen=True):
    """What one upload replaces, and which version of it lives: versions are the numbers of uploads, 0 for none.

    `name` is the feed's id, followed by `@YYYY-MM` where the feed is uploaded by months.
    """

    name: str
    live: int = 0
    previous: int = 0
    rows: int = 0
    loaded_at: datetime | None = None


class Record(msgspec.Struct, frozen=True):
    """One record of an account: `period` orders them, the newest being the greatest text."""

    period: str
    facts: Facts
    feed: str


class Place(msgspec.Struct, frozen=True):
    """One place, in degrees of WGS 84."""

    id: str
    title: str
    area: str
    lat: float
    long: float
    facts: Facts
    feed: str


class Posting(msgspec.Struct, frozen=True):
    """One notice of a board; it stands from `starts` until `ends`, None for no such end.

    `areas` are the areas it is for, with all below them; `hamlets` narrow that to the ones named, where there are any.
    """

    id: str
    title: str
    areas: tuple[str, ...]
    hamlets: tuple[str, ...]
    starts: datetime | None
    ends: datetime | None
    facts: Facts
    feed: str


def month_of(text: str) -> date:
    """The first day of the month `YYYY-MM`; raises ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(f"{text}-01")
