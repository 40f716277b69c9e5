"""Random lives on the fakes: many actors, any order, and time that leaps; held against a model written a second time."""

from collections import Counter
from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from tests.lives.limits import LIMITS
from tests.lives.machine import Lives, told
from tests.lives.office import OfficeWorld

LIVES, STEPS = 400, 40


class OfficeLives(Lives):
    """Here the clock can be moved, too."""

    world: OfficeWorld

    def __init__(self, tally: Counter[str]) -> None:
        super().__init__(OfficeWorld(), tally)
        self.leaps = 0

    @precondition(lambda self: self.leaps < 5)
    @rule(days=st.integers(14, 40))
    def time_passes(self, days: int) -> None:
        """Holidays and all, so many days are more than eight working hours."""
        self.leaps += 1
        self.world.office.clock.move(days=days)
        for case in self.known.values():
            case.time_passes()


def test_whatever_anybody_does_state_history_and_readers_are_as_the_rules_say(
    proven: Callable[[str, str], None],
) -> None:
    tally: Counter[str] = Counter()
    # So many, that every limit is met each time; `make prove` lives others over HTTP.
    run_state_machine_as_test(
        lambda: OfficeLives(tally),
        settings=settings(max_examples=LIVES, stateful_step_count=STEPS, derandomize=True),
    )
    assert [name for name in LIMITS if not tally[name]] == []
    proven("k", f"on the fakes {told(tally)}")
