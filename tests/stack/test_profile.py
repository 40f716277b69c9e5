"""One's own profile on the deployed stack, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.address import Address
from tests.stack.people import call, dispatcher_token, refused, sign_in


def test_the_profile_is_read_and_changed_by_its_owner(stack: Address) -> None:
    person = sign_in(stack)
    fresh = call(stack, "GET", "/v1/me", token=person.access_token)
    assert {name: fresh.body[name] for name in ("name", "audience", "area", "language", "channels", "email")} == {
        "name": None,
        "audience": "citizen",
        "area": None,
        "language": "vi",
        "channels": {"sms": True, "email": False},
        "email": None,
    }
    wanted = {
        "name": "Nguyễn Thị Mẫu",
        "audience": "business",
        "area": "04288",
        "language": "en",
        "channels": {"sms": False, "email": True},
        "email": "mau@nha.example",
        "quiet_hours": {"from": "21:30", "to": "06:00"},
    }
    changed = call(stack, "PATCH", "/v1/me", wanted, token=person.access_token)
    assert changed.status == 200
    assert changed.body == fresh.body | wanted | {"version": 2}

    again = call(stack, "GET", "/v1/me", token=person.access_token)
    assert again.body == changed.body
    assert call(stack, "GET", "/v1/me", token=person.access_token, If_None_Match=again.headers["ETag"]).status == 304

    emptied = call(stack, "PATCH", "/v1/me", {"name": None, "quiet_hours": None}, token=person.access_token)
    assert (emptied.body["name"], emptied.body["quiet_hours"], emptied.body["area"]) == (None, None, "04288")


def test_many_changes_at_once_are_all_kept(stack: Address) -> None:
    person = sign_in(stack)
    changes: list[dict[str, Any]] = [{"name": "Bà Mẫu"}, {"area": "132"}, {"audience": "business"}, {"language": "en"}]
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda change: call(stack, "PATCH", "/v1/me", change, token=person.access_token), changes)
    assert [answer.status for answer in answers] == [200] * 4
    kept = call(stack, "GET", "/v1/me", token=person.access_token).body
    assert (kept["name"], kept["area"], kept["audience"], kept["language"]) == ("Bà Mẫu", "132", "business", "en")
    assert kept["version"] == 5


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"name": 5}, ["name"]),
        ({"name": "x" * 101}, ["name"]),
        ({"name": "\u202e\u0007"}, ["name"]),
        ({"audience": "king", "language": "xx"}, ["audience", "language"]),
        ({"area": "99999", "email": "not an address"}, ["email", "area"]),
        ({"channels": {"sms": "yes", "fax": True}}, ["channels.fax", "channels.sms"]),
        ({"channels": {"email": True}}, ["email"]),
        ({"quiet_hours": {"from": "25:00", "to": []}}, ["quiet_hours.from", "quiet_hours.to"]),
        ({"phone": "+84957654321", "id": "another"}, ["phone", "id"]),
        ({"name": None, "audience": None}, ["audience"]),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(stack: Address, fields: dict[str, Any], named: list[str]) -> None:
    person = sign_in(stack)
    before = call(stack, "GET", "/v1/me", token=person.access_token).body
    assert refused(call(stack, "PATCH", "/v1/me", fields, token=person.access_token), 422) == named
    assert call(stack, "GET", "/v1/me", token=person.access_token).body == before


def test_the_profile_needs_an_access_token_of_a_citizen(stack: Address) -> None:
    person = sign_in(stack)
    assert call(stack, "GET", "/v1/me").status == 401
    for token in ("x", person.refresh_token[:-3] + "abc", person.access_token[:-3] + "abc", dispatcher_token(stack)):
        assert call(stack, "GET", "/v1/me", token=token).status == 401
