"""What administrators change in the directory: from a day on, with a history, one of two at once, refused with reasons."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, Invalid, LostRace, NotFound
from chalicelib.directory.administration import Administration
from chalicelib.directory.catalogue import categories_on
from chalicelib.directory.commands import End, KeepAgency, KeepCategory, KeepDay, KeepOfficer, Step
from chalicelib.directory.model import AgencyKind, AreaLevel, CategoryLevel, OfficerRole, PublicationRule
from infra.seed import rows
from tests.unit.directory.fakes import MemoryDirectory

AREAS, AGENCIES, CATEGORIES = tuple(rows.areas()), tuple(rows.agencies()), tuple(rows.categories())
OFFICERS = tuple(rows.officers())
# 23:30 of the 22nd in UTC is the 23rd in Vietnam already.
NOW = datetime(2023, 5, 22, 23, 30, tzinfo=UTC)
TODAY, TOMORROW, LATER = date(2023, 5, 23), date(2023, 5, 24), date(2023, 7, 1)
WHO, WHY = "admin@centre.example", "Theo Quyết định 12/QĐ-UBND của tỉnh."


class Office:
    """The administration over the seed; `waiting` are open cases by agency."""

    def __init__(self) -> None:
        self.store = MemoryDirectory(AREAS, AGENCIES, OFFICERS, CATEGORIES)
        self.waiting: dict[str, int] = {}
        self.now = NOW
        self.service = Administration(self.store, lambda: self.now, self._open)

    def _open(self, agency: str, most: int) -> int:
        return min(self.waiting.get(agency, 0), most)

    def category(self, version: int = 0, code: str = "duong_sa", **changed: Any) -> Any:
        return self.service.keep_category(WHO, code, category(version, **changed))

    def agency(self, version: int = 0, code: str = "ubnd-04252", **changed: Any) -> Any:
        return self.service.keep_agency(WHO, code, agency(version, code, **changed))


def category(version: int, **changed: Any) -> KeepCategory:
    seed = next(row for row in CATEGORIES if row.code == "duong_sa")
    given = {name: getattr(seed, name) for name in KeepCategory.__struct_fields__ if hasattr(seed, name)}
    given |= {"routing": (Step(kind=AgencyKind.TRANSPORT, level=AreaLevel.PROVINCE),), "valid_from": None}
    return KeepCategory(**(given | {"version": version, "reason": WHY} | changed))


def agency(version: int, code: str = "ubnd-04252", **changed: Any) -> KeepAgency:
    seed = next((row for row in AGENCIES if row.code == code), AGENCIES[0])
    given = {name: getattr(seed, name) for name in KeepAgency.__struct_fields__ if hasattr(seed, name)}
    people = next(row for row in OFFICERS if row.code == seed.code).officers
    officers = tuple(KeepOfficer(role=one.role, name=one.name, email=one.email, phone=one.phone) for one in people)
    given |= {"officers": officers, "valid_from": None}
    return KeepAgency(**(given | {"version": version, "reason": WHY} | changed))


def refused(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {one.field: one.words for one in error.value.errors}


def test_a_change_is_a_new_row_from_a_day_on_and_the_old_one_goes_until_then() -> None:
    office = Office()
    kept = office.category(valid_from=LATER, working_days=5)
    assert [(row.valid_from, row.valid_to, row.working_days) for row in kept.rows] == [
        (date(2023, 1, 1), LATER, 7), (LATER, None, 5),
    ]  # fmt: skip
    for day, days in ((TODAY, 7), (LATER - timedelta(days=1), 7), (LATER, 5)):
        assert categories_on(office.store.categories(), day).today["duong_sa"].working_days == days


def test_without_a_day_a_change_holds_from_today_in_vietnam() -> None:
    assert Office().category().rows[-1].valid_from == TODAY


def test_a_second_change_of_the_same_day_replaces_the_first_and_the_history_keeps_both() -> None:
    office = Office()
    office.category(working_days=5)
    kept = office.category(1, working_days=6)
    assert [(row.valid_from, row.working_days) for row in kept.rows] == [(date(2023, 1, 1), 7), (TODAY, 6)]
    newest, first = office.service.history("category", "duong_sa")
    assert (newest.number, newest.user, newest.at, newest.reason) == (2, WHO, NOW, WHY)
    assert [row["working_days"] for row in newest.before] == [5]
    assert [row["working_days"] for row in newest.after] == [6]
    assert [(row["valid_from"], row.get("valid_to")) for row in first.before] == [("2023-01-01", None)]
    assert [(row["valid_from"], row.get("valid_to")) for row in first.after] == [
        ("2023-05-23", None), ("2023-01-01", "2023-05-23"),
    ]  # fmt: skip


def test_a_change_before_a_planned_one_holds_until_that() -> None:
    office = Office()
    office.category(valid_from=LATER, working_days=5)
    kept = office.category(1, valid_from=TOMORROW, working_days=6)
    assert [(row.valid_from, row.valid_to) for row in kept.rows] == [
        (date(2023, 1, 1), TOMORROW), (TOMORROW, LATER), (LATER, None),
    ]  # fmt: skip


def test_what_is_so_already_is_no_change_whatever_version_is_named() -> None:
    office = Office()
    office.category(working_days=5)
    assert office.category(0, working_days=5).version == 1
    assert len(office.service.history("category", "duong_sa")) == 1


def test_who_has_read_an_older_version_is_told() -> None:
    office = Office()
    office.category(working_days=5)
    with pytest.raises(Conflict) as error:
        office.category(0, working_days=6)
    assert (error.value.words, error.value.params) == ("error.version", {"version": 1})


def test_of_two_at_once_one_wins() -> None:
    office = Office()
    office.store.before_keeping = lambda: office.category(0, working_days=4) and None
    with pytest.raises(Conflict):
        office.category(0, working_days=6)
    assert [row.working_days for row in office.service.category("duong_sa").rows] == [7, 4]


def test_a_change_of_another_code_at_the_same_time_only_makes_it_look_again() -> None:
    office = Office()
    office.store.before_keeping = lambda: office.category(code="rac_thai", working_days=4) and None
    assert office.category(working_days=6).version == 1
    assert office.service.category("rac_thai").version == 1


def test_two_who_would_close_a_circle_at_once_do_not() -> None:
    office = Office()
    office.store.before_keeping = lambda: office.agency(code="so-y-te", parent="so-gtvt") and None
    with pytest.raises(Conflict, match="circle"):
        office.agency(code="so-gtvt", parent="so-y-te")
    assert office.service.agency("so-gtvt").version == 0


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=3 * 366 + 1)])
def test_nothing_changes_what_held_before_today_or_is_beyond_planning(day: date) -> None:
    office = Office()
    for change in (
        lambda: office.category(valid_from=day),
        lambda: office.agency(valid_from=day),
        lambda: office.service.end_category(WHO, "duong_sa", End(version=0, reason=WHY, on=day)),
        lambda: office.service.keep_day(WHO, day, KeepDay(version=0, reason=WHY, kind="off")),
    ):
        with pytest.raises(Invalid) as error:
            change()
        assert set(refused(error).values()) == {"field.day_range"}


def test_a_new_category_needs_no_row_before() -> None:
    kept = Office().category(code="vot_rac", order=99)
    assert [(row.code, row.valid_from, row.valid_to) for row in kept.rows] == [("vot_rac", TODAY, None)]


def test_a_category_names_all_that_is_wrong_with_it() -> None:
    twice = (Step(kind=AgencyKind.POLICE, level=AreaLevel.COMMUNE),) * 2
    with pytest.raises(Invalid) as error:
        Office().category(
            working_days=None, level=CategoryLevel.NORMAL, routing=twice, publication=PublicationRule.PUBLIC
        )
    assert refused(error) == {"working_days": "field.missing", "routing": "field.step_twice"}


def test_a_step_that_can_find_nobody_is_said_and_saved() -> None:
    steps = (
        Step(kind=AgencyKind.WATER, level=AreaLevel.COMMUNE),
        Step(kind=AgencyKind.POLICE, level=AreaLevel.COMMUNE),
    )
    kept = Office().category(routing=steps)
    assert [(note.field, note.words) for note in kept.notes] == [("routing.0", "field.step_unserved")]
    assert kept.version == 1


def test_an_ended_category_can_be_chosen_no_more_and_stays_known() -> None:
    office = Office()
    office.service.end_category(WHO, "duong_sa", End(version=0, reason=WHY, on=TOMORROW))
    assert "duong_sa" in categories_on(office.store.categories(), TODAY).today
    on_the_day = categories_on(office.store.categories(), TOMORROW)
    assert "duong_sa" not in on_the_day.today
    assert on_the_day.known["duong_sa"].name_vi
    assert office.category(1, valid_from=LATER).rows[-1].valid_from == LATER


def test_what_never_was_or_has_ended_cannot_end() -> None:
    office = Office()
    with pytest.raises(NotFound):
        office.service.end_category(WHO, "vot_rac", End(version=0, reason=WHY))
    office.service.end_category(WHO, "duong_sa", End(version=0, reason=WHY))
    with pytest.raises(NotFound):
        office.service.end_category(WHO, "duong_sa", End(version=1, reason=WHY, on=TOMORROW))


def test_an_end_said_twice_is_one() -> None:
    office = Office()
    for _ in range(2):
        assert office.service.end_category(WHO, "duong_sa", End(version=0, reason=WHY)).version == 1


def test_an_end_before_a_planned_change_is_refused() -> None:
    office = Office()
    office.category(valid_from=LATER)
    with pytest.raises(Conflict, match="changes_later"):
        office.service.end_category(WHO, "duong_sa", End(version=1, reason=WHY, on=TOMORROW))


def test_an_agency_changes_with_its_officers_in_one_step() -> None:
    office = Office()
    head = KeepOfficer(role=OfficerRole.HEAD, name="Giàng A Páo", email="pao@ubnd-04252.example", phone="095 812 3456")
    kept = office.agency(valid_from=LATER, approval=True, officers=(head,))
    assert [row.approval for row in kept.rows] == [False, True]
    assert [(row.valid_from, row.officers[0].phone) for row in kept.officers][-1] == (LATER, "+84958123456")
    (entry,) = office.service.history("agency", "ubnd-04252")
    assert {row["what"] for row in entry.after} == {"agency", "officers"}


def test_officers_who_stay_get_no_new_row() -> None:
    kept = Office().agency(name="Ủy ban nhân dân phường Yên Ninh mới")
    assert len(kept.rows) == 2
    assert len(kept.officers) == 1


def test_an_agency_names_all_that_is_wrong_with_it() -> None:
    person = KeepOfficer(role=OfficerRole.FOCAL, name="Sùng Thị Mỷ", email="không có", phone="02163852708")
    with pytest.raises(Invalid) as error:
        Office().agency(areas=(), email="van-thu@", phone="113", officers=(person,))
    assert refused(error) == {
        "areas": "field.missing", "officers": "field.head_missing", "email": "field.email", "phone": "field.office_phone",
        "officers.0.email": "field.email", "officers.0.phone": "field.phone",
    }  # fmt: skip
    with pytest.raises(Invalid) as error:
        Office().agency(areas=("04252", "99999"), parent="nobody")
    assert refused(error) == {"areas.1": "field.area", "parent": "field.agency"}


def test_a_parent_that_ends_before_is_none() -> None:
    office = Office()
    office.service.end_agency(WHO, "ubnd-132", End(version=0, reason=WHY, on=TOMORROW))
    with pytest.raises(Invalid) as error:
        office.agency(parent="ubnd-132", valid_from=TOMORROW, name="Ủy ban nhân dân phường")
    assert refused(error) == {"parent": "field.agency"}


def test_a_circle_is_refused_and_named() -> None:
    with pytest.raises(Conflict) as error:
        Office().agency(code="ubnd-15", parent="so-gtvt")
    assert error.value.words == "error.agency_circle"
    assert "so-gtvt" in str(error.value.params["agencies"])


def test_an_area_served_by_the_same_kind_already_is_refused() -> None:
    with pytest.raises(Invalid) as error:
        Office().agency(areas=("04252", "04255"))
    assert refused(error) == {"areas": "field.served_twice"}


def test_an_area_is_free_from_the_day_on_which_the_other_ends() -> None:
    office = Office()
    office.service.end_agency(WHO, "ubnd-04255", End(version=0, reason=WHY, on=LATER))
    assert office.agency(areas=("04252", "04255"), valid_from=LATER).version == 1


def test_telephone_companies_serve_the_same_place_by_their_nature() -> None:
    assert Office().agency(code="vnpt-15", name="VNPT tỉnh Yên Bái").version == 1


def test_an_agency_ends_with_what_waits_there_said() -> None:
    office = Office()
    office.waiting["ubnd-132"] = 250
    ended = office.service.end_agency(WHO, "ubnd-132", End(version=0, reason=WHY))
    assert (ended.notes[0].words, dict(ended.notes[0].params)["count"]) == ("field.open_cases", 100)
    assert ended.notes[1].words == "field.agencies_below"
    assert ended.rows[-1].valid_to == TODAY


def test_a_day_is_made_off_and_given_back_to_the_public_calendar() -> None:
    office = Office()
    off = office.service.keep_day(WHO, LATER - timedelta(days=1), KeepDay(version=0, reason=WHY, kind="off"))
    assert (off.rows[0].kind, off.rows[0].reason, off.version) == ("off", WHY, 1)
    back = office.service.keep_day(WHO, LATER - timedelta(days=1), KeepDay(version=1, reason=WHY, kind="official"))
    assert back.rows[0].kind == "work"
    assert [entry.number for entry in office.service.history("calendar", "2023-06-30")] == [2, 1]
    saturday = office.service.keep_day(WHO, LATER, KeepDay(version=0, reason=WHY, kind="official"))
    assert saturday.rows[0].kind == "off"


def test_who_always_loses_the_race_is_told_in_the_end() -> None:
    office = Office()

    def rival() -> None:
        office.store.counts["calendar"] = office.store.counts.get("calendar", 0) + 1
        office.store.before_keeping = rival

    office.store.before_keeping = rival
    with pytest.raises(LostRace):
        office.service.keep_day(WHO, LATER, KeepDay(version=0, reason=WHY, kind="work"))


def test_what_is_unknown_is_not_found() -> None:
    office = Office()
    for read in (office.service.category, office.service.agency):
        with pytest.raises(NotFound):
            read("nobody")
    assert office.service.history("agency", "nobody") == []
    assert office.service.day(TODAY).version == 0


def test_an_agency_that_stands_is_described_as_it_is_by_the_seed() -> None:
    office = Office()
    seed = next(row for row in AGENCIES if row.code == "ubnd-04252")
    assert office.agency().rows == (seed,)
    assert office.service.history("agency", "ubnd-04252") == []
    assert office.agency(short_name="UBND mới").rows[0] == replace(seed, valid_to=TODAY)


def test_the_history_of_a_code_is_its_own() -> None:
    office = Office()
    office.category(working_days=5)
    office.category(code="rac_thai", working_days=4)
    assert [entry.after[0]["code"] for entry in office.service.history("category", "rac_thai")] == ["rac_thai"]
    assert office.service.category("duong_sa").version == 1
