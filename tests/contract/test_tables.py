"""The tables of the template are those of the PynamoDB models."""

import importlib
import pkgutil
from typing import Any

import pytest

import chalicelib
from chalicelib.runtime.tables import Table
from tests.contract.packaged import Packaged

LOGICAL_NAMES = {
    "cases_table": "Cases",
    "directory_table": "Directory",
    "accounts_table": "Accounts",
    "notices_table": "Notices",
    "sealed_table": "Sealed",
    "lookups_table": "Lookups",
}


def _models() -> list[type[Table]]:
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        if module.name.endswith("store"):
            importlib.import_module(module.name)
    return list(_below(Table))


def _below(model: type[Table]) -> list[type[Table]]:
    return [one for child in model.__subclasses__() for one in (child, *_below(child)) if child.__dict__.get("setting")]


MODELS = _models()


def _key(attributes: Any) -> list[tuple[str, str]]:
    keys = [(a.attr_name, "HASH") for a in attributes if a.is_hash_key]
    return keys + [(a.attr_name, "RANGE") for a in attributes if a.is_range_key]


def _schema(value: Any) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in value["KeySchema"]]


def test_every_table_has_a_model_and_every_model_a_table(packaged: Packaged) -> None:
    assert {LOGICAL_NAMES[model.setting] for model in MODELS} == set(packaged.of_type("AWS::DynamoDB::Table"))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_and_table_have_the_same_key(packaged: Packaged, model: type[Table]) -> None:
    table = packaged.of_type("AWS::DynamoDB::Table")[LOGICAL_NAMES[model.setting]]
    assert _schema(table) == _key(model.get_attributes().values())
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    for name, _ in _schema(table):
        assert types[name] == model.get_attributes()[name].attr_type


def test_models_and_tables_have_the_same_indexes_with_the_same_projections(packaged: Packaged) -> None:
    for logical, table in packaged.of_type("AWS::DynamoDB::Table").items():
        modelled = {
            schema["index_name"]: _index(schema["key_schema"], schema["projection"])
            for model in MODELS
            if LOGICAL_NAMES[model.setting] == logical
            for index in model._indexes.values()
            for schema in [index._get_schema()]
        }
        made = {
            one["IndexName"]: _index(one["KeySchema"], one["Projection"])
            for one in table.get("GlobalSecondaryIndexes", [])
        }
        assert made == modelled, logical


def _index(keys: Any, projection: Any) -> tuple[list[tuple[str, str]], str, set[str]]:
    named = [(key["AttributeName"], key["KeyType"]) for key in keys]
    return (
        sorted(named, key=lambda key: key[1]),
        projection["ProjectionType"],
        set(projection.get("NonKeyAttributes", ())),
    )


def test_every_table_is_paid_by_request_encrypted_recoverable_and_protected_in_production(packaged: Packaged) -> None:
    for name, table in packaged.of_type("AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["SSESpecification"] == {"SSEEnabled": True}, name
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
        assert table["DeletionProtectionEnabled"] == {"Fn::If": ["Production", True, False]}, name
