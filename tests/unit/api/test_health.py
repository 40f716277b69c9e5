"""That the API answers."""

import logging
from io import StringIO

import app as application
from chalicelib.runtime.observability import SERVICE
from tests.gateway import call


def test_health_asks_nobody_else() -> None:
    answer = call(application.app, "GET", "/v1/health")
    assert (answer.status, answer.json["status"]) == (200, "ok")
    assert set(answer.json) == {"status", "stage", "version"}


def test_unknown_parameters_are_refused_also_here() -> None:
    answer = call(application.app, "GET", "/v1/health", query={"x": ["1"]})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "x")


def test_while_all_is_well_health_writes_no_line_to_the_log() -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger(SERVICE).addHandler(handler)
    try:
        call(application.app, "GET", "/v1/health")
        assert written.getvalue() == ""
        call(application.app, "GET", "/v1/health", query={"x": ["1"]})
        assert written.getvalue() == "request\n"
    finally:
        logging.getLogger(SERVICE).removeHandler(handler)
