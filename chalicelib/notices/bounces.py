"""What Amazon SES says of e-mails that did not arrive or were not wanted, and the key of an address (pure).

Source: "Contents of event data that Amazon SES publishes to Amazon SNS" in the developer guide of SES.
"""

import hashlib
import hmac
from email.utils import parseaddr
from enum import StrEnum

import msgspec


class Reason(StrEnum):
    """Why an address is not written to any more."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """One recipient that an event is about."""

    email_address: str


class Bounce(msgspec.Struct, frozen=True, rename="camel"):
    """An e-mail that came back. `bounce_type` is Permanent, Transient or Undetermined."""

    bounce_type: str
    bounced_recipients: tuple[Person, ...]


class Complaint(msgspec.Struct, frozen=True, rename="camel"):
    """An e-mail that its reader marked as unwanted."""

    complained_recipients: tuple[Person, ...]


class Mail(msgspec.Struct, frozen=True):
    """The e-mail that an event is about: from whom (`source`), to whom."""

    source: str
    destination: tuple[str, ...]


class MailEvent(msgspec.Struct, frozen=True, rename="camel"):
    """One event of SES, as it publishes them for a configuration set."""

    event_type: str
    mail: Mail
    bounce: Bounce | None = None
    complaint: Complaint | None = None


def suppressed(event: MailEvent, sender: str) -> tuple[Reason, tuple[str, ...]]:
    """The addresses that must not be written to again, none after a bounce that may pass.

    Raises ValueError for what SES would not have said: another kind of event, an e-mail that is not from `sender`, a recipient it
    was not sent to.
    """
    if _plain(event.mail.source) != _plain(sender):
        raise ValueError("an event about an e-mail that is not ours")
    if event.event_type == "Bounce" and event.bounce is not None:
        reason, people = Reason.BOUNCE, event.bounce.bounced_recipients
    elif event.event_type == "Complaint" and event.complaint is not None:
        reason, people = Reason.COMPLAINT, event.complaint.complained_recipients
    else:
        raise ValueError("an event of another kind")
    addresses = tuple(_plain(person.email_address) for person in people)
    if not addresses or not set(addresses) <= {_plain(one) for one in event.mail.destination}:
        raise ValueError("an event about somebody who was not written to")
    if event.bounce is not None and event.bounce.bounce_type != "Permanent":
        return reason, ()
    return reason, addresses


def key_of(address: str, secret: str) -> str:
    """The name under which an address is remembered, which does not lead back to it."""
    return hmac.new(secret.encode(), f"bounced\n{_plain(address)}".encode(), hashlib.sha256).hexdigest()


def _plain(address: str) -> str:
    return parseaddr(address)[1].lower()
