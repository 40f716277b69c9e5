"""What callers see of the catalogue: a utility in their language, what it offers, in which columns; nothing private."""

import msgspec

from chalicelib.lookups.figures.ratings import RatingTotals
from chalicelib.lookups.model import (
    Audience,
    Availability,
    Column,
    ColumnType,
    Feed,
    Kind,
    Named,
    Offer,
    Role,
    Utility,
)


class ChoiceView(msgspec.Struct, frozen=True):
    """A value of a column and its name."""

    value: str
    name: str


class ColumnView(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands under a name in every record of an offer, and how to label it."""

    name: str
    type: ColumnType
    label: str
    role: Role | None = None
    unit: str = ""
    choices: list[ChoiceView] = []


class FeedView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who keeps the records: `codes` is a regular expression for the codes served, `areas` where; without them all."""

    id: str
    name: str
    codes: str = ""
    areas: tuple[str, ...] = ()


class OfferView(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a utility offers: look it up under `path`; `columns` and `feeds` are told with one utility, not in lists."""

    id: str
    kind: Kind
    name: str
    path: str
    confirmed: bool = False
    bills: bool = False
    factor_hint: str | None = None
    columns: list[ColumnView] = []
    feeds: list[FeedView] = []


class UtilityView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A utility in the caller's language; `sample` data were made up and must be shown as such.

    `ratings` are told with one utility, not in lists.
    """

    id: str
    order: int
    name: str
    summary: str
    audience: tuple[Audience, ...]
    availability: Availability
    offers: list[OfferView]
    reason: str | None = None
    sample: bool = False
    ratings: RatingTotals | None = None


class UtilityList(msgspec.Struct, frozen=True):
    """The utilities, in order."""

    items: list[UtilityView]


def utility_list(utilities: list[Utility], language: str) -> UtilityList:
    """The utilities without their columns."""
    return UtilityList([_utility(one, language, False) for one in utilities])


def utility_view(utility: Utility, language: str, ratings: RatingTotals | None = None) -> UtilityView:
    """One utility with the columns and feeds of its offers, and what people think of it."""
    return msgspec.structs.replace(_utility(utility, language, True), ratings=ratings)


def _utility(utility: Utility, language: str, whole: bool) -> UtilityView:
    return UtilityView(
        id=utility.id,
        order=utility.order,
        name=utility.name.text(language),
        summary=utility.summary.text(language),
        audience=utility.audience,
        availability=utility.availability,
        offers=[_offer(utility, offer, language, whole) for offer in utility.offers],
        reason=_said(utility.reason, language),
        sample=utility.sample,
    )


def _offer(utility: Utility, offer: Offer, language: str, whole: bool) -> OfferView:
    shown = [column for column in offer.columns if not column.private and column.role is not Role.FACTOR]
    return OfferView(
        id=offer.id,
        kind=offer.kind,
        name=offer.name.text(language),
        path=offer.route or f"/v1/utilities/{utility.id}/{offer.id}/{offer.kind}",
        confirmed=offer.confirmed,
        bills=offer.bills,
        factor_hint=_said(offer.factor_hint, language),
        columns=[_column(column, language) for column in shown] if whole else [],
        feeds=[_feed(feed, language) for feed in offer.feeds] if whole else [],
    )


def _column(column: Column, language: str) -> ColumnView:
    choices = [ChoiceView(choice.value, choice.name.text(language)) for choice in column.choices]
    return ColumnView(column.name, column.type, column.label.text(language), column.role, column.unit, choices)


def _feed(feed: Feed, language: str) -> FeedView:
    return FeedView(feed.id, feed.name.text(language), feed.codes, feed.areas)


def _said(name: Named | None, language: str) -> str | None:
    return name.text(language) if name else None
