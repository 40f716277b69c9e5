"""Text rules."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.text import SMS_SEGMENT, clip, fits_one_segment, gsm7, has_control, plain, tidy

VIETNAMESE = "Xã Thượng Bằng La, huyện Văn Chấn: “Đường hỏng” – cầu sập, ngõ ngập, lũ quét, mưa đá; ỷ, ữ, ặ, ễ"


def test_vietnamese_is_written_without_diacritics() -> None:
    assert plain("Thượng Bằng La, Đông Cuông") == "Thuong Bang La, Dong Cuong"
    assert plain(VIETNAMESE).replace("“", "").replace("”", "").replace("–", "").isascii()


@given(st.text(max_size=200))
def test_whatever_is_sent_fits_the_alphabet_of_an_sms(text: str) -> None:
    assert fits_one_segment(gsm7(text)[:SMS_SEGMENT])


def test_what_needs_two_septets_or_another_alphabet_does_not_fit() -> None:
    for letter in "đ€[]{}|^~\\`“\t":
        assert not fits_one_segment(letter)
    assert fits_one_segment("a" * 160)
    assert not fits_one_segment("a" * 161)


def test_a_vietnamese_sentence_survives_readably() -> None:
    assert gsm7("Lúc 9h – “cầu Bà Xã” sập") == 'Luc 9h - "cau Ba Xa" sap'
    assert gsm7("👍") == "?"


@given(st.text(max_size=300), st.integers(4, 200))
def test_what_is_clipped_is_never_too_long_and_says_so(text: str, length: int) -> None:
    clipped = clip(text, length)
    assert len(clipped) <= length
    assert clipped == text if len(text) <= length else clipped.endswith("...")


def test_it_is_cut_at_a_word_where_one_ends_soon_enough() -> None:
    assert clip("Ổ gà lớn giữa đường trước cổng trường", 24) == "Ổ gà lớn giữa đường..."
    assert clip("x" * 30, 10) == "xxxxxxx..."


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_controls_and_lone_surrogates_are_found(letter: str) -> None:
    assert has_control(f"a{letter}b")


@pytest.mark.parametrize("text", ["", "a\tb\nc\r\nd", "Đường", "👍🏽", "\u00a0"])
def test_ordinary_text_has_no_control_characters(text: str) -> None:
    assert not has_control(text)


@given(st.text(max_size=100))
def test_tidy_text_is_nfc_with_plain_line_ends_and_stays_so(text: str) -> None:
    kept = tidy(text)
    assert kept == tidy(kept)
    assert unicodedata.is_normalized("NFC", kept)
    assert "\r" not in kept
    assert kept == kept.strip()


def test_typed_and_pasted_vietnamese_are_the_same() -> None:
    assert tidy(unicodedata.normalize("NFD", VIETNAMESE)) == VIETNAMESE
