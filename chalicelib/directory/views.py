"""What callers see of the directory; of an agency never who works there."""

import msgspec

from chalicelib.core.paging import Page
from chalicelib.directory.locate import Candidate, Place, Sureness
from chalicelib.directory.model import (
    Agency,
    AgencyKind,
    Area,
    AreaLevel,
    Category,
    CategoryLevel,
    Danger,
    PublicationRule,
)


class HandlingView(msgspec.Struct, frozen=True, omit_defaults=True):
    """The handling time that is promised: working days, and hours around the clock where the matter is urgent."""

    working_days: int | None = None
    urgent_hours: int | None = None


class CategoryView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A category as a person chooses it, its name and advice in the caller's language."""

    code: str
    name: str
    level: CategoryLevel
    handling: HandlingView
    publication: PublicationRule
    safety_advice: str = ""
    may_be_urgent: Danger | None = None


class CategoryList(msgspec.Struct, frozen=True):
    """All categories."""

    items: list[CategoryView]


class AreaView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An area; `bounds` are west, south, east, north in degrees (the order of a bbox)."""

    code: str
    name: str
    level: AreaLevel
    lat: float
    long: float
    bounds: tuple[float, float, float, float]
    parent: str | None = None


class AreaList(msgspec.Struct, frozen=True):
    """The areas right under one."""

    items: list[AreaView]


class PlaceName(msgspec.Struct, frozen=True):
    """An area by name."""

    code: str
    name: str
    level: AreaLevel


class CandidateView(msgspec.Struct, frozen=True):
    """A commune that may be meant, its district, how sure that is from 0 to 1, and the distance from its centre."""

    area: PlaceName
    district: PlaceName | None
    sureness: float
    distance_km: float


class PlaceView(msgspec.Struct, frozen=True):
    """What coordinates mean: `area` is where a matter would be routed unless the person confirms another candidate."""

    sureness: Sureness
    area: PlaceName
    candidates: list[CandidateView]


class AgencyView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agency and the telephone of its office."""

    code: str
    name: str
    short_name: str
    kind: AgencyKind
    areas: tuple[str, ...]
    phone: str
    parent: str | None = None


class AgencyList(msgspec.Struct, frozen=True, omit_defaults=True):
    """One page of agencies."""

    items: list[AgencyView]
    next_cursor: str | None = None


def category_view(category: Category, language: str) -> CategoryView:
    """The category in `language` (vi or en)."""
    may_turn_urgent = category.working_days is None or category.may_be_urgent is not None
    return CategoryView(
        code=category.code,
        name=category.name(language),
        level=category.level,
        handling=HandlingView(category.working_days, category.urgent_hours if may_turn_urgent else None),
        publication=category.publication,
        safety_advice=category.safety(language),
        may_be_urgent=category.may_be_urgent,
    )


def area_view(area: Area) -> AreaView:
    """The area with its bounds."""
    return AreaView(
        code=area.code,
        name=area.name,
        level=area.level,
        lat=area.lat,
        long=area.long,
        bounds=(area.west, area.south, area.east, area.north),
        parent=area.parent,
    )


def place_view(place: Place, names: dict[str, Area]) -> PlaceView:
    """The place; `names` holds the areas it and its candidates mention."""
    return PlaceView(
        sureness=place.sureness,
        area=_name(names[place.area]),
        candidates=[_candidate_view(candidate, names) for candidate in place.candidates],
    )


def agency_view(agency: Agency) -> AgencyView:
    """The agency without its officers."""
    return AgencyView(
        code=agency.code,
        name=agency.name,
        short_name=agency.short_name,
        kind=agency.kind,
        areas=agency.areas,
        phone=agency.phone,
        parent=agency.parent,
    )


def agency_list(page: Page[Agency], next_cursor: str | None) -> AgencyList:
    """One page; `next_cursor` is sealed already."""
    return AgencyList([agency_view(agency) for agency in page.items], next_cursor)


def _candidate_view(candidate: Candidate, names: dict[str, Area]) -> CandidateView:
    district = names.get(candidate.area.parent or "")
    return CandidateView(
        area=_name(candidate.area),
        district=_name(district) if district else None,
        sureness=round(candidate.sureness, 2),
        distance_km=candidate.distance_km,
    )


def _name(area: Area) -> PlaceName:
    return PlaceName(area.code, area.name, area.level)
