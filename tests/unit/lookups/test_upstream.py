"""Asking providers: answers are kept and age visibly, attempts are few and end in time, all instances keep one pace."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.lookups.ports import UpstreamDown
from chalicelib.lookups.upstream.asking import PASSING, Fault, Provider
from chalicelib.lookups.upstream.connections import configured
from tests.unit.lookups.upstream_fakes import NAME, START, Tables, a_provider, company, failing

QUESTION = "bills\nelectricity.bills\npower\nPA22YB0012345"
DAY = 24 * 3600.0


def test_a_question_is_asked_once_while_its_answer_is_fresh() -> None:
    tables = Tables()
    asked = company(tables, "bills")
    first = tables.instance().ask(QUESTION, asked)
    tables.time.passed += 599
    second = tables.instance().ask(QUESTION, asked)
    assert (first, len(asked.calls)) == (second, 1)
    assert (second.said, second.freshness.as_of, second.freshness.stale) == ("bills", START, False)


def test_that_a_provider_knows_of_nothing_is_an_answer_too() -> None:
    tables = Tables()
    asked = company(tables, None)
    assert [tables.instance().ask(QUESTION, asked).said for _ in range(3)] == [None, None, None]
    assert len(asked.calls) == 1
    assert tables.heard.faults == []


def test_an_old_answer_stands_in_marked_with_its_age_until_it_is_too_old() -> None:
    tables = Tables()
    asked = company(tables, "bills", failing(Fault.SERVER_ERROR))
    tables.instance().ask(QUESTION, asked)
    tables.time.passed = 2 * DAY
    old = tables.instance().ask(QUESTION, asked)
    assert (old.said, old.freshness.as_of, old.freshness.stale) == ("bills", START, True)
    tables.time.passed = 3 * DAY
    with pytest.raises(UpstreamDown):
        tables.instance().ask(QUESTION, asked)


def test_an_answer_that_a_wrong_clock_dated_into_the_future_is_not_taken_for_fresh() -> None:
    tables = Tables()
    tables.time.passed = DAY
    asked = company(tables, "later", "now")
    tables.instance().ask(QUESTION, asked)
    tables.time.passed = 0
    assert tables.instance().ask(QUESTION, asked).said == "now"


def test_questions_are_kept_as_hashes_alone() -> None:
    tables = Tables()
    tables.instance().ask(QUESTION, company(tables, "bills"))
    assert "PA22YB0012345" not in repr(tables.answers.answers)


@pytest.mark.parametrize("fault", sorted(PASSING))
def test_a_fault_that_may_pass_is_met_three_times_at_most(fault: Fault) -> None:
    tables = Tables()
    asked = company(tables, failing(fault), failing(fault), "bills")
    assert tables.instance().ask(QUESTION, asked).said == "bills"
    first, second = tables.time.waited
    assert 0 <= first <= 0.2
    assert 0 <= second <= 0.4
    down = Tables()
    asked = company(down, failing(fault))
    with pytest.raises(UpstreamDown):
        down.instance().ask(QUESTION, asked)
    assert (len(asked.calls), down.heard.faults) == (3, [fault] * 3)


@pytest.mark.parametrize("fault", sorted(set(Fault) - PASSING))
def test_a_fault_that_would_come_again_is_met_once(fault: Fault) -> None:
    tables = Tables()
    asked = company(tables, failing(fault))
    with pytest.raises(UpstreamDown):
        tables.instance().ask(QUESTION, asked)
    assert (len(asked.calls), tables.time.waited) == (1, [])


def test_a_provider_that_asks_to_be_left_alone_is_where_that_fits_and_not_asked_again_where_it_does_not() -> None:
    tables = Tables()
    asked = company(tables, failing(Fault.THROTTLED, 2), "bills")
    assert tables.instance().ask(QUESTION, asked).said == "bills"
    assert tables.time.waited == [2]
    tables = Tables()
    asked = company(tables, failing(Fault.THROTTLED, 60), "bills")
    with pytest.raises(UpstreamDown):
        tables.instance().ask(QUESTION, asked)
    assert (len(asked.calls), tables.time.passed) == (1, 0)


@given(
    st.lists(st.sampled_from([*Fault, None]), min_size=1, max_size=6),
    st.floats(0, 6),
    st.integers(1, 5),
    st.floats(0, 20),
)
@settings(deadline=None, max_examples=200)
def test_whatever_a_provider_does_a_question_ends_within_its_budget(
    does: list[Fault | None], seconds: float, attempts: int, retry_after: float
) -> None:
    tables = Tables()
    asked = company(tables, *(failing(one, retry_after) if one else "bills" for one in does), seconds=seconds)
    try:
        said = tables.instance(a_provider(attempts=attempts)).ask(QUESTION, asked).said
    except UpstreamDown:
        said = None
    assert tables.time.passed <= 10 + 1e-6
    assert len(asked.calls) <= attempts
    assert (said is not None) == (len(tables.heard.faults) < len(asked.calls))


def test_no_second_sees_more_calls_than_allowed_of_all_instances_together() -> None:
    tables = Tables()
    provider = a_provider(per_second=3, cache_seconds=0)
    asked, refused = company(tables, "bills"), 0
    for number in range(40):
        try:
            tables.instance(provider).ask(f"{QUESTION}{number}", asked)
        except UpstreamDown:
            refused += 1
    seconds = [int(at + START.microsecond / 1e6) for at in asked.calls]
    assert max(seconds.count(second) for second in seconds) == 3
    assert (len(asked.calls) + refused, tables.heard.faults) == (40, [])


def test_who_finds_no_place_in_two_seconds_gets_the_old_answer_and_nothing_counts_as_a_failure() -> None:
    tables = Tables()
    provider = a_provider(per_second=1, cache_seconds=1)
    asked = company(tables, "bills")
    tables.instance(provider).ask(QUESTION, asked)
    tables.time.passed = 10
    for second in (int(START.timestamp()) + 10, int(START.timestamp()) + 11):
        tables.paces.taken_in[NAME, second] = 1
    old = tables.instance(provider).ask(QUESTION, asked)
    assert (old.freshness.stale, len(asked.calls), tables.heard.faults) == (True, 1, [])


def test_five_failures_in_one_instance_keep_all_others_from_asking() -> None:
    tables = Tables()
    first, second = tables.instance(), tables.instance()
    asked = company(tables, failing(Fault.SERVER_ERROR))
    for number in range(4):
        with pytest.raises(UpstreamDown):
            first.ask(f"{QUESTION}{number}", asked)
    assert (len(asked.calls), tables.heard.openings) == (5, 1)
    paces = dict(tables.paces.taken_in)
    for number in range(20):
        with pytest.raises(UpstreamDown):
            second.ask(f"{QUESTION}{number}", asked)
    assert len(asked.calls) == 5
    # Who does not call takes no place of the pace either.
    assert tables.paces.taken_in == paces


def test_after_its_rest_one_call_tries_for_all_and_opens_the_way_or_closes_it_again() -> None:
    tables = Tables()
    asked = company(tables, *[failing(Fault.CAPTCHA)] * 6, "bills")
    for number in range(5):
        with pytest.raises(UpstreamDown):
            tables.instance().ask(f"{QUESTION}{number}", asked)
    tables.time.passed += 30
    for _ in range(3):
        with pytest.raises(UpstreamDown):
            tables.instance().ask(QUESTION, asked)
    assert (len(asked.calls), tables.heard.openings) == (6, 2)
    tables.time.passed += 30
    assert [tables.instance().ask(f"{QUESTION}{number}", asked).said for number in range(3)] == ["bills"] * 3
    assert len(asked.calls) == 9


def test_a_healthy_question_costs_two_reads_and_within_two_seconds_one() -> None:
    tables = Tables()
    instance = tables.instance(a_provider(per_second=100))
    for number in range(10):
        instance.ask(f"{QUESTION}{number}", company(tables, "bills"))
    assert (tables.answers.reads, tables.gates.reads) == (10, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout_seconds": 0}, {"timeout_seconds": 11}, {"budget_seconds": 13}, {"attempts": 0}, {"attempts": 6},
        {"per_second": 0}, {"keep_stale_seconds": 8 * 24 * 3600}, {"cache_seconds": 3 * 24 * 3600 + 1}, {"open_seconds": 0},
        {"timeout_seconds": float("nan")}, {"cachee_seconds": 5},
    ],
    ids=str,
)  # fmt: skip
def test_limits_that_would_let_an_outage_become_ours_are_refused(wrong: dict[str, float]) -> None:
    right = {"contract": "power", "base_url": "https://api.dien-luc.example"}
    assert configured(msgspec.json.encode({"power": right}).decode(), "prod") == {"power": a_provider()}
    with pytest.raises((msgspec.ValidationError, ValueError, TypeError)):
        msgspec.convert({**right, **wrong}, Provider)


def test_codes_travel_encrypted_everywhere_but_on_this_machine() -> None:
    text = '{"power": {"contract": "power", "base_url": "http://api.dien-luc.example"}}'
    assert configured(text, "local")
    with pytest.raises(ValueError, match="https"):
        configured(text, "prod")
    assert configured("", "prod") == {}
