"""Clients of AWS services, made on first use and kept for the life of the process, all from one botocore session."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from chalicelib.runtime.answers import Parsers
from chalicelib.runtime.settings import settings

# A fixed user agent spares botocore from composing one for every request.
_USER_AGENT = "yenbai-s"


@cache
def session() -> botocore.session.Session:
    """The one botocore session of the process."""
    made = botocore.session.get_session()
    made.set_default_client_config(Config(user_agent=_USER_AGENT))
    made.register_component("response_parser_factory", Parsers())
    return made


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
