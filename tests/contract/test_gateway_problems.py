"""What the gateway refuses by itself reads like what the application refuses."""

import json
from typing import Any

from chalicelib.core.words import WORDS
from chalicelib.runtime.problems import CONTENT_TYPE, document
from tests.contract.packaged import Packaged

# Every type of API Gateway (docs: gateway response types); none is left to the gateway's own words.
TYPES = {
    "ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED", "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED",
    "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
}  # fmt: skip


def _responses(packaged: Packaged) -> dict[str, Any]:
    return {one["ResponseType"]: one for one in packaged.of_type("AWS::ApiGateway::GatewayResponse").values()}


def test_every_type_of_refusal_is_put_into_our_form(packaged: Packaged) -> None:
    assert set(_responses(packaged)) == TYPES


def test_every_body_is_a_problem_document_that_agrees_with_its_status(packaged: Packaged) -> None:
    for kind, response in _responses(packaged).items():
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert set(body) == set(document(404, "not-found", "vi", "")), kind
        assert body["status"] == int(response["StatusCode"]), kind
        assert response["ResponseParameters"]["gatewayresponse.header.Content-Type"] == f"'{CONTENT_TYPE}'", kind
        assert "$" not in response["ResponseTemplates"]["application/json"], kind


def test_every_title_is_said_in_both_languages_in_our_own_words(packaged: Packaged) -> None:
    for kind, response in _responses(packaged).items():
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert body["title"] == " / ".join(WORDS[f"problem.{body['type'].removeprefix('/problems/')}"]), kind
        assert body["detail"].count(" / ") == 1, kind


def test_an_unknown_path_is_not_found_rather_than_forbidden(packaged: Packaged) -> None:
    assert _responses(packaged)["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == "404"


def test_who_is_asked_to_come_again_is_told_when(packaged: Packaged) -> None:
    for response in _responses(packaged).values():
        if response["StatusCode"] in ("429", "503"):
            assert "gatewayresponse.header.Retry-After" in response["ResponseParameters"]
