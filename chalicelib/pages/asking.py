"""A request to a page of the staff, as these pages read it."""

from typing import Any

from chalicelib.pages.centre_model import Asked
from chalicelib.runtime.http import Call


def asked(call: Call[Any, Any]) -> Asked:
    """The cookie, the language, what stands in the address and in the form."""
    return Asked(
        call.headers.get("cookie", ""), call.language, call.query or {}, call.body or {}, call.correlation_id
    )  # fmt: skip
