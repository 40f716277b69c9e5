"""Accounts as their owners see them."""

from datetime import datetime

import msgspec

from chalicelib.accounts.model import Account, Audience, Language
from chalicelib.accounts.ports import Tokens
from chalicelib.accounts.sign_in import CodeSent


class CodeSentView(msgspec.Struct, frozen=True):
    """The session to answer with; for how many seconds the code is good, and after how many it can be asked for again."""

    session: str
    expires_in: int
    resend_after: int


class TokensView(msgspec.Struct, frozen=True):
    """What to send as `Authorization: Bearer <access_token>` for `expires_in` seconds, and how to go on after them."""

    access_token: str
    refresh_token: str
    expires_in: int


class ChannelsView(msgspec.Struct, frozen=True):
    """By which ways messages come, beside the inbox."""

    sms: bool
    email: bool


class QuietHoursView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """From when to when only urgent messages come: HH:MM in Vietnam time."""

    start: str
    end: str


class ProfileView(msgspec.Struct, frozen=True):
    """One's own account; what was not given is null."""

    id: str
    phone: str
    name: str | None
    audience: Audience
    area: str | None
    language: Language
    channels: ChannelsView
    email: str | None
    quiet_hours: QuietHoursView | None
    created_at: datetime
    version: int


def code_sent_view(sent: CodeSent) -> CodeSentView:
    """The answer to a request for a code."""
    return CodeSentView(sent.session, sent.expires_in, sent.resend_after)


def tokens_view(tokens: Tokens) -> TokensView:
    """The answer to a sign-in or a refresh."""
    return TokensView(tokens.access_token, tokens.refresh_token, tokens.expires_in)


def profile_view(account: Account) -> ProfileView:
    """One's own account."""
    quiet = account.quiet_hours
    return ProfileView(
        id=account.id,
        phone=account.phone,
        name=account.name or None,
        audience=account.audience,
        area=account.area or None,
        language=account.language,
        channels=ChannelsView(account.channels.sms, account.channels.email),
        email=account.email or None,
        quiet_hours=QuietHoursView(quiet.start, quiet.end) if quiet else None,
        created_at=account.created_at,
        version=account.version,
    )
