"""The groups of the staff pool, and the one table of what each may do."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """Who is who in the operations centre; the groups of the user pool Staff have these names."""

    DISPATCHER = "dispatcher"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SUPPLIER = "supplier"


class Member(NamedTuple):
    """Who is signed in: the user's name in the pool, which stands in histories; the e-mail; the groups."""

    user: str
    email: str
    groups: tuple[str, ...]


class Right(StrEnum):
    """What staff may do: read queues and cases, decide on them, read who looked at personal data.

    Look up the directory with its officers and its history; change it; upload data of a unit.
    """

    READ = "read"
    DECIDE = "decide"
    AUDIT = "audit"
    LOOK_UP = "look_up"
    ADMINISTER = "administer"
    SUPPLY = "supply"


# A leader looks and does not sort; an auditor sees who looked at whom, never a case in the API (sealed ones are opened by
# the function open_sealed with rights of its own). An administrator changes the directory and reads no case; who needs both is
# in two groups. A supplier is of a unit, not of the centre: he uploads that unit's data (`supplies`) and sees nothing else.
MAY: Mapping[Right, frozenset[Group]] = {
    Right.READ: frozenset({Group.DISPATCHER, Group.LEADER}),
    Right.DECIDE: frozenset({Group.DISPATCHER}),
    Right.AUDIT: frozenset({Group.AUDITOR}),
    Right.LOOK_UP: frozenset(Group) - {Group.SUPPLIER},
    Right.ADMINISTER: frozenset({Group.ADMINISTRATOR}),
    Right.SUPPLY: frozenset({Group.SUPPLIER, Group.ADMINISTRATOR}),
}


def may(groups: Collection[str], right: Right) -> bool:
    """Whether somebody of these groups has that right."""
    return not MAY[right].isdisjoint(groups)


def unit_group(agency: str) -> str:
    """The group of the pool whose members are of that agency."""
    return f"unit-{agency}"


def supplies(groups: Collection[str], agency: str) -> bool:
    """Whether somebody of these groups may upload what belongs to that agency."""
    of_it = Group.SUPPLIER in groups and unit_group(agency) in groups
    return of_it or Group.ADMINISTRATOR in groups
