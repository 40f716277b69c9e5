"""Digests: what stands in them, when they go, to whom, and that none goes twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from chalicelib.core.codes import Link, link_token
from chalicelib.notices.digest_rendering import DigestRenderer
from chalicelib.notices.digest_service import DigestService
from chalicelib.notices.digests import MOST_SHOWN, DigestState, Group, Kind, Work, digest, due_kinds
from chalicelib.notices.model import Role
from chalicelib.notices.ports import Busy, Letter, Refused, Unanswered
from tests.unit.notices.fakes import (
    AGENCY,
    BASE_URL,
    OTHER,
    SECRET,
    FakeBounces,
    FakeClock,
    FakeDirectory,
    FakeProvider,
)

CALENDAR = official()


def at(day: str, hour: str = "07:05") -> datetime:
    """A time in Vietnam, in UTC."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=VIETNAM).astimezone(UTC)


# A Tuesday, and the Monday that begins its week.
TUESDAY, MONDAY = at("2023-05-23"), at("2023-05-22")


def work(code: str = "YB7K2M9QF4X", **changes: Any) -> Work:
    """A case given a week ago that is due next week."""
    plain = {
        "category": "duong_sa", "area": "04288", "assignment": 1, "given_at": at("2023-05-16"),
        "deadline": at("2023-05-31", "17:00"), "accepted": True, "urgent": False,
    }  # fmt: skip
    return Work(code=code, **(plain | changes))


@dataclass
class Desks:
    """Agencies and what lies at their desks; those that are broken raise."""

    lying: dict[str, list[Work]]
    broken: set[str] = field(default_factory=set)

    def agencies(self) -> Sequence[str]:
        return list(self.lying)

    def works(self, agency: str) -> Sequence[Work]:
        if agency in self.broken:
            raise ValueError("a row that nobody can read")
        return self.lying[agency]


@dataclass
class Ledger:
    """What became of each digest, in memory."""

    rows: dict[tuple[Kind, date, str], DigestState] = field(default_factory=dict)

    def settled(self, kind: Kind, day: date) -> frozenset[str]:
        return frozenset(
            agency
            for (one, on, agency), state in self.rows.items()
            if (one, on) == (kind, day) and state is not DigestState.FREE
        )

    def settle(self, kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> None:
        self.rows[kind, day, agency] = state

    def claim(self, kind: Kind, day: date, agency: str, state: DigestState, at: datetime) -> bool:
        if self.rows.get((kind, day, agency), DigestState.FREE) is not DigestState.FREE:
            return False
        self.rows[kind, day, agency] = state
        return True


@dataclass
class House:
    """A service with everything around it."""

    desks: Desks
    ledger: Ledger = field(default_factory=Ledger)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    mailer: FakeProvider = field(default_factory=FakeProvider)
    clock: FakeClock = field(default_factory=FakeClock)
    bounces: FakeBounces = field(default_factory=FakeBounces)

    def __post_init__(self) -> None:
        renderer = DigestRenderer(self.directory, BASE_URL, SECRET)
        self.service = DigestService(
            self.desks, self.ledger, self.directory, renderer, self.mailer, self.clock, self.bounces
        )

    def run(self, now: datetime = TUESDAY, begin_for: float = 180) -> dict[str, int]:
        return self.service.run(now, self.clock() + timedelta(seconds=begin_for))

    @property
    def letters(self) -> list[Letter]:
        return [letter for letter in self.mailer.taken if isinstance(letter, Letter)]


NEW = {"given_at": at("2023-05-22", "09:00"), "accepted": False}


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (at("2023-05-23", "06:59"), ()),
        (at("2023-05-23", "07:00"), (Kind.MORNING,)),
        (at("2023-05-23", "09:59"), (Kind.MORNING,)),
        (at("2023-05-23", "10:00"), ()),
        (at("2023-05-22"), (Kind.MORNING, Kind.WEEK)),
        (at("2023-05-27"), ()),  # a Saturday
        (at("2023-05-01"), ()),  # a Monday off
        (at("2023-05-04"), (Kind.MORNING, Kind.WEEK)),  # the Thursday after 1 to 3 May off
        (at("2025-04-26"), (Kind.MORNING,)),  # a make-up Saturday
        (at("2023-01-27"), (Kind.MORNING, Kind.WEEK)),  # the Friday on which the offices open after Tet
    ],
)
def test_digests_go_in_the_mornings_of_working_days_and_to_heads_on_the_first_of_a_week(
    now: datetime, kinds: tuple[Kind, ...]
) -> None:
    assert due_kinds(CALENDAR, now) == kinds


@pytest.mark.parametrize(
    ("found", "group"),
    [
        (work(deadline=at("2023-05-22", "17:00")), Group.OVERDUE),
        (work(deadline=TUESDAY - timedelta(seconds=1)), Group.OVERDUE),
        (work(deadline=at("2023-05-23", "17:00")), Group.TODAY),
        (work(deadline=at("2023-05-23", "17:00"), **NEW), Group.TODAY),
        (work(given_at=at("2023-05-22", "07:00")), Group.NEW),
        (work(given_at=at("2023-05-22", "06:59")), None),
        (work(), None),
    ],
)
def test_a_case_stands_in_the_morning_under_what_is_most_pressing(found: Work, group: Group | None) -> None:
    made = digest(Kind.MORNING, AGENCY, [found], CALENDAR, TUESDAY)
    assert (made.groups[0][0] if made else None) == group


def test_what_came_over_a_long_weekend_is_new_on_the_first_day_after_it() -> None:
    friday_before = work(given_at=at("2023-04-28", "16:00"))
    made = digest(Kind.MORNING, AGENCY, [friday_before], CALENDAR, at("2023-05-04"))
    assert made is not None
    assert made.groups == ((Group.NEW, (friday_before,)),)


def test_a_head_is_told_what_is_overdue_and_what_is_due_within_the_week() -> None:
    late, soon, later = (
        work("L", deadline=at("2023-05-19", "17:00")),
        work("S", deadline=at("2023-05-26", "17:00")),
        work("N", deadline=at("2023-05-29", "17:00"), **NEW),
    )
    made = digest(Kind.WEEK, AGENCY, [later, soon, late], CALENDAR, MONDAY)
    assert made is not None
    assert made.groups == ((Group.OVERDUE, (late,)), (Group.THIS_WEEK, (soon,)))
    assert made.open == 3


def test_nothing_is_sent_when_nothing_is_to_say() -> None:
    house = House(Desks({AGENCY: [work()], OTHER: []}))
    assert house.run()["empty"] == 2
    assert house.letters == []


def test_the_officer_gets_one_letter_with_a_link_for_each_case() -> None:
    late = work("YB000000001", deadline=at("2023-05-19", "17:00"), assignment=3, urgent=True)
    house = House(Desks({AGENCY: [work("YB000000002", **NEW), late]}))
    assert house.run()["sent"] == 1
    (letter,) = house.letters
    assert letter.to == f"focal@{AGENCY}.example"
    assert letter.subject == "[YenBai-S] Việc hôm nay 23/05/2023: 1 quá hạn, 1 mới"
    for body in (letter.text, letter.html):
        assert f"{BASE_URL}/a/{link_token(SECRET, Link('YB000000001', 3))}" in body
        assert body.index("YB000000001") < body.index("YB000000002")
        assert "Quá hạn 2 ngày làm việc" in body
        assert "chưa nhận xử lý" in body
        assert "Xã Thượng Bằng La" in body


def test_a_long_list_is_cut_and_says_how_many_more_there_are() -> None:
    many = [work(f"YB{number:09d}", deadline=at("2023-05-19", "17:00")) for number in range(MOST_SHOWN + 5)]
    house = House(Desks({AGENCY: many}))
    house.run()
    assert house.letters[0].text.count("/a/YB") == MOST_SHOWN
    assert "và 5 phản ánh khác" in house.letters[0].text
    assert "Quá hạn (25)" in house.letters[0].html


@pytest.mark.parametrize(
    ("kind_of", "roles", "to"),
    [
        (TUESDAY, {Role.FOCAL, Role.DEPUTY, Role.HEAD}, "focal"),
        (TUESDAY, {Role.DEPUTY, Role.HEAD}, "deputy"),
        (TUESDAY, {Role.HEAD}, "head"),
    ],
)
def test_the_first_in_charge_who_has_an_address_is_told(kind_of: datetime, roles: set[Role], to: str) -> None:
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.directory.people[AGENCY] = [one for one in house.directory.people[AGENCY] if one.role in roles]
    house.run(kind_of)
    assert [letter.to for letter in house.letters] == [f"{to}@{AGENCY}.example"]


def test_on_mondays_the_head_has_a_letter_of_his_own() -> None:
    house = House(Desks({AGENCY: [work(deadline=at("2023-05-19", "17:00"))]}))
    assert house.run(MONDAY)["sent"] == 2
    assert [letter.to for letter in house.letters] == [f"focal@{AGENCY}.example", f"head@{AGENCY}.example"]


def test_an_agency_without_officers_is_told_at_its_office_and_without_an_address_it_is_counted() -> None:
    house = House(Desks({AGENCY: [work(**NEW)], "nobody": [work(**NEW)]}))
    house.directory.people = {}
    figures = house.run()
    assert [letter.to for letter in house.letters] == ["ubnd@xa.example"]
    assert (figures["sent"], figures["failed"]) == (1, 1)


def test_no_digest_goes_twice_however_often_the_schedule_fires() -> None:
    house = House(Desks({AGENCY: [work(**NEW)], OTHER: []}))
    for minutes in range(0, 180, 15):
        house.run(TUESDAY + timedelta(minutes=minutes))
    assert len(house.letters) == 1
    house.run(at("2023-05-24"))
    assert len(house.letters) == 1  # what was new yesterday is not new today


def test_two_runs_at_once_send_one_letter() -> None:
    house = House(Desks({AGENCY: [work(**NEW)]}))
    other = House(house.desks, house.ledger, mailer=house.mailer)
    house.mailer.meanwhile = lambda: other.run() and None
    house.run()
    assert len(house.letters) == 1


def test_what_the_provider_had_no_time_for_goes_a_quarter_of_an_hour_later() -> None:
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.mailer.errors = [Busy("Throttling")]
    assert house.run()["free"] == 1
    assert house.run(TUESDAY + timedelta(minutes=15))["sent"] == 1
    assert len(house.letters) == 1


@pytest.mark.parametrize(
    ("error", "state"), [(Unanswered("ReadTimeout"), "uncertain"), (Refused("BadRequest"), "failed")]
)
def test_what_perhaps_arrived_or_never_will_is_not_repeated(error: Exception, state: str) -> None:
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.mailer.errors = [error]
    assert house.run()[state] == 1
    assert house.run(TUESDAY + timedelta(minutes=15))["sent"] == 0


def test_a_run_that_is_killed_after_its_claim_is_not_repeated() -> None:
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.mailer.errors = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        house.run()
    assert house.run(TUESDAY + timedelta(minutes=15))["sent"] == 0


def test_one_agency_that_cannot_be_read_stops_no_other_and_is_named() -> None:
    house = House(Desks({AGENCY: [work(**NEW)], OTHER: [work(**NEW)]}, broken={AGENCY}))
    with pytest.raises(ExceptionGroup) as group:
        house.run()
    assert group.value.exceptions[0].__notes__ == [f"agency {AGENCY}"]
    assert [letter.to for letter in house.letters] == [f"focal@{OTHER}.example"]


def test_none_is_begun_when_the_time_is_up_and_the_next_run_goes_on() -> None:
    house = House(Desks({AGENCY: [work(**NEW)], OTHER: [work(**NEW)]}))
    assert house.run(begin_for=0)["left"] == 2
    assert house.run()["sent"] == 2


def test_a_digest_goes_past_an_address_that_bounced_and_fails_where_all_have() -> None:
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.bounces.known = {f"focal@{AGENCY}.example"}
    house.run()
    assert [letter.to for letter in house.letters] == [f"deputy@{AGENCY}.example"]
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.bounces.known = {f"{role}@{AGENCY}.example" for role in ("focal", "deputy", "head")}
    house.run()
    assert [letter.to for letter in house.letters] == ["ubnd@xa.example"]
    house = House(Desks({AGENCY: [work(**NEW)]}))
    house.bounces.known = {*(f"{role}@{AGENCY}.example" for role in ("focal", "deputy", "head")), "ubnd@xa.example"}
    assert house.run()["failed"] == 1
    assert house.letters == []
