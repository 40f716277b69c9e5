"""What is found nearby before a person reports it again."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import official
from chalicelib.core.errors import Invalid
from chalicelib.feedback import commands, similar
from chalicelib.feedback.lifecycle import OPEN, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import hide
from chalicelib.feedback.ports import Found, Named
from chalicelib.feedback.similar_cases import SimilarCases
from chalicelib.feedback.values import Matter, Publication, Spot
from chalicelib.feedback.views import Views
from tests.builders import IN_STATUS, REPORTER, STRANGER, TEXT, answered, assigned, feedback, stamp
from tests.fakes import MemoryStore, Office
from tests.unit.core.test_cells import BEARING, LAT, LONG, away

HERE = (21.7, 104.9)
TOLD = "Trước cổng trường có ổ gà lớn, xe máy ngã trong tuần"


def find(office: Office, account: str = STRANGER, **changes: Any) -> list[Found]:
    """What somebody finds who is about to report a hole in the road."""
    plain: dict[str, Any] = {"category": "duong_sa", "lat": HERE[0], "long": HERE[1], "text": TOLD}
    return SimilarCases(office.store, office.directory).find(account, commands.FindSimilar(**(plain | changes)))


def codes(found: Sequence[Found]) -> list[str]:
    return [one.line.code for one in found]


def at(lat: float, long: float, text: str = TEXT, **changes: Any) -> Feedback:
    return feedback(matter=Matter("Ổ gà", text, lat, long), **changes)


def office_with(*cases: Feedback) -> Office:
    office = Office()
    for case in cases:
        office.keep(case)
    return office


def test_the_same_matter_told_in_other_words_is_found_with_score_and_distance() -> None:
    case = at(*away(*HERE, 90, 40))
    (found,) = find(office_with(case))
    assert found.line.code == case.code
    assert found.metres == pytest.approx(40, abs=0.1)
    assert similar.THRESHOLD <= found.score <= 1
    assert (found.text, found.own) == (TEXT, False)


def test_an_own_case_is_found_and_marked() -> None:
    (found,) = find(office_with(at(*HERE)), account=REPORTER)
    assert found.own


def test_another_matter_at_the_same_place_is_not_found() -> None:
    assert find(office_with(at(*HERE)), text="Đèn đường tắt cả tuần nay, tối om", category="sat_lo") == []


def test_the_likest_comes_first() -> None:
    far, close = at(*away(*HERE, 180, 200)), at(*away(*HERE, 0, 10))
    assert codes(find(office_with(far, close))) == [close.code, far.code]


@pytest.mark.parametrize("status", Status)
def test_only_open_cases_are_found(status: Status) -> None:
    assert bool(find(office_with(IN_STATUS[status]()))) is (status in OPEN)


@pytest.mark.parametrize("publication", Publication)
def test_only_public_cases_are_found(publication: Publication) -> None:
    assert bool(find(office_with(feedback(publication=publication)))) is (publication is Publication.PUBLIC)


def test_a_case_told_at_length_is_found_by_its_words_too() -> None:
    case = at(*HERE, text=f"{TEXT} {'Người dân đã báo nhiều lần. ' * 60}")
    office = office_with(case)
    office.store.save(assigned(office.store.head(case.code)))
    (found,) = find(office)
    assert found.text == case.matter.text if case.matter else ""
    assert (found.line.title, found.line.lat) == ("Ổ gà", HERE[0])


@given(LAT, LONG, BEARING, st.floats(0, similar.RADIUS - 0.01))
def test_a_case_within_the_radius_is_always_found_whatever_border_lies_between(
    lat: float, long: float, bearing: float, metres: float
) -> None:
    office = office_with(at(*away(lat, long, bearing, metres)))
    assert len(find(office, lat=lat, long=long, text=TEXT)) == 1


@given(LAT, LONG, BEARING, st.floats(similar.RADIUS + 0.01, 3000))
def test_a_case_beyond_the_radius_is_never_found(lat: float, long: float, bearing: float, metres: float) -> None:
    assert find(office_with(at(*away(lat, long, bearing, metres))), lat=lat, long=long, text=TEXT) == []


class Late(MemoryStore):
    """An index that still tells of what stood a moment ago."""

    stale: tuple[Spot, ...] = ()

    def nearby(self, cells: Sequence[str], most: int) -> Sequence[Spot]:
        return [*super().nearby(cells, most), *self.stale]


def test_what_was_hidden_or_answered_a_moment_ago_is_not_shown_though_the_index_still_tells_of_it() -> None:
    store = Late()
    office = Office(store=store)
    cases = [office.keep(hide(assigned(), stamp(Party.CENTRE))), office.keep(answered())]
    store.stale = tuple(Spot(case.code, case.category, *HERE) for case in [*cases, feedback()])
    assert find(office) == []


class Counting(MemoryStore):
    """How many cells, entries, cases and words were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: dict[str, int] = {}

    def nearby(self, cells: Sequence[str], most: int) -> Sequence[Spot]:
        found = super().nearby(cells, most)
        self.read |= {"cells": len(cells), "entries": len(found)}
        return found

    def heads(self, codes: Sequence[str]) -> Any:
        self.read["heads"] = len(codes)
        return super().heads(codes)


def test_an_answer_reads_no_more_however_many_cases_there_are() -> None:
    def read(many: int) -> dict[str, int]:
        store = Counting()
        office = Office(store=store)
        for _ in range(many):
            office.keep(at(*HERE))
        assert len(find(office)) == similar.MOST_SHOWN
        return store.read

    assert read(60) == read(400)
    assert read(400)["cells"] <= 4
    assert read(400)["entries"] == similar.MOST_IN_CELL
    assert read(400)["heads"] == similar.MOST_READ


def test_nothing_nearby_reads_no_case() -> None:
    store = Counting()
    assert find(Office(store=store)) == []
    assert "heads" not in store.read


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        find(Office(), category="unknown")
    assert [error.field for error in refused.value.errors] == ["category"]


def test_a_view_shows_the_public_line_score_distance_and_the_first_words() -> None:
    views = Views(
        lambda code, at=None: Named(code, "Xã"), lambda code, at=None: Named(code, "Cơ quan"), lambda code, _: code, lambda *_: "",
        lambda code, file: "", official,
    )  # fmt: skip
    case = at(*HERE, text="một hai ba " * 100)
    (found,) = find(office_with(case), text="một hai ba một hai ba")
    view = views.similar(found, "vi")
    assert (view.code, view.title, view.distance, view.own) == (case.code, "Ổ gà", 0, False)
    assert view.score == round(found.score, 2)
    assert len(view.text) <= 200
    assert not hasattr(view, "reporter")
