"""The samples: one of every uploaded feed, every row of it good on any day, in the province's real communes, nobody's telephone."""

import io
import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from chalicelib.bridges.lookups import LookupAreas
from chalicelib.directory.service import Directory
from chalicelib.lookups.model import Dataset, Kind, Role, SliceRule
from chalicelib.lookups.uploads.checking import Checked, Checker
from chalicelib.lookups.uploads.sheets import lines_of
from infra.seed.samples import Row, Sample, as_file, by_month, current, samples
from infra.seed.utilities import utilities
from tests.unit.directory.test_service import SeedRows

# 00:30 of the first of March in Vietnam is still February in UTC.
NOW = datetime(2027, 2, 28, 17, 30, tzinfo=UTC)
DAYS = (NOW, datetime(2027, 12, 31, 16, 59, tzinfo=UTC), datetime(2028, 2, 29, 5, tzinfo=UTC))
ALL = tuple(samples())
UTILITIES = {one.id: one for one in utilities()}
AREAS = LookupAreas(Directory(SeedRows(), lambda: NOW))
UPLOADED = {
    (utility.id, offer.id, feed.id)
    for utility in UTILITIES.values()
    for offer in utility.offers
    for feed in offer.feeds
    if not feed.provider
}
EMERGENCY = {"111", "112", "113", "114", "115"}


def checked(sample: Sample, rows: list[Row], month: str = "") -> list[Checked]:
    offer = UTILITIES[sample.utility].offer(sample.offer)
    assert offer
    feed = offer.feed(sample.feed)
    assert feed
    checker = Checker(Dataset(sample.utility, offer), feed, month, AREAS)
    with lines_of(io.BytesIO(as_file(rows)), checker.fit) as lines:
        checker.header(next(lines))
        return [checker.row(line) for line in lines]


def slices(sample: Sample, now: datetime) -> list[tuple[str, list[Row]]]:
    offer = UTILITIES[sample.utility].offer(sample.offer)
    assert offer
    feed, period = offer.feed(sample.feed), offer.column(Role.PERIOD)
    assert feed
    rows = sample.rows(now)
    return list(by_month(rows, period.name).items()) if feed.slices is SliceRule.MONTH and period else [("", rows)]


def test_every_feed_that_is_uploaded_has_its_sample() -> None:
    assert {(one.utility, one.offer, one.feed) for one in ALL} == UPLOADED


def test_there_are_twenty_to_sixty_records_of_most_offers_and_not_too_many_of_all() -> None:
    counts: Counter[str] = Counter()
    for sample in ALL:
        counts[f"{sample.utility}.{sample.offer}"] += len(sample.rows(NOW))
    # Six gauges and one dam are all there are.
    assert {name for name, count in counts.items() if not 20 <= count <= 60} == {"warnings.rivers", "warnings.releases"}
    assert sum(counts.values()) <= 1_500


@pytest.mark.parametrize("now", DAYS, ids=str)
@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path.stem)
def test_every_row_is_good_on_any_day(sample: Sample, now: datetime) -> None:
    for month, rows in slices(sample, now):
        bad = [(row.number, row.errors) for row in checked(sample, rows, month) if row.errors]
        assert not bad


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.path.stem)
def test_nobodys_telephone_and_no_real_address_stands_in_a_sample(sample: Sample) -> None:
    text = sample.path.read_text("utf-8")
    for number in re.findall(r"(?<![\d.])(?:\+84|0)\d{9}(?!\d)", text):
        assert number.startswith(("095", "+8495")), number
    for host in re.findall(r"(?:https://|@)([\w.-]+)", text):
        assert host.endswith(".example"), host
    assert "http://" not in text


def test_short_numbers_are_the_emergency_ones() -> None:
    numbers = {row["number"] for sample in ALL if sample.offer == "numbers" for row in sample.rows(NOW)}
    assert {number for number in numbers if len(number) < 10} == EMERGENCY


def test_the_thao_river_at_yen_bai_is_measured_against_its_real_alarms() -> None:
    (rivers,) = [sample for sample in ALL if sample.offer == "rivers"]
    found = next(row for row in rivers.rows(NOW) if row["title"] == "Trạm Yên Bái")
    assert [float(found[f"alarm_{stage}"]) for stage in (1, 2, 3)] == [30, 31, 32]


def test_every_procedure_has_a_counter_that_takes_it() -> None:
    guide, counters = (
        next(one for one in ALL if (one.utility, one.offer) == ("procedures", name)) for name in ("guide", "counters")
    )
    (offer,) = [one for one in UTILITIES["procedures"].offers if one.id == "guide"]
    (field,) = [column for column in offer.columns if column.name == "field"]
    names = {choice.value: choice.name.vi for choice in field.choices}
    taken = {(row["level"], name.strip()) for row in counters.rows(NOW) for name in row["fields"].split(";")}
    assert {(row["level"], names[row["field"]]) for row in guide.rows(NOW)} - taken == set()


def test_places_lie_in_their_communes_or_near() -> None:
    directory = Directory(SeedRows(), lambda: NOW)
    for sample in ALL:
        offer = UTILITIES[sample.utility].offer(sample.offer)
        if offer and offer.kind is Kind.PLACES:
            for row in sample.rows(NOW):
                area = directory.area(row["area"])
                assert area, row
                assert abs(float(row["lat"]) - area.lat) < 0.08, row["title"]
                assert abs(float(row["long"]) - area.long) < 0.08, row["title"]


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{+3d}", "2027-03-04"),
        ("{-1d}", "2027-02-28"),
        ("{0d 07:30}", "2027-03-01 07:30"),
        ("{+2h}", "2027-03-01 02:00"),
        ("{-1h}", "2027-02-28 23:00"),
        ("{-1m}", "2027-02"),
        ("{-3m}", "2026-12"),
        ("{0m}", "2027-03"),
        ("{x}", "{x}"),
    ],
)
def test_marks_are_days_times_and_months_about_the_day_of_loading(mark: str, said: str) -> None:
    assert current(f"a,{mark},b", NOW) == f"a,{said},b"
