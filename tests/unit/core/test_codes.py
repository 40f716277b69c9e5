"""Codes that people carry: what they look like, that nobody can make one up, that typing errors are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import codes
from chalicelib.core.codes import Link
from chalicelib.core.errors import Gone, Invalid, NotFound

SECRET = "a secret of tests alone"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

accounts = st.text(max_size=40)
keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=128)
tracking_codes = st.builds(codes.tracking_code, st.just(SECRET), accounts, keys)
numbers = st.integers(0, 9999)


@given(accounts, keys)
def test_the_same_account_and_key_have_the_same_code_and_an_attempt_another(account: str, key: str) -> None:
    code = codes.tracking_code(SECRET, account, key)
    assert code == codes.tracking_code(SECRET, account, key)
    assert code not in {
        codes.tracking_code(SECRET, account, key, 1),
        codes.tracking_code(SECRET, account + "x", key),
        codes.tracking_code(SECRET, account, key + "x"),
        codes.tracking_code(SECRET + "x", account, key),
    }
    assert len(code) == 11
    assert set(code) <= set(ALPHABET)


@given(tracking_codes)
def test_a_code_is_read_as_people_write_it(code: str) -> None:
    written = f" {code[:3]}-{code[3:7]} {code[7:]} ".lower().replace("0", "o").replace("1", "i")
    assert codes.normal_code(code) == codes.normal_code(written) == code


@given(tracking_codes, st.integers(0, 10), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(code: str, place: int, letter: str) -> None:
    if code[place] != letter:
        with pytest.raises(NotFound):
            codes.normal_code(code[:place] + letter + code[place + 1 :])


@given(st.text(max_size=14))
def test_any_text_is_a_code_or_not_found(text: str) -> None:
    try:
        code = codes.normal_code(text)
    except NotFound:
        return
    assert codes.normal_code(code) == code


@pytest.mark.parametrize("text", ["", "0", "A" * 10, "A" * 12, "ĐĐĐĐĐĐĐĐĐĐĐ", "../../../etc", "UUUUUUUUUUU", "٣" * 11])
def test_what_cannot_be_a_code_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        codes.normal_code(text)


@given(tracking_codes, numbers)
def test_a_link_says_case_and_assignment_and_fits_an_sms(code: str, number: int) -> None:
    token = codes.link_token(SECRET, Link(code, number))
    assert len(token) <= 40
    assert codes.read_link(SECRET, token) == Link(code, number)


@given(tracking_codes, numbers, st.integers(0, 60), st.sampled_from("abcXYZ019-_."))
def test_a_changed_link_opens_nothing(code: str, number: int, place: int, letter: str) -> None:
    token = codes.link_token(SECRET, Link(code, number))
    forged = token[: place % len(token)] + letter + token[place % len(token) + 1 :]
    if forged != token:
        with pytest.raises(NotFound):
            codes.read_link(SECRET, forged)


@pytest.mark.parametrize("text", ["", "-", "--", "a-1-", "a-²-x", "a-99999-x", "a-01-x", "a--1", "đ-1-đ", "x" * 5000])
def test_no_text_breaks_the_reading_of_links(text: str) -> None:
    with pytest.raises(NotFound):
        codes.read_link(SECRET, text)


def test_another_secret_opens_no_link() -> None:
    token = codes.link_token(SECRET, Link("CODE", 1))
    with pytest.raises(NotFound):
        codes.read_link("another", token)


def test_a_link_whose_duty_is_over_is_gone() -> None:
    assert isinstance(codes.ended_link(), Gone)


@given(st.text(max_size=20), st.dictionaries(st.text(max_size=10), st.text(max_size=40), max_size=4))
def test_a_cursor_gives_back_its_place_for_its_purpose_alone(purpose: str, place: dict[str, str]) -> None:
    cursor = codes.seal_cursor(SECRET, purpose, place)
    assert codes.open_cursor(SECRET, purpose, cursor) == place
    with pytest.raises(Invalid):
        codes.open_cursor(SECRET, purpose + "x", cursor)
    with pytest.raises(Invalid):
        codes.open_cursor(SECRET, purpose, cursor + "x")


@given(st.text(max_size=80))
def test_no_text_passes_for_a_cursor(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        codes.open_cursor(SECRET, "list", text)
    assert refusal.value.errors[0].field == "cursor"


def test_hashes_keep_their_text_to_themselves() -> None:
    hashed = {codes.fingerprint("bí mật"), codes.keyed_hash(SECRET, "p", "bí mật"), codes.nonce(SECRET, "bí mật")}
    assert not any("bí" in text for text in hashed)
    assert codes.keyed_hash(SECRET, "p", "a") != codes.keyed_hash(SECRET, "q", "a")
    assert codes.same("bí mật", "bí mật")
    assert not codes.same("bí mật", "bí mat")
