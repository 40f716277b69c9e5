"""Every route says who may call it, and the gateway holds it to that."""

from typing import Any

import app as composition  # registers every route
from chalicelib.runtime.http import ENDPOINTS, STAFF_RIGHTS, Caller, Endpoint
from tests.contract.packaged import Packaged

SCOPE = "aws.cognito.signin.user.admin"
SECURITY = {Caller.CITIZEN: [{"Citizens": [SCOPE]}], **{caller: [{"Staff": [SCOPE]}] for caller in STAFF_RIGHTS}}

# What anybody may call, without an account or a link. A route that is not here needs an authorizer or a signed link.
PUBLIC = {
    "GET /assets/{name}",
    "GET /problems/{kind}",
    "GET /t/{code}",
    "GET /v1/agencies",
    "GET /v1/areas",
    "GET /v1/areas/locate",
    "GET /v1/categories",
    "GET /v1/health",
    "GET /v1/indicators/utilities",
    "GET /v1/openapi.json",
    "GET /v1/public/feedback",
    "GET /v1/public/feedback/{code}",
    "GET /v1/utilities",
    "GET /v1/utilities/{utility}",
    "GET /v1/utilities/{utility}/pack",
    "GET /v1/utilities/{utility}/{offer}/board",
    "GET /v1/utilities/{utility}/{offer}/places",
    "POST /v1/auth/code",
    "POST /v1/auth/refresh",
    "POST /v1/auth/sign-out",
    "POST /v1/auth/token",
}


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def _packaged_routes(packaged: Packaged) -> dict[str, Any]:
    paths = packaged.sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    return {f"{method.upper()} {path}": spec for path, methods in paths.items() for method, spec in methods.items()}


def test_every_route_is_an_endpoint_and_every_endpoint_a_route(packaged: Packaged) -> None:
    declared = {_name(endpoint) for endpoint in ENDPOINTS}
    assert declared == {f"{method} {path}" for path, methods in composition.app.routes.items() for method in methods}
    assert declared == set(_packaged_routes(packaged))


def test_what_anybody_may_call_stands_on_the_public_list() -> None:
    assert {_name(endpoint) for endpoint in ENDPOINTS if endpoint.caller is Caller.ANYONE} == PUBLIC


def test_what_a_signed_link_opens_has_the_token_in_its_path() -> None:
    assert all("{token}" in endpoint.path for endpoint in ENDPOINTS if endpoint.caller is Caller.LINK)


def test_the_gateway_asks_for_the_token_that_the_endpoint_declares(packaged: Packaged) -> None:
    routes = _packaged_routes(packaged)
    for endpoint in ENDPOINTS:
        assert routes[_name(endpoint)].get("security", []) == SECURITY.get(endpoint.caller, []), _name(endpoint)


def test_the_authorizers_trust_our_pools_alone(packaged: Packaged) -> None:
    definitions = packaged.sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["securityDefinitions"]
    assert {
        name: definition["x-amazon-apigateway-authorizer"]["providerARNs"] for name, definition in definitions.items()
    } == {"Citizens": [{"Fn::GetAtt": ["Citizens", "Arn"]}], "Staff": [{"Fn::GetAtt": ["Staff", "Arn"]}]}


def test_every_route_says_in_one_line_what_it_is_for() -> None:
    assert all(endpoint.summary and "\n" not in endpoint.summary for endpoint in ENDPOINTS)
