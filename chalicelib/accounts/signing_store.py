"""Signing codes in the table Accounts, under hashes; they disappear by themselves (`expires_at`, the table's time to live).

As time to live is lazy, every condition looks at the times as well.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError

from chalicelib.accounts.signing import CODE_LIFE, MOST_ATTEMPTS, REMEMBERED, SigningCode
from chalicelib.core.errors import LostRace
from chalicelib.runtime.tables import REFUSED, Table

_SECOND = timedelta(seconds=1)


class Signing(Table):
    """The latest code for one thing to sign; times in seconds since 1970."""

    class Meta:
        table_name = "accounts"

    setting = "accounts_table"

    id = UnicodeAttribute(hash_key=True)
    request = UnicodeAttribute()
    draft = UnicodeAttribute()
    code = UnicodeAttribute(null=True)
    made_at = NumberAttribute()
    sent_at: ListAttribute[Any] = ListAttribute(of=NumberAttribute)
    key = UnicodeAttribute(null=True)
    attempts = NumberAttribute(default=0)
    expires_at = NumberAttribute()


class SigningStore:
    """Keeps signing codes."""

    def latest(self, duty: str) -> SigningCode | None:
        """The latest code of a thing."""
        try:
            return _signing(Signing.get(_id(duty), consistent_read=True))
        except DoesNotExist:
            return None

    def replace(self, made: SigningCode, previous: SigningCode | None) -> None:
        """Keep a code in the place of the previous one; raises LostRace where that is the latest no more."""
        item = Signing(
            id=_id(made.duty), request=made.id, draft=made.draft, code=made.code, made_at=_epoch(made.made_at),
            sent_at=[_epoch(at) for at in made.sent_at], key=made.key or None,
            expires_at=int(_epoch(made.made_at + REMEMBERED + _SECOND)),
        )  # fmt: skip
        standing = Signing.request == previous.id if previous else Signing.id.does_not_exist()
        try:
            item.save(condition=standing)
        except PutError as error:
            _only_refused(error)
            raise LostRace() from None

    def withdraw(self, made: SigningCode) -> None:
        """Forget a code that could not be sent; another may be asked for at once."""
        earlier = [_epoch(at) for at in made.sent_at[:-1]]
        try:
            Signing(id=_id(made.duty)).update(
                [Signing.code.remove(), Signing.key.remove(), Signing.sent_at.set(earlier)],
                condition=Signing.request == made.id,
            )
        except UpdateError as error:
            _only_refused(error)

    def count_attempt(self, duty: str, draft: str, now: datetime) -> SigningCode | None:
        """Count one guess; None where none is possible: never sent, for another draft, expired, guessed out."""
        item = Signing(id=_id(duty))
        try:
            item.update(
                [Signing.attempts.set(Signing.attempts + 1)],
                condition=(Signing.draft == draft)
                & Signing.code.exists()
                & (Signing.attempts < MOST_ATTEMPTS)
                & (Signing.made_at > _epoch(now - CODE_LIFE)),
            )
        except UpdateError as error:
            _only_refused(error)
            return None
        return _signing(item)


def _only_refused(error: PutError | UpdateError) -> None:
    if error.cause_response_code != REFUSED:
        raise error


def _id(duty: str) -> str:
    return f"signing#{duty}"


def _epoch(moment: datetime) -> float:
    return round(moment.timestamp(), 3)


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _signing(item: Signing) -> SigningCode:
    return SigningCode(
        duty=str(item.id).removeprefix("signing#"), id=str(item.request), draft=str(item.draft), code=item.code or "",
        made_at=_moment(item.made_at), sent_at=tuple(_moment(at) for at in item.sent_at), key=item.key or "",
        attempts=int(item.attempts),
    )  # fmt: skip
