"""The catalogue in memory, which stands for the table in other tests, obeys the rules of every store."""

import pytest

from chalicelib.lookups.catalogue.service import Store
from tests.unit.lookups.catalogue_fakes import MemoryCatalogue
from tests.unit.lookups.catalogue_store_rules import CatalogueStoreRules


class TestMemoryCatalogue(CatalogueStoreRules):
    """Every rule on the memory."""

    @pytest.fixture
    def store(self) -> Store:
        return MemoryCatalogue()
