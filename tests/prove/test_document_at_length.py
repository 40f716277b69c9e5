"""The served document keeps its word, at length: every systematic request, and many random ones, an operation."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.address import Address
from tests.stack.accounts_table import forget_addresses
from tests.stack.document import Reader, operations, requests
from tests.stack.roles import Cast

long = requests(examples=30, coverage=True)


@pytest.fixture(scope="module")
def reader(stack: Address, proven: Callable[[str, str], None]) -> Iterator[Reader]:
    """Everybody who reads the document; at the end every operation has done its work."""
    made = Reader(Cast.gather(stack))
    yield made
    forget_addresses(stack)
    assert made.carried_out() == operations()
    proven("l", f"at length {made.told()}")


@long.parametrize()
def test_every_answer_is_one_that_the_document_promises(case: Any, reader: Reader) -> None:
    reader.send(case)
