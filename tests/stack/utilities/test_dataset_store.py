"""The loader's stores on the deployed stack's table: versions switch for all readers at once, and of two at once one wins."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import LostRace
from chalicelib.lookups.model import Utility
from chalicelib.lookups.rows import code_hash
from chalicelib.lookups.table import Row
from chalicelib.lookups.uploads.loading import Loader, Outcome, Outside
from chalicelib.lookups.uploads.model import State, Upload
from chalicelib.lookups.uploads.store import BEGUN_KEPT, DatasetStore
from chalicelib.runtime.tables import expires_at
from tests.address import Address
from tests.stack.own_table import settings_of
from tests.unit.lookups.counting_fakes import SmallMap
from tests.unit.lookups.loading_fakes import SECRET, TRIAL, MemoryFiles, bills

SLICE = "power@2026-10"
COUNT = 60


class Trial:
    """A dataset of this run alone, its loader on the table, and a clock for its cache."""

    def __init__(self) -> None:
        from chalicelib.lookups.uploads.batch_store import BatchStore

        self.made = replace(TRIAL, id=f"trial-{secrets.token_hex(4)}")
        self.dataset = f"{self.made.id}.bills"
        self.seconds = 0.0
        self.store = DatasetStore(lambda: self.seconds)
        self.files = MemoryFiles()
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.loader = Loader(
            Outside(
                catalogue=self, uploads=self.store, files=self.files, batches=BatchStore(), areas=SmallMap(), secret=SECRET,
                clock=lambda: self.now,
            )
        )  # fmt: skip

    def utilities(self) -> list[Utility]:
        return [self.made]

    def utility(self, identifier: str) -> Utility:
        return self.made

    def sent(self, content: bytes) -> Upload:
        upload = self.store.begin(
            Upload(
                dataset=self.dataset, number=0, feed="power", slice=SLICE, file_name="a.csv", size=len(content), by="user-1",
                begun_at=self.now,
            )
        )  # fmt: skip
        self.files.contents[upload.number] = content
        return upload

    def loaded(self, content: bytes) -> Upload:
        found = self.loader.load(self.dataset, self.sent(content).number, self.now + timedelta(minutes=5))
        assert found.outcome is Outcome.LIVE
        return found.upload

    def versions(self, row: int = 2) -> list[int]:
        """The versions in which the bill of a row is there."""
        from chalicelib.lookups.table import Row

        found, _ = Row.rows(
            f"account#{self.dataset}#{code_hash(SECRET, self.dataset, f'PA{row:06d}')}", consistent=True
        )
        return [int(item["sk"].split("#")[1]) for item in found]


@pytest.fixture
def trial(stack: Address) -> Iterator[Trial]:
    """One of its own for every test."""
    with settings_of(stack, LOOKUPS_TABLE=stack.outputs["LookupsTable"]):
        yield Trial()


def test_an_upload_comes_back_as_it_was_kept_and_numbers_count_up(trial: Trial) -> None:
    first, second = trial.sent(b"a"), trial.sent(b"b")
    assert (first.number, second.number) == (1, 2)
    assert trial.store.upload(trial.dataset, 1) == first
    assert list(trial.store.uploads(trial.dataset)) == [second, first]
    assert trial.store.upload(trial.dataset, 3) is None


def test_an_upload_whose_file_never_comes_is_forgotten_and_no_other(trial: Trial) -> None:
    upload, place = trial.sent(b"a"), (f"dataset#{trial.dataset}", "upload#000001")
    begun = Row.row(*place)
    assert begun is not None
    assert begun["expires"] == expires_at(upload.begun_at + BEGUN_KEPT)
    trial.store.keep(upload.to(State.ARRIVED))
    arrived = Row.row(*place)
    assert arrived is not None
    assert "expires" not in arrived


def test_of_two_that_change_an_upload_or_a_slice_at_once_one_wins(trial: Trial) -> None:
    upload, standing = trial.sent(b"a"), trial.store.standing(trial.dataset, SLICE)
    trial.store.keep(upload.to(State.ARRIVED))
    trial.store.switch(trial.dataset, standing)
    with pytest.raises(LostRace):
        trial.store.keep(upload)
    with pytest.raises(LostRace):
        trial.store.switch(trial.dataset, standing)


def test_versions_are_switched_rolled_back_and_retired(trial: Trial) -> None:
    first = trial.loaded(bills(COUNT, bad=(5,)))
    assert trial.store.upload(trial.dataset, 1) == first
    assert (first.good, first.bad, first.state) == (COUNT - 1, 1, State.LIVE)
    (problem,), rest = trial.store.problems(trial.dataset, 1)
    assert (problem.row, [error.words for error in problem.errors], rest) == (5, ["cell.missing"], None)
    second = trial.loaded(bills(COUNT))
    assert trial.versions() == [1, 2]
    (live,) = trial.store.slices(trial.dataset)
    assert (live.name, live.live, live.previous, live.rows, live.loaded_at) == (SLICE, 2, 1, COUNT, second.loaded_at)
    trial.loader.roll_back(trial.dataset, SLICE)
    (live,) = trial.store.slices(trial.dataset)
    assert (live.live, live.previous, live.rows) == (1, 2, COUNT - 1)
    trial.loaded(bills(3))
    assert trial.loader.retire(trial.dataset, 2, trial.now + timedelta(minutes=5))
    assert trial.versions() == [1, 3]
    assert [upload.state for upload in trial.store.uploads(trial.dataset)] == [
        State.LIVE,
        State.RETIRED,
        State.SUPERSEDED,
    ]


def test_readers_hear_of_a_switch_of_another_process_within_five_seconds(trial: Trial) -> None:
    from chalicelib.lookups.uploads.store import FRESH, DatasetStore

    seconds = [0.0]
    reader = DatasetStore(lambda: seconds[0])
    assert list(reader.slices(trial.dataset)) == []
    trial.loaded(bills(3))
    assert list(reader.slices(trial.dataset)) == []
    seconds[0] = FRESH
    assert [one.live for one in reader.slices(trial.dataset)] == [1]
