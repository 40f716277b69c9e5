"""Areas as units write them in their files, found in the seeded map."""

from datetime import UTC, datetime

import pytest

from chalicelib.bridges.lookups import LookupAreas
from chalicelib.directory.model import AreaLevel
from chalicelib.directory.service import Directory
from infra.seed import rows
from tests.fakes import MovableClock
from tests.unit.directory.test_service import SeedRows

NOW = datetime(2024, 5, 20, 3, tzinfo=UTC)
DIRECTORY = Directory(SeedRows(), lambda: NOW)
AREAS = LookupAreas(DIRECTORY)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("04252", ["04252"]),
        (" 04252 ", ["04252"]),
        ("Phường Yên Ninh", ["04252"]),
        ("phuong yen ninh", ["04252"]),
        ("Yên Ninh", ["04252"]),
        ("P. Yên Ninh, TP Yên Bái", ["04252"]),
        ("phường Yên Ninh - thành phố Yên Bái - tỉnh Yên Bái", ["04252"]),
        ("Yen Ninh, Yen Bai, Yen Bai", ["04252"]),
        ("xã Yên Ninh", ["04252"]),
        ("TP. Yên Bái", ["132"]),
        ("tỉnh Yên Bái", ["15"]),
        ("Xã Minh Quân", ["04567"]),
        ("Minh Quán", ["04516"]),
        ("minh quan", ["04516", "04567"]),
        ("Yên Bái", ["132", "15"]),
        ("Yên Ninh, huyện Lục Yên", []),
        ("Yên Ninh, Không Đâu", []),
        ("Không Đâu", []),
        ("", []),
        (",", []),
        ("phường", []),
        ("1", []),
    ],
)
def test_an_area_is_found_by_code_or_name(text: str, codes: list[str]) -> None:
    assert list(AREAS.find(text)) == codes


def test_every_area_is_found_by_its_own_name_and_those_above() -> None:
    for area in rows.areas():
        path = DIRECTORY.area_path(area.code)
        assert list(AREAS.find(", ".join(one.name for one in path))) == [area.code]
        assert area.code in AREAS.find(area.name)


def test_names_that_several_communes_have_mean_all_of_them() -> None:
    communes = [area for area in rows.areas() if area.level == AreaLevel.COMMUNE]
    twins = {area.name for area in communes if sum(other.name == area.name for other in communes) > 1}
    for name in twins:
        assert set(AREAS.find(name)) == {area.code for area in communes if area.name == name}


def test_the_path_goes_up_and_names_are_for_people() -> None:
    assert list(AREAS.path("04252")) == ["04252", "132", "15"]
    assert AREAS.path("99") == []
    assert AREAS.name("04252") == "Phường Yên Ninh, Thành phố Yên Bái"
    assert (AREAS.name("15"), AREAS.name("99")) == ("Tỉnh Yên Bái", "99")
    assert {"132", "04252"} < set(AREAS.below("132"))
    assert "135" not in AREAS.below("132")


def test_a_change_of_the_map_is_seen_as_soon_as_the_directory_sees_it() -> None:
    class Rows(SeedRows):
        missing = True

        def areas(self) -> tuple:  # type: ignore[type-arg]
            return tuple(area for area in super().areas() if not (self.missing and area.code == "04252"))

    changing, clock = Rows(), MovableClock(NOW)
    areas = LookupAreas(Directory(changing, clock))
    assert list(areas.find("Yên Ninh")) == []
    changing.missing = False
    clock.move(minutes=6)
    assert list(areas.find("Yên Ninh")) == ["04252"]
