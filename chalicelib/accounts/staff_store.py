"""Sessions of the staff in the table Accounts, under hashes; they disappear by themselves (`expires_at`, its time to live)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from chalicelib.accounts.staff import StaffSession
from chalicelib.core.staff import Member
from chalicelib.runtime.tables import REFUSED, Table

_SECOND = timedelta(seconds=1)


class Session(Table):
    """One session; times in seconds since 1970. Without a token it has ended."""

    class Meta:
        table_name = "accounts"

    setting = "accounts_table"

    id = UnicodeAttribute(hash_key=True)
    user = UnicodeAttribute()
    email = UnicodeAttribute()
    groups = UnicodeAttribute(null=True)
    token = UnicodeAttribute(null=True)
    began_at = NumberAttribute()
    seen_at = NumberAttribute()
    asked_at = NumberAttribute()
    expires_at = NumberAttribute()


class Tries(Table):
    """How many sign-ins were tried for one e-mail address in one quarter of an hour."""

    class Meta:
        table_name = "accounts"

    setting = "accounts_table"

    id = UnicodeAttribute(hash_key=True)
    calls = NumberAttribute()
    expires_at = NumberAttribute()


class StaffStore:
    """Keeps sessions of the staff."""

    def count_try(self, key: str, most: int, until: datetime) -> bool:
        """Count one try under a key that is good until then; False where it has `most` already."""
        return _updated(
            Tries(id=f"staff-tries#{key}"),
            [Tries.calls.add(1), Tries.expires_at.set(_lapse(until))],
            Tries.calls.does_not_exist() | (Tries.calls < most),
        )

    def keep(self, session: StaffSession, until: datetime) -> None:
        """Keep a new session until then at least."""
        Session(
            id=_id(session.id), user=session.member.user, email=session.member.email,
            groups=",".join(session.member.groups) or None, token=session.refresh_token, began_at=_epoch(session.began_at),
            seen_at=_epoch(session.seen_at), asked_at=_epoch(session.asked_at), expires_at=_lapse(until),
        ).save()  # fmt: skip

    def session(self, identifier: str) -> StaffSession | None:
        """The session that was kept and has not been ended."""
        try:
            item = Session.get(_id(identifier), consistent_read=True)
        except DoesNotExist:
            return None
        if not item.token:
            return None
        groups = tuple(item.groups.split(",")) if item.groups else ()
        return StaffSession(
            id=identifier, member=Member(str(item.user), str(item.email), groups), refresh_token=item.token,
            began_at=_moment(item.began_at), seen_at=_moment(item.seen_at), asked_at=_moment(item.asked_at),
        )  # fmt: skip

    def mark(self, session: StaffSession) -> None:
        """Keep when it was seen, when the pool was asked, and the groups; nothing for one that was ended meanwhile."""
        groups = ",".join(session.member.groups)
        _updated(
            Session(id=_id(session.id)),
            [
                Session.seen_at.set(_epoch(session.seen_at)), Session.asked_at.set(_epoch(session.asked_at)),
                Session.groups.set(groups) if groups else Session.groups.remove(),
            ],
            Session.token.exists(),
        )  # fmt: skip

    def end(self, identifier: str) -> None:
        """End a session for good, its token forgotten."""
        _updated(Session(id=_id(identifier)), [Session.token.remove()], Session.token.exists())


def _updated(item: Session | Tries, actions: list[Any], condition: Any) -> bool:
    try:
        item.update(actions, condition=condition)
    except UpdateError as error:
        if error.cause_response_code != REFUSED:
            raise
        return False
    return True


def _id(identifier: str) -> str:
    return f"staff-session#{identifier}"


def _epoch(moment: datetime) -> float:
    return round(moment.timestamp(), 3)


def _lapse(until: datetime) -> int:
    return int((until + _SECOND).timestamp())


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
