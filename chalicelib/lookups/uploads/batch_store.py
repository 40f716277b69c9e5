"""Many items of the table Lookups at once: batches of 25, a few at a time, what the table did not take tried again."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import Unavailable
from chalicelib.lookups.table import Row
from chalicelib.lookups.uploads.ports import Item
from chalicelib.runtime.tables import connection

# What BatchWriteItem takes at once.
AT_ONCE = 25
THREADS = 4
TRIES = 8
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
_BUSY = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})

Request = Mapping[str, Mapping[str, Any]]
# One call of BatchWriteItem; what it did not take.
Send = Callable[[Sequence[Request]], Sequence[Request]]


class BatchStore:
    """Writes and deletes; the order within one call is nobody's."""

    def __init__(self, send: Send | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._send = send or _batch_write
        self._sleep = sleep

    def write(self, items: Sequence[Item]) -> None:
        """Write items of different keys; raises Unavailable where the table takes no more of them for now."""
        self._all([{"PutRequest": {"Item": _typed(item._asdict())}} for item in items])

    def delete(self, items: Sequence[Item]) -> None:
        """Delete items by their keys, whether they are there or not; raises Unavailable likewise."""
        self._all([{"DeleteRequest": {"Key": _typed({"pk": item.pk, "sk": item.sk})}} for item in items])

    def _all(self, requests: Sequence[Request]) -> None:
        batches = [requests[start : start + AT_ONCE] for start in range(0, len(requests), AT_ONCE)]
        with ThreadPoolExecutor(THREADS) as pool:
            for done in [pool.submit(self._until_taken, batch) for batch in batches]:
                done.result()

    def _until_taken(self, batch: Sequence[Request]) -> None:
        left = batch
        for attempt in range(TRIES):
            left = self._send(left)
            if not left:
                return
            longest = min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE)
            self._sleep(random.uniform(0, longest))  # noqa: S311 - jitter
        raise Unavailable()


def _batch_write(requests: Sequence[Request]) -> Sequence[Request]:
    name = Row._get_connection().table_name
    try:
        answer = connection().dispatch("BatchWriteItem", {"RequestItems": {name: list(requests)}})
    except ClientError as error:
        if error.response["Error"]["Code"] not in _BUSY:
            raise
        return requests
    left: Sequence[Request] = answer.get("UnprocessedItems", {}).get(name, ())
    return left


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return Row._typed(values)
