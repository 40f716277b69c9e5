"""What the lookups see of the directory."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from chalicelib.directory.service import Directory
from chalicelib.lookups.rows import folded

# How a unit of the tree is called before its name; people leave it out, or shorten it.
_KINDS = ("tinh", "thanh pho", "tp", "thi xa", "tx", "huyen", "thi tran", "tt", "phuong", "p", "xa")


class LookupAreas:
    """The map as lookups wish to see it (lookups.ports.Areas)."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def path(self, area: str) -> Sequence[str]:
        """The codes from the area up to the province; empty for an area unknown."""
        return [found.code for found in self._directory.area_path(area)]

    def name(self, area: str) -> str:
        """Its name with the district's, for people; the code where it is unknown."""
        return ", ".join(self._directory.place_names(area)[:2]) or area

    def find(self, text: str) -> Sequence[str]:
        """The codes of the areas that a unit's file may mean by the text: a code, or a name with or without diacritics.

        A name may be followed by the district's after a comma, and may lack the words for the kind of unit.
        """
        if self._directory.area(text.strip()):
            return [text.strip()]
        wanted = ",".join(_bare(part) for part in text.split(",")[:2])
        return self._codes.get(",".join(folded(part) for part in text.split(",")[:2])) or self._codes.get(wanted, ())

    def below(self, area: str) -> Sequence[str]:
        """The area and all below it."""
        return sorted(self._directory.within(area))

    @cached_property
    def _codes(self) -> Mapping[str, Sequence[str]]:
        """Every way to write an area's name, and the areas that may be meant by it; as it was when first asked for."""
        found: dict[str, dict[str, None]] = {}
        tops = [top.code for top in self._directory.areas()]
        for code in sorted(code for top in tops for code in self._directory.within(top)):
            names = self._directory.place_names(code)
            for spelt in (folded, _bare):
                found.setdefault(spelt(names[0]), {})[code] = None
                found.setdefault(",".join(spelt(name) for name in names[:2]), {})[code] = None
        return {name: tuple(codes) for name, codes in found.items()}


def _bare(name: str) -> str:
    """A name as it is compared, without the words for the kind of unit."""
    text = folded(name)
    for kind in _KINDS:
        if text.startswith(f"{kind} ") and not text.removeprefix(f"{kind} ").isdigit():
            return text.removeprefix(f"{kind} ")
    return text
