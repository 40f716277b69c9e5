"""What no person calls: the two queues of notices, and the schedule that sends what is due."""

from datetime import timedelta
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.contracts.feedback_events import Consumer, FeedbackEvent
from chalicelib.core import clock
from chalicelib.runtime.messages import consumer, task

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


@events.schedule("rate(5 minutes)", name="resend")
@task("Resend")
def resend(event: Any) -> dict[str, int]:
    """Send what was recorded and never sent: after a crash, an outage, or quiet hours."""
    return wiring.notices().resend(clock.now() + BEGIN_FOR)
