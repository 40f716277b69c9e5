"""The centre's lists and a case on one screen."""

import re
from typing import Any

import pytest

from chalicelib.pages.centre_model import Act
from tests.unit.pages.centre_scene import WHY, signed_in
from tests.unit.pages.scene import COMMITTEE, CONTACT, OTHER, words


def location(reply: Any) -> str:
    return str(reply.headers.get("Location", reply.status))


def open_forms(body: str) -> list[str]:
    return re.findall(r'<details class="act" id="(\w+)" open>', body)


# Lists


def test_an_empty_list_says_what_to_do() -> None:
    shown = words(signed_in().lists())
    assert "Không còn phản ánh nào" in shown
    assert "danh sách khác" in shown


def test_a_list_says_what_the_matter_is_and_how_it_came_there() -> None:
    desk = signed_in()
    unrouted, back = desk.queued(title="Góp ý về bến xe"), desk.given_back()
    shown = words(desk.lists())
    assert "Góp ý về bến xe" in shown
    assert "Chưa có cơ quan phù hợp, từ" in shown
    assert "Cơ quan trả lại: Ủy ban nhân dân xã Minh Bảo" in shown
    assert shown.index(unrouted.code) < shown.index(back.code) or unrouted.deadline > back.deadline
    assert "Chờ phân công 2 2 phản ánh" in shown


def test_numbers_beside_the_lists_stop_at_twenty() -> None:
    desk = signed_in()
    for place in range(21):
        desk.queued(title=f"Góp ý {place}")
    shown = words(desk.lists())
    assert "Chờ phân công 20+ hơn 20 phản ánh" in shown
    assert "Xin gia hạn 0 0 phản ánh" in shown


def test_a_long_list_goes_on_page_by_page() -> None:
    desk = signed_in()
    codes = {desk.queued(title=f"Góp ý {place}").code for place in range(21)}
    first = desk.lists("what=assign")
    query = re.search(r'\?([^"]*cursor=[^"]*)"', first.body)
    assert query
    second = desk.lists(query[1].replace("&amp;", "&"))
    listed = [set(re.findall(r"/centre/cases/(\w+)", reply.body)) for reply in (first, second)]
    assert listed[0] | listed[1] == codes
    assert [len(found) for found in listed] == [20, 1]
    assert "Về trang đầu" in words(second)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=gop_y", True), ("category=duong_sa", False), ("area=132", True), ("area=133", False),
        (f"agency={OTHER}", False),
    ],
)  # fmt: skip
def test_a_list_can_be_filtered(query: str, found: bool) -> None:
    desk = signed_in()
    case = desk.queued()
    shown = desk.lists(query)
    assert (case.code in shown.body) is found
    assert "Đang lọc" in words(shown)
    assert ("Không có phản ánh nào khớp bộ lọc" in words(shown)) is not found


def test_the_filter_stays_when_a_case_is_opened_and_decided() -> None:
    desk = signed_in()
    case = desk.queued()
    link = re.search(rf'/centre/cases/{case.code}\?([^"]+)"', desk.lists("category=gop_y").body)
    assert link
    query = link[1].replace("&amp;", "&")
    done = desk.decide(case.code, Act.ASSIGN, query, agency=OTHER)
    assert location(done) == f"/centre?what=assign&category=gop_y&done=assign&code={case.code}"


# A case


def test_one_screen_shows_the_case_its_history_and_what_can_be_decided() -> None:
    desk = signed_in()
    case = desk.queued(title="Góp ý về bến xe")
    shown = desk.case(case.code)
    assert shown.status == 200
    text = words(shown)
    for part in ("Góp ý về bến xe", "xe máy đã ngã", "Cổng trường Nguyễn Trãi", "21.74790, 104.91420", "Gửi phản ánh"):
        assert part in text
    assert set(re.findall(r'<details class="act" id="(\w+)"', shown.body)) == {
        "assign", "refuse", "publish", "merge", "split", "seal", "reveal",
    }  # fmt: skip
    assert open_forms(shown.body) == ["assign"]
    assert "http://" not in shown.body
    assert CONTACT[1] not in shown.body


def test_the_agency_that_the_rule_gives_is_proposed_and_chosen() -> None:
    desk = signed_in()
    case = desk.routed()
    shown = desk.case(case.code)
    assert "Quy tắc phân công đề xuất" not in words(shown), "it has the case already"
    back = desk.given_back()
    again = desk.case(back.code)
    assert "nhưng cơ quan này đã trả lại" in words(again)
    assert f'<option value="{COMMITTEE}" selected>' not in again.body
    assert "Không có quy tắc phân công nào" in words(desk.case(desk.queued().code))


def test_what_may_be_the_same_is_shown_and_can_be_chosen_as_the_main_case() -> None:
    desk = signed_in()
    main = desk.routed()
    case = desk.given_back()
    shown = desk.case(case.code)
    assert f'value="{main.code}"' in shown.body
    assert "cách 0 m" in words(shown)
    desk.decide(case.code, Act.MERGE, into=main.code, reason=WHY)
    assert desk.scene.store.head(case.code).merged_into == main.code


def test_the_list_one_comes_from_decides_which_form_stands_open() -> None:
    desk = signed_in()
    case = desk.queued()
    assert open_forms(desk.case(case.code, "what=publish").body) == ["publish"]


def test_an_unknown_code_is_not_found() -> None:
    from chalicelib.core.errors import NotFound

    with pytest.raises(NotFound):
        signed_in().case("nothing")
