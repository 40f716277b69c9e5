"""What only the staff's own routes need, built as wiring.py builds the rest: on first use, once a process."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.core import clock
from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from chalicelib.accounts.staff import StaffSignIn
    from chalicelib.bridges.centre import CentreCases
    from chalicelib.directory.administration import Administration
    from chalicelib.feedback.intake import Intake
    from chalicelib.feedback.ports import Named
    from chalicelib.feedback.trial import RoutingTrial
    from chalicelib.pages.centre_door import Door
    from chalicelib.pages.centre_views import CentrePages


@cache
def intake() -> "Intake":
    """What the centre enters on behalf of people."""
    from chalicelib.feedback.intake import Intake
    from chalicelib.feedback.intake_commands import Enter
    from chalicelib.runtime.decoding import convert

    return Intake(
        wiring.cases(),
        wiring.feedback(),
        wiring.accounts(),
        clock.now,
        settings().secret_key,
        lambda row: convert(row, Enter, strict=False),
    )


@cache
def staff_sign_in() -> "StaffSignIn":
    """Sessions of the staff in a browser."""
    from secrets import token_urlsafe

    from chalicelib.accounts.staff import StaffSignIn
    from chalicelib.accounts.staff_pool import StaffPool
    from chalicelib.accounts.staff_store import StaffStore
    from chalicelib.runtime.clients import client

    given = settings()
    pool = StaffPool(lambda: client("cognito-idp"), given.staff_pool, given.staff_client)
    return StaffSignIn(pool, StaffStore(), clock.now, given.secret_key, lambda: token_urlsafe(24))


@cache
def centre_cases() -> "CentreCases":
    """Cases as the centre's pages show them."""
    from chalicelib.bridges.centre import CentreCases, Sources
    from chalicelib.bridges.pages import Offices
    from chalicelib.bridges.reference import ReferenceData

    directory = wiring.directory()
    return CentreCases(
        Sources(
            wiring.centre(), wiring.cases(), wiring.similar_cases(), wiring.feedback_views(), wiring.page_cases(),
            Offices(directory), directory, ReferenceData(directory), clock.now,
        )
    )  # fmt: skip


@cache
def centre_door() -> "Door":
    """Who stands before the centre's pages."""
    from secrets import token_urlsafe

    from chalicelib.pages.centre_door import Door, Site
    from chalicelib.pages.forms import Forms

    given = settings()
    forms = Forms(given.secret_key, lambda: token_urlsafe(12))
    site = Site(wiring.page_address().root, given.base_url.startswith("https://"))
    return Door(staff_sign_in(), forms, clock.now, site, given.secret_key, lambda: token_urlsafe(24))


@cache
def centre_pages() -> "CentrePages":
    """The pages of the operations centre."""
    from chalicelib.pages.centre_views import CentrePages

    return CentrePages(centre_door(), centre_cases(), wiring.page_address().root)


@cache
def administration() -> "Administration":
    """What administrators change in the directory."""
    from chalicelib.directory.administration import Administration
    from chalicelib.directory.changes_store import ChangesStore

    return Administration(
        ChangesStore(), clock.now, lambda agency, most: len(wiring.cases().desk(agency, most, None)[0])
    )


@cache
def routing_trial() -> "RoutingTrial":
    """Routing rules on past cases."""
    from chalicelib.bridges.reference import ReferenceData
    from chalicelib.directory.model import AgencyKind
    from chalicelib.feedback.trial import RoutingTrial

    return RoutingTrial(wiring.cases(), ReferenceData(wiring.directory()), set(AgencyKind).__contains__)


def agency_named(code: str) -> "Named":
    """An agency's name, also of one that has ended."""
    from chalicelib.bridges.reference import ReferenceData

    return ReferenceData(wiring.directory()).agency(code)
