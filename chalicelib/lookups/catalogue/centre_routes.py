"""The catalogue of utilities for the staff: read by every group, changed by administrators."""

import re
from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.core.errors import NotFound
from chalicelib.lookups.catalogue.service import UtilityVersion
from chalicelib.lookups.model import Utility
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class KeepUtility(Utility, frozen=True, kw_only=True):
    """A whole utility over the version that the caller has read, 0 where there is none yet; the reason stands in its history."""

    why: Annotated[str, msgspec.Meta(min_length=10, max_length=1000)]


class UtilityVersions(msgspec.Struct, frozen=True):
    """The last fifty versions that people have made, the newest first."""

    items: list[UtilityVersion]


@endpoint(
    routes, "GET", "/v1/centre/utilities/{utility}",
    caller=Caller.STAFF, summary="A utility as the catalogue keeps it, with its version", answer=Utility, problems=(403, 404),
)  # fmt: skip
def get_utility_record(call: Call[None, None]) -> Utility:
    """As it stands now, in both languages; version 1 where none is said."""
    return wiring_lookups.utilities().standing(_utility(call))


@endpoint(
    routes, "PUT", "/v1/centre/utilities/{utility}",
    caller=Caller.ADMINISTRATOR, summary="Add a utility to the catalogue, or change one", body=KeepUtility, answer=Utility,
    problems=(403, 404, 409),
)  # fmt: skip
def keep_utility(call: Call[KeepUtility, None]) -> Utility:
    """The utility as it stands from now on; functions that have read it before go on with that for a minute."""
    given = {name: getattr(call.body, name) for name in Utility.__struct_fields__}
    return wiring_lookups.utilities().keep(call.account, _utility(call), Utility(**given), call.body.why)


@endpoint(
    routes, "GET", "/v1/centre/utilities/{utility}/history",
    caller=Caller.STAFF, summary="Who changed a utility, when and why", answer=UtilityVersions, problems=(403, 404),
)  # fmt: skip
def list_utility_versions(call: Call[None, None]) -> UtilityVersions:
    """The newest first."""
    return UtilityVersions(list(wiring_lookups.utilities().history(_utility(call))))


def _utility(call: Call[Any, Any]) -> str:
    """The id in the path; nothing else can be that of anything."""
    if not _IDENTIFIER.fullmatch(call.path["utility"]):
        raise NotFound("error.utility_not_found")
    return call.path["utility"]
