"""The benchmark's tables answer as DynamoDB does, as far as the application asks."""

from typing import Any

import pytest

from tests.benchmarks.tables import Table, Tables

PROPERTIES = {
    "KeySchema": [{"AttributeName": "code", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_desk",
            "KeySchema": [{"AttributeName": "desk", "KeyType": "HASH"}, {"AttributeName": "due", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status"]},
        }
    ],
}


def item(**texts: str) -> dict[str, dict[str, str]]:
    return {name: {"S": text} for name, text in texts.items()}


@pytest.fixture
def tables() -> Tables:
    """Three cases, two of them at a desk."""
    made = Tables({"cases": Table.of("cases", PROPERTIES)})
    for row in (
        item(code="a", part="head", desk="centre", due="2", status="received", text="long"),
        item(code="b", part="head", desk="centre", due="1", status="received", text="long"),
        item(code="c", part="head", status="closed"),
        item(code="c", part="text#1", text="more"),
    ):
        made.answer("PutItem", {"TableName": "cases", "Item": row})
    made.taught = True
    return made


def query(condition: str, names: str, values: str, **more: Any) -> dict[str, Any]:
    return {
        "TableName": "cases", "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{place}": name for place, name in enumerate(names.split())},
        "ExpressionAttributeValues": {f":{place}": {"S": value} for place, value in enumerate(values.split())}, **more,
    }  # fmt: skip


def test_a_partition_comes_in_the_order_of_its_range_key(tables: Tables) -> None:
    found = tables.answer("Query", query("#0 = :0", "code", "c")).body["Items"]
    assert [row["part"]["S"] for row in found] == ["head", "text#1"]


def test_an_index_holds_the_items_with_its_key_and_of_them_what_it_projects(tables: Tables) -> None:
    found = tables.answer("Query", query("#0 = :0", "desk", "centre", IndexName="by_desk")).body["Items"]
    assert [row["code"]["S"] for row in found] == ["b", "a"]
    assert set(found[0]) == {"code", "part", "desk", "due", "status"}


def test_a_page_says_where_to_go_on_and_the_next_begins_there(tables: Tables) -> None:
    first = tables.answer("Query", query("#0 = :0", "desk", "centre", IndexName="by_desk", Limit=1)).body
    assert first["LastEvaluatedKey"] == item(code="b", part="head", desk="centre", due="1")
    wanted = query("#0 = :0", "desk", "centre", IndexName="by_desk", ExclusiveStartKey=first["LastEvaluatedKey"])
    second = tables.answer("Query", wanted).body
    assert [row["code"]["S"] for row in second["Items"]] == ["a"]
    assert "LastEvaluatedKey" not in second


@pytest.mark.parametrize(
    ("condition", "names", "values", "parts"),
    [
        ("(#0 = :0 AND begins_with (#1, :1))", "code part", "c text", ["text#1"]),
        ("(#0 = :0 AND #1 <= :1)", "code part", "c head", ["head"]),
        ("(#0 = :0 AND #1 BETWEEN :1 AND :2)", "code part", "c s u", ["text#1"]),
    ],
)
def test_conditions_on_the_range_key_hold(
    tables: Tables, condition: str, names: str, values: str, parts: list[str]
) -> None:
    found = tables.answer("Query", query(condition, names, values)).body["Items"]
    assert [row["part"]["S"] for row in found] == parts


def test_once_taught_the_tables_forget_what_is_written(tables: Tables) -> None:
    tables.answer("PutItem", {"TableName": "cases", "Item": item(code="d", part="head")})
    asked = {"TableName": "cases", "Key": item(code="d", part="head"), "ConsistentRead": True}
    assert "Item" not in tables.answer("GetItem", asked).body


def test_a_read_says_what_it_costs(tables: Tables) -> None:
    asked = {"TableName": "cases", "Key": item(code="a", part="head"), "ConsistentRead": True}
    answer = tables.answer("GetItem", asked)
    assert answer.units == answer.body["ConsumedCapacity"]["CapacityUnits"] == 1
