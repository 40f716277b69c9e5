"""The directory under a new structure, as a reform of the map asks for it (feedback.reform.NewMap)."""

from datetime import datetime

from chalicelib.bridges.reference import ReferenceData
from chalicelib.core.clock import VIETNAM
from chalicelib.directory.service import Directory


class ReformedMap(ReferenceData):
    """The directory's answers about what became of areas and agencies."""

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory)
        self._reformed = directory

    def unit(self, area: str, since: datetime, at: tuple[float, float] | None) -> str:
        """The area of today that covers what was recorded as `area` at a moment, at a place (WGS 84 degrees) if it was divided."""
        return self._reformed.unit(area, since.astimezone(VIETNAM).date(), at)

    def serves(self, agency: str, area: str) -> bool:
        """Whether the agency serves exactly that area today."""
        found = self._reformed.agency(agency)
        return found is not None and area in found.areas

    def ended_agencies(self) -> tuple[str, ...]:
        """The agencies that worked once and do not today."""
        return self._reformed.ended_agencies()
