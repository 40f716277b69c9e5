"""API Gateway as the app sees it: one event a request, the way the Lambda proxy integration gives it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalice.app import Chalice

REQUEST_ID = "11111111-2222-4333-8444-555555555555"
CITIZEN = {"sub": "account-1", "token_use": "access", "username": "+84950000001"}
DISPATCHER = {"sub": "staff-1", "token_use": "access", "username": "staff-user", "cognito:groups": "dispatcher"}


@dataclass(frozen=True)
class Answer:
    """What the app answered."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def call(
    app: Chalice,
    method: str,
    resource: str,
    body: bytes | str | dict[str, Any] | None = None,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
) -> Answer:
    """One request for the route `resource`; a dict is sent as JSON; `claims` are what the authorizer found."""
    answered = app(event(method, resource, body, path=path, query=query, headers=headers, claims=claims), None)
    lower = {name.lower(): value for name, value in answered["headers"].items()}
    return Answer(answered["statusCode"], lower, answered["body"])


def event(
    method: str,
    resource: str,
    body: bytes | str | dict[str, Any] | None = None,
    *,
    address: str = "203.0.113.9",
    path: Mapping[str, str] | None = None,
    query: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the gateway gives to the function for a request that came from that network address."""
    context: dict[str, Any] = {
        "resourcePath": resource,
        "httpMethod": method,
        "path": resource,
        "requestId": REQUEST_ID,
        "identity": {"sourceIp": address},
    }
    if claims is not None:
        context["authorizer"] = {"claims": dict(claims)}
    return {
        "requestContext": context,
        "headers": dict(headers or {}),
        "multiValueQueryStringParameters": query,
        "pathParameters": path,
        "stageVariables": None,
        **_sent(body),
    }


def _sent(body: bytes | str | dict[str, Any] | None) -> dict[str, Any]:
    if isinstance(body, dict):
        body = json.dumps(body)
    if isinstance(body, bytes):
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return {"body": body, "isBase64Encoded": False}
