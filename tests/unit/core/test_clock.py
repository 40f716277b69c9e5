"""Time as it is written."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import clock

MOMENT = datetime(2023, 5, 23, 7, 5, 9, 123_456, tzinfo=UTC)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments)
def test_a_written_moment_is_read_back_to_the_millisecond(moment: datetime) -> None:
    assert timedelta(0) <= moment - clock.from_text(clock.to_text(moment)) < timedelta(milliseconds=1)


@given(moments, moments)
def test_written_moments_sort_as_text(one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert clock.to_text(early) <= clock.to_text(late)


def test_a_moment_is_written_in_utc() -> None:
    assert clock.to_text(MOMENT.astimezone(clock.VIETNAM)) == "2023-05-23T07:05:09.123Z"
    assert clock.from_text("2023-05-23T14:05:09+07:00") == MOMENT.replace(microsecond=0)


@pytest.mark.parametrize("text", ["", "23/05/2023", "2023-05-23T07:05:09"])
def test_any_other_text_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the standard library's
        clock.from_text(text)


def test_people_read_vietnam_time() -> None:
    assert clock.spoken(MOMENT) == "14:05 thứ Ba 23/05/2023"
    assert clock.spoken(MOMENT, "en") == "14:05 Tue 23/05/2023"
    assert clock.short(MOMENT) == "14:05 23/05/2023"
    assert clock.day(datetime(2023, 5, 23, 17, 30, tzinfo=UTC)) == "24/05/2023"


def test_every_weekday_has_its_name() -> None:
    week = [clock.spoken(MOMENT + timedelta(days=number)).split(maxsplit=1)[1] for number in range(7)]
    assert [name.rsplit(maxsplit=1)[0] for name in week] == [
        "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật", "thứ Hai",
    ]  # fmt: skip


def test_now_is_now_and_in_utc() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC
