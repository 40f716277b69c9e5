"""The served document keeps its word: a short run; tests/prove/test_document_at_length.py is the long one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.address import Address
from tests.stack.accounts_table import forget_addresses
from tests.stack.document import DOCUMENT, Reader, requests
from tests.stack.people import call
from tests.stack.roles import Cast

short = requests(examples=6, coverage=False)


@pytest.fixture(scope="module")
def reader(stack: Address, proven: Callable[[str, str], None]) -> Iterator[Reader]:
    """Everybody who reads the document."""
    made = Reader(Cast.gather(stack))
    yield made
    forget_addresses(stack)
    proven("l", f"in short {made.told()}")


def test_the_served_document_is_the_one_that_is_tried(reader: Reader) -> None:
    served = call(reader.cast.stack, "GET", "/v1/openapi.json").body
    own = ("info", "servers")
    assert {key: value for key, value in served.items() if key not in own} == {
        key: value for key, value in DOCUMENT.items() if key not in own
    }


@short.parametrize()
def test_every_answer_is_one_that_the_document_promises(case: Any, reader: Reader) -> None:
    reader.send(case)
