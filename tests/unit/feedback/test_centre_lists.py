"""The lists of the centre: what stands in each and why, filters, pages, and what a page costs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Invalid
from chalicelib.feedback import commands, records
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.centre_commands import ListQueue
from chalicelib.feedback.centre_lists import CAME_BY, LISTINGS
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import QueueLine
from chalicelib.feedback.succession import lapse
from chalicelib.feedback.values import Assignment, Publication, Rating
from tests.builders import (
    COMMITTEE,
    DUE,
    NOW,
    POLICE,
    REASON,
    answered,
    assigned,
    feedback,
    in_progress,
    link,
    offered,
    queued,
    refused,
    stamp,
    waiting,
)
from tests.fakes import MemoryStore, Office


def lines(office: Office, **wanted: object) -> list[tuple[str, str, str]]:
    """(code, why, agency that brought it) of a list's first page."""
    page = office.centre.queue(ListQueue(**wanted))  # type: ignore[arg-type]
    return [(line.case.code, line.why, line.agency) for line in page.items]


def office_with(*cases: Feedback) -> Office:
    office = Office()
    for case in cases:
        office.keep(case)
    return office


def given_back() -> Feedback:
    return assigned().give_back(Party.HOLDER, stamp(Party.HOLDER, text_ref="g1"), NOW + timedelta(hours=1))


def lapsed() -> Feedback:
    return lapse(offered(), stamp(Party.SYSTEM), NOW + timedelta(hours=2))


def appealed() -> Feedback:
    return refused().appeal(stamp(text_ref="a1"), NOW + timedelta(hours=3))


def unrouted() -> Feedback:
    return queued(feedback(centre_due=NOW))


def extending() -> Feedback:
    return in_progress().extend(stamp(Party.HOLDER, text_ref="x1"), DUE + timedelta(days=5))


def overdue() -> Feedback:
    case = in_progress()
    assert isinstance(case.assignment, Assignment)
    return replace(case, assignment=replace(case.assignment, ladder=(), climbed=0))


def reopened() -> Feedback:
    return replace(assigned(), reopenings=2)


def unsatisfied() -> Feedback:
    return replace(answered(), reopenings=2).rate(stamp(), Rating.UNSATISFIED, None)  # type: ignore[arg-type]


def test_what_waits_to_be_assigned_says_how_it_came_and_from_whom() -> None:
    cases = (unrouted(), given_back(), lapsed(), appealed())
    office = office_with(*reversed(cases), feedback(), assigned())
    assert lines(office) == [
        (cases[0].code, "unrouted", ""), (cases[1].code, "given_back", COMMITTEE), (cases[2].code, "lapsed", POLICE),
        (cases[3].code, "appealed", ""),
    ]  # fmt: skip


def test_each_other_list_has_its_own_cases() -> None:
    cases = {
        "publish": feedback(publication=Publication.PENDING), "extension": extending(), "reopened": reopened(),
        "overdue": overdue(), "unsatisfied": unsatisfied(),
    }  # fmt: skip
    office = office_with(*cases.values(), waiting(), answered())
    for what, case in cases.items():
        (line,) = office.centre.queue(ListQueue(what=what)).items
        assert (line.case.code, line.why) == (case.code, "review" if what == "publish" else what)


def test_a_case_leaves_its_list_when_the_centre_has_said_its_word() -> None:
    office = office_with(extending())
    ((code, *_),) = lines(office, what="extension")
    office.centre.deny("user", code, commands.Explain(reason=REASON), Trace())
    assert lines(office, what="extension") == []


def test_every_list_knows_how_a_case_comes_into_it() -> None:
    assert CAME_BY.keys() == LISTINGS.keys()


def test_lists_are_filtered_by_category_area_and_agency() -> None:
    one = unrouted()
    other = queued(feedback(category="sat_lo", area="commune-3", district="district-2"))
    back = given_back()
    office = office_with(one, other, back)
    assert {code for code, *_ in lines(office)} == {one.code, other.code, back.code}
    assert [code for code, *_ in lines(office, category="sat_lo")] == [other.code]
    assert [code for code, *_ in lines(office, area="district-2")] == [other.code]
    assert {code for code, *_ in lines(office, area="district-1")} == {one.code, back.code}
    assert [code for code, *_ in lines(office, agency=COMMITTEE)] == [back.code]
    assert lines(office, agency=POLICE) == []


@pytest.mark.parametrize(("name", "value"), [("category", "phep_thuat"), ("area", "nowhere"), ("agency", "nobody")])
def test_a_filter_that_nobody_knows_is_refused(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        lines(Office(), **{name: value})
    assert refusal.value.errors[0].field == name


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("wanted", [{}, {"category": "duong_sa"}])
def test_pages_hold_each_case_once_and_in_order(limit: int, wanted: dict[str, str]) -> None:
    cases = [
        queued(feedback(centre_due=NOW + timedelta(hours=hour), category="sat_lo" if hour % 3 == 0 else "duong_sa"))
        for hour in range(7)
    ]
    office = office_with(*reversed(cases))
    found, cursor = list[QueueLine](), None
    for _ in range(20):
        page = office.centre.queue(ListQueue(limit=limit, cursor=cursor, **wanted))  # type: ignore[arg-type]
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    expected = [case.code for case in cases if not wanted or case.category == wanted["category"]]
    assert [line.case.code for line in found] == expected


def test_a_cursor_is_good_for_the_list_and_filter_it_came_from() -> None:
    office = office_with(*(queued() for _ in range(3)))
    cursor = office.centre.queue(ListQueue(limit=1)).next_cursor
    for misuse in (ListQueue(what="publish", cursor=cursor), ListQueue(category="sat_lo", cursor=cursor)):
        with pytest.raises(Invalid):
            office.centre.queue(misuse)


class Counting(MemoryStore):
    """A store that counts what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def places(self, listing: object, limit: int, after: object) -> Sequence[Mapping[str, str]]:
        found = super().places(listing, limit, after)  # type: ignore[arg-type]
        self.read += len(found)
        return found

    def heads(self, codes: Sequence[str]) -> Mapping[str, Feedback]:
        self.read += len(codes)
        return super().heads(codes)


@pytest.mark.parametrize("others", [0, 300])
def test_a_page_costs_what_it_shows_however_much_there_is(others: int) -> None:
    office = Office(store=Counting())
    for _ in range(30 + others):
        office.keep(unrouted())
    for _ in range(others):
        office.keep(assigned())
    office.centre.queue(ListQueue(limit=10))
    assert isinstance(office.store, Counting)
    assert office.store.read == 20


def test_an_index_that_lags_behind_shows_nothing_that_has_gone() -> None:
    office = office_with(unrouted())
    ((code, *_),) = lines(office)
    stale = dict(office.store.items[code, records.HEAD])
    office.centre.assign("user", code, commands.Assign(agency=POLICE), Trace())
    fresh = office.store.items[code, records.HEAD]
    office.store.items[code, records.HEAD] = {**fresh, "desk": stale["desk"], "due": stale["due"]}
    assert lines(office) == []
    assert office.agencies.duty(link(code)).agency == POLICE
