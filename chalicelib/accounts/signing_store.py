"""Signing codes in the table Accounts, under hashes; they disappear by themselves (`expires_at`, the table's time to live).

As time to live is lazy, every condition looks at the times as well.
"""

from datetime import datetime
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.accounts.signing import CODE_LIFE, MOST_ATTEMPTS, REMEMBERED, SigningCode
from chalicelib.core.clock import from_epoch, to_epoch
from chalicelib.core.errors import LostRace
from chalicelib.runtime.tables import Table, expires_at


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
            id=_id(made.duty), request=made.id, draft=made.draft, code=made.code, made_at=to_epoch(made.made_at),
            sent_at=[to_epoch(at) for at in made.sent_at], key=made.key or None,
            expires_at=expires_at(made.made_at + REMEMBERED),
        )  # fmt: skip
        standing = Signing.request == previous.id if previous else Signing.id.does_not_exist()
        if not item.save_if(standing):
            raise LostRace()

    def withdraw(self, made: SigningCode) -> None:
        """Forget a code that could not be sent; another may be asked for at once."""
        earlier = [to_epoch(at) for at in made.sent_at[:-1]]
        Signing(id=_id(made.duty)).update_if(
            Signing.request == made.id, [Signing.code.remove(), Signing.key.remove(), Signing.sent_at.set(earlier)]
        )

    def count_attempt(self, duty: str, draft: str, now: datetime) -> SigningCode | None:
        """Count one guess; None where none is possible: never sent, for another draft, expired, guessed out."""
        item = Signing(id=_id(duty))
        counted = item.update_if(
            (Signing.draft == draft)
            & Signing.code.exists()
            & (Signing.attempts < MOST_ATTEMPTS)
            & (Signing.made_at > to_epoch(now - CODE_LIFE)),
            [Signing.attempts.set(Signing.attempts + 1)],
        )
        return _signing(item) if counted else None


def _id(duty: str) -> str:
    return f"signing#{duty}"


def _signing(item: Signing) -> SigningCode:
    return SigningCode(
        duty=str(item.id).removeprefix("signing#"), id=str(item.request), draft=str(item.draft), code=item.code or "",
        made_at=from_epoch(item.made_at), sent_at=tuple(from_epoch(at) for at in item.sent_at), key=item.key or "",
        attempts=int(item.attempts),
    )  # fmt: skip
