"""One host whose clock is wrong, as a process of its own: our services, on a deployed stack's tables, by that clock.

python -m tests.prove.host MINUTES answer TOKEN…    answers the cases behind these signed links
python -m tests.prove.host MINUTES resend           sends what is due by that clock, and prints what came of it

MINUTES is how far the clock is ahead (or, negative, behind); the environment is that of a function.
"""

import sys
from datetime import datetime, timedelta
from secrets import token_hex

from chalicelib import wiring
from chalicelib.bridges.notices import CaseReader
from chalicelib.bridges.reference import ReferenceData
from chalicelib.core import clock
from chalicelib.feedback.agency_service import AgencyService
from chalicelib.feedback.casework import Casework, Trace
from chalicelib.feedback.commands import GiveAnswer
from chalicelib.notices.bounce_store import BounceStore
from chalicelib.notices.delivery import Delivery, Post
from chalicelib.notices.providers import OperatorsJournal, SesMailer, SnsTexter
from chalicelib.notices.quiet import read_hours
from chalicelib.notices.rendering import Renderer
from chalicelib.notices.service import NoticesService
from chalicelib.runtime.clients import client
from chalicelib.runtime.settings import settings


class Host:
    """Our services by a clock that is wrong by so many minutes."""

    def __init__(self, minutes: float) -> None:
        self._ahead = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return clock.now() + self._ahead

    def answer(self, *tokens: str) -> str:
        """Answer the cases behind signed links; the answers are dated by this host."""
        given, calendar = settings(), wiring.directory().calendar
        casework = Casework(wiring.cases(), self.now, lambda: token_hex(4), given.secret_key)
        reference = ReferenceData(wiring.directory())
        agencies = AgencyService(
            wiring.cases(), casework, reference, wiring.photos(), calendar, self.now, wiring.signatures()
        )
        result = "Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa và đã cắm lại biển báo tại chỗ."
        return " ".join(agencies.answer(token, GiveAnswer(result=result), Trace(cid="host")).status for token in tokens)

    def resend(self) -> dict[str, int]:
        """Send what is due by this host's clock."""
        given, store, journal, directory = (
            settings(),
            wiring.notice_store(),
            OperatorsJournal(),
            wiring.notice_directory(),
        )
        post = Post(
            SesMailer(lambda: client("sesv2", attempts=1), given.mail_from, given.stage, given.mail_events),
            SnsTexter(lambda: client("sns", attempts=1), given.stage),
        )
        renderer = Renderer(directory, given.base_url, given.secret_key)
        night, bounces = read_hours(given.quiet_hours), BounceStore(given.secret_key)
        delivery = Delivery(store, directory, wiring.accounts(), renderer, post, journal, self.now, night, bounces)
        notices = NoticesService(
            store,
            CaseReader(wiring.cases(), wiring.reference()),
            directory,
            wiring.accounts(),
            delivery,
            journal,
            self.now,
        )
        return notices.resend(self.now() + timedelta(minutes=3))


if __name__ == "__main__":
    host = Host(float(sys.argv[1]))
    print(host.answer(*sys.argv[3:]) if sys.argv[2] == "answer" else host.resend())
