"""A link that has ended says how, and what to do."""

from collections.abc import Callable

import pytest

from chalicelib.core.errors import NotFound
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.endings import ended_by
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.succession import leave_to_centre, offer_on
from chalicelib.feedback.values import Rating, RefusalReason
from chalicelib.pages.model import Task
from tests.builders import DISPATCHER, LAPSES, NOW, REPORTER, date, link, rate, stamp
from tests.unit.pages.scene import OTHER, REASON, Scene, forged, words

COMMITTEE_NAME = "Ủy ban nhân dân xã Minh Bảo"
OTHER_NAME = "Sở Giao thông vận tải tỉnh Yên Bái"


def given_back(scene: Scene) -> str:
    _, token = scene.assigned()
    scene.agencies.give_back(token, commands.Explain(reason=REASON), Trace("x"))
    return token


def refused_after_giving_back(scene: Scene) -> str:
    token = given_back(scene)
    refusal = commands.Refuse(reason_code=RefusalReason.OUT_OF_SCOPE)
    scene.centre.refuse(DISPATCHER, token.split("-")[0], refusal, Trace("y"))
    return token


def taken_over(scene: Scene) -> str:
    _, holder, receiver = scene.offered()
    scene.agencies.accept(receiver, Trace("x"))
    return holder


def offer_declined(scene: Scene) -> str:
    _, _, receiver = scene.offered()
    scene.agencies.give_back(receiver, commands.Explain(reason=REASON), Trace("x"))
    return receiver


def offer_overtaken(scene: Scene) -> str:
    _, holder, receiver = scene.offered()
    answer = commands.GiveAnswer(result="Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa sáng nay.")
    scene.agencies.answer(holder, answer, Trace("x"))
    return receiver


def withdrawn(scene: Scene) -> str:
    case, token = scene.assigned()
    scene.service.withdraw(REPORTER, case.code, commands.Withdraw(), Trace("x"))
    return token


def rated(scene: Scene) -> str:
    case, token = scene.answered()
    scene.service.rate(REPORTER, case.code, rate(Rating.SATISFIED), Trace("x"))
    return token


def reopened(scene: Scene) -> str:
    case, token = scene.answered()
    scene.service.rate(REPORTER, case.code, rate(), Trace("x"))
    return token


def closed(scene: Scene) -> str:
    case, token = scene.answered()
    scene.service.close(case.code, scene.clock.move(days=8))
    return token


def ended_without_successor(scene: Scene) -> str:
    case, token = scene.in_progress()
    scene.store.save(leave_to_centre(scene.store.head(case.code), stamp(Party.SYSTEM), NOW))
    return token


def offer_that_ended_without_successor(scene: Scene) -> str:
    case, _, receiver = scene.offered()
    scene.store.save(leave_to_centre(scene.store.head(case.code), stamp(Party.SYSTEM), NOW))
    return receiver


def offered_to_a_successor(scene: Scene) -> str:
    case, _, receiver = scene.offered()
    scene.store.save(offer_on(scene.store.head(case.code), stamp(Party.SYSTEM), "ubnd-132", LAPSES))
    return receiver


WAYS: list[tuple[Callable[[Scene], str], str]] = [
    (given_back, f"{COMMITTEE_NAME} đã trả lại phản ánh"),
    (refused_after_giving_back, f"{COMMITTEE_NAME} đã trả lại phản ánh"),
    (taken_over, f"{OTHER_NAME} đã nhận phản ánh"),
    (offer_declined, f"{OTHER_NAME} đã trả lại phản ánh"),
    (offer_overtaken, f"{COMMITTEE_NAME} đã trả lời phản ánh"),
    (withdrawn, "Người phản ánh đã rút phản ánh"),
    (rated, "Người phản ánh đã đánh giá câu trả lời"),
    (reopened, "Người phản ánh đánh giá chưa hài lòng"),
    (closed, "đã kết thúc lúc"),
    (ended_without_successor, "đã trở về Trung tâm để giao lại"),
    (offer_that_ended_without_successor, "đã trở về Trung tâm để giao lại"),
    (offered_to_a_successor, "Đề nghị chuyển phản ánh"),
]


@pytest.mark.parametrize(("way", "expected"), WAYS, ids=[way.__name__ for way, _ in WAYS])
def test_an_ended_link_says_how_it_ended_and_what_to_do(way: Callable[[Scene], str], expected: str) -> None:
    scene = Scene()
    token = way(scene)
    for page in (scene.officer.show(token, "vi"), scene.officer.form(token, Task.ANSWER, "vi")):
        assert page.status == 410
        assert expected in words(page)
        assert "xin mở đường dẫn mới nhất" in words(page)
        assert "Ổ gà" not in page.body


def test_sending_over_an_ended_link_changes_nothing_and_says_so() -> None:
    scene = Scene()
    token = given_back(scene)
    before = len(scene.store.writes)
    assert scene.officer.send(token, Task.ACCEPT, {}, "vi", "cid").status == 410
    assert len(scene.store.writes) == before


def test_a_forged_link_learns_nothing_of_how_the_case_ended() -> None:
    scene = Scene()
    token = given_back(scene)
    with pytest.raises(NotFound):
        scene.officer.show(forged(token), "vi")


def test_a_duty_that_goes_on_has_no_ending_and_an_unknown_one_has_none() -> None:
    scene = Scene()
    case, _ = scene.in_progress()
    assert ended_by(case.history, 1) is None
    assert ended_by(case.history, 7) is None


def test_a_hand_over_taken_before_a_new_one_is_the_ending_that_is_told() -> None:
    scene = Scene()
    case, holder, receiver = scene.offered()
    scene.agencies.accept(receiver, Trace("x"))
    offer = commands.HandOver(agency="ubnd-132", reason=REASON)
    made = scene.agencies.hand_over(receiver, offer, Trace("y"))
    assert scene.cases.ending(holder, "vi") is not None
    assert made.hand_over is not None
    found = ended_by(made.history, 1)
    assert found is not None
    assert found.actor == OTHER
    assert date(2023, 5, 23) == found.at.date()
    assert link(case.code, 1) == holder
