"""An account: who a person says they are and how they want to be reached."""

from datetime import datetime
from enum import StrEnum

import msgspec

from chalicelib.contracts.contacts import Channels, Contact, QuietHours


class Audience(StrEnum):
    """For whom a person speaks; content is chosen by it."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    COOPERATIVE = "cooperative"


class Language(StrEnum):
    """The languages we speak."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


AT_FIRST = Channels()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One person's account; `id` is the subject of their tokens, `phone` is in E.164, what was not given is empty."""

    id: str
    phone: str
    created_at: datetime
    language: Language = Language.VIETNAMESE
    name: str = ""
    audience: Audience = Audience.CITIZEN
    area: str = ""
    channels: Channels = AT_FIRST
    email: str = ""
    quiet_hours: QuietHours | None = None
    version: int = 1

    def contact(self) -> Contact:
        """How to reach this person."""
        return Contact(self.phone, self.email, self.name, self.language.value, self.channels, self.quiet_hours)
