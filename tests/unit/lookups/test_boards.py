"""Boards as people read them: what is for their area and hamlet, of every source that answers; and receipts, once each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import VIETNAM
from chalicelib.core.errors import Conflict, Invalid, NotFound
from chalicelib.lookups.model import Feed, Posting
from chalicelib.lookups.places import boards as module
from chalicelib.lookups.places.boards import Boards, Read, alarm
from chalicelib.lookups.places.commands import ReadBoard
from chalicelib.lookups.ports import UpstreamDown
from tests.builders import SECRET
from tests.fakes import MovableClock
from tests.unit.lookups.counting_fakes import SmallMap
from tests.unit.lookups.finding_fakes import (
    COMPANY,
    LOADED,
    NOTICES,
    MemoryBoard,
    MemoryReceipts,
    MemoryUsage,
    OneUtility,
    posting,
)

NOON = datetime(2026, 3, 9, 12, tzinfo=VIETNAM)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Office:
    """Boards over some postings of units and of a company, at noon."""

    def __init__(self, *postings: Posting, company: MemoryBoard | None = None) -> None:
        self.uploads, self.company = MemoryBoard(*postings), company or MemoryBoard()
        self.receipts, self.usage, self.clock = MemoryReceipts(), MemoryUsage(), MovableClock(NOON)
        self.boards = Boards(
            OneUtility(), self.uploads, {"power": self.company}, SmallMap(), self.receipts, self.usage, self.clock, SECRET
        )  # fmt: skip

    def read(self, area: str = "04252", offer: str = "notices", **wanted: Any) -> Read:
        return self.boards.read("health", offer, ReadBoard(area=area, **wanted))

    def ids(self, area: str = "04252", **wanted: Any) -> list[str]:
        return [one.id for one in self.read(area, **wanted).postings]

    def confirm(self, account: str, posting_id: str = "1", area: str = "04252", offer: str = "notices") -> Any:
        return self.boards.confirm(account, "health", offer, posting_id, area)


def test_a_commune_sees_what_is_for_it_its_district_and_the_province() -> None:
    office = Office(
        posting("commune"), posting("district", areas=["132"]), posting("province", areas=["15"]),
        posting("neighbour", areas=["04249"]), posting("other district", areas=["135"]),
        posting("both", areas=["04252", "132"]),
    )  # fmt: skip
    assert sorted(office.ids()) == ["both", "commune", "district", "province"]


def test_a_district_sees_what_is_for_its_communes_too() -> None:
    office = Office(posting("commune"), posting("district", areas=["132"]), posting("other", areas=["04489"]))
    assert sorted(office.ids("132")) == ["commune", "district"]


class WideMap(SmallMap):
    """A map on which everything has very many areas below it."""

    def below(self, area: str) -> list[str]:
        return [area, *(f"c{number}" for number in range(module.MOST_AREAS))]


def test_of_an_area_with_very_many_below_one_reading_finds_what_is_for_any_of_them() -> None:
    uploads, company = MemoryBoard(), MemoryBoard()
    boards = Boards(
        OneUtility(), uploads, {"power": company}, WideMap(), MemoryReceipts(), MemoryUsage(), MovableClock(NOON), SECRET
    )  # fmt: skip
    assert not boards.read("health", "prices", ReadBoard(area="15")).partial
    assert uploads.asked == [("15", "15+")]
    assert boards.read("health", "notices", ReadBoard(area="15")).partial, "the company was asked of the province alone"
    assert company.asked == [("15",)]


def test_what_begins_at_one_time_comes_by_its_rank_and_without_one_last() -> None:
    ranks = {"a": None, "b": 10, "c": 2, "d": 2.5, "e": None, "f": 1}
    office = Office(*(posting(name, name.upper(), rank=rank) for name, rank in ranks.items()))
    ids, cursor = list[str](), None
    for _ in range(3):
        read = office.read(limit=2, cursor=cursor)
        ids += [one.id for one in read.postings]
        cursor = read.cursor
    assert (ids, cursor) == (["f", "c", "d", "b", "a", "e"], None)


@pytest.mark.parametrize(
    ("hamlet", "seen"),
    [
        (None, True), ("Tổ dân phố số 5", True), ("to 5", True), ("Tổ 5", True), ("tổ 6", False), ("Tổ 55", False),
        ("Bản Lùng", True), ("bản lùng", True), ("Lung", True), ("Bản", False),
    ],
)  # fmt: skip
def test_a_hamlet_narrows_what_is_for_some_hamlets(hamlet: str | None, seen: bool) -> None:
    office = Office(posting("all"), posting("some", hamlets=["Tổ 5", "Bản Lùng"]))
    assert office.ids(hamlet=hamlet) == (["all", "some"] if seen else ["all"])


def test_what_is_over_is_not_shown_what_is_to_come_is() -> None:
    office = Office(
        posting("over", ends=NOON), posting("now", starts=NOON - HOUR, ends=NOON + HOUR), posting("always"),
        posting("later", starts=NOON + 5 * DAY),
    )  # fmt: skip
    assert office.ids() == ["always", "now", "later"]


def test_days_are_those_of_vietnam_and_both_are_counted() -> None:
    midnight = datetime(2026, 3, 10, tzinfo=VIETNAM)
    office = Office(
        posting("before", ends=midnight), posting("until", ends=midnight + HOUR),
        posting("from", starts=midnight + DAY - HOUR, ends=midnight + 9 * DAY), posting("after", starts=midnight + DAY),
    )  # fmt: skip
    assert office.ids(first=date(2026, 3, 10), last=date(2026, 3, 10)) == ["until", "from"]
    assert office.ids(first=date(2026, 3, 9), last=date(2026, 3, 11)) == ["before", "until", "from", "after"]


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (date(2026, 3, 10), date(2026, 3, 9), ["to"]),
        (date.min, None, ["from"]),
        (None, date.max, ["to"]),
        (date(3000, 1, 1), date(1899, 12, 31), ["from", "to", "to"]),
    ],
)
def test_days_in_no_order_and_of_no_use_are_refused(first: date | None, last: date | None, fields: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        Office().read(first=first, last=last)
    assert [error.field for error in caught.value.errors] == fields
    assert Office().read(first=date(1900, 1, 1), last=date(2999, 12, 31)).postings == ()


def test_sorted_by_when_it_begins_then_by_title_page_by_page() -> None:
    office = Office(
        *(posting(str(number), title, starts=NOON + HOUR) for number, title in enumerate(["Đội", "An", "Ánh", "Cao"])),
        posting("first", "Z", starts=NOON),
        posting("same", "An", starts=NOON + HOUR),
    )
    ids, cursor = list[str](), None
    while True:
        read = office.read(limit=2, cursor=cursor)
        ids += [one.id for one in read.postings]
        cursor = read.cursor
        if cursor is None:
            break
    assert ids == ["first", "1", "same", "2", "3", "0"]
    with pytest.raises(Invalid):
        office.read("132", limit=2, cursor=office.read(limit=2).cursor)


def test_words_are_looked_for_without_diacritics() -> None:
    office = Office(posting("1", "Cắt điện đường Đinh Tiên Hoàng"), posting("2", "Cắt nước"))
    assert office.ids(q="cat dien dinh") == ["1"]


def test_all_sources_together_make_a_board_as_old_as_the_oldest() -> None:
    earlier = LOADED - DAY
    company = MemoryBoard(posting("cut", feed=COMPANY), as_of=earlier, stale=True)
    read = Office(posting("unit"), company=company).read()
    assert sorted(one.id for one in read.postings) == ["cut", "unit"]
    assert (read.as_of, read.stale, read.missing) == (earlier, True, ())


def test_a_company_that_does_not_answer_is_named_and_the_rest_is_shown() -> None:
    read = Office(posting("unit"), company=MemoryBoard(down=True)).read()
    assert [one.id for one in read.postings] == ["unit"]
    assert (read.as_of, read.stale, read.missing) == (LOADED, True, (COMPANY,))


def test_a_company_is_asked_only_where_it_serves_and_about_few_areas_at_once() -> None:
    local = Feed("company", COMPANY.name, "dien-luc", provider="power", areas=("135",))
    company = MemoryBoard()
    office = Office(company=company)
    dataset = OneUtility().dataset("health", "notices", NOTICES.kind)
    offer = type(NOTICES)(NOTICES.id, NOTICES.kind, NOTICES.name, NOTICES.columns, (local,))
    served = type(dataset)("health", offer)
    office.boards.standing(served, ["04252", "132", "15"], NOON)
    assert company.asked == []
    office.boards.standing(served, ["135", *map(str, range(25))], NOON)
    assert [len(asked) for asked in company.asked] == [20, 6]


def test_a_company_is_asked_the_same_question_all_day_whatever_days_are_asked_for() -> None:
    company = MemoryBoard(posting("today", ends=NOON + HOUR, feed=COMPANY), posting("later", feed=COMPANY))
    office = Office(company=company)
    assert sorted(office.ids()) == ["later", "today"]
    assert office.ids(first=date(2031, 1, 1)) == ["later"]
    assert sorted(office.ids(first=date(1950, 1, 1))) == ["later", "today"]
    assert set(company.since) == {datetime(2026, 3, 9, tzinfo=VIETNAM)}


@pytest.mark.parametrize(
    ("level", "reached"), [(29.99, 0), (30, 1), (30.5, 1), (31.0, 2), (32, 3), (40, 3), (None, None)]
)  # fmt: skip
def test_a_reading_is_measured_against_its_alarms(level: float | None, reached: int | None) -> None:
    facts = {"level": level, "alarm_1": 30, "alarm_2": 31, "alarm_3": 32}
    assert alarm(NOTICES, facts) == reached
    assert alarm(NOTICES, {"level": 31.5, "alarm_1": 30}) == 1
    assert alarm(NOTICES, {"level": 31.5}) is None


def test_a_receipt_counts_once_an_account_for_the_area_first_given() -> None:
    office = Office(posting("1", areas=["132"]))
    first = office.confirm("a")
    office.clock.move(hours=1)
    again = office.confirm("a", area="04249")
    assert first.receipt == again.receipt
    assert (again.receipt.area, again.receipt.at, again.of_area) == ("04252", NOON, 1)
    assert office.confirm("b").of_area == 2
    assert office.confirm("c", area="04249").of_area == 1


def test_a_receipt_is_kept_for_some_time_after_the_end() -> None:
    office = Office(posting("1", ends=NOON + DAY), posting("2"))
    office.confirm("a")
    office.confirm("a", "2")
    assert office.receipts.until == [NOON + DAY + module.KEPT, NOON + module.KEPT_ENDLESS]


def test_only_what_stands_for_the_area_and_asks_for_it_can_be_confirmed() -> None:
    office = Office(posting("1"), posting("over", ends=NOON - HOUR), posting("elsewhere", areas=["04489"]))
    for identifier in ("over", "elsewhere", "none"):
        with pytest.raises(NotFound):
            office.confirm("a", identifier)
    with pytest.raises(Conflict):
        office.confirm("a", offer="prices")
    with pytest.raises(Invalid):
        office.confirm("a", area="99")
    assert office.receipts.kept == {}


def test_while_a_source_is_silent_nobody_is_told_that_there_is_no_such_notice() -> None:
    with pytest.raises(UpstreamDown):
        Office(company=MemoryBoard(down=True)).confirm("a")


def test_each_reading_is_counted_with_its_area() -> None:
    office = Office(posting("1"))
    office.read()
    office.confirm("a")
    assert office.usage.uses == [("health", "04252")] * 2


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(Invalid):
        Office().read("99")


def test_an_end_in_another_zone_is_the_same_moment() -> None:
    office = Office(posting("1", ends=NOON.astimezone(UTC) + HOUR))
    assert office.ids() == ["1"]
