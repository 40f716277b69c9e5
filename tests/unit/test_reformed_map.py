"""After a reform: routing, names, lists and figures, by the seed's own data."""

from collections import Counter
from datetime import timedelta
from typing import Any

from chalicelib.bridges.pages import Offices
from chalicelib.core.calendar import official
from chalicelib.directory.service import Directory
from chalicelib.feedback.reform import Move, Part, Reshaping
from chalicelib.feedback.values import Publication
from infra.reform.directory import Planned, effective_at
from infra.reform.rows import reform
from tests.builders import (
    assigned,
    feedback,
)
from tests.reforms import (
    JULY,
    MARCH,
    Province,
    map_of,
    tables_after,
    units_of_all_days,
)

SMALL = 300

# After it


def test_a_new_case_is_routed_by_the_new_structure_wherever_it_was_recorded() -> None:
    new_map = map_of(tables_after(JULY), effective_at(reform(JULY).day))
    assert new_map.path("04249") == (("commune", "04279"), ("province", "15"))
    assert new_map.path("141") == (("province", "15"),)
    assert new_map.path("99999") == ()
    rule = new_map.category("giao_duc")
    assert rule
    assert [(step.kind, step.level) for step in rule.steps] == [("committee", "commune"), ("education", "province")]


def test_old_cases_keep_the_old_names_and_new_ones_have_the_new() -> None:
    new_map = map_of(tables_after(JULY), effective_at(reform(JULY).day) + timedelta(days=300))
    old, new = effective_at(reform(JULY).day) - timedelta(days=1), effective_at(reform(JULY).day) + timedelta(days=1)
    assert (new_map.area("04252", old).name, new_map.area("04252", new).name) == ("Phường Yên Ninh", "Phường Yên Bái")
    assert new_map.area("04249").name == "Phường Yên Thịnh"
    assert new_map.agency("so-y-te", old).name == "Sở Y tế tỉnh Yên Bái"
    assert new_map.agency("so-y-te").name == "Sở Y tế tỉnh Lào Cai"
    assert new_map.agency("so-gtvt").name == "Sở Giao thông vận tải tỉnh Yên Bái"


def test_a_page_calls_a_place_as_it_was_called() -> None:
    after = effective_at(reform(JULY).day) + timedelta(days=300)
    offices = Offices(Directory(Planned(tables_after(JULY)), lambda: after))
    assert offices.place("04252", after - timedelta(days=400)) == "Phường Yên Ninh, Thành phố Yên Bái"
    assert offices.place("04249", after - timedelta(days=400)) == "Phường Yên Thịnh, Thành phố Yên Bái"
    assert offices.place("04252", after) == offices.place("04252") == "Phường Yên Bái"
    assert (offices.place("15"), offices.place("99999")) == ("Tỉnh Lào Cai", "99999")
    case = assigned(feedback(area="04249"), to="ubnd-04279-2025")
    likely = offices.groups(case, "ubnd-04279-2025", "vi")[0]
    assert "ca-04279-2025" in {choice.code for choice in likely.choices}


def test_the_public_feed_reads_old_and_new_shards_and_an_area_has_what_went_into_it() -> None:
    before = map_of(tables_after(MARCH), effective_at(reform(MARCH).day))
    after = map_of(tables_after(JULY), effective_at(reform(JULY).day))
    assert len(before.districts()) == 9
    assert set(after.districts()) == {*before.districts(), "15"}
    assert {"04279", "04249"} <= after.within("04279")
    assert "04249" in after.within("132")
    assert before.within("132") == after.within("132")
    assert after.within("15") >= {"15", "132", "04249", "04279"}
    assert after.within("99999") == frozenset()


def test_a_successor_of_the_one_complained_about_is_barred_as_well() -> None:
    from chalicelib.feedback.about import barred, complained_of

    new_map = map_of(tables_after(JULY), effective_at(reform(JULY).day))
    case = assigned(feedback(about="ubnd-04249", publication=Publication.PRIVATE), to="ubnd-132")
    assert barred(new_map, case, "ubnd-04279-2025")
    assert not barred(new_map, case, "ubnd-15")
    assert complained_of(new_map, "ubnd-04249") == {"ubnd-04249", "ubnd-04279-2025"}
    assert complained_of(new_map, "") == frozenset()
    assert Reshaping(new_map, official, lambda _: None).moves(case) == (Move(Part.HOLDER, "ubnd-132", "ubnd-15"),)


def test_cases_count_the_same_by_old_and_new_units() -> None:
    units, eve, day = units_of_all_days(), reform(JULY).day - timedelta(days=1), reform(JULY).day
    cases = list(Province(JULY, 3).cases(SMALL))

    def counted(on: Any) -> Counter[str]:
        return Counter(
            units.on(case.area, case.submitted_at.date(), on, (case.matter.lat, case.matter.long))
            for case in cases
            if case.matter
        )

    assert sum(counted(eve).values()) == sum(counted(day).values()) == SMALL
    assert counted(eve) == Counter(case.area for case in cases)
    assert set(counted(day)) <= set(map_of(tables_after(JULY), effective_at(day)).within("15"))
