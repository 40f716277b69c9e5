"""Which group of the staff may call which route of the centre's cases."""

import app  # noqa: F401 - registers every route
from chalicelib.core.staff import MAY, Group
from chalicelib.runtime.http import ENDPOINTS, STAFF_RIGHTS

DISPATCHER, LEADER, AUDITOR = Group.DISPATCHER, Group.LEADER, Group.AUDITOR
EXPECTED = {
    "GET /v1/centre/queue": {DISPATCHER, LEADER},
    "GET /v1/centre/feedback/{code}": {DISPATCHER, LEADER},
    "GET /v1/centre/feedback/{code}/audit": {AUDITOR},
    **{
        f"POST /v1/centre/feedback/{{code}}/{action}": {DISPATCHER}
        for action in (
            "assign", "refuse", "publish", "merge", "split", "support", "grant", "deny", "hide", "unhide", "seal", "reveal",
        )
    },
}  # fmt: skip


def test_each_route_of_the_centre_s_cases_is_open_to_these_groups_and_no_other() -> None:
    found = {
        f"{spec.method} {spec.path}": set(MAY[STAFF_RIGHTS[spec.caller]])
        for spec in ENDPOINTS
        if spec.path == "/v1/centre/queue" or spec.path.startswith("/v1/centre/feedback/{code}")
    }
    assert found == EXPECTED
