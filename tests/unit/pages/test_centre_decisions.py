"""Decisions of the centre: each by its form, refused where it must be, nothing typed lost."""

import re
from typing import Any

import pytest

from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.values import Publication
from chalicelib.pages.centre_model import Act
from tests.builders import link
from tests.unit.pages.centre_scene import NOTE, WHY, Desk, hidden, signed_in
from tests.unit.pages.scene import CONTACT, OTHER, TEXT, words

DISPATCHER = "user-of-dispatcher"


def location(reply: Any) -> str:
    return str(reply.headers.get("Location", reply.status))


def open_forms(body: str) -> list[str]:
    return re.findall(r'<details class="act" id="(\w+)" open>', body)


# Decisions


def test_an_assigned_case_leaves_the_list_which_says_so_and_offers_the_next() -> None:
    desk = signed_in()
    first, second = desk.queued(), desk.queued(title="Góp ý thứ hai")
    done = desk.decide(first.code, Act.ASSIGN, agency=OTHER, note=NOTE)
    assert location(done) == f"/centre?what=assign&done=assign&code={first.code}"
    changed = desk.scene.store.dossier(first.code)
    assert changed.feedback.agency == OTHER
    assert changed.feedback.history[-1].actor == DISPATCHER
    assert NOTE in changed.texts.values()
    listed = desk.lists(f"what=assign&done=assign&code={first.code}")
    assert f"Đã giao phản ánh {first.code} cho Sở Giao thông vận tải" in words(listed)
    assert "Phản ánh tiếp theo: Góp ý thứ hai" in words(listed)
    assert listed.body.index(second.code) < listed.body.index('<nav class="tabs"')


def test_what_did_not_happen_is_not_said_to_have() -> None:
    desk = signed_in()
    case = desk.queued()
    assert "Đã giao" not in words(desk.lists(f"done=assign&code={case.code}"))
    assert "Đã" not in words(desk.lists("done=assign&code=nothing")).split("Danh sách")[0]
    assert desk.lists("done=nothing&code=x").status == 200


@pytest.mark.parametrize(
    ("act", "typed", "status"),
    [
        (Act.REFUSE, {"reason_code": "court", "note": NOTE}, Status.REFUSED),
        (Act.PUBLISH, {}, Status.RECEIVED),
        (Act.SEAL, {"reason": WHY}, Status.SEALED),
        (
            Act.SPLIT,
            {"category-1": "rac_thai", "text-1": "Rác đổ sau chợ.", "category-2": "dien", "text-2": "Cột điện cạnh chợ nghiêng."},
            Status.SPLIT,
        ),
    ],
)  # fmt: skip
def test_each_decision_is_carried_out_by_its_form(act: Act, typed: dict[str, str], status: Status) -> None:
    desk = signed_in()
    case = desk.queued()
    assert location(desk.decide(case.code, act, **typed)) == f"/centre?what=assign&done={act}&code={case.code}"
    changed = desk.scene.store.head(case.code)
    assert (changed.status, changed.history[-1].action, changed.history[-1].actor) == (status, Action(act), DISPATCHER)
    assert f"phản ánh {case.code}" in words(desk.lists(f"done={act}&code={case.code}"))


def test_a_published_case_can_be_hidden_and_shown_again() -> None:
    desk = signed_in()
    case = desk.queued()
    desk.decide(case.code, Act.PUBLISH)
    for act, publication in ((Act.HIDE, Publication.HIDDEN), (Act.UNHIDE, Publication.PUBLIC)):
        desk.decide(case.code, act, reason=WHY)
        assert desk.scene.store.head(case.code).publication is publication


def asking_for_time(desk: Desk) -> str:
    case = desk.in_progress()
    extend = commands.Extend(until=commands.date(2023, 6, 8), reason="Chờ nhà thầu chuyển vật liệu đến.")
    desk.scene.agencies.extend(link(case.code), extend, Trace("key-of-extend"))
    return case.code


def test_more_time_is_granted_until_the_day_asked_for_or_denied() -> None:
    desk = signed_in()
    code = asking_for_time(desk)
    listed = desk.lists("what=extension")
    assert code in listed.body
    shown = desk.case(code, "what=extension")
    assert open_forms(shown.body) == ["grant", "deny"]
    assert "Xin gia hạn đến" in words(shown)
    desk.decide(code, Act.GRANT, "what=extension", reason=WHY, until="09/06/2023")
    extension = desk.scene.store.head(code).extension
    assert extension is not None
    assert extension.granted
    other = asking_for_time(desk)
    desk.decide(other, Act.DENY, reason=WHY)
    assert "Đã từ chối gia hạn" in words(desk.case(other))


def test_a_supporting_agency_is_asked() -> None:
    desk = signed_in()
    case = desk.in_progress()
    desk.decide(case.code, Act.SUPPORT, agency=OTHER, note=NOTE)
    assert [one.agency for one in desk.scene.store.head(case.code).supporters] == [OTHER]
    assert "Sở Giao thông vận tải" in words(desk.case(case.code))


def test_who_the_reporter_is_shows_once_and_is_recorded_first() -> None:
    desk = signed_in()
    case = desk.queued()
    shown = desk.decide(case.code, Act.REVEAL, reason=WHY)
    assert shown.status == 200
    assert CONTACT[0] in words(shown)
    assert "0959 123 456" in words(shown)
    assert CONTACT[1] not in desk.case(case.code).body
    auditor = signed_in("auditor@centre.example", scene=desk.scene)
    looked = words(auditor.open(auditor.pages.audit, query=f"code={case.code}"))
    assert DISPATCHER in looked
    assert WHY in looked


def test_without_a_reason_nobody_is_revealed_and_nothing_recorded() -> None:
    desk = signed_in()
    case = desk.queued()
    shown = desk.decide(case.code, Act.REVEAL, reason="vì")
    assert shown.status == 422
    assert CONTACT[1] not in shown.body
    assert desk.scene.centre.audit(case.code) == []


# Refused


def test_what_is_wrong_stands_at_its_field_and_at_the_top_and_the_rest_stays() -> None:
    desk = signed_in()
    case = desk.queued()
    shown = desk.decide(case.code, Act.ASSIGN, agency="nobody", note=NOTE)
    assert shown.status == 422
    assert '<a href="#assign-agency">Cơ quan:' in shown.body
    assert 'id="assign-agency-error"' in shown.body
    assert f"\n{NOTE}</textarea>" in shown.body
    assert open_forms(shown.body) == ["assign"]
    assert desk.scene.store.head(case.code) == case


def test_every_wrong_part_of_a_split_is_named_where_it_stands() -> None:
    desk = signed_in()
    case = desk.queued()
    typed = {
        "parts": "3",
        "category-1": "rac_thai",
        "text-1": "Rác đổ bừa bãi sau chợ.",
        "category-3": "nothing",
        "text-3": "x" * 20,
    }
    shown = desk.decide(case.code, Act.SPLIT, **typed)
    assert shown.status == 422
    assert '<a href="#split-category-3">Phần 3, Lĩnh vực:' in shown.body
    assert shown.body.count('<fieldset class="part">') == 3
    alone = desk.decide(case.code, Act.SPLIT, **{"category-1": "rac_thai", "text-1": "Rác đổ bừa bãi sau chợ."})
    assert alone.status == 422
    short = desk.decide(case.code, Act.SPLIT, **{**typed, "category-3": "dien", "text-3": "ngắn"})
    assert '<a href="#split-text-3">Phần 3, Nội dung:' in short.body


def test_another_part_can_be_added_and_nothing_is_sent_yet() -> None:
    desk = signed_in()
    case = desk.queued()
    shown = desk.decide(case.code, Act.SPLIT, step="more", **{"text-1": "Rác đổ bừa bãi sau chợ."})
    assert shown.status == 200
    assert shown.body.count('<fieldset class="part">') == 3
    assert "Rác đổ bừa bãi sau chợ." in shown.body
    full = desk.decide(case.code, Act.SPLIT, step="more", parts="5")
    assert full.body.count('<fieldset class="part">') == 5
    assert desk.scene.store.head(case.code) == case


def test_an_agency_is_found_by_name_with_or_without_diacritics() -> None:
    desk = signed_in()
    case = desk.queued()
    assert 'value="ubnd-04288"' not in desk.case(case.code).body
    shown = desk.decide(case.code, Act.ASSIGN, step="find", find="giao thong", note=NOTE)
    assert shown.status == 200
    assert f'value="{OTHER}"' in shown.body
    assert "Tìm thấy" in words(shown)
    assert f"\n{NOTE}</textarea>" in shown.body
    assert desk.scene.store.head(case.code) == case
    none = desk.decide(case.code, Act.ASSIGN, step="find", find="xyz")
    assert "Không có cơ quan nào tên như vậy" in words(none)


def test_what_is_not_possible_any_more_shows_the_case_as_it_stands_and_the_words() -> None:
    desk = signed_in()
    case = desk.queued()
    form = desk.form(case.code, Act.REFUSE)
    desk.decide(case.code, Act.ASSIGN, agency=OTHER)
    late = desk.open(desk.pages.decide, case.code, Act.REFUSE, typed={**form, "reason_code": "court", "note": NOTE})
    assert late.status == 409
    assert NOTE in words(late)
    assert "Sở Giao thông vận tải" in words(late)
    assert desk.scene.store.head(case.code).status is Status.ASSIGNED


def test_a_merge_that_cannot_be_says_why() -> None:
    desk = signed_in()
    case, ended = desk.queued(), desk.queued()
    desk.decide(ended.code, Act.REFUSE, reason_code="abuse")
    shown = desk.decide(case.code, Act.MERGE, into_other=ended.code, reason=WHY)
    assert shown.status == 409
    assert WHY in shown.body
    itself = desk.decide(case.code, Act.MERGE, into_other=case.code, reason=WHY)
    assert itself.status == 422
    assert '<a href="#merge-into_other">' in itself.body


def test_the_same_form_sent_twice_is_one_decision() -> None:
    desk = signed_in()
    case = desk.queued()
    form = {**desk.form(case.code, Act.ASSIGN), "agency": OTHER}
    replies = [desk.open(desk.pages.decide, case.code, Act.ASSIGN, typed=form) for _ in range(2)]
    assert [reply.status for reply in replies] == [303, 303]
    assert [entry.action for entry in desk.scene.store.head(case.code).history].count(Action.ASSIGN) == 1


def test_another_sites_form_decides_nothing() -> None:
    desk = signed_in()
    case = desk.queued()
    theirs = signed_in("leader@centre.example", scene=desk.scene)
    nonce = hidden_anywhere(theirs.case(case.code).body)
    for form in ({}, {"nonce": "x", "key": "y"}, {"nonce": nonce, "key": "y"}):
        shown = desk.open(desk.pages.decide, case.code, Act.ASSIGN, typed={**form, "agency": OTHER, "note": NOTE})
        assert shown.status == 403
        assert f"\n{NOTE}</textarea>" in shown.body
    assert desk.scene.store.head(case.code) == case


def hidden_anywhere(body: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', body)
    assert found
    return found[1]


def test_of_a_sealed_case_nothing_is_shown() -> None:
    desk = signed_in()
    case = desk.queued()
    desk.decide(case.code, Act.SEAL, reason=WHY)
    shown = desk.case(case.code)
    assert TEXT not in shown.body
    assert "<details" not in shown.body
    assert "đã niêm phong" in words(shown)
    assert desk.open(desk.pages.decide, case.code, Act.REVEAL, typed={**hidden_form(desk), "reason": WHY}).status == 409


def hidden_form(desk: Desk) -> dict[str, str]:
    return hidden(desk.case(desk.queued().code), Act.ASSIGN)


def test_what_people_wrote_is_never_mark_up() -> None:
    desk = signed_in()
    case = desk.queued(title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)> và thêm chữ cho đủ dài")
    for reply in (desk.lists(), desk.case(case.code)):
        assert "<script>alert" not in reply.body
        assert "<img src=x" not in reply.body


def test_a_page_is_not_kept_not_indexed_and_asks_nobody_else() -> None:
    headers = signed_in().lists().headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_every_page_speaks_english_to_who_asks() -> None:
    desk = signed_in(language="en")
    case = desk.queued()
    assert "Filter the list" in words(desk.lists())
    assert "Assign to an agency" in words(desk.case(case.code))
