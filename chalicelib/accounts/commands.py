"""What callers ask of accounts, as types; and the rules of a field that a type cannot say."""

import re
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.accounts.model import Audience, Language
from chalicelib.core.emails import is_email
from chalicelib.core.errors import FieldError, invalid

Phone = Annotated[str, msgspec.Meta(min_length=9, max_length=24)]
Token = Annotated[str, msgspec.Meta(min_length=20, max_length=8192)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]

_PHONE = re.compile(r"[+(]?[0-9][0-9 .()-]+")


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request's content."""


class RequestCode(Command, frozen=True, kw_only=True):
    """Whom to send a code: a Vietnamese mobile number, written with or without +84, blanks and dots."""

    phone: Phone


class TakeTokens(Command, frozen=True, kw_only=True):
    """The code that came by SMS, and the session of the answer before: from asking for the code, or from a wrong one."""

    phone: Phone
    code: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$")]
    session: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class Refresh(Command, frozen=True, kw_only=True):
    """The refresh token of an earlier sign-in."""

    refresh_token: Token


class SignOut(Command, frozen=True, kw_only=True):
    """The refresh token that must not work any more."""

    refresh_token: Token


class ChooseChannels(Command, frozen=True, kw_only=True):
    """The ways to switch on or off; one that is left out stays as it is."""

    sms: bool | UnsetType = UNSET
    email: bool | UnsetType = UNSET


class ChooseQuietHours(Command, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """From when to when only urgent messages may come: HH:MM in Vietnam time, over midnight where `to` is the earlier one."""

    start: TimeOfDay
    end: TimeOfDay


class ChangeProfile(Command, frozen=True, kw_only=True):
    """What to change; a field that is left out stays as it is, null takes it away."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | UnsetType | None = UNSET
    audience: Audience | UnsetType = UNSET
    area: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    channels: ChooseChannels | UnsetType = UNSET
    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)] | UnsetType | None = UNSET
    quiet_hours: ChooseQuietHours | UnsetType | None = UNSET

    def problems(self) -> list[FieldError]:
        """What is wrong with the fields by themselves."""
        errors = []
        if isinstance(self.email, str) and not is_email(self.email):
            errors.append(FieldError("email", "field.email"))
        if isinstance(self.quiet_hours, ChooseQuietHours) and self.quiet_hours.start == self.quiet_hours.end:
            errors.append(FieldError("quiet_hours.to", "field.quiet_hours"))
        return errors


def normal_phone(text: str) -> str:
    """The Vietnamese mobile number in E.164 that a person typed as 09…, 84… or +84…; raises Invalid for anything else."""
    # Imported on use: only signing in needs it, and every cold start would pay for it.
    import phonenumbers

    if not _PHONE.fullmatch(text):
        raise invalid("phone", "field.phone")
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        raise invalid("phone", "field.phone") from None
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if number.country_code != 84 or not is_mobile:
        raise invalid("phone", "field.phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
