"""PynamoDB on ONE client: every table of the process shares a single connection.

PynamoDB builds a session and a client for each model, which costs 100 ms and more a table at a cold start. This touches
two private members (`Model._get_connection`, `TableConnection.connection`); tests/contract/test_shared_client.py guards them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, cast

from botocore.exceptions import HTTPClientError
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.runtime.clients import session
from chalicelib.runtime.settings import settings

Attributes = dict[str, Any]

# DynamoDB's word for a write whose condition did not hold (`PynamoDBException.cause_response_code`).
REFUSED = "ConditionalCheckFailedException"


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
    def put(cls, values: Mapping[str, Any], condition: Condition | None = None) -> None:
        """Write the item of these attributes, None left out; as `save` does, without building a model. Raises PutError."""
        item, table = cls._typed(values), cls._get_connection()
        keys = table.get_meta_table()
        range_key = str(values[keys.range_keyname]) if keys.range_keyname else None
        table.put_item(str(values[keys.hash_keyname]), range_key, attributes=item, condition=condition)

    @classmethod
    def put_while(
        cls, values: Mapping[str, Any], condition: Condition, keys: tuple[str, str], standing: Condition
    ) -> None:  # fmt: skip
        """Write an item as `put` does, in one transaction with `standing` being true of another; raises TransactWriteError."""
        table = cls._get_connection()
        meta, shared = table.get_meta_table(), table.connection
        hash_key, range_key = str(values[meta.hash_keyname]), str(values[meta.range_keyname or ""])
        put = shared.get_operation_kwargs(
            table.table_name, hash_key, range_key, key="Item", attributes=cls._typed(values), condition=condition
        )
        check = shared.get_operation_kwargs(table.table_name, *keys, condition=standing)
        shared.transact_write_items([check], [], [put], [])

    @classmethod
    def _typed(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        known = cls.get_attributes()
        return {
            name: {known[name].attr_type: known[name].serialize(value)}
            for name, value in values.items()
            if value is not None
        }

    @classmethod
    def take(cls, hash_key: str, range_key: str | None = None) -> bool:
        """Delete one item; whether there was one. Raises DeleteError."""
        gone = cls._get_connection().delete_item(hash_key, range_key, return_values="ALL_OLD")
        return bool(gone.get("Attributes"))

    @classmethod
    def put_if(cls, condition: Condition, values: Mapping[str, Any]) -> bool:
        """Write the item of these attributes; False where the condition does not hold. Raises PutError."""
        try:
            cls.put(values, condition)
        except PutError as error:
            return _refused(error)
        return True

    def save_if(self, condition: Condition) -> bool:
        """Write the item; False where the condition does not hold. Raises PutError."""
        try:
            self.save(condition=condition)
        except PutError as error:
            return _refused(error)
        return True

    def update_if(self, condition: Condition, actions: list[Action]) -> bool:
        """Change the item and read what it is then; False where the condition does not hold. Raises UpdateError."""
        try:
            self.update(actions, condition=condition)
        except UpdateError as error:
            return _refused(error)
        return True

    @classmethod
    def row(cls, hash_key: str, range_key: str | None = None) -> Attributes | None:
        """The attributes of one item, read consistently; None where there is none. Raises GetError."""
        found = cls._get_connection().get_item(hash_key, range_key, consistent_read=True).get("Item")
        return _attributes(found) if found else None

    @classmethod
    def rows(
        cls, hash_key: str, range_key: Condition | None = None, *, index: str | None = None, limit: int | None = None,
        after: Mapping[str, Any] | None = None, newest_first: bool = False, consistent: bool = False,
        only: Sequence[str] | None = None,
    ) -> tuple[list[Attributes], Mapping[str, Any] | None]:  # fmt: skip
        """The attributes of the items of a partition, of `only` these where given, and DynamoDB's key of where to go on.

        What `query` finds, for a third of the price. Raises QueryError.
        """
        table, found, start, wanted = cls._get_connection(), list[Attributes](), after, list(only) if only else None
        while True:
            page = table.query(
                hash_key, range_key, index_name=index, limit=limit and limit - len(found), exclusive_start_key=start,
                scan_index_forward=not newest_first, consistent_read=consistent, attributes_to_get=wanted,
            )  # fmt: skip
            found += map(_attributes, page["Items"])
            start = page.get("LastEvaluatedKey")
            if start is None or (limit is not None and len(found) >= limit):
                return found, start

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


def expires_at(until: datetime) -> int:
    """What a table's time to live reads, in whole seconds, for an item that is good until then: the next second."""
    return int(until.timestamp()) + 1


def _refused(error: PutError | UpdateError) -> bool:
    """False, for a write whose condition did not hold; raises the error again where something else was wrong."""
    if error.cause_response_code != REFUSED:
        raise error
    return False


def _attributes(item: Mapping[str, Any]) -> Attributes:
    return {name: _value(*next(iter(typed.items()))) for name, typed in item.items()}


def _value(kind: str, content: Any) -> Any:
    """A value as PynamoDB's attributes read it: text, truth, numbers, lists of such."""
    if kind == "N":
        return json.loads(content)
    return [_value(*next(iter(typed.items()))) for typed in content] if kind == "L" else content
