"""Units' data as their pages see them: only the member's own, in the reader's language, with columns by their labels."""

from collections.abc import Sequence

import pytest

from chalicelib.bridges.datasets import LIMITS, DatasetDesks
from chalicelib.core.errors import Conflict, FieldError, Forbidden, NotFound
from chalicelib.core.staff import Member
from chalicelib.core.words import say
from chalicelib.lookups.model import Slice
from chalicelib.lookups.uploads.model import MOST_BYTES, Fault, Problem, State, Upload
from chalicelib.lookups.uploads.service import Supplying
from chalicelib.pages.dataset_model import FileKind, Sending
from tests.builders import SECRET
from tests.unit.lookups.supplying_fakes import HEALTH, NOW, WATER, Bucket, Catalogue, MemoryUploads

DOCTOR, PLUMBER = (Member(one.user, "", one.groups) for one in (HEALTH, WATER))


class Office:
    """The bridge with uploads in memory."""

    def __init__(self) -> None:
        self.uploads, self.bucket = MemoryUploads(), Bucket()
        supplying = Supplying(Catalogue(), self.uploads, self.bucket, self.uploads, lambda: NOW, SECRET)
        self.desk = DatasetDesks(supplying)

    def begun(self, month: str = "2023-05") -> int:
        return self.desk.begin(PLUMBER, "water", "bills", Sending("town", month, FileKind.CSV))

    def has(self, number: int, problems: Sequence[Problem] = (), fault: Fault | None = None) -> None:
        """Let an upload be refused for that."""
        kept = self.uploads.kept["water.bills", number]
        values = {name: getattr(kept, name) for name in Upload.__struct_fields__}
        made = Upload(**{**values, "state": State.REFUSED, "fault": fault, "bad": len(problems)})
        self.uploads.kept["water.bills", number] = made
        self.uploads.found["water.bills", number] = list(problems)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_member_sees_the_feeds_that_his_unit_uploads_and_no_others(office: Office) -> None:
    (offer,) = office.desk.offers(PLUMBER, "vi")
    assert (offer.path, offer.name, offer.offer_name) == ("water/bills", "Nước", "Tiền nước")
    assert [(feed.id, feed.monthly) for feed in offer.feeds] == [("town", True)]
    with pytest.raises(Forbidden):
        office.desk.offer(DOCTOR, "water", "bills", "vi")
    with pytest.raises(NotFound):
        office.desk.offer(PLUMBER, "feedback", "send", "vi")


def test_what_lives_stands_with_the_newest_month_first(office: Office) -> None:
    office.uploads.living["water.bills"] = (
        Slice("town@2023-04", 1, 0, 9, NOW), Slice("town@2023-05", 3, 2, 10, NOW), Slice("town@2023-06"),
    )  # fmt: skip
    sheet = office.desk.offer(PLUMBER, "water", "bills", "vi")
    assert [(one.month, one.live, one.previous, one.rows) for one in sheet.offer.slices] == [
        ("2023-05", 3, 2, 10), ("2023-04", 1, 0, 9),
    ]  # fmt: skip
    assert [(column.name, column.label) for column in sheet.columns] == [("code", "Nhãn code")]


def test_a_form_without_scripts_may_send_the_largest_file_there_is(office: Office) -> None:
    number = office.begun()
    leave = office.desk.leave(PLUMBER, "water", "bills", number, "https://s.example/back")
    key, size, back_to = office.bucket.given[-1]
    assert (key.dataset, key.number, key.kind, size) == ("water.bills", number, FileKind.CSV, MOST_BYTES)
    assert back_to == "https://s.example/back"
    assert leave.url
    assert LIMITS.megabytes * 1_000_000 == MOST_BYTES


def test_without_the_month_that_its_feed_goes_by_nothing_is_begun(office: Office) -> None:
    with pytest.raises(Conflict):
        office.begun(month="")
    assert office.uploads.kept == {}


def test_refused_rows_name_their_columns_by_label_and_give_their_reasons(office: Office) -> None:
    number = office.begun()
    error = FieldError("code", "field.sheet_long", (("most", 5),))
    office.has(number, [Problem(row, (error, FieldError("", "field.sheet_empty"))) for row in range(2, 62)])
    sheet = office.desk.upload(PLUMBER, "water", "bills", number, "vi")
    assert [row.row for row in sheet.rows] == list(range(2, 52))
    assert sheet.rows[0].reasons == (("Nhãn code", "có tối đa 5 dòng"), ("", "không có dòng nào"))
    rest = office.desk.upload(PLUMBER, "water", "bills", number, "en", sheet.cursor)
    assert [row.row for row in rest.rows] == list(range(52, 62))
    assert rest.rows[0].reasons[0] == ("Nhãn code", "has at most 5 rows")
    assert rest.cursor == ""


def test_why_a_file_was_refused_is_said_in_words(office: Office) -> None:
    number = office.begun()
    office.has(number, fault=Fault("field.sheet_long", {"most": 200_000}))
    sheet = office.desk.upload(PLUMBER, "water", "bills", number, "vi")
    assert (sheet.upload.state, sheet.upload.month) == ("refused", "2023-05")
    assert sheet.upload.fault == say("field.sheet_long", "vi", most=200_000)
    with pytest.raises(Conflict):
        office.desk.leave(PLUMBER, "water", "bills", number, "")


def test_going_back_is_of_the_slice_of_that_month(office: Office) -> None:
    office.desk.roll_back(PLUMBER, "water", "bills", "town", "2023-05")
    assert office.uploads.back == [("water.bills", "town@2023-05")]
