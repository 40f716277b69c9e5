"""Areas, agencies, officers and categories: reference data with validity, so that a reform is data and not code."""

from datetime import date
from enum import StrEnum

import msgspec


class AreaLevel(StrEnum):
    """The three levels of the administrative tree before July 2025; two of them remain after."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class AgencyKind(StrEnum):
    """What an agency is competent for; what a routing step asks for."""

    COMMITTEE = "committee"
    OFFICE = "office"
    CENTRE = "centre"
    ONE_STOP = "one_stop"
    TRANSPORT = "transport"
    CONSTRUCTION = "construction"
    ENVIRONMENT = "environment"
    AGRICULTURE = "agriculture"
    FORESTRY = "forestry"
    HEALTH = "health"
    EDUCATION = "education"
    LABOUR = "labour"
    HOME_AFFAIRS = "home_affairs"
    INFORMATION = "information"
    PLANNING = "planning"
    FINANCE = "finance"
    TAX = "tax"
    INDUSTRY = "industry"
    INDUSTRIAL_ZONES = "industrial_zones"
    MARKET = "market"
    CULTURE = "culture"
    SCIENCE = "science"
    JUSTICE = "justice"
    INSPECTORATE = "inspectorate"
    ETHNIC_AFFAIRS = "ethnic_affairs"
    INSURANCE = "insurance"
    POLICE = "police"
    FIRE = "fire"
    TRAFFIC = "traffic"
    COOPERATIVES = "cooperatives"
    POWER = "power"
    WATER = "water"
    RURAL_WATER = "rural_water"
    WASTE = "waste"
    TELECOM = "telecom"


class OfficerRole(StrEnum):
    """Who answers for an agency, who receives its notices, who stands in for the latter."""

    HEAD = "head"
    FOCAL = "focal"
    DEPUTY = "deputy"


class CategoryLevel(StrEnum):
    """How a matter is handled: urgent in hours around the clock, the others in working days."""

    URGENT = "urgent"
    NORMAL = "normal"
    COMPLEX = "complex"


class PublicationRule(StrEnum):
    """What becomes of a new case: public at once, public after review by the centre, never public."""

    PUBLIC = "public"
    REVIEW = "review"
    PRIVATE = "private"


class Danger(StrEnum):
    """What makes a matter of a category urgent that is not urgent by itself."""

    DANGER = "danger"
    FIRE = "fire"


class Dated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that holds from the day `valid_from` until before the day `valid_to`; None is open-ended.

    A `code` has one row per period, and the periods of a code do not overlap.
    """

    code: str
    valid_from: date
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it holds on that day in Vietnam."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Area(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A unit of the administrative tree under its official code; centre and bounds are WGS 84 degrees."""

    level: AreaLevel
    name: str
    parent: str | None = None
    lat: float
    long: float
    south: float
    west: float
    north: float
    east: float


class Agency(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """An office that must answer; `areas` are the codes of those it serves as a whole, `short_name` is for an SMS.

    `parent` is the code of its superior or, for enterprises and vertical services, of who watches over the matter.
    `approval`: its answers need the head's approval (ký duyệt).
    """

    kind: AgencyKind
    name: str
    short_name: str
    areas: tuple[str, ...]
    parent: str | None = None
    email: str
    phone: str
    approval: bool = False


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """One person in charge at an agency; personal data, never in a public view. `phone` is E.164."""

    role: OfficerRole
    name: str
    email: str
    phone: str


class Officers(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Who is in charge at the agency `code` during a period."""

    officers: tuple[Officer, ...]


class RoutingStep(msgspec.Struct, frozen=True):
    """One attempt of a routing rule: the agency of `kind` that serves the matter's area of `level`."""

    kind: AgencyKind
    level: AreaLevel


class Category(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """What a matter is about; `routing` is tried in order, and without a hit the operations centre sorts.

    `working_days` is the handling time of a matter that is not urgent, None where every matter is; `urgent_hours` that
    of an urgent one, around the clock. `order` is its place in lists. Matters of a `group` are watched over alike.
    """

    order: int
    name_vi: str
    name_en: str
    level: CategoryLevel
    may_be_urgent: Danger | None = None
    working_days: int | None = None
    urgent_hours: int
    publication: PublicationRule
    routing: tuple[RoutingStep, ...] = ()
    safety_vi: str = ""
    safety_en: str = ""
    group: str = ""

    def name(self, language: str) -> str:
        """Its name in `language` (vi or en)."""
        return self.name_en if language == "en" else self.name_vi

    def safety(self, language: str) -> str:
        """Its safety advice in `language` (vi or en), or empty."""
        return self.safety_en if language == "en" else self.safety_vi


class DayChange(msgspec.Struct, frozen=True, kw_only=True):
    """An override of the public calendar: `kind` is off or work (core.calendar.DayKind), `reason` names the decision."""

    day: date
    kind: str
    reason: str = ""


class Watch(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Who watches over agencies: the agency `watcher`, or the one of the `step`'s kind that serves the area above of its level.

    It is about the one `agency`, or else about all of a `kind` that serve areas of a `level`, in matters of a category `group`
    or, without one, in all. The narrower row counts more; where none finds anybody, the agency's parent watches.
    """

    agency: str = ""
    kind: AgencyKind | None = None
    level: AreaLevel | None = None
    group: str = ""
    watcher: str = ""
    step: RoutingStep | None = None


class Subject(StrEnum):
    """What a succession is about."""

    AREA = "area"
    AGENCY = "agency"


class Successor(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an area or of an agency's duties on the day `valid_from`: all of it went `to` these; several divide it.

    Of an agency a row may be about one `group` of matters alone, and counts more than the one about all.
    """

    subject: Subject
    of: str
    group: str = ""
    to: tuple[str, ...]


class Post(msgspec.Struct, frozen=True):
    """A place on a roster: a role at an agency, whoever holds it."""

    agency: str
    role: OfficerRole


class Roster(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Who is told together: `duty` at the operations centre, the `centre` itself, the province's `leaders`."""

    posts: tuple[Post, ...]
