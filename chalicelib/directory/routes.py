"""Reference data over HTTP: categories, areas, agencies; public and cacheable."""

from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import invalid
from chalicelib.core.paging import PAGE_SIZE
from chalicelib.directory import views
from chalicelib.directory.model import AgencyKind
from chalicelib.runtime.http import Call, Caller, endpoint
from chalicelib.runtime.settings import settings

routes = Blueprint(__name__)

# A client may go on with reference data for an hour; after that an ETag spares it the body.
KEEP = 3600

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")]


class AreasQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose children to list; without `parent` the province."""

    parent: Code | None = None


class LocateQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Coordinates in WGS 84 degrees."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    long: Annotated[float, msgspec.Meta(ge=-180, le=180)]


class AgenciesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agencies that serve an area or one above it, of a kind, a page at a time."""

    area: Code | None = None
    kind: AgencyKind | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = PAGE_SIZE


@endpoint(
    routes, "GET", "/v1/categories",
    caller=Caller.ANYONE, summary="What feedback can be about, with handling time and safety advice",
    answer=views.CategoryList, cache=KEEP,
)  # fmt: skip
def list_categories(call: Call[None, None]) -> views.CategoryList:
    """All categories that can be chosen today."""
    return views.CategoryList([views.category_view(found, call.language) for found in wiring.directory().categories()])


@endpoint(
    routes, "GET", "/v1/areas",
    caller=Caller.ANYONE, summary="The areas right under another; without a parent the province",
    query=AreasQuery, answer=views.AreaList, cache=KEEP,
)  # fmt: skip
def list_areas(call: Call[None, AreasQuery]) -> views.AreaList:
    """One level of the administrative tree."""
    directory, parent = wiring.directory(), call.query.parent
    if parent is not None and directory.area(parent) is None:
        raise invalid("parent", "field.area")
    return views.AreaList([views.area_view(area) for area in directory.areas(parent)])


@endpoint(
    routes, "GET", "/v1/areas/locate",
    caller=Caller.ANYONE, summary="The commune at coordinates, and how sure that is",
    query=LocateQuery, answer=views.PlaceView, cache=KEEP,
)  # fmt: skip
def locate_area(call: Call[None, LocateQuery]) -> views.PlaceView:
    """Ranked candidates for a place."""
    directory = wiring.directory()
    place = directory.locate(call.query.lat, call.query.long, "lat")
    names = {area.code: area for found in place.candidates for area in directory.area_path(found.area.code)}
    return views.place_view(place, names)


@endpoint(
    routes, "GET", "/v1/agencies",
    caller=Caller.ANYONE, summary="Who answers, filtered by area and kind",
    query=AgenciesQuery, answer=views.AgencyList, cache=KEEP,
)  # fmt: skip
def list_agencies(call: Call[None, AgenciesQuery]) -> views.AgencyList:
    """One page of agencies in the order of their codes."""
    directory, query = wiring.directory(), call.query
    if query.area is not None and directory.area(query.area) is None:
        raise invalid("area", "field.area")
    after = _opened(query.cursor)
    page = directory.agencies(query.area, query.kind, after, query.limit)
    return views.agency_list(page, _sealed(page.next_cursor))


def _opened(cursor: str | None) -> str:
    return open_cursor(settings().secret_key, "agencies", cursor)["after"] if cursor else ""


def _sealed(after: str | None) -> str | None:
    place: dict[str, Any] = {"after": after}
    return seal_cursor(settings().secret_key, "agencies", place) if after else None
