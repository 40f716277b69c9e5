"""Clients of AWS services, made on first use and kept for the life of the process, all from one botocore session."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from chalicelib.runtime.settings import settings

# A fixed user agent spares botocore from composing one for every request.
_USER_AGENT = "yenbai-s"


@cache
def session() -> botocore.session.Session:
    """The one botocore session of the process."""
    made = botocore.session.get_session()
    made.set_default_client_config(Config(user_agent=_USER_AGENT))
    return made


@cache
def client(service: str) -> Any:
    """The client of a service, with short time-outs (seconds) and two retries so that an outage cannot use up a function."""
    config = Config(
        connect_timeout=2,
        read_timeout=8,
        retries={"total_max_attempts": 3, "mode": "standard"},
        signature_version="s3v4" if service == "s3" else None,
        user_agent=_USER_AGENT,
    )
    return session().create_client(service, region_name=settings().region, config=config)
