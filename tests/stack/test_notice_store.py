"""A table of the shape of Notices, on the deployed stack's database, obeys the rules of every store of notices.

It is a table of the test's own, since the stack's `Resend` would take what the rules leave due there.
"""

from collections.abc import Iterator

import pytest

from chalicelib.notices.ports import Store
from chalicelib.runtime.settings import settings
from tests.address import Address
from tests.unit.notices.store_rules import NoticeStoreRules, a_notice


@pytest.fixture(scope="module")
def table(stack: Address) -> Iterator[str]:
    """The name of a table like Notices."""
    dynamodb, name = stack.client("dynamodb"), "notices-of-the-rules"
    shape = dynamodb.describe_table(TableName=stack.outputs["NoticesTable"])["Table"]
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
def notices(stack: Address, table: str) -> Iterator[Store]:
    """The store as functions have it, with an operator's keys."""
    place = {
        "NOTICES_TABLE": table,
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "AWS_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.secret_key,
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in place.items():
            environment.setenv(name, value)
        settings.cache_clear()
        from chalicelib.notices.store import NoticeStore

        yield NoticeStore()
    settings.cache_clear()


class TestNoticeStore(NoticeStoreRules):
    """Every rule on the table."""

    @pytest.fixture
    def store(self, notices: Store) -> Store:
        return notices

    def test_a_row_ends_four_hundred_days_after_it_was_recorded_and_leaves_the_index_when_settled(
        self, store: Store, stack: Address, table: str
    ) -> None:
        made = a_notice()
        store.record(made)
        key = {"pk": {"S": f"event#{made.event}"}, "sk": {"S": f"notice#{made.recipient.key}#sms"}}
        row = stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
        assert int(row["expires"]["N"]) == int(made.recorded_at.timestamp()) + 400 * 24 * 3600
        assert {"due_at", "due_shard"} <= row.keys()
        store.replace(made, made.obsolete())
        row = stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
        assert not {"due_at", "due_shard"} & row.keys()
