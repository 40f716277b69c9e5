"""Which group of the staff may call a route of which right; on an app of the test's own."""

import pytest
from chalice.app import Blueprint, Chalice

from chalicelib.core.staff import MAY, Group
from chalicelib.runtime.http import ENDPOINTS, STAFF_RIGHTS, Call, endpoint
from tests.gateway import DISPATCHER, call

routes, known = Blueprint("tests.staff"), len(ENDPOINTS)


def show(request: Call[None, None]) -> dict[str, str]:
    """Who calls."""
    return {"account": request.account}


for caller in STAFF_RIGHTS:
    endpoint(routes, "GET", f"/{caller}", caller=caller, summary="", answer=dict)(show)
del ENDPOINTS[known:]  # they are of no other test's concern
app = Chalice("tests-of-staff", configure_logs=False)
app.register_blueprint(routes)


@pytest.mark.parametrize("caller", STAFF_RIGHTS)
@pytest.mark.parametrize("group", [*Group, ""])
def test_each_group_has_its_own_routes(caller: str, group: str) -> None:
    answer = call(app, "GET", f"/{caller}", claims=DISPATCHER | {"cognito:groups": group})
    expected = group in MAY[STAFF_RIGHTS[caller]]  # type: ignore[index]
    assert answer.status == (200 if expected else 403)
