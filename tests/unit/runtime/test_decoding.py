"""Untrusted bytes to typed commands."""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from math import isnan
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import DomainError, Invalid, Malformed, TooLarge
from chalicelib.core.words import say
from chalicelib.runtime.decoding import MAX_BODY, convert, decode_body, decode_text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: Annotated[int, msgspec.Meta(ge=1, le=9)]


class Outer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=5)] = "name"
    code: Annotated[str, msgspec.Meta(pattern="^[a-z]+$")] = "code"
    free: str = ""
    size: int = 0
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    weight: float = 0.0
    colour: Colour = Colour.RED
    yes: bool = False
    at: datetime | None = None
    day: date | None = None
    inner: Inner | None = None
    many: Annotated[tuple[Inner, ...], msgspec.Meta(max_length=2)] = ()
    few: Annotated[tuple[Inner, ...], msgspec.Meta(min_length=2)] = ()
    names: tuple[str, ...] = ()
    told: Annotated[str, msgspec.Meta(max_length=5, extra_json_schema={"enum": ["a", "b"]})] = ""


class Renamed(msgspec.Struct, frozen=True, rename={"start": "from"}):
    start: int


def errors_of(values: dict[str, Any], strict: bool = True) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        convert(values, Outer, strict)
    for error in refusal.value.errors:
        assert say(error.words, "vi", **dict(error.params))
    return {error.field: error.words for error in refusal.value.errors}


def test_json_becomes_the_command() -> None:
    made = decode_body(
        '{"name": " Đỏ ", "colour": "blue", "yes": true, "at": "2023-05-23T14:05:00+07:00", "day": "2023-05-23",'
        ' "share": 1, "inner": {"number": 3}, "many": [{"number": 1}], "names": ["a", "b"]}'.encode(),
        Outer,
    )
    assert (made.name, made.colour, made.yes, made.share) == ("Đỏ", Colour.BLUE, True, 1.0)
    assert made.at == datetime(2023, 5, 23, 7, 5, tzinfo=UTC)
    assert (made.day, made.inner, made.many, made.names) == (
        date(2023, 5, 23),
        Inner(number=3),
        (Inner(number=1),),
        ("a", "b"),
    )


def test_what_only_the_schema_says_is_left_to_whoever_carries_the_command_out() -> None:
    assert decode_body(b'{"told": "c"}', Outer).told == "c"
    assert errors_of({"told": "too long"}) == {"told": "field.text"}


def test_a_whole_number_is_one_however_it_is_written() -> None:
    assert (decode_body(b'{"size": 9.0}', Outer).size, decode_body(b'{"size": 1e2}', Outer).size) == (9, 100)
    assert errors_of({"size": 9.5, "inner": {"number": 1e300}}) == {
        "size": "field.number",
        "inner.number": "field.number_between",
    }


def test_nothing_is_an_empty_object() -> None:
    assert decode_body(b"", Outer) == decode_body(b"{}", Outer) == Outer()


def test_null_stands_for_what_may_be_left_out_alone() -> None:
    assert convert({"at": None, "inner": None}, Outer) == Outer()
    assert errors_of({"name": None, "many": None}) == {"name": "field.text", "many": "field.list"}


def test_a_field_is_known_by_the_name_that_callers_use() -> None:
    assert convert({"from": 3}, Renamed).start == 3
    with pytest.raises(Invalid) as refusal:
        convert({"start": 3}, Renamed)
    assert {error.field for error in refusal.value.errors} == {"start", "from"}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe", "error.not_utf8"),
        (b'{"name": "\xc3"}', "error.not_utf8"),
        (b"{", "error.not_json"),
        (b"name=x", "error.not_json"),
        (b"\xef\xbb\xbf{}", "error.not_json"),
        (b'{"name": "x",}', "error.not_json"),
        (b"{'name': 'x'}", "error.not_json"),
        (b'{"size": NaN}', "error.not_json"),
        (b'{"size": Infinity}', "error.not_json"),
        (b'{"size": -Infinity}', "error.not_json"),
        (b'{"size": 1e999}', "error.not_json"),
        (b'{"size": ' + b"9" * 41 + b"}", "error.not_json"),
        (b'{"size": ' + b"9" * 5000 + b"}", "error.not_json"),
        (b"[" * 30_000, "error.not_json"),
        (b'{"name":' * 5_000, "error.not_json"),
        (b"[]", "error.not_object"),
        (b"null", "error.not_object"),
        (b'"text"', "error.not_object"),
        (b"7", "error.not_object"),
        (b'{"name": "ab", "name": "cd"}', "error.duplicate_keys"),
        (b'{"inner": {"number": 1, "number": 2}}', "error.duplicate_keys"),
        (b'{"inner": ' + b"[" * 13 + b"]" * 13 + b"}", "error.too_deep"),
        (b'{"a":' * 13 + b"1" + b"}" * 13, "error.too_deep"),
    ],
)
def test_what_cannot_be_read_is_malformed(raw: bytes, words: str) -> None:
    with pytest.raises(Malformed) as refusal:
        decode_body(raw, Outer)
    assert refusal.value.words == words


def test_more_than_64_kib_are_too_large() -> None:
    with pytest.raises(TooLarge) as refusal:
        decode_body(b" " * (MAX_BODY + 1), Outer)
    assert refusal.value.params == {"limit": 65_536}
    assert decode_body(b"{}" + b" " * (MAX_BODY - 2), Outer) == Outer()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "x", "field.text"), ("name", "toolong", "field.text"), ("name", 7, "field.text"), ("free", [], "field.text"),
        ("name", "a\x00b", "field.control"), ("free", "\ud800", "field.control"), ("code", "ABC", "field.pattern"),
        ("size", "1", "field.number"), ("size", 1.5, "field.number"), ("size", True, "field.number"),
        ("share", 1.01, "field.number_between"), ("share", "0.5", "field.number_between"), ("weight", True, "field.number"),
        ("weight", 10**400, "field.number"), ("weight", {}, "field.number"), ("colour", "green", "field.choice"),
        ("colour", 1, "field.choice"), ("yes", "true", "field.yes_or_no"), ("yes", 0, "field.yes_or_no"),
        ("at", "2023-05-23T14:05:00", "field.time"), ("at", "soon", "field.time"), ("at", 12, "field.time"),
        ("day", "23/05/2023", "field.date"), ("day", "2023-02-30", "field.date"), ("inner", [], "field.object"),
        ("many", {}, "field.list"), ("many", "a,b", "field.list"), ("many", [{"number": 1}] * 3, "field.list_long"),
        ("few", [], "field.list_short"), ("few", [{"number": 1}], "field.list_short"), ("other", 1, "field.unknown"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_told_what_it_must_be(field: str, value: Any, words: str) -> None:
    assert errors_of({field: value}) == {field: words}


def test_errors_within_are_named_by_their_path_and_all_at_once() -> None:
    assert errors_of({"inner": {"number": 0}, "many": [{"number": 1}, {"x": 1}], "yes": 1, "names": ["a", 7]}) == {
        "inner.number": "field.number_between", "many.1.x": "field.unknown", "many.1.number": "field.missing",
        "yes": "field.yes_or_no", "names.1": "field.text",
    }  # fmt: skip


def test_the_name_of_an_unknown_field_comes_back_harmless_and_short() -> None:
    assert errors_of({"a\x00\u202e\ud800b": 1}) == {"a???b": "field.unknown"}
    assert errors_of({"x" * 5000: 1}) == {"x" * 60: "field.unknown"}


def test_queries_and_forms_give_everything_as_text() -> None:
    made = decode_text({"size": "7", "share": "0.5", "yes": "true", "day": "2023-05-23", "names": "a,b"}, Outer)
    assert (made.size, made.share, made.yes, made.day, made.names) == (7, 0.5, True, date(2023, 5, 23), ("a", "b"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("size", "seven", "field.number"), ("share", "nan", "field.number_between"),
        ("weight", "nan", "field.number"), ("share", "inf", "field.number_between"), ("yes", "perhaps", "field.yes_or_no"),
        ("inner", "x", "field.object"), ("many", "x", "field.object"), ("name", ["a", "b"], "field.text"),
        ("size", "9" * 5000, "field.number"),
    ],
)  # fmt: skip
def test_text_that_says_nothing_is_refused_too(field: str, value: Any, words: str) -> None:
    found = errors_of({field: value}, strict=False)
    assert list(found.values()) == [words]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
field_names = st.sampled_from([*Outer.__struct_fields__, "other", ""])


@given(st.dictionaries(field_names, json_values, max_size=6))
def test_no_value_breaks_the_reading(values: dict[str, Any]) -> None:
    for strict in (True, False):
        try:
            made = convert(values, Outer, strict)
        except Invalid:
            continue
        assert 0 <= made.share <= 1
        assert not isnan(made.weight)


@given(
    st.binary(max_size=200)
    | st.dictionaries(field_names, json_values, max_size=4).map(lambda it: json.dumps(it).encode())
)
def test_no_body_breaks_the_reading(raw: bytes) -> None:
    try:
        decode_body(raw, Outer)
    except DomainError:
        return
