"""What lookups need from outside, as they wish to see it; stores and providers fill these, fakes do in tests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from chalicelib.core.errors import Unavailable
from chalicelib.lookups.model import Dataset, Feed, Place, Posting, Record, Slice, Utility


class Freshness(msgspec.Struct, frozen=True):
    """How old what was found is: as its source said it at `as_of`; `stale` where the source does not answer now."""

    as_of: datetime
    stale: bool = False


class Account(msgspec.Struct, frozen=True):
    """What a source knows under one code: the newest records first; `factor` proves who asks (rows.factor_mac)."""

    factor: str
    records: tuple[Record, ...]
    freshness: Freshness


class Places(msgspec.Struct, frozen=True):
    """Places found and how old they are."""

    places: tuple[Place, ...]
    freshness: Freshness


class Board(msgspec.Struct, frozen=True):
    """Postings found and how old they are; `partial` where there are more than were read."""

    postings: tuple[Posting, ...]
    freshness: Freshness
    partial: bool = False


class UpstreamDown(Unavailable):
    """A provider's interface does not answer, or not sensibly, and nothing that it said before is at hand."""

    words = "error.upstream_down"


class Catalogue(Protocol):
    """The utilities as stored; what is read may be a minute old."""

    def utilities(self) -> Sequence[Utility]:
        """All of them, in order."""

    def utility(self, identifier: str) -> Utility | None:
        """One of them."""


class AccountSource(Protocol):
    """Records by code: of the table, or of a provider."""

    def account(self, dataset: Dataset, feeds: Sequence[Feed], code: str) -> Account | None:
        """What is known under the code in these feeds; None where nothing is. Raises UpstreamDown."""


class BoardSource(Protocol):
    """Postings by area: of the table, or of a provider."""

    def board(self, dataset: Dataset, feeds: Sequence[Feed], areas: Sequence[str], since: datetime) -> Board:
        """What stands at `since` or later for any of these areas, in no order. Raises UpstreamDown."""


class Slices(Protocol):
    """Which versions live."""

    def slices(self, dataset: str) -> Sequence[Slice]:
        """The slices of a dataset; at most a few seconds old."""


class Areas(Protocol):
    """The map, as the directory knows it."""

    def path(self, area: str) -> Sequence[str]:
        """The codes from the area up to the province; empty for an area unknown."""

    def name(self, area: str) -> str:
        """Its name with the district's, for people; the code where it is unknown."""

    def find(self, text: str) -> Sequence[str]:
        """The codes of the areas that a unit's file may mean by the text: a code, or a name with or without diacritics."""

    def below(self, area: str) -> Sequence[str]:
        """The area and all below it."""


class Usage(Protocol):
    """How often utilities are used, by whom nobody knows."""

    def used(self, utility: str, area: str | None = None) -> None:
        """Count one lookup that succeeded, in the area that was asked for, if any; never raises for a count that fails."""
