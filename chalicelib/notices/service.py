"""The use cases of notices: tell agencies and citizens of an event, send what is due."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent, FeedbackEventType
from chalicelib.core.clock import Clock, from_text
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.notices import planning
from chalicelib.notices.delivery import Delivery, Outcome
from chalicelib.notices.model import KEPT, Notice
from chalicelib.notices.ports import Case, Cases, Contacts, Directory, Journal, Store
from chalicelib.notices.rules import SIDES

VERSION = 1
MOST_DUE = 500
# No function of this slice runs longer (their time-outs), so after it nobody writes from what was read before; SQS delivers a
# message again after six minutes.
LONGEST_RUN = timedelta(minutes=5)


class NoticesService:
    """One method a use case; what is told is recorded first, so every method can be repeated at any time."""

    def __init__(
        self, store: Store, cases: Cases, directory: Directory, contacts: Contacts, delivery: Delivery, journal: Journal,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._store = store
        self._cases = cases
        self._directory = directory
        self._contacts = contacts
        self._delivery = delivery
        self._journal = journal
        self._clock = clock

    def tell(self, consumer: Consumer, event: FeedbackEvent) -> None:
        """Record and send everything that the consumer owes for the event; what stands already is only finished.

        Of a sealed case nothing is told, and what was recorded about it is taken away.

        Raises Unavailable where something has to be tried again soon, or ExceptionGroup, after all others were served;
        NotFound for a case that is not there; ValueError for an event of another version.
        """
        if event.v != VERSION:
            raise ValueError(f"version {event.v} of an event is not known")
        if event.type not in CONSUMES[consumer] or self._clock() - from_text(event.at) > KEPT:
            return
        if event.type is FeedbackEventType.SEALED:
            self._purge(consumer, event)
        else:
            self._tell(consumer, event)

    def resend(self, until: datetime, limit: int = MOST_DUE) -> dict[str, int]:
        """Send what was due by now and has not gone; returns how many notices came to which outcome.

        Begins none after `until` (they are `left` for the next run); raises ExceptionGroup after all others were served.
        """
        figures = {outcome.value: 0 for outcome in Outcome} | {"left": 0}
        errors: list[Exception] = []
        for notice in self._store.due(self._clock(), limit):
            if self._clock() >= until:
                figures["left"] += 1
                continue
            try:
                figures[self._resend(notice)] += 1
            except Exception as error:
                # A row that cannot be handled must not keep the others back; all errors are raised at the end.
                errors.append(error)
        if errors:
            raise ExceptionGroup(f"{len(errors)} notices were not handled; {figures}", errors)
        return figures

    def _tell(self, consumer: Consumer, event: FeedbackEvent) -> None:
        told = self._store.told(event.id)
        mine = {(kept.recipient, kept.channel): kept for kept in told.notices if _is_of(kept, consumer)}
        if consumer in told.seen_by and not any(kept.open for kept in mine.values()):
            return
        case = self._cases.case(event.code)
        if case.sealed:
            return
        if consumer not in told.seen_by:
            lines: list[str] = []
            for made in self._plan(consumer, event, case, lines):
                if (made.recipient, made.channel) not in mine:
                    mine[made.recipient, made.channel] = self._record(made)
            noticed = {recipient.id for recipient, _ in mine}
            self._store.mark_seen(event.id, consumer, self._clock(), [one for one in lines if one not in noticed])
        self._deliver_all(mine.values(), case)

    def _plan(self, consumer: Consumer, event: FeedbackEvent, case: Case, lines: list[str]) -> Iterator[Notice]:
        """The notices that an event leads to; each inbox gets its line after them, and its account is added to `lines`."""
        now = self._clock()
        if consumer is Consumer.AGENCIES:
            yield from planning.agency_notices(event, case, now, self._directory)
            return
        for rule, account in planning.told_citizens(event, case, self._cases.followers):
            contact = self._contacts.contact(account)
            yield from planning.citizen_notices(event, rule, case, now, account, contact)
            entry = planning.inbox_entry(event, rule, case, account)
            lines.append(account)
            if self._store.put_into_inbox(entry):
                self._journal.noted_in_inbox(entry)

    def _purge(self, consumer: Consumer, event: FeedbackEvent) -> None:
        """Take away what points to the person; again after a while, since a worker may have been at it when the case was sealed."""
        self._store.purge(event.code, event.seq)
        self._store.mark_seen(event.id, consumer, self._clock())
        if self._clock() - from_text(event.at) < LONGEST_RUN:
            raise Unavailable()

    def _record(self, made: Notice) -> Notice:
        """The notice as it stands: this one, or the one that another worker recorded first."""
        if self._store.record(made):
            self._journal.note("NoticeRecorded" if made.open else "NoticeObsolete", made)
            return made
        return self._store.notice(made.event, made.recipient, made.channel) or made

    def _deliver_all(self, notices: Iterable[Notice], case: Case) -> None:
        outcomes: list[Outcome] = []
        errors: list[Exception] = []
        for notice in notices:
            try:
                outcomes.append(self._delivery.deliver(notice, case))
            except Exception as error:
                # One notice whose row cannot be written must not keep the others back; all errors are raised at the end.
                errors.append(error)
        if errors:
            raise ExceptionGroup(f"{len(errors)} of {len(errors) + len(outcomes)} notices were not handled", errors)
        if Outcome.AGAIN in outcomes:
            raise Unavailable()

    def _resend(self, notice: Notice) -> Outcome:
        if not notice.open:
            return Outcome.ENDED
        try:
            case = self._cases.case(notice.code)
        except NotFound:
            return self._delivery.give_up(notice, "no_case")
        return self._delivery.deliver(notice, case)


def _is_of(notice: Notice, consumer: Consumer) -> bool:
    return notice.recipient.side is SIDES[consumer]
