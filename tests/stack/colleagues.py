"""Members of the operations centre with a password and an authenticator, and the browser in which they sign in."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from infra.seed.staff import EMAIL, PASSWORD, TOTP_PARAMETER, one_time_code
from tests.address import Address
from tests.stack.test_pages import Shown, ask


@dataclass(frozen=True)
class Colleague:
    """Somebody of the staff: e-mail and the secret of the authenticator."""

    email: str
    secret: str

    def code(self) -> str:
        """What the authenticator shows now."""
        return one_time_code(self.secret)


def sample_dispatcher(stack: Address) -> Colleague:
    """The dispatcher of the seed."""
    parameters = stack.client("ssm")
    return Colleague(EMAIL, parameters.get_parameter(Name=TOTP_PARAMETER, WithDecryption=True)["Parameter"]["Value"])


def colleague(stack: Address, group: str = "") -> Colleague:
    """A new member of the staff pool, of that group or of none, with an authenticator."""
    cognito, email, pool = (
        stack.client("cognito-idp"),
        f"{secrets.token_hex(6)}@centre.example",
        stack.outputs["StaffPool"],
    )
    cognito.admin_create_user(UserPoolId=pool, Username=email, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
    if group:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    # The embedded pool signs in a user who has no authenticator yet, where AWS would ask for MFA_SETUP first.
    token = cognito.admin_initiate_auth(
        UserPoolId=pool, ClientId=stack.outputs["StaffClient"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]  # fmt: skip
    secret = cognito.associate_software_token(AccessToken=token)["SecretCode"]
    cognito.verify_software_token(AccessToken=token, UserCode=one_time_code(secret))
    return Colleague(email, secret)


@dataclass
class Browser:
    """One browser without scripts: it keeps the cookie of the centre's pages."""

    stack: Address
    cookie: str = ""

    def get(self, path: str) -> Shown:
        """Open a page."""
        return self._kept(ask(self.stack.api_url + path, Cookie=self.cookie))

    def post(self, path: str, fields: Mapping[str, str]) -> Shown:
        """Send a form."""
        return self._kept(ask(self.stack.api_url + path, urlencode(fields).encode(), Cookie=self.cookie))

    def sign_in(self, who: Colleague, password: str = PASSWORD, code: str = "", **more: str) -> Shown:
        """Fill in the page to sign in."""
        form = hidden(self.get("/centre/sign_in"), "sign_in")
        return self.post(
            "/centre/sign_in", {**form, "email": who.email, "password": password, "code": code or who.code(), **more}
        )

    def decide(self, code: str, act: str, **fields: str) -> Shown:
        """Fill in the form of a decision as the page of the case shows it now."""
        path = f"/centre/cases/{code}"
        return self.post(f"{path}/{act}", {**hidden(self.get(path), act), **fields})

    def _kept(self, shown: Shown) -> Shown:
        if given := shown.headers.get("Set-Cookie", ""):
            self.cookie = given.split(";")[0]
        return shown


def signed_in(stack: Address, who: Colleague) -> Browser:
    """A browser in which that colleague has signed in."""
    browser = Browser(stack)
    shown = browser.sign_in(who)
    assert shown.status == 303, shown
    return browser


def hidden(shown: Shown, form: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address of that end."""
    forms = re.findall(r'<form [^>]*?action="[^"]*?(\w+)(?:\?[^"]*)?"[^>]*>(.*?)</form>', shown.text, re.DOTALL)
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', dict(forms)[form])
    }
