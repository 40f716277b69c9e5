"""What accounts need from outside, as they wish to see it; wiring fills these."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from chalicelib.accounts.model import Account
from chalicelib.accounts.sign_in import CodeRequest

# Whether there is an area of that code today.
AreaKnown = Callable[[str], bool]


class Tokens(msgspec.Struct, frozen=True):
    """What a person holds after signing in; the access token is good for `expires_in` seconds."""

    account: str
    access_token: str
    refresh_token: str
    expires_in: int


class Guess(msgspec.Struct, frozen=True):
    """One counted attempt at a code, as it goes through Cognito to the check; `voucher` shows that we have counted it."""

    account: str
    session: str
    code: str
    request: str
    attempt: int
    voucher: str


class Store(Protocol):
    """Where profiles and codes are kept."""

    def request(self, number: str) -> CodeRequest | None:
        """The latest request of a number."""

    def replace_request(self, made: CodeRequest, previous: CodeRequest | None) -> None:
        """Keep a new request in the place of the previous one; raises LostRace where that is the latest no more."""

    def withdraw_request(self, made: CodeRequest) -> None:
        """Forget that a request was made, unless its code was; the number may then ask again at once."""

    def claim_sending(self, number: str, code: str, account: str, now: datetime) -> CodeRequest | None:
        """Give the waiting request its code, once; None where none waits or it has waited too long."""

    def unclaim_sending(self, request: CodeRequest) -> None:
        """Take the code away again that could not be sent."""

    def count_attempt(self, number: str, request: str, now: datetime) -> CodeRequest | None:
        """Count one guess at the code of this request; None where no guess is possible: used, expired, replaced, guessed out."""

    def use_code(self, number: str, request: str, attempt: int, code: str, now: datetime) -> bool:
        """Use the code up, if it is this one and still good; True again for the same attempt, False for every other."""

    def count_address(self, address: str, most: int, now: datetime) -> bool:
        """Count one call of a network address; False where it has `most` already."""

    def account(self, account: str) -> Account | None:
        """The account of that id."""

    def add(self, account: Account) -> bool:
        """Keep a new account; False where there is one already."""

    def save(self, account: Account) -> None:
        """Keep the next version of an account; raises LostRace where somebody else has written it."""


class Identity(Protocol):
    """The user pool."""

    def ensure_user(self, phone: str) -> None:
        """Make the user of that number, if there is none; no message is sent. Raises Unavailable."""

    def account_of(self, phone: str) -> str:
        """The account of that number, its user made if there is none; no message is sent."""

    def start(self, phone: str) -> str:
        """Begin a sign-in, which sends the code that waits for its number, and return the pool's session.

        For an account that was disabled the session leads nowhere. Raises Unavailable where the pool does not answer.
        """

    def answer(self, guess: Guess) -> Tokens | None:
        """Answer with a code; None where it was wrong or the session has ended. Raises Unavailable."""

    def confirm(self, account: str) -> None:
        """Mark the user as one who has signed in, so that the account does not lapse; may be repeated. Raises Unavailable."""

    def refresh(self, refresh_token: str) -> Tokens | None:
        """New tokens for a refresh token; None where it is not good. Raises Unavailable."""

    def revoke(self, refresh_token: str) -> None:
        """Make a refresh token worthless; does nothing for one that is not good. Raises Unavailable."""


class Texts(Protocol):
    """SMS to one phone."""

    def send(self, phone: str, text: str) -> None:
        """Send one text at most; raises Unavailable only where it certainly was not sent."""
