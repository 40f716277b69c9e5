"""Each bill is told of once before it is due, whatever runs twice, breaks or is down."""

from datetime import date, datetime, timedelta

import pytest

from chalicelib.lookups.account.reminders import FIGURES, PATIENCE
from tests.builders import at
from tests.unit.lookups.account_fakes import CITIZEN, CODE, PHONE_END, Town, bill, question

MORNING = at("23/05/2023 08:00")


def town_with(count: int = 1) -> Town:
    """A town on a morning; so many people keep the one code, whose bill is due in two days."""
    town = Town()
    town.clock.now = MORNING
    town.keep_many(count)
    return town


def run(town: Town, now: datetime | None = None, room: timedelta = timedelta(minutes=3)) -> dict[str, int]:
    """What one run comes to, without what it did not meet."""
    town.clock.now = now or town.clock.now
    found = town.reminders.run(town.clock.now, town.clock.now + room)
    assert tuple(found) == FIGURES
    return {name: count for name, count in found.items() if count}


def test_a_bill_is_told_of_once_though_every_day_runs() -> None:
    town = town_with()
    assert run(town) == {"told": 1}
    assert [run(town, MORNING + timedelta(days=day)) for day in (1, 2)] == [{"told_before": 1}] * 2
    (due,) = town.told.dues
    assert (due.account, due.code, due.period, due.amount, due.due) == (
        "citizen-0", "***678", "2023-05", 325_000, date(2023, 5, 25),
    )  # fmt: skip
    assert CODE not in due.id
    assert "citizen-0" not in due.id


def test_the_bill_of_the_next_period_is_told_of_again() -> None:
    town = town_with()
    run(town)
    town.power.give("home", "bills", "power", CODE, PHONE_END, bill("2023-06", due="2023-06-25"), bill())
    assert run(town, at("23/06/2023 08:00")) == {"told": 1}
    assert [due.period for due in town.told.dues] == ["2023-05", "2023-06"]


def test_the_round_of_a_day_is_walked_once() -> None:
    town = town_with(40)
    assert run(town) == {"told": 40}
    assert run(town, MORNING + timedelta(minutes=15)) == {}


def test_nobody_is_reminded_in_the_night() -> None:
    town = town_with()
    assert run(town, at("23/05/2023 07:59")) == {}
    assert run(town, at("23/05/2023 20:00")) == {}
    assert run(town, at("23/05/2023 19:59")) == {"told": 1}


def test_a_run_that_has_no_time_left_is_gone_on_with_by_the_next() -> None:
    town = town_with(120)
    town.power.before = lambda: town.clock.move(seconds=1)
    figures = [run(town, MORNING + timedelta(minutes=15 * turn), timedelta(seconds=50)) for turn in range(4)]
    assert [one.get("told", 0) for one in figures] == [50, 50, 20, 0]
    assert [one.get("left", 0) for one in figures] == [1, 1, 0, 0]
    assert len({due.account for due in town.told.dues}) == 120


def test_days_that_are_too_short_leave_out_others_than_the_day_before() -> None:
    town = town_with(200)
    town.power.before = lambda: town.clock.move(seconds=1)
    for day in range(4):
        town.clock.now = MORNING + timedelta(days=day)
        town.power.give("home", "bills", "power", CODE, PHONE_END, bill(due="2023-05-26"))
        run(town, room=timedelta(seconds=65))
    assert len({due.account for due in town.told.dues}) > 190


def test_two_runs_at_once_tell_once() -> None:
    town = town_with(30)
    walked: list[dict[str, int]] = []

    def other() -> None:
        town.power.before = lambda: None
        walked.append(run(town))

    town.power.before = other
    walked.append(run(town))
    assert len(town.told.dues) == len({due.account for due in town.told.dues}) == 30


def test_what_is_paid_or_due_later_or_over_is_told_of_to_nobody() -> None:
    town = town_with()
    for record in (bill(paid=True), bill(due="2023-05-27"), bill(due="2023-05-22")):
        town.power.give("home", "bills", "power", CODE, PHONE_END, record)
        town.store.at = None
        assert run(town) == {"nothing": 1}


def test_who_asked_for_no_reminder_has_none() -> None:
    town = Town()
    town.saved.save(question(), "", remind=False)
    assert run(town, MORNING) == {}


def test_messages_that_could_not_be_taken_are_told_again_by_the_next_run() -> None:
    town = town_with(3)
    town.told.says = {"citizen-1": "busy"}
    assert run(town) == {"told": 2, "busy": 1, "left": 1}
    town.told.says = {}
    assert run(town, MORNING + timedelta(minutes=15)) == {"told_before": 2, "told": 1}
    assert run(town, MORNING + timedelta(minutes=30)) == {}


def test_what_nothing_will_take_is_not_tried_again() -> None:
    town = town_with()
    town.told.says = {"citizen-0": "refused"}
    assert run(town) == {"refused": 1}
    town.told.says = {}
    assert run(town, MORNING + timedelta(days=1)) == {"told_before": 1}


def test_what_may_have_been_told_is_not_told_again_and_keeps_nobody_back() -> None:
    town = town_with(3)
    town.told.says = {"citizen-1": RuntimeError("the line was cut")}
    with pytest.raises(ExceptionGroup):
        run(town)
    assert sorted(due.account for due in town.told.dues) == ["citizen-0", "citizen-2"]
    town.told.says = {}
    assert run(town, MORNING + timedelta(days=1)) == {"told_before": 3}


def test_a_code_that_cannot_be_read_keeps_nobody_back_and_is_not_named() -> None:
    town = town_with(30)
    town.store.broken = {"citizen-7"}
    with pytest.raises(ExceptionGroup) as broken:
        run(town)
    assert len(town.told.dues) == 29
    told = f"{broken.value} {[(str(one), one.__notes__) for one in broken.value.exceptions]}"
    assert "'broken': 1" in told
    assert "home.bills" in told
    assert not [word for word in (CODE, "citizen-7") if word in told]
    assert run(town, MORNING + timedelta(minutes=15)) == {}


def test_a_provider_that_is_down_is_asked_again_by_the_next_run_and_keeps_nobody_else_back() -> None:
    town = town_with(20)
    town.table.give("home", "bills", "town", "NL0000001", "1111", bill())
    town.saved.save(question(code="NL0000001", factor="1111"), "", remind=True)
    town.power.down, town.power.asked = True, []
    assert run(town) == {"down": 20, "told": 1, "left": 1}
    assert len(town.power.asked) == PATIENCE
    town.power.down = False
    assert run(town, MORNING + timedelta(minutes=15)) == {"told": 20, "told_before": 1}
    assert run(town, MORNING + timedelta(minutes=30)) == {}


def test_once_the_second_thing_has_changed_nobody_is_told() -> None:
    town = town_with()
    town.power.give("home", "bills", "power", CODE, "9999", bill())
    assert run(town) == {"changed": 1}
    town.power.accounts.clear()
    assert run(town, MORNING + timedelta(days=1)) == {"changed": 1}


def test_what_is_offered_no_more_or_was_just_taken_away_is_passed_over() -> None:
    town = town_with(2)
    town.store.codes = {key: saved for key, saved in town.store.codes.items() if key[0] == "citizen-0"}
    assert run(town) == {"gone": 1, "told": 1}
    town.datasets.known.clear()
    assert run(town, MORNING + timedelta(days=1)) == {"gone": 2}


def test_the_label_of_its_owner_comes_along() -> None:
    town = Town()
    town.saved.save(question(), "Nhà mẹ", remind=True)
    run(town, MORNING)
    assert [(due.account, due.label, due.name_vi) for due in town.told.dues] == [(CITIZEN, "Nhà mẹ", "Tiền điện nước")]
