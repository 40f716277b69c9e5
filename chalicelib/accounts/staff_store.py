"""Sessions of the staff in the table Accounts, under hashes; they disappear by themselves (`expires_at`, its time to live)."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.accounts.staff import StaffSession
from chalicelib.core.clock import from_epoch, to_epoch
from chalicelib.core.staff import Member
from chalicelib.runtime.tables import Table, expires_at


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
        return Tries(id=f"staff-tries#{key}").update_if(
            Tries.calls.does_not_exist() | (Tries.calls < most),
            [Tries.calls.add(1), Tries.expires_at.set(expires_at(until))],
        )

    def keep(self, session: StaffSession, until: datetime) -> None:
        """Keep a new session until then at least."""
        Session(
            id=_id(session.id), user=session.member.user, email=session.member.email,
            groups=",".join(session.member.groups) or None, token=session.refresh_token, began_at=to_epoch(session.began_at),
            seen_at=to_epoch(session.seen_at), asked_at=to_epoch(session.asked_at), expires_at=expires_at(until),
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
            began_at=from_epoch(item.began_at), seen_at=from_epoch(item.seen_at), asked_at=from_epoch(item.asked_at),
        )  # fmt: skip

    def mark(self, session: StaffSession) -> None:
        """Keep when it was seen, when the pool was asked, and the groups; nothing for one that was ended meanwhile."""
        groups = ",".join(session.member.groups)
        Session(id=_id(session.id)).update_if(
            Session.token.exists(),
            [
                Session.seen_at.set(to_epoch(session.seen_at)), Session.asked_at.set(to_epoch(session.asked_at)),
                Session.groups.set(groups) if groups else Session.groups.remove(),
            ],
        )  # fmt: skip

    def end(self, identifier: str) -> None:
        """End a session for good, its token forgotten."""
        Session(id=_id(identifier)).update_if(Session.token.exists(), [Session.token.remove()])


def _id(identifier: str) -> str:
    return f"staff-session#{identifier}"
