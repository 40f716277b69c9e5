"""The simulated quarter: the same every time, and by its own rules."""

from pathlib import Path

import pytest

from tests.simulation.quarter import MOVED_BY, draw, live
from tests.simulation.table import WAYS

DRAWN = draw(300, seed=7)


def test_without_a_word_agencies_answer_as_in_the_pilot() -> None:
    figures = live(DRAWN, None)
    assert figures.on_time == pytest.approx(0.56, abs=0.06)
    assert figures.never == pytest.approx(0.17, abs=0.05)
    assert figures.words_a_case == 0


def test_words_that_move_nobody_change_nothing_but_how_many_are_said() -> None:
    alone, unheard = live(DRAWN, None), live(DRAWN, 0.0)
    assert (unheard.on_time, unheard.late, unheard.never) == (alone.on_time, alone.late, alone.never)
    assert unheard.words_a_case > 0.5


def test_the_more_words_move_the_more_is_answered_on_time() -> None:
    shares = [live(DRAWN, effect).on_time for effect in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert shares[-1] - shares[0] > 0.1


def test_the_same_quarter_gives_the_same_figures() -> None:
    assert live(draw(40, seed=3), 1.0) == live(draw(40, seed=3), 1.0)


def test_the_document_holds_a_row_for_each_way_and_each_chance_that_was_assumed() -> None:
    text = Path("docs/simulation.md").read_text("utf-8")
    assert all(f"| {name} |" in text for name in WAYS)
    assert all(f"`{action}`" in text and f"{chance:.0%}" in text for action, chance in MOVED_BY.items())
