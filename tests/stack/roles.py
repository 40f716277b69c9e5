"""Who may stand before the API, and with what in hand: a token, the link of an assignment, or nothing."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from infra.seed.staff import PASSWORD
from tests.address import Address
from tests.stack.matters import dispatcher
from tests.stack.people import Answer, call, sign_in
from tests.stack.shelf import Shelf


class Role(StrEnum):
    """In what part somebody comes to a case."""

    ANONYMOUS = "anonymous"
    REPORTER = "reporter"
    OTHER_CITIZEN = "other citizen"
    HOLDER = "agency"
    HEAD = "head of the agency"
    SUPPORTER = "supporting agency"
    RECEIVER = "receiving agency"
    FORMER = "former agency"
    OTHER_AGENCY = "other agency"
    DISPATCHER = "dispatcher"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SUPPLIER = "supplier"
    OTHER_STAFF = "other staff"


OF_AGENCIES = frozenset({Role.HOLDER, Role.HEAD, Role.SUPPORTER, Role.RECEIVER, Role.FORMER, Role.OTHER_AGENCY})


@dataclass(frozen=True)
class Cast:
    """The people of a test on one stack; whoever has no link of a case tries another's, altered to name it."""

    stack: Address
    shelf: Shelf
    tokens: Mapping[Role, str]
    accounts: Mapping[Role, str]

    @classmethod
    def gather(cls, stack: Address) -> "Cast":
        """Two citizens who have just signed in, the sample dispatcher, one of each other group and one of the staff without."""
        reporter, other = sign_in(stack), sign_in(stack)
        accounts = {
            role: call(stack, "GET", "/v1/me", token=person.access_token).body["id"]
            for role, person in ((Role.REPORTER, reporter), (Role.OTHER_CITIZEN, other))
        }
        tokens = {
            Role.OTHER_STAFF: staff(stack),
            Role.LEADER: staff(stack, "leader"),
            Role.AUDITOR: staff(stack, "auditor"),
            Role.ADMINISTRATOR: staff(stack, "administrator"),
            Role.SUPPLIER: staff(stack, "supplier", "unit-so-y-te"),
            Role.REPORTER: reporter.access_token,
            Role.OTHER_CITIZEN: other.access_token,
            Role.DISPATCHER: dispatcher(stack),
        }
        return cls(stack, Shelf(stack), tokens, accounts)

    def link(self, role: Role, code: str, numbers: Mapping[Role, int], head: bool = False) -> str:
        """The link that this role would try at a case: its own, its head's, or one of another case made to name this one."""
        if number := numbers.get(role):
            return self.shelf.link(code, number, head or role is Role.HEAD)
        return f"{code}-1-{self.shelf.link(code[::-1], 1)[-22:]}"

    def send(
        self, role: Role, method: str, path: str, code: str, numbers: Mapping[Role, int], body: object = None
    ) -> Answer:
        """What this role is answered; `{code}` and `{token}` in the path are filled in."""
        link = self.link(role, code, numbers)
        # An agency has nothing but its link, so that is what it shows where a token is asked for.
        token = link if role in OF_AGENCIES else self.tokens.get(role, "")
        return call(self.stack, method, path.replace("{code}", code).replace("{token}", link), body, token=token)


def staff(stack: Address, *groups: str, email: str = "") -> str:
    """The access token of a new member of the staff pool; the embedded pool lets them in without a second factor.

    Groups of units are made where they are missing, as an operator would (docs/runbooks/uploads.md).
    """
    cognito, name = stack.client("cognito-idp"), email or f"{secrets.token_hex(6)}@centre.example"
    pool = stack.outputs["StaffPool"]
    cognito.admin_create_user(UserPoolId=pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
    for group in filter(None, groups):
        if group.startswith("unit-"):
            with suppress(cognito.exceptions.GroupExistsException):
                cognito.create_group(UserPoolId=pool, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    signed_in = cognito.admin_initiate_auth(
        UserPoolId=pool, ClientId=stack.outputs["StaffClient"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )  # fmt: skip
    return str(signed_in["AuthenticationResult"]["AccessToken"])
