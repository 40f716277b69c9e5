"""Telephone numbers and e-mail addresses of agencies and officers, as people type them."""

from chalicelib.core.emails import is_email
from chalicelib.core.errors import FieldError


def office_number(text: str) -> str | None:
    """The number of an office (E.164), of whatever kind; None for what is none in Vietnam."""
    return _number(text, mobile=False)


def mobile_number(text: str) -> str | None:
    """The number (E.164) of a phone that an SMS can reach; None for what is none in Vietnam."""
    return _number(text, mobile=True)


def email_problem(field: str, text: str) -> list[FieldError]:
    """What is wrong with an address."""
    return [] if is_email(text) else [FieldError(field, "field.email")]


def _number(text: str, mobile: bool) -> str | None:
    # Imported on use: only a change of the directory needs it, and every cold start would pay for it.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 84 or not phonenumbers.is_valid_number(number):
        return None
    if mobile and phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
