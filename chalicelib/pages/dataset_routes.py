"""The pages on which units send their data, over HTTP; who may see which, the session in the cookie says (centre_door.py)."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring, wiring_lookups
from chalicelib.pages.asking import asked
from chalicelib.runtime.http import Call, Caller, Reply, endpoint

routes = Blueprint(__name__)


def _problem(status: int, body: Mapping[str, Any], language: str) -> Reply:
    return wiring.problem_page("dataset", status, body, language)


def _offer(call: Call[Any, Any]) -> tuple[str, str]:
    return call.path["utility"], call.path["offer"]


@endpoint(
    routes, "GET", "/centre/datasets",
    caller=Caller.SESSION, summary="The data that a member may send, as a page", query=dict, problem_page=_problem,
)  # fmt: skip
def show_datasets_page(call: Call[None, dict[str, str]]) -> Reply:
    """Every offer with feeds of the member's unit."""
    return wiring_lookups.dataset_pages().offers(asked(call))


@endpoint(
    routes, "GET", "/centre/datasets/{utility}/{offer}",
    caller=Caller.SESSION, summary="One offer's versions and uploads, as a page", query=dict, problem_page=_problem,
)  # fmt: skip
def show_dataset_page(call: Call[None, dict[str, str]]) -> Reply:
    """One offer."""
    return wiring_lookups.dataset_pages().offer(asked(call), *_offer(call))


@endpoint(
    routes, "GET", "/centre/datasets/{utility}/{offer}/uploads",
    caller=Caller.SESSION, summary="The form that begins an upload", query=dict, problem_page=_problem,
)  # fmt: skip
def show_new_upload_page(call: Call[None, dict[str, str]]) -> Reply:
    """Feed, month, kind of file."""
    return wiring_lookups.dataset_pages().new(asked(call), *_offer(call))


@endpoint(
    routes, "POST", "/centre/datasets/{utility}/{offer}/uploads",
    caller=Caller.SESSION, summary="What the form that begins an upload sends", body=dict, problem_page=_problem,
)  # fmt: skip
def send_new_upload_page(call: Call[dict[str, Any], None]) -> Reply:
    """Begin, then on to the upload's page."""
    return wiring_lookups.dataset_pages().begin(asked(call), *_offer(call))


@endpoint(
    routes, "GET", "/centre/datasets/{utility}/{offer}/uploads/{number}",
    caller=Caller.SESSION, summary="One upload, as a page", query=dict, problem_page=_problem,
)  # fmt: skip
def show_upload_page(call: Call[None, dict[str, str]]) -> Reply:
    """The form for its file, or its refused rows."""
    return wiring_lookups.dataset_pages().upload(asked(call), *_offer(call), call.path["number"])


@endpoint(
    routes, "GET", "/centre/datasets/{utility}/{offer}/roll_back",
    caller=Caller.SESSION, summary="The form that goes back to the version before", query=dict, problem_page=_problem,
)  # fmt: skip
def show_roll_back_page(call: Call[None, dict[str, str]]) -> Reply:
    """What going back means."""
    return wiring_lookups.dataset_pages().confirm(asked(call), *_offer(call))


@endpoint(
    routes, "POST", "/centre/datasets/{utility}/{offer}/roll_back",
    caller=Caller.SESSION, summary="What the form that goes back sends", body=dict, problem_page=_problem,
)  # fmt: skip
def send_roll_back_page(call: Call[dict[str, Any], None]) -> Reply:
    """Go back, then to the offer."""
    return wiring_lookups.dataset_pages().roll_back(asked(call), *_offer(call))
