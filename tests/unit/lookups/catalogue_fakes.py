"""The catalogue in memory, with the conditions of the real one."""

from collections.abc import Callable, Iterable, Sequence

from chalicelib.core.errors import LostRace
from chalicelib.lookups.catalogue.service import MOST_VERSIONS, UtilityVersion
from chalicelib.lookups.model import Utility


class MemoryCatalogue:
    """Utilities by id; `before_keeping` lets somebody else be faster."""

    def __init__(self, utilities: Iterable[Utility] = ()) -> None:
        self.stored = {one.id: one for one in utilities}
        self.versions: list[UtilityVersion] = []
        self.before_keeping: Callable[[], None] = lambda: None

    def utilities(self) -> Sequence[Utility]:
        return sorted(self.stored.values(), key=lambda one: (one.order, one.id))

    def utility(self, identifier: str) -> Utility | None:
        return self.stored.get(identifier)

    def standing(self, identifier: str) -> Utility | None:
        return self.stored.get(identifier)

    def keep(self, made: UtilityVersion) -> None:
        rival, self.before_keeping = self.before_keeping, lambda: None
        rival()
        standing = self.stored.get(made.utility.id)
        if (standing.version if standing else 0) != made.utility.version - 1:
            raise LostRace()
        self.stored[made.utility.id] = made.utility
        self.versions.append(made)

    def history(self, identifier: str) -> Sequence[UtilityVersion]:
        return [made for made in self.versions[::-1] if made.utility.id == identifier][:MOST_VERSIONS]
