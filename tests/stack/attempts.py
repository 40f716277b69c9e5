"""What is sent to a route that everybody tries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.address import Address
from tests.stack.roles import Cast


@dataclass(frozen=True)
class Attempt:
    """What is sent: the scene of a case that the route can serve, the body, further parts of the path and headers.

    `whose` link of the agency's the route is for: the officer's, the head's or the supporting agency's; `first` is what has to
    happen before, and what it adds to the body.
    """

    scene: str = "in progress"
    body: Callable[[Address], Mapping[str, Any] | None] = lambda stack: None
    path: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    whose: str = "officer"
    first: Callable[[Cast, str], Mapping[str, Any]] = lambda cast, code: {}


def as_json(**fields: Any) -> Callable[[Address], Mapping[str, Any]]:
    """The same body for everybody."""
    return lambda stack: fields
