"""The pages of the operations centre over HTTP; who may see which, the session in the cookie says (centre_door.py)."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring, wiring_staff
from chalicelib.pages.asking import asked
from chalicelib.runtime.http import Call, Caller, Reply, endpoint

routes = Blueprint(__name__)


def _problem(status: int, body: Mapping[str, Any], language: str) -> Reply:
    return wiring.problem_page("case", status, body, language)


@endpoint(
    routes, "GET", "/centre",
    caller=Caller.SESSION, summary="The lists of the operations centre as a page", query=dict, problem_page=_problem,
)  # fmt: skip
def show_centre_page(call: Call[None, dict[str, str]]) -> Reply:
    """One list."""
    return wiring_staff.centre_pages().lists(asked(call))


@endpoint(
    routes, "GET", "/centre/cases/{code}",
    caller=Caller.SESSION, summary="A case with all that the centre can decide", query=dict, problem_page=_problem,
)  # fmt: skip
def show_centre_case_page(call: Call[None, dict[str, str]]) -> Reply:
    """One case."""
    return wiring_staff.centre_pages().case(asked(call), call.path["code"])


@endpoint(
    routes, "POST", "/centre/cases/{code}/{act}",
    caller=Caller.SESSION, summary="What the form of a decision sends", query=dict, body=dict, problem_page=_problem,
)  # fmt: skip
def send_centre_case_page(call: Call[dict[str, Any], dict[str, str]]) -> Reply:
    """Decide, then back to the list; or the case again."""
    return wiring_staff.centre_pages().decide(asked(call), call.path["code"], call.path["act"])


@endpoint(
    routes, "GET", "/centre/audit",
    caller=Caller.SESSION, summary="Who looked at the personal data of a case, as a page", query=dict, problem_page=_problem,
)  # fmt: skip
def show_centre_audit_page(call: Call[None, dict[str, str]]) -> Reply:
    """Looks at one case."""
    return wiring_staff.centre_pages().audit(asked(call))


@endpoint(
    routes, "GET", "/centre/sign_in",
    caller=Caller.SESSION, summary="The page on which staff sign in", query=dict, problem_page=_problem,
)  # fmt: skip
def show_sign_in_page(call: Call[None, dict[str, str]]) -> Reply:
    """E-mail, password, one-time code."""
    return wiring_staff.centre_pages().sign_in_form(asked(call))


@endpoint(
    routes, "POST", "/centre/sign_in",
    caller=Caller.SESSION, summary="What the page to sign in sends", body=dict, problem_page=_problem,
)  # fmt: skip
def send_sign_in_page(call: Call[dict[str, Any], None]) -> Reply:
    """Begin a session."""
    return wiring_staff.centre_pages().sign_in(asked(call))


@endpoint(
    routes, "POST", "/centre/sign_out",
    caller=Caller.SESSION, summary="End the session of a browser", body=dict, problem_page=_problem,
)  # fmt: skip
def send_sign_out_page(call: Call[dict[str, Any], None]) -> Reply:
    """End the session."""
    return wiring_staff.centre_pages().sign_out(asked(call))
