"""From error to status code and words."""

import pytest
from pynamodb.exceptions import GetError

from chalicelib.core import errors
from chalicelib.runtime import problems

EVERY = [
    (errors.Malformed(), 400), (errors.invalid("a", "field.missing"), 422), (errors.Unauthenticated(), 401),
    (errors.Forbidden(), 403), (errors.NotFound(), 404), (errors.Gone(), 410), (errors.Conflict(), 409),
    (errors.LostRace(), 409), (errors.NotPossibleNow("accept", ()), 409), (errors.TooLarge(limit=1), 413),
    (errors.TooMany(retry_after=3), 429), (errors.Unavailable(), 503),
]  # fmt: skip


class Said(Exception):
    """What the database answered."""

    def __init__(self, code: str) -> None:
        self.response = {"Error": {"Code": code}}


@pytest.mark.parametrize(("error", "status"), EVERY, ids=lambda it: type(it).__name__)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_error_of_the_domain_has_its_problem(error: errors.DomainError, status: int, language: str) -> None:
    code, body, _ = problems.problem(error, language)
    assert (code, body["status"]) == (status, status)
    assert body["type"].startswith("/problems/")
    assert body["title"]
    assert body["detail"]
    assert "{" not in body["detail"]


def test_the_table_knows_every_kind_of_error() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DomainError)}
    listed = tuple(cls for cls, _, _ in problems.STATUS)
    assert {kind for kind in kinds if not issubclass(kind, listed)} == {errors.DomainError}


def test_what_is_possible_now_comes_along() -> None:
    assert problems.problem(errors.NotPossibleNow("accept", ("rate",)), "vi")[1]["next_actions"] == ["rate"]
    assert problems.problem(errors.TooMany(retry_after=9), "vi")[2] == {"Retry-After": "9"}
    assert "session" not in problems.problem(errors.Unauthenticated(), "vi")[1]


@pytest.mark.parametrize(
    ("error", "unavailable"),
    [
        (GetError("", cause=Said("ProvisionedThroughputExceededException")), True),
        (GetError("", cause=Said("InternalServerError")), True),
        (GetError("", cause=ConnectionError()), True),
        (GetError("", cause=Said("ValidationException")), False),
        (GetError("", cause=Said("AccessDeniedException")), False),
        (GetError("", cause=Said("ResourceNotFoundException")), False),
    ],
)
def test_only_what_trying_again_helps_is_unavailable(error: GetError, unavailable: bool) -> None:
    assert isinstance(problems.as_domain_error(error), errors.Unavailable) is unavailable
