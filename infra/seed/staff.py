"""One sample member of the operations centre, in stage local only: e-mail, password, one-time codes as in production.

The password stands here because it is worth nothing elsewhere. The secret of the one-time codes is the pool's own random
one; the parameter TOTP_PARAMETER of that stack keeps it, so that people and tests of the stack can sign in.
"""

import base64
import hmac
import struct
import time
from typing import Any

import boto3
from botocore.exceptions import ClientError

EMAIL = "dispatcher@centre.example"
PASSWORD = "Mau-chi-dung-tai-may-2023!"  # noqa: S105 - a documented sample
GROUP = "dispatcher"
TOTP_PARAMETER = "/yenbai-s/local/dispatcher-totp-secret"

_STEP_SECONDS = 30


class NoStaffPoolError(RuntimeError):
    """The stack has no user pool for staff, or more than one."""


def ensure_dispatcher() -> str:
    """Create the sample user of group dispatcher with a second factor, unless it is there; says which, in a sentence.

    Takes the stack's address and keys from the environment; raises NoStaffPoolError.
    """
    cognito, store = boto3.client("cognito-idp"), boto3.client("ssm")
    pool = _staff_pool(cognito)
    if _exists(cognito, pool) and _stored(store):
        return f"staff: {EMAIL} unchanged"
    _create(cognito, pool)
    secret = _enrol(cognito, pool)
    store.put_parameter(Name=TOTP_PARAMETER, Value=secret, Type="SecureString", Overwrite=True)
    return f"staff: {EMAIL} of group {GROUP} written, password {PASSWORD}, secret of the one-time codes {secret}"


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


def _exists(cognito: Any, pool: str) -> bool:
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=EMAIL)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def _stored(store: Any) -> bool:
    try:
        store.get_parameter(Name=TOTP_PARAMETER)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return False
        raise
    return True


def _create(cognito: Any, pool: str) -> None:
    if _exists(cognito, pool):
        cognito.admin_delete_user(UserPoolId=pool, Username=EMAIL)
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=EMAIL,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}],
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username=EMAIL, Password=PASSWORD, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=EMAIL, GroupName=GROUP)


def _enrol(cognito: Any, pool: str) -> str:
    """Enrol an authenticator for the user; returns its secret.

    The embedded pool signs in a user who has none yet, where AWS would ask for MFA_SETUP first.
    """
    (client,) = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=2)["UserPoolClients"]
    token = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": EMAIL, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]
    secret: str = cognito.associate_software_token(AccessToken=token)["SecretCode"]
    cognito.verify_software_token(AccessToken=token, UserCode=one_time_code(secret))
    return secret
