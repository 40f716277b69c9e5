"""Opening hours: every way of writing them that units use, and whether a place is open at a moment in Vietnam."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calendar import DayKind, official
from chalicelib.core.clock import VIETNAM
from chalicelib.lookups.places.opening import DAYS, changes_at, open_at, parse_hours

OFFICE = "T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30; CN nghỉ"
# A Monday without holidays around it.
MONDAY = datetime(2026, 3, 9, tzinfo=VIETNAM)


def at(day: int, clock: str) -> datetime:
    """So many days after that Monday, by the clock in Vietnam."""
    hours, minutes = map(int, clock.split(":"))
    return MONDAY + timedelta(days=day, hours=hours, minutes=minutes)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (OFFICE, OFFICE),
        ("24/24", "24/24"),
        ("24/24h", "24/24"),
        ("24h/24h", "24/24"),
        ("24/7", "24/24"),
        ("hằng ngày 06:00-21:00", "hằng ngày 06:00-21:00"),
        ("hàng ngày 6:00 - 24:00", "hằng ngày 06:00-24:00"),
        ("6h-21h", "hằng ngày 06:00-21:00"),
        ("Mở cửa từ 7h đến 17h", "hằng ngày 07:00-17:00"),
        ("T2 - T6: 7h30 – 11h30, 13h30 – 17h; T7: 7h30-11h30", OFFICE),
        ("T2-T6 7h30-11h30; 13h30-17h; T7 7h30-11h30; nghỉ CN", OFFICE),
        ("Thứ Hai đến thứ Sáu: sáng 7g30–11g30, chiều 13g30–17g; thứ Bảy: sáng 7g30-11g30; Chủ nhật nghỉ", OFFICE),
        ("T2-T6 07.30-11.30 & 13.30-17.00, T7 07.30-11.30", OFFICE),
        ("T6, T7 18:00-02:00", "T2-T5 nghỉ; T6-T7 18:00-02:00; CN nghỉ"),
        ("T7-T2 8h-9h", "T2 08:00-09:00; T3-T6 nghỉ; T7-CN 08:00-09:00"),
        ("thứ tư và thứ năm 8h-9h", "T2-T3 nghỉ; T4-T5 08:00-09:00; T6-CN nghỉ"),
        ("hằng ngày 6h-21h; CN nghỉ", "T2-T7 06:00-21:00; CN nghỉ"),
        ("24/24; ngày lễ nghỉ", "24/24; lễ nghỉ"),
        ("nghỉ lễ; hằng ngày 7h-10h", "hằng ngày 07:00-10:00; lễ nghỉ"),
        ("T2-T6 8h-17h; các ngày lễ, Tết 8h-9h", "T2-T6 08:00-17:00; T7-CN nghỉ; lễ 08:00-09:00"),
        ("CN 24/24", "T2-T7 nghỉ; CN 00:00-24:00"),
        ("nghỉ", "hằng ngày nghỉ"),
        ("13:30-17:00, 07:30-11:30", "hằng ngày 07:30-11:30, 13:30-17:00"),
    ],
)
def test_what_units_write_has_one_normal_form(text: str, normal: str) -> None:
    assert parse_hours(text) == normal
    assert parse_hours(normal) == normal


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "giờ hành chính", "T8 7h-9h", "T2-T6", "T2 7h", "T2 7h-", "7-11", "T2 25:00-26:00", "T2 07:60-09:00",
        "T2 7h-7h", "T2 24:00-02:00", "T2 7h-9h, 8h-10h", "T2 7h-9h; T2 10h-11h", "T2, T2 7h-9h", "6h-9h; hằng ngày 7h-8h",
        "T2- 7h-9h", "lễ 8h-9h", "7h-9h " * 60, "=1+1", "T2 24:01-25:00",
    ],
)  # fmt: skip
def test_what_cannot_be_read_for_sure_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the loader has its own sentence
        parse_hours(text)


@pytest.mark.parametrize(
    ("day", "clock", "opened", "changes"),
    [
        (0, "07:29", False, (0, "07:30")),
        (0, "07:30", True, (0, "11:30")),
        (0, "11:30", False, (0, "13:30")),
        (4, "16:59", True, (4, "17:00")),
        (4, "17:00", False, (5, "07:30")),
        (5, "12:00", False, (7, "07:30")),
        (6, "09:00", False, (7, "07:30")),
    ],
)
def test_an_office_opens_and_closes_by_the_clock_in_vietnam(
    day: int, clock: str, opened: bool, changes: tuple[int, str]
) -> None:
    assert open_at(OFFICE, at(day, clock)) is opened
    assert open_at(OFFICE, at(day, clock).astimezone(UTC)) is opened
    assert changes_at(OFFICE, at(day, clock)) == at(*changes)


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin() -> None:
    friday_night = "T6 18:00-02:00"
    assert open_at(friday_night, at(4, "23:59"))
    assert open_at(friday_night, at(5, "01:59"))
    assert not open_at(friday_night, at(5, "02:00"))
    assert not open_at(friday_night, at(4, "01:00"))
    assert changes_at(friday_night, at(4, "20:00")) == at(5, "02:00")
    assert changes_at("hằng ngày 20:00-24:00; CN 00:00-06:00", at(5, "21:00")) == at(6, "06:00")


def test_what_never_opens_or_never_closes_does_not_change() -> None:
    assert open_at("24/24", MONDAY)
    assert changes_at("24/24", MONDAY) is None
    assert not open_at("hằng ngày nghỉ", MONDAY)
    assert changes_at("hằng ngày nghỉ", MONDAY) is None


# The first of May of 2025 was a Thursday that the public calendar has off.
HOLIDAY = datetime(2025, 5, 1, 10, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("hours", "opened"),
    [
        ("T2-T6 08:00-17:00", False),
        ("T2-T6 08:00-17:00; CN 09:00-11:00", True),
        ("hằng ngày 08:00-17:00", True),
        ("24/24", True),
        ("hằng ngày 08:00-17:00; lễ nghỉ", False),
        ("T2-T6 08:00-17:00; lễ 09:00-11:00", True),
    ],
)
def test_a_day_off_is_as_stated_for_holidays_else_as_a_sunday(hours: str, opened: bool) -> None:
    assert open_at(hours, HOLIDAY) is opened
    assert open_at(hours, HOLIDAY - timedelta(days=7)), "an ordinary Thursday"


def test_a_day_off_that_the_centre_declares_counts_too() -> None:
    declared = official().with_overrides({date(2026, 3, 10): DayKind.OFF})
    assert not open_at(OFFICE, at(1, "09:00"), declared)
    assert changes_at(OFFICE, at(0, "18:00"), declared) == at(2, "07:30")


def test_a_saturday_of_work_made_up_is_a_saturday() -> None:
    made_up = datetime(2026, 8, 22, 14, tzinfo=VIETNAM)
    assert official().is_working_day(made_up.date())
    assert not open_at(OFFICE, made_up)
    assert open_at(OFFICE, made_up.replace(hour=9))


MINUTES = st.integers(0, 24 * 60 - 1)
CLOCK = st.builds(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}", MINUTES)
SPAN = st.tuples(CLOCK, CLOCK).filter(lambda span: span[0] != span[1]).map("-".join)
WEEKS = st.dictionaries(st.sampled_from([*DAYS, "lễ"]), SPAN | st.just("nghỉ") | st.just("24/24"), min_size=1).filter(
    lambda week: set(week) != {"lễ"}
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - its zone follows


@given(WEEKS, MOMENTS)
def test_the_normal_form_means_what_was_written_and_stays(week: dict[str, str], moment: datetime) -> None:
    text = "; ".join(f"{day} {hours}" for day, hours in week.items())
    normal = parse_hours(text)
    assert parse_hours(normal) == normal
    assert open_at(text, moment) == open_at(normal, moment)


@given(WEEKS, MOMENTS)
def test_nothing_changes_before_it_is_said_to_and_then_it_does(week: dict[str, str], moment: datetime) -> None:
    normal = parse_hours("; ".join(f"{day} {hours}" for day, hours in week.items()))
    opened, changes = open_at(normal, moment), changes_at(normal, moment)
    if changes is None:
        assert all(open_at(normal, moment + timedelta(hours=hours)) is opened for hours in range(0, 20 * 24, 5))
        return
    assert changes > moment
    assert open_at(normal, changes) is not opened
    between = (changes - moment) / 7
    assert all(open_at(normal, moment + between * step) is opened for step in range(7))
