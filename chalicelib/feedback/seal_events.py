"""The one door to sealed cases: a function of its own, which IAM alone opens, so that no route of the API can."""

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.feedback.centre_commands import OpenSealed
from chalicelib.feedback.sealing import SealedCase
from chalicelib.runtime.invocations import invoked
from chalicelib.runtime.observability import count

events = Blueprint(__name__)


@events.lambda_function(name="open_sealed")
@invoked("open_sealed", OpenSealed)
def open_sealed(asked: OpenSealed) -> SealedCase:
    """What a sealed case held, for an auditor who may invoke this function; that it was opened is recorded first."""
    opened = wiring.opening().open(asked.code, asked.auditor, asked.reason)
    count("SealedOpened")
    return opened
