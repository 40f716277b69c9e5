"""What callers may ask: what is read, what is refused, with every field named at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.core.errors import Invalid
from chalicelib.core.words import WORDS
from chalicelib.feedback import commands
from chalicelib.feedback.values import Outcome, Rating
from chalicelib.runtime.decoding import convert, decode_body, decode_text
from tests.builders import RESULT, TEXT, give_answer

TODAY = date(2023, 5, 23)
PLACE = {"lat": 21.7, "long": 104.9}
SUBMIT: dict[str, Any] = {"category": "duong_sa", "text": TEXT, "location": PLACE}


def refused(act: Callable[[], object]) -> dict[str, str]:
    """The refused fields and the keys of what they must be."""
    with pytest.raises(Invalid) as refusal:
        act()
    assert {error.words for error in refusal.value.errors} <= set(WORDS)
    return {error.field: error.words for error in refusal.value.errors}


def test_a_plain_submission_has_the_contract_s_defaults() -> None:
    made = convert(SUBMIT, commands.Submit)
    assert (made.visibility, made.share_contact, made.title, made.occurred_at) == ("public", False, "", None)
    assert (made.location.lat, made.location.long, made.location.address, made.location.area) == (21.7, 104.9, "", None)


def test_whole_degrees_are_numbers_too() -> None:
    made = convert(SUBMIT | {"location": {"lat": 21, "long": 105}}, commands.Submit)
    assert (made.location.lat, made.location.long) == (21.0, 105.0)


def test_text_is_kept_in_nfc_without_blanks_at_its_ends() -> None:
    made = convert(SUBMIT | {"text": "  Ổ gà giữa đường\r\nnguy hiểm \n"}, commands.Submit)
    assert made.text == "Ổ gà giữa đường\nnguy hiểm"


def test_every_missing_field_is_named() -> None:
    assert refused(lambda: convert({}, commands.Submit)) == {
        "category": "field.missing",
        "text": "field.missing",
        "location": "field.missing",
    }
    assert refused(lambda: convert(SUBMIT | {"location": {}}, commands.Submit)) == {
        "location.lat": "field.missing",
        "location.long": "field.missing",
    }


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"category": 7}, "category", "field.text"),
        ({"category": ""}, "category", "field.text"),
        ({"category": None}, "category", "field.text"),
        ({"category": "x" * 61}, "category", "field.text"),
        ({"text": "Ngắn"}, "text", "field.text"),
        ({"text": " " * 50}, "text", "field.text"),
        ({"text": "a" * 4001}, "text", "field.text"),
        ({"text": "Ổ gà giữa đường\x00"}, "text", "field.control"),
        ({"text": "Ổ gà giữa đường \ud800"}, "text", "field.control"),
        ({"text": ["Ổ gà"]}, "text", "field.text"),
        ({"title": "a" * 121}, "title", "field.text"),
        ({"visibility": "secret"}, "visibility", "field.pattern"),
        ({"visibility": "publicly"}, "visibility", "field.pattern"),
        ({"share_contact": "yes"}, "share_contact", "field.yes_or_no"),
        ({"share_contact": 1}, "share_contact", "field.yes_or_no"),
        ({"occurred_at": "yesterday"}, "occurred_at", "field.time"),
        ({"occurred_at": "2023-05-23T10:00:00"}, "occurred_at", "field.time"),
        ({"occurred_at": 1684831500}, "occurred_at", "field.time"),
        ({"location": []}, "location", "field.object"),
        ({"location": None}, "location", "field.object"),
        ({"location": PLACE | {"lat": 91}}, "location.lat", "field.number_between"),
        ({"location": PLACE | {"long": -180.1}}, "location.long", "field.number_between"),
        ({"location": PLACE | {"lat": "21.7"}}, "location.lat", "field.number_between"),
        ({"location": PLACE | {"lat": True}}, "location.lat", "field.number_between"),
        ({"location": PLACE | {"lat": float("nan")}}, "location.lat", "field.number_between"),
        ({"location": PLACE | {"lat": 10**39}}, "location.lat", "field.number_between"),
        ({"location": PLACE | {"address": "a" * 301}}, "location.address", "field.text"),
        ({"location": PLACE | {"height": 9}}, "location.height", "field.unknown"),
        ({"status": "closed"}, "status", "field.unknown"),
        ({"": 1}, "", "field.unknown"),
    ],
)
def test_a_wrong_field_is_named_with_what_it_must_be(change: dict[str, Any], field: str, words: str) -> None:
    assert refused(lambda: convert(SUBMIT | change, commands.Submit)) == {field: words}


def test_all_errors_come_at_once() -> None:
    body = b'{"text": 1, "location": {"lat": "x", "long": 200}, "share_contact": 0, "admin": true}'
    assert set(refused(lambda: decode_body(body, commands.Submit))) == {
        "category", "text", "location.lat", "location.long", "share_contact", "admin",
    }  # fmt: skip


def test_an_unsatisfied_rating_owes_a_reason() -> None:
    assert refused(commands.Rate(rating=Rating.UNSATISFIED, reason="Tệ").check) == {"reason": "field.reason"}
    commands.Rate(rating=Rating.UNSATISFIED, reason="Ổ gà vẫn còn.").check()
    for rating in (Rating.SATISFIED, Rating.ACCEPTABLE):
        commands.Rate(rating=rating).check()


def test_a_rating_is_one_of_three_words() -> None:
    assert refused(lambda: convert({"rating": "five stars"}, commands.Rate)) == {"rating": "field.choice"}


VAGUE = [
    "Đã xử lý.",
    "Đã tiếp nhận, sẽ xử lý." + " " * 30,
    "Đã tiếp nhận và đã chuyển. Đã ghi nhận, sẽ xem xét. Cảm ơn.",
    "Đã tiếp nhận, đã chuyển, sẽ xem xét, xin cảm ơn. " * 3,
    "Đang xử lý, đang xem xét, đã biết, sẽ xử lý, xin cảm ơn!!!!!!!!!!!!!!",
]


@pytest.mark.parametrize("result", VAGUE)
def test_a_vague_answer_is_refused(result: str) -> None:
    command = convert({"result": result}, commands.GiveAnswer)
    assert set(refused(lambda: command.check(TODAY))) == {"result"}


def test_an_answer_without_a_result_says_so() -> None:
    assert refused(lambda: convert({"outcome": "resolved"}, commands.GiveAnswer)) == {"result": "field.missing"}


def test_a_concrete_answer_passes_also_where_it_begins_with_a_stock_phrase() -> None:
    give_answer().check(TODAY)
    give_answer(result=f"Đã tiếp nhận. {RESULT}", outcome=Outcome.EXPLAINED).check(TODAY)


@pytest.mark.parametrize("day", [None, TODAY, TODAY - timedelta(days=1)])
def test_a_scheduled_answer_owes_a_step_and_a_date_ahead(day: date | None) -> None:
    command = give_answer(outcome=Outcome.SCHEDULED, scheduled_for=day)
    assert refused(lambda: command.check(TODAY)) == {
        "next_step": "field.next_step",
        "scheduled_for": "field.scheduled_for",
    }
    give_answer(
        outcome=Outcome.SCHEDULED, next_step="Thảm lại mặt đường", scheduled_for=TODAY + timedelta(days=1)
    ).check(TODAY)


@pytest.mark.parametrize("outcome", [Outcome.RESOLVED, Outcome.EXPLAINED])
def test_only_a_scheduled_answer_has_a_date(outcome: Outcome) -> None:
    command = give_answer(outcome=outcome, scheduled_for=TODAY + timedelta(days=9))
    assert refused(lambda: command.check(TODAY)) == {"scheduled_for": "field.unknown"}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"outcome": "done"}, "outcome", "field.choice"),
        ({"scheduled_for": "24/05/2023"}, "scheduled_for", "field.date"),
        ({"photos": ["UPPER123"]}, "photos.0", "field.pattern"),
        ({"photos": ["0" * 16] * 6}, "photos", "field.list_long"),
        ({"photos": "0" * 16}, "photos", "field.list"),
        ({"documents": [{}]}, "documents.0.number", "field.missing"),
        ({"documents": [7]}, "documents.0", "field.object"),
        ({"documents": [{"number": "1", "date": "x", "signer": "A"}]}, "documents.0.date", "field.date"),
    ],
)
def test_a_wrong_part_of_an_answer_is_named_by_its_path(change: dict[str, Any], field: str, words: str) -> None:
    assert refused(lambda: convert({"result": RESULT} | change, commands.GiveAnswer))[field] == words


def test_a_form_gives_lists_with_commas() -> None:
    made = decode_text({"result": RESULT, "photos": "0123456789abcdef,fedcba9876543210"}, commands.GiveAnswer)
    assert made.photos == ("0123456789abcdef", "fedcba9876543210")


@pytest.mark.parametrize("box", ["104,21,105,22", "-180,-90,180,90", "104.5,21.5,104.5,21.5"])
def test_a_box_is_west_south_east_north(box: str) -> None:
    assert commands.ListPublic(bbox=box).box() == tuple(float(part) for part in box.split(","))


@pytest.mark.parametrize(
    "box",
    ["", "104,21,105", "a,b,c,d", "105,21,104,22", "104,22,105,21", "104,21,181,22", "nan,nan,nan,nan", "1,2,3,4,5"],
)
def test_any_other_box_is_refused(box: str) -> None:
    assert refused(commands.ListPublic(bbox=box).box) == {"bbox": "field.bbox"}


def test_no_box_is_no_limit() -> None:
    assert commands.ListPublic().box() is None


@pytest.mark.parametrize("limit", ["0", "51", "ten", "1.5", "9" * 30])
def test_a_page_has_one_to_fifty_lines(limit: str) -> None:
    assert refused(lambda: decode_text({"limit": limit}, commands.ListOwn)) == {"limit": "field.number_between"}
    assert decode_text({"limit": "50"}, commands.ListOwn).limit == 50


def test_no_command_can_be_changed_and_all_refuse_unknown_fields() -> None:
    kinds = [kind for kind in vars(commands).values() if isinstance(kind, type) and issubclass(kind, commands.Command)]
    assert len(kinds) > 15
    for kind in kinds:
        assert kind.__struct_config__.frozen
        assert kind.__struct_config__.forbid_unknown_fields
        assert msgspec.json.schema(kind)
