"""The user pool Staff, as accounts see it: password first, then the code of an authenticator, never one without the other."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError

from chalicelib.accounts.staff import TRIES_WINDOW, Pass, Unready
from chalicelib.core.errors import TooMany, Unavailable
from chalicelib.runtime.observability import logger

_WRONG = frozenset(
    {
        "NotAuthorizedException", "UserNotFoundException", "InvalidParameterException", "CodeMismatchException",
        "ExpiredCodeException", "EnableSoftwareTokenMFAException",
    }
)  # fmt: skip
_NOT_A_TOKEN = _WRONG | {"UnauthorizedException", "UnsupportedTokenTypeException"}
_UNREADY = frozenset({"PasswordResetRequiredException", "UserNotConfirmedException"})
_TOO_MANY = frozenset({"TooManyFailedAttemptsException", "LimitExceededException"})
_OUR_FAULT = frozenset({"AccessDeniedException", "ResourceNotFoundException", "ValidationException"})
# With this, and no code of its own, the pool says that it will not look at passwords for a while.
_LOCKED = "attempts exceeded"
_SECOND_FACTOR = "SOFTWARE_TOKEN_MFA"


class StaffPool:
    """The user pool Staff; calls are signed with the function's own role."""

    def __init__(self, client: Callable[[], Any], pool: str, app: str) -> None:
        self._client = client
        self._pool = pool
        self._app = app

    def sign_in(self, email: str, password: str, code: str) -> Pass | None:
        """What the pool gives for password and code; None where either is wrong. Raises Unready, TooMany, Unavailable."""
        asked = self._call(
            "admin_initiate_auth", AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )  # fmt: skip
        if asked is None:
            return None
        if asked.get("ChallengeName") != _SECOND_FACTOR:
            # Also where the pool would let the member in by the password alone: we never do.
            raise Unready()
        answered = self._call(
            "admin_respond_to_auth_challenge", ChallengeName=_SECOND_FACTOR, Session=asked["Session"],
            ChallengeResponses={
                "USERNAME": asked.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", email), "SOFTWARE_TOKEN_MFA_CODE": code,
            },
        )  # fmt: skip
        return _pass(answered)

    def again(self, refresh_token: str) -> Pass | None:
        """What the pool says of the member now; None where there is no such member any more. Raises Unavailable."""
        answered = self._call(
            "admin_initiate_auth", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh_token}
        )
        return _pass(answered, refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """Make the token worthless; does nothing for one that is not good. Raises Unavailable."""
        try:
            self._client().revoke_token(Token=refresh_token, ClientId=self._app)
        except ClientError as error:
            _pass_or_raise(error, _NOT_A_TOKEN)
        except (HTTPClientError, NotConnectedError) as error:
            raise Unavailable() from error

    def email(self, user: str) -> str:
        """The e-mail address of a member; empty for one who was deleted or disabled. Raises Unavailable."""
        try:
            found = self._client().admin_get_user(UserPoolId=self._pool, Username=user)
        except ClientError as error:
            _pass_or_raise(error, _WRONG)
            return ""
        except (HTTPClientError, NotConnectedError) as error:
            raise Unavailable() from error
        named = {str(one["Name"]): str(one["Value"]) for one in found["UserAttributes"]}
        return named.get("email", "") if found["Enabled"] else ""

    def _call(self, operation: str, **arguments: Any) -> Mapping[str, Any] | None:
        """The pool's answer; None where it found something wrong."""
        try:
            call = getattr(self._client(), operation)
            return cast(Mapping[str, Any], call(UserPoolId=self._pool, ClientId=self._app, **arguments))
        except ClientError as error:
            _pass_or_raise(error, _WRONG)
        except (HTTPClientError, NotConnectedError) as error:
            logger.warning("user pool out of reach", error=type(error).__name__)
            raise Unavailable() from error
        return None


def _pass_or_raise(error: ClientError, wrong: frozenset[str]) -> None:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _TOO_MANY or (code == "NotAuthorizedException" and _LOCKED in message.lower()):
        raise TooMany(retry_after=int(TRIES_WINDOW.total_seconds())) from error
    if code in wrong:
        return
    if code in _UNREADY:
        raise Unready() from error
    if code in _OUR_FAULT:
        raise error
    # The message may quote an address or a token; the code says enough.
    logger.warning("user pool refused", operation=error.operation_name, code=code)
    raise Unavailable() from error


def _pass(answer: Mapping[str, Any] | None, refresh_token: str = "") -> Pass | None:
    found = (answer or {}).get("AuthenticationResult")
    if not found:
        return None
    claims = _claims(str(found["AccessToken"]))
    groups = tuple(str(group) for group in claims.get("cognito:groups", ()))
    return Pass(str(claims.get("username", claims["sub"])), groups, str(found.get("RefreshToken", refresh_token)))


def _claims(token: str) -> Mapping[str, Any]:
    """What an access token says; not verified, for it comes from the pool itself over TLS and never leaves this function."""
    payload = token.split(".")[1]
    return cast(Mapping[str, Any], json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
