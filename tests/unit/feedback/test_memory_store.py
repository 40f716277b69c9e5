"""The fake obeys the rules of the table, so that what is proved on it holds there."""

import pytest

from tests.fakes import MemoryStore
from tests.store_rules import StoreRules


class TestMemoryStore(StoreRules):
    """Every rule on the fake."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
