"""The clocks around Tết and make-up Saturdays: every line was counted by hand from the announced days off, not by the code.

Working days around them (core/working_days.py):
- 2023: Thu 19 January | Tết 20–26 | Fri 27, Mon 30, Tue 31, Wed 1 February …
- 2024: Wed 7 February | Tết 8–14 | Thu 15, Fri 16, Mon 19 …; Fri 26 April | 27 April–1 May | Thu 2, Fri 3, SAT 4, Mon 6 May …
- 2025: Fri 24 January | Tết 25 January–2 February | Mon 3 …; Fri 25, SAT 26, Mon 28, Tue 29 April | 30 April–4 May | Mon 5 May …
- 2026: Wed 31 December 2025 | 1–4 January | Mon 5 – Fri 9, SAT 10, Mon 12 …; Fri 13 February | Tết 14–22 | Mon 23 …;
  Fri 21, SAT 22, Mon 24 – Fri 28 August | 29 August–2 September | Thu 3, Fri 4, Mon 7 September …
- 2027: Wed 3 February | Tết 4–10 | Thu 11, Fri 12, Mon 15 …
"""

from datetime import date

import pytest

from chalicelib.core.calendar import official
from chalicelib.core.clock import VIETNAM
from chalicelib.feedback import deadlines, escalation
from chalicelib.feedback.values import Handling, Level, Rung
from tests.builders import at

CALENDAR = official()


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # Tết Quý Mão 2023
        ("13/01/2023 10:00", 10, "03/02/2023"),
        ("18/01/2023 09:00", 3, "30/01/2023"),
        ("18/01/2023 16:59", 7, "03/02/2023"),
        ("19/01/2023 17:01", 1, "30/01/2023"),
        ("19/01/2023 17:01", 7, "07/02/2023"),
        ("24/01/2023 08:00", 15, "17/02/2023"),
        ("26/01/2023 23:59", 3, "01/02/2023"),
        # Tết Giáp Thìn 2024
        ("01/02/2024 09:00", 10, "22/02/2024"),
        ("06/02/2024 14:00", 3, "16/02/2024"),
        ("07/02/2024 17:00", 1, "15/02/2024"),
        ("07/02/2024 17:01", 1, "16/02/2024"),
        ("14/02/2024 10:00", 7, "26/02/2024"),
        # Tết Ất Tỵ 2025
        ("20/01/2025 08:00", 10, "10/02/2025"),
        ("23/01/2025 09:00", 3, "04/02/2025"),
        ("24/01/2025 17:00", 7, "11/02/2025"),
        ("24/01/2025 17:01", 7, "12/02/2025"),
        ("29/01/2025 00:00", 1, "04/02/2025"),
        # Tết Bính Ngọ 2026
        ("09/02/2026 07:00", 7, "25/02/2026"),
        ("12/02/2026 10:00", 3, "24/02/2026"),
        ("13/02/2026 16:59", 7, "03/03/2026"),
        ("13/02/2026 17:01", 1, "24/02/2026"),
        ("18/02/2026 12:00", 15, "16/03/2026"),
        # Tết Đinh Mùi 2027
        ("03/02/2027 09:00", 1, "11/02/2027"),
        ("03/02/2027 09:00", 3, "15/02/2027"),
        ("03/02/2027 17:30", 7, "22/02/2027"),
        # Saturday 4 May 2024
        ("25/04/2024 15:00", 3, "03/05/2024"),
        ("25/04/2024 15:00", 7, "08/05/2024"),
        ("03/05/2024 09:00", 1, "04/05/2024"),
        ("03/05/2024 17:01", 1, "06/05/2024"),
        ("04/05/2024 17:00", 1, "06/05/2024"),
        ("04/05/2024 17:01", 3, "09/05/2024"),
        ("05/05/2024 09:00", 1, "07/05/2024"),
        # Saturday 26 April 2025
        ("24/04/2025 10:00", 3, "28/04/2025"),
        ("24/04/2025 10:00", 7, "07/05/2025"),
        ("25/04/2025 17:01", 1, "28/04/2025"),
        ("26/04/2025 09:00", 3, "05/05/2025"),
        ("27/04/2025 08:00", 1, "29/04/2025"),
        # Saturday 10 January 2026
        ("31/12/2025 09:00", 3, "07/01/2026"),
        ("31/12/2025 09:00", 7, "12/01/2026"),
        ("08/01/2026 14:00", 3, "12/01/2026"),
        ("10/01/2026 16:00", 1, "12/01/2026"),
        ("10/01/2026 18:00", 1, "13/01/2026"),
        # Saturday 22 August 2026
        ("20/08/2026 09:00", 3, "24/08/2026"),
        ("20/08/2026 09:00", 7, "28/08/2026"),
        ("21/08/2026 17:01", 1, "24/08/2026"),
        ("22/08/2026 10:00", 7, "04/09/2026"),
        ("22/08/2026 17:01", 1, "25/08/2026"),
    ],
)
def test_an_answer_is_due_at_the_end_of_the_working_day_counted_by_hand(start: str, days: int, due: str) -> None:
    assert deadlines.due(CALENDAR, Handling(days), at(start)) == at(f"{due} 17:00")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("19/01/2023 10:00", 7, "01/02/2023"),  # four days
        ("07/02/2024 09:00", 3, "16/02/2024"),  # two days
        ("24/01/2025 09:00", 1, "03/02/2025"),  # one day
        ("13/02/2026 09:00", 10, "27/02/2026"),  # five days
        ("03/05/2024 09:00", 2, "04/05/2024"),  # one day, a Saturday
        ("25/04/2025 09:00", 3, "28/04/2025"),  # two days, one of them a Saturday
    ],
)
def test_a_reopened_case_has_half_the_time_over_days_off_too(start: str, days: int, due: str) -> None:
    assert deadlines.due_again(CALENDAR, Handling(days), at(start)) == at(f"{due} 17:00")


# Assigned at, working days: reminder, warning, breach, escalation.
@pytest.mark.parametrize(
    ("start", "days", "rungs"),
    [
        ("23/05/2023 14:05", 7, ("29/05/2023 10:02:30", "31/05/2023 13:13", "01/06/2023 17:00", "05/06/2023 17:00")),
        ("19/01/2023 13:00", 1, ("27/01/2023 09:30", "27/01/2023 14:36", "27/01/2023 17:00", "31/01/2023 17:00")),
        ("07/02/2024 13:00", 3, ("16/02/2024 09:30", "19/02/2024 09:54", "19/02/2024 17:00", "21/02/2024 17:00")),
        ("24/01/2025 13:00", 3, ("04/02/2025 09:30", "05/02/2025 09:54", "05/02/2025 17:00", "07/02/2025 17:00")),
        ("13/02/2026 15:00", 7, ("26/02/2026 10:30", "02/03/2026 13:24", "03/03/2026 17:00", "05/03/2026 17:00")),
        ("03/05/2024 13:00", 1, ("04/05/2024 09:30", "04/05/2024 14:36", "04/05/2024 17:00", "07/05/2024 17:00")),
        ("24/04/2025 13:00", 1, ("25/04/2025 09:30", "25/04/2025 14:36", "25/04/2025 17:00", "28/04/2025 17:00")),
    ],
)
def test_reminder_warning_breach_and_escalation_fall_on_these_minutes(
    start: str, days: int, rungs: tuple[str, ...]
) -> None:
    due = deadlines.due(CALENDAR, Handling(days), at(start))
    made = deadlines.ladder(CALENDAR, Handling(days), at(start), due)
    assert [rung.action for rung in made] == ["remind", "warn", "breach", "escalate"]
    assert [_spoken(rung) for rung in made] == list(rungs)
    assert deadlines.accept_by(CALENDAR, Handling(days), at(start), due) == escalation.when(made[0])


@pytest.mark.parametrize(
    ("start", "hours", "rungs"),
    [
        (
            "21/01/2023 23:40",
            4,
            "climb 22/01/2023 00:10 · climb 22/01/2023 00:40 · climb 22/01/2023 01:10 · climb 22/01/2023 01:40 · "
            "climb 22/01/2023 02:10 · climb 22/01/2023 02:40 · warn 22/01/2023 02:52 · breach 22/01/2023 03:40 · "
            "escalate 22/01/2023 05:40",
        ),
        (
            "31/12/2025 23:40",
            2,
            "climb 01/01/2026 00:10 · climb 01/01/2026 00:40 · climb 01/01/2026 01:10 · warn 01/01/2026 01:16 · "
            "breach 01/01/2026 01:40 · escalate 01/01/2026 03:40",
        ),
    ],
)
def test_urgent_cases_climb_through_the_night_and_through_tet(start: str, hours: int, rungs: str) -> None:
    due = deadlines.due(CALENDAR, Handling(0, hours), at(start))
    made = deadlines.ladder(CALENDAR, Handling(0, hours), at(start), due)
    assert " · ".join(f"{rung.action} {_spoken(rung)}" for rung in made) == rungs


@pytest.mark.parametrize(
    ("deadline", "asked", "replied", "moved"),
    [
        ("06/02/2023", "19/01/2023 16:00", "30/01/2023 09:00", "08/02/2023"),
        ("06/02/2023", "20/01/2023 09:00", "27/01/2023 10:00", "06/02/2023"),
        ("08/05/2024", "03/05/2024 10:00", "04/05/2024 09:00", "09/05/2024"),
        ("08/05/2024", "04/05/2024 10:00", "06/05/2024 08:00", "09/05/2024"),
        ("28/08/2026", "22/08/2026 10:00", "24/08/2026 08:00", "03/09/2026"),
    ],
)
def test_a_pause_over_days_off_moves_the_deadline_by_its_working_days(
    deadline: str, asked: str, replied: str, moved: str
) -> None:
    found = deadlines.due_after_pause(CALENDAR, Handling(7), at(f"{deadline} 17:00"), at(asked), at(replied))
    assert found == at(f"{moved} 17:00")


def test_the_shorter_clocks_stop_over_days_off_too() -> None:
    assert deadlines.centre_due(CALENDAR, Level.NORMAL, at("07/02/2024 15:00")) == at("15/02/2024 15:00")
    assert deadlines.may_give_back(CALENDAR, at("19/01/2023 15:00"), at("27/01/2023 15:00"))
    assert not deadlines.may_give_back(CALENDAR, at("19/01/2023 15:00"), at("27/01/2023 15:01"))
    assert deadlines.lapses_at(CALENDAR, at("24/01/2025 10:00")) == at("03/02/2025 17:00")
    assert deadlines.lapses_at(CALENDAR, at("25/04/2025 09:00")) == at("26/04/2025 17:00")
    assert deadlines.reply_by(CALENDAR, at("13/02/2026 09:00")) == at("27/02/2026 17:00")


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-02-13", "13/02/2026"),
        ("2026-02-17", "23/02/2026"),
        ("2024-05-04", "04/05/2024"),
        ("2025-01-25", "03/02/2025"),
    ],
)
def test_an_extension_to_a_day_off_ends_with_the_next_working_day(day: str, due: str) -> None:
    assert deadlines.extended_to(CALENDAR, date.fromisoformat(day)) == at(f"{due} 17:00")


def _spoken(rung: Rung) -> str:
    local = escalation.when(rung).astimezone(VIETNAM)
    return f"{local:%d/%m/%Y %H:%M:%S}".removesuffix(":00")
