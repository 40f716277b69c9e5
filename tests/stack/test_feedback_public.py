"""What the public may see: the feed, its filters and cursors; and what nobody but the parties may."""

import json
import secrets
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.address import Address
from tests.stack.matters import COMMITTEE, PLACE, REASON, TEXT, Case, answered, assigned, dispatcher, submit
from tests.stack.people import Person, call, refused, sign_in


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """The reporter of all these cases, with a name."""
    somebody = sign_in(stack)
    call(stack, "PATCH", "/v1/me", {"name": "Người mẫu Rất Riêng"}, token=somebody.access_token)
    return somebody


# A spot in Xã Sơn A of Nghĩa Lộ (133), of this run alone; Xã Phù Nham is its neighbour.
SPOT = {"lat": 21.63 + secrets.randbelow(10**6) / 10**9, "long": 104.5 + secrets.randbelow(10**6) / 10**9}
HERE = ",".join(str(SPOT[name]) for name in ("long", "lat", "long", "lat"))


@pytest.fixture(scope="module")
def cases(stack: Address, person: Person) -> dict[str, Case]:
    """Some cases at that spot, one after the other."""
    return {
        "road": answered(stack, person, location=SPOT | {"area": "04660"}),
        "waste": submit(stack, person, category="rac_thai", title="Rác", location=SPOT | {"area": "04663"}),
        "slide": assigned(stack, person, category="sat_lo", title="Sạt lở", location=SPOT | {"area": "04660"}),
    }


def feed(stack: Address, **query: str) -> list[str]:
    """The codes of the first page."""
    answer = call(stack, "GET", f"/v1/public/feedback?{urlencode(query)}")
    assert answer.status == 200, answer
    return [item["code"] for item in answer.body["items"]]


def waiting(stack: Address, **query: str) -> list[str]:
    """The codes of the centre's whole queue, page after page."""
    codes: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        path = f"/v1/centre/queue?{urlencode({'limit': '50', **query, **cursor})}"
        body = call(stack, "GET", path, token=dispatcher(stack)).body
        codes += [item["code"] for item in body["items"]]
        if "next_cursor" not in body:
            return codes
        cursor = {"cursor": body["next_cursor"]}


def test_the_feed_is_newest_first_and_filtered(stack: Address, cases: dict[str, Case]) -> None:
    road, waste, slide = (cases[name].code for name in ("road", "waste", "slide"))
    agency = cases["road"].view()["agency"]["code"]
    assert feed(stack, bbox=HERE) == feed(stack, bbox=HERE, area="133") == [slide, waste, road]
    assert feed(stack, bbox=HERE, area="15") == [slide, waste, road]
    assert feed(stack, bbox=HERE, area="04660") == [slide, road]
    assert feed(stack, bbox=HERE, category="rac_thai") == [waste]
    assert feed(stack, bbox=HERE, status="answered") == [road]
    assert feed(stack, bbox=HERE, status="assigned", category="sat_lo") == [slide]
    assert feed(stack, bbox=HERE, agency=agency) == [slide, road]
    assert feed(stack, bbox=HERE, area="132") == feed(stack, bbox=HERE, agency=COMMITTEE) == []
    assert feed(stack, bbox="100,20,101,21") == []
    assert {road, waste, slide} <= set(feed(stack, area="133", limit="50"))


def test_the_feed_goes_on_page_by_page_and_a_cursor_fits_its_own_query_alone(
    stack: Address, cases: dict[str, Case]
) -> None:
    codes, query = [], {"bbox": HERE, "limit": "1"}
    for _ in range(5):
        page = call(stack, "GET", f"/v1/public/feedback?{urlencode(query)}").body
        codes += [item["code"] for item in page["items"]]
        if "next_cursor" not in page:
            break
        query["cursor"] = page["next_cursor"]
        misuse = call(stack, "GET", f"/v1/public/feedback?{urlencode({'cursor': query['cursor']})}")
        assert refused(misuse, 422) == ["cursor"]
    assert codes == [cases[name].code for name in ("slide", "waste", "road")]


def test_a_line_says_enough_for_a_map_and_a_list(stack: Address, cases: dict[str, Case]) -> None:
    (line,) = call(stack, "GET", f"/v1/public/feedback?bbox={HERE}&category=rac_thai").body["items"]
    assert {"code", "status", "status_text", "category_name", "area_name", "submitted_at", "deadline", "level"} <= set(
        line
    )
    assert (line["title"], line["lat"], line["long"]) == ("Rác", SPOT["lat"], SPOT["long"])


def test_what_is_public_may_be_kept_for_a_minute_and_is_not_sent_twice(stack: Address, cases: dict[str, Case]) -> None:
    for path in ("/v1/public/feedback?area=133", f"/v1/public/feedback/{cases['road'].code}"):
        first = call(stack, "GET", path)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        again = call(stack, "GET", path, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, None)


def test_own_cases_are_listed_page_by_page_for_oneself_alone(stack: Address) -> None:
    somebody, stranger = sign_in(stack), sign_in(stack)
    sent = [submit(stack, somebody, visibility=visibility).code for visibility in ("public", "private", "public")]
    first = call(stack, "GET", "/v1/feedback?limit=2", token=somebody.access_token).body
    path = f"/v1/feedback?limit=2&cursor={first['next_cursor']}"
    rest = call(stack, "GET", path, token=somebody.access_token).body
    assert refused(call(stack, "GET", path, token=stranger.access_token), 422) == ["cursor"]
    codes = [item["code"] for page in (first, rest) for item in page["items"]]
    assert codes == list(reversed(sent))
    assert call(stack, "GET", "/v1/feedback", token=stranger.access_token).body["items"] == []


@pytest.mark.parametrize(
    ("changes", "publication"), [({"visibility": "private"}, "private"), ({"category": "an_ninh"}, None)]
)
def test_a_private_case_is_invisible_to_all_but_its_parties(
    stack: Address, person: Person, changes: dict[str, Any], publication: str | None
) -> None:
    case = submit(stack, person, **changes)
    stranger = sign_in(stack)
    if publication:
        assert case.view()["publication"] == publication
    assert refused(case.public(), 404) == []
    assert refused(case.seen_by(stranger), 404) == []
    for action, body in (
        ("withdraw", {}),
        ("rate", {"rating": "satisfied"}),
        ("reply", {"text": TEXT}),
        ("appeal", {"reason": REASON}),
    ):
        answer = call(stack, "POST", f"/v1/feedback/{case.code}/{action}", body, token=stranger.access_token)
        assert refused(answer, 404) == []
    assert case.code not in json.dumps(call(stack, "GET", "/v1/public/feedback?limit=50").body)
    assert len(case.view()["history"]) <= 2


def test_a_case_that_waits_for_review_becomes_public_by_the_centre_alone(stack: Address, person: Person) -> None:
    categories = call(stack, "GET", "/v1/categories").body["items"]
    reviewed = next(it["code"] for it in categories if it["publication"] == "review")
    case = submit(stack, person, category=reviewed)
    assert case.view()["publication"] == "pending"
    assert case.public().status == 404
    assert case.code in waiting(stack, what="publish")
    assert case.centre("publish").body["publication"] == "public"
    assert case.public().body["text"] == TEXT
    assert case.code in feed(stack, area=PLACE["area"], category=reviewed)
    assert case.centre("publish").status == 409


def test_the_public_view_names_no_person(stack: Address, person: Person) -> None:
    case = assigned(stack, person, share_contact=True)
    case.work("accept")
    case.work("ask", {"question": "Số nhà của Ông/Bà là bao nhiêu?"})
    case.act("reply", {"text": "Nhà số 12, tổ 5, gọi cửa."})
    case.work("answer", {"result": "Đã vá ổ gà bằng bê tông nhựa, cắm lại biển báo, xong ngày 24/5."})
    case.act("rate", {"rating": "unsatisfied", "reason": "Nhà tôi ở số 12 vẫn bị ngập."})
    told = json.dumps([case.public().body, call(stack, "GET", "/v1/public/feedback?limit=50").body], ensure_ascii=False)
    profile = call(stack, "GET", "/v1/me", token=person.access_token).body
    for secret in (
        person.phone,
        person.phone[3:],
        "Rất Riêng",
        "số 12",
        "Số nhà",
        str(profile.get("id", "no id")),
        "share_contact",
    ):
        assert secret not in told


def test_the_agency_sees_name_and_phone_with_consent_alone(stack: Address, person: Person) -> None:
    silent, open_case = assigned(stack, person), assigned(stack, person, share_contact=True)
    assert "contact" not in silent.opened().body
    assert person.phone not in json.dumps(silent.opened().body)
    assert open_case.opened().body["contact"] == {"name": "Người mẫu Rất Riêng", "phone": person.phone}


def test_a_code_is_read_as_people_write_it_and_never_guessed(stack: Address, cases: dict[str, Case]) -> None:
    code = cases["road"].code
    written = f"{code[:4]}-{code[4:]}".lower()
    assert call(stack, "GET", f"/v1/public/feedback/{written}").body["code"] == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for guess in (wrong, "0" * 11, "x", "..%2F..%2Fetc%2Fpasswd", "%00", "%ED%A0%80", "đ" * 11, code + "0"):
        answer = call(stack, "GET", f"/v1/public/feedback/{urlencode({'': guess})[1:].replace('%25', '%')}")
        assert answer.status in (400, 404), answer
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_centre_s_routes_are_for_dispatchers_alone(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    path = f"/v1/centre/feedback/{case.code}/assign"
    assert call(stack, "GET", "/v1/centre/queue").status == 401
    assert call(stack, "GET", "/v1/centre/queue", token=person.access_token).status == 401
    assert call(stack, "POST", path, {"agency": COMMITTEE}, token=person.access_token).status == 401
    assert call(stack, "GET", "/v1/feedback", token=dispatcher(stack)).status == 401
    assert call(stack, "GET", "/v1/feedback", token=secrets.token_urlsafe(300)).status == 401


def test_the_centre_s_queue_has_what_was_given_back_until_it_is_assigned(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("give_back", {"reason": REASON})

    assert case.code in waiting(stack, what="assign")
    whole = call(stack, "GET", f"/v1/centre/feedback/{case.code}", token=dispatcher(stack)).body
    assert whole["next_actions"] == ["assign", "refuse", "merge", "split", "hide", "seal"]
    assert (whole["text"], whole["history"][-1]["text"]) == (TEXT, REASON)
    case.centre("assign", {"agency": COMMITTEE})
    assert case.code not in waiting(stack, what="assign")
