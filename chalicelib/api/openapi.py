"""The OpenAPI 3.1 document, made of the same types that the code validates with; nothing in it is written twice."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib.runtime.http import STAFF_RIGHTS, Caller, Endpoint
from chalicelib.runtime.problems import CONTENT_TYPE

_REF = "#/components/schemas/{name}"
# What any route may answer beside its own statuses: by what it takes.
_WITH_BODY = (400, 413, 415)
_WITH_TOKEN = (401,)
# 422, since every route refuses query parameters that it does not know.
_ALWAYS = (422, 429, 500, 503)
_SECURITY: dict[Caller, list[dict[str, list[str]]]] = {
    Caller.CITIZEN: [{"Citizens": []}],
    **{caller: [{"Staff": []}] for caller in STAFF_RIGHTS},
}


class FieldProblem(msgspec.Struct, frozen=True):
    """One refused field and what it must be."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]
    next_actions: list[str] | None = None
    session: str | None = None


def document(endpoints: Iterable[Endpoint], version: str, base_url: str) -> dict[str, Any]:
    """The whole document for the JSON routes; pages and their forms are not part of the contract."""
    served = [spec for spec in endpoints if spec.problem_page is None]
    types: list[type[Any]] = [Problem]
    for spec in served:
        types += [kind for kind in (spec.body, spec.query, spec.answer) if kind is not None]
    _, components = msgspec.json.schema_components(types, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for spec in served:
        paths.setdefault(spec.path, {})[spec.method.lower()] = _operation(spec, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "YenBai-S", "version": version, "description": "Công dân số: phản ánh, theo dõi, trả lời."},
        "servers": [{"url": base_url or "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _schemes()},
    }


def _schemes() -> dict[str, Any]:
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {
        "Citizens": bearer | {"description": "Access token of auth/token"},
        "Staff": bearer | {"description": "Access token of the staff pool"},
    }


def _operation(spec: Endpoint, components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": spec.name,
        "summary": spec.summary,
        "tags": [spec.tag],
        "parameters": [*_path_parameters(spec.path), *_query_parameters(spec, components), *_headers(spec)],
        "responses": {str(spec.status): _success(spec)}
        | {str(status): _problem(status) for status in statuses(spec)}
        | ({"304": {"description": "Not Modified"}} if spec.method == "GET" else {}),
    }
    if spec.body is not None:
        # No body at all counts as an empty object, which is enough where no field is due.
        due = bool(components[spec.body.__name__].get("required"))
        made["requestBody"] = {"required": due, "content": {"application/json": {"schema": _ref(spec.body)}}}
    if spec.caller in _SECURITY:
        made["security"] = _SECURITY[spec.caller]
    return made


def statuses(spec: Endpoint) -> tuple[int, ...]:
    """Every status but the successful one that the route may answer with, in order."""
    with_body = _WITH_BODY if spec.body is not None else ()
    with_token = _WITH_TOKEN if spec.caller in _SECURITY else ()
    return tuple(sorted({*spec.problems, *_ALWAYS, *with_body, *with_token}))


def _ref(kind: type[Any]) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}


def _success(spec: Endpoint) -> dict[str, Any]:
    made: dict[str, Any] = {"description": HTTPStatus(spec.status).phrase}
    if spec.answer is not None and spec.answer is not dict:
        made["content"] = {"application/json": {"schema": _ref(spec.answer)}}
    elif spec.answer is dict:
        made["content"] = {"application/json": {"schema": {"type": "object"}}}
    return made


def _problem(status: int) -> dict[str, Any]:
    return {"description": HTTPStatus(status).phrase, "content": {CONTENT_TYPE: {"schema": _ref(Problem)}}}


def _path_parameters(path: str) -> Sequence[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(spec: Endpoint, components: dict[str, Any]) -> Sequence[dict[str, Any]]:
    if spec.query is None:
        return []
    schema = components[spec.query.__name__]
    return [
        {"name": name, "in": "query", **_due(name in schema.get("required", [])), "schema": _present(shape)}
        for name, shape in schema["properties"].items()
    ]


def _due(required: bool) -> dict[str, Any]:
    # A parameter that is sent empty counts as absent (runtime/http.py), so it may be where it may be absent.
    return {"required": True} if required else {"required": False, "allowEmptyValue": True}


def _present(shape: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that is there: absent stands for null in a query string."""
    if "anyOf" not in shape:
        return {name: value for name, value in shape.items() if name != "default" or value is not None}
    kinds = [kind for kind in shape["anyOf"] if kind != {"type": "null"}]
    return dict(kinds[0]) if len(kinds) == 1 else {"anyOf": kinds}


def _headers(spec: Endpoint) -> Sequence[dict[str, Any]]:
    found = [{"name": "Accept-Language", "in": "header", "required": False, "schema": {"type": "string"}}]
    if spec.method == "POST" and (spec.idempotent or spec.caller is not Caller.ANYONE):
        schema = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": spec.idempotent, "schema": schema})
    return found
