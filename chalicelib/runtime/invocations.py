"""Functions that are invoked by hand or by programs with IAM rights, as a decorator beneath Chalice's own."""

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

import msgspec

from chalicelib.runtime.decoding import decode_body
from chalicelib.runtime.observability import flush, logger


def invoked(name: str, command: type[Any]) -> Callable[[Callable[[Any], Any]], Callable[[Any, Any], Any]]:
    """Let a handler be invoked by whoever has the right to, with a JSON object read as `command`; it answers JSON.

    A request that cannot be read, or is refused, ends in an error of the function, which names no content of the answer.
    """

    def decorate(handler: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
        @wraps(handler)
        def handle(event: Any, context: Any) -> Any:
            started = perf_counter()
            logger.append_keys(correlation_id=context.aws_request_id)
            try:
                answer = handler(decode_body(msgspec.json.encode(event), command))
            except Exception:
                logger.exception("invocation failed", invoked=name)
                raise
            finally:
                flush()
            logger.info("invoked", invoked=name, ms=round((perf_counter() - started) * 1000))
            return msgspec.json.decode(msgspec.json.encode(answer))

        return handle

    return decorate
