"""What can go wrong in the domain, as exceptions; translated to people's words and to HTTP in one place (runtime/problems.py)."""

from collections.abc import Sequence
from typing import NamedTuple


class FieldError(NamedTuple):
    """One field that was refused: its dotted path and the key of a sentence in core/words.py with its parameters."""

    field: str
    words: str
    params: tuple[tuple[str, str | int | float], ...] = ()


class DomainError(Exception):
    """A rule was broken; `words` names a sentence in core/words.py, `params` fill it."""

    words = "error.domain"

    def __init__(self, words: str | None = None, **params: str | int | float) -> None:
        super().__init__(words or self.words)
        self.words = words or self.words
        self.params = params


class Malformed(DomainError):
    """The request cannot be read at all (broken JSON, wrong encoding, not an object)."""

    words = "error.malformed"


class Invalid(DomainError):
    """Fields were read and refused; `errors` names every one of them."""

    words = "error.invalid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = tuple(errors)


def invalid(field: str, words: str, **params: str | int | float) -> Invalid:
    """One refused field as an exception to raise."""
    return Invalid((FieldError(field, words, tuple(params.items())),))


class Unauthenticated(DomainError):
    """Nobody known is calling; `session` is the one to use for the next attempt, where there is one."""

    words = "error.unauthenticated"

    def __init__(self, words: str | None = None, *, session: str | None = None, **params: str | int | float) -> None:
        super().__init__(words, **params)
        self.session = session


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    words = "error.forbidden"


class NotFound(DomainError):
    """There is no such thing, or the caller may not know that there is."""

    words = "error.not_found"


class Gone(DomainError):
    """It was there and has ended, such as a link whose assignment is over."""

    words = "error.gone"


class Conflict(DomainError):
    """The request contradicts what already stands."""

    words = "error.conflict"


class NotPossibleNow(Conflict):
    """The case does not allow this action now; `next_actions` lists those it allows to this actor."""

    words = "error.not_possible_now"

    def __init__(self, action: str, next_actions: Sequence[str]) -> None:
        super().__init__(action=action)
        self.next_actions = tuple(next_actions)


class LostRace(Conflict):
    """Somebody else changed the same thing at the same moment; read again and decide again."""

    words = "error.lost_race"


class TooLarge(DomainError):
    """More bytes than are accepted."""

    words = "error.too_large"


class TooMany(DomainError):
    """A limit of attempts was reached; `retry_after` is in seconds."""

    words = "error.too_many"

    def __init__(self, words: str | None = None, *, retry_after: int) -> None:
        super().__init__(words, seconds=retry_after)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something that we depend on does not answer or throttles; trying again later helps."""

    words = "error.unavailable"
