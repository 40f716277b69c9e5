"""The groups of the staff pool, and the one table of what each may do."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Group(StrEnum):
    """Who is who in the operations centre; the groups of the user pool Staff have these names."""

    DISPATCHER = "dispatcher"
    LEADER = "leader"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What staff may do: read queues and cases, decide on them, read who looked at personal data."""

    READ = "read"
    DECIDE = "decide"
    AUDIT = "audit"


# A leader looks and does not sort; an auditor sees who looked at whom, never a case in the API (sealed ones are opened by
# the function open_sealed with rights of its own).
MAY: Mapping[Right, frozenset[Group]] = {
    Right.READ: frozenset({Group.DISPATCHER, Group.LEADER}),
    Right.DECIDE: frozenset({Group.DISPATCHER}),
    Right.AUDIT: frozenset({Group.AUDITOR}),
}


def may(groups: Collection[str], right: Right) -> bool:
    """Whether somebody of these groups has that right."""
    return not MAY[right].isdisjoint(groups)
