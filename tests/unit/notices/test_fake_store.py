"""The fake obeys the rules of the table, so that what is proved on it holds there."""

import pytest

from tests.unit.notices.memory import FakeStore
from tests.unit.notices.store_rules import NoticeStoreRules


class TestFakeStore(NoticeStoreRules):
    """Every rule on the fake."""

    @pytest.fixture
    def store(self) -> FakeStore:
        return FakeStore()
