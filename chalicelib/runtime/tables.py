"""PynamoDB on ONE client: every table of the process shares a single connection.

PynamoDB builds a session and a client for each model, which costs 100 ms and more a table at a cold start. This touches
two private members (`Model._get_connection`, `TableConnection.connection`); tests/contract/test_shared_client.py guards them.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar, cast

from botocore.exceptions import HTTPClientError
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.runtime.clients import session
from chalicelib.runtime.settings import settings


class SharedConnection(Connection):
    """PynamoDB's connection on our one botocore session."""

    @property
    def session(self) -> Any:
        """The session of the process."""
        return session()

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        """PynamoDB's own, with an error that PynamoDB can read where no answer came.

        `PynamoDBException.cause_response_code` asks the cause for its `response`, which is None after a time-out.
        """
        try:
            return super().dispatch(operation_name, operation_kwargs)
        except HTTPClientError as error:
            error.response = {}
            raise


@cache
def connection() -> SharedConnection:
    """The one DynamoDB connection; pass it to TransactWrite as well."""
    return SharedConnection(
        region=settings().region,
        connect_timeout_seconds=2,
        read_timeout_seconds=5,
        max_retry_attempts=3,
        max_pool_connections=10,
    )


class Table(Model):
    """A PynamoDB model whose `setting` names the field of Settings that holds its physical table name."""

    setting: ClassVar[str]

    @classmethod
    def texts(cls, hash_key: str, attribute: str, range_key: Condition | None = None) -> Iterator[str]:
        """One text attribute of every item of a partition, in order; half the price of the items themselves."""
        table, start = cls._get_connection(), None
        while True:
            page = table.query(hash_key, range_key, attributes_to_get=[attribute], exclusive_start_key=start)
            yield from (item[attribute]["S"] for item in page["Items"])
            start = page.get("LastEvaluatedKey")
            if start is None:
                return

    @classmethod
    def _get_connection(cls) -> TableConnection:
        own = cls.__dict__.get("_connection")
        if own is None:
            cls.Meta.table_name = getattr(settings(), cls.setting)
            cls._connection = None
            own = super()._get_connection()
            meta_table = own.connection.get_meta_table(own.table_name)
            shared = connection()
            # Several models may describe one table; the one that knows its indexes speaks for it.
            if own.table_name not in shared._tables or cls._indexes:
                shared._tables[own.table_name] = meta_table
            own.connection = shared
            cls._connection = own
        return cast(TableConnection, own)
