"""A table of the shape of Cases, on the deployed stack's database, obeys the rules of every store of cases.

It is a table of the test's own, since nothing listens to its stream: no function of the stack acts in between.
"""

from collections.abc import Iterator

import pytest

from chalicelib.feedback.ports import Store
from chalicelib.runtime.settings import settings
from tests.address import Address
from tests.store_rules import StoreRules


@pytest.fixture(scope="module")
def table(stack: Address) -> Iterator[str]:
    """The name of a table like Cases."""
    dynamodb, name = stack.client("dynamodb"), "cases-of-the-rules"
    shape = dynamodb.describe_table(TableName=stack.outputs["CasesTable"])["Table"]
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in shape["GlobalSecondaryIndexes"]
    ]
    dynamodb.create_table(
        TableName=name, KeySchema=shape["KeySchema"], AttributeDefinitions=shape["AttributeDefinitions"],
        GlobalSecondaryIndexes=indexes, BillingMode="PAY_PER_REQUEST",
    )  # fmt: skip
    yield name
    dynamodb.delete_table(TableName=name)


@pytest.fixture(scope="module")
def cases(stack: Address, table: str) -> Iterator[Store]:
    """The store as functions have it, with an operator's keys."""
    place = {
        "CASES_TABLE": table,
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "AWS_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.secret_key,
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in place.items():
            environment.setenv(name, value)
        settings.cache_clear()
        from chalicelib.feedback.store import CaseStore

        yield CaseStore()
    settings.cache_clear()


class TestCaseStore(StoreRules):
    """Every rule on the table."""

    @pytest.fixture
    def store(self, cases: Store) -> Store:
        return cases
