"""What the lookups see of the directory."""

import re
from collections.abc import Mapping, Sequence

from chalicelib.core.text import tidy
from chalicelib.directory.model import Area
from chalicelib.directory.service import Directory
from chalicelib.lookups.rows import folded

# How a unit of the tree is called before its name, in full and as people shorten it.
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("tinh", "t"), "tinh"),
    **dict.fromkeys(("thanh pho", "tp"), "thanh pho"),
    **dict.fromkeys(("thi xa", "tx"), "thi xa"),
    **dict.fromkeys(("huyen", "h"), "huyen"),
    **dict.fromkeys(("thi tran", "tt"), "thi tran"),
    **dict.fromkeys(("phuong", "p"), "phuong"),
    **dict.fromkeys(("xa", "x"), "xa"),
}
_PARTS = re.compile(r"[,;/]| [-–] ")

Names = Mapping[str, Sequence[str]]


class LookupAreas:
    """The map as lookups wish to see it (lookups.ports.Areas)."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._top: Sequence[Area] = ()
        self._names: Names = {}

    def path(self, area: str) -> Sequence[str]:
        """The codes from the area up to the province; empty for an area unknown."""
        return [found.code for found in self._directory.area_path(area)]

    def name(self, area: str) -> str:
        """Its name with the district's, for people; the code where it is unknown."""
        return ", ".join(self._directory.place_names(area)[:2]) or area

    def find(self, text: str) -> Sequence[str]:
        """The codes of the areas that a unit's file may mean by the text: a code, or a name with or without diacritics.

        Names of units above may follow, after commas; words for the kind of unit may be shortened or left out.
        """
        if self._directory.area(text.strip()):
            return [text.strip()]
        first, *above = [part for part in _PARTS.split(text) if part.strip()] or [""]
        found = self._named(first)
        for part in above:
            meant = set(self._named(part))
            found = [code for code in found if not meant.isdisjoint(self.path(code)[1:])]
        return found

    def below(self, area: str) -> Sequence[str]:
        """The area and all below it."""
        return sorted(self._directory.within(area))

    def _named(self, name: str) -> Sequence[str]:
        """The areas of a name: those of that kind, if it is said; else, and where there are none, of any.

        Of several those that are spelt so: Minh Quán and Minh Quân lie in one district.
        """
        kind, bare = _apart(name)
        names = self._of_today()
        found = names.get(f"{kind} {bare}") or names.get(bare, ())
        spelt = _spelt(name, bare)
        return [code for code in found if _spelt(self.name(code).partition(",")[0], bare) == spelt] or found

    def _of_today(self) -> Names:
        """Every area by its name with and without its kind; made anew when the directory is."""
        top = self._directory.areas()
        if top is not self._top:
            found: dict[str, list[str]] = {}
            codes = sorted({code for area in top for code in self._directory.within(area.code)})
            for area in filter(None, map(self._directory.area, codes)):
                kind, bare = _apart(area.name)
                for name in {f"{kind} {bare}", bare}:
                    found.setdefault(name, []).append(area.code)
            self._top, self._names = top, found
        return self._names


def _spelt(name: str, bare: str) -> str:
    """The last words of a name, as many as `bare` has, with their diacritics."""
    words = tidy(name).lower().split()
    return " ".join(words[-len(bare.split()) :])


def _apart(name: str) -> tuple[str, str]:
    """What kind of unit a name says, in full, and the name without it; a number alone is no name."""
    text = folded(name)
    for said, kind in _KINDS.items():
        bare = text.removeprefix(f"{said} ")
        if bare != text and bare:
            return kind, f"{kind} {bare}" if bare.isdigit() else bare
    return "", text
