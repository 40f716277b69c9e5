"""What every store of the catalogue does, whatever it is made of."""

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import LostRace
from chalicelib.lookups.catalogue.service import MOST_VERSIONS, Store, UtilityVersion
from chalicelib.lookups.model import Utility
from infra.seed.utilities import utilities

NOW = datetime(2023, 5, 23, 1, 0, tzinfo=UTC)


def a_utility(**changed: Any) -> Utility:
    """A utility that nobody has."""
    return replace(utilities()[-1], id=f"rules-{secrets.token_hex(4)}", **changed)


def version(utility: Utility, number: int, why: str = "Theo quyết định của tỉnh.") -> UtilityVersion:
    """That version of a utility, made by an administrator."""
    return UtilityVersion(NOW, "admin", why, replace(utility, version=number))


class CatalogueStoreRules:
    """Inherited by the tests of each store; the fixture `store` gives one."""

    def test_what_is_kept_is_found_whole(self, store: Store) -> None:
        made = version(a_utility(), 1)
        store.keep(made)
        assert store.standing(made.utility.id) == store.utility(made.utility.id) == made.utility
        assert made.utility in store.utilities()

    def test_what_was_never_kept_is_not_there(self, store: Store) -> None:
        unknown = a_utility().id
        assert store.utility(unknown) is None
        assert store.standing(unknown) is None
        assert list(store.history(unknown)) == []

    def test_a_version_is_written_once_and_in_its_turn(self, store: Store) -> None:
        utility = a_utility()
        store.keep(version(utility, 1))
        for number in (1, 3):
            with pytest.raises(LostRace):
                store.keep(version(utility, number))
        store.keep(version(utility, 2))
        standing = store.standing(utility.id)
        assert standing
        assert standing.version == 2

    def test_the_history_tells_the_newest_first_and_nothing_of_others(self, store: Store) -> None:
        utility = a_utility()
        made = [version(utility, number, f"Lý do thứ {number} của tỉnh.") for number in (1, 2, 3)]
        for one in made:
            store.keep(one)
        store.keep(version(a_utility(), 1))
        assert list(store.history(utility.id)) == made[::-1]

    def test_a_long_history_is_told_from_its_end(self, store: Store) -> None:
        utility = a_utility()
        for number in range(1, MOST_VERSIONS + 3):
            store.keep(version(utility, number))
        told = [made.utility.version for made in store.history(utility.id)]
        assert told == [*range(MOST_VERSIONS + 2, 2, -1)]

    def test_utilities_come_in_order_then_by_id(self, store: Store) -> None:
        made = [a_utility(order=order) for order in (8_002, 8_001, 8_001)]
        for one in made:
            store.keep(version(one, 1))
        mine = {one.id for one in made}
        listed = [one.id for one in store.utilities() if one.id in mine]
        assert listed == sorted(mine, key=lambda name: (next(one.order for one in made if one.id == name), name))
