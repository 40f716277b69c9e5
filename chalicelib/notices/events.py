"""What no person calls: the queues of notices and of bounces, and the schedules that send what is due and what lies at desks."""

from datetime import timedelta
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring, wiring_digests
from chalicelib.contracts.feedback_events import Consumer, FeedbackEvent
from chalicelib.core import clock
from chalicelib.core.clock import from_text
from chalicelib.notices.bounces import MailEvent
from chalicelib.runtime.messages import consumer, task
from chalicelib.runtime.observability import count

events = Blueprint(__name__)

# The function's time-out is 240 s and one notice takes half a minute at the very worst.
BEGIN_FOR = timedelta(seconds=180)


@events.on_sqs_message(queue="PLACEHOLDER", batch_size=10, name="tell_agencies")
@consumer("tell_agencies", FeedbackEvent)
def tell_agencies(event: FeedbackEvent) -> None:
    """Tell the agency's officers what happened to a case."""
    wiring.notices().tell(Consumer.AGENCIES, event)


@events.on_sqs_message(queue="PLACEHOLDER", batch_size=10, name="tell_citizens")
@consumer("tell_citizens", FeedbackEvent)
def tell_citizens(event: FeedbackEvent) -> None:
    """Tell the reporter what happened to the case."""
    wiring.notices().tell(Consumer.CITIZENS, event)


@events.on_sqs_message(queue="PLACEHOLDER", batch_size=10, name="note_bounces")
@consumer("note_bounces", MailEvent)
def note_bounces(event: MailEvent) -> None:
    """Remember which addresses must not be written to again."""
    new = wiring_digests.bounces().note(event)
    if new:
        count("AddressSuppressed", new)


@events.schedule("rate(5 minutes)", name="resend")
@task("Resend")
def resend(event: Any) -> dict[str, int]:
    """Send what was recorded and never sent: after a crash, an outage, or quiet hours."""
    return wiring.notices().resend(clock.now() + BEGIN_FOR)


@events.schedule("rate(15 minutes)", name="digests")
@task("Digests")
def digests(event: Any) -> dict[str, int]:
    """Send the agencies' morning e-mails and the heads' weekly ones, in the mornings of working days."""
    figures = wiring_digests.digests().run(from_text(event.to_dict()["time"]), clock.now() + BEGIN_FOR)
    count("DigestSent", figures["sent"])
    count("DigestFailed", figures["failed"] + figures["uncertain"])
    return figures
