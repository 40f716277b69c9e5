"""Places as they lie in the table Lookups: by cell, by area and by the words of their titles; of each what lives alone."""

from collections.abc import Sequence
from heapq import merge

import msgspec

from chalicelib.lookups import rows
from chalicelib.lookups.living import Living, keyed
from chalicelib.lookups.model import Place
from chalicelib.lookups.places.service import Listed
from chalicelib.lookups.table import Row

_decode = msgspec.json.Decoder(Place).decode


class PlaceStore:
    """Reads of places; each is bounded by what it is told, and tells whether there is more."""

    def in_cell(self, dataset: str, cell: str, stamps: Sequence[str], most: int) -> tuple[list[Place], bool]:
        """The places of a cell in the versions of these stamps, at most so many, and whether these are all."""
        found: list[Place] = []
        for stamp in stamps:
            items, more = Row.rows(
                rows.cell_key(dataset, cell), Row.sk.startswith(f"{stamp}#"), limit=most - len(found), only=["facts"]
            )
            found += [_decode(item["facts"]) for item in items]
            if more is not None or (len(found) == most and stamp != stamps[-1]):
                return found, False
        return found, True

    def in_area(
        self, dataset: str, area: str, stamps: Sequence[str], after: str, most: int
    ) -> tuple[list[Listed], bool]:
        """The places of an area after a mark, in the order of their marks, at most so many, and whether these are all."""
        pages, whole = [], True
        for stamp in stamps:
            wanted = (
                Row.sk.between(f"{stamp}#{after}\0", f"{stamp}#\U0010ffff") if after else Row.sk.startswith(f"{stamp}#")
            )
            items, more = Row.rows(rows.area_key(dataset, area), wanted, limit=most, only=["sk", "facts"])
            pages.append([Listed(keyed(item["sk"]).rest, _decode(item["facts"])) for item in items])
            whole = whole and more is None
        # What two feeds have under one title and id is one place.
        found = list({one.mark: one for one in merge(*pages, key=lambda one: one.mark)}.values())
        return found[:most], whole and len(found) <= most

    def with_word(self, dataset: str, word: str, living: Living, most: int) -> tuple[list[Place], bool]:
        """Places with a word that begins so in their title; so many rows are read at most, also of versions that do not live."""
        items, more = Row.rows(
            rows.word_key(dataset, word), Row.sk.startswith(word), limit=most, only=["sk", "facts"]
        )  # fmt: skip
        live = [item for item in items if living.has(*keyed(item["sk"], 1)[:2])]
        # A title may have several words that begin so.
        places = {(place.feed, place.id): place for place in (_decode(item["facts"]) for item in live)}
        return list(places.values()), more is None
