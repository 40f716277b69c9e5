"""Category x area -> agency (pure): the lowest competent agency valid today, else nobody (then the centre sorts it)."""

from collections.abc import Callable, Sequence
from typing import Protocol

Find = Callable[[str, str], str | None]


class Step(Protocol):
    """One attempt of a category's rule: an agency of this kind, competent for the place's area of this level."""

    @property
    def kind(self) -> str:
        """What an agency is competent for: `committee`, `police`, `transport` and so on."""
        ...

    @property
    def level(self) -> str:
        """`commune`, `district` or `province`."""
        ...


def competent_agency(steps: Sequence[Step], path: Sequence[tuple[str, str]], find: Find) -> str | None:
    """The code of the agency the rule's first successful step finds, or None.

    `path` holds (level, area code) from the place upwards; where it starts at the district because the place is uncertain,
    steps at the commune find nothing. `find` gives the agency of a kind for an area, or None where none is valid today.
    """
    area_of = dict(path)
    for step in steps:
        agency = find(step.kind, area_of[step.level]) if step.level in area_of else None
        if agency:
            return agency
    return None
