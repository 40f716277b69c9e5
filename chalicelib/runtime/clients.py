"""Clients of AWS services, made on first use and kept for the life of the process, all from one botocore session."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST
from botocore.session import Session

from chalicelib.runtime.answers import Parsers
from chalicelib.runtime.settings import settings

# A fixed user agent spares botocore from composing one for every request.
_USER_AGENT = "yenbai-s"

# The services that functions have clients of, by the names that botocore gives their events.
_SERVICES = frozenset({"*", "cognito-identity-provider", "cognito-idp", "dynamodb", "s3", "sesv2", "sns", "sqs", "ssm"})


@cache
def session() -> Session:
    """The one botocore session of the process."""
    made = Session(include_builtin_handlers=False)
    _register_handlers(made.get_component("event_emitter"))
    made.set_default_client_config(Config(user_agent=_USER_AGENT))
    made.register_component("response_parser_factory", Parsers())
    return made


def _register_handlers(events: Any) -> None:
    """What `include_builtin_handlers` does, but for other services' handlers and the documentation's: two thirds of them."""
    register = {None: events.register, REGISTER_FIRST: events.register_first, REGISTER_LAST: events.register_last}
    for event, handler, *place in BUILTIN_HANDLERS:
        kind, _, rest = event.partition(".")
        if kind != "docs" and (not rest or rest.split(".")[0] in _SERVICES):
            register[place[0] if place else None](event, handler)


@cache
def client(service: str, attempts: int = 3, patience: int = 8) -> Any:
    """The client of a service, with short time-outs and two retries so that an outage cannot use up a function.

    `attempts` is 1 where repeating a call by itself could do its work twice; `patience` is how many seconds an answer may take.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=patience,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        signature_version="s3v4" if service == "s3" else None,
        user_agent=_USER_AGENT,
    )
    return session().create_client(service, region_name=settings().region, config=config)
