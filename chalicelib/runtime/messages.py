"""Handlers that no person calls: SQS consumers, schedules and the stream relay, as decorators beneath Chalice's own.

Handlers in event blueprints deploy under their module's name and never import `app`, so what is common stands here.
"""

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

import msgspec

from chalicelib.runtime.observability import count, flush, logger

Consumer = Callable[[Any], None]
Relay = Callable[[dict[str, Any] | None, dict[str, Any]], int]


def consumer(name: str, message: type[Any]) -> Callable[[Consumer], Callable[[Any], dict[str, Any]]]:
    """Feed each SQS record, decoded as `message`, to the handler; report those that failed so that only they come again.

    A message that cannot be decoded fails like any other and ends in the dead-letter queue.
    """

    def decorate(handler: Consumer) -> Callable[[Any], dict[str, Any]]:
        @wraps(handler)
        def handle(event: Any) -> dict[str, Any]:
            started = perf_counter()
            failed = [
                record.to_dict()["messageId"] for record in event if not _consumed(name, handler, message, record)
            ]
            if failed:
                count("MessagesFailed", len(failed))
            logger.info("consumed", consumer=name, failed=len(failed), ms=_elapsed(started))
            flush()
            return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

        return handle

    return decorate


def _consumed(name: str, handler: Consumer, message: type[Any], record: Any) -> bool:
    try:
        decoded = msgspec.json.decode(record.body.encode(), type=message)
        logger.append_keys(correlation_id=getattr(decoded, "cid", ""), event_id=getattr(decoded, "id", ""))
        handler(decoded)
    except Exception:
        # One bad message must not hold up its batch; it is logged, counted, redelivered and at last dead-lettered.
        logger.exception("message failed", consumer=name)
        return False
    return True


def task(name: str) -> Callable[[Callable[[Any], dict[str, int]]], Callable[[Any], dict[str, int]]]:
    """Run a scheduled handler, count its heartbeat `<name>Heartbeat`, and log the figures it returns."""

    def decorate(handler: Callable[[Any], dict[str, int]]) -> Callable[[Any], dict[str, int]]:
        @wraps(handler)
        def handle(event: Any) -> dict[str, int]:
            started = perf_counter()
            logger.append_keys(correlation_id=event.context.aws_request_id)
            try:
                figures = handler(event)
            except Exception:
                logger.exception("task failed", task=name)
                flush()
                raise
            count(f"{name}Heartbeat")
            flush()
            logger.info("task done", task=name, ms=_elapsed(started), figures=figures)
            return figures

        return handle

    return decorate


def relay_records(name: str) -> Callable[[Relay], Callable[[Any], dict[str, Any]]]:
    """Feed the old and new image of each stream record, in order; a record that fails fails the batch, which comes again.

    Images are DynamoDB JSON. The order of a case's events is kept; what went out before the failure goes out twice. The batch is
    halved on every failure, so in the end one record alone is parked at the failure destination (see its alarm).
    """

    def decorate(handler: Relay) -> Callable[[Any], dict[str, Any]]:
        @wraps(handler)
        def handle(event: Any) -> dict[str, Any]:
            started, relayed = perf_counter(), 0
            try:
                for record in event.to_dict()["Records"]:
                    images = record["dynamodb"]
                    relayed += handler(images.get("OldImage"), images["NewImage"]) if "NewImage" in images else 0
            except Exception:
                logger.exception("relay failed")
                raise
            finally:
                flush()
            logger.info("relayed", relay=name, events=relayed, ms=_elapsed(started))
            return {"events": relayed}

        return handle

    return decorate


def _elapsed(started: float) -> int:
    return round((perf_counter() - started) * 1000)
