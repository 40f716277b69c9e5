"""The API's own document: every route in it, every reference resolved, nothing that OpenAPI 3.1 does not know."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import app as application
from chalicelib.api.openapi import Problem, document, statuses
from chalicelib.feedback import commands
from chalicelib.runtime.http import ENDPOINTS, STAFF_RIGHTS, Caller, Endpoint
from tests.gateway import call

SERVED = [spec for spec in ENDPOINTS if spec.problem_page is None]
DOCUMENT = document(ENDPOINTS, "1.2.3", "https://api.example")
OPERATIONS = {(spec.path, spec.method): DOCUMENT["paths"][spec.path][spec.method.lower()] for spec in SERVED}

# JSON Schema 2020-12 as far as our types use it.
KEYWORDS = {
    "$ref", "additionalProperties", "anyOf", "const", "default", "description", "enum", "exclusiveMaximum", "exclusiveMinimum",
    "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern", "prefixItems",
    "properties", "required", "title", "type",
}  # fmt: skip


def schemas(node: Any, inside: bool = False) -> Iterator[dict[str, Any]]:
    """Every schema in the document."""
    if isinstance(node, list):
        for item in node:
            yield from schemas(item, inside)
    elif isinstance(node, dict):
        if inside:
            yield node
        for name, value in node.items():
            if name in {"schemas", "properties"}:
                for part in value.values():
                    yield from schemas(part, True)
            elif name in {"schema", "items", "anyOf", "prefixItems", "additionalProperties"}:
                yield from schemas(value, True)
            elif name not in {"default", "enum", "const"}:
                yield from schemas(value, False)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)


def test_the_document_names_its_version_and_its_server() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert DOCUMENT["info"]["version"] == "1.2.3"
    assert DOCUMENT["servers"] == [{"url": "https://api.example"}]
    assert document([], "1", "")["servers"] == [{"url": "/"}]


def test_every_route_of_the_app_is_in_it_but_the_pages() -> None:
    routed = {(path, method) for path, methods in application.app.routes.items() for method in methods}
    pages = {(spec.path, spec.method) for spec in ENDPOINTS if spec.problem_page}
    assert {(path, method) for path, method in routed if path.startswith("/v1/")} == set(OPERATIONS)
    assert routed - set(OPERATIONS) == pages


def test_the_deployed_route_answers_with_it() -> None:
    answer = call(application.app, "GET", "/v1/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json["paths"].keys() == DOCUMENT["paths"].keys()
    # As it travels: API Gateway packs what asks for it.
    assert len(gzip.compress(answer.body.encode())) < 40_000


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) <= known
    assert len(known) > 20


def test_two_types_of_one_name_are_never_confused() -> None:
    names: dict[str, type[Any]] = {}
    for spec in SERVED:
        for kind in (spec.body, spec.query, spec.answer):
            if kind is not None and kind is not dict:
                assert names.setdefault(kind.__name__, kind) is kind


def test_schemas_use_known_keywords_and_every_pattern_compiles() -> None:
    for schema in schemas(DOCUMENT):
        assert set(schema) <= KEYWORDS
        if "pattern" in schema:
            re.compile(schema["pattern"])


def test_the_document_is_json_that_every_reader_takes() -> None:
    assert set(json.loads(json.dumps(DOCUMENT, allow_nan=False))) == set(DOCUMENT)


def test_operations_are_told_apart_by_their_ids() -> None:
    assert len({operation["operationId"] for operation in OPERATIONS.values()}) == len(OPERATIONS)


@pytest.mark.parametrize("spec", SERVED, ids=lambda spec: f"{spec.method} {spec.path}")
def test_an_operation_says_what_it_takes_answers_and_refuses(spec: Endpoint) -> None:
    operation = OPERATIONS[spec.path, spec.method]
    assert operation["summary"]
    assert operation["tags"]
    in_path = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", spec.path))
    names = [(parameter["in"], parameter["name"]) for parameter in operation["parameters"]]
    assert len(names) == len(set(names))
    assert ("requestBody" in operation) == (spec.body is not None)
    expected = {
        str(spec.status),
        *(str(status) for status in statuses(spec)),
        *(["304"] if spec.method == "GET" else []),
    }
    assert set(operation["responses"]) == expected
    for status, response in operation["responses"].items():
        assert response["description"]
        kinds = set(response.get("content", {}))
        assert kinds <= ({"application/problem+json"} if int(status) >= 400 else {"application/json"})
        assert (int(status) < 400) or kinds


@pytest.mark.parametrize("spec", SERVED, ids=lambda spec: f"{spec.method} {spec.path}")
def test_an_operation_says_who_may_call_it(spec: Endpoint) -> None:
    scheme = {Caller.CITIZEN: "Citizens", **dict.fromkeys(STAFF_RIGHTS, "Staff")}.get(spec.caller)
    operation = OPERATIONS[spec.path, spec.method]
    assert operation.get("security") == ([{scheme: []}] if scheme else None)
    assert ("401" in operation["responses"]) == (scheme is not None or 401 in spec.problems)
    assert {"Citizens", "Staff"} == set(DOCUMENT["components"]["securitySchemes"])


def test_the_key_of_a_submission_is_compulsory_and_of_other_changes_welcome() -> None:
    def key(path: str) -> Any:
        parameters = OPERATIONS[path, "POST"]["parameters"]
        return next((it["required"] for it in parameters if it["name"] == "Idempotency-Key"), None)

    assert key("/v1/feedback") is True
    assert key("/v1/feedback/{code}/rate") is False
    assert key("/v1/work/{token}/answer") is False
    assert key("/v1/auth/refresh") is None


def test_a_parameter_that_may_be_absent_is_no_null() -> None:
    parameters = {it["name"]: it for it in OPERATIONS["/v1/public/feedback", "GET"]["parameters"]}
    assert parameters["status"]["schema"] == {"$ref": "#/components/schemas/Status"}
    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
    assert parameters["bbox"]["schema"] == {"type": "string", "maxLength": 100}
    assert not any(it["required"] for it in parameters.values())


def test_a_submission_s_schema_is_what_the_code_checks() -> None:
    schema = DOCUMENT["components"]["schemas"]["Submit"]
    assert set(schema["required"]) == {"category", "text", "location"}
    assert schema["additionalProperties"] is False
    assert schema["properties"]["text"] == {"type": "string", "minLength": 10, "maxLength": 4000}


def test_a_body_is_due_where_a_field_is_and_a_parameter_may_be_empty_where_it_may_be_absent() -> None:
    due = {
        path: operation["requestBody"]["required"]
        for (path, _), operation in OPERATIONS.items()
        if "requestBody" in operation
    }
    assert [path for path, needed in due.items() if not needed] == [
        "/v1/me", "/v1/feedback/{code}/withdraw", "/v1/feedback/{code}/follow", "/v1/feedback/{code}/unfollow",
        "/v1/centre/feedback/{code}/publish", "/v1/work/{token}/accept", "/v1/work/{token}/code",
        "/v1/utilities/{utility}/{offer}/account", "/v1/centre/datasets/{utility}/{offer}/{feed}/roll_back",
    ]  # fmt: skip
    located = {it["name"]: it for it in OPERATIONS["/v1/areas/locate", "GET"]["parameters"]}
    assert (located["lat"]["required"], "allowEmptyValue" in located["lat"]) == (True, False)
    listed = {it["name"]: it for it in OPERATIONS["/v1/feedback", "GET"]["parameters"]}
    assert (listed["cursor"]["required"], listed["cursor"]["allowEmptyValue"]) == (False, True)


def test_rules_that_the_service_checks_are_told_as_well() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["AddPhoto"]["properties"]["content_type"]["enum"] == list(commands.CITIZEN_TYPES)
    assert schemas["AddEvidence"]["properties"]["content_type"]["enum"] == list(commands.AGENCY_TYPES)
    assert schemas["GiveAnswer"]["properties"]["result"]["minLength"] == commands.LEAST_RESULT


def test_problems_are_described_once() -> None:
    assert Problem.__name__ in DOCUMENT["components"]["schemas"]
    assert set(DOCUMENT["components"]["schemas"]["Problem"]["properties"]) >= {
        "type",
        "title",
        "status",
        "detail",
        "errors",
    }
