"""The catalogue of utilities over HTTP; public and cacheable."""

import re
from typing import Any

import msgspec
from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.core.errors import NotFound
from chalicelib.lookups.catalogue import views
from chalicelib.lookups.model import Audience
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)

# A client may go on with the catalogue for five minutes: what is suspended should be seen to be.
KEEP = 300

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class UtilitiesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom; without an audience for all."""

    audience: Audience | None = None


@endpoint(
    routes, "GET", "/v1/utilities",
    caller=Caller.ANYONE, summary="The utilities, what each offers, and whether it can be used now",
    query=UtilitiesQuery, answer=views.UtilityList, cache=KEEP,
)  # fmt: skip
def list_utilities(call: Call[None, UtilitiesQuery]) -> views.UtilityList:
    """All utilities for an audience, in order."""
    return views.utility_list(list(wiring_lookups.utilities().all(call.query.audience)), call.language)


@endpoint(
    routes, "GET", "/v1/utilities/{utility}",
    caller=Caller.ANYONE, summary="One utility with the columns of its offers, who keeps them, and what people think of it",
    answer=views.UtilityView, cache=KEEP, problems=(404,),
)  # fmt: skip
def get_utility(call: Call[None, None]) -> views.UtilityView:
    """One utility."""
    found = wiring_lookups.utilities().one(_utility(call))
    return views.utility_view(found, call.language, wiring_lookups.ratings().summary(found.id))


def _utility(call: Call[Any, Any]) -> str:
    """The id in the path; nothing else can be that of anything."""
    if not _IDENTIFIER.fullmatch(call.path["utility"]):
        raise NotFound("error.utility_not_found")
    return call.path["utility"]
