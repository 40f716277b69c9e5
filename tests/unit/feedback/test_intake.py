"""Matters from the older channels: whose they are, once by their number, as a sheet row by row."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.core import codes
from chalicelib.core.actors import ActorKind
from chalicelib.core.errors import Conflict, Invalid, Unavailable, invalid
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.intake import Intake, Row, figures
from chalicelib.feedback.intake_commands import Enter, EnterSheet, OlderChannel
from chalicelib.feedback.lifecycle import Action, Party
from chalicelib.feedback.moderation import seal
from chalicelib.feedback.values import Channel
from chalicelib.runtime.decoding import convert
from tests.builders import COMMITTEE, DISPATCHER, NOW, SECRET, TEXT, stamp
from tests.fakes import Office

PHONE = "+84951234567"
HEADER = "channel,channel_ref,phone,name,category,text,lat,long"


@dataclass
class SmallTown:
    """People by phone; `down` after so many accounts."""

    accounts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    down_after: int = 10**6

    def phone(self, text: str) -> str:
        digits = text.replace(" ", "").removeprefix("+84").removeprefix("0")
        if not digits.isdigit():
            raise invalid("phone", "field.phone")
        return f"+84{digits}"

    def enrol(self, phone: str, name: str) -> str:
        if phone not in self.accounts and len(self.accounts) >= self.down_after:
            raise Unavailable()
        self.names.setdefault(phone, name)
        return self.accounts.setdefault(phone, f"account-of-{phone}")


class Desk:
    """The intake on fakes."""

    def __init__(self) -> None:
        self.office = Office()
        self.town = SmallTown()
        self.intake = Intake(
            self.office.store, self.office.service, self.town, self.office.clock, SECRET,
            lambda row: convert(row, Enter, strict=False),
        )  # fmt: skip

    def enter(self, **changes: Any) -> Any:
        return self.intake.enter(DISPATCHER, entry(**changes), Trace(cid="cid-1"))

    def sheet(self, *lines: str, from_line: int = 1) -> Any:
        return self.intake.enter_sheet(DISPATCHER, EnterSheet(csv="\n".join(lines), from_line=from_line), Trace())


def entry(**changes: Any) -> Enter:
    plain: dict[str, Any] = {
        "channel": OlderChannel.HOTLINE, "channel_ref": "1022-000123", "phone": "0951 234 567", "name": "Bà Sa",
        "category": "duong_sa", "text": TEXT, "location": commands.Location(lat=21.7, long=104.9),
    }  # fmt: skip
    return Enter(**(plain | changes))


def line(ref: str, text: str = TEXT, phone: str = "0951234567", lat: str = "21.7", category: str = "duong_sa") -> str:
    return f'hotline,{ref},{phone},Bà Sa,{category},"{text}",{lat},104.9'


def test_the_owner_of_the_phone_is_the_reporter_and_the_dispatcher_the_actor() -> None:
    desk = Desk()
    case = desk.enter().case
    assert case.reporter == desk.town.accounts[PHONE]
    assert (case.history[0].action, case.history[0].by, case.history[0].actor) == (
        Action.SUBMIT, ActorKind.DISPATCHER, DISPATCHER,
    )  # fmt: skip
    assert (case.channel, case.channel_ref) == (Channel.HOTLINE, "1022-000123")
    assert desk.town.names == {PHONE: "Bà Sa"}


def test_the_promise_is_that_of_an_own_submission() -> None:
    desk = Desk()
    entered = desk.enter().case
    plain = {name: getattr(entry(), name) for name in commands.Submit.__struct_fields__}
    own = desk.office.service.submit("account-1", commands.Submit(**plain), Trace(key="a-key-0001"))
    for name in ("promised_by", "centre_due", "level", "handling", "area", "district", "publication", "matter"):
        assert getattr(entered, name) == getattr(own, name)


def test_the_reporter_acts_as_if_it_were_sent_by_himself() -> None:
    desk = Desk()
    case = desk.enter().case
    routed = desk.office.service.route(case.code, "cid-2")
    assert routed is not None
    assert routed.agency == COMMITTEE
    assert desk.office.lists.own(case.reporter, commands.ListOwn()).items[0].code == case.code
    assert desk.office.service.withdraw(case.reporter, case.code, commands.Withdraw(), Trace()).ended


def test_the_same_number_again_gives_the_same_case_however_the_phone_is_written() -> None:
    desk = Desk()
    first, again = desk.enter(), desk.enter(phone="+84951234567")
    assert (first.new, again.new) == (True, False)
    assert again.case.code == first.case.code
    assert len([part for _, part in desk.office.store.writes if part == "head"]) == 1


@pytest.mark.parametrize(
    "change", [{"text": TEXT + " Thêm."}, {"phone": "0957654321"}, {"category": "rac_thai"}, {"name": ""}]
)
def test_the_same_number_with_another_matter_is_refused_and_makes_no_account(change: dict[str, Any]) -> None:
    desk = Desk()
    desk.enter()
    with pytest.raises(Conflict, match="channel_ref_reused"):
        desk.enter(**change)
    assert list(desk.town.accounts) == [PHONE]


def test_the_same_number_of_another_channel_is_another_matter() -> None:
    desk = Desk()
    assert desk.enter().case.code != desk.enter(channel=OlderChannel.PAPER).case.code


def test_a_repeated_number_finds_its_case_also_where_the_category_has_ended_since() -> None:
    desk = Desk()
    first = desk.enter()
    desk.office.directory.rules.pop("duong_sa")
    assert desk.enter().case.code == first.case.code
    with pytest.raises(Invalid):
        desk.enter(channel_ref="1022-000124")


def test_a_refused_matter_makes_no_account() -> None:
    desk = Desk()
    with pytest.raises(Invalid):
        desk.enter(category="phep_thuat")
    assert desk.town.accounts == {}


def test_a_sealed_case_keeps_its_place_and_tells_nothing() -> None:
    desk = Desk()
    case = desk.enter().case
    desk.office.store.save(seal(case, stamp(Party.CENTRE)))
    with pytest.raises(Conflict) as refused:
        desk.enter()
    assert refused.value.params == {}


def test_what_has_the_code_by_chance_is_left_alone() -> None:
    desk = Desk()
    code = codes.tracking_code(SECRET, "intake", "hotline\n1022-000123")
    other = desk.office.keep(desk.office.service.begin(code, "account-9", entry(), "commune-1", NOW, Trace(key="k")))
    entered = desk.enter()
    assert entered.new
    assert entered.case.code != other.code


def test_a_dispatcher_at_the_same_number_at_once_gets_the_case_that_won() -> None:
    desk = Desk()
    made = desk.enter().case
    head = desk.office.store.items[made.code, "head"]
    del desk.office.store.items[made.code, "head"]
    enrol = desk.town.enrol

    class Slow(SmallTown):
        def enrol(self, phone: str, name: str) -> str:
            desk.office.store.items[made.code, "head"] = head  # the other one has written meanwhile
            return enrol(phone, name)

    rival = Intake(desk.office.store, desk.office.service, Slow(), desk.office.clock, SECRET, lambda row: entry())
    entered = rival.enter(DISPATCHER, entry(), Trace())
    assert (entered.new, entered.case.code) == (False, made.code)


def test_good_rows_become_cases_and_bad_ones_say_why() -> None:
    desk = Desk()
    found = desk.sheet(
        HEADER, line("A-1"), line("A-2", category="phep_thuat"), line("A-3", text="Ngắn", phone="máy bàn"), line("A-4")
    )
    assert figures(found.rows) == (2, 0, 2)
    assert found.next_line == 0
    refused = {row.line: {error.field for error in row.errors} for row in found.rows if row.errors}
    assert refused == {3: {"category"}, 4: {"phone", "text"}}
    assert all(row.code for row in found.rows if not row.errors)


def test_the_same_sheet_again_changes_nothing() -> None:
    desk = Desk()
    lines = (HEADER, line("A-1"), line("A-2"))
    first = desk.sheet(*lines)
    writes = len(desk.office.store.writes)
    again = desk.sheet(*lines)
    assert figures(again.rows) == (0, 2, 0)
    assert [row.code for row in again.rows] == [row.code for row in first.rows]
    assert len(desk.office.store.writes) == writes


def test_a_number_twice_in_a_sheet_is_one_case_or_a_problem_of_the_second_row() -> None:
    found = Desk().sheet(HEADER, line("A-1"), line("A-1"), line("A-1", text=TEXT + " Khác hẳn."))
    assert [(row.new, bool(row.code), [error.words for error in row.errors]) for row in found.rows] == [
        (True, True, []), (False, True, []), (False, False, ["error.channel_ref_reused"]),
    ]  # fmt: skip


def test_a_call_that_runs_out_of_time_says_where_to_go_on() -> None:
    desk = Desk()
    lines = [HEADER, *(line(f"A-{number}") for number in range(5))]
    clock = desk.office.clock

    class SlowTown(SmallTown):
        def enrol(self, phone: str, name: str) -> str:
            clock.move(seconds=7)
            return super().enrol(phone, name)

    slow = Intake(
        desk.office.store, desk.office.service, SlowTown(), clock, SECRET, lambda row: convert(row, Enter, strict=False)
    )
    found, place, calls = list[Row](), 1, 0
    while place:
        part = slow.enter_sheet(DISPATCHER, EnterSheet(csv="\n".join(lines), from_line=place), Trace())
        found, place, calls = [*found, *part.rows], part.next_line, calls + 1
    assert [row.channel_ref for row in found] == [f"A-{number}" for number in range(5)]
    assert calls == 3


def test_an_outage_in_the_middle_stops_there_and_one_at_the_first_row_is_told() -> None:
    desk = Desk()
    desk.town.down_after = 1
    lines = (HEADER, line("A-1"), line("A-2", phone="0957654321"), line("A-3"))
    found = desk.sheet(*lines)
    assert [row.channel_ref for row in found.rows] == ["A-1"]
    assert found.next_line == 3
    with pytest.raises(Unavailable):
        desk.sheet(*lines, from_line=3)


def test_cells_that_look_like_formulas_stay_the_text_they_are() -> None:
    desk = Desk()
    formula = "=HYPERLINK(&A1) ổ gà giữa đường"
    found = desk.sheet(HEADER, line("=1+1", text=formula), line("@SUM(A1)", text="-2+3 cột điện nghiêng trước nhà"))
    heads = desk.office.store.heads([row.code for row in found.rows])
    assert {head.channel_ref for head in heads.values()} == {"=1+1", "@SUM(A1)"}
    assert {head.matter.text for head in heads.values() if head.matter} == {formula, "-2+3 cột điện nghiêng trước nhà"}


def test_five_hundred_rows_of_different_people_are_five_hundred_cases() -> None:
    desk = Desk()
    lines = [HEADER, *(line(f"A-{number}", phone=f"0951{number:06d}") for number in range(500))]
    assert figures(desk.sheet(*lines).rows) == (500, 0, 0)
    assert len(desk.town.accounts) == 500
    assert figures(desk.sheet(*lines).rows) == (0, 500, 0)
