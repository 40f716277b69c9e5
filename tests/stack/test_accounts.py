"""Signing in on the deployed stack, from outside: over HTTP, with the codes that its SMS carry."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.address import Address
from tests.stack.accounts_table import grow_older, items, request_of
from tests.stack.logbook import all_log_lines
from tests.stack.people import (
    ask_code,
    call,
    dispatcher_token,
    give_code,
    last_code,
    refused,
    sample_phone,
    sign_in,
    texts,
    wrong_code,
)


def claims(token: str) -> dict[str, Any]:
    """What a token says."""
    payload = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def function(stack: Address, name: str) -> str:
    """The physical name of a function of the stack."""
    found = stack.client("lambda").list_functions()["Functions"]
    return next(str(each["FunctionName"]) for each in found if f"-{name}-" in each["FunctionName"])


def test_the_code_that_came_by_sms_signs_in(stack: Address) -> None:
    phone = sample_phone()
    asked = ask_code(stack, phone.replace("+84", "0"))
    assert asked.status == 200
    assert set(asked.body) == {"session", "expires_in", "resend_after"}
    assert (asked.body["expires_in"], asked.body["resend_after"]) == (300, 60)
    assert len(texts(stack, phone)) == 1

    signed_in = give_code(stack, phone, last_code(stack, phone), asked.body["session"])
    assert signed_in.status == 200
    assert set(signed_in.body) == {"access_token", "refresh_token", "expires_in"}
    assert signed_in.body["expires_in"] == 900
    assert signed_in.headers["Cache-Control"] == "no-store"

    token = claims(signed_in.body["access_token"])
    assert token["scope"] == "aws.cognito.signin.user.admin"
    assert phone not in json.dumps(token)
    me = call(stack, "GET", "/v1/me", token=signed_in.body["access_token"])
    assert (me.status, me.body["phone"], me.body["id"]) == (200, phone, token["sub"])


def test_known_and_unknown_numbers_get_the_same_answer(stack: Address) -> None:
    known, unknown = sign_in(stack).phone, sample_phone()
    grow_older(stack, request_of(stack, known), 61)
    first, second = ask_code(stack, known), ask_code(stack, unknown)
    assert (first.status, second.status) == (200, 200)
    alike = [answer.body | {"session": len(answer.body["session"])} for answer in (first, second)]
    assert alike[0] == alike[1]


def test_a_wrong_code_gives_a_new_session_and_ends_the_old_one(stack: Address) -> None:
    phone = sample_phone()
    old = ask_code(stack, phone).body["session"]
    wrong = give_code(stack, phone, wrong_code(stack, phone), old)
    assert refused(wrong, 401) == []
    assert wrong.body["session"] != old
    assert give_code(stack, phone, last_code(stack, phone), old).status == 401
    assert give_code(stack, phone, last_code(stack, phone), wrong.body["session"]).status == 200
    assert len(texts(stack, phone)) == 1


def test_after_five_wrong_codes_the_right_one_is_refused_too(stack: Address) -> None:
    phone = sample_phone()
    session = ask_code(stack, phone).body["session"]
    for _ in range(5):
        wrong = give_code(stack, phone, wrong_code(stack, phone), session)
        assert refused(wrong, 401) == []
        session = wrong.body["session"]
    for code in (last_code(stack, phone), wrong_code(stack, phone)):
        last = give_code(stack, phone, code, session)
        assert refused(last, 401) == []
        assert "session" not in last.body


def at_once(stack: Address, phone: str, sessions: list[str], code: str) -> list[int]:
    """The statuses of as many sign-ins at once as there are sessions."""
    with ThreadPoolExecutor(len(sessions)) as threads:
        return list(threads.map(lambda session: give_code(stack, phone, code, session).status, sessions))


def test_of_ten_right_codes_at_once_exactly_one_succeeds(stack: Address) -> None:
    # The first round wakes as many functions as the second needs to work side by side.
    for right, expected in ((False, [401] * 10), (True, [200] + [401] * 9)):
        phone = sample_phone()
        sessions = [ask_code(stack, phone, key="a-key-of-the-app").body["session"] for _ in range(10)]
        code = last_code(stack, phone) if right else wrong_code(stack, phone)
        assert sorted(at_once(stack, phone, sessions, code)) == expected
        assert len(texts(stack, phone)) == 1


def test_a_code_is_sent_again_after_sixty_seconds_and_not_before(stack: Address) -> None:
    phone = sample_phone()
    first = ask_code(stack, phone).body["session"]
    first_code = last_code(stack, phone)
    early = ask_code(stack, phone)
    assert refused(early, 429) == []
    assert 0 < int(early.headers["Retry-After"]) <= 60
    assert len(texts(stack, phone)) == 1

    grow_older(stack, first, 60)
    second = ask_code(stack, phone)
    assert second.status == 200
    assert len(texts(stack, phone)) == 2
    assert give_code(stack, phone, first_code, first).status == 401
    assert give_code(stack, phone, last_code(stack, phone), first).status == 401
    assert give_code(stack, phone, last_code(stack, phone), second.body["session"]).status == 200


def test_a_number_gets_five_codes_an_hour(stack: Address) -> None:
    phone = sample_phone()
    for _ in range(5):
        asked = ask_code(stack, phone)
        assert asked.status == 200
        grow_older(stack, asked.body["session"], 120)
    sixth = ask_code(stack, phone)
    assert refused(sixth, 429) == []
    assert 45 * 60 < int(sixth.headers["Retry-After"]) <= 50 * 60
    assert len(texts(stack, phone)) == 5


def test_a_code_is_good_for_five_minutes(stack: Address) -> None:
    phone = sample_phone()
    session = ask_code(stack, phone).body["session"]
    grow_older(stack, session, 300)
    late = give_code(stack, phone, last_code(stack, phone), session)
    assert refused(late, 401) == []
    assert "session" not in late.body


def test_many_who_ask_for_one_number_at_once_cause_one_sms(stack: Address) -> None:
    phone = sample_phone()
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: ask_code(stack, phone).status, range(20)))
    assert sorted(answers) == [200] + [429] * 19
    assert len(texts(stack, phone)) == 1


def test_a_repeated_call_with_its_idempotency_key_gets_a_session_and_no_second_sms(stack: Address) -> None:
    phone = sample_phone()
    ask_code(stack, phone, key="a-key-of-the-app")
    again = ask_code(stack, phone, key="a-key-of-the-app")
    assert again.status == 200
    assert ask_code(stack, phone, key="another-key").status == 429
    assert len(texts(stack, phone)) == 1
    assert give_code(stack, phone, last_code(stack, phone), again.body["session"]).status == 200


def test_a_trigger_that_is_called_again_sends_no_second_sms(stack: Address) -> None:
    phone = sample_phone()
    session = ask_code(stack, phone).body["session"]
    event = {
        "request": {"userAttributes": {"phone_number": phone, "sub": "somebody"}, "session": []},
        "response": {},
    }
    for _ in range(2):
        stack.client("lambda").invoke(FunctionName=function(stack, "CreateAuth"), Payload=json.dumps(event))
    assert len(texts(stack, phone)) == 1
    assert give_code(stack, phone, last_code(stack, phone), session).status == 200


def test_cognitos_public_door_sends_nothing_and_lets_nobody_in(stack: Address) -> None:
    phone = sample_phone()
    session = ask_code(stack, phone).body["session"]
    public = stack.session.client(
        "cognito-idp", endpoint_url=stack.emulator_url, config=Config(signature_version=UNSIGNED)
    )
    app = stack.outputs["CitizensClient"]
    started = public.initiate_auth(ClientId=app, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": phone})
    assert len(texts(stack, phone)) == 1
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        public.respond_to_auth_challenge(
            ClientId=app,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=started["Session"],
            ChallengeResponses={"USERNAME": phone, "ANSWER": last_code(stack, phone)},
            ClientMetadata={"request": session.split(".")[0], "attempt": "1", "voucher": "0" * 32},
        )
    assert give_code(stack, phone, last_code(stack, phone), session).status == 200


def test_a_session_serves_only_the_number_it_was_given_for(stack: Address) -> None:
    one, other = sample_phone(), sample_phone()
    session = ask_code(stack, one).body["session"]
    ask_code(stack, other)
    assert give_code(stack, other, last_code(stack, other), session).status == 401
    assert give_code(stack, other, last_code(stack, one), session).status == 401
    assert give_code(stack, one, last_code(stack, one), session).status == 200


def test_a_refresh_token_works_until_the_sign_out(stack: Address) -> None:
    person = sign_in(stack)
    body = {"refresh_token": person.refresh_token}
    refreshed = call(stack, "POST", "/v1/auth/refresh", body)
    assert refreshed.status == 200
    assert (refreshed.body["refresh_token"], refreshed.body["expires_in"]) == (person.refresh_token, 900)
    assert call(stack, "GET", "/v1/me", token=refreshed.body["access_token"]).status == 200

    out = call(stack, "POST", "/v1/auth/sign-out", body)
    assert (out.status, out.body) == (204, None)
    assert refused(call(stack, "POST", "/v1/auth/refresh", body), 401) == []
    assert call(stack, "POST", "/v1/auth/sign-out", body).status == 204


def test_signing_out_ends_one_sign_in_and_not_another(stack: Address) -> None:
    person = sign_in(stack)
    grow_older(stack, request_of(stack, person.phone), 61)
    other = sign_in(stack, person.phone)
    call(stack, "POST", "/v1/auth/sign-out", {"refresh_token": person.refresh_token})
    assert call(stack, "POST", "/v1/auth/refresh", {"refresh_token": other.refresh_token}).status == 200


@pytest.mark.parametrize(
    ("path", "raw", "status"),
    [
        ("code", b"{", 400),
        ("code", b"[]", 400),
        ("code", b"\xff\xfe", 400),
        ("code", b'{"phone": "0951234567", "phone": "0957654321"}', 400),
        ("code", b'{"phone": ' + b"[" * 2000 + b"]" * 2000 + b"}", 400),
        ("code", b'{"phone": "' + b"9" * 70_000 + b'"}', 413),
        ("code", b"", 422),
        ("code", b"{}", 422),
        ("code", b'{"phone": 951234567}', 422),
        ("code", b'{"phone": null}', 422),
        ("code", b'{"phone": {"$gt": ""}}', 422),
        ("code", b'{"phone": "0243 123 4567"}', 422),
        ("code", b'{"phone": "+14155552671"}', 422),
        ("code", b'{"phone": "\\u0000951234567"}', 422),
        ("code", b'{"phone": "\\ud8000951234567"}', 422),
        ("code", '{"phone": "０９５１２３４５６７"}'.encode(), 422),
        ("code", b'{"phone": "0951234567", "admin": true}', 422),
        ("token", b"{}", 422),
        ("token", b'{"phone": "0951234567", "code": "12345", "session": "x"}', 422),
        ("token", b'{"phone": "0951234567", "code": 123456, "session": "x"}', 422),
        ("token", '{"phone": "0951234567", "code": "１２３４５６", "session": "x"}'.encode(), 422),
        ("token", b'{"phone": "0951234567", "code": "123456", "session": ""}', 422),
        ("token", b'{"phone": "0951234567", "code": "123456", "session": "a.b.c"}', 401),
        ("token", b'{"phone": "0951234567", "code": "123456", "session": "' + b"." * 4096 + b'"}', 401),
        ("token", b'{"phone": "0951234567", "code": "123456", "session": "' + b"x" * 5000 + b'"}', 422),
        ("refresh", b'{"refresh_token": "short"}', 422),
        ("refresh", b'{"refresh_token": "' + b"x" * 9000 + b'"}', 422),
        ("refresh", b'{"refresh_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}', 401),
        ("refresh", '{"refresh_token": "một thứ không phải là mã làm mới"}'.encode(), 401),
        ("sign-out", b'{"refresh_token": 1}', 422),
        ("sign-out", b'{"token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}', 422),
    ],
)
def test_hostile_bodies_are_refused_and_leave_nothing(stack: Address, path: str, raw: bytes, status: int) -> None:
    before = [item["id"]["S"] for item in items(stack) if not item["id"]["S"].startswith("address#")]
    refused(call(stack, "POST", f"/v1/auth/{path}", raw=raw), status)
    assert [item["id"]["S"] for item in items(stack) if not item["id"]["S"].startswith("address#")] == before


def test_forms_and_unknown_methods_are_refused(stack: Address) -> None:
    form = call(
        stack, "POST", "/v1/auth/code", raw=b"phone=0951234567", Content_Type="application/x-www-form-urlencoded"
    )
    assert form.status == 415
    assert call(stack, "GET", "/v1/auth/code").status in (404, 405)


def test_problems_are_told_in_the_callers_language(stack: Address) -> None:
    vietnamese = call(stack, "POST", "/v1/auth/code", {"phone": "113"})
    english = call(stack, "POST", "/v1/auth/code", {"phone": "113 113 113"}, Accept_Language="en")
    assert vietnamese.body["title"] == "Có trường chưa đúng"
    assert english.body["errors"] == [{"field": "phone", "message": "must be a Vietnamese mobile number"}]


def test_the_table_knows_no_code_and_no_number_beside_the_profiles(stack: Address) -> None:
    phone = sample_phone()
    ask_code(stack, phone)
    kept = json.dumps([item for item in items(stack) if "created_at" not in item])
    assert last_code(stack, phone) not in kept.replace(".", " ")
    assert phone.removeprefix("+84") not in kept


def test_the_dispatcher_signs_in_with_password_and_one_time_code(stack: Address) -> None:
    assert claims(dispatcher_token(stack))["cognito:groups"] == ["dispatcher"]


def test_the_logs_hold_nothing_personal_and_no_secret(stack: Address) -> None:
    person = sign_in(stack)
    call(stack, "PATCH", "/v1/me", {"name": "Nguyễn Thị Kín", "email": "kin@nha.example"}, token=person.access_token)
    give_code(stack, person.phone, "000000", "a.b.c")
    written = "\n".join(line for group in all_log_lines(stack).values() for line in group)
    assert '"trigger":"create_auth"' in written
    for secret in (
        person.phone.removeprefix("+84"), "Thị Kín", "kin@nha.example", person.refresh_token, person.access_token[-40:],
        f'"{last_code(stack, person.phone)}"',
    ):  # fmt: skip
        assert secret not in written
