"""A count that the database does not take is said to the operators, and to nobody who looks something up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pynamodb.exceptions import UpdateError

from chalicelib.lookups.figures.usage import UsageCounter
from chalicelib.lookups.figures.usage_store import UsageStore
from chalicelib.runtime.observability import metrics
from tests.builders import NOW
from tests.unit.lookups.counting_fakes import SmallMap

THROTTLED = ClientError(
    {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slow down"}}, "UpdateItem"
)
SILENT = EndpointConnectionError(endpoint_url="https://dynamodb.example")
TODAY = date(2026, 11, 24)


class Item:
    """One item that the database refuses to change."""

    def __init__(self, cause: Exception) -> None:
        self._cause = cause

    def update(self, actions: Any) -> None:
        raise UpdateError("", self._cause)


@pytest.fixture(autouse=True)
def _counted() -> Iterator[None]:
    metrics.clear_metrics()
    yield
    metrics.clear_metrics()


def _store(cause: Exception) -> UsageStore:
    return UsageStore(lambda pk, sk: Item(cause))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("cause", [THROTTLED, SILENT], ids=["throttled", "silent"])
def test_a_count_that_is_not_taken_is_missing_and_measured(cause: Exception) -> None:
    assert _store(cause).add("dien", TODAY, "-") is False
    assert "UsageNotCounted" in metrics.metric_set


@pytest.mark.parametrize("cause", [THROTTLED, SILENT], ids=["throttled", "silent"])
def test_whoever_looks_something_up_does_not_hear_of_it(cause: Exception) -> None:
    UsageCounter(_store(cause), SmallMap(), lambda: NOW).used("dien", "04249")
