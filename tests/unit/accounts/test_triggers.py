"""What the user pool hears from its triggers."""

import pytest

from chalicelib.accounts.challenge import Step, next_step


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ([], Step.ASK),
        ([True], Step.LET_IN),
        ([False], Step.END),
        ([None], Step.END),
        (["true"], Step.END),
        ([True, False], Step.END),
        ([False, True], Step.LET_IN),
    ],
)
def test_the_pool_asks_first_and_then_lets_in_or_ends(answers: list[object], step: Step) -> None:
    assert next_step(answers) is step
