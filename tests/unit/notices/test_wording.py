"""The words of notices, and the proof that every SMS fits one segment."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from chalicelib.core.codes import Link, link_token
from chalicelib.core.text import fits_one_segment, gsm7
from chalicelib.notices import bill_words
from chalicelib.notices.model import Channel, Side
from chalicelib.notices.rules import AGENCY_RULES, CITIZEN_RULES, WITHOUT_DUTY, Way
from chalicelib.notices.wording import ELASTIC, TEMPLATES, common, fill, fill_lines, fill_sms, pick, tokens, words_of
from infra.seed import rows
from tests.unit.notices.fakes import CODE, MAIN, SECRET

BASES = ("http://127.0.0.1:65535", "https://s.yenbai.gov.vn")
AGENCIES = sorted({agency.short_name for agency in rows.agencies()})
AREAS = sorted({area.name for area in rows.areas()})
CATEGORIES = tuple(rows.categories())
LANGUAGES = {Side.AGENCY: ("vi",), Side.CITIZEN: ("vi", "en")}
TABLES = {Side.AGENCY: AGENCY_RULES, Side.CITIZEN: CITIZEN_RULES}
NOTICES = sorted({(side, rule.words) for side, rules in TABLES.items() for rule in rules})
# Words of what is about no case.
OWN = {Side.AGENCY: set[str](), Side.CITIZEN: {bill_words.WORDS}}
# Who has no duty in a case has no link to it.
UNLINKED = {(Side.AGENCY, rule.words) for rule in AGENCY_RULES if rule.whom in WITHOUT_DUTY}


def patterns() -> Iterator[tuple[Side, str, str, str]]:
    """(side, words, language, name of the SMS pattern) of all there are."""
    for side, words in NOTICES:
        for language in LANGUAGES[side]:
            yield from (
                (side, words, language, name) for name in words_of(side, words, language) if name.startswith("sms")
            )


def link(side: Side, base: str) -> str:
    """The longest link there is: an assignment has four digits at most."""
    return f"{base}/t/{CODE}" if side is Side.CITIZEN else f"{base}/a/{link_token(SECRET, Link(CODE, 9999, head=True))}"


def used(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


def choices(language: str, urgent: bool) -> Mapping[str, list[str]]:
    """Every value that each elastic name, and the safety advice, can have."""
    chosen = [category for category in CATEGORIES if not urgent or category.level == "urgent"]
    return {
        "topic": [category.name_en if language == "en" else category.name_vi for category in chosen],
        "area": AREAS,
        "agency": AGENCIES,
        "sender": AGENCIES,
        "holder": AGENCIES,
        "safety": [category.safety_en if language == "en" else category.safety_vi for category in chosen],
    }


def combinations(possible: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """Every combination; where they are too many, each value with the longest and the shortest of the others."""
    if len(possible) <= 1:
        yield from product(*possible)
        return
    extremes = [[*sorted(values, key=lambda value: len(gsm7(value)))[-2:], min(values, key=len)] for values in possible]
    for place, values in enumerate(possible):
        yield from product(*extremes[:place], values, *extremes[place + 1 :])


FIXED = {
    "code": CODE,
    "at": "14:05 23/05",
    "deadline": "17:00 30/05",
    "answer_by": "17:00 30/05",
    "rate_by": "14:05 30/05",
    "main": MAIN,
    "count": "99",
    "call": " Gọi +84958000123.",
}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(("side", "words", "language", "name"), list(patterns()))
def test_every_sms_to_every_agency_about_every_category_and_area_fits_one_segment(
    side: Side, words: str, language: str, name: str, base: str
) -> None:
    pattern = words_of(side, words, language)[name]
    where = link(side, base)
    possible = choices(language, name.endswith("urgent"))
    varying = sorted(used(pattern) & possible.keys())
    for values in combinations([possible[name] for name in varying]):
        text = fill_sms(pattern, {**FIXED, "link": where, **dict(zip(varying, values, strict=True))})
        assert fits_one_segment(text), text
        assert "?" not in text
        assert text.endswith(where) or (side, words) in UNLINKED
        assert CODE in text
        assert all(gsm7(FIXED[name]) in text for name in used(pattern) & FIXED.keys())


def test_the_safety_advice_of_every_urgent_category_is_told_whole_in_the_first_sms() -> None:
    for category, language, base in product(CATEGORIES, ("vi", "en"), BASES):
        if category.level != "urgent":
            continue
        safety = category.safety_en if language == "en" else category.safety_vi
        pattern = pick(words_of(Side.CITIZEN, "submitted", language), "sms", urgent=True)
        text = fill_sms(pattern, {**FIXED, "link": link(Side.CITIZEN, base), "safety": safety})
        assert gsm7(safety) in text
        assert fits_one_segment(text)


def test_safety_advice_is_never_cut_even_where_it_needs_a_second_segment() -> None:
    pattern = pick(words_of(Side.CITIZEN, "submitted", "vi"), "sms", urgent=True)
    advice = "Tránh xa. " * 20
    assert gsm7(advice) in fill_sms(pattern, {**FIXED, "link": link(Side.CITIZEN, BASES[0]), "safety": advice})
    assert "safety" not in ELASTIC


def test_with_the_long_address_of_a_stage_the_link_stays_whole() -> None:
    where = link(Side.AGENCY, "https://abcdefghij.execute-api.ap-southeast-1.amazonaws.com/prod")
    pattern = words_of(Side.AGENCY, "assigned", "vi")["sms"]
    text = fill_sms(pattern, {**FIXED, "link": where, "topic": CATEGORIES[0].name_vi, "area": AREAS[0]})
    assert text.endswith(where)


def test_who_has_no_duty_in_a_case_is_given_no_link() -> None:
    for side, words in NOTICES:
        texts = words_of(side, words, "vi")
        linked = "button" in texts or any("link" in used(str(texts[name])) for name in texts if name.startswith("sms"))
        assert not (linked and (side, words) in UNLINKED), words


def test_every_notice_has_the_words_that_its_channels_need() -> None:
    for side, rules in TABLES.items():
        for rule, language in product(rules, LANGUAGES[side]):
            words = words_of(side, rule.words, language)
            needed = {Way.SMS: {"sms"}, Way.CHOSEN: {"sms", "subject", "button"}, Way.INBOX: {"title", "text"}}
            needed[Way.EMAIL] = {"subject", "heading", "lead", "said", "todo"}
            needed[Way.URGENT_SMS] = {"sms"}
            assert all(needed[way] <= words.keys() for way in rule.ways), rule.words


def test_no_file_of_words_is_left_over() -> None:
    for side in Side:
        files = {file.stem for file in (TEMPLATES / side).glob("*.toml")}
        assert files == {words for of, words in NOTICES if of is side} | OWN[side]


def test_what_people_wrote_is_a_value_and_never_a_pattern() -> None:
    assert fill("{code}", {"code": "{link} {0} {code}"}) == "{link} {0} {code}"
    assert fill_sms("{code}", {"code": "{link}"}) == "?link?"


def test_a_line_without_its_value_is_left_out() -> None:
    lines = ["A {code}.", "B {deadline}.", "C."]
    assert fill_lines(lines, {"code": "x"}) == ("A x.", "C.")
    assert fill_lines(lines, {"code": "x", "deadline": ""}) == ("A x.", "C.")


def test_vietnamese_words_are_composed_letters_and_have_diacritics() -> None:
    import unicodedata

    for file in Path(TEMPLATES).rglob("*.toml"):
        text = file.read_text("utf-8")
        assert unicodedata.is_normalized("NFC", text), file
        assert not any("\ud800" <= letter <= "\udfff" for letter in text)
    for side, words in NOTICES:
        assert _texts(words_of(side, words, "vi")) != gsm7(_texts(words_of(side, words, "vi")))


def test_languages_say_the_same_things() -> None:
    for side, words in NOTICES:
        if side is Side.CITIZEN:
            vi, en = words_of(side, words, "vi"), words_of(side, words, "en")
            assert vi.keys() == en.keys()
            assert [sorted(map(used, _list(vi[name])), key=sorted) for name in vi] == [
                sorted(map(used, _list(en[name])), key=sorted) for name in vi
            ]
    assert common("en").keys() <= common("vi").keys()


def test_a_channel_has_a_way_and_the_colours_are_the_pages_own() -> None:
    assert {channel.value for channel in Channel} <= {way.value for way in Way}
    stylesheet = Path("chalicelib/pages/assets/page.css").read_text("utf-8").lower()
    for name in ("primary", "danger", "ok", "text", "muted"):
        assert tokens()[name] in stylesheet, name


def _texts(words: Mapping[str, Any]) -> str:
    return " ".join(text for value in words.values() for text in _list(value))


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
