"""What only the functions Digests and NoteBounces need, built as wiring.py builds the rest: on first use, once a process."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.core import clock
from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from chalicelib.notices.bounce_service import BounceService
    from chalicelib.notices.digest_service import DigestService


@cache
def digests() -> "DigestService":
    """Sending digests to agencies and their heads."""
    from chalicelib.bridges.digests import AgencyDesks
    from chalicelib.notices.bounce_store import BounceStore
    from chalicelib.notices.digest_rendering import DigestRenderer
    from chalicelib.notices.digest_service import DigestService
    from chalicelib.notices.digest_store import DigestStore
    from chalicelib.notices.providers import SesMailer
    from chalicelib.runtime.clients import client

    given, directory = settings(), wiring.notice_directory()
    # One attempt a call: a repeated call could be a second message.
    mailer = SesMailer(lambda: client("sesv2", attempts=1), given.mail_from, given.stage, given.mail_events)
    renderer = DigestRenderer(directory, given.base_url, given.secret_key)
    desks = AgencyDesks(wiring.cases(), wiring.directory())
    bounces = BounceStore(given.secret_key)
    return DigestService(desks, DigestStore(), directory, renderer, mailer, clock.now, bounces)


@cache
def bounces() -> "BounceService":
    """Remembering the addresses that bounced."""
    from chalicelib.notices.bounce_service import BounceService
    from chalicelib.notices.bounce_store import BounceStore

    given = settings()
    return BounceService(BounceStore(given.secret_key), given.mail_from, clock.now)
