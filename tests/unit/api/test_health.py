"""That the API answers."""

import app as application
from tests.gateway import call


def test_health_asks_nobody_else() -> None:
    answer = call(application.app, "GET", "/v1/health")
    assert (answer.status, answer.json["status"]) == (200, "ok")
    assert set(answer.json) == {"status", "stage", "version"}


def test_unknown_parameters_are_refused_also_here() -> None:
    answer = call(application.app, "GET", "/v1/health", query={"x": ["1"]})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "x")
