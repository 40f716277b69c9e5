"""Asking before reporting: what is found nearby, following it, and what becomes of followers; over HTTP, on the real table."""

import secrets
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.address import Address
from tests.stack.matters import TEXT, Case, answered, assigned, submit, wait
from tests.stack.people import Answer, Person, call, refused, sign_in

# In Yên Ninh (04252), some metres from all other tests; a degree of latitude is 111 km.
LAT, LONG = 21.7031 + secrets.randbelow(10**6) / 10**9, 104.8831 + secrets.randbelow(10**6) / 10**9
TOLD = "truoc cong truong co o ga lon, xe may da nga hai lan"
FAR = LAT + 400 / 111_000


@pytest.fixture(scope="module")
def reporter(stack: Address) -> Person:
    """Who reported the matters."""
    return sign_in(stack)


@pytest.fixture(scope="module")
def neighbour(stack: Address) -> Person:
    """Who is about to report one of them again."""
    return sign_in(stack)


def at(lat: float, long: float) -> dict[str, Any]:
    return {"lat": lat, "long": long, "address": "Trước cổng trường", "area": "04252"}


@pytest.fixture(scope="module")
def cases(stack: Address, reporter: Person) -> dict[str, Case]:
    """Matters around one gate, one of them told at length, one far, one private, one answered."""
    long_text = f"{TEXT} {'Người dân đã báo nhiều lần. ' * 60}"
    return {
        "hole": assigned(stack, reporter, location=at(LAT, LONG)),
        "hole at length": assigned(stack, reporter, text=long_text, location=at(LAT + 90 / 111_000, LONG)),
        "far": submit(stack, reporter, location=at(FAR, LONG)),
        "private": submit(stack, reporter, location=at(LAT, LONG), visibility="private"),
        "lamp": submit(
            stack, reporter, category="chieu_sang_cay_xanh", title="", text="Bóng đèn ngõ 3 không sáng.", location=at(LAT, LONG)
        ),
        "answered": answered(stack, reporter, location=at(LAT, LONG)),
    }  # fmt: skip


def ask(stack: Address, person: Person | None, **query: Any) -> Answer:
    """What that person is answered who is about to report the hole."""
    asked = {"category": "duong_sa", "lat": LAT, "long": LONG, "text": TOLD} | query
    path = f"/v1/feedback/similar?{urlencode({name: value for name, value in asked.items() if value is not None})}"
    return call(stack, "GET", path, token=person.access_token if person else "")


def found(stack: Address, person: Person, **query: Any) -> list[Any]:
    answer = ask(stack, person, **query)
    assert answer.status == 200, answer
    return list(answer.body["items"])


def follow(stack: Address, person: Person, code: str, what: str = "follow") -> Answer:
    return call(stack, "POST", f"/v1/feedback/{code}/{what}", {}, token=person.access_token)


def followed(stack: Address, person: Person, **query: Any) -> list[str]:
    path = f"/v1/feedback?{urlencode({'followed': 'true', **query})}"
    return [line["code"] for line in call(stack, "GET", path, token=person.access_token).body["items"]]


def test_the_same_matter_nearby_is_found_without_diacritics(
    stack: Address, neighbour: Person, reporter: Person, cases: dict[str, Case]
) -> None:
    first, second = found(stack, neighbour)
    assert (first["code"], second["code"]) == (cases["hole"].code, cases["hole at length"].code)
    assert first["distance"] == 0
    assert 85 <= second["distance"] <= 95
    assert 1 >= first["score"] > second["score"] >= 0.48
    assert (first["title"], first["text"], first["category_name"]) == (
        "Ổ gà", TEXT, "Đường sá, biển báo, gương cầu",
    )  # fmt: skip
    assert "own" not in first
    assert all(one["own"] for one in found(stack, reporter))
    assert not {"reporter", "contact", "share_contact"} & set(first)


def test_without_words_place_and_category_decide(stack: Address, neighbour: Person, cases: dict[str, Case]) -> None:
    holes = [cases["hole"].code, cases["hole at length"].code]
    assert [one["code"] for one in found(stack, neighbour, text="")] == holes
    assert [one["code"] for one in found(stack, neighbour, text=None)] == holes
    lamps = found(stack, neighbour, text=None, category="chieu_sang_cay_xanh")
    assert [one["code"] for one in lamps] == [cases["lamp"].code]
    assert [one["code"] for one in found(stack, neighbour, lat=FAR)] == [cases["far"].code]
    assert found(stack, neighbour, lat=LAT + 0.02) == found(stack, neighbour, lat=-60, long=12) == []


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"category": None, "lat": None, "long": None}, ["category", "lat", "long"]),
        ({"lat": "north"}, ["lat"]),
        ({"lat": "nan"}, ["lat"]),
        ({"long": "inf"}, ["long"]),
        ({"lat": 91}, ["lat"]),
        ({"long": -181}, ["long"]),
        ({"category": "unknown"}, ["category"]),
        ({"category": ""}, ["category"]),
        ({"text": "ổ gà " * 101}, ["text"]),
        ({"text": "\x00"}, ["text"]),
        ({"radius": "5000"}, ["radius"]),
    ],
)
def test_bad_questions_are_refused_by_field(
    stack: Address, neighbour: Person, query: dict[str, Any], fields: list[str]
) -> None:
    assert refused(ask(stack, neighbour, **query), 422) == fields


def test_nobody_asks_or_follows_without_signing_in(stack: Address, cases: dict[str, Case]) -> None:
    assert ask(stack, None).status == 401
    for what in ("follow", "unfollow"):
        assert call(stack, "POST", f"/v1/feedback/{cases['hole'].code}/{what}", {}).status == 401


def test_following_is_one_call_that_may_be_repeated_and_taken_back(
    stack: Address, neighbour: Person, cases: dict[str, Case]
) -> None:
    code = cases["hole"].code
    for _ in range(2):
        assert follow(stack, neighbour, code).body == {"code": code, "following": True}
    follow(stack, neighbour, cases["answered"].code)
    assert wait(lambda: followed(stack, neighbour)) == [cases["answered"].code, code]
    page = call(stack, "GET", "/v1/feedback?followed=true&limit=1", token=neighbour.access_token).body
    assert followed(stack, neighbour, limit=1, cursor=page["next_cursor"]) == [code]
    assert call(stack, "GET", "/v1/feedback", token=neighbour.access_token).body["items"] == []
    for _ in range(2):
        assert follow(stack, neighbour, cases["answered"].code, "unfollow").body["following"] is False
    assert followed(stack, neighbour) == [code]


def test_a_follower_sees_the_public_s_view_and_nothing_of_the_reporter_s(
    stack: Address, neighbour: Person, cases: dict[str, Case]
) -> None:
    follow(stack, neighbour, cases["hole"].code)
    assert cases["hole"].seen_by(neighbour).status == 404
    assert cases["hole"].public().status == 200


def test_a_reporter_need_not_follow_an_own_case(stack: Address, reporter: Person, cases: dict[str, Case]) -> None:
    assert follow(stack, reporter, cases["hole"].code).body == {"code": cases["hole"].code, "following": True}
    assert followed(stack, reporter) == []


def test_what_is_not_public_or_not_there_cannot_be_followed(
    stack: Address, neighbour: Person, reporter: Person, cases: dict[str, Case]
) -> None:
    for person in (neighbour, reporter):
        for code in (cases["private"].code, "00000000000", "x"):
            for what in ("follow", "unfollow"):
                assert follow(stack, person, code, what).status == 404
    body = call(
        stack, "POST", f"/v1/feedback/{cases['hole'].code}/follow", {"account": "other"}, token=neighbour.access_token
    )
    assert refused(body, 422) == ["account"]


def test_a_withdrawn_case_leaves_what_is_found_and_what_followers_see(
    stack: Address, neighbour: Person, reporter: Person
) -> None:
    case = submit(stack, reporter, location=at(LAT - 0.01, LONG))
    wait(lambda: found(stack, neighbour, lat=LAT - 0.01))
    follow(stack, neighbour, case.code)
    wait(lambda: case.code in followed(stack, neighbour))
    assert case.act("withdraw").status == 200
    assert found(stack, neighbour, lat=LAT - 0.01) == []
    assert case.code not in followed(stack, neighbour)
    assert follow(stack, neighbour, case.code).status == 404
    assert follow(stack, neighbour, case.code, "unfollow").body == {"code": case.code, "following": False}
