"""The centre's pages on a deployed stack: real passwords and codes, sessions that end, groups, forms of other sites."""

import time

import pytest

from infra.seed.staff import PASSWORD
from tests.address import Address
from tests.stack.accounts_table import items
from tests.stack.colleagues import Browser, Colleague, colleague, hidden, sample_dispatcher, signed_in
from tests.stack.matters import OTHER_AGENCY, Case, submit, wait
from tests.stack.people import Person, call, dispatcher_token, sign_in
from tests.stack.test_pages import ask, is_page

WHY = "Người phản ánh gọi điện hỏi kết quả."


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """Somebody who reports."""
    return sign_in(stack)


@pytest.fixture(scope="module")
def dispatcher(stack: Address) -> Browser:
    """The browser of a dispatcher."""
    return signed_in(stack, colleague(stack, "dispatcher"))


def unrouted(stack: Address, person: Person) -> Case:
    """A case that no rule finds an agency for."""
    case = submit(stack, person, category="gop_y", title="Góp ý về bến xe")
    case.until_queued()
    return case


def test_the_sample_dispatcher_signs_in_with_password_and_code(stack: Address) -> None:
    browser = Browser(stack)
    asked = browser.get("/centre")
    assert (asked.status, asked.headers["Location"].partition("/centre")[2]) == (303, "/sign_in")
    shown = browser.sign_in(sample_dispatcher(stack))
    assert shown.status == 303
    cookie = shown.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Max-Age=28800"} <= set(cookie.split("; "))
    listed = browser.get("/centre")
    assert listed.status == 200
    assert is_page(listed)
    assert "Chờ phân công" in listed.text


def test_a_wrong_password_or_code_opens_nothing(stack: Address) -> None:
    who = colleague(stack, "dispatcher")
    browser = Browser(stack)
    wrong = f"{(int(who.code()) + 1) % 1_000_000:06}"
    for shown in (browser.sign_in(who, password="Sai-mat-khau-2023!"), browser.sign_in(who, code=wrong)):
        assert shown.status == 401
        assert "không đúng" in shown.text
    assert browser.get("/centre").status == 303


def test_without_an_authenticator_nobody_comes_in(stack: Address) -> None:
    cognito, pool = stack.client("cognito-idp"), stack.outputs["StaffPool"]
    email = f"moi-{time.time_ns()}@centre.example"
    cognito.admin_create_user(UserPoolId=pool, Username=email, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName="dispatcher")
    browser = Browser(stack)
    assert browser.sign_in(Colleague(email, "JBSWY3DPEHPK3PXP")).status == 409
    assert browser.get("/centre").status == 303


def test_guessing_is_stopped(stack: Address) -> None:
    who = Colleague(f"{time.time_ns()}@centre.example", "JBSWY3DPEHPK3PXP")
    browser = Browser(stack)
    statuses = [browser.sign_in(who).status for _ in range(21)]
    assert statuses == [401] * 20 + [429]


def test_no_token_and_no_link_opens_a_page_of_the_centre(stack: Address, person: Person) -> None:
    case = unrouted(stack, person)
    before = case.view()["version"]
    for token in (person.access_token, dispatcher_token(stack)):
        carried = {"Authorization": f"Bearer {token}", "Cookie": f"centre={token}"}
        for path in ("/centre", f"/centre/cases/{case.code}", "/centre/audit"):
            assert ask(stack.api_url + path, **carried).status == 303
        shown = ask(f"{stack.api_url}/centre/cases/{case.code}/assign", b"agency=so-gtvt", **carried)
        assert shown.status == 401
    assert case.view()["version"] == before


def test_a_case_is_assigned_on_its_page_and_the_list_says_so(
    stack: Address, person: Person, dispatcher: Browser
) -> None:
    case = unrouted(stack, person)
    wait(lambda: case.code in dispatcher.get("/centre").text)
    shown = dispatcher.get(f"/centre/cases/{case.code}")
    assert shown.status == 200
    assert "Góp ý về bến xe" in shown.text
    assert person.phone not in shown.text
    found = dispatcher.decide(case.code, "assign", step="find", find="giao thong")
    assert f'value="{OTHER_AGENCY}"' in found.text
    done = dispatcher.decide(case.code, "assign", agency=OTHER_AGENCY, note="Đề nghị trả lời trong tuần.")
    assert done.status == 303
    listed = dispatcher.get("/centre" + done.headers["Location"].partition("/centre")[2])
    assert f"Đã giao phản ánh {case.code} cho Sở Giao thông vận tải" in listed.text
    assert case.view()["agency"]["code"] == OTHER_AGENCY
    assert case.link()


def test_what_is_wrong_comes_back_with_all_that_was_typed(stack: Address, person: Person, dispatcher: Browser) -> None:
    case = unrouted(stack, person)
    shown = dispatcher.decide(case.code, "assign", agency="nobody", note="Ghi chú còn nguyên")
    assert shown.status == 422
    assert "Ghi chú còn nguyên" in shown.text
    assert 'href="#assign-agency"' in shown.text


def test_no_get_decides_anything(stack: Address, person: Person, dispatcher: Browser) -> None:
    case = unrouted(stack, person)
    before = case.view()["version"]
    for act in ("assign", "refuse", "publish", "seal", "reveal"):
        assert dispatcher.get(f"/centre/cases/{case.code}/{act}?agency={OTHER_AGENCY}&reason=khong-co").status in (
            403,
            404,
            405,
        )
    assert case.view()["version"] == before


def test_another_sites_form_and_another_browsers_nonce_are_refused(
    stack: Address, person: Person, dispatcher: Browser
) -> None:
    case = unrouted(stack, person)
    path = f"/centre/cases/{case.code}"
    other = signed_in(stack, colleague(stack, "dispatcher"))
    for form in ({}, hidden(other.get(path), "assign")):
        shown = dispatcher.post(f"{path}/assign", {**form, "agency": OTHER_AGENCY})
        assert shown.status == 403
    assert case.view()["agency"] is None


def test_looking_at_the_reporter_is_recorded_and_only_an_auditor_reads_it(
    stack: Address, person: Person, dispatcher: Browser
) -> None:
    case = unrouted(stack, person)
    shown = dispatcher.decide(case.code, "reveal", reason=WHY)
    assert shown.status == 200
    assert person.phone[-7:-3] in shown.text
    assert dispatcher.get(f"/centre/audit?code={case.code}").status == 403
    auditor = signed_in(stack, colleague(stack, "auditor"))
    assert WHY in auditor.get(f"/centre/audit?code={case.code}").text
    assert auditor.get(f"/centre/cases/{case.code}").status == 303
    assert auditor.post(f"/centre/cases/{case.code}/assign", {"agency": OTHER_AGENCY}).status == 403


def test_a_leader_reads_and_nobody_without_a_group_does(stack: Address, person: Person) -> None:
    case = unrouted(stack, person)
    leader = signed_in(stack, colleague(stack, "leader"))
    assert leader.get(f"/centre/cases/{case.code}").status == 200
    assert leader.post(f"/centre/cases/{case.code}/assign", {"agency": OTHER_AGENCY}).status == 403
    assert signed_in(stack, colleague(stack)).get("/centre").status == 403
    assert case.view()["agency"] is None


def test_signing_out_ends_the_session_for_good(stack: Address) -> None:
    browser = signed_in(stack, colleague(stack, "dispatcher"))
    cookie, form = browser.cookie, hidden(browser.get("/centre"), "sign_out")
    shown = browser.post("/centre/sign_out", form)
    assert shown.status == 303
    assert "Max-Age=0" in shown.headers["Set-Cookie"]
    assert Browser(stack, cookie).get("/centre").status == 303


@pytest.mark.parametrize("how", ["disabled", "signed out", "idle", "old", "out of the group"])
def test_a_session_ends_by_itself(stack: Address, how: str) -> None:
    cognito, who = stack.client("cognito-idp"), colleague(stack, "dispatcher")
    user = {"UserPoolId": stack.outputs["StaffPool"], "Username": who.email}
    browser = signed_in(stack, who)
    assert browser.get("/centre").status == 200
    match how:
        case "disabled":
            cognito.admin_disable_user(**user)
        case "signed out":
            time.sleep(1.1)
            cognito.admin_user_global_sign_out(**user)
        case "out of the group":
            cognito.admin_remove_user_from_group(**user, GroupName="dispatcher")
    ages = {"idle": ("seen_at", 1801), "old": ("began_at", 8 * 3600 + 1)}
    _age(stack, who.email, *ages.get(how, ("asked_at", 301)))
    assert browser.get("/centre").status == (403 if how == "out of the group" else 303)


def test_what_is_kept_of_a_session_lapses_and_does_not_hold_its_key(stack: Address) -> None:
    who = colleague(stack, "dispatcher")
    browser = signed_in(stack, who)
    (item,) = [item for item in items(stack) if item.get("email", {}).get("S") == who.email]
    key = browser.cookie.partition("=")[2].partition(".")[0]
    assert key not in repr(item)
    assert 0 < float(item["expires_at"]["N"]) - time.time() <= 8 * 3600 + 60


def _age(stack: Address, email: str, name: str, seconds: int) -> None:
    (item,) = [item for item in items(stack) if item.get("email", {}).get("S") == email]
    item[name] = {"N": str(float(item[name]["N"]) - seconds)}
    stack.client("dynamodb").put_item(TableName=stack.outputs["AccountsTable"], Item=item)


def test_the_api_knows_nothing_of_the_cookie(stack: Address, dispatcher: Browser) -> None:
    assert call(stack, "GET", "/v1/centre/queue", Cookie=dispatcher.cookie).status == 401
