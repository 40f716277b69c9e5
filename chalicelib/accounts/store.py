"""The table Accounts through PynamoDB: profiles under the account's id, codes and counts under hashes of numbers and addresses.

What is kept for signing in disappears by itself (`expires_at`, the table's time to live). As time to live is lazy, every condition
looks at the times as well.
"""

from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.accounts.model import Account, Audience, Language
from chalicelib.accounts.sign_in import ADDRESS_WINDOW, CODE_LIFE, MOST_ATTEMPTS, REMEMBERED, SEND_WITHIN, CodeRequest
from chalicelib.contracts.contacts import Channels, QuietHours
from chalicelib.core.clock import from_epoch, from_text, to_epoch, to_text
from chalicelib.core.errors import LostRace
from chalicelib.runtime.tables import Table, expires_at


class Profile(Table):
    """An account's profile; the key is the account's id."""

    class Meta:
        table_name = "accounts"

    setting = "accounts_table"

    id = UnicodeAttribute(hash_key=True)
    phone = UnicodeAttribute()
    created_at = UnicodeAttribute()
    language = UnicodeAttribute()
    audience = UnicodeAttribute()
    sms = BooleanAttribute()
    email_on = BooleanAttribute()
    version = NumberAttribute()
    name = UnicodeAttribute(null=True)
    area = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    quiet_from = UnicodeAttribute(null=True)
    quiet_to = UnicodeAttribute(null=True)


class Number(Table):
    """The latest request for a code of one number; times in seconds since 1970."""

    class Meta:
        table_name = "accounts"

    setting = "accounts_table"

    id = UnicodeAttribute(hash_key=True)
    request = UnicodeAttribute()
    asked_at: ListAttribute[Any] = ListAttribute(of=NumberAttribute)
    made_at = NumberAttribute()
    language = UnicodeAttribute()
    key = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    attempts = NumberAttribute(default=0)
    used_by = NumberAttribute(null=True)
    expires_at = NumberAttribute()


class Address(Table):
    """How many codes one network address has asked for in one hour."""

    class Meta:
        table_name = "accounts"

    setting = "accounts_table"

    id = UnicodeAttribute(hash_key=True)
    calls = NumberAttribute()
    expires_at = NumberAttribute()


class AccountStore:
    """Keeps accounts and codes in the table Accounts."""

    def request(self, number: str) -> CodeRequest | None:
        """The latest request of a number."""
        try:
            return _request(Number.get(_number(number), consistent_read=True))
        except DoesNotExist:
            return None

    def replace_request(self, made: CodeRequest, previous: CodeRequest | None) -> None:
        """Keep a new request in the place of the previous one; raises LostRace where that is the latest no more."""
        item = Number(
            id=_number(made.number), request=made.id, asked_at=[to_epoch(at) for at in made.asked_at],
            made_at=to_epoch(made.made_at), language=made.language, key=made.key or None,
            expires_at=expires_at(made.made_at + REMEMBERED),
        )  # fmt: skip
        standing = Number.request == previous.id if previous else Number.id.does_not_exist()
        if not item.save_if(standing):
            raise LostRace()

    def withdraw_request(self, made: CodeRequest) -> None:
        """Forget that a request was made, unless its code was; the number may then ask again at once."""
        earlier = [to_epoch(at) for at in made.asked_at[:-1]]
        self._update(
            made.number,
            [Number.asked_at.set(earlier), Number.made_at.set(0)],
            (Number.request == made.id) & Number.code.does_not_exist(),
        )

    def claim_sending(self, number: str, code: str, account: str, now: datetime) -> CodeRequest | None:
        """Give the waiting request its code, once; None where none waits or it has waited too long."""
        return self._update(
            number,
            [Number.code.set(code), Number.account.set(account)],
            Number.code.does_not_exist() & (Number.made_at > to_epoch(now - SEND_WITHIN)),
        )

    def unclaim_sending(self, request: CodeRequest) -> None:
        """Take the code away again that could not be sent."""
        self._update(
            request.number, [Number.code.remove()], (Number.request == request.id) & (Number.code == request.code)
        )

    def count_attempt(self, number: str, request: str, now: datetime) -> CodeRequest | None:
        """Count one guess at the code of this request; None where no guess is possible: used, expired, replaced, guessed out."""
        return self._update(
            number,
            [Number.attempts.set(Number.attempts + 1)],
            (Number.request == request)
            & Number.code.exists()
            & Number.used_by.does_not_exist()
            & (Number.attempts < MOST_ATTEMPTS)
            & (Number.made_at > to_epoch(now - CODE_LIFE)),
        )

    def use_code(self, number: str, request: str, attempt: int, code: str, now: datetime) -> bool:
        """Use the code up, if it is this one and still good; True again for the same attempt, False for every other."""
        used = self._update(
            number,
            [Number.used_by.set(attempt)],
            (Number.request == request)
            & (Number.code == code)
            & (Number.used_by.does_not_exist() | (Number.used_by == attempt))
            & (Number.made_at > to_epoch(now - CODE_LIFE)),
        )
        return used is not None

    def count_address(self, address: str, most: int, now: datetime) -> bool:
        """Count one call of a network address; False where it has `most` already."""
        return Address(id=f"address#{address}").update_if(
            Address.calls.does_not_exist() | (Address.calls < most),
            [Address.calls.add(1), Address.expires_at.set(expires_at(now + ADDRESS_WINDOW))],
        )

    def account(self, account: str) -> Account | None:
        """The account of that id."""
        try:
            return _account(Profile.get(account, consistent_read=True))
        except DoesNotExist:
            return None

    def add(self, account: Account) -> bool:
        """Keep a new account; False where there is one already."""
        return _profile(account).save_if(Profile.id.does_not_exist())

    def save(self, account: Account) -> None:
        """Keep the next version of an account; raises LostRace where somebody else has written it."""
        if not _profile(account).save_if(Profile.version == account.version - 1):
            raise LostRace()

    def _update(self, number: str, actions: list[Any], condition: Any) -> CodeRequest | None:
        item = Number(id=_number(number))
        return _request(item) if item.update_if(condition, actions) else None


def _number(number: str) -> str:
    return f"number#{number}"


def _request(item: Number) -> CodeRequest:
    return CodeRequest(
        number=str(item.id).removeprefix("number#"), id=str(item.request),
        made_at=from_epoch(item.made_at), asked_at=tuple(from_epoch(at) for at in item.asked_at),
        language=str(item.language), key=item.key or "", code=item.code or "", account=item.account or "",
        attempts=int(item.attempts), used_by=int(item.used_by or 0),
    )  # fmt: skip


def _profile(account: Account) -> Profile:
    quiet = account.quiet_hours
    return Profile(
        id=account.id, phone=account.phone, created_at=to_text(account.created_at), language=account.language.value,
        audience=account.audience.value, sms=account.channels.sms, email_on=account.channels.email, version=account.version,
        name=account.name or None, area=account.area or None, email=account.email or None,
        quiet_from=quiet.start if quiet else None, quiet_to=quiet.end if quiet else None,
    )  # fmt: skip


def _account(item: Profile) -> Account:
    return Account(
        id=str(item.id), phone=str(item.phone), created_at=from_text(str(item.created_at)), language=Language(item.language),
        audience=Audience(item.audience), channels=Channels(bool(item.sms), bool(item.email_on)), version=int(item.version),
        name=item.name or "", area=item.area or "", email=item.email or "",
        quiet_hours=QuietHours(item.quiet_from, item.quiet_to) if item.quiet_from and item.quiet_to else None,
    )  # fmt: skip
