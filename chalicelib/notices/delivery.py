"""Sending one recorded notice: look again, find the address, make the message, claim, hand over, write down what came of it.

Everything that can go wrong without a provider happens before the claim, so that a claim is followed by nothing but the call.
"""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from chalicelib.contracts.contacts import Contact, QuietHours
from chalicelib.core.clock import Clock
from chalicelib.notices.model import Channel, Notice, Role, Side, State
from chalicelib.notices.planning import address_of, may_go, rings_at
from chalicelib.notices.ports import (
    Bounces,
    Busy,
    Case,
    Contacts,
    Directory,
    Journal,
    Letter,
    Mailer,
    Officer,
    Refused,
    Sms,
    Store,
    Texter,
    Unanswered,
)
from chalicelib.notices.rendering import Renderer
from chalicelib.notices.rules import WITHOUT_REPORTER, Rule, rule_of

# How often the true end of an attempt is written over what others wrote meanwhile.
_TRIES = 5

Message = Letter | Sms


class Outcome(StrEnum):
    """What one visit to a notice came to; `again` asks for another soon."""

    SENT = "sent"
    AGAIN = "again"
    LATER = "later"
    ENDED = "ended"


class Post(msgspec.Struct, frozen=True):
    """The providers, by channel."""

    mailer: Mailer
    texter: Texter

    def send(self, message: Message) -> str:
        """Hand one message over; the provider's number for it. Raises Refused, Busy or Unanswered."""
        return self.mailer.send(message) if isinstance(message, Letter) else self.texter.send(message)


class Delivery:
    """Sends notices, each at most once for all that is known, whoever else is at it.

    `night` are the quiet hours of officers and of people who chose none.
    """

    def __init__(
        self, store: Store, directory: Directory, contacts: Contacts, renderer: Renderer, post: Post, journal: Journal,
        clock: Clock, night: QuietHours, bounces: Bounces,
    ) -> None:  # fmt: skip
        self._store = store
        self._directory = directory
        self._contacts = contacts
        self._renderer = renderer
        self._post = post
        self._journal = journal
        self._clock = clock
        self._night = night
        self._bounces = bounces

    def deliver(self, notice: Notice, case: Case) -> Outcome:
        """Send the notice if it is anybody's turn to and nobody else is at it."""
        now = self._clock()
        if notice.abandoned(now):
            return self._retry(notice, notice.doubted(now, "lease_ended"))
        if not notice.may_be_tried(now):
            return Outcome.LATER if notice.open else Outcome.ENDED
        rule = rule_of(notice)
        if not may_go(notice, rule, case):
            return self._change(notice, notice.obsolete(), "NoticeObsolete")
        try:
            message = self._prepare(notice, rule, case, now)
        except Refused as error:
            return self._change(notice, notice.failed(error.words), "NoticeFailed")
        except Exception as error:
            # One recipient's broken contact or template must not stop the others; logged with its cause, tried again, given up.
            self._journal.trouble(notice, error)
            return self._retry(notice, notice.postponed(now, "not_composed"))
        if isinstance(message, datetime):
            return self._change(notice, notice.deferred(message), "NoticeDeferred")
        return self._claim_and_send(notice, message)

    def give_up(self, notice: Notice, reason: str) -> Outcome:
        """End a notice that can never be sent."""
        return self._change(notice, notice.failed(reason), "NoticeFailed")

    def _claim_and_send(self, notice: Notice, message: Message) -> Outcome:
        claimed = notice.claimed(self._clock())
        if not self._store.replace(notice, claimed):
            return Outcome.LATER
        try:
            message_id = self._post.send(message)
        except Refused as error:
            return self._change(claimed, claimed.failed(error.words), "NoticeFailed")
        except Busy as error:
            return self._retry(claimed, claimed.postponed(self._clock(), error.words))
        except Unanswered as error:
            return self._retry(claimed, claimed.doubted(self._clock(), error.words))
        except Exception as error:
            # An error nobody foresaw, in the middle of the call: as doubtful as no answer. Logged with its cause.
            self._journal.trouble(claimed, error)
            return self._retry(claimed, claimed.doubted(self._clock(), "unexpected"))
        self._write_sent(claimed, message_id)
        return Outcome.SENT

    def _write_sent(self, claimed: Notice, message_id: str) -> None:
        """Write that a provider took it, whatever others have written since: it is the truth."""
        standing = claimed
        for _ in range(_TRIES):
            if self._store.replace(standing, standing.sent(message_id)):
                self._journal.note("NoticeSent", standing.sent(message_id))
                return
            found = self._store.notice(claimed.event, claimed.recipient, claimed.channel)
            if found is None:
                return
            standing = found

    def _retry(self, old: Notice, new: Notice) -> Outcome:
        outcomes = {State.FAILED: "NoticeFailed", State.UNCERTAIN: "NoticeUncertain", State.RECORDED: "NoticeRetried"}
        written = self._change(old, new, outcomes[new.state])
        return Outcome.AGAIN if new.open else written

    def _change(self, old: Notice, new: Notice, outcome: str) -> Outcome:
        if self._store.replace(old, new):
            self._journal.note(outcome, new)
        return Outcome.LATER if new.open else Outcome.ENDED

    def _prepare(self, notice: Notice, rule: Rule, case: Case, now: datetime) -> Message | datetime:
        """The message to send now, or the moment until which it has to wait; raises Refused without an address."""
        if notice.recipient.side is Side.AGENCY:
            return self._for_officer(notice, rule, case, now)
        contact = self._contacts.contact(notice.recipient.id)
        if contact is None:
            raise Refused("no_account")
        return self._for_citizen(notice, rule, case, contact, now)

    def _for_citizen(
        self, notice: Notice, rule: Rule, case: Case, contact: Contact, now: datetime
    ) -> Message | datetime:
        if notice.channel is Channel.EMAIL:
            if not self._bounces.bounced(_given(contact.email)):
                return self._renderer.citizen_letter(notice, case, contact.email, contact.language)
            if contact.channels.sms or not contact.phone:
                # Who chose SMS too has one of the same event.
                raise Refused("bounced")
        hours, as_sms = contact.quiet_hours or self._night, replace(notice, channel=Channel.SMS)
        waits = rings_at(as_sms, rule, hours, now)
        if waits is None and notice.channel is Channel.EMAIL:
            self._journal.note("NoticeDiverted", notice)
        return waits or self._renderer.sms(as_sms, case, _given(contact.phone), contact.language)

    def _for_officer(self, notice: Notice, rule: Rule, case: Case, now: datetime) -> Message | datetime:
        address = _given(address_of(self._officer(notice), notice.channel))
        if notice.channel is Channel.SMS:
            return rings_at(notice, rule, self._night, now) or self._renderer.sms(notice, case, address, "vi")
        address = self._open_address(notice, rule, address)
        reporter = None if rule.whom in WITHOUT_REPORTER else self._reporter(case)
        return self._renderer.agency_letter(notice, case, address, now, reporter)

    def _open_address(self, notice: Notice, rule: Rule, address: str) -> str:
        """The officer's e-mail, or the office's own where that has bounced; nobody stands in for the head's own link."""
        if not self._bounces.bounced(address):
            return address
        office = None if rule.head_link else self._directory.office(notice.recipient.id)
        if office is None or not office.email or self._bounces.bounced(office.email):
            raise Refused("bounced")
        self._journal.note("NoticeDiverted", notice)
        return office.email

    def _officer(self, notice: Notice) -> Officer:
        recipient = notice.recipient
        if recipient.role is Role.OFFICE:
            office = self._directory.office(recipient.id)
            if office is None:
                raise Refused("no_agency")
            return Officer(Role.OFFICE, office.name, office.email, office.phone)
        found = [officer for officer in self._directory.officers(recipient.id) if officer.role is recipient.role]
        if not found:
            raise Refused("no_officer")
        return found[0]

    def _reporter(self, case: Case) -> tuple[str, str]:
        contact = self._contacts.contact(case.reporter) if case.share_contact else None
        return (contact.name, contact.phone) if contact else ("", "")


def _given(address: str) -> str:
    if not address:
        raise Refused("no_address")
    return address
