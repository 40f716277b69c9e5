"""A database that does not answer is unavailable, and not a mistake of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import GetError

from chalicelib.core.errors import Unavailable
from chalicelib.runtime.problems import as_domain_error
from chalicelib.runtime.tables import SharedConnection, Table


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes calls and never answers."""
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


def test_no_answer_in_time_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with silent_port() as port, pytest.raises(ReadTimeoutError) as silence:
        SharedConnection(
            region="ap-southeast-1", host=f"http://127.0.0.1:{port}", read_timeout_seconds=0.1, max_retry_attempts=0
        ).dispatch("ListTables", {})
    error = GetError("", silence.value)
    assert error.cause_response_code is None
    assert isinstance(as_domain_error(error), Unavailable)


class Shelf(Table):
    """A table of its own for these tests."""

    class Meta:
        table_name = "shelf"

    setting = "directory_table"

    kind = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    count = NumberAttribute(null=True)
    lines: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)


class _Partition:
    """A table's connection; its partition comes in two pages, what is put is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, Any]] = []
        self.put: list[Any] = []

    def get_meta_table(self) -> MetaTable:
        return MetaTable(
            {
                "KeySchema": [
                    {"AttributeName": "kind", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ]
            }
        )

    def query(self, *_: Any, exclusive_start_key: Any, limit: Any, **__: Any) -> Any:
        self.asked.append((exclusive_start_key, limit))
        if exclusive_start_key is None:
            return {"Items": [{"body": {"S": "a"}}, {"body": {"S": "b"}}], "LastEvaluatedKey": PLACE}
        return {"Items": [{"body": {"S": "c"}}]}

    def put_item(self, hash_key: str, range_key: str, attributes: Any, condition: Any) -> None:
        self.put.append((hash_key, range_key, attributes, condition))

    def get_item(self, hash_key: str, range_key: str, consistent_read: bool, **_: Any) -> Any:
        assert consistent_read
        return {"Item": ITEM} if (hash_key, range_key) == ("k", "1") else {}


PLACE = {"kind": {"S": "k"}}
ITEM = {
    "kind": {"S": "k"},
    "sk": {"S": "1"},
    "count": {"N": "3"},
    "lines": {"L": [{"S": "a"}, {"S": "b"}]},
}


@pytest.fixture
def partition() -> Iterator[_Partition]:
    """The connection of the shelf."""
    made = _Partition()
    Shelf._connection = made  # type: ignore[assignment]
    yield made
    Shelf._connection = None


def test_the_rows_of_a_partition_are_read_to_the_last_page(partition: _Partition) -> None:
    rows, last = Shelf.rows("k")
    assert [row["body"] for row in rows] == ["a", "b", "c"]
    assert last is None
    assert partition.asked == [(None, None), (PLACE, None)]


def test_no_more_rows_are_read_than_are_wanted(partition: _Partition) -> None:
    rows, last = Shelf.rows("k", limit=2)
    assert [row["body"] for row in rows] == ["a", "b"]
    assert last == PLACE
    assert partition.asked == [(None, 2)]


def test_a_short_page_is_filled_from_the_next(partition: _Partition) -> None:
    rows, _ = Shelf.rows("k", limit=3)
    assert len(rows) == 3
    assert partition.asked == [(None, 3), (PLACE, 1)]


def test_what_is_put_is_what_the_model_would_save(partition: _Partition) -> None:
    Shelf.put({"kind": "k", "sk": "1", "body": None, "count": 3, "lines": ["a", "b"]})
    Shelf(kind="k", sk="1", count=3, lines=["a", "b"]).save()
    (hash_key, range_key, attributes, condition), saved = partition.put
    assert (hash_key, range_key, attributes, condition) == ("k", "1", ITEM, None)
    assert saved == ("k", "1", {name: ITEM[name] for name in ("count", "lines")}, None)


def test_what_is_read_is_what_the_model_would_read(partition: _Partition) -> None:
    assert Shelf.row("k", "1") == Shelf.get("k", "1", consistent_read=True).attribute_values
    assert Shelf.row("k", "2") is None
