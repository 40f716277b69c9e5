"""The catalogue: the utilities for an audience, one of them, what an offer's records are, and its change by administrators."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, FieldError, Invalid, LostRace, NotFound, Unavailable
from chalicelib.lookups.catalogue.rules import IDENTIFIER, Known, problems
from chalicelib.lookups.model import Audience, Availability, Dataset, Kind, Utility
from chalicelib.lookups.ports import Catalogue

# Versions that are told of one utility; each may be as long as a request.
MOST_VERSIONS = 50


class Suspended(Unavailable):
    """The utility cannot be used for now; its reason says why."""

    words = "error.utility_suspended"


class UtilityVersion(msgspec.Struct, frozen=True):
    """One version of a utility: who made it, when and why."""

    at: datetime
    user: str
    why: str
    utility: Utility


class Store(Catalogue, Protocol):
    """The utilities as stored, and their change."""

    def standing(self, identifier: str) -> Utility | None:
        """One of them as it stands now."""

    def keep(self, made: UtilityVersion) -> None:
        """Write the next version of a utility; raises LostRace where somebody else has."""

    def history(self, identifier: str) -> Sequence[UtilityVersion]:
        """The versions that people have made, the newest first, MOST_VERSIONS at most."""


class Utilities:
    """What the utilities are, and what they offer."""

    def __init__(self, store: Store, known: Known, clock: Clock) -> None:
        self._store, self._known, self._clock = store, known, clock

    def all(self, audience: Audience | None = None) -> Sequence[Utility]:
        """The utilities for an audience, or for all, in order; those that cannot be used for now too."""
        return [one for one in self._store.utilities() if audience is None or audience in one.audience]

    def one(self, identifier: str) -> Utility:
        """One utility; raises NotFound, also for what can be the id of none."""
        return _found(self._store.utility(identifier) if re.fullmatch(IDENTIFIER, identifier) else None)

    def dataset(self, utility: str, offer: str, kind: Kind, language: str = "vi") -> Dataset:
        """The records of an offer of that kind.

        Raises NotFound, and Suspended where the utility cannot be used for now, with the reason in `language` (vi or en).
        """
        found = self.one(utility)
        offered = found.offer(offer)
        if offered is None or offered.kind is not kind:
            raise NotFound("error.offer_not_found")
        if found.availability is Availability.SUSPENDED:
            raise Suspended(reason=(found.reason or found.summary).text(language))
        return Dataset(utility, offered)

    def standing(self, identifier: str) -> Utility:
        """One utility as it stands now, for whoever is about to change it; raises NotFound."""
        return _found(self._store.standing(identifier))

    def history(self, identifier: str) -> Sequence[UtilityVersion]:
        """Who changed a utility, when and why, the newest first; raises NotFound."""
        _found(self._store.standing(identifier))
        return self._store.history(identifier)

    def keep(self, user: str, identifier: str, given: Utility, why: str) -> Utility:
        """Write a utility over the version that it names, 0 for a new one; nothing where it is so already.

        Raises Invalid with all that is wrong, Conflict where it has another version now.
        """
        errors = problems(given, self._known)
        if given.id != identifier:
            errors.append(FieldError("id", "field.other_than_path"))
        if errors:
            raise Invalid(errors)
        standing = self._store.standing(identifier)
        version = standing.version if standing else 0
        if standing is not None and msgspec.structs.replace(given, version=version) == standing:
            return standing
        if given.version != version:
            raise Conflict("error.version", version=version)
        kept = msgspec.structs.replace(given, version=version + 1)
        try:
            self._store.keep(UtilityVersion(self._clock(), user, why, kept))
        except LostRace:
            raise Conflict("error.version", version=version + 1) from None
        return kept


def _found(utility: Utility | None) -> Utility:
    if utility is None:
        raise NotFound("error.utility_not_found")
    return utility
