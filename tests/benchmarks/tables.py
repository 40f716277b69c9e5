"""Tables in memory that are taught once and then answer the same for ever: writes are then accepted and forgotten."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tests.benchmarks.sizes import read_units

Item = dict[str, dict[str, Any]]
Values = Mapping[str, str]

_CONDITION = re.compile(
    r"(?P<between>#\w+) BETWEEN (?P<low>:\w+) AND (?P<high>:\w+)|begins_with \((?P<begins>#\w+), (?P<prefix>:\w+)\)"
    r"|(?P<name>#\w+) (?P<sign><=|>=|=|<|>) (?P<value>:\w+)"
)


@dataclass(frozen=True, slots=True)
class Index:
    """A table's own key or a global index; `attributes` are what it holds, None for everything."""

    hash: str
    range: str
    attributes: frozenset[str] | None = None


@dataclass(slots=True)
class Table:
    """One table by its CloudFormation properties."""

    name: str
    key: Index
    indexes: Mapping[str, Index]
    items: dict[tuple[str, str], Item] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, properties: Mapping[str, Any]) -> Self:
        key = _index(properties["KeySchema"])
        indexes = {
            one["IndexName"]: _index(one["KeySchema"], one["Projection"], key)
            for one in properties.get("GlobalSecondaryIndexes", ())
        }
        return cls(name, key, indexes)

    def place(self, item: Mapping[str, Any]) -> tuple[str, str]:
        """Where an item, or the item of a key, lies."""
        return text_of(item, self.key.hash), text_of(item, self.key.range)

    def partition(self, index: Index, value: str) -> Iterable[Item]:
        """The items that may be in a partition of the table or of an index."""
        return self.items.values()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers, and the read units it would cost."""

    body: dict[str, Any]
    units: float = 0.0


class Tables:
    """DynamoDB as far as the application uses it; `taught` ends the lesson."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.taught = False

    def answer(self, operation: str, call: Mapping[str, Any]) -> Answer:
        """The answer to an operation; raises KeyError for one that nobody has used yet."""
        made = _OPERATIONS[operation](self, call)
        if "TableName" in call:
            # As AWS does where it is asked, and PynamoDB always asks.
            made.body["ConsumedCapacity"] = {"TableName": call["TableName"], "CapacityUnits": made.units}
        return made

    def _put(self, call: Mapping[str, Any]) -> Answer:
        self._learn(call["TableName"], call["Item"])
        return Answer({})

    def _update(self, call: Mapping[str, Any]) -> Answer:
        table = self.tables[call["TableName"]]
        return Answer({"Attributes": table.items.get(table.place(call["Key"]), {})})

    def _delete(self, _: Mapping[str, Any]) -> Answer:
        return Answer({})

    def _batch_write(self, call: Mapping[str, Any]) -> Answer:
        for name, requests in call["RequestItems"].items():
            for request in requests:
                self._learn(name, request["PutRequest"]["Item"])
        return Answer({"UnprocessedItems": {}})

    def _get(self, call: Mapping[str, Any]) -> Answer:
        table = self.tables[call["TableName"]]
        item = table.items.get(table.place(call["Key"]))
        found = {"Item": item} if item else {}
        return Answer(found, read_units([item] if item else [], bool(call.get("ConsistentRead"))))

    def _batch_get(self, call: Mapping[str, Any]) -> Answer:
        found: dict[str, list[Item]] = {}
        units = 0.0
        for name, wanted in call["RequestItems"].items():
            table, consistent = self.tables[name], bool(wanted.get("ConsistentRead"))
            items = [table.items[place] for place in map(table.place, wanted["Keys"]) if place in table.items]
            units += sum(read_units([item], consistent) for item in items)
            found[name] = items
        return Answer({"Responses": found, "UnprocessedKeys": {}}, units)

    def _query(self, call: Mapping[str, Any]) -> Answer:
        table = self.tables[call["TableName"]]
        index = table.indexes[call["IndexName"]] if "IndexName" in call else table.key
        found = sorted(
            (item for item in table.partition(index, _asked(index, call)) if _matches(item, index, call)),
            key=lambda item: (text_of(item, index.range), table.place(item)),
            reverse=not call.get("ScanIndexForward", True),
        )
        if "ExclusiveStartKey" in call:
            places = [table.place(item) for item in found]
            found = found[places.index(table.place(call["ExclusiveStartKey"])) + 1 :]
        page = found[: call.get("Limit", len(found))]
        read = [_seen(item, index.attributes) for item in page]
        wanted = _projection(call)
        body: dict[str, Any] = {
            "Items": [_seen(item, wanted) for item in read],
            "Count": len(page),
            "ScannedCount": len(page),
        }
        if len(page) < len(found):
            names = {index.hash, index.range, table.key.hash, table.key.range}
            body["LastEvaluatedKey"] = {name: page[-1][name] for name in names}
        # What is asked of an item changes what comes back, not what is read.
        return Answer(body, read_units(read, bool(call.get("ConsistentRead"))))

    def _learn(self, name: str, item: Item) -> None:
        if not self.taught:
            table = self.tables[name]
            table.items[table.place(item)] = item


_OPERATIONS = {
    "PutItem": Tables._put,
    "UpdateItem": Tables._update,
    "DeleteItem": Tables._delete,
    "BatchWriteItem": Tables._batch_write,
    "GetItem": Tables._get,
    "BatchGetItem": Tables._batch_get,
    "Query": Tables._query,
}


def typed(values: Mapping[str, Any]) -> Item:
    """An item as DynamoDB JSON."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"L": [_value(one) for one in value]}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _index(keys: Any, projection: Mapping[str, Any] | None = None, table: Index | None = None) -> Index:
    names = {key["KeyType"]: key["AttributeName"] for key in keys}
    made = Index(names["HASH"], names.get("RANGE", ""))
    if projection is None or table is None or projection["ProjectionType"] == "ALL":
        return made
    held = {made.hash, made.range, table.hash, table.range, *projection.get("NonKeyAttributes", ())}
    return Index(made.hash, made.range, frozenset(held))


def text_of(item: Mapping[str, Any], name: str) -> str:
    """What an item has in an attribute of a key."""
    return next(iter(item[name].values())) if name else ""


def _seen(item: Item, names: frozenset[str] | None) -> Item:
    return {name: value for name, value in item.items() if names is None or name in names}


def _projection(call: Mapping[str, Any]) -> frozenset[str] | None:
    if "ProjectionExpression" not in call:
        return None
    return frozenset(call["ExpressionAttributeNames"][name] for name in call["ProjectionExpression"].split(", "))


def _asked(index: Index, call: Mapping[str, Any]) -> str:
    """The partition that a query asks for."""
    return next(value for name, sign, value, _ in _conditions(call) if name == index.hash and sign == "=")


def _matches(item: Item, index: Index, call: Mapping[str, Any]) -> bool:
    if index.hash not in item or (index.range and index.range not in item):
        return False
    return all(_holds(item, *condition) for condition in _conditions(call))


def _conditions(call: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(attribute, relation, value, second value) of a key condition as PynamoDB writes it."""
    names: Values = call["ExpressionAttributeNames"]
    values = {place: next(iter(value.values())) for place, value in call["ExpressionAttributeValues"].items()}
    for found in _CONDITION.finditer(call["KeyConditionExpression"]):
        if found["between"]:
            yield names[found["between"]], "between", values[found["low"]], values[found["high"]]
        elif found["begins"]:
            yield names[found["begins"]], "begins", values[found["prefix"]], ""
        else:
            yield names[found["name"]], found["sign"], values[found["value"]], ""


def _holds(item: Item, name: str, relation: str, value: str, second: str) -> bool:
    held = text_of(item, name)
    return {
        "=": held == value,
        "<": held < value,
        "<=": held <= value,
        ">": held > value,
        ">=": held >= value,
        "begins": held.startswith(value),
        "between": value <= held <= second,
    }[relation]
