"""Cognito's user pool and SNS's direct SMS, as accounts see them."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError
from botocore.exceptions import ConnectionError as NotConnectedError

from chalicelib.accounts.ports import Guess, Tokens
from chalicelib.core.errors import Unavailable
from chalicelib.runtime.observability import logger

# What the pool says to a code, a session or a token that is not good; everything else means that it does not serve us now.
_NOT_GOOD = frozenset(
    {"NotAuthorizedException", "InvalidParameterException", "UserNotFoundException", "CodeMismatchException"}
)
_NOT_A_TOKEN = _NOT_GOOD | {"UnauthorizedException", "UnsupportedTokenTypeException"}
# Errors of the call itself, such as a missing permission: no caller's mistake and nothing that passes by waiting.
_OUR_FAULT = frozenset({"AccessDeniedException", "ResourceNotFoundException", "ValidationException"})


class CitizensPool:
    """The user pool Citizens; its client has no secret, since the calls are signed with the function's own role."""

    def __init__(self, client: Callable[[], Any], pool: str, app: str) -> None:
        self._client = client
        self._pool = pool
        self._app = app

    def ensure_user(self, phone: str) -> None:
        """Make the user of that number, if there is none; no message is sent. Raises Unavailable."""
        self._make(phone)

    def account_of(self, phone: str) -> str:
        """The account of that number, its user made if there is none; no message is sent. Raises Unavailable."""
        made = self._make(phone)
        if made is not None:
            return _attribute(made["User"]["Attributes"], "sub")
        found = self._call("admin_get_user", frozenset(), Username=phone) or {}
        return _attribute(found["UserAttributes"], "sub")

    def start(self, phone: str) -> str:
        """Begin a sign-in, which sends the code that waits for its number, and return the pool's session.

        For an account that was disabled the session leads nowhere. Raises Unavailable where the pool does not answer.
        """
        answer = self._call(
            "admin_initiate_auth", {"NotAuthorizedException"},
            ClientId=self._app, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": phone},
        )  # fmt: skip
        return str(answer["Session"]) if answer else secrets.token_urlsafe(48)

    def answer(self, guess: Guess) -> Tokens | None:
        """Answer with a code; None where it was wrong or the session has ended. Raises Unavailable."""
        found = self._call(
            "admin_respond_to_auth_challenge", _NOT_GOOD,
            ClientId=self._app, ChallengeName="CUSTOM_CHALLENGE", Session=guess.session,
            ChallengeResponses={"USERNAME": guess.account, "ANSWER": guess.code},
            ClientMetadata={"request": guess.request, "attempt": str(guess.attempt), "voucher": guess.voucher},
        )  # fmt: skip
        return _tokens(found)

    def confirm(self, account: str) -> None:
        """Mark the user as one who has signed in, so that the account does not lapse; may be repeated. Raises Unavailable.

        The pool calls a user confirmed who has a password; nobody knows this one, and no client may sign in with it.
        """
        self._call(
            "admin_set_user_password", frozenset(),
            Username=account, Password=_nobodys_password(), Permanent=True,
        )  # fmt: skip

    def refresh(self, refresh_token: str) -> Tokens | None:
        """New tokens for a refresh token, which stays good; None where it is not. Raises Unavailable."""
        found = self._call(
            "admin_initiate_auth", _NOT_GOOD,
            ClientId=self._app, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh_token},
        )  # fmt: skip
        return _tokens(found, refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """Make a refresh token worthless; does nothing for one that is not good. Raises Unavailable."""
        try:
            self._client().revoke_token(Token=refresh_token, ClientId=self._app)
        except ClientError as error:
            _pass_or_raise(error, _NOT_A_TOKEN)
        except (HTTPClientError, NotConnectedError) as error:
            raise _unreachable(error) from error

    def _make(self, phone: str) -> Mapping[str, Any] | None:
        """The user pool's answer to making a user; None where there is one of that number."""
        attributes = [{"Name": "phone_number", "Value": phone}, {"Name": "phone_number_verified", "Value": "true"}]
        return self._call(
            "admin_create_user", {"UsernameExistsException"},
            Username=phone, MessageAction="SUPPRESS", TemporaryPassword=_nobodys_password(), UserAttributes=attributes,
        )  # fmt: skip

    def _call(self, operation: str, expected: frozenset[str] | set[str], **arguments: Any) -> Mapping[str, Any] | None:
        """The pool's answer; None where it gave one of the expected errors."""
        try:
            return cast(Mapping[str, Any], getattr(self._client(), operation)(UserPoolId=self._pool, **arguments))
        except ClientError as error:
            _pass_or_raise(error, expected)
        except (HTTPClientError, NotConnectedError) as error:
            raise _unreachable(error) from error
        return None


def _nobodys_password() -> str:
    """A password that satisfies the pool's rules and that nobody keeps."""
    return f"Aa1!{secrets.token_urlsafe(48)}"


def _attribute(attributes: Sequence[Mapping[str, str]], name: str) -> str:
    return next(given["Value"] for given in attributes if given["Name"] == name)


def _pass_or_raise(error: ClientError, expected: frozenset[str] | set[str]) -> None:
    code = error.response["Error"]["Code"]
    if code in expected:
        return
    if code in _OUR_FAULT:
        raise error
    # The message may quote a number or a token; the code says enough.
    logger.warning("user pool refused", operation=error.operation_name, code=code)
    raise Unavailable() from error


def _unreachable(error: BotoCoreError) -> Unavailable:
    logger.warning("user pool out of reach", error=type(error).__name__)
    return Unavailable()


def _tokens(answer: Mapping[str, Any] | None, refresh_token: str = "") -> Tokens | None:
    found = (answer or {}).get("AuthenticationResult")
    if not found:
        return None
    access = str(found["AccessToken"])
    return Tokens(_subject(access), access, str(found.get("RefreshToken", refresh_token)), int(found["ExpiresIn"]))


def _subject(token: str) -> str:
    """Whose token it is; not verified, for it comes from the pool itself."""
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


class SnsTexts:
    """Direct SMS through SNS. The client must not repeat calls by itself: a repeated call may be a second message."""

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def send(self, phone: str, text: str) -> None:
        """Send one text at most; raises Unavailable only where it certainly was not sent."""
        try:
            self._client().publish(
                PhoneNumber=phone,
                Message=text,
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
        except (ClientError, HTTPClientError, NotConnectedError) as error:
            perhaps_sent = _perhaps_done(error)
            logger.warning("SMS perhaps sent" if perhaps_sent else "SMS not sent", error=type(error).__name__)
            # A person who gets none asks again after a minute; two would be worse than late.
            if not perhaps_sent:
                raise Unavailable() from error


def _perhaps_done(error: Exception) -> bool:
    """Whether a failed call may have done its work: the connection broke later on, or the service failed inside."""
    if isinstance(error, ClientError):
        return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) == 500
    return isinstance(error, (HTTPClientError, SSLError))
