"""Many items go in batches of 25; what the table did not take is tried again, not for ever."""

import threading
from collections.abc import Sequence

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.lookups.uploads.batch_store import AT_ONCE, TRIES, BatchStore, Request
from chalicelib.lookups.uploads.ports import Item


class Reluctant:
    """A table that takes so many requests of a call, and nothing at all of the first calls."""

    def __init__(self, takes: int = AT_ONCE, closed: int = 0) -> None:
        self._takes = takes
        self._closed = closed
        self._lock = threading.Lock()
        self.taken: list[Request] = []
        self.largest = 0
        self.pauses: list[float] = []

    def __call__(self, requests: Sequence[Request]) -> Sequence[Request]:
        with self._lock:
            self.largest = max(self.largest, len(requests))
            if self._closed:
                self._closed -= 1
                return requests
            self.taken += requests[: self._takes]
            return requests[self._takes :]

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


def items(count: int) -> list[Item]:
    return [Item("pk", f"{number:04d}", "{}", "mac" if number % 2 else None) for number in range(count)]


def keys(table: Reluctant, verb: str, part: str) -> list[str]:
    return sorted(request[verb][part]["sk"]["S"] for request in table.taken)


@pytest.mark.parametrize("count", [0, 1, 25, 26, 260])
def test_every_item_is_written_once_in_batches_of_twenty_five(count: int) -> None:
    table = Reluctant()
    BatchStore(table, table.sleep).write(items(count))
    assert keys(table, "PutRequest", "Item") == [f"{number:04d}" for number in range(count)]
    assert table.largest <= AT_ONCE
    assert table.pauses == []


def test_what_is_not_taken_is_tried_again_after_a_pause() -> None:
    table = Reluctant(takes=10)
    BatchStore(table, table.sleep).write(items(60))
    assert keys(table, "PutRequest", "Item") == [f"{number:04d}" for number in range(60)]
    assert table.pauses
    assert all(0 <= pause <= 2 for pause in table.pauses)


def test_a_table_that_takes_nothing_is_unavailable() -> None:
    table = Reluctant(closed=1_000)
    with pytest.raises(Unavailable):
        BatchStore(table, table.sleep).write(items(1))
    assert len(table.pauses) == TRIES


def test_items_are_deleted_by_their_keys_alone() -> None:
    table = Reluctant(closed=1)
    BatchStore(table, table.sleep).delete(items(30))
    assert keys(table, "DeleteRequest", "Key") == [f"{number:04d}" for number in range(30)]
    assert {tuple(request["DeleteRequest"]["Key"]) for request in table.taken} == {("pk", "sk")}


def test_attributes_that_an_item_lacks_are_left_out() -> None:
    table = Reluctant()
    BatchStore(table, table.sleep).write([Item("pk", "1", "{}"), Item("pk", "2", "{}", "mac", 7)])
    written = {request["PutRequest"]["Item"]["sk"]["S"]: request["PutRequest"]["Item"] for request in table.taken}
    assert written["1"] == {"pk": {"S": "pk"}, "sk": {"S": "1"}, "facts": {"S": "{}"}}
    assert written["2"]["factor"] == {"S": "mac"}
    assert written["2"]["expires"] == {"N": "7"}
