"""The consumers of notices up to their first put: what F is the floor of, and no more.

Their first answer is much more than a start: a whole message told, with its e-mails and SMS. It is measured as a figure of its own.
"""

from typing import Any

from chalicelib.notices import events
from chalicelib.runtime.clients import session


class Answered(BaseException):
    """DynamoDB answered the first put; not an Exception, which the consumers would take for a failed message."""


def tell_agencies(event: Any, context: Any) -> Any:
    """An agency's officers are to be told."""
    return _until_answered(events.tell_agencies, event, context)


def tell_citizens(event: Any, context: Any) -> Any:
    """The reporter is to be told."""
    return _until_answered(events.tell_citizens, event, context)


def _until_answered(handler: Any, event: Any, context: Any) -> Any:
    session().register("after-call.dynamodb.PutItem", _answered)
    try:
        handler(event, context)
    except Answered:
        return {"statusCode": 201}
    return {"statusCode": 500}


def _answered(**_: Any) -> None:
    raise Answered
