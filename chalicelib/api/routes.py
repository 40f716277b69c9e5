"""The API about itself: its health, its OpenAPI document."""

from functools import cache
from typing import Any

import msgspec
from chalice.app import Blueprint

from chalicelib.runtime.http import ENDPOINTS, Call, Caller, Reply, endpoint
from chalicelib.runtime.settings import settings

routes = Blueprint(__name__)


class Health(msgspec.Struct, frozen=True):
    """That the API answers, and which version of it."""

    status: str
    stage: str
    version: str


@endpoint(routes, "GET", "/v1/health", caller=Caller.ANYONE, summary="That the API answers", answer=Health, quiet=True)
def get_health(call: Call[None, None]) -> Health:
    """No other system is asked, so this says only that the API itself is well."""
    return Health("ok", settings().stage, settings().version)


@endpoint(
    routes, "GET", "/v1/openapi.json",
    caller=Caller.ANYONE, summary="This document", answer=dict, cache=300,
)  # fmt: skip
def get_openapi(call: Call[None, None]) -> Reply:
    """The OpenAPI 3.1 document of all JSON routes."""
    return Reply(_document())


@cache
def _document() -> dict[str, Any]:
    from chalicelib.api.openapi import document

    # Modules of routes come in as they are asked for; the document keeps its order all the same.
    served = sorted(ENDPOINTS, key=lambda spec: (spec.path, spec.method))
    return document(served, settings().version, settings().base_url)
