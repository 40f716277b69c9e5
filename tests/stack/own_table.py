"""A table of a test's own on the deployed stack's database, and our stores on it: no function of the stack acts in between."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.runtime.settings import settings
from tests.address import Address


@contextmanager
def table_like(stack: Address, output: str, name: str) -> Iterator[str]:
    """The name of an empty table with keys and indexes of the one that the stack's `output` names; deleted in the end."""
    dynamodb = stack.client("dynamodb")
    shape = dynamodb.describe_table(TableName=stack.outputs[output])["Table"]
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in shape.get("GlobalSecondaryIndexes", ())
    ]
    dynamodb.create_table(
        TableName=name, KeySchema=shape["KeySchema"], AttributeDefinitions=shape["AttributeDefinitions"],
        BillingMode="PAY_PER_REQUEST", **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )  # fmt: skip
    yield name
    dynamodb.delete_table(TableName=name)


@contextmanager
def settings_of(stack: Address, **tables: str) -> Iterator[None]:
    """While it lasts, stores work as in a function, on these tables (CASES_TABLE=…), with an operator's keys."""
    place = {
        **tables,
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "AWS_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.secret_key,
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in place.items():
            environment.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()
