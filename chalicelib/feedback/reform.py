"""What a reform of the map makes of open cases: whose agency has ended, they move to its successor; nothing else changes.

Pure: which move a case needs, and the case after it. The directory says what became of agencies and areas.

- The holder, an agency to which the case is offered, agencies that support: each moves on its own, with a link of its own.
- Data that name one successor are followed, since a case may be at an agency by somebody's decision and not by the rule. Where
  several divided the duties, it is the one that the category's rule finds at the case's place today, else the one that serves the
  place. Without a word in the data the rule alone decides.
- A matter about an agency goes to the nearest agency above that one, never to one in its place.
- Where nobody is found, an open case is left to the centre's queue and an offer goes back to its sender (as where the sender
  itself succeeds the receiver); an answered case or a supporter stays where it is and is named. Who leads or supports already needs
  no move.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from chalicelib.core.calendar import Calendar
from chalicelib.feedback import deadlines, succession
from chalicelib.feedback.about import barred, superior
from chalicelib.feedback.lifecycle import HELD, Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory
from chalicelib.feedback.routing import competent_agency
from chalicelib.feedback.values import Stamp

_OFFERED = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})


class NewMap(Directory, Protocol):
    """The directory under the new structure."""

    def unit(self, area: str, since: datetime, at: tuple[float, float] | None) -> str:
        """The area of today that covers what was recorded as `area` at a moment, at a place (WGS 84 degrees) if it was divided."""

    def serves(self, agency: str, area: str) -> bool:
        """Whether the agency serves exactly that area today."""

    def ended_agencies(self) -> tuple[str, ...]:
        """The agencies that worked once and do not today."""


class Part(StrEnum):
    """In what part an agency stands towards a case."""

    HOLDER = "holder"
    RECEIVER = "receiver"
    SUPPORTER = "supporter"


class Move(NamedTuple):
    """What has to move: from whom to whom; to nobody where nobody was found."""

    part: Part
    old: str
    new: str = ""

    def possible(self, case: Feedback) -> bool:
        """Whether it can be carried out; without a successor an open case goes to the centre, an offer to its sender."""
        return bool(self.new) or self.part is Part.RECEIVER or (self.part is Part.HOLDER and case.status in HELD)

    @property
    def action(self) -> Action:
        """What the history will say."""
        if self.part is Part.HOLDER:
            return Action.TRANSFER if self.new else Action.QUEUE
        if self.part is Part.RECEIVER:
            return Action.HAND_OVER if self.new else Action.GIVE_BACK
        return Action.SUPPORT


class Reshaping:
    """Finds and makes the moves of cases on the new map; `place` gives coordinates of a case whose area was divided."""

    def __init__(
        self, new_map: NewMap, calendar: Callable[[], Calendar], place: Callable[[Feedback], tuple[float, float] | None]
    ) -> None:
        self._map = new_map
        self._calendar = calendar
        self._place = place

    def moves(self, case: Feedback) -> tuple[Move, ...]:
        """Every agency of the case that has ended, and who succeeds it here."""
        ended: list[tuple[Part, str]] = []
        if case.status in HELD or case.status is Status.ANSWERED:
            ended.append((Part.HOLDER, case.agency))
        if case.hand_over and case.status in _OFFERED:
            ended.append((Part.RECEIVER, case.hand_over.agency))
        if case.status in HELD:
            ended += ((Part.SUPPORTER, support.agency) for support in case.supporters)
        found = [(part, old, self._successor(case, part, old)) for part, old in ended if not self._map.has_agency(old)]
        leads_or_supports = {case.agency, *(support.agency for support in case.supporters)}
        return tuple(
            Move(part, old, "" if part is Part.RECEIVER and new == case.agency else new)
            for part, old, new in found
            if part is not Part.SUPPORTER or new not in leads_or_supports
        )

    def next_move(self, case: Feedback) -> Move | None:
        """The move to make first; None where nothing is left that can be made."""
        return next((move for move in self.moves(case) if move.possible(case)), None)

    def make(self, case: Feedback, move: Move, stamp: Stamp) -> Feedback:
        """The case after a move."""
        if move.part is Part.RECEIVER and not move.new:
            return succession.offer_back(case, stamp)
        if move.part is Part.RECEIVER:
            return succession.offer_on(case, stamp, move.new, deadlines.lapses_at(self._calendar(), stamp.at))
        if move.part is Part.SUPPORTER:
            return succession.support_on(case, stamp, move.old, move.new)
        if move.new:
            return succession.transfer(case, stamp, move.new, self._map.needs_approval(move.new))
        return succession.leave_to_centre(case, stamp, deadlines.centre_due(self._calendar(), case.level, stamp.at))

    def _successor(self, case: Feedback, part: Part, agency: str) -> str:
        above = part is Part.HOLDER and case.about
        found = superior(self._map, case.about) if above else self._heir(case, agency)
        return found if found and not barred(self._map, case, found) else ""

    def _heir(self, case: Feedback, agency: str) -> str | None:
        heirs = self._map.heirs(agency, case.category)
        if len(heirs) == 1:
            return heirs[0]
        path = self._map.path(self._area(case))
        category = self._map.category(case.category)
        by_rule = competent_agency(category.steps if category else (), path, self._map.competent)
        if not heirs or by_rule in heirs:
            return by_rule
        near = (heir for _, area in path for heir in heirs if self._map.serves(heir, area))
        return next(near, by_rule)

    def _area(self, case: Feedback) -> str:
        """Where the case lies today; what was divided is looked up by its place, which may stand beside the head."""
        found = self._map.unit(case.area, case.submitted_at, None)
        if dict(self._map.path(found)).get("commune"):
            return found
        return self._map.unit(case.area, case.submitted_at, self._place(case))
