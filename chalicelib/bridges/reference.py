"""Reference data as the feedback slice wishes to see it. Only wiring uses it."""

from datetime import datetime

from chalicelib.directory.service import Directory
from chalicelib.feedback.ports import CategoryRule, Named
from chalicelib.feedback.values import Handling, Level


class ReferenceData:
    """The directory as the feedback slice wishes to see it (feedback.ports.Directory)."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def category(self, code: str) -> CategoryRule | None:
        """The category, or None where there is none today."""
        found = self._directory.category(code)
        if found is None:
            return None
        level = Level(found.level.value)
        hours = found.urgent_hours if level is Level.URGENT or found.working_days is None else 0
        return CategoryRule(
            code=found.code,
            handling=Handling(found.working_days or 0, hours),
            level=level,
            publication=found.publication.value,
            steps=found.routing,
        )

    def place(self, lat: float, long: float, confirmed: str | None) -> str:
        """The area to route to: the confirmed commune, else the commune found, else the district; raises Invalid outside."""
        return self._directory.place(lat, long, confirmed)

    def path(self, area: str) -> tuple[tuple[str, str], ...]:
        """(level, code) of the area and all above it, lowest first; of one that has ended those of its successor.

        Empty for an unknown one.
        """
        found = self._directory.area_path(area) or self._directory.area_path(self._directory.unit(area))
        return tuple((one.level.value, one.code) for one in found)

    def competent(self, kind: str, area: str) -> str | None:
        """The agency of that kind that serves that area today."""
        found = self._directory.competent(kind, area)
        return found.code if found else None

    def area(self, code: str, at: datetime | None = None) -> Named:
        """The area's name, at that moment where one is given, also of one that has ended; the code of one never known."""
        found = self._directory.known_area(code, at)
        return Named(code, found.name if found else code)

    def agency(self, code: str, at: datetime | None = None) -> Named:
        """The agency's name, at that moment where one is given, also of one that has ended; the code of one never known."""
        found = self._directory.known_agency(code, at)
        return Named(code, found.name if found else code)

    def has_agency(self, code: str) -> bool:
        """Whether the agency exists today."""
        return self._directory.agency(code) is not None

    def needs_approval(self, code: str) -> bool:
        """Whether the agency's answers need its head's approval (ký duyệt)."""
        found = self._directory.agency(code)
        return found is not None and found.approval

    def above(self, code: str) -> tuple[str, ...]:
        """The agencies above this one that work today, the nearest first; ends where the tree turns back on itself."""
        found, seen = list[str](), {code}
        agency = self._directory.known_agency(code)
        while agency and agency.parent and agency.parent not in seen:
            seen.add(agency.parent)
            if self._directory.agency(agency.parent):
                found.append(agency.parent)
            agency = self._directory.known_agency(agency.parent)
        return tuple(found)

    def heirs(self, code: str, category: str = "") -> tuple[str, ...]:
        """The agencies of today that succeed one that has ended, in matters of a category; none for one that works."""
        return self._directory.heirs(code, category)

    def knows_agency(self, code: str) -> bool:
        """Whether there is such an agency or was one."""
        return self._directory.known_agency(code) is not None

    def knows_category(self, code: str) -> bool:
        """Whether there is such a category or was one."""
        return self._directory.known_category(code) is not None

    def within(self, area: str) -> frozenset[str]:
        """The area and every area below it; empty for an unknown one."""
        return self._directory.within(area)

    def districts(self) -> tuple[str, ...]:
        """The shards of the public feed: every district, also one that has ended, and a province without districts."""
        return self._directory.shards()

    def category_name(self, code: str, language: str) -> str:
        """The category's name, also of one that has ended."""
        found = self._directory.known_category(code)
        return found.name(language) if found else code

    def safety(self, code: str, language: str) -> str:
        """The category's safety advice, or empty."""
        found = self._directory.known_category(code)
        return found.safety(language) if found else ""
