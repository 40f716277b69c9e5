"""Errors, actors and pages carry what they were given."""

from chalicelib.core import actors, errors
from chalicelib.core.paging import Page


def test_an_actor_is_named_by_its_kind() -> None:
    made = [actors.citizen("a"), actors.agency("b"), actors.dispatcher("c"), actors.system("d")]
    assert [(actor.kind.value, actor.id) for actor in made] == [
        ("citizen", "a"), ("agency", "b"), ("dispatcher", "c"), ("system", "d"),
    ]  # fmt: skip


def test_errors_carry_what_people_are_told() -> None:
    refused = errors.invalid("text", "field.text", least=1, most=9)
    assert refused.errors == (errors.FieldError("text", "field.text", (("least", 1), ("most", 9))),)
    assert errors.Unauthenticated(session="again").session == "again"
    assert (errors.TooMany(retry_after=60).retry_after, errors.TooMany(retry_after=60).params) == (60, {"seconds": 60})
    impossible = errors.NotPossibleNow("accept", ["rate"])
    assert (impossible.next_actions, impossible.params) == (("rate",), {"action": "accept"})
    assert str(errors.Conflict("error.key_reused")) == "error.key_reused"
    assert isinstance(errors.LostRace(), errors.Conflict)


def test_a_page_keeps_its_cursor_when_its_items_change() -> None:
    assert Page((1, 2), "next").map(str) == Page(("1", "2"), "next")
    assert Page(()).next_cursor is None
