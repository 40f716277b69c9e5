"""Whatever uploads, roll backs and deaths come in whatever order, one version of a slice lives and its rows are all there."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import Conflict
from chalicelib.lookups.model import Feed, Named, SliceRule
from chalicelib.lookups.uploads.loading import GRACE
from chalicelib.lookups.uploads.model import TRANSITIONS, State, Upload, slice_name
from tests.unit.lookups.loading_fakes import LONG, NOW, Killed, Yard, bills

SLICE = "power@2026-10"
ROWS = 6
NAME = Named("Nguồn", "Feed")

steps = st.lists(
    st.tuples(st.sampled_from(["begin", "load", "load", "roll_back", "retire"]), st.integers(0, 5), st.none() | st.integers(0, 12)),
    max_size=14,
)  # fmt: skip


def _act(yard: Yard, begun: list[int], verb: str, which: int) -> None:
    if verb == "begin":
        begun.append(yard.sent(bills(ROWS)).number)
    elif verb == "roll_back":
        yard.loader.roll_back("trial.bills", SLICE)
    elif begun:
        number = begun[which % len(begun)]
        if verb == "load":
            yard.loader.load("trial.bills", number, yard.until())
        else:
            yard.loader.retire("trial.bills", number, yard.until())


def _settled(yard: Yard, begun: list[int]) -> None:
    """What has work left is done, as its queue would see to."""
    yard.fate.strike(None)
    yard.clock.move(seconds=(LONG + GRACE).total_seconds() + 1)
    for number in begun:
        yard.loader.load("trial.bills", number, yard.until())
    for number in begun:
        yard.loader.retire("trial.bills", number, yard.until())


@example([("begin", 0, None), ("begin", 0, None), ("load", 0, None), ("load", 1, None), ("roll_back", 0, 1)])
@settings(max_examples=300)
@given(steps)
def test_one_version_lives_and_all_its_rows_are_there(acts: list[tuple[str, int, int | None]]) -> None:
    yard, begun, refusals = Yard(together=2), list[int](), set[str]()
    for verb, which, death in acts:
        yard.fate.strike(death if verb != "begin" else None)
        yard.clock.move(seconds=(LONG + GRACE).total_seconds() + 1)
        try:
            _act(yard, begun, verb, which)
        except Killed:
            continue
        except Conflict as error:
            refusals.add(error.words)
        finally:
            yard.fate.strike(None)
        standing = yard.uploads.standing("trial.bills", SLICE)
        now = standing.slice
        assert not {now.live, now.previous} & set(standing.doomed)
        rows = [key[1].split("#")[1] for key in yard.records()]
        for version in filter(None, (now.live, now.previous)):
            assert rows.count(f"{version:06d}") == ROWS
    assert refusals <= {"error.no_previous"}
    _settled(yard, begun)
    now = yard.live()
    states = {upload.number: upload.state for upload in yard.uploads.kept.values()}
    assert [number for number, state in states.items() if state is State.LIVE] == ([now.live] if now.live else [])
    assert {int(key[1].split("#")[1]) for key in yard.records()} == {now.live, now.previous} - {0}
    assert set(states.values()) <= {State.LIVE, State.SUPERSEDED, State.ROLLED_BACK, State.RETIRED}


def _upload(state: State) -> Upload:
    return Upload(
        dataset="trial.bills", number=1, feed="power", slice=SLICE, file_name="a.csv", size=1, by="user-1", begun_at=NOW,
        state=state,
    )  # fmt: skip


@pytest.mark.parametrize("source", State)
@pytest.mark.parametrize("target", State)
def test_a_state_follows_another_only_as_the_table_says(source: State, target: State) -> None:
    if target in TRANSITIONS[source]:
        assert _upload(source).to(target).state is target
    else:
        with pytest.raises(Conflict, match="upload_ended"):
            _upload(source).to(target)


def test_every_state_has_its_row_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set().union(*TRANSITIONS.values()) == set(State) - {State.BEGUN}


def test_a_slice_is_named_by_its_feed_and_month() -> None:
    whole, monthly = Feed("unit", NAME, "so"), Feed("power", NAME, "dien-luc", SliceRule.MONTH)
    assert slice_name(whole, None) == slice_name(whole, "") == "unit"
    assert slice_name(monthly, "2026-10") == SLICE
    assert _upload(State.BEGUN).month == "2026-10"


@pytest.mark.parametrize(
    ("rule", "month"),
    [(SliceRule.WHOLE, "2026-10"), (SliceRule.MONTH, None), (SliceRule.MONTH, "2026-13"), (SliceRule.MONTH, "10/2026")],
)
def test_a_month_is_said_where_it_is_asked_for_and_nowhere_else(rule: SliceRule, month: str | None) -> None:
    with pytest.raises(Conflict, match="upload_month"):
        slice_name(Feed("power", NAME, "dien-luc", rule), month)
