"""A reform as changes of the directory: what is written, what is refused, and that the reforms of 2025 fit."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict
from chalicelib.directory import catalogue
from chalicelib.directory.model import Agency, AreaLevel, Subject, Successor
from chalicelib.directory.reform import Change, Reform, faults, reformed, written
from infra.reform.rows import reform
from infra.seed.reforms import days
from tests.reforms import JULY, MARCH, tables_after, tables_before

DAY = date(2025, 3, 1)


@pytest.mark.parametrize("day", [MARCH, JULY])
def test_the_reforms_of_2025_fit_and_done_again_give_nothing(day: str) -> None:
    assert faults(tables_after(day), reform(day).day) == ()
    assert reformed(tables_after(day), reform(day)) == tables_after(day)
    assert written(tables_after(day).agencies, reform(day).agencies, reform(day).day, Agency) == ()


def test_there_are_the_two_reforms_of_2025() -> None:
    assert days() == (MARCH, JULY)


def test_the_second_reform_does_not_fit_before_the_first() -> None:
    with pytest.raises(Conflict) as refused:
        reformed(tables_before(MARCH), reform(JULY))
    assert refused.value.words == "error.reform_unfit"


def test_the_eve_stays_as_it_was() -> None:
    for day in (MARCH, JULY):
        eve = reform(day).day - timedelta(days=1)
        before, after = tables_before(day), tables_after(day)
        assert {a.code: a.name for a in catalogue.agencies_on(before.agencies, eve).today.values()} == {
            a.code: a.name for a in catalogue.agencies_on(after.agencies, eve).today.values()
        }
        assert set(catalogue.areas_on(before.areas, eve).today) == set(catalogue.areas_on(after.areas, eve).today)


def test_districts_and_their_offices_are_gone_in_july_and_every_commune_has_its_own() -> None:
    areas = catalogue.areas_on(tables_after(JULY).areas, date(2025, 7, 1))
    agencies = catalogue.agencies_on(tables_after(JULY).agencies, date(2025, 7, 1))
    assert len(areas.communes) == 51
    assert not [area for area in areas.today.values() if area.level is AreaLevel.DISTRICT]
    for commune in areas.communes:
        assert commune.parent == "15"
        assert commune.south <= commune.lat <= commune.north
        assert commune.west <= commune.long <= commune.east
        for kind in ("committee", "police", "health", "power"):
            assert agencies.competent(kind, commune.code), (kind, commune.name)
    assert areas.today["15"].name == "Tỉnh Lào Cai"
    assert agencies.today["ubnd-15"].name == "Ủy ban nhân dân tỉnh Lào Cai"
    assert not [agency.name for agency in agencies.today.values() if "tỉnh Yên Bái" in agency.name]


def test_no_district_police_and_no_merged_department_works_after_march() -> None:
    working = catalogue.agencies_on(tables_after(MARCH).agencies, DAY).today
    assert not {"so-gtvt", "so-khdt", "so-tnmt", "so-nnptnt", "so-ldtbxh", "so-tttt", "ban-dan-toc", "cuc-qltt"} & set(
        working
    )
    assert not [code for code in working if code in {f"ca-{number}" for number in range(132, 142)}]
    assert working["ca-04249"].parent == "ca-15"


def test_every_new_agency_has_a_head_a_focal_officer_and_a_deputy() -> None:
    for day in (MARCH, JULY):
        new = {change.code for change in reform(day).agencies if change.new}
        assert {row.code for row in reform(day).officers} == new
        assert all(len(row.officers) == 3 for row in reform(day).officers)


def test_what_was_changed_in_operation_stays_changed() -> None:
    before = tables_before(MARCH)
    agencies = tuple(
        replace(one, phone="+84958999999") if one.code in ("so-gtvt", "vnpt-15") else one for one in before.agencies
    )
    after = {
        (one.code, one.valid_from): one for one in reformed(replace(before, agencies=agencies), reform(MARCH)).agencies
    }
    assert after["so-gtvt", date(2023, 1, 1)].phone == "+84958999999"
    assert after["so-gtvt", date(2023, 1, 1)].valid_to == DAY
    assert (after["vnpt-15", DAY].phone, after["vnpt-15", DAY].parent) == ("+84958999999", "so-khcn")


def test_what_was_corrected_after_the_reform_is_left() -> None:
    corrected = tuple(
        replace(one, name="Tên đã sửa") if (one.code, one.valid_from) == ("so-nnmt", DAY) else one
        for one in tables_after(MARCH).agencies
    )
    assert written(corrected, reform(MARCH).agencies, DAY, Agency) == ()


def test_a_writing_cut_off_in_the_middle_is_completed() -> None:
    """Of a change, the old row's end was written and the new row was not."""
    whole = tables_after(MARCH).agencies
    half = tuple(one for one in whole if not (one.code == "vnpt-15" and one.valid_from == DAY))
    (missing,) = written(half, reform(MARCH).agencies, DAY, Agency)
    assert missing in whole
    other_half = tuple(
        replace(one, valid_to=None) if one.code == "vnpt-15" and one.valid_from != DAY else one for one in whole
    )
    (missing,) = written(other_half, reform(MARCH).agencies, DAY, Agency)
    assert missing in whole


@pytest.mark.parametrize(
    "change", [Change("nobody", end=True), Change("nobody"), Change("so-y-te", new=True, values={"name": "X"})]
)
def test_what_is_not_there_cannot_end_and_what_is_there_is_not_new(change: Change) -> None:
    with pytest.raises(Conflict):
        written(tables_before(MARCH).agencies, [change], DAY, Agency)


def succeeds(of: str, *to: str) -> Successor:
    return Successor(code=f"agency-{of}", subject=Subject.AGENCY, of=of, to=to, valid_from=DAY)


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (Reform(day=DAY, agencies=(Change("ca-132", end=True),)), "agency ca-132: ended without a successor"),
        (Reform(day=DAY, successors=(succeeds("so-gtvt", "so-y-te"),)), "successor of so-gtvt: it goes on"),
        (Reform(day=DAY, successors=(succeeds("so-gtvt", "nobody"),)), "successor of so-gtvt: no nobody"),
        (
            Reform(day=DAY, successors=(succeeds("so-gtvt", "so-y-te"), succeeds("so-y-te", "so-gtvt"))),
            "successors in a circle: so-gtvt → so-y-te → so-gtvt",
        ),
        (Reform(day=DAY, agencies=(Change("so-nnptnt", end=True),)), "agency cc-kiem-lam: no so-nnptnt above it"),
        (Reform(day=DAY, agencies=(Change("so-tttt", end=True),)), "category vien_thong: no agency for any of its steps"),
        (Reform(day=DAY, agencies=(Change("so-gtvt", end=True),)), "watch committee-district-giao-thong: no agency so-gtvt"),
        (Reform(day=DAY, areas=(Change("141", end=True),)), "area 141: ended without a successor"),
        (Reform(day=DAY, areas=(Change("141", end=True),)), "agency ubnd-141: no area 141"),
        (
            Reform(day=DAY, agencies=(Change("ubnd-15", values={"parent": "vp-ubnd-15"}),)),
            "agencies in a circle: vp-ubnd-15 → ubnd-15 → vp-ubnd-15",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(wanted: Reform, fault: str) -> None:
    assert fault in faults(reformed(tables_before(MARCH), wanted), DAY)
