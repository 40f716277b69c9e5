"""The benchmark's datasets are what the loader writes, and a query finds in a large one what it finds in a small one."""

from typing import Any

import pytest

from tests.benchmarks import records
from tests.benchmarks.records import MONTHS, TOWN_AREA, Grown
from tests.benchmarks.tables import Tables

SECRET = "a secret of these tests, of 40 characters"
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
}


def laid(many: int) -> Tables:
    table = Grown.of("lookups", KEYS)
    records.lay(table, many, SECRET)
    return Tables({"lookups": table})


FEW, MANY = laid(100), laid(400)


def found(tables: Tables, partition: str, **more: Any) -> list[str]:
    """The sort keys in a partition."""
    call = {
        "TableName": "lookups", "KeyConditionExpression": "#0 = :0", "ExpressionAttributeNames": {"#0": "pk"},
        "ExpressionAttributeValues": {":0": {"S": partition}}, **more,
    }  # fmt: skip
    return [item["sk"]["S"] for item in tables.answer("Query", call).body["Items"]]


def test_the_town_has_as_many_places_among_many_as_among_few() -> None:
    partition = f"area#health.facilities#{TOWN_AREA}"
    assert found(FEW, partition) == found(MANY, partition)
    assert len(found(FEW, partition)) == records.IN_TOWN


def test_the_rest_lies_in_other_communes() -> None:
    whole = found(MANY, "area#health.facilities#15")
    assert len(whole) == 400
    assert len(found(FEW, "area#health.facilities#15")) == 100


def test_the_notices_of_the_town_that_are_over_grow_and_the_standing_ones_do_not() -> None:
    few, many = (found(tables, f"board#outages.water#{TOWN_AREA}") for tables in (FEW, MANY))
    assert len(many) > len(few)
    standing = [[key for key in keys if key > "2026"] for keys in (few, many)]
    assert standing[0] == standing[1]
    assert len(standing[0]) == records.IN_TOWN


def test_an_account_has_a_year_of_bills() -> None:
    table = FEW.tables["lookups"]
    assert isinstance(table, Grown)
    accounts = [partition for partition in table.parts if partition.startswith("account#")]
    assert len(accounts) == -(-100 // MONTHS)
    assert [key.partition("#")[2] for key in found(FEW, accounts[0])] == [
        f"{records.VERSION:06d}#2026-{month:02d}" for month in range(1, MONTHS + 1)
    ]


@pytest.mark.parametrize("dataset", ["water.bills", "health.facilities", "outages.water"])
def test_what_was_laid_lives(dataset: str) -> None:
    assert all(key.startswith("slice#") for key in found(FEW, f"dataset#{dataset}"))
