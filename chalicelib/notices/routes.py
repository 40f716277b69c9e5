"""The citizen's inbox over HTTP."""

from typing import Annotated

import msgspec
from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.paging import PAGE_SIZE
from chalicelib.notices import views
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)


class InboxQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of the inbox."""

    cursor: Annotated[str, msgspec.Meta(max_length=400)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = PAGE_SIZE


@endpoint(
    routes, "GET", "/v1/inbox",
    caller=Caller.CITIZEN, summary="What the caller was told, newest first", query=InboxQuery, answer=views.InboxList,
)  # fmt: skip
def list_inbox(call: Call[None, InboxQuery]) -> views.InboxList:
    """One page of the caller's own inbox."""
    return views.inbox_list(wiring.inbox().list(call.account, call.language, call.query.cursor, call.query.limit))
