"""The limits of docs/lifecycle.md: where a count or a condition forbids what the status allows, and the straight way there."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.lives.expected import RULES, Expected

Move = tuple[str, str]

_ASSIGN, _ACCEPT, _ASK = ("centre", "assign"), ("holder", "accept"), ("holder", "ask")
_GIVE_BACK, _OFFER, _EXTEND = ("holder", "give_back"), ("holder", "hand_over"), ("holder", "extend")
_ANSWER, _RATE, _REPLY = ("holder", "answer"), ("reporter", "rate"), ("reporter", "reply")
_REFUSE, _APPEAL, _PUBLISH = ("centre", "refuse"), ("reporter", "appeal"), ("centre", "publish")
_HIDE, _GRANT, _DENY = ("centre", "hide"), ("centre", "grant"), ("centre", "deny")


class Limit(NamedTuple):
    """The move that it concerns, when it is met, and moves that lead there from a new case (elsewhere some are refused)."""

    move: Move
    met: Callable[[Expected], bool]
    way: Sequence[Move]


LIMITS = {
    "a sixth question": Limit(
        _ASK, lambda case: case.questions == 5 and case.offer is None, (_ASSIGN, _ACCEPT, *[_ASK, _REPLY] * 6)
    ),
    "a question while offered": Limit(
        _ASK, lambda case: case.questions < 5 and case.offer is not None, (_ASSIGN, _ACCEPT, _OFFER, _ASK)
    ),
    "given back a third time": Limit(
        _GIVE_BACK, lambda case: case.give_backs == 2 and not case.late, (*[_ASSIGN, _GIVE_BACK] * 3,)
    ),
    "offered twice": Limit(_OFFER, lambda case: case.offer is not None, (_ASSIGN, _OFFER, _OFFER, _OFFER)),
    "extended twice": Limit(_EXTEND, lambda case: case.extended, (_ASSIGN, _ACCEPT, _EXTEND, _EXTEND)),
    "reopened a third time": Limit(
        _RATE, lambda case: case.reopenings == 2, (_ASSIGN, *[_ANSWER, _RATE] * 3)
    ),
    "a second appeal": Limit(
        _APPEAL, lambda case: case.appealed, (_ASSIGN, _GIVE_BACK, *[_REFUSE, _APPEAL] * 2)
    ),
    "published though not waiting for it": Limit(
        _PUBLISH, lambda case: case.publication != "pending", (_PUBLISH, _PUBLISH)
    ),
    "hidden though not public": Limit(_HIDE, lambda case: case.publication != "public", (_PUBLISH, _HIDE, _HIDE)),
    "decided about an extension twice": Limit(
        _DENY, lambda case: case.decided, (_ASSIGN, _ACCEPT, _EXTEND, _GRANT, _DENY)
    ),
}  # fmt: skip


def limits_met(case: Expected, party: str, action: str) -> list[str]:
    """Which limits this move meets, where nothing but them can forbid it."""
    if case.status not in RULES[party, action].statuses:
        return []
    return [name for name, limit in LIMITS.items() if limit.move == (party, action) and limit.met(case)]
