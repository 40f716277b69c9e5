"""What follows from a run of the loader: the rest, what is to be cleared away, the letter to the uploader."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.contracts.uploads import MOST_REFUSALS, UploadReport, UploadState
from chalicelib.core.errors import FieldError
from chalicelib.lookups.uploads.keys import Rest, Work
from chalicelib.lookups.uploads.loading import Loaded, Outcome
from chalicelib.lookups.uploads.model import Fault, Problem, State, Upload
from chalicelib.lookups.uploads.runs import LOOK_AGAIN_AFTER, RETIRE_AFTER, Runs
from tests.unit.lookups.supplying_fakes import BILLS, NOW, TOWN, Catalogue, MemoryUploads

UNTIL = NOW + timedelta(minutes=12)
UPLOAD = Upload(
    dataset=TOWN.id, number=7, feed="town", slice="town@2023-05", file_name="hoa-don.csv", size=9, by="user-2", begun_at=NOW,
    state=State.LIVE, offer=BILLS, read=12, good=10, bad=2, loaded_at=NOW + timedelta(minutes=1),
)  # fmt: skip
LOAD = Rest(TOWN.id, 7, Work.LOAD)


class House:
    """A loader that says what it was told to say, and what follows from it."""

    def __init__(self, loaded: Loaded, telling: str = "told") -> None:
        self.loaded, self.telling, self.retired = loaded, telling, True
        self.uploads = MemoryUploads()
        self.sent: list[tuple[Rest, timedelta]] = []
        self.told: list[tuple[UploadReport, str]] = []
        self.expiring: list[int] = []
        self.runs = Runs(self, Catalogue(), self.uploads, self, _Queue(self), _Reports(self), _Staff())

    def load(self, dataset: str, number: int, until: datetime) -> Loaded:
        assert (dataset, number, until) == (TOWN.id, 7, UNTIL)
        return self.loaded

    def retire(self, dataset: str, number: int, until: datetime) -> bool:
        return self.retired

    def let_expire(self, upload: Upload) -> None:
        self.expiring.append(upload.number)

    def run(self) -> dict[str, int]:
        return dict(self.runs.load(TOWN.id, 7, UNTIL))


class _Queue:
    def __init__(self, house: House) -> None:
        self._house = house

    def send(self, rest: Rest, delay: timedelta = timedelta()) -> None:
        self._house.sent.append((rest, delay))


class _Reports:
    def __init__(self, house: House) -> None:
        self._house = house

    def send(self, report: UploadReport, to: str) -> str:
        self._house.told.append((report, to))
        return self._house.telling


class _Staff:
    def email(self, user: str) -> str:
        return f"{user}@cap-nuoc.example"


def test_what_went_live_is_told_with_its_counts_and_its_page() -> None:
    house = House(Loaded(Outcome.LIVE, UPLOAD))
    house.uploads.found[TOWN.id, 7] = [
        Problem(4, (FieldError("code", "field.missing"), FieldError("", "field.unknown")))
    ]
    assert house.run() == {"live": 1, "good": 10, "bad": 2}
    ((report, to),) = house.told
    assert to == "user-2@cap-nuoc.example"
    assert (report.state, report.good, report.bad, report.month) == (UploadState.LIVE, 10, 2, "2023-05")
    assert (report.utility, report.offer, report.feed) == ("Nước", "Tiền nước", "Cấp nước thị xã")
    assert report.link == "/centre/datasets/water/bills/uploads/7"
    assert house.expiring == []
    assert [(one.row, one.column) for one in report.refusals] == [(4, "Nhãn code"), (4, "")]
    assert all(one.reason for one in report.refusals)
    assert house.sent == []


def test_a_letter_names_the_first_fifty_reasons_only() -> None:
    house = House(Loaded(Outcome.LIVE, UPLOAD))
    errors = (FieldError("code", "field.missing"),) * 3
    house.uploads.found[TOWN.id, 7] = [Problem(row, errors) for row in range(2, 102)]
    house.run()
    assert len(house.told[0][0].refusals) == MOST_REFUSALS


def test_a_file_refused_as_a_whole_is_told_with_the_reason() -> None:
    refused = replace(UPLOAD, state=State.REFUSED, fault=Fault("error.sheet"), good=0, bad=0, loaded_at=None)
    house = House(Loaded(Outcome.REFUSED, refused))
    house.run()
    report = house.told[0][0]
    assert (report.state, report.loaded_at) == (UploadState.REFUSED, NOW)
    assert [(one.row, one.column, one.reason) for one in report.refusals] == [(0, "", "Tệp không đọc được.")]


def test_a_refused_file_is_kept_no_longer_than_its_rows_take_to_be_cleared_away() -> None:
    refused = replace(UPLOAD, state=State.REFUSED, fault=Fault("error.sheet"))
    for doomed, expiring in (((), [7]), ((7,), [])):
        house = House(Loaded(Outcome.REFUSED, refused, doomed))
        house.run()
        assert house.expiring == expiring


def test_what_is_left_is_gone_on_with_at_once_and_nobody_is_told_yet() -> None:
    house = House(Loaded(Outcome.GOES_ON, replace(UPLOAD, state=State.LOADING)))
    house.run()
    assert house.sent == [(LOAD, timedelta())]
    assert house.told == []


def test_what_another_worker_holds_is_looked_at_again_when_his_time_is_over() -> None:
    house = House(Loaded(Outcome.BUSY, replace(UPLOAD, state=State.LOADING)))
    house.run()
    assert house.sent == [(LOAD, LOOK_AGAIN_AFTER)]
    assert house.told == []


def test_versions_that_nobody_reads_any_more_are_cleared_away_when_all_readers_know() -> None:
    house = House(Loaded(Outcome.LIVE, UPLOAD, doomed=(3, 5)))
    house.run()
    assert house.sent == [(Rest(TOWN.id, number, Work.RETIRE), RETIRE_AFTER) for number in (3, 5)]


def test_a_letter_that_the_mail_service_did_not_take_is_tried_again() -> None:
    house = House(Loaded(Outcome.LIVE, UPLOAD), telling="busy")
    house.run()
    assert house.sent == [(LOAD, LOOK_AGAIN_AFTER)]


@pytest.mark.parametrize(
    ("state", "told"), [(State.LIVE, 1), (State.REFUSED, 1), (State.SUPERSEDED, 0), (State.RETIRED, 0)]
)
def test_a_run_that_finds_all_done_tells_what_an_earlier_one_may_not_have_told(state: State, told: int) -> None:
    house = House(Loaded(Outcome.ENDED, replace(UPLOAD, state=state)))
    house.run()
    assert (len(house.told), house.sent) == (told, [])


def test_clearing_away_goes_on_until_it_is_done() -> None:
    house = House(Loaded(Outcome.LIVE, UPLOAD))
    house.uploads.kept[TOWN.id, 3] = replace(UPLOAD, number=3)
    house.retired = False
    house.runs.retire(TOWN.id, 3, UNTIL)
    assert (house.sent, house.expiring) == ([(Rest(TOWN.id, 3, Work.RETIRE), timedelta())], [])
    house.sent.clear()
    house.retired = True
    house.runs.retire(TOWN.id, 3, UNTIL)
    assert (house.sent, house.expiring) == ([], [3])
