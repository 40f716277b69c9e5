"""The catalogue in the table Lookups: a row a utility, its versions beside it, kept in memory for a minute."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from pynamodb.exceptions import TransactWriteError

from chalicelib.core.clock import Clock
from chalicelib.core.errors import LostRace
from chalicelib.lookups.catalogue.service import MOST_VERSIONS, UtilityVersion
from chalicelib.lookups.model import Utility
from chalicelib.lookups.table import Row, Values
from chalicelib.runtime.tables import connection

# For so long a function goes on with what it has read; a change of a utility takes that long to arrive.
KEPT = timedelta(seconds=60)

_CATALOGUE = "catalogue"
_CANCELLED = "TransactionCanceledException"
_read = msgspec.json.Decoder(Utility).decode
_read_version = msgspec.json.Decoder(UtilityVersion).decode


class Seeded(msgspec.Struct, frozen=True):
    """What became of utilities that were to be written; `kept` are those that were changed in operation and left."""

    written: int
    unchanged: int
    kept: tuple[str, ...]


class CatalogueStore:
    """Reads utilities, one or all at once; what it has read costs no reading for a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: tuple[datetime, Sequence[Utility]] | None = None
        self._each: dict[str, tuple[datetime, Utility]] = {}

    def utilities(self) -> Sequence[Utility]:
        """All of them, in order."""
        now = self._clock()
        if self._all is None or self._all[0] <= now:
            self._all = (now + KEPT, self._stored())
        return self._all[1]

    def utility(self, identifier: str) -> Utility | None:
        """One of them."""
        now = self._clock()
        until, found = self._each.get(identifier, (now, None))
        if found is not None and until > now:
            return found
        fresh = self.standing(identifier)
        # One that is not there is asked for again, so that nobody can fill the memory with names.
        if fresh is not None:
            self._each[identifier] = (now + KEPT, fresh)
        return fresh

    def standing(self, identifier: str) -> Utility | None:
        """One of them as it stands now."""
        row = Row.row(_CATALOGUE, identifier)
        return _read(row["facts"]) if row else None

    def keep(self, made: UtilityVersion) -> None:
        """Write the next version of a utility beside who made it; raises LostRace where somebody else has."""
        # Imported on use: nothing else of the utilities writes in transactions of PynamoDB's.
        from pynamodb.transactions import TransactWrite

        utility, before = made.utility, made.utility.version - 1
        entry = Row(pk=_history(utility.id), sk=f"{utility.version:06d}", facts=_text(made))
        standing = Row.version == before if before else Row.pk.does_not_exist()
        try:
            with TransactWrite(connection=connection()) as transaction:
                transaction.save(entry, condition=Row.pk.does_not_exist())
                transaction.save(Row(**_values(utility)), condition=standing)
        except TransactWriteError as error:
            if error.cause_response_code != _CANCELLED:
                raise
            raise LostRace() from error
        self._all = None
        self._each.pop(utility.id, None)

    def history(self, identifier: str) -> Sequence[UtilityVersion]:
        """The versions that people have made, the newest first, MOST_VERSIONS at most."""
        found, _ = Row.rows(_history(identifier), limit=MOST_VERSIONS, newest_first=True, only=["facts"])
        return [_read_version(row["facts"]) for row in found]

    def seed(self, utilities: Iterable[Utility], overwrite: bool = False) -> Seeded:
        """Write those utilities that are not stored yet, and with `overwrite` those stored differently, as one more version."""
        stored = {utility.id: utility for utility in self._stored(consistent=True)}
        given = [msgspec.structs.replace(one, version=_version(stored, one)) for one in utilities]
        different = [one for one in given if one.id in stored and one != stored[one.id]]
        wanted = [one for one in given if one.id not in stored]
        if overwrite:
            wanted += [msgspec.structs.replace(one, version=one.version + 1) for one in different]
        with Row.batch_write() as batch:
            for one in wanted:
                batch.save(Row(**_values(one)))
        left = () if overwrite else tuple(one.id for one in different)
        return Seeded(len(wanted), len(given) - len(wanted) - len(left), left)

    def _stored(self, consistent: bool = False) -> Sequence[Utility]:
        found, _ = Row.rows(_CATALOGUE, consistent=consistent, only=["facts"])
        return sorted((_read(row["facts"]) for row in found), key=lambda one: (one.order, one.id))


def _version(stored: Mapping[str, Utility], utility: Utility) -> int:
    standing = stored.get(utility.id)
    return standing.version if standing else utility.version


def _values(utility: Utility) -> Values:
    return {"pk": _CATALOGUE, "sk": utility.id, "facts": _text(utility), "version": utility.version}


def _history(identifier: str) -> str:
    return f"{_CATALOGUE}#{identifier}"


def _text(value: Utility | UtilityVersion) -> str:
    return msgspec.json.encode(value).decode()
