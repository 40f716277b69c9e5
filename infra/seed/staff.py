"""Sample members of the staff pool, in stage local only: e-mail, password, one-time codes as in production.

A dispatcher of the operations centre, and a supplier of a unit's data.

The password stands here because it is worth nothing elsewhere. The secret of the one-time codes is the pool's own random
one; a parameter of that stack keeps it, so that people and tests of the stack can sign in.
"""

import base64
import hmac
import struct
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import ClientError

EMAIL = "dispatcher@centre.example"
PASSWORD = "Mau-chi-dung-tai-may-2023!"  # noqa: S105 - a documented sample
TOTP_PARAMETER = "/yenbai-s/local/dispatcher-totp-secret"
SUPPLIER_EMAIL = "supplier@so-y-te.example"
SUPPLIER_TOTP_PARAMETER = "/yenbai-s/local/supplier-totp-secret"

_STEP_SECONDS = 30


class Sample(NamedTuple):
    """One member: the groups, and the parameter that keeps the secret of the authenticator."""

    email: str
    groups: tuple[str, ...]
    parameter: str


DISPATCHER = Sample(EMAIL, ("dispatcher",), TOTP_PARAMETER)
SUPPLIER = Sample(SUPPLIER_EMAIL, ("supplier", "unit-so-y-te"), SUPPLIER_TOTP_PARAMETER)


class NoStaffPoolError(RuntimeError):
    """The stack has no user pool for staff, or more than one."""


def ensure_staff() -> Iterator[str]:
    """Create the sample members with second factors, unless they are there; says what was done, a sentence each.

    Takes the stack's address and keys from the environment; raises NoStaffPoolError.
    """
    cognito, store = boto3.client("cognito-idp"), boto3.client("ssm")
    pool = _staff_pool(cognito)
    for sample in (DISPATCHER, SUPPLIER):
        if _exists(cognito, pool, sample) and _stored(store, sample):
            yield f"staff: {sample.email} unchanged"
            continue
        _create(cognito, pool, sample)
        secret = _enrol(cognito, pool, sample)
        store.put_parameter(Name=sample.parameter, Value=secret, Type="SecureString", Overwrite=True)
        groups = ", ".join(sample.groups)
        yield f"staff: {sample.email} of {groups} written, password {PASSWORD}, secret of the one-time codes {secret}"


def one_time_code(secret: str, at: float | None = None) -> str:
    """The six digits of an authenticator for a base-32 secret, at a time in seconds or now (RFC 6238)."""
    step = int((time.time() if at is None else at) // _STEP_SECONDS)
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    place = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def _staff_pool(cognito: Any) -> str:
    # infra/resources/accounts.yaml names it `<stack>-staff`.
    pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
    found = [pool["Id"] for pool in pools if "staff" in pool["Name"].lower()]
    if len(found) != 1:
        message = f"{len(found)} user pools are named after staff"
        raise NoStaffPoolError(message)
    return str(found[0])


def _exists(cognito: Any, pool: str, sample: Sample) -> bool:
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=sample.email)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def _stored(store: Any, sample: Sample) -> bool:
    try:
        store.get_parameter(Name=sample.parameter)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return False
        raise
    return True


def _create(cognito: Any, pool: str, sample: Sample) -> None:
    if _exists(cognito, pool, sample):
        cognito.admin_delete_user(UserPoolId=pool, Username=sample.email)
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=sample.email,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": sample.email}, {"Name": "email_verified", "Value": "true"}],
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username=sample.email, Password=PASSWORD, Permanent=True)
    known = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool)["Groups"]}
    for group in sample.groups:
        # The template brings the groups of rights; those of units are made as they are needed (docs/runbooks/uploads.md).
        if group not in known:
            cognito.create_group(UserPoolId=pool, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=sample.email, GroupName=group)


def _enrol(cognito: Any, pool: str, sample: Sample) -> str:
    """Enrol an authenticator for the user; returns its secret.

    The embedded pool signs in a user who has none yet, where AWS would ask for MFA_SETUP first.
    """
    (client,) = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=2)["UserPoolClients"]
    token = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": sample.email, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]
    secret: str = cognito.associate_software_token(AccessToken=token)["SecretCode"]
    cognito.verify_software_token(AccessToken=token, UserCode=one_time_code(secret))
    return secret
