"""Lists a page at a time: whose they are, in which order, what a cursor is good for."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid
from chalicelib.feedback import commands
from chalicelib.feedback.centre_commands import ListQueue
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Matter, Publication
from tests.builders import NOW, POLICE, REPORTER, STRANGER, answered, assigned, feedback, queued
from tests.fakes import Office


def office_with(*cases: Feedback) -> Office:
    office = Office()
    for case in cases:
        office.keep(case)
    return office


def minute(number: int, **changes: Any) -> Feedback:
    """A case submitted that many minutes later."""
    return feedback(submitted_at=NOW + timedelta(minutes=number), **changes)


def test_own_cases_are_one_s_own_newest_first() -> None:
    mine = [minute(number) for number in range(3)]
    office = office_with(*mine, feedback(reporter=STRANGER))
    found = office.lists.own(REPORTER, commands.ListOwn())
    assert [line.code for line in found.items] == [case.code for case in reversed(mine)]
    assert found.next_cursor is None


@given(st.integers(0, 12), st.integers(1, 5))
def test_pages_hold_each_case_once_and_in_order(many: int, limit: int) -> None:
    office = office_with(*(minute(number) for number in range(many)))
    codes, cursor = [], None
    while True:
        page = office.lists.own(REPORTER, commands.ListOwn(cursor=cursor, limit=limit))
        codes += [line.submitted_at for line in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert codes == [NOW + timedelta(minutes=number) for number in reversed(range(many))]


def test_a_cursor_is_good_for_its_own_list_and_account_alone() -> None:
    office = office_with(*(minute(number) for number in range(3)), queued())
    cursor = office.lists.own(REPORTER, commands.ListOwn(limit=1)).next_cursor
    assert cursor is not None
    for misuse in (
        lambda: office.lists.own(STRANGER, commands.ListOwn(cursor=cursor)),
        lambda: office.centre.queue(ListQueue(cursor=cursor)),
        lambda: office.lists.public(commands.ListPublic(cursor=cursor)),
        lambda: office.lists.own(REPORTER, commands.ListOwn(cursor=cursor[:-1])),
        lambda: office.lists.own(REPORTER, commands.ListOwn(cursor="x" * 30)),
        lambda: office.lists.own(REPORTER, commands.ListOwn(cursor=".")),
    ):
        with pytest.raises(Invalid) as refusal:
            misuse()
        assert refusal.value.errors[0].field == "cursor"


def test_the_centre_s_queue_has_the_most_urgent_first() -> None:
    late, soon = queued(feedback(centre_due=NOW + timedelta(hours=9))), queued(feedback(centre_due=NOW))
    office = office_with(late, soon, feedback(), assigned())
    assert [line.case.code for line in office.centre.queue(ListQueue()).items] == [soon.code, late.code]


def test_the_centre_s_review_list_has_the_oldest_first() -> None:
    cases = [minute(number, publication=Publication.PENDING) for number in range(3)]
    office = office_with(*reversed(cases), feedback())
    first = office.centre.queue(ListQueue(what="publish", limit=2))
    rest = office.centre.queue(ListQueue(what="publish", limit=2, cursor=first.next_cursor))
    assert [line.case.code for line in (*first.items, *rest.items)] == [case.code for case in cases]


def test_the_public_feed_has_public_cases_of_all_districts_newest_first() -> None:
    shown = [minute(1), minute(2, area="commune-3", district="district-2"), minute(3)]
    hidden = [minute(4, publication=kind) for kind in Publication if kind is not Publication.PUBLIC]
    found = office_with(*shown, *hidden).lists.public(commands.ListPublic())
    assert [line.code for line in found.items] == [case.code for case in reversed(shown)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"area": "commune-1"}, [4, 3, 1]),
        ({"area": "district-1"}, [4, 3, 2, 1]),
        ({"area": "province"}, [5, 4, 3, 2, 1]),
        ({"category": "sat_lo"}, [2]),
        ({"status": Status.ANSWERED}, [4]),
        ({"agency": POLICE}, [3]),
        ({"agency": "old-agency"}, []),
        ({"bbox": "105,21,106,22"}, [5]),
        ({"area": "district-1", "status": Status.RECEIVED, "category": "duong_sa"}, [1]),
    ],
)
def test_the_public_feed_is_filtered(wanted: dict[str, Any], numbers: list[int]) -> None:
    cases = [
        minute(1),
        minute(2, area="commune-2", category="sat_lo"),
        assigned(minute(3), to=POLICE),
        answered(minute(4)),
        minute(5, area="commune-4", district="district-2", matter=Matter("", "Rác đổ ven đường", 21.5, 105.5)),
    ]
    found = office_with(*cases).lists.public(commands.ListPublic(**wanted))
    assert [line.submitted_at for line in found.items] == [NOW + timedelta(minutes=number) for number in numbers]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"area": "99999"}, "area"),
        ({"category": "phep_thuat"}, "category"),
        ({"agency": "nobody"}, "agency"),
        ({"bbox": "1,2"}, "bbox"),
    ],
)
def test_a_filter_by_what_is_not_known_is_refused(wanted: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Office().lists.public(commands.ListPublic(**wanted))
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_cursor_of_the_public_feed_goes_on_with_the_same_filter_alone() -> None:
    office = office_with(*(minute(number) for number in range(3)))
    first = office.lists.public(commands.ListPublic(limit=2))
    rest = office.lists.public(commands.ListPublic(limit=2, cursor=first.next_cursor))
    assert len(first.items) == 2
    assert ([line.submitted_at for line in rest.items], rest.next_cursor) == ([NOW], None)
    with pytest.raises(Invalid):
        office.lists.public(commands.ListPublic(limit=2, cursor=first.next_cursor, category="duong_sa"))
