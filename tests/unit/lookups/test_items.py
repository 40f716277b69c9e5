"""Whatever a good row says, its items' keys can be taken apart again, and stand once."""

import io
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.text import plain
from chalicelib.lookups.living import keyed
from chalicelib.lookups.model import Offer
from chalicelib.lookups.rows import folded
from chalicelib.lookups.uploads.checking import Checker
from chalicelib.lookups.uploads.items import items_of, keeping
from chalicelib.lookups.uploads.model import Upload
from chalicelib.lookups.uploads.ports import Item
from chalicelib.lookups.uploads.sheets import lines_of
from tests.unit.lookups.counting_fakes import PARENTS, SmallMap
from tests.unit.lookups.loading_fakes import BILLS, CUTS, FACILITIES, NOW, SECRET, a_file, dataset

SLICE, NUMBER = "unit@2026-10", 1_234_567
# What DynamoDB takes.
MOST_KEY, MOST_SORT_KEY = 2_048, 1_024

texts = st.text(max_size=200)
ids = st.text("ab#/.-_1 é", min_size=1, max_size=12)
areas = st.sampled_from(sorted(PARENTS))


def made(offer: Offer, header: tuple[str, ...], *cells: object) -> list[Item]:
    """The items of a row, none where it is refused."""
    checker = Checker(dataset(offer), offer.feeds[-1] if offer is BILLS else offer.feeds[0], "", SmallMap())
    with lines_of(io.BytesIO(a_file(header, cells)), checker.fit) as lines:
        checker.header(next(lines))
        facts: Any = next((checker.row(line).facts for line in lines), None)
    upload = Upload(
        dataset=dataset(offer).id,
        number=NUMBER,
        feed="unit",
        slice=SLICE,
        file_name="a.csv",
        size=1,
        by="u",
        begun_at=NOW,
    )
    found = list(items_of(keeping(dataset(offer), upload, SECRET, SmallMap()), facts)) if facts else []
    assert len({(item.pk, item.sk) for item in found}) == len(found)
    for item in found:
        assert len(item.pk.encode()) <= MOST_KEY
        assert len(item.sk.encode()) <= MOST_SORT_KEY
    return found


@given(ids, texts, areas, st.floats(-90, 90), st.floats(-180, 180))
def test_the_keys_of_a_place_are_taken_apart_again(
    identifier: str, title: str, area: str, lat: float, long: float
) -> None:
    header = ("id", "title", "area", "lat", "long")
    for item in made(FACILITIES, header, identifier, title, area, f"{lat:.7f}", f"{long:.7f}"):
        shape = item.pk.split("#")[0]
        found = keyed(item.sk, before=1 if shape == "word" else 0)
        assert (found.slice, found.version) == (SLICE, NUMBER)
        assert found.rest.rpartition("#")[2] == identifier.strip()
        if shape == "word":
            assert item.sk.split("#")[0] in folded(title).split()


@given(ids, texts, st.lists(areas, min_size=1, max_size=5), st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_the_keys_of_a_posting_are_taken_apart_again(identifier: str, title: str, where: list[str], ends: Any) -> None:
    header = ("id", "title", "areas", "ends")
    found = made(CUTS, header, identifier, title, ";".join(where), ends.isoformat())
    # Beside them one for all that lies below the uppermost area.
    assert len(found) in (0, len(set(where)) + (set(where) != {"15"}))
    for item in found:
        assert keyed(item.sk, before=1) == (SLICE, NUMBER, identifier.strip())


@given(st.text(min_size=1, max_size=20), st.text("0123456789", min_size=4, max_size=4), texts)
def test_the_key_of_an_account_says_neither_code_nor_factor(code: str, factor: str, period: str) -> None:
    header = ("customer_code", "phone_end", "period", "amount")
    for item in made(BILLS, header, code, factor, period, "5"):
        found = keyed(item.sk)
        assert (found.slice, found.version) == (SLICE, NUMBER)
        assert item.factor
        assert len(plain(code)) < 4 or code not in f"{item.pk}{item.factor}"
