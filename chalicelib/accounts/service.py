"""The use cases of accounts: sign in by one-time code, stay signed in, sign out, keep a profile, be reached."""

import secrets
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from chalicelib.accounts import sign_in
from chalicelib.accounts.commands import ChangeProfile, ChooseQuietHours, RequestCode, TakeTokens, normal_phone
from chalicelib.accounts.model import Account, Language
from chalicelib.accounts.ports import AreaKnown, Guess, Identity, Store, Tokens
from chalicelib.accounts.sign_in import CodeRequest, CodeSent, Session
from chalicelib.contracts.contacts import Contact, QuietHours
from chalicelib.core.clock import Clock
from chalicelib.core.codes import keyed_hash
from chalicelib.core.errors import (
    FieldError,
    Invalid,
    LostRace,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
    invalid,
)
from chalicelib.core.phones import may_send

_RACES = 5


class Rules(msgspec.Struct, frozen=True):
    """What differs between stages: the stage, the secret, and how many codes one network address may ask for in an hour."""

    stage: str
    secret: str
    codes_per_address: int


class AccountsService:
    """One method a use case."""

    def __init__(self, store: Store, identity: Identity, has_area: AreaKnown, clock: Clock, rules: Rules) -> None:
        self._store = store
        self._identity = identity
        self._has_area = has_area
        self._clock = clock
        self._rules = rules

    # Signing in

    def request_code(self, command: RequestCode, address: str, key: str, language: str) -> CodeSent:
        """Send a code to a number and begin its sign-in; the same for every number, known or not.

        `address` is the caller's network address. A call with the Idempotency-Key of the request that stands sends nothing
        and begins its sign-in again. Raises Invalid for anything but a Vietnamese mobile number, TooMany, Unavailable.
        """
        phone = self.phone(command.phone)
        called_at = self._clock()
        self._count_address(address, called_at)
        request = self._request(phone, key, language)
        try:
            self._identity.ensure_user(phone)
            session = self._start(phone, request)
        except Unavailable:
            self._store.withdraw_request(request)
            raise
        return CodeSent(
            session,
            expires_in=sign_in.seconds(min(request.expires_at - called_at, sign_in.CODE_LIFE)),
            resend_after=sign_in.seconds(min(request.resend_at - called_at, sign_in.RESEND_AFTER)),
        )

    def sign_in(self, command: TakeTokens, language: str) -> Tokens:
        """Tokens for the right code, once; the first time makes the account.

        Raises Invalid for anything but a Vietnamese mobile number, Unavailable, and Unauthenticated: with a new session for
        a wrong code, without one where no guess was possible.
        """
        phone = normal_phone(command.phone)
        session = sign_in.open_session(self._rules.secret, phone, command.session)
        counted = self._store.count_attempt(self._number(phone), session.request, self._clock())
        if counted is None:
            raise Unauthenticated("error.code_ended")
        tokens = self._identity.answer(self._guess(phone, session, counted, command.code))
        if tokens is None:
            raise self._wrong_code(phone, counted)
        self._ensure_account(tokens.account, phone, language)
        return tokens

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for a refresh token; raises Unauthenticated for one that has ended or never was, Unavailable."""
        tokens = self._identity.refresh(refresh_token)
        if tokens is None:
            raise Unauthenticated()
        return tokens

    def sign_out(self, refresh_token: str) -> None:
        """Make a refresh token worthless; like RFC 7009, content with one that was so already. Raises Unavailable."""
        self._identity.revoke(refresh_token)

    # People who come by another way

    def phone(self, text: str) -> str:
        """The number (E.164) that somebody typed; raises Invalid for `phone` unless a message may go there."""
        phone = normal_phone(text)
        if not may_send(phone, self._rules.stage):
            raise invalid("phone", "field.phone")
        return phone

    def enrol(self, phone: str, name: str) -> str:
        """The account of a number (E.164), made as a first sign-in would; the name is kept where the account is new.

        No message is sent: whoever owns the number signs in whenever they like. Raises Unavailable.
        """
        account = self._identity.account_of(phone)
        self._ensure_account(account, phone, Language.VIETNAMESE, name)
        return account

    # The profile

    def profile(self, account: str) -> Account:
        """The caller's own account; raises NotFound where it is gone."""
        found = self._store.account(account)
        if found is None:
            raise NotFound()
        return found

    def change_profile(self, account: str, command: ChangeProfile) -> Account:
        """Change what the command names; raises Invalid naming every wrong field, NotFound, LostRace after many lost races."""
        for _ in range(_RACES):
            standing = self.profile(account)
            changed = self._changed(standing, command)
            if changed == standing:
                return standing
            changed = replace(changed, version=standing.version + 1)
            try:
                self._store.save(changed)
            except LostRace:
                continue
            return changed
        raise LostRace()

    def contact(self, account: str) -> Contact | None:
        """How to reach a person; None where there is no such account."""
        found = self._store.account(account)
        return found.contact() if found else None

    def _number(self, phone: str) -> str:
        return sign_in.number_key(self._rules.secret, phone)

    def _count_address(self, address: str, now: datetime) -> None:
        key = sign_in.address_key(self._rules.secret, address, now)
        if not self._store.count_address(key, self._rules.codes_per_address, now):
            raise TooMany(retry_after=sign_in.address_wait(now))

    def _request(self, phone: str, key: str, language: str) -> CodeRequest:
        number = self._number(phone)
        hashed = keyed_hash(self._rules.secret, "sign-in key", key) if key else ""
        for _ in range(_RACES):
            now = self._clock()
            previous = self._store.request(number)
            if previous and previous.repeats(hashed, now):
                return previous
            made = CodeRequest(
                number=number, id=secrets.token_hex(8), made_at=now, asked_at=sign_in.times_asked(previous, now),
                language=language, key=hashed,
            )  # fmt: skip
            try:
                self._store.replace_request(made, previous)
            except LostRace:
                continue
            return made
        raise Unavailable()

    def _start(self, phone: str, request: CodeRequest) -> str:
        session = Session(request.id, self._identity.start(phone))
        return sign_in.seal_session(self._rules.secret, phone, session)

    def _guess(self, phone: str, session: Session, counted: CodeRequest, code: str) -> Guess:
        voucher = sign_in.voucher(self._rules.secret, phone, counted.id, counted.attempts, code)
        return Guess(counted.account, session.cognito, code, counted.id, counted.attempts, voucher)

    def _wrong_code(self, phone: str, counted: CodeRequest) -> Unauthenticated:
        # The last wrong guess gets a session as well, so that every wrong code is answered in one form; it leads nowhere.
        words = "error.code_wrong" if counted.attempts_left() else "error.code_ended"
        return Unauthenticated(words, session=self._start(phone, counted))

    def _ensure_account(self, account: str, phone: str, language: str, name: str = "") -> None:
        if self._store.account(account) is None:
            self._identity.confirm(account)
            made = Account(id=account, phone=phone, language=Language(language), name=name, created_at=self._clock())
            self._store.add(made)

    def _changed(self, account: Account, command: ChangeProfile) -> Account:
        wanted = _wanted(command)
        errors = command.problems()
        if wanted.get("area") and not self._has_area(wanted["area"]):
            errors.append(FieldError("area", "field.area"))
        if command.channels is not UNSET:
            chosen = {name: way for name in ("sms", "email") if (way := getattr(command.channels, name)) is not UNSET}
            wanted["channels"] = replace(account.channels, **chosen)
        changed = replace(account, **wanted)
        if changed.channels.email and not changed.email:
            errors.append(FieldError("email", "field.email_needed"))
        if errors:
            raise Invalid(errors)
        return changed


def _wanted(command: ChangeProfile) -> dict[str, Any]:
    """The new values of the fields that the command names, but for the channels."""
    fields = ("name", "audience", "area", "language", "email", "quiet_hours")
    wanted = {name: value for name in fields if (value := getattr(command, name)) is not UNSET}
    quiet = wanted.get("quiet_hours")
    if isinstance(quiet, ChooseQuietHours):
        wanted["quiet_hours"] = QuietHours(quiet.start, quiet.end)
    return wanted | {name: wanted[name] or "" for name in ("name", "area", "email") if name in wanted}
