"""Domain errors to problem details (RFC 9457), in the caller's language: the one table from error to status code."""

from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.core import errors
from chalicelib.core.words import say

CONTENT_TYPE = "application/problem+json"

# The first class that matches counts, so the more special stands first.
STATUS: tuple[tuple[type[errors.DomainError], int, str], ...] = (
    (errors.Malformed, 400, "malformed"),
    (errors.Invalid, 422, "invalid"),
    (errors.Unauthenticated, 401, "unauthenticated"),
    (errors.Forbidden, 403, "forbidden"),
    (errors.NotFound, 404, "not-found"),
    (errors.Gone, 410, "gone"),
    (errors.NotPossibleNow, 409, "not-possible-now"),
    (errors.Conflict, 409, "conflict"),
    (errors.TooLarge, 413, "too-large"),
    (errors.TooMany, 429, "too-many"),
    (errors.Unavailable, 503, "unavailable"),
)

# What Chalice itself refuses before a handler runs.
CHALICE = {
    "MethodNotAllowedError": (405, "method-not-allowed", "error.method_not_allowed"),
    "UnsupportedMediaType": (415, "unsupported-media-type", "error.unsupported_media_type"),
    "BadRequest": (400, "malformed", "error.malformed"),
    "BadRequestError": (400, "malformed", "error.malformed"),
}

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)


def as_domain_error(error: PynamoDBException) -> errors.DomainError | None:
    """Unavailable, where DynamoDB throttled the call or did not answer; None where the call itself was wrong."""
    code = error.cause_response_code
    return errors.Unavailable() if code is None or code in _THROTTLED else None


def problem(error: errors.DomainError, language: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and extra headers for an error, its sentences in `language` (vi or en)."""
    status, kind = _status(error)
    body = document(status, kind, language, say(error.words, language, **error.params))
    headers: dict[str, str] = {}
    if isinstance(error, errors.Invalid):
        body["errors"] = [
            {"field": field.field, "message": say(field.words, language, **dict(field.params))}
            for field in error.errors
        ]
    if isinstance(error, errors.NotPossibleNow):
        body["next_actions"] = list(error.next_actions)
    if isinstance(error, errors.Unauthenticated) and error.session:
        body["session"] = error.session
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = "5"
    return status, body, headers


def document(status: int, kind: str, language: str, detail: str) -> dict[str, Any]:
    """A problem document; `type` is a stable relative reference explained in docs/problems.md."""
    return {
        "type": f"/problems/{kind}",
        "title": say(f"problem.{kind}", language),
        "status": status,
        "detail": detail,
        "errors": [],
    }


def _status(error: errors.DomainError) -> tuple[int, str]:
    return next((status, kind) for cls, status, kind in STATUS if isinstance(error, cls))
