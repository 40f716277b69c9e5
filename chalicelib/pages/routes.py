"""The pages over HTTP: an officer's behind a signed link, a citizen's behind a tracking code, problem types, assets."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.errors import NotFound
from chalicelib.runtime.http import Call, Caller, Reply, endpoint

if TYPE_CHECKING:
    from chalicelib.pages.model import Task

routes = Blueprint(__name__)

_YEAR = 365 * 24 * 3600


def _link_problem(status: int, body: Mapping[str, Any], language: str) -> Reply:
    return wiring.problem_page("link", status, body, language)


def _code_problem(status: int, body: Mapping[str, Any], language: str) -> Reply:
    return wiring.problem_page("code", status, body, language)


def _page_problem(status: int, body: Mapping[str, Any], language: str) -> Reply:
    return wiring.problem_page("page", status, body, language)


def _task(call: Call[Any, Any]) -> "Task":
    from chalicelib.pages.model import Task

    try:
        return Task(call.path["task"])
    except ValueError:
        raise NotFound() from None


@endpoint(
    routes, "GET", "/a/{token}",
    caller=Caller.LINK, summary="The officer's page of a case", query=dict, problem_page=_link_problem,
)  # fmt: skip
def show_work_page(call: Call[None, dict[str, str]]) -> Reply:
    """The case as its agency works on it."""
    return wiring.officer_pages().show(call.path["token"], call.language, call.query.get("done", ""))


@endpoint(
    routes, "GET", "/a/{token}/{task}",
    caller=Caller.LINK, summary="The form of one task", query=dict, problem_page=_link_problem,
)  # fmt: skip
def show_task_page(call: Call[None, dict[str, str]]) -> Reply:
    """One task a page."""
    return wiring.officer_pages().form(call.path["token"], _task(call), call.language, call.query.get("key", ""))


@endpoint(
    routes, "POST", "/a/{token}/code",
    caller=Caller.LINK, summary="Have a code sent to the head's own phone, and the form that takes it", body=dict,
    problem_page=_link_problem,
)  # fmt: skip
def send_code_page(call: Call[dict[str, Any], None]) -> Reply:
    """A code by SMS; sending the same form again sends no second one."""
    return wiring.officer_pages().send_code(call.path["token"], call.body, call.language)


@endpoint(
    routes, "POST", "/a/{token}/{task}",
    caller=Caller.LINK, summary="What the form of a task sends", body=dict, problem_page=_link_problem,
)  # fmt: skip
def send_task_page(call: Call[dict[str, Any], None]) -> Reply:
    """Do it, then back to the case; or the form again."""
    pages = wiring.officer_pages()
    return pages.send(call.path["token"], _task(call), call.body, call.language, call.correlation_id)


@endpoint(
    routes, "GET", "/t/{code}",
    caller=Caller.ANYONE, summary="The page that a citizen's message links to", problem_page=_code_problem,
)  # fmt: skip
def show_tracking_page(call: Call[None, None]) -> Reply:
    """A case by its tracking code."""
    return wiring.public_pages().track(call.path["code"], call.language)


@endpoint(
    routes, "GET", "/problems/{kind}",
    caller=Caller.ANYONE, summary="What a type of problem means", problem_page=_page_problem,
)  # fmt: skip
def show_problem_page(call: Call[None, None]) -> Reply:
    """The page that the `type` of a problem document names."""
    return wiring.public_pages().kind(call.path["kind"], call.language)


@endpoint(
    routes, "GET", "/assets/{name}",
    caller=Caller.ANYONE, summary="Stylesheet, script and icon of the pages", problem_page=_page_problem,
)  # fmt: skip
def show_asset(call: Call[None, None]) -> Reply:
    """One asset; under its present name it never changes."""
    from chalicelib.pages.assets import named

    found = named(call.path["name"])
    if found is None:
        raise NotFound()
    asset, present = found
    keep = f"public, max-age={_YEAR}, immutable" if present else "public, max-age=60"
    return Reply(
        asset.text,
        headers={
            "Content-Type": asset.content_type,
            "Cache-Control": keep,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        },
    )
