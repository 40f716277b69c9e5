"""Amazon's e-mail and SMS, and the operators' journal. Every call is made once: these services know no idempotency.

An error that the service answered means that it did not take the message; no answer means that nobody knows.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    ParamValidationError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from chalicelib.core.phones import may_send
from chalicelib.notices.model import Channel, InboxEntry, Notice
from chalicelib.notices.ports import Busy, Letter, Refused, Sms, Unanswered
from chalicelib.runtime.observability import count_by, logger

ClientOf = Callable[[], Any]

# What trying again cannot mend. MessageRejected is not among them: it also means a sender not yet verified.
PERMANENT = frozenset(
    {
        "BadRequestException",
        "InvalidParameter",
        "InvalidParameterValue",
        "OptedOut",
        "ParameterValueInvalid",
        "ValidationException",
    }
)

# Names that never lead anywhere (RFC 2606); mail to them would only harm the sender's standing.
_RESERVED = re.compile(r"\.(example|invalid|test|localhost)$", re.IGNORECASE)


class SesMailer:
    """E-mail through Amazon SES; `events` is the configuration set that tells of bounces, empty where there is none."""

    def __init__(self, client: ClientOf, sender: str, stage: str, events: str = "") -> None:
        self._client = client
        self._sender = sender
        self._set = {"ConfigurationSetName": events} if events else {}
        self._stage = stage

    def send(self, letter: Letter) -> str:
        """Hand one e-mail over, once; SES's number for it. Raises Refused, Busy or Unanswered."""
        if self._stage != "local" and _RESERVED.search(letter.to):
            raise Refused("sample_address")
        trace = {name: _plain(value) for name, value in letter.trace.items() if value}
        headers = [{"Name": f"X-YenBai-S-{name.capitalize()}", "Value": value} for name, value in trace.items()]
        content = {
            "Subject": _utf8(letter.subject),
            "Body": {"Text": _utf8(letter.text), "Html": _utf8(letter.html)},
            "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}, *headers],
        }
        answer = _once(
            self._client().send_email,
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [letter.to]},
            Content={"Simple": content},
            EmailTags=[{"Name": name, "Value": value} for name, value in trace.items()],
            **self._set,
        )
        return str(answer["MessageId"])


class SnsTexter:
    """SMS through Amazon SNS."""

    def __init__(self, client: ClientOf, stage: str) -> None:
        self._client = client
        self._stage = stage

    def send(self, sms: Sms) -> str:
        """Hand one SMS over, once; SNS's number for it. Raises Refused, Busy or Unanswered."""
        if not may_send(sms.to, self._stage):
            raise Refused("sample_number")
        answer = _once(
            self._client().publish,
            PhoneNumber=sms.to,
            Message=sms.text,
            MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
        )
        return str(answer["MessageId"])


class OperatorsJournal:
    """Metrics by channel and one log line an outcome; neither address nor account nor text is in them."""

    def note(self, outcome: str, notice: Notice) -> None:
        """Count an outcome by channel, and log it."""
        count_by(outcome, "channel", notice.channel)
        logger.info("notice", outcome=outcome, **_facts(notice))

    def noted_in_inbox(self, entry: InboxEntry) -> None:
        """Count an entry of an inbox as recorded and sent."""
        count_by("NoticeRecorded", "channel", Channel.INBOX)
        count_by("NoticeSent", "channel", Channel.INBOX)
        logger.info("notice", outcome="NoticeSent", event_id=entry.event, channel="inbox", words=entry.words)

    def noted(self, outcome: str, channel: Channel, words: str, reason: str) -> None:
        """Count an outcome of a message without a row of its own, and log it."""
        count_by(outcome, "channel", channel)
        logger.info("notice", outcome=outcome, channel=channel.value, words=words, reason=reason)

    def trouble(self, notice: Notice, error: Exception) -> None:
        """Log an unexpected error with its cause."""
        logger.error("notice in trouble", exc_info=error, **_facts(notice))


def _facts(notice: Notice) -> Mapping[str, Any]:
    who = f"{notice.recipient.id}/{notice.recipient.role}" if notice.recipient.role else "citizen"
    return {
        "correlation_id": notice.cid, "event_id": notice.event, "channel": notice.channel.value, "recipient": who,
        "words": notice.words, "state": notice.state.value, "attempt": notice.attempt, "sends": notice.sends,
        "doubts": notice.doubts, "reason": notice.reason, "message_id": notice.message_id,
    }  # fmt: skip


def _once(call: Callable[..., Any], **given: Any) -> Any:
    try:
        return call(**given)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        raise (Refused(code) if code in PERMANENT else Busy(code)) from error
    except ParamValidationError as error:
        raise Refused("ParamValidation") from error
    except (HTTPClientError, ResponseParserError, SSLError) as error:
        raise Unanswered(type(error).__name__) from error
    except BotoCoreError as error:
        # No connection, no credentials: nothing was said yet.
        raise Busy(type(error).__name__) from error


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _plain(value: str) -> str:
    """As SES wants its tags: ASCII letters, digits, `_` and `-`, 256 at most."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", value)[:256]
