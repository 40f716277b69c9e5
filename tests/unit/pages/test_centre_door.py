"""Who comes in at the centre's pages, with what cookie, and how a session ends."""

import re

import pytest

from chalicelib.pages.centre_model import Act
from tests.unit.accounts.staff_office import CODE, EMAIL, PASSWORD
from tests.unit.pages.centre_scene import NOTE, Desk, hidden, signed_in
from tests.unit.pages.scene import COMMITTEE, TEXT, Scene, words


def test_without_a_session_every_page_leads_to_the_sign_in() -> None:
    desk = Desk()
    assert desk.lists().headers["Location"] == "/centre/sign_in"
    assert desk.open(desk.pages.audit).headers["Location"] == "/centre/sign_in"
    assert desk.case("ABC").headers["Location"] == "/centre/sign_in?to=ABC"


def test_after_signing_in_one_comes_to_the_lists_or_to_the_case_one_came_for() -> None:
    desk = Desk()
    assert desk.sign_in().headers["Location"] == "/centre"
    assert desk.lists().status == 200
    other = Desk()
    assert other.sign_in(to="ABC123").headers["Location"] == "/centre/cases/ABC123"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "../x", "a/b", "a\r\nSet-Cookie: x=y"])
def test_signing_in_leads_nowhere_else(to: str) -> None:
    assert Desk().sign_in(to=to).headers["Location"] == "/centre"


def test_the_cookie_is_for_these_pages_alone_and_not_for_scripts_or_other_sites() -> None:
    reply = Desk().sign_in()
    cookie = reply.headers["Set-Cookie"]
    assert re.fullmatch(
        r"centre=[\w-]+\.[\w-]{22}; Path=/centre; Max-Age=28800; HttpOnly; SameSite=Strict; Secure", cookie
    )
    staged = Desk(Scene(base="https://api.example/prod"))
    assert "; Path=/prod/centre;" in staged.sign_in().headers["Set-Cookie"]
    local = Desk(Scene(base="http://127.0.0.1:8000"))
    assert "Secure" not in local.sign_in().headers["Set-Cookie"]


def test_no_token_of_the_pool_comes_to_the_browser() -> None:
    desk = Desk()
    reply = desk.sign_in()
    assert list(desk.office.pool.tokens) == ["refresh-0"]
    assert "refresh-0" not in repr(reply)
    assert "refresh-0" not in desk.lists().body


def test_signing_in_gives_another_key_than_the_one_before() -> None:
    desk = Desk()
    desk.open(desk.pages.sign_in_form)
    before = desk.cookie
    desk.sign_in()
    assert desk.cookie != before
    desk.cookie = before
    assert desk.lists().status == 303


@pytest.mark.parametrize(
    "cookie", ["centre=", "centre=x", "centre=x.y", "centre=00000001.", "other=1; centre=a.b.c", ";;=;"]
)
def test_a_cookie_that_we_did_not_sign_opens_nothing(cookie: str) -> None:
    desk = Desk(cookie=cookie)
    assert desk.lists().status == 303
    assert desk.office.sessions.sessions == {}


def test_a_wrong_password_is_said_plainly_and_only_the_address_stays() -> None:
    desk = Desk()
    reply = desk.sign_in(password="Sai-mat-khau-2023!")
    assert reply.status == 401
    assert "E-mail, mật khẩu hoặc mã xác thực không đúng" in words(reply)
    assert f'value="{EMAIL}"' in reply.body
    assert "Sai-mat-khau" not in reply.body
    assert CODE not in reply.body


def test_too_many_tries_are_refused_for_a_while() -> None:
    desk = Desk()
    replies = [desk.sign_in(code="000000") for _ in range(21)]
    assert [reply.status for reply in replies] == [401] * 20 + [429]
    assert "thử lại sau" in words(replies[-1])


def test_who_has_no_second_factor_yet_is_told_whom_to_ask() -> None:
    desk = Desk()
    desk.office.pool.unready.add(EMAIL)
    reply = desk.sign_in()
    assert reply.status == 409
    assert "liên hệ người quản trị" in words(reply)


def test_a_pool_out_of_reach_is_no_wrong_password() -> None:
    desk = Desk()
    desk.office.pool.out_of_reach = True
    assert desk.sign_in().status == 503


def test_another_sites_form_signs_nobody_in() -> None:
    desk = Desk()
    typed = {"email": EMAIL, "password": PASSWORD, "code": CODE}
    assert desk.open(desk.pages.sign_in, typed=typed).status == 403
    victim = Desk()
    stolen = hidden(Desk().open(desk.pages.sign_in_form))
    victim.open(victim.pages.sign_in_form)
    assert victim.open(victim.pages.sign_in, typed={**stolen, **typed}).status == 403


def test_who_has_signed_in_does_not_sign_in_again() -> None:
    desk = signed_in()
    assert desk.open(desk.pages.sign_in_form).headers["Location"] == "/centre"


def test_signing_out_ends_the_session_and_takes_the_cookie_back() -> None:
    desk = signed_in()
    form, cookie = hidden_of_sign_out(desk), desk.cookie
    reply = desk.open(desk.pages.sign_out, typed=form)
    assert reply.headers["Location"] == "/centre/sign_in?out=1"
    assert "Max-Age=0" in reply.headers["Set-Cookie"]
    desk.cookie = cookie
    assert desk.lists().status == 303
    assert "Đã đăng xuất" in words(desk.open(desk.pages.sign_in_form, query="out=1"))


def hidden_of_sign_out(desk: Desk) -> dict[str, str]:
    return dict(re.findall(r'name="(nonce|key)" value="([^"]+)"', desk.lists().body))


def test_another_site_cannot_sign_anybody_out() -> None:
    desk = signed_in()
    assert desk.open(desk.pages.sign_out, typed={"nonce": "x"}).headers["Location"] == "/centre"
    assert desk.lists().status == 200


def test_an_idle_session_ends_and_what_was_typed_can_be_copied() -> None:
    desk = signed_in()
    case = desk.queued()
    form = desk.form(case.code, Act.ASSIGN)
    desk.scene.clock.move(minutes=31)
    reply = desk.open(desk.pages.decide, case.code, Act.ASSIGN, typed={**form, "agency": COMMITTEE, "note": NOTE})
    assert reply.status == 401
    assert NOTE in words(reply)
    assert form["nonce"] not in reply.body
    assert f'name="to" value="{case.code}"' in reply.body
    assert desk.scene.store.head(case.code).agency == ""


def test_a_disabled_member_is_out_within_five_minutes() -> None:
    desk = signed_in()
    desk.office.pool.groups.clear()
    assert desk.lists().status == 200
    desk.scene.clock.move(minutes=5)
    assert desk.lists().status == 303


def test_a_leader_reads_and_does_not_decide() -> None:
    desk = signed_in("leader@centre.example")
    case = desk.queued()
    shown = desk.case(case.code)
    assert shown.status == 200
    assert "chỉ xem" in words(shown)
    assert f"/centre/cases/{case.code}/" not in shown.body
    for act in Act:
        refused = desk.open(desk.pages.decide, case.code, act, typed={"agency": COMMITTEE, "reason": NOTE})
        assert refused.status == 403
    assert desk.scene.store.head(case.code) == case


def test_an_auditor_sees_who_looked_and_no_case() -> None:
    desk = signed_in("auditor@centre.example")
    case = desk.queued()
    assert desk.lists().headers["Location"] == "/centre/audit"
    assert desk.case(case.code).headers["Location"] == "/centre/audit"
    assert desk.open(desk.pages.decide, case.code, Act.REVEAL, typed={"reason": NOTE}).status == 403
    shown = desk.open(desk.pages.audit, query=f"code={case.code}")
    assert "Chưa có ai xem" in words(shown)
    assert TEXT not in shown.body
    assert desk.open(desk.pages.audit, query="code=nothing").status == 404


def test_staff_without_a_group_see_nothing() -> None:
    desk = signed_in("none@centre.example")
    for reply in (desk.lists(), desk.open(desk.pages.audit), desk.case(desk.queued().code)):
        assert reply.status == 403
    dispatcher = signed_in()
    assert dispatcher.open(dispatcher.pages.audit).status == 403


def test_the_sign_in_is_in_english_for_who_asks() -> None:
    desk = Desk(language="en")
    assert "Sign in to the operations centre" in words(desk.open(desk.pages.sign_in_form))
