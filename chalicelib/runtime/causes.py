"""What the log says of an error: where it came from and what it is; of an error that a service gave, the code alone.

AWS quotes in its messages what it was sent: the number of an SMS, the address of an e-mail, the name of a user, a token.
"""

import traceback
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_QUOTING = ("botocore", "pynamodb")


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines with `told` as the text of an exception."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """The text of the exception that is being logged."""
        return told(ei[1])


def told(error: BaseException) -> str:
    """The error and what led to it, the first cause first, with their tracebacks, as Python prints them."""
    return "".join(_lines(error, set())).rstrip("\n")


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "\nThis led to:\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}\n"
    yield from (f"{note}\n" for note in getattr(error, "__notes__", ()))
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "\nAmong them:\n\n"
        yield from _lines(inner, seen)


def _words(error: BaseException) -> str:
    if type(error).__module__.split(".")[0] not in _QUOTING:
        return str(error)
    response = getattr(error, "response", None) or {}
    code = response.get("Error", {}).get("Code") or getattr(error, "cause_response_code", None) or "no code"
    return f"{code} {getattr(error, 'operation_name', '')}".rstrip()
