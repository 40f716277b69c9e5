"""The directory changed on a deployed stack: from a day on, with a history, one of two at once, by administrators alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from tests.address import Address
from tests.stack.matters import assigned, dispatcher
from tests.stack.people import Answer, call, refused, sign_in
from tests.stack.roles import staff

WHY = "Theo Quyết định 12/QĐ-UBND của tỉnh."
TODAY = datetime.now(UTC).astimezone(VIETNAM).date()
LATER = TODAY + timedelta(days=40)
WORKDAY = next(day for day in (LATER + timedelta(days=days) for days in range(30)) if official().is_working_day(day))


class Admin:
    """An administrator at work."""

    def __init__(self, stack: Address) -> None:
        self.stack = stack
        self.token = staff(stack, "administrator")

    def get(self, path: str) -> Answer:
        return call(self.stack, "GET", f"/v1/centre/{path}", token=self.token)

    def put(self, path: str, body: dict[str, Any], **headers: str) -> Answer:
        return call(self.stack, "PUT", f"/v1/centre/{path}", body | {"reason": WHY}, token=self.token, **headers)

    def end(self, path: str, version: int, **more: Any) -> Answer:
        body = {"version": version, "reason": WHY} | more
        return call(self.stack, "POST", f"/v1/centre/{path}/end", body, token=self.token)


@pytest.fixture(scope="module")
def admin(stack: Address) -> Admin:
    return Admin(stack)


def category(admin: Admin, code: str = "duong_sa", **changes: Any) -> dict[str, Any]:
    """A category as it stands, to be saved again with changes."""
    standing = admin.get(f"categories/{code}").body
    row = {
        name: value for name, value in standing["rows"][-1].items() if name not in ("code", "valid_from", "valid_to")
    }
    return row | {"version": standing["version"]} | changes


def agency(admin: Admin, code: str, **changes: Any) -> dict[str, Any]:
    """An agency as it stands, to be saved again with changes."""
    standing = admin.get(f"agencies/{code}").body
    row = {
        name: value for name, value in standing["rows"][-1].items() if name not in ("code", "valid_from", "valid_to")
    }
    return row | {"officers": standing["officers"][-1]["officers"], "version": standing["version"]} | changes


def new_category(code: str) -> dict[str, Any]:
    return {
        "version": 0, "order": 900, "name_vi": f"Lĩnh vực thử {code}", "name_en": "A category on trial", "level": "normal",
        "working_days": 5, "urgent_hours": 4, "publication": "public",
        "routing": [{"kind": "police", "level": "commune"}, {"kind": "committee", "level": "commune"}],
    }  # fmt: skip


def test_a_change_of_routing_holds_from_its_day_and_stands_in_the_history(admin: Admin) -> None:
    body = category(
        admin, "chieu_sang_cay_xanh", routing=[{"kind": "power", "level": "district"}], valid_from=LATER.isoformat()
    )
    saved = admin.put("categories/chieu_sang_cay_xanh", body)
    assert saved.status == 200, saved
    old, new = saved.body["rows"]
    assert (old["valid_to"], new["valid_from"]) == (LATER.isoformat(), LATER.isoformat())
    assert new["routing"] == [["power", "district"]] or new["routing"] == [{"kind": "power", "level": "district"}]
    (entry,) = admin.get("categories/chieu_sang_cay_xanh/history").body["items"]
    assert (entry["number"], entry["reason"]) == (1, WHY)
    assert entry["user"]
    assert admin.get("categories").body["items"]


def test_of_eight_at_once_one_wins(admin: Admin) -> None:
    made = admin.put("categories/thu_dua", new_category("thu_dua"))
    assert made.status == 200, made
    bodies = [category(admin, "thu_dua", working_days=days) for days in range(6, 14)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: admin.put("categories/thu_dua", body), bodies))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert admin.get("categories/thu_dua").body["version"] == 2
    assert len(admin.get("categories/thu_dua/history").body["items"]) == 2


def test_a_new_category_can_be_tried_and_ended_while_cases_are_open(stack: Address, admin: Admin) -> None:
    case = assigned(stack, sign_in(stack), category="rac_thai")
    tried = call(
        stack, "POST", "/v1/centre/categories/rac_thai/try",
        {"routing": [{"kind": "police", "level": "commune"}], "last": 50}, token=admin.token,
    )  # fmt: skip
    assert tried.status == 200, tried
    way = next(way for way in tried.body["ways"] if way["went"] and way["went"]["code"] == "ubnd-04252")
    assert (way["would_go"]["code"], tried.body["same"]) == ("ca-04252", 0)
    ended = admin.end("categories/rac_thai", admin.get("categories/rac_thai").body["version"], on=LATER.isoformat())
    assert ended.body["rows"][-1]["valid_to"] == LATER.isoformat()
    assert case.view()["category_name"]


def test_an_agency_changes_with_its_officers(admin: Admin) -> None:
    body = agency(admin, "ubnd-04255", approval=True)
    body["officers"][0]["name"] = "Giàng A Mẫu"
    saved = admin.put("agencies/ubnd-04255", body)
    assert saved.status == 200, saved
    assert saved.body["rows"][-1]["approval"] is True
    assert saved.body["officers"][-1]["officers"][0]["name"] == "Giàng A Mẫu"
    again = admin.put("agencies/ubnd-04255", body)
    assert (again.status, again.body["version"]) == (200, saved.body["version"])
    (entry,) = admin.get("agencies/ubnd-04255/history").body["items"]
    assert {row["what"] for row in entry["before"]} == {"agency", "officers"}


def test_an_agency_that_ends_says_what_waits_there(stack: Address, admin: Admin) -> None:
    case = assigned(stack, sign_in(stack))
    ended = admin.end("agencies/ubnd-04252", admin.get("agencies/ubnd-04252").body["version"], on=LATER.isoformat())
    assert ended.status == 200, ended
    assert "cases" in {note["field"] for note in ended.body["notes"]}
    assert case.view()["status"] == "assigned"


AGENCY_WRONG: list[tuple[dict[str, Any], int, set[str]]] = [
    ({"parent": "nobody"}, 422, {"parent"}),
    ({"areas": ["99999"]}, 422, {"areas.0"}),
    ({"areas": ["04258", "04249"]}, 422, {"areas"}),
    ({"areas": []}, 422, {"areas"}),
    ({"email": "khong-co", "phone": "113"}, 422, {"email", "phone"}),
    ({"officers": []}, 422, {"officers"}),
    ({"kind": "wizards"}, 422, {"kind"}),
    ({"valid_from": "2020-01-01"}, 422, {"valid_from"}),
    ({"parent": "ubnd-04258"}, 409, set()),
    ({"version": 7}, 409, set()),
    ({"secret": 1}, 422, {"secret"}),
]


@pytest.mark.parametrize(("changes", "status", "fields"), AGENCY_WRONG)
def test_a_wrong_agency_says_what_is_wrong_in_both_languages(
    admin: Admin, changes: dict[str, Any], status: int, fields: set[str]
) -> None:
    body = agency(admin, "ubnd-04258", name="Ủy ban nhân dân xã thử") | changes
    told = [admin.put("agencies/ubnd-04258", body, Accept_Language=language) for language in ("vi", "en")]
    assert [set(refused(answer, status)) for answer in told] == [fields, fields]
    assert told[0].body["detail"] != told[1].body["detail"] or told[0].body["errors"] != told[1].body["errors"]
    assert admin.get("agencies/ubnd-04258").body["version"] == 0


def test_a_day_is_made_off_and_given_back(admin: Admin) -> None:
    path = f"calendar/{WORKDAY.isoformat()}"
    off = admin.put(path, {"version": 0, "kind": "off"})
    assert (off.status, off.body["kind"], off.body["version"]) == (200, "off", 1)
    assert WORKDAY.isoformat() in {row["day"] for row in admin.get("calendar").body["items"]}
    assert refused(admin.put(path, {"version": 0, "kind": "work"}), 409) == []
    back = admin.put(path, {"version": 1, "kind": "official"})
    assert back.body["version"] == 2
    assert [entry["number"] for entry in admin.get(f"{path}/history").body["items"]] == [2, 1]
    past = admin.put(f"calendar/{(TODAY - timedelta(days=1)).isoformat()}", {"version": 0, "kind": "off"})
    assert refused(past, 422) == ["day"]
    assert refused(admin.put("calendar/tomorrow", {"version": 0, "kind": "off"}), 404) == []


def test_only_administrators_change_and_every_group_reads(stack: Address, admin: Admin) -> None:
    groups = {"dispatcher": dispatcher(stack), **{group: staff(stack, group) for group in ("leader", "auditor", "")}}
    for group, token in groups.items():
        read = call(stack, "GET", "/v1/centre/agencies/ubnd-15", token=token)
        assert read.status == (200 if group else 403)
        body = {"version": 0, "kind": "off", "reason": WHY}
        assert refused(call(stack, "PUT", f"/v1/centre/calendar/{LATER}", body, token=token), 403) == []
        assert refused(call(stack, "POST", "/v1/centre/categories/x/try", {"routing": []}, token=token), 403) == []
    person = sign_in(stack)
    for token in ("", person.access_token):
        assert refused(call(stack, "GET", "/v1/centre/categories", token=token), 401) == []
    assert refused(call(stack, "GET", "/v1/centre/queue", token=admin.token), 403) == []


@pytest.mark.parametrize("code", ["nobody", "..%2F..", "x" * 41, "%C4%91", "A"])
def test_what_is_no_code_is_not_found(admin: Admin, code: str) -> None:
    for kind in ("categories", "agencies"):
        assert refused(admin.get(f"{kind}/{code}"), 404) == []
