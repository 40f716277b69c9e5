"""Amazon's services as they answer, refuse, throttle and fall silent; and what operators see."""

import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)

from chalicelib.core.errors import DomainError
from chalicelib.notices.ports import Busy, Letter, Refused, Sms, Unanswered
from chalicelib.notices.providers import OperatorsJournal, SesMailer, SnsTexter
from chalicelib.runtime.observability import flush
from tests.unit.notices.fakes import CODE, E, House, an_event

LETTER = Letter(
    "focal@ubnd.example", "Tiêu đề", "Nội dung", "<p>Nội dung</p>",
    {"cid": "request-1", "event": f"{CODE}#2", "notice": "assigned"},
)  # fmt: skip
SMS = Sms("+84951234567", "YenBai-S: ...")


class FakeClient:
    """Both services' one call; remembers what it was given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.calls: list[dict[str, Any]] = []

    def send_email(self, **given: Any) -> dict[str, str]:
        return self.publish(**given)

    def publish(self, **given: Any) -> dict[str, str]:
        self.calls.append(given)
        if self.error:
            raise self.error
        return {"MessageId": "m-1"}


def answer(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Publish")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (answer("InvalidParameter"), Refused),
        (answer("BadRequestException"), Refused),
        (answer("OptedOut"), Refused),
        (ParamValidationError(report="PhoneNumber"), Refused),
        (answer("Throttling"), Busy),
        (answer("TooManyRequestsException", 429), Busy),
        (answer("AccessDenied", 403), Busy),
        (answer("MessageRejected"), Busy),
        (answer("SendingPausedException"), Busy),
        (answer("InternalError", 500), Busy),
        (answer("ServiceUnavailable", 503), Busy),
        (ConnectTimeoutError(endpoint_url="x"), Busy),
        (EndpointConnectionError(endpoint_url="x"), Busy),
        (NoCredentialsError(), Busy),
        (ReadTimeoutError(endpoint_url="x"), Unanswered),
        (HTTPClientError(error="closed"), Unanswered),
        (SSLError(endpoint_url="x", error="eof"), Unanswered),
    ],
)
def test_what_a_service_answers_is_a_yes_or_a_no_and_silence_is_neither(
    error: Exception, meaning: type[DomainError]
) -> None:
    for send in (
        lambda client: SesMailer(lambda: client, "from@yenbai-s.example", "local").send(LETTER),
        lambda client: SnsTexter(lambda: client, "local").send(SMS),
    ):
        client = FakeClient(error)
        with pytest.raises(meaning) as caught:
            send(client)
        assert caught.value.__cause__ is error
        assert len(client.calls) == 1


def test_an_e_mail_goes_out_with_both_bodies_and_its_trace() -> None:
    client = FakeClient()
    assert SesMailer(lambda: client, "YenBai-S <from@yenbai-s.example>", "local").send(LETTER) == "m-1"
    (call,) = client.calls
    simple = call["Content"]["Simple"]
    assert call["FromEmailAddress"] == "YenBai-S <from@yenbai-s.example>"
    assert call["Destination"] == {"ToAddresses": ["focal@ubnd.example"]}
    assert simple["Subject"] == {"Data": "Tiêu đề", "Charset": "UTF-8"}
    assert simple["Body"]["Text"]["Data"] == "Nội dung"
    assert simple["Body"]["Html"]["Data"] == "<p>Nội dung</p>"
    assert {"Name": "X-YenBai-S-Cid", "Value": "request-1"} in simple["Headers"]
    assert {"Name": "Auto-Submitted", "Value": "auto-generated"} in simple["Headers"]
    assert {"Name": "event", "Value": f"{CODE}-2"} in call["EmailTags"]


def test_an_e_mail_names_the_set_that_tells_of_bounces_where_there_is_one() -> None:
    client = FakeClient()
    for events in ("yenbai-s-dev", ""):
        SesMailer(lambda: client, "f@g.vn", "local", events).send(LETTER)
    assert [call.get("ConfigurationSetName") for call in client.calls] == ["yenbai-s-dev", None]
    assert "ConfigurationSetName" not in client.calls[1]


def test_an_sms_is_sent_as_a_transaction() -> None:
    client = FakeClient()
    assert SnsTexter(lambda: client, "local").send(SMS) == "m-1"
    (call,) = client.calls
    assert call["PhoneNumber"] == SMS.to
    assert call["Message"] == SMS.text
    assert call["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == "Transactional"
    assert "TopicArn" not in call


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_samples_are_refused_wherever_messages_really_leave(stage: str) -> None:
    client = FakeClient()
    with pytest.raises(Refused):
        SnsTexter(lambda: client, stage).send(SMS)
    for address in ("a@xa.example", "a@b.invalid", "a@B.EXAMPLE"):
        with pytest.raises(Refused):
            SesMailer(lambda: client, "f@g.vn", stage).send(Letter(address, "", "", "", {}))
    assert client.calls == []
    SesMailer(lambda: client, "f@g.vn", stage).send(Letter("a@example.vn", "s", "t", "h", {}))
    assert len(client.calls) == 1


def test_journal_lines_and_metrics_name_channel_and_outcome_and_nothing_personal() -> None:
    house, written = House(), io.StringIO()
    house.tell_agencies(an_event(E.ASSIGNED))
    house.tell_citizens(an_event(E.ASSIGNED))
    journal = OperatorsJournal()
    with redirect_stdout(written):
        for notice in house.store.rows.values():
            journal.note("NoticeSent", notice)
        for entry in house.store.entries.values():
            journal.noted_in_inbox(entry)
        flush()
        flush()
    lines = [json.loads(line) for line in written.getvalue().splitlines() if '"_aws"' in line]
    counted = {line["channel"]: line["NoticeSent"] for line in lines}
    assert {channel: sum(value) if isinstance(value, list) else value for channel, value in counted.items()} == {
        "email": 2, "sms": 3, "inbox": 1
    }  # fmt: skip
    assert len(lines) == 3, "one line a channel, and none for what was written already"
    assert lines[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["channel", "service"]]
    assert not any(secret in written.getvalue() for secret in ("+84", "@", "Cán bộ", "Bà Mẫu", "account-1"))


def test_the_clients_of_the_senders_never_repeat_a_call_by_themselves() -> None:
    from chalicelib.runtime.clients import client

    for service in ("sesv2", "sns"):
        assert client(service, attempts=1).meta.config.retries["total_max_attempts"] == 1
