"""A database that does not answer is unavailable, and not a mistake of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
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


class _Pages:
    """A table's connection whose partition comes in two pages."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def query(self, hash_key: str, range_key: object, attributes_to_get: list[str], exclusive_start_key: Any) -> Any:
        self.asked.append(exclusive_start_key)
        if exclusive_start_key is None:
            return {"Items": [{"body": {"S": "a"}}, {"body": {"S": "b"}}], "LastEvaluatedKey": {"kind": {"S": "k"}}}
        return {"Items": [{"body": {"S": "c"}}]}


def test_the_texts_of_a_partition_are_read_to_the_last_page() -> None:
    pages = _Pages()

    class Shelf(Table):
        setting = "directory_table"
        _connection: Any = pages

    assert list(Shelf.texts("k", "body")) == ["a", "b", "c"]
    assert pages.asked == [None, {"kind": {"S": "k"}}]
