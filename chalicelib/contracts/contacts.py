"""How to reach a person, as the slice accounts tells those who may know: notices, and an agency's page with consent."""

import msgspec


class Channels(msgspec.Struct, frozen=True):
    """By which ways a person wants to hear from us, beside the inbox, which everybody has."""

    sms: bool = True
    email: bool = False


class QuietHours(msgspec.Struct, frozen=True):
    """Hours of the day in which only urgent messages may come: `HH:MM` in Vietnam time; a start after the end spans midnight."""

    start: str
    end: str


class Contact(msgspec.Struct, frozen=True):
    """Where one account's messages go: phone in E.164, e-mail and name empty where not given, language vi or en."""

    phone: str
    email: str
    name: str
    language: str
    channels: Channels
    quiet_hours: QuietHours | None
