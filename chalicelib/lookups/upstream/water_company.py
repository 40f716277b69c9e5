"""The contract `water`: bills by SOAP 1.1 and XML (docs/providers.md has the fields).

Whatever does not fit the contract is refused as malformed: better no answer than a wrong bill.
"""

import re
from datetime import date, datetime
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from chalicelib.lookups.upstream.asking import CallFailed, Fault
from chalicelib.lookups.upstream.exchange import Reply, Request, Secrets, Transport, body_of
from chalicelib.lookups.upstream.sources import Bill, Customer

NAMESPACE = "urn:yenbai-s:water-billing:1"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_PASSWORD = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"  # noqa: S105
_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{soap}"><soap:Header>'
    '<wsse:Security xmlns:wsse="{security}" soap:mustUnderstand="1"><wsse:UsernameToken><wsse:Username>{user}</wsse:Username>'
    '<wsse:Password Type="{kind}">{password}</wsse:Password></wsse:UsernameToken></wsse:Security></soap:Header><soap:Body>'
    '<GetBills xmlns="{namespace}"><CustomerCode>{code}</CustomerCode></GetBills></soap:Body></soap:Envelope>'
)
# As they are written in Vietnam: a dot between thousands, a comma before the fraction.
_NUMBER = re.compile(r"(?:\d{1,9}|\d{1,3}(?:\.\d{3}){1,3})(?:,\d{1,3})?")
_MOST_BILLS = 60
_TOLERANCE = 0.5  # m³


class WaterCompany:
    """A water company's interface, under `base_url`; `provider` names its secret, `user:password`."""

    def __init__(self, provider: str, base_url: str, transport: Transport, secrets: Secrets) -> None:
        self._provider = provider
        self._base_url = base_url
        self._transport = transport
        self._secrets = secrets

    def bills(self, code: str, seconds: float) -> Customer | None:
        """The bills, None where there is no such customer; raises CallFailed."""
        user, _, password = self._secrets.secret(self._provider).partition(":")
        said = {"user": user, "password": password, "code": code}
        envelope = _ENVELOPE.format(
            soap=_SOAP, security=_SECURITY, kind=_PASSWORD, namespace=NAMESPACE,
            **{name: escape(text) for name, text in said.items()},
        )  # fmt: skip
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}/GetBills"'}
        request = Request(f"{self._base_url}/services/BillingService", headers, envelope.encode())
        reply = self._transport.send(request, seconds)
        if reply.status == 500 and _is_unknown_customer(reply):
            return None
        answer = _read(body_of(reply)).find(f"{{{_SOAP}}}Body/{_tag('GetBillsResponse')}")
        if answer is None:
            raise CallFailed(Fault.MALFORMED)
        try:
            return _customer(answer)
        except (ValueError, TypeError):
            # Without its cause: that would quote the answer.
            raise CallFailed(Fault.MALFORMED) from None


def _customer(answer: Element) -> Customer:
    """Raises ValueError for what does not fit."""
    phone_end, bills = answer.findtext(_tag("PhoneEnd")), answer.findall(_tag("Bill"))
    if (phone_end and not re.fullmatch(r"[0-9]{4}", phone_end)) or len(bills) > _MOST_BILLS:
        raise ValueError
    return Customer(_text(answer, "CustomerCode"), phone_end or None, tuple(map(_bill, bills)))


def _bill(bill: Element) -> Bill:
    amount, volume = _amount(bill), _number(_text(bill, "Volume"))
    tiers = [(_number(_text(tier, "Volume")), _whole(_text(tier, "Price"))) for tier in bill.findall(_tag("Tier"))]
    if tiers and abs(sum(quantity for quantity, _ in tiers) - volume) > _TOLERANCE:
        raise ValueError
    before, after = (bill.findtext(_tag(name)) for name in ("PreviousReading", "Reading"))
    more: dict[str, Any] = {"volume": volume, "tiers": tiers or None}
    if before or after:
        more |= {"previous_reading": _number(before or ""), "reading": _number(after or "")}
        if abs(more["reading"] - more["previous_reading"] - volume) > _TOLERANCE:
            raise ValueError
    paid = {"0": False, "1": True}.get(_text(bill, "Paid"))
    if paid is None:
        raise ValueError
    return Bill(_month(_text(bill, "Period")), amount, _day(_text(bill, "DueDate")), paid, more)


def _amount(bill: Element) -> int:
    amount = bill.find(_tag("Amount"))
    if amount is None or amount.get("currency") != "VND":
        raise ValueError
    return _whole((amount.text or "").strip())


def _text(parent: Element, name: str) -> str:
    """The text of the one element of that name; raises ValueError where there is none or more."""
    (found,) = parent.findall(_tag(name))
    return (found.text or "").strip()


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise ValueError
    plain = text.replace(".", "").replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _whole(text: str) -> int:
    number = _number(text)
    if not isinstance(number, int):
        raise ValueError
    return number


def _month(text: str) -> str:
    return f"{datetime.strptime(text, '%m/%Y'):%Y-%m}"  # noqa: DTZ007 - a month, no moment


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day, no moment


def _is_unknown_customer(reply: Reply) -> bool:
    """Whether a fault speaks of the customer."""
    try:
        code = _read(reply.body).findtext(f"{{{_SOAP}}}Body/{{{_SOAP}}}Fault/faultcode", "")
    except CallFailed:
        return False
    return code.strip().rpartition(":")[2] == "Client.CustomerNotFound"


def _read(body: bytes) -> Element:
    """The document, without DTD, entities or references to outside; raises CallFailed."""
    try:
        document: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise CallFailed(Fault.MALFORMED) from None
    return document


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
