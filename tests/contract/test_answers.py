"""What our reading of DynamoDB's answers leaves out, botocore's leaves as it is."""

import json
from typing import Any

import botocore.session
import pytest
from botocore.parsers import JSONParser
from pynamodb.attributes import BinaryAttribute, BinarySetAttribute

from chalicelib.runtime.answers import PLAIN, Parsers
from chalicelib.runtime.clients import client
from tests.contract.test_tables import MODELS

ITEM = {
    "code": {"S": "Ổ gà"},
    "version": {"N": "3"},
    "sms": {"BOOL": True},
    "history": {"L": [{"S": "a"}, {"N": "1.5"}]},
    "more": {"M": {"a": {"NULL": True}, "b": {"L": []}}},
}
CAPACITY = {"TableName": "cases", "CapacityUnits": 0.5}
ANSWERS = {
    "GetItemOutput": [{}, {"Item": ITEM, "ConsumedCapacity": CAPACITY}],
    "PutItemOutput": [{}, {"Attributes": ITEM}],
    "UpdateItemOutput": [{"Attributes": ITEM}],
    "QueryOutput": [
        {"Items": [], "Count": 0, "ScannedCount": 0},
        {"Items": [ITEM, ITEM], "Count": 2, "ScannedCount": 2, "LastEvaluatedKey": {"code": {"S": "a"}}},
    ],
    "BatchGetItemOutput": [{"Responses": {"cases": [ITEM]}, "UnprocessedKeys": {}}],
}


def _parsed(parser: Any, body: bytes, shape: Any, status: int = 200) -> Any:
    return parser.parse({"body": body, "headers": {"x-amzn-requestid": "1"}, "status_code": status}, shape)


@pytest.mark.parametrize("output", sorted(PLAIN))
def test_an_answer_is_read_as_botocore_reads_it(output: str) -> None:
    shape = botocore.session.get_session().get_service_model("dynamodb").shape_for(output)
    for content in ANSWERS[output]:
        body = json.dumps(content).encode()
        assert _parsed(Parsers().create_parser("json"), body, shape) == _parsed(JSONParser(), body, shape)


def test_an_error_is_read_as_botocore_reads_it() -> None:
    model = botocore.session.get_session().get_service_model("dynamodb")
    body = json.dumps({"__type": "com.amazonaws#ConditionalCheckFailedException", "message": "no"}).encode()
    for shape in (model.shape_for("PutItemOutput"), model.shape_for("QueryOutput")):
        ours, theirs = (_parsed(made, body, shape, 400) for made in (Parsers().create_parser("json"), JSONParser()))
        assert ours == theirs


def test_other_protocols_are_botocores_own() -> None:
    assert type(Parsers().create_parser("query")).__module__ == "botocore.parsers"


def test_botocore_still_reads_bodies_where_we_do() -> None:
    assert "_handle_json_body" in vars(JSONParser)
    assert "_parse_body_as_json" in {name for kind in JSONParser.__mro__ for name in vars(kind)}


def test_our_clients_read_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert isinstance(client("sns")._endpoint._response_parser_factory, Parsers)


def test_no_table_holds_binary_values() -> None:
    attributes = [attribute for model in MODELS for attribute in model.get_attributes().values()]
    assert attributes
    assert not [one for one in attributes if isinstance(one, BinaryAttribute | BinarySetAttribute)]
