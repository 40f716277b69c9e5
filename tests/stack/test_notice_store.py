"""A table of the shape of Notices, on the deployed stack's database, obeys the rules of every store of notices.

It is a table of the test's own, since the stack's `Resend` would take what the rules leave due there.
"""

from collections.abc import Iterator

import pytest

from chalicelib.notices.ports import Store
from tests.address import Address
from tests.stack.own_table import settings_of, table_like
from tests.unit.notices.store_rules import NoticeStoreRules, a_notice


@pytest.fixture(scope="module")
def table(stack: Address) -> Iterator[str]:
    """The name of a table like Notices."""
    with table_like(stack, "NoticesTable", "notices-of-the-rules") as made:
        yield made


@pytest.fixture(scope="module")
def notices(stack: Address, table: str) -> Iterator[Store]:
    """The store as functions have it."""
    with settings_of(stack, NOTICES_TABLE=table):
        from chalicelib.notices.store import NoticeStore

        yield NoticeStore()


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
        assert int(row["expires"]["N"]) == int(made.recorded_at.timestamp()) + 400 * 24 * 3600 + 1
        assert {"due_at", "due_shard"} <= row.keys()
        store.replace(made, made.obsolete())
        row = stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
        assert not {"due_at", "due_shard"} & row.keys()
