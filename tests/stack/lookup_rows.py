"""Utilities and records of tests in the table Lookups, as the loader writes them."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from boto3.dynamodb.types import TypeSerializer
from msgspec.structs import replace

from chalicelib.lookups.model import Dataset, Feed, Offer, Utility
from chalicelib.lookups.rows import stamp
from chalicelib.lookups.uploads.items import Keeping, items_of
from infra.seed.utilities import utilities
from tests.address import Address
from tests.unit.lookups.counting_fakes import SmallMap

LOADED = datetime(2026, 3, 1, 3, tzinfo=UTC)


@contextmanager
def utility_like(stack: Address, identifier: str, **other: Any) -> Iterator[Utility]:
    """A utility of this test alone that is as a seeded one but for `other`; not in the catalogue afterwards."""
    seeded = next(one for one in utilities() if one.id == identifier)
    made = replace(seeded, id=f"{identifier}-{secrets.token_hex(4)}", order=9_000, **other)
    key = {"pk": "catalogue", "sk": made.id}
    put(stack, key | {"facts": msgspec.json.encode(made).decode(), "version": made.version})
    yield made
    table, serialize = stack.outputs["LookupsTable"], TypeSerializer().serialize
    stack.client("dynamodb").delete_item(
        TableName=table, Key={name: serialize(value) for name, value in key.items()}
    )  # fmt: skip


def load(
    stack: Address, utility: Utility, offer: Offer, records: Iterable[Mapping[str, Any]], version: int = 1
) -> None:
    """Put records of the offer's first feed under a version."""
    feed = offer.feeds[0]
    kept = Keeping(Dataset(utility.id, offer), feed.id, stamp(feed.id, version), "a secret", SmallMap())
    for record in records:
        for item in items_of(kept, record):
            put(stack, {"pk": item.pk, "sk": item.sk, "facts": item.facts})


def let_live(stack: Address, utility: Utility, offer: Offer, feed: Feed, version: int) -> None:
    """Switch the feed to a version."""
    facts = {"rows": 1, "loaded_at": LOADED, "doomed": ()}
    put(
        stack,
        {
            "pk": f"dataset#{utility.id}.{offer.id}", "sk": f"slice#{feed.id}", "live": version, "previous": version - 1,
            "version": version, "facts": msgspec.json.encode(facts).decode(),
        },
    )  # fmt: skip


def put(stack: Address, item: Mapping[str, Any]) -> None:
    """One item of the table."""
    serialize = TypeSerializer().serialize
    stack.client("dynamodb").put_item(
        TableName=stack.outputs["LookupsTable"], Item={name: serialize(value) for name, value in item.items()}
    )
