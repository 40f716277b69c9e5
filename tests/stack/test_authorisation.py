"""Every route as every role: as declared, as the table in docs/ says, and nothing changed where it is refused."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.address import Address
from tests.stack.authorisation import ATTEMPTS, DOCUMENT, ROLES, Measured, endpoints, measure, name, promised, render
from tests.stack.people import call
from tests.stack.roles import Cast, Role


@pytest.fixture(scope="module")
def cast(stack: Address) -> Cast:
    """Everybody."""
    return Cast.gather(stack)


@pytest.fixture(scope="module")
def matrix(cast: Cast) -> list[Measured]:
    """All of it, measured once."""
    return list(measure(cast))


def test_every_role_is_answered_as_the_route_declares(matrix: list[Measured]) -> None:
    wrong = [
        (name(found.endpoint), found.role, found.status)
        for found in matrix
        if found.status != promised(found.endpoint, found.role)
    ]
    assert wrong == []


def test_the_table_in_the_documents_is_what_was_measured(
    matrix: list[Measured], proven: Callable[[str, str], None]
) -> None:
    measured = {(name(found.endpoint), found.role): found.status for found in matrix}
    assert DOCUMENT.read_text("utf-8") == render(measured)
    statuses = Counter(found.status for found in matrix)
    told = ", ".join(f"{times} × {status}" for status, times in sorted(statuses.items()))
    proven("m", f"{len(endpoints())} routes × {len(ROLES)} roles: {told}, as docs/authorisation.md says")


def test_who_is_refused_and_who_only_reads_changes_nothing(matrix: list[Measured]) -> None:
    harmless = [found for found in matrix if found.status >= 400 or found.endpoint.method == "GET"]
    assert [(name(found.endpoint), found.role) for found in harmless if found.changed] == []
    assert len([found for found in matrix if found.changed]) >= 10


def test_lists_show_each_citizen_only_their_own(cast: Cast) -> None:
    for role in (Role.REPORTER, Role.OTHER_CITIZEN):
        for path in ("/v1/feedback?limit=50", "/v1/inbox?limit=50"):
            items = call(cast.stack, "GET", path, token=cast.tokens[role]).body["items"]
            owners = {cast.shelf.case(item.get("code") or item["feedback"]).reporter for item in items}
            assert owners <= {cast.accounts[role]}
    assert (
        call(cast.stack, "GET", "/v1/me", token=cast.tokens[Role.OTHER_CITIZEN]).body["id"]
        == cast.accounts[Role.OTHER_CITIZEN]
    )


def test_every_attempt_is_about_a_route_that_there_is() -> None:
    assert set(ATTEMPTS) <= {name(spec) for spec in endpoints()}
