"""A table of the shape of Cases, on the deployed stack's database, obeys the rules of every store of cases.

It is a table of the test's own, since nothing listens to its stream: no function of the stack acts in between.
"""

from collections.abc import Iterator

import pytest

from chalicelib.feedback.ports import Store
from tests.address import Address
from tests.stack.own_table import settings_of, table_like
from tests.store_rules import StoreRules


@pytest.fixture(scope="module")
def table(stack: Address) -> Iterator[str]:
    """The name of a table like Cases."""
    with table_like(stack, "CasesTable", "cases-of-the-rules") as made:
        yield made


@pytest.fixture(scope="module")
def cases(stack: Address, table: str) -> Iterator[Store]:
    """The store as functions have it."""
    with settings_of(stack, CASES_TABLE=table):
        from chalicelib.feedback.store import CaseStore

        yield CaseStore()


class TestCaseStore(StoreRules):
    """Every rule on the table."""

    @pytest.fixture
    def store(self, cases: Store) -> Store:
        return cases
