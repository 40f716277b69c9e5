"""The operations centre on a deployed stack: lists, groups, merges at once, splits, matters about an agency, names shown."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.address import Address
from tests.stack.matters import (
    COMMITTEE,
    JPEG,
    OTHER_AGENCY,
    REASON,
    RESULT,
    TEXT,
    Case,
    answered,
    assigned,
    dispatcher,
    submission,
    submit,
    upload,
    wait,
)
from tests.stack.people import Answer, Person, call, refused, sign_in
from tests.stack.roles import staff
from tests.stack.shelf import Shelf

POLICE, SUPERIOR = "ca-04252", "ubnd-132"
UNROUTED = "gop_y"  # no rule finds an agency for it


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    return sign_in(stack)


@pytest.fixture(scope="module")
def groups(stack: Address) -> dict[str, str]:
    """Access tokens by group."""
    return {"dispatcher": dispatcher(stack), **{group: staff(stack, group) for group in ("leader", "auditor", "")}}


def queue(stack: Address, token: str, **wanted: str) -> Answer:
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return call(stack, "GET", f"/v1/centre/queue?{query}", token=token)


def listed(stack: Address, **wanted: str) -> Iterator[Any]:
    """Every line of a list, page by page."""
    cursor: dict[str, str] = {}
    while True:
        page = queue(stack, dispatcher(stack), limit="50", **wanted, **cursor).body
        yield from page["items"]
        if "next_cursor" not in page:
            return
        cursor = {"cursor": page["next_cursor"]}


def line_of(stack: Address, code: str, **wanted: str) -> Any:
    """The line of a case once its list has it."""
    return wait(lambda: next((line for line in listed(stack, **wanted) if line["code"] == code), None))


def test_the_queue_says_how_each_case_came_there(stack: Address, person: Person) -> None:
    unrouted = submit(stack, person, category=UNROUTED)
    unrouted.until_queued()
    back = assigned(stack, person)
    assert back.work("give_back", {"reason": REASON}).status == 200
    line = line_of(stack, unrouted.code, what="assign")
    assert (line["why"], line["why_text"]) == ("unrouted", "Chưa có cơ quan phù hợp")
    line = line_of(stack, back.code, what="assign", agency=COMMITTEE, category="duong_sa", area="04252")
    assert (line["why"], line["by_agency"]["code"]) == ("given_back", COMMITTEE)
    assert back.code not in [line["code"] for line in listed(stack, what="assign", agency=POLICE)]
    assert refused(queue(stack, dispatcher(stack), what="everything"), 422) == ["what"]
    assert refused(queue(stack, dispatcher(stack), agency="nobody"), 422) == ["agency"]
    again = back.centre("assign", {"agency": COMMITTEE})
    assert (again.status, again.body["agency"]["code"]) == (200, COMMITTEE)
    assert back.opened(2).status == 200


@pytest.mark.parametrize(
    ("group", "statuses"),
    [("dispatcher", (200, 200, 403)), ("leader", (200, 403, 403)), ("auditor", (403, 403, 200)), ("", (403, 403, 403))],
)
def test_each_group_does_what_it_may(
    stack: Address, person: Person, groups: dict[str, str], group: str, statuses: tuple[int, int, int]
) -> None:
    case, token = submit(stack, person), groups[group]
    path = f"/v1/centre/feedback/{case.code}"
    answers = (
        call(stack, "GET", path, token=token),
        call(stack, "POST", f"{path}/hide", {"reason": REASON}, token=token),
        call(stack, "GET", f"{path}/audit", token=token),
    )
    assert tuple(answer.status for answer in answers) == statuses
    assert queue(stack, token, what="assign").status == statuses[0]


def test_extensions_support_and_another_agency(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    assert case.work("extend", {"until": "2030-01-15", "reason": REASON}).status == 200
    assert line_of(stack, case.code, what="extension")["why"] == "extension"
    granted = case.centre("grant", {"until": "2030-01-11", "reason": REASON}).body
    assert granted["deadline"] == "2030-01-11T10:00:00Z"
    assert refused(case.centre("deny", {"reason": REASON}), 409) == []
    supported = case.centre("support", {"agency": POLICE, "note": "Điều tiết giao thông"}).body
    assert [agency["code"] for agency in supported["supporters"]] == [POLICE]
    shelf = Shelf(stack)
    number = shelf.case(case.code).supporters[0].number
    assert call(stack, "GET", f"/v1/work/{shelf.link(case.code, number)}").body["next_actions"] == ["contribute"]
    assert refused(case.centre("assign", {"agency": COMMITTEE}), 422) == ["agency"]
    moved = case.centre("assign", {"agency": OTHER_AGENCY}).body
    assert (moved["status"], moved["agency"]["code"]) == ("assigned", OTHER_AGENCY)
    assert case.opened(1).status == 410
    assert [line["user"] for line in moved["history"] if "user" in line] == [moved["history"][-1]["user"]] * 3


def test_a_case_is_hidden_with_a_reason_that_its_reporter_reads(stack: Address, person: Person) -> None:
    case = submit(stack, person, text="Rất dài. " * 200)
    assert case.public().status == 200
    assert case.centre("hide", {"reason": "Ảnh có mặt trẻ em, chờ làm mờ."}).status == 200
    assert case.public().status == 404
    assert case.view()["publication"] == "hidden"
    assert "Ảnh có mặt trẻ em, chờ làm mờ." in [line.get("text") for line in case.view()["history"]]
    assert case.centre("unhide", {"reason": "Đã làm mờ ảnh."}).status == 200
    shown = case.public().body
    assert (shown["text"], shown["title"]) == (case.view()["text"], "Ổ gà")
    assert "Ảnh có mặt trẻ em, chờ làm mờ." not in str(shown)


# Merging


def merge(case: Case, into: str) -> Answer:
    return case.centre("merge", {"into": into, "reason": REASON})


def test_a_merged_case_s_reporter_follows_the_main_case_along_a_chain(stack: Address) -> None:
    people = [sign_in(stack) for _ in range(3)]
    first, second, third = (submit(stack, one) for one in people)
    assert merge(first, second.code).status == 200
    assert merge(second, third.code).status == 200
    accounts = [call(stack, "GET", "/v1/me", token=one.access_token).body["id"] for one in people]
    followers = f"followers#{third.code}"
    wait(lambda: {item["part"] for item in Shelf(stack).kept(followers)} == {f"follower#{one}" for one in accounts[:2]})
    view = first.view()
    assert (view["status"], view["merged_into"]) == ("duplicate", second.code)
    assert second.code in view["status_text"]
    assert merge(submit(stack, people[0]), first.code).status == 409
    assert refused(merge(third, third.code), 422) == ["into"]
    assert first.public().status == 404


def test_two_merges_at_once_make_no_circle(stack: Address, person: Person) -> None:
    for _ in range(4):
        pair = [submit(stack, person), submit(stack, person)]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda two: merge(two[0], two[1].code), (pair, pair[::-1])))
        assert sorted(answer.status for answer in answers) == [200, 409]
        assert sorted(case.view()["status"] == "duplicate" for case in pair) == [False, True]


# Splitting


def test_each_question_of_a_matter_becomes_a_case_with_its_photos(stack: Address, person: Person) -> None:
    parent = submit(stack, person, category=UNROUTED)
    parent.until_queued()
    leave = parent.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    assert upload(leave, JPEG)[0] == 204
    wait(lambda: parent.view()["photos"])
    parts = [
        {"category": "duong_sa", "text": TEXT},
        {"category": "rac_thai", "text": "Bãi rác tự phát sau chợ bốc mùi."},
    ]
    assert refused(parent.centre("split", {"parts": parts[:1]}), 422) == ["parts"]
    split = parent.centre("split", {"parts": parts, "note": "Hai việc khác nhau"}).body
    assert (split["status"], len(split["children"])) == ("split", 2)
    assert parent.view()["children"] == split["children"]
    children = [Case(stack, person, code) for code in split["children"]]
    for child, part in zip(children, parts, strict=True):
        wait(lambda it=child: it.seen_by(person).status == 200)  # type: ignore[misc]
        view = child.until("assigned")
        assert (view["text"], view["category"], view["parent"]) == (part["text"], part["category"], parent.code)
        assert view["promised_by"] == parent.view()["promised_by"]
        photos = wait(lambda it=child: it.view()["photos"])  # type: ignore[misc]
        assert len(photos) == 1
    shown = [(part["code"], part["status"]) for part in parent.view()["parts"]]
    assert shown == [(code, "assigned") for code in split["children"]]
    assert parent.public().status == 404


# Matters about an agency


def test_a_matter_about_an_agency_goes_to_its_superior_and_never_to_it(stack: Address, person: Person) -> None:
    body = submission(about_agency=COMMITTEE, text="Cán bộ một cửa hẹn nhiều lần mà không giải quyết.")
    answer = call(stack, "POST", "/v1/feedback", body, token=person.access_token, Idempotency_Key=secrets.token_hex(8))
    assert (answer.status, answer.body["publication"]) == (201, "private")
    case = Case(stack, person, answer.body["code"])
    view = case.until("assigned")
    assert (view["agency"]["code"], view["about_agency"]["code"]) == (SUPERIOR, COMMITTEE)
    assert case.opened().status == 200
    assert case.public().status == 404
    for agency in (COMMITTEE,):
        assert refused(case.centre("assign", {"agency": agency}), 422) == ["agency"]
        assert refused(case.centre("support", {"agency": agency}), 422) == ["agency"]
        assert refused(case.work("hand_over", {"agency": agency, "reason": REASON}), 422) == ["agency"]
    assert refused(call(
        stack, "POST", "/v1/feedback", submission(about_agency="nobody"), token=person.access_token,
        Idempotency_Key=secrets.token_hex(8),
    ), 422) == ["about_agency"]  # fmt: skip


# Names


def test_a_name_is_shown_with_a_reason_and_the_auditor_sees_that_it_was(stack: Address, groups: dict[str, str]) -> None:
    person = sign_in(stack)
    call(stack, "PATCH", "/v1/me", {"name": "Nguyễn Thị Mẫu"}, token=person.access_token)
    case = answered(stack, person)
    assert "Nguyễn Thị Mẫu" not in str(
        call(stack, "GET", f"/v1/centre/feedback/{case.code}", token=groups["leader"]).body
    )
    assert refused(case.centre("reveal", {}), 422) == ["reason"]
    shown = case.centre("reveal", {"reason": "Gọi lại để xác minh địa điểm."})
    assert shown.body == {"name": "Nguyễn Thị Mẫu", "phone": person.phone}
    audit = call(stack, "GET", f"/v1/centre/feedback/{case.code}/audit", token=groups["auditor"]).body["items"]
    assert [(look["what"], look["reason"]) for look in audit] == [("reveal", "Gọi lại để xác minh địa điểm.")]
    assert audit[0]["user"]
    assert RESULT in case.view()["answer"]["result"]
