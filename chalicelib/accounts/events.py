"""The triggers of the user pool Citizens: plain functions that take Cognito's event and give it back with their answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.accounts.challenge import Step, next_step
from chalicelib.accounts.sign_in import MOST_ATTEMPTS
from chalicelib.core.errors import Unavailable
from chalicelib.runtime.observability import count, flush, logger

events = Blueprint(__name__)

CHALLENGE = "CUSTOM_CHALLENGE"
_ATTEMPTS = {str(attempt): attempt for attempt in range(1, MOST_ATTEMPTS + 1)}

Event = dict[str, Any]
Trigger = Callable[[Event, Any], Event]


def _trigger(name: str) -> Callable[[Callable[[Event], Any]], Trigger]:
    """Log one line for each call, with nothing of what Cognito says about the person, and write the metrics."""

    def decorate(handler: Callable[[Event], Any]) -> Trigger:
        @wraps(handler)
        def handle(event: Event, context: Any) -> Event:
            logger.append_keys(correlation_id=context.aws_request_id)
            try:
                outcome = handler(event)
            except Exception:
                # Logged for its correlation id; Cognito hears of it and tells the API, which answers 503. Without its cause,
                # which the runtime would print by itself with all that a service quoted.
                logger.exception("trigger failed", trigger=name)
                raise Unavailable() from None
            finally:
                flush()
            logger.info("trigger", trigger=name, outcome=str(outcome))
            return event

        return handle

    return decorate


@events.lambda_function(name="define_auth")
@_trigger("define_auth")
def define_auth(event: Event) -> Step:
    """Whether to ask for the code, to let in or to end the session."""
    step = next_step([answer.get("challengeResult") for answer in event["request"]["session"]])
    event["response"] |= {
        "challengeName": CHALLENGE if step is Step.ASK else None,
        "issueTokens": step is Step.LET_IN,
        "failAuthentication": step is Step.END,
    }
    return step


@events.lambda_function(name="create_auth")
@_trigger("create_auth")
def create_auth(event: Event) -> str:
    """Send the code that waits for this number; for an unknown user do nothing that shows."""
    person = event["request"]["userAttributes"]
    sent = bool(person.get("phone_number")) and wiring.challenge().send_code(person["phone_number"], person["sub"])
    if sent:
        count("CodeSent")
    # The code itself is not among the parameters: it is judged against the table, where it is kept as a hash.
    event["response"] |= {
        "publicChallengeParameters": {"challenge": "code"},
        "privateChallengeParameters": {"challenge": "code"},
        "challengeMetadata": "code",
    }
    return "sent" if sent else "not sent"


@events.lambda_function(name="verify_auth")
@_trigger("verify_auth")
def verify_auth(event: Event) -> str:
    """Judge an answer."""
    request, metadata = event["request"], event["request"].get("clientMetadata") or {}
    right = wiring.challenge().is_right(
        phone=request["userAttributes"].get("phone_number", ""),
        code=str(request.get("challengeAnswer") or ""),
        request=metadata.get("request", ""),
        attempt=_ATTEMPTS.get(metadata.get("attempt", ""), 0),
        voucher=metadata.get("voucher", ""),
    )
    event["response"]["answerCorrect"] = right
    return "right" if right else "wrong"
