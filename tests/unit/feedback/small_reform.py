"""A small province after a reform, and a reform carried out on the fakes."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core.calendar import official
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.reform import Move, Reshaping
from chalicelib.feedback.reforming import Reforming, Report
from infra.reform import moving
from tests.builders import COMMITTEE, POLICE
from tests.fakes import Office, SmallDirectory

NEW, OTHER = "ubnd-xa-moi", "ubnd-xa-khac"


class SmallMap(SmallDirectory):
    """The small province after a reform: the committee of commune-1 has gone into another one; commune-2 is divided."""

    def __init__(self) -> None:
        super().__init__()
        self.agencies = {
            ("committee", "commune-3"): NEW,
            ("committee", "commune-4"): OTHER,
            ("police", "commune-3"): POLICE,
        }
        self.above_of = {COMMITTEE: "ubnd-huyen-1", NEW: "ubnd-tinh", OTHER: "ubnd-tinh"}
        self.heirs_of = {COMMITTEE: (NEW,)}
        self.became: Mapping[str, str] = {"commune-1": "commune-3", "district-1": "province"}
        self.ended_ones = (COMMITTEE,)

    def path(self, area: str) -> tuple[tuple[str, str], ...]:
        found = super().path(area)
        return tuple(step for step in found if step[0] != "district")

    def unit(self, area: str, since: datetime, at: tuple[float, float] | None) -> str:
        return "commune-4" if at and area == "district-1" else self.became.get(area, area)

    def serves(self, agency: str, area: str) -> bool:
        return any(code == agency and served == area for (_, served), code in self.agencies.items())

    def ended_agencies(self) -> tuple[str, ...]:
        return self.ended_ones


class Moving:
    """A reform on the fakes."""

    def __init__(self, *cases: Feedback) -> None:
        self.office = Office()
        self.map = SmallMap()
        for case in cases:
            self.office.keep(case)
        self.reforming = Reforming("small", self.office.store, self.office.casework, self.map, official)

    def run(self) -> Report:
        self.reforming.begin(self.office.clock(), anew=False)
        report, _ = moving.move(self.reforming, self.office.clock, self._sleep, lambda _: None)
        return report

    def now(self, case: Feedback) -> Feedback:
        return self.office.store.head(case.code)

    def _sleep(self, seconds: float) -> None:
        self.office.clock.move(seconds=seconds)


def shaped(case: Feedback, new_map: SmallMap, at: tuple[float, float] | None = None) -> tuple[Move, ...]:
    return Reshaping(new_map, official, lambda _: at).moves(case)
