"""A matter about an agency: private, with its superior, never with the one named or whoever is under it."""

import pytest

from chalicelib.core.errors import Invalid
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Publication
from tests.builders import COMMITTEE, DISPATCHER, POLICE, REASON, REPORTER, STRANGER, link, submit
from tests.fakes import Office

SUPERIOR = "ubnd-huyen-1"
KEY = Trace("key-00001")


def about(agency: str = COMMITTEE, office: Office | None = None) -> tuple[Office, Feedback]:
    """A matter about an agency, after its routing."""
    office = office or Office()
    case = office.service.submit(REPORTER, submit(about_agency=agency), KEY)
    office.service.route(case.code, "cid")
    return office, office.store.head(case.code)


def test_it_is_private_for_good_and_goes_to_the_superior() -> None:
    office, case = about()
    assert (case.about, case.publication, case.may_be_public) == (COMMITTEE, Publication.PRIVATE, False)
    assert (case.status, case.agency) == (Status.ASSIGNED, SUPERIOR)
    assert office.store.desk(COMMITTEE, 20, None)[0] == []


def test_without_a_superior_the_centre_sorts_it() -> None:
    _, case = about(SUPERIOR)
    assert (case.status, case.queued, case.agency) == (Status.RECEIVED, True, "")


def test_the_agency_named_must_exist() -> None:
    for name in ("nobody", "old-agency"):
        with pytest.raises(Invalid) as refusal:
            about(name)
        assert [error.field for error in refusal.value.errors] == ["about_agency"]


def test_the_centre_cannot_give_it_to_the_one_named() -> None:
    office, case = about()
    with pytest.raises(Invalid):
        office.centre.assign(DISPATCHER, case.code, commands.Assign(agency=COMMITTEE), Trace())
    assert office.centre.assign(DISPATCHER, case.code, commands.Assign(agency=POLICE), Trace()).agency == POLICE


def test_the_centre_cannot_give_it_to_whoever_is_under_the_one_named() -> None:
    office, case = about(SUPERIOR)
    for below in (COMMITTEE, POLICE):
        with pytest.raises(Invalid):
            office.centre.assign(DISPATCHER, case.code, commands.Assign(agency=below), Trace())


def test_the_superior_cannot_hand_it_over_to_the_one_named() -> None:
    office, case = about()
    with pytest.raises(Invalid):
        office.agencies.hand_over(link(case.code), commands.HandOver(agency=COMMITTEE, reason=REASON), Trace())


def test_what_is_sent_again_is_the_same_case() -> None:
    office, case = about()
    assert office.service.submit(REPORTER, submit(about_agency=COMMITTEE), KEY).code == case.code
    assert office.service.submit(STRANGER, submit(about_agency=COMMITTEE), KEY).code != case.code
