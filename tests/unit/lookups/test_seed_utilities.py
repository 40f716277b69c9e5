"""The sixteen utilities of the seed: in order, complete, owned by agencies that there are, told in the document."""

from pathlib import Path

import msgspec
import pytest

from chalicelib.core.text import plain
from chalicelib.lookups.catalogue.rules import Known, problems
from chalicelib.lookups.model import Kind, Offer, Role, Utility
from infra.seed import rows
from infra.seed.utilities import utilities

ALL = utilities()
AGENCIES = frozenset(row.code for row in rows.agencies())
AREAS = frozenset(row.code for row in rows.areas())
ISSUE = (
    "feedback", "electricity", "water", "outages", "health", "tourism", "education", "files", "procedures", "transport",
    "warnings", "jobs", "farm", "business", "emergency", "citizen-reception",
)  # fmt: skip


def _offer(utility: str, name: str) -> Offer:
    found = next(one for one in ALL if one.id == utility).offer(name)
    assert found
    return found


def test_there_are_the_fifteen_and_the_sixteenth_in_order() -> None:
    assert tuple(one.id for one in ALL) == ISSUE
    assert [one.order for one in ALL] == list(range(1, 17))


@pytest.mark.parametrize("utility", ALL, ids=lambda utility: utility.id)
def test_the_catalogue_itself_would_keep_each(utility: Utility) -> None:
    assert not problems(utility, Known(AGENCIES.__contains__, AREAS.__contains__))


@pytest.mark.parametrize("utility", ALL, ids=lambda utility: utility.id)
def test_each_fits_a_request_of_the_centre_as_the_centre_gets_it(utility: Utility) -> None:
    assert msgspec.json.decode(msgspec.json.encode(utility), type=Utility) == utility
    assert len(msgspec.json.encode(utility)) < 48 * 1024


@pytest.mark.parametrize("utility", ALL, ids=lambda utility: utility.id)
def test_names_are_vietnamese_in_vietnamese_and_not_in_english(utility: Utility) -> None:
    assert plain(utility.summary.vi) != utility.summary.vi
    names = [utility.name, utility.summary, *(column.label for offer in utility.offers for column in offer.columns)]
    assert not [name for name in names if name.vi != name.vi.strip() or name.en != name.en.strip()]
    assert utility.name.vi != utility.name.en


def test_only_feedback_is_a_route_of_its_own() -> None:
    assert [one.id for one in ALL if any(offer.kind is Kind.ROUTE for offer in one.offers)] == ["feedback"]


def test_what_proves_who_asks_is_private() -> None:
    accounts = [offer for one in ALL for offer in one.offers if offer.kind is Kind.ACCOUNT]
    assert len(accounts) == 4
    for offer in accounts:
        factor = offer.column(Role.FACTOR)
        assert factor is not None, offer.id
        assert (factor.private, factor.required) == (True, True)


def test_no_two_feeds_of_an_offer_serve_the_same_code() -> None:
    feeds = {feed.id: feed for feed in _offer("water", "bills").feeds}
    for code, serving in (("YB00012345", "yen-bai"), ("NL0001234", "nghia-lo")):
        assert [name for name, feed in feeds.items() if feed.serves_code(code)] == [serving]


def test_bills_of_power_and_water_are_remembered() -> None:
    assert [one.id for one in ALL if any(offer.bills for offer in one.offers)] == ["electricity", "water"]


def test_warnings_and_releases_are_confirmed_and_rivers_measured_against_their_alarms() -> None:
    assert [offer.id for one in ALL for offer in one.offers if offer.confirmed] == ["warnings", "releases"]
    rivers = _offer("warnings", "rivers")
    assert all(rivers.column(role) for role in (Role.READING, Role.ALARM_1, Role.ALARM_2, Role.ALARM_3))


def test_the_document_names_every_offer_its_feeds_and_their_owners() -> None:
    told = [line for line in Path("docs/utilities.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    for utility in ALL:
        for offer in utility.offers:
            begins = (
                f"| {utility.order} | `{utility.id}` {utility.name.vi} | `{offer.id}` {offer.name.vi} | {offer.kind}"
            )
            (line,) = [one for one in told if one.startswith(begins)]
            assert all(f"`{feed.id}`" in line and feed.owner in line for feed in offer.feeds)
