"""People who use a deployed stack over HTTP: they have phones, read their SMS and sign in."""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from infra.seed.staff import DISPATCHER, PASSWORD, Sample, one_time_code
from tests.address import Address

_CODE = re.compile(r"\b[0-9]{6}\b")


@dataclass(frozen=True)
class Answer:
    """Status, headers and the JSON of the body, None where it has none."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in."""

    phone: str
    access_token: str
    refresh_token: str


def call(
    stack: Address,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str = "",
    raw: bytes | None = None,
    **headers: str,
) -> Answer:
    """One request and its answer; `raw` is sent instead of a JSON `body`; underscores in names of headers become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = raw if body is None else json.dumps(body).encode()
    if data is not None:
        named.setdefault("Content-Type", "application/json")
    if token:
        named["Authorization"] = f"Bearer {token}"
    try:
        answer = urlopen(Request(stack.api_url + path, data, named, method=method), timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        content = answer.read()
        return Answer(answer.status, dict(answer.headers), json.loads(content) if content else None)


def refused(answer: Answer, status: int) -> list[str]:
    """The fields that a problem document names, once it is found to be one."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "errors"} <= set(answer.body)
    return [error["field"] for error in answer.body["errors"]]


def sample_phone() -> str:
    """A number of the sample block that hardly anybody has used before, in E.164."""
    return f"+8495{secrets.randbelow(10**7):07d}"


def texts(stack: Address, phone: str) -> list[str]:
    """What came to a phone, oldest first."""
    with urlopen(f"{stack.emulator_url}/_ministack/sns/sms-messages", timeout=30) as answer:
        return [message["Message"] for message in json.load(answer)["sms_messages"].get(phone, [])]


def last_code(stack: Address, phone: str) -> str:
    """The code in the latest SMS that holds one."""
    return [found.group() for text in texts(stack, phone) if (found := _CODE.search(text))][-1]


def wrong_code(stack: Address, phone: str) -> str:
    """Six digits that are not the latest code."""
    return f"{(int(last_code(stack, phone)) + 1) % 1_000_000:06d}"


def ask_code(stack: Address, phone: str, key: str = "") -> Answer:
    """Have a code sent; with a key as a call that may be repeated."""
    repeatable = {"Idempotency_Key": key} if key else {}
    return call(stack, "POST", "/v1/auth/code", {"phone": phone}, raw=None, token="", **repeatable)


def give_code(stack: Address, phone: str, code: str, session: str) -> Answer:
    """Sign in with a code."""
    return call(stack, "POST", "/v1/auth/token", {"phone": phone, "code": code, "session": session})


def sign_in(stack: Address, phone: str = "") -> Person:
    """Somebody new, or the owner of that number, who has asked for a code, read it and signed in."""
    phone = phone or sample_phone()
    session = ask_code(stack, phone).body["session"]
    tokens = give_code(stack, phone, last_code(stack, phone), session).body
    return Person(phone, tokens["access_token"], tokens["refresh_token"])


def dispatcher_token(stack: Address) -> str:
    """The access token of the sample dispatcher."""
    return member_token(stack, DISPATCHER)


def member_token(stack: Address, sample: Sample) -> str:
    """The access token of a sample member of the staff, after password and one-time code."""
    cognito, parameters = stack.client("cognito-idp"), stack.client("ssm")
    place = {"UserPoolId": stack.outputs["StaffPool"], "ClientId": stack.outputs["StaffClient"]}
    asked = cognito.admin_initiate_auth(
        **place, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={"USERNAME": sample.email, "PASSWORD": PASSWORD}
    )
    secret = parameters.get_parameter(Name=sample.parameter, WithDecryption=True)["Parameter"]["Value"]
    answered = cognito.admin_respond_to_auth_challenge(
        **place,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=asked["Session"],
        ChallengeResponses={
            "USERNAME": asked["ChallengeParameters"]["USER_ID_FOR_SRP"],
            "SOFTWARE_TOKEN_MFA_CODE": one_time_code(secret),
        },
    )
    return str(answered["AuthenticationResult"]["AccessToken"])
