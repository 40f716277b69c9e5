"""Events as AWS hands them to functions, of the size they have there."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import to_builtins

from chalicelib.contracts.feedback_events import FeedbackEvent
from chalicelib.core.clock import to_text

ARN = "arn:aws:{service}:ap-southeast-1:000000000000:{name}"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def request(
    method: str,
    route: str,
    *,
    body: Mapping[str, Any] | None = None,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    caller: str = "",
) -> dict[str, Any]:
    """API Gateway's event for a request; `caller` is the account of a signed-in citizen."""
    headers = {
        "Accept": "application/json", "Accept-Encoding": "gzip", "Accept-Language": "vi", "CloudFront-Viewer-Country": "VN",
        "Content-Type": "application/json", "Host": "api.yenbai.example", "Idempotency-Key": "8f14e45f-ceea-467f-a8d6-0e5f",
        "User-Agent": "YenBai-S/3.1 (Android 13)", "Via": "1.1 front.example (CloudFront)", "X-Amzn-Trace-Id":
        "Root=1-67891233-abcdef012345678912345678", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }  # fmt: skip
    filled = route.format(**path or {})
    context: dict[str, Any] = {
        "accountId": "000000000000", "apiId": "a1b2c3d4e5", "domainName": "api.yenbai.example", "httpMethod": method,
        "extendedRequestId": "JKJaXmPLvHcESHA=", "identity": {"sourceIp": "203.0.113.9", "userAgent": headers["User-Agent"]},
        "path": f"/prod{filled}", "protocol": "HTTP/1.1", "requestId": REQUEST_ID, "requestTimeEpoch": 1700000000000,
        "resourceId": "123456", "resourcePath": route, "stage": "prod",
    }  # fmt: skip
    if caller:
        claims = {
            "sub": caller, "token_use": "access", "scope": "aws.cognito.signin.user.admin", "client_id": "client",
            "username": "+84951234567", "exp": "Tue Nov 14 22:28:20 UTC 2023", "iat": "Tue Nov 14 22:13:20 UTC 2023",
        }  # fmt: skip
        context["authorizer"] = {"claims": claims}
        headers["Authorization"] = "Bearer " + "e" * 900
    return {
        "resource": route, "path": filled, "httpMethod": method, "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()}, "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": path, "stageVariables": None, "requestContext": context,
        "body": json.dumps(body, ensure_ascii=False) if body else None, "isBase64Encoded": False,
    }  # fmt: skip


def stream(head: Mapping[str, Any]) -> dict[str, Any]:
    """The table's stream tells of the last change of a case."""
    before = {**head, "history": {"L": head["history"]["L"][:-1]}}
    images = {
        "ApproximateCreationDateTime": 1700000000, "Keys": {name: head[name] for name in ("code", "part")},
        "NewImage": head, "OldImage": before, "SequenceNumber": "111", "SizeBytes": 4000, "StreamViewType": "NEW_AND_OLD_IMAGES",
    }  # fmt: skip
    record = {
        "eventID": "1", "eventName": "MODIFY", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "dynamodb": images,
        "awsRegion": "ap-southeast-1", "eventSourceARN": ARN.format(service="dynamodb", name="table/cases/stream/1"),
    }  # fmt: skip
    return {"Records": [record]}


def queue(message: FeedbackEvent) -> dict[str, Any]:
    """A queue hands over one event of a case, as SNS delivered it raw."""
    body = json.dumps(to_builtins(message), ensure_ascii=False)
    return queued(body, {"type": {"stringValue": message.type, "dataType": "String"}})


def queued(body: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A queue hands over one message."""
    record = {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEB" * 60,
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000", "SenderId": "AIDAIENQZJOLO23YVJ4VO"},
        "messageAttributes": attributes,
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3", "eventSource": "aws:sqs",
        "eventSourceARN": ARN.format(service="sqs", name="queue"), "awsRegion": "ap-southeast-1",
    }  # fmt: skip
    return {"Records": [record]}


def uploaded(key: str, bucket: str = "photos") -> dict[str, Any]:
    """EventBridge tells of a new file."""
    detail = {
        "version": "0", "bucket": {"name": bucket}, "object": {"key": key, "size": 120000, "etag": "e", "sequencer": "00"},
        "request-id": "C3D13FE58DE4C810", "requester": "000000000000", "source-ip-address": "203.0.113.9", "reason": "PostObject",
    }  # fmt: skip
    return {
        **_bridge("aws.s3", "Object Created", "2024-01-02T03:04:05Z"),
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": detail,
    }


def scheduled(at: datetime) -> dict[str, Any]:
    """A schedule is due."""
    return {**_bridge("aws.events", "Scheduled Event", to_text(at)), "resources": [], "detail": {}}


def _bridge(source: str, kind: str, at: str) -> dict[str, Any]:
    return {
        "version": "0", "id": REQUEST_ID, "detail-type": kind, "source": source, "account": "000000000000", "time": at,
        "region": "ap-southeast-1",
    }  # fmt: skip


def trigger(
    source: str,
    account: str,
    phone: str,
    session: Sequence[Any] = (),
    **more: Any,
) -> dict[str, Any]:
    """Cognito asks during a sign-in."""
    attributes = {"sub": account, "phone_number": phone, "phone_number_verified": "true"}
    return {
        "version": "1", "region": "ap-southeast-1", "userPoolId": "ap-southeast-1_Citizens", "userName": phone,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown", "clientId": "client"}, "triggerSource": source,
        "request": {"userAttributes": attributes, "session": list(session), **more}, "response": {},
    }  # fmt: skip
