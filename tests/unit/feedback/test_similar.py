"""How like matters are: measured on labelled pairs, and what must hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.text import plain
from chalicelib.feedback import similar
from chalicelib.feedback.similar import Asked, Likeness, Near, kinship, likeness, nearest, shown, words_alike
from chalicelib.feedback.values import Spot
from tests.unit.core.test_cells import BEARING, LAT, LONG, away
from tests.unit.feedback.similar_pairs import LATER_PAIRS, PAIRS, Pair, Told

TEXTS = st.text(max_size=200)
VIETNAMESE = st.sampled_from([told.text for pair in PAIRS for told in (pair.one, pair.other)])


def score(one: Told, other: Told, metres: int) -> float:
    """How like the second is to the first, so far away."""
    return likeness(Asked(one.category, 21.7, 104.9, one.text), near(other.category, metres), other.text).score


def near(category: str = "duong_sa", metres: float = 0.0, code: str = "A") -> Near:
    return Near(Spot(code, category, 21.7, 104.9), metres)


def taken_for_one(pair: Pair) -> bool:
    """Whether a case is shown to whoever is about to report the other, whichever came first."""
    return min(score(pair.one, pair.other, pair.metres), score(pair.other, pair.one, pair.metres)) >= similar.THRESHOLD


def rates(pairs: tuple[Pair, ...]) -> tuple[int, int]:
    """How many pairs of one matter are found, and how many of two matters are taken for one."""
    return sum(taken_for_one(p) for p in pairs if p.same), sum(taken_for_one(p) for p in pairs if not p.same)


def test_of_the_labelled_pairs_nearly_all_that_are_one_matter_are_found_and_few_that_are_two() -> None:
    assert (len([p for p in PAIRS if p.same]), len([p for p in PAIRS if not p.same])) == (20, 20)
    found, mistaken = rates(PAIRS)
    assert found >= 20
    assert mistaken <= 2


def test_it_does_as_well_on_pairs_that_the_threshold_was_not_chosen_on() -> None:
    assert (len([p for p in LATER_PAIRS if p.same]), len([p for p in LATER_PAIRS if not p.same])) == (10, 10)
    found, mistaken = rates(LATER_PAIRS)
    assert found >= 9
    assert mistaken <= 1


@given(st.sampled_from([pair for pair in (*PAIRS, *LATER_PAIRS) if pair.same]))
def test_who_types_without_diacritics_finds_the_same(pair: Pair) -> None:
    bare = Told(pair.one.category, plain(pair.one.text).upper())
    assert score(bare, pair.other, pair.metres) == score(pair.one, pair.other, pair.metres)


@given(VIETNAMESE | TEXTS, VIETNAMESE | TEXTS)
def test_likeness_of_words_is_between_nothing_and_one_and_has_no_first_and_second(one: str, other: str) -> None:
    assert 0 <= words_alike(one, other) <= 1
    assert words_alike(one, other) == words_alike(other, one)


@given(VIETNAMESE)
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert words_alike(text, text) == 1


def test_a_single_word_is_not_half_of_a_text() -> None:
    assert words_alike("đường", "Đường vào thôn hỏng nặng, nhiều ổ gà") <= 0.25
    assert words_alike("", "Đường vào thôn") == words_alike("", "") == words_alike("…!?", "Đường") == 0


def test_both_spellings_of_a_tone_mark_are_one() -> None:
    assert words_alike("nhà văn hóa tổ bảy, thủy lợi", "Nhà văn hoá tổ bảy: thuỷ lợi") == 1


def test_an_s_with_number_is_read_with_and_without_a_blank() -> None:
    assert words_alike("Km5 đường tỉnh 163", "km 5 đường tỉnh 163") == 1


def test_the_same_category_counts_more_than_a_related_one_and_that_more_than_another() -> None:
    assert kinship("dien", "dien") > kinship("dien", "vien_thong") > kinship("dien", "rac_thai") == 0
    assert kinship("sat_lo", "duong_sa") == kinship("duong_sa", "sat_lo") > 0
    assert kinship("made-later", "made-later") == 1


@given(st.floats(0, similar.RADIUS), st.floats(0, similar.RADIUS), VIETNAMESE, VIETNAMESE)
def test_nearer_is_never_less_like(one: float, other: float, asked: str, text: str) -> None:
    wanted, (close, far) = Asked("duong_sa", 21.7, 104.9, asked), sorted((one, other))
    assert likeness(wanted, near(metres=close), text).score >= likeness(wanted, near(metres=far), text).score


@pytest.mark.parametrize(
    ("category", "metres", "is_shown"),
    [
        ("duong_sa", 0, True),
        ("duong_sa", 180, True),
        ("duong_sa", 190, False),
        ("sat_lo", 90, True),
        ("sat_lo", 150, False),
        ("rac_thai", 0, False),
    ],
)
def test_without_words_only_what_is_near_and_of_the_kind_is_shown(category: str, metres: int, is_shown: bool) -> None:
    found = likeness(Asked("duong_sa", 21.7, 104.9), near(category, metres), "Ổ gà trước cổng trường")
    assert bool(shown([found])) is is_shown


@given(LAT, LONG, BEARING, st.floats(0, 2 * similar.RADIUS))
def test_whatever_is_within_the_radius_is_looked_at_and_nothing_else(
    lat: float, long: float, bearing: float, metres: float
) -> None:
    there = Spot("A", "duong_sa", *away(lat, long, bearing, metres))
    found = nearest(Asked("duong_sa", lat, long), [there])
    if abs(metres - similar.RADIUS) > 0.01:
        assert bool(found) is (metres <= similar.RADIUS)
    assert all(one.metres == pytest.approx(metres, abs=0.01) for one in found)


def test_of_many_the_words_of_the_likeliest_dozen_are_read_the_same_ones_in_any_order() -> None:
    spots = [Spot(f"{number:03}", "rac_thai", 21.7, 104.9 + number / 10**5) for number in range(50)]
    own_kind = [Spot(f"k{number}", "duong_sa", 21.7, 104.9 + number / 10**4) for number in range(5)]
    found = nearest(Asked("duong_sa", 21.7, 104.9), [*spots, *own_kind])
    assert len(found) == similar.MOST_READ
    assert [one.spot.code for one in found][:5] == [spot.code for spot in own_kind]
    assert found == nearest(Asked("duong_sa", 21.7, 104.9), [*own_kind, *reversed(spots)])


def test_a_handful_is_shown_the_likest_first_and_of_equals_the_nearest() -> None:
    found = [Likeness(f"{number}", 0.5 + number / 100, 10.0) for number in range(8)]
    assert [one.code for one in shown(found)] == ["7", "6", "5", "4", "3"]
    equals = [Likeness("far", 0.9, 20.0), Likeness("near", 0.9, 10.0), Likeness("unlike", 0.47, 0.0)]
    assert [one.code for one in shown(equals)] == ["near", "far"]
