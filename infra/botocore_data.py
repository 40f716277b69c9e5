"""botocore's data cut down to what functions call: reading it is a third of what a client costs at a cold start.

Of each service's model the operations in use remain with the shapes they need and without documentation; of the endpoints, the
services in use. Nothing is changed in what remains (tests/contract/test_botocore_data.py compares it with what was shipped).
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# By the names botocore gives services and operations; whoever calls another adds it here.
OPERATIONS: dict[str, frozenset[str]] = {
    "cognito-idp": frozenset(
        {
            "AdminCreateUser",
            "AdminGetUser",
            "AdminInitiateAuth",
            "AdminRespondToAuthChallenge",
            "AdminSetUserPassword",
            "RevokeToken",
        }
    ),
    "dynamodb": frozenset(
        {
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    # botocore makes a presigned POST with the model of CreateBucket, and looks for a bucket in another region by HeadBucket.
    "s3": frozenset({"CopyObject", "CreateBucket", "DeleteObject", "GetObject", "HeadBucket", "PutObjectTagging"}),
    "sesv2": frozenset({"SendEmail"}),
    "sns": frozenset({"Publish"}),
    "sqs": frozenset({"SendMessage"}),
    "ssm": frozenset({"GetParameter"}),
}

# Where the name that endpoints are listed under is not the service's.
_ENDPOINT_PREFIX = {"sesv2": "email"}


def slim(data: Path) -> None:
    """Rewrites the folder botocore/data; a second time changes nothing."""
    for service in OPERATIONS:
        for packed in sorted((data / service).rglob("*.json.gz")):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
            packed.unlink()
        for file in sorted((data / service).rglob("*.json")):
            content = json.loads(file.read_text("utf-8"))
            _rewrite(file, _model(content, OPERATIONS[service]) if file.name == "service-2.json" else content)
    endpoints = data / "endpoints.json"
    if endpoints.exists():
        _rewrite(endpoints, _endpoints(json.loads(endpoints.read_text("utf-8"))))


def _rewrite(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _model(model: dict[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    operations = {name: operation for name, operation in model["operations"].items() if name in wanted}
    needed = _needed(operations, model["shapes"])
    shapes = {name: shape for name, shape in model["shapes"].items() if name in needed}
    return {**model, "operations": without_words(operations), "shapes": without_words(shapes)}


def _needed(operations: Any, shapes: dict[str, Any]) -> set[str]:
    """The names of all shapes that operations lead to."""
    needed: set[str] = set()
    found = set(_references(operations))
    while found:
        needed |= found
        found = {name for known in found for name in _references(shapes[known])} - needed
    return needed


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        for inner in value.values():
            yield from _references(inner)


def without_words(value: Any) -> Any:
    """The same without documentation."""
    if isinstance(value, list):
        return [without_words(item) for item in value]
    if isinstance(value, dict):
        # A member of a shape may be called documentation; then it is no text.
        return {
            name: without_words(inner)
            for name, inner in value.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return value


def _endpoints(content: dict[str, Any]) -> dict[str, Any]:
    wanted = {_ENDPOINT_PREFIX.get(service, service) for service in OPERATIONS}
    partitions = [
        {**one, "services": {name: found for name, found in one["services"].items() if name in wanted}}
        for one in content["partitions"]
    ]
    return {**content, "partitions": partitions}
