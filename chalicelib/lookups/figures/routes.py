"""Ratings of the utilities and their figures over HTTP."""

from datetime import date
from typing import Annotated

import msgspec
from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.lookups.figures.indicators import UtilityIndicators
from chalicelib.lookups.figures.ratings import Given, RateUtility, RatingTotals
from chalicelib.runtime.http import Call, Caller, endpoint
from chalicelib.runtime.observability import count

routes = Blueprint(__name__)

# Figures of a day that runs may be so old, in seconds.
KEEP = 300


class ReasonsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of what people wrote; `limit` is how many ratings are looked through."""

    cursor: Annotated[str, msgspec.Meta(max_length=400)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100


class ReasonList(msgspec.Struct, frozen=True, omit_defaults=True):
    """What people wrote with their ratings, without who they are; a page may be empty and not the last."""

    items: list[Given]
    next_cursor: str | None = None


class UtilityIndicatorsQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}
):
    """From one Vietnam day to another, at most 92 of them; of an area with all below it, divided by what lies right under it."""

    first: date | None = None
    last: date | None = None
    area: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")] | None = None


@endpoint(
    routes, "POST", "/v1/utilities/{utility}/rating",
    caller=Caller.CITIZEN, summary="What the caller thinks of a utility: one rating a person, which may change",
    body=RateUtility, answer=RatingTotals, problems=(404, 409),
)  # fmt: skip
def rate_utility(call: Call[RateUtility, None]) -> RatingTotals:
    """The totals with the caller's rating in them."""
    totals = wiring_lookups.ratings().rate(call.account, call.path["utility"], call.body)
    count("UtilityRated")
    return totals


@endpoint(
    routes, "GET", "/v1/indicators/utilities",
    caller=Caller.ANYONE, summary="How much each utility is used and what people think of it",
    query=UtilityIndicatorsQuery, answer=UtilityIndicators, cache=KEEP,
)  # fmt: skip
def get_utility_indicators(call: Call[None, UtilityIndicatorsQuery]) -> UtilityIndicators:
    """The figures of a period."""
    query = call.query
    return wiring_lookups.indicators().show(query.first, query.last, query.area, call.language)


@endpoint(
    routes, "GET", "/v1/centre/utilities/{utility}/ratings",
    caller=Caller.CENTRE, summary="What people wrote with their ratings of a utility, without who they are",
    query=ReasonsQuery, answer=ReasonList, problems=(403, 404),
)  # fmt: skip
def list_rating_reasons(call: Call[None, ReasonsQuery]) -> ReasonList:
    """A page in an order that says nothing of who wrote when."""
    page = wiring_lookups.ratings().reasons(call.path["utility"], call.query.cursor, call.query.limit)
    return ReasonList(list(page.items), page.next_cursor)
