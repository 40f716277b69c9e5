"""What queue and sweep do with a notice, and a case that has just been answered."""

from contextlib import suppress
from datetime import datetime

from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEvent
from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import Unavailable
from tests.unit.notices.fakes import ACCOUNT, AGENCY, CASES, E, House, an_event

FOCAL, DEPUTY = f"agency:{AGENCY}:focal", f"agency:{AGENCY}:deputy"
CITIZEN = f"citizen:{ACCOUNT}"
LATE_EVENING = datetime(2023, 5, 23, 23, 0, tzinfo=VIETNAM)


def answered(**changes: object) -> FeedbackEvent:
    return an_event(E.ANSWERED, **changes)


def answered_house() -> House:
    return House(CASES[E.ANSWERED])


def settle(house: House, event: FeedbackEvent, rounds: int = 20) -> None:
    """What queue and sweep do over the next hours: deliver again what failed, send what is due."""
    for _ in range(rounds):
        house.clock.move(minutes=6)
        for tell, consumer in ((house.tell_agencies, Consumer.AGENCIES), (house.tell_citizens, Consumer.CITIZENS)):
            if event.type in CONSUMES[consumer]:
                with suppress(Unavailable):
                    tell(event)
        house.resend()
