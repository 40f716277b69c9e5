"""The consumers whose first answer is much more than a start, up to their first put: what F is the floor of, and no more.

A whole message told, with its e-mails and SMS, a file loaded and its uploader told, a round of reminders: these are figures of
their own.
"""

from typing import Any

from chalicelib.runtime.clients import session


class Answered(BaseException):
    """DynamoDB answered the first put; not an Exception, which the consumers would take for a failed message."""


def tell_agencies(event: Any, context: Any) -> Any:
    """An agency's officers are to be told."""
    from chalicelib.notices import events

    return _until_answered(events.tell_agencies, event, context)


def tell_citizens(event: Any, context: Any) -> Any:
    """The reporter is to be told."""
    from chalicelib.notices import events

    return _until_answered(events.tell_citizens, event, context)


def load_dataset(event: Any, context: Any) -> Any:
    """A file is to be loaded."""
    from chalicelib.lookups import events

    return _until_answered(events.load_dataset, event, context)


def continue_upload(event: Any, context: Any) -> Any:
    """The rest of a file is to be loaded."""
    from chalicelib.lookups import events

    return _until_answered(events.continue_upload, event, context)


def remind_dues(event: Any, context: Any) -> Any:
    """People are to be reminded of bills."""
    from chalicelib.lookups import events

    return _until_answered(events.remind_dues, event, context)


def _until_answered(handler: Any, event: Any, context: Any) -> Any:
    session().register("after-call.dynamodb.PutItem", _answered)
    try:
        handler(event, context)
    except Answered:
        return {"statusCode": 201}
    return {"statusCode": 500}


def _answered(**_: Any) -> None:
    raise Answered
