"""What a log says of an error: its way and its kind, never what a service quoted."""

import io
import json
from collections.abc import Callable

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError, ParamValidationError
from pynamodb.exceptions import PutError

from chalicelib.core.errors import Unavailable
from chalicelib.runtime.causes import DiscreetFormatter, told

NUMBER = "+84951234567"
REFUSAL = ClientError({"Error": {"Code": "AuthorizationError", "Message": f"not authorized on {NUMBER}"}}, "Publish")


def raised(raise_it: Callable[[], None]) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever it is
        raise_it()
    return caught.value


def refused() -> None:
    raise REFUSAL


def unavailable() -> None:
    try:
        refused()
    except ClientError as error:
        raise Unavailable() from error


def test_of_an_error_of_a_service_the_code_and_the_operation_are_told_alone() -> None:
    text = told(raised(refused))
    assert text.endswith("botocore.exceptions.ClientError: AuthorizationError Publish")
    assert "in refused" in text
    assert NUMBER not in text


@pytest.mark.parametrize(
    "error", [ParamValidationError(report=f"Invalid type for PhoneNumber, value: {NUMBER}"), PutError(NUMBER, REFUSAL)]
)
def test_no_error_of_a_library_of_services_quotes(error: Exception) -> None:
    assert NUMBER not in told(error)


def test_a_cause_is_told_first_and_as_discreetly() -> None:
    text = told(raised(unavailable))
    assert text.index("AuthorizationError Publish") < text.index("This led to:") < text.index("Unavailable")
    assert NUMBER not in text


def test_an_error_of_our_own_is_told_with_its_words_and_notes() -> None:
    error = ValueError("version 7 of an event is not known")
    error.add_note("case 8TH8ZJD5CZD")
    assert told(error) == "builtins.ValueError: version 7 of an event is not known\ncase 8TH8ZJD5CZD"


def test_each_error_of_a_group_is_told() -> None:
    text = told(ExceptionGroup("2 notices", [KeyError("agency"), REFUSAL]))
    assert "builtins.KeyError: 'agency'" in text
    assert "AuthorizationError Publish" in text
    assert NUMBER not in text


def test_an_error_that_leads_back_to_itself_is_told_once() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__context__, second.__context__ = second, first
    assert told(first).count("first") == 1


def test_the_logger_writes_it_so_into_one_line() -> None:
    written = io.StringIO()
    log = Logger(
        service="causes", stream=written, logger_formatter=DiscreetFormatter(utc=True, serialize_stacktrace=False)
    )
    try:
        unavailable()
    except Unavailable:
        log.exception("trigger failed")
    line = json.loads(written.getvalue())
    assert line["message"] == "trigger failed"
    assert line["exception_name"] == "Unavailable"
    assert "AuthorizationError Publish" in line["exception"]
    assert NUMBER not in written.getvalue()
