"""An upload ends the same whatever happens on its way: killed anywhere, out of time, done twice, beside others."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, NotFound, Unavailable
from chalicelib.lookups.uploads.loading import GRACE, Loaded, Outcome
from chalicelib.lookups.uploads.model import MOST_PROBLEMS, State, Upload
from tests.unit.lookups.loading_fakes import LONG, Killed, Yard, a_file, bills

SLICE = "power@2026-10"
BAD_HEADER = a_file(("customer_code", "price"), ("PA0001", 5))


def load(yard: Yard, upload: Upload) -> Loaded:
    return yard.loader.load(upload.dataset, upload.number, yard.until())


def loaded(yard: Yard, content: bytes, outcome: Outcome = Outcome.LIVE) -> Upload:
    found = load(yard, yard.sent(content))
    assert found.outcome is outcome
    return found.upload


def state(yard: Yard, upload: Upload) -> State:
    found = yard.uploads.upload(upload.dataset, upload.number)
    assert found
    return found.state


def test_good_rows_live_all_at_once_and_bad_ones_are_kept_with_every_reason() -> None:
    yard = Yard()
    content = a_file(
        ("customer_code", "phone_end", "period", "amount", "kwh"),
        ("PA0001", "0001", "10/2026", "100.000", "1.234"),
        ("PA0002", "02", "09/2026", "x", 5),
        ("PA0003", "0003", "10/2026", "100.000", "5"),
        ("PA-0003", "0003", "2026-10", "100.000", "5"),
    )  # fmt: skip
    upload = loaded(yard, content)
    assert (upload.read, upload.good, upload.bad, upload.written) == (4, 1, 3, 5)
    assert (upload.state, upload.loaded_at, upload.leased_until) == (State.LIVE, yard.clock(), None)
    assert (yard.live().live, yard.live().rows, yard.live().loaded_at) == (1, 1, yard.clock())
    assert {key[1] for key in yard.records()} == {f"{SLICE}#000001#2026-10"}
    problems = {key[1]: item for key, item in yard.batches.items.items() if key[0] == "problem#trial.bills#1"}
    assert list(problems) == ["0000002", "0000003", "0000005"]
    assert [problems["0000003"].facts.count(words) for words in ("cell.short", "cell.money")] == [1, 1]
    assert "cell.twice" in problems["0000005"].facts
    assert "PA0002" not in problems["0000003"].facts
    assert problems["0000003"].expires


def test_of_bad_rows_a_thousand_are_kept_and_all_counted() -> None:
    yard = Yard()
    upload = loaded(yard, bills(MOST_PROBLEMS + 60, bad=range(2, MOST_PROBLEMS + 52)))
    assert (upload.good, upload.bad) == (10, MOST_PROBLEMS + 50)
    assert len(yard.batches.items) - len(yard.records()) == MOST_PROBLEMS


@given(st.integers(0, 26), st.lists(st.integers(0, 40), max_size=5))
def test_a_loader_killed_anywhere_ends_as_one_that_was_not(count: int, deaths: list[int]) -> None:
    content = bills(count + 1, bad=(3, 7))
    calm, yard = Yard(together=4), Yard(together=4)
    loaded(calm, content)
    upload = yard.sent(content)
    for death in [*deaths, None]:
        yard.fate.strike(death)
        # A lease of the one that was killed has to run out.
        yard.clock.move(seconds=(LONG + GRACE).total_seconds() + 1)
        try:
            load(yard, upload)
        except Killed:
            continue
    yard.fate.strike(None)
    assert load(yard, upload).outcome is Outcome.ENDED
    assert yard.batches.items == calm.batches.items
    found, expected = yard.uploads.upload("trial.bills", 1), calm.uploads.upload("trial.bills", 1)
    assert found
    assert expected
    same = {"version": 0, "loaded_at": None}
    assert replace(found, **same) == replace(expected, **same)
    assert replace(yard.live(), loaded_at=None) == replace(calm.live(), loaded_at=None)


def test_an_upload_that_runs_out_of_time_goes_on_behind_what_was_stored() -> None:
    yard = Yard()
    upload = yard.sent(bills(95))
    outcomes, written = [], []
    for _ in range(20):
        found = yard.loader.load(upload.dataset, upload.number, yard.clock())
        outcomes.append(found.outcome)
        written.append(found.upload.written)
        if found.outcome is not Outcome.GOES_ON:
            break
    assert outcomes == [*[Outcome.GOES_ON] * 9, Outcome.LIVE]
    assert written == [11, 21, 31, 41, 51, 61, 71, 81, 91, 96]
    assert yard.batches.written == 95
    assert len(yard.records()) == 95


def test_nothing_is_seen_before_the_whole_file_is_stored() -> None:
    yard = Yard()
    upload = yard.sent(bills(95))
    assert yard.loader.load(upload.dataset, upload.number, yard.clock()).outcome is Outcome.GOES_ON
    assert yard.live().live == 0
    assert yard.records()


def test_loading_twice_is_loading_once() -> None:
    yard = Yard()
    upload = loaded(yard, bills(30))
    before = dict(yard.batches.items), yard.live(), yard.batches.written
    assert load(yard, upload) == Loaded(Outcome.ENDED, upload)
    assert (dict(yard.batches.items), yard.live(), yard.batches.written) == before


def test_one_worker_at_a_time_until_its_lease_runs_out() -> None:
    yard = Yard()
    upload = yard.sent(bills(95))
    yard.fate.strike(9)
    with pytest.raises(Killed):
        load(yard, upload)
    yard.fate.strike(None)
    assert load(yard, upload).outcome is Outcome.BUSY
    yard.clock.move(seconds=(LONG + GRACE).total_seconds())
    assert load(yard, upload).outcome is Outcome.LIVE


def test_how_far_a_run_came_is_written_down_on_the_way() -> None:
    yard = Yard(together=1)
    upload = yard.sent(bills(50))
    yard.fate.strike(65)
    with pytest.raises(Killed):
        load(yard, upload)
    found = yard.uploads.upload(upload.dataset, upload.number)
    assert found
    assert (found.written, found.good) == (21, 20)


def test_what_is_stored_whole_is_switched_without_the_file() -> None:
    yard = Yard()
    upload = loaded(yard, bills(30))
    yard.uploads.standings.clear()
    yard.uploads.keep(replace(upload, state=State.LOADING))
    yard.files.contents.clear()
    assert load(yard, upload).outcome is Outcome.LIVE


def test_a_worker_that_lost_its_upload_to_another_stops() -> None:
    yard = Yard()
    upload = yard.sent(bills(30))
    stolen: list[Upload] = []

    class Thief:
        """Takes the upload over while its file is being opened."""

        def take(self, upload: Upload) -> None:
            yard.files.take(upload)

        def open(self, upload: Upload) -> object:
            there = yard.uploads.upload(upload.dataset, upload.number)
            assert there
            stolen.append(yard.uploads.keep(there))
            return yard.files.open(upload)

    yard.loader._outside = replace(yard.loader._outside, files=Thief())
    assert load(yard, upload).outcome is Outcome.BUSY
    assert stolen
    assert yard.live().live == 0


def test_a_file_that_is_sent_again_while_it_is_loaded_is_not_read() -> None:
    yard = Yard()
    upload = yard.sent(bills(30))
    assert yard.loader.load(upload.dataset, upload.number, yard.clock()).outcome is Outcome.GOES_ON
    yard.files.contents[upload.number] = bills(30, amount=999)
    assert load(yard, upload).outcome is Outcome.LIVE
    assert len(yard.records()) == 30
    assert not any("999" in item.facts for item in yard.records().values())
    for _ in range(2):
        load(yard, yard.sent(bills(1)))
    assert yard.loader.retire(upload.dataset, upload.number, yard.until())
    assert len(yard.records()) == 2


def test_a_table_that_takes_no_more_ends_the_run_and_lets_another_go_on_at_once() -> None:
    yard = Yard()
    upload = yard.sent(bills(30))
    yard.batches.full = True
    with pytest.raises(Unavailable):
        load(yard, upload)
    yard.batches.full = False
    assert load(yard, upload).outcome is Outcome.LIVE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BAD_HEADER, "sheet.unknown_columns"),
        (b"", "sheet.empty"),
        (b"\n\n", "sheet.empty"),
        (b"PK\x03\x04 no archive", "sheet.broken"),
        (bills(5, bad=range(2, 7)), "sheet.no_good_row"),
        (bills(0), "sheet.no_good_row"),
    ],
)
def test_a_file_that_is_not_right_is_refused_whole_and_what_lives_goes_on(content: bytes, words: str) -> None:
    yard = Yard()
    before = loaded(yard, bills(20))
    refused = loaded(yard, content, Outcome.REFUSED)
    assert refused.state is State.REFUSED
    assert refused.fault
    assert refused.fault.words == words
    assert yard.live().live == before.number
    assert state(yard, before) is State.LIVE


def test_what_was_stored_of_a_file_refused_in_its_midst_is_deleted() -> None:
    yard = Yard()
    broken = bills(40) + b'"' + b"x" * 200_000
    found = load(yard, yard.sent(broken))
    assert found.outcome is Outcome.REFUSED
    assert found.doomed == (1,)
    assert yard.records()
    assert yard.loader.retire("trial.bills", 1, yard.until())
    assert not yard.records()
    assert state(yard, found.upload) is State.REFUSED


def test_a_feed_that_left_the_catalogue_loads_nothing() -> None:
    yard = Yard()
    upload = yard.sent(bills(5))
    yard.catalogue.one = None
    found = load(yard, upload)
    assert found.upload.fault
    assert found.upload.fault.words == "sheet.no_offer"


def test_an_offer_that_changes_on_the_way_does_not_change_the_upload() -> None:
    yard = Yard()
    upload = yard.sent(bills(95))
    assert yard.loader.load(upload.dataset, upload.number, yard.clock()).outcome is Outcome.GOES_ON
    yard.catalogue.one = None
    assert load(yard, upload).outcome is Outcome.LIVE


def test_the_version_before_is_kept_and_the_one_before_that_is_doomed() -> None:
    yard = Yard()
    first, second = loaded(yard, bills(20)), loaded(yard, bills(20, amount=200_000))
    assert (yard.live().live, yard.live().previous) == (2, 1)
    assert [state(yard, one) for one in (first, second)] == [State.SUPERSEDED, State.LIVE]
    found = load(yard, yard.sent(bills(10)))
    assert found.doomed == (1,)
    assert (yard.live().live, yard.live().previous) == (3, 2)
    assert yard.loader.retire("trial.bills", 1, yard.until())
    assert {key[1].split("#")[1] for key in yard.records()} == {"000002", "000003"}
    assert state(yard, first) is State.RETIRED
    assert load(yard, yard.sent(bills(1))).doomed == (2,)


def test_an_older_upload_that_is_loaded_late_is_superseded() -> None:
    yard = Yard()
    late = yard.sent(bills(20))
    loaded(yard, bills(10))
    found = load(yard, late)
    assert found.outcome is Outcome.SUPERSEDED
    assert found.doomed == (late.number,)
    assert yard.live().live == 2
    assert yard.loader.retire("trial.bills", late.number, yard.until())
    assert len(yard.records()) == 10


def test_a_version_that_lives_or_may_be_rolled_back_to_is_never_deleted() -> None:
    yard = Yard()
    loaded(yard, bills(20))
    loaded(yard, bills(20))
    before = dict(yard.batches.items)
    for number in (1, 2):
        assert yard.loader.retire("trial.bills", number, yard.until())
    assert dict(yard.batches.items) == before


def test_rolling_back_swaps_with_the_version_before() -> None:
    yard = Yard()
    first = loaded(yard, bills(20))
    yard.clock.move(hours=1)
    second = loaded(yard, bills(10))
    back = yard.loader.roll_back("trial.bills", SLICE).slice
    assert (back.live, back.previous, back.rows, back.loaded_at) == (1, 2, 20, first.loaded_at)
    assert [state(yard, one) for one in (first, second)] == [State.LIVE, State.ROLLED_BACK]
    forth = yard.loader.roll_back("trial.bills", SLICE).slice
    assert (forth.live, forth.previous, forth.rows) == (2, 1, 10)
    assert [state(yard, one) for one in (first, second)] == [State.SUPERSEDED, State.LIVE]


def test_there_is_nothing_to_roll_back_to_before_a_second_upload() -> None:
    yard = Yard()
    loaded(yard, bills(5))
    for name in (SLICE, "power@2026-11"):
        with pytest.raises(Conflict, match="no_previous"):
            yard.loader.roll_back("trial.bills", name)


def test_after_rolling_back_a_new_upload_lives_and_the_one_taken_back_is_doomed() -> None:
    yard = Yard()
    loaded(yard, bills(20))
    taken = loaded(yard, bills(10))
    yard.loader.roll_back("trial.bills", SLICE)
    found = load(yard, yard.sent(bills(5)))
    assert found.doomed == (taken.number,)
    assert (yard.live().live, yard.live().previous) == (3, 1)
    assert yard.loader.retire("trial.bills", taken.number, yard.until())
    assert state(yard, taken) is State.RETIRED


def test_an_older_upload_never_comes_before_one_that_was_taken_back() -> None:
    yard = Yard()
    loaded(yard, bills(5))
    late = yard.sent(bills(5))
    loaded(yard, bills(5))
    yard.loader.roll_back("trial.bills", SLICE)
    assert load(yard, late).outcome is Outcome.SUPERSEDED
    assert (yard.live().live, yard.live().previous) == (1, 3)


@given(st.lists(st.integers(0, 25), max_size=4))
def test_retiring_that_is_killed_anywhere_ends_as_one_that_was_not(deaths: list[int]) -> None:
    yard = Yard(together=4)
    for _ in range(3):
        loaded(yard, bills(20, bad=(5,)))
    for death in [*deaths, None]:
        yard.fate.strike(death)
        yard.clock.move(seconds=(LONG + GRACE).total_seconds() + 1)
        try:
            yard.loader.retire("trial.bills", 1, yard.until())
        except Killed:
            continue
    yard.fate.strike(None)
    assert yard.loader.retire("trial.bills", 1, yard.until())
    assert {key[1].split("#")[1] for key in yard.records()} == {"000002", "000003"}
    assert yard.uploads.standing("trial.bills", SLICE).doomed == ()


def test_retiring_that_runs_out_of_time_goes_on() -> None:
    yard = Yard()
    for _ in range(3):
        loaded(yard, bills(25))
    done = [yard.loader.retire("trial.bills", 1, yard.clock()) for _ in range(3)]
    assert done == [False, False, True]
    assert len(yard.records()) == 50


def test_months_live_beside_one_another() -> None:
    yard = Yard()
    loaded(yard, bills(5))
    september = bills(4).replace(b"10/2026", b"09/2026")
    found = load(yard, yard.sent(september, slice_name="power@2026-09"))
    assert found.outcome is Outcome.LIVE
    assert len(yard.records()) == 9
    wrong = load(yard, yard.sent(september, slice_name="power@2026-08"))
    assert wrong.upload.fault
    assert wrong.upload.bad == 4


def test_an_upload_that_nobody_began_is_not_found() -> None:
    yard = Yard()
    with pytest.raises(NotFound):
        yard.loader.load("trial.bills", 1, yard.until())
    with pytest.raises(NotFound):
        yard.loader.retire("trial.bills", 1, yard.until())


def test_a_lease_is_longer_than_the_time_that_was_given() -> None:
    assert timedelta() < GRACE
