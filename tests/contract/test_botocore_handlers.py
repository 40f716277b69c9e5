"""Our session leaves out botocore's handlers of other services, and none that concerns a call of ours."""

from typing import Any

import botocore.session
import pytest

from chalicelib.runtime.clients import session
from infra.botocore_data import OPERATIONS

# What botocore emits around a client and a call.
ON_CLIENTS = ("choose-service-name", "creating-client-class", "getattr")
ON_CALLS = (
    "provide-client-params", "before-parameter-build", "before-endpoint-resolution", "before-call", "request-created",
    "choose-signer", "before-sign", "before-send", "before-parse", "response-received", "needs-retry", "after-call",
    "after-call-error",
)  # fmt: skip


def _found(made: Any, event: str) -> list[Any]:
    emitter = made.get_component("event_emitter")
    name = emitter._alias_event_name(event)
    handlers = emitter._emitter._handlers.prefix_search(name)
    names = [getattr(handler, "__name__", type(handler).__name__) for handler in handlers]
    # Powertools puts its own into every session, whenever that is made; its place among the others says nothing.
    return [name for name in names if name != "add_powertools_feature"]


@pytest.mark.parametrize("service", sorted(OPERATIONS))
def test_every_event_of_our_calls_meets_the_handlers_that_it_would_meet(service: str) -> None:
    whole = botocore.session.get_session()
    name = whole.get_service_model(service).service_id.hyphenize()
    events = [f"{kind}.{name}" for kind in ON_CLIENTS]
    events += [f"{kind}.{name}.{operation}" for kind in ON_CALLS for operation in OPERATIONS[service]]
    for event in events:
        assert _found(session(), event) == _found(whole, event), event


def test_events_of_some_kinds_meet_some_handlers() -> None:
    # Or the comparison above would compare nothing with nothing.
    assert _found(session(), "before-parameter-build.s3.GetObject")
    assert _found(session(), "before-call.dynamodb.PutItem")
