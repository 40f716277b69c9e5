"""Category x area -> agency."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.feedback.routing import competent_agency
from tests.fakes import Step

PATH = (("commune", "c"), ("district", "d"), ("province", "p"))
RULE = (Step("committee", "commune"), Step("committee", "district"), Step("transport", "province"))


def route(
    agencies: dict[tuple[str, str], str], rule: Sequence[Step] = RULE, path: Sequence[tuple[str, str]] = PATH
) -> str | None:
    return competent_agency(rule, path, lambda kind, area: agencies.get((kind, area)))


EVERYONE = {("committee", "c"): "commune", ("committee", "d"): "district", ("transport", "p"): "transport"}


@pytest.mark.parametrize(
    ("missing", "found"),
    [(set(), "commune"), ({"c"}, "district"), ({"c", "d"}, "transport"), ({"c", "d", "p"}, None)],
)
def test_the_lowest_competent_agency_gets_the_case(missing: set[str], found: str | None) -> None:
    assert route({place: agency for place, agency in EVERYONE.items() if place[1] not in missing}) == found


def test_an_uncertain_place_begins_at_the_district() -> None:
    assert route(EVERYONE, path=PATH[1:]) == "district"


def test_only_the_rule_s_own_kinds_are_asked() -> None:
    assert route(EVERYONE, rule=[Step("police", "commune"), Step("transport", "province")]) == "transport"


def test_without_a_rule_or_a_place_nobody_is_found() -> None:
    assert route(EVERYONE, rule=()) is None
    assert route(EVERYONE, path=()) is None


@given(st.sets(st.sampled_from(sorted(EVERYONE))), st.permutations(RULE))
def test_the_first_step_that_finds_somebody_wins(known: set[tuple[str, str]], rule: list[Step]) -> None:
    agencies = {place: EVERYONE[place] for place in known}
    area = dict(PATH)
    expected = [agencies[step.kind, area[step.level]] for step in rule if (step.kind, area[step.level]) in agencies]
    assert route(agencies, rule) == (expected[0] if expected else None)
