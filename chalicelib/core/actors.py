"""Who acts."""

from enum import StrEnum
from typing import NamedTuple


class ActorKind(StrEnum):
    """The four who can change a case."""

    CITIZEN = "citizen"
    AGENCY = "agency"
    DISPATCHER = "dispatcher"
    SYSTEM = "system"


class Actor(NamedTuple):
    """One who acts: `id` is an account id, an agency code, a staff user name or the name of a scheduled task."""

    kind: ActorKind
    id: str


def citizen(account: str) -> Actor:
    """A citizen by account id."""
    return Actor(ActorKind.CITIZEN, account)


def agency(code: str) -> Actor:
    """An officer of the agency, through its signed link."""
    return Actor(ActorKind.AGENCY, code)


def dispatcher(user: str) -> Actor:
    """A member of the operations centre."""
    return Actor(ActorKind.DISPATCHER, user)


def system(task: str) -> Actor:
    """The software itself, by the name of the task."""
    return Actor(ActorKind.SYSTEM, task)
