"""Finding open public cases nearby that may be the same matter; what is alike, similar.py says."""

from chalicelib.core.cells import cells_around
from chalicelib.core.errors import invalid
from chalicelib.feedback import similar
from chalicelib.feedback.commands import FindSimilar
from chalicelib.feedback.lifecycle import OPEN
from chalicelib.feedback.lists import line_of
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory, Found, Store
from chalicelib.feedback.values import Matter, Publication


class SimilarCases:
    """Reads four cells of the index at most, `MOST_IN_CELL` entries of each, and `MOST_READ` cases, however many there are."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def find(self, account: str, wanted: FindSimilar) -> list[Found]:
        """The likest first; empty where nothing is like enough. Raises Invalid for an unknown category."""
        if self._directory.category(wanted.category) is None:
            raise invalid("category", "field.category")
        asked = similar.Asked(wanted.category, wanted.lat, wanted.long, wanted.text)
        cells = cells_around(wanted.lat, wanted.long, similar.RADIUS)
        near = similar.nearest(asked, self._store.nearby(cells, similar.MOST_IN_CELL))
        heads = self._heads([one.spot.code for one in near])
        words = self._store.words(list(heads.values())) if heads else {}
        alike = [similar.likeness(asked, one, _text(words[one.spot.code])) for one in near if one.spot.code in words]
        return [_found(one, heads[one.code], words[one.code], account) for one in similar.shown(alike)]

    def _heads(self, codes: list[str]) -> dict[str, Feedback]:
        """Those that are open and public now; an index tells of a moment ago."""
        heads = self._store.heads(codes) if codes else {}
        return {
            code: case for code, case in heads.items() if case.status in OPEN and case.publication is Publication.PUBLIC
        }


def _text(matter: Matter) -> str:
    return f"{matter.title}\n{matter.text}"


def _found(one: similar.Likeness, case: Feedback, matter: Matter, account: str) -> Found:
    return Found(line_of(case), one.score, one.metres, matter.text, case.reporter == account)
