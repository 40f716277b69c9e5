"""Who may send which data, and what of it each sees."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, DomainError, FieldError, Forbidden, Invalid, NotFound
from chalicelib.lookups.model import Slice
from chalicelib.lookups.uploads.keys import FileKind, UploadKey
from chalicelib.lookups.uploads.model import Fault, Problem, State
from chalicelib.lookups.uploads.service import BeginUpload, Supplier, Supplying
from chalicelib.lookups.uploads.views import dataset_list, dataset_view, upload_view
from tests.unit.lookups.supplying_fakes import ADMINISTRATOR, HEALTH, NOW, WATER, Bucket, Catalogue, MemoryUploads

PLACES = ("health", "facilities")
BILLS = ("water", "bills")
FILE = BeginUpload(file_name="Cơ sở y tế.XLSX", size=2_000)
MONTHLY = BeginUpload(file_name="hoa-don.csv", size=2_000, month="2023-05")


class House:
    """Supplying over memory."""

    def __init__(self) -> None:
        self.uploads, self.bucket = MemoryUploads(), Bucket()
        self.supplying = Supplying(
            Catalogue(), self.uploads, self.bucket, self.uploads, lambda: NOW, "a secret of forty characters, as it is"
        )


@pytest.fixture
def house() -> House:
    return House()


def test_each_sees_what_his_unit_supplies_and_an_administrator_all(house: House) -> None:
    def seen(who: Supplier) -> list[str]:
        return [f"{one.utility}.{one.offer}" for one in dataset_list(house.supplying.all(who), "vi").items]

    assert seen(HEALTH) == ["health.facilities"]
    assert seen(WATER) == ["water.bills"]
    assert seen(ADMINISTRATOR) == ["health.facilities", "water.bills"]
    assert seen(Supplier("user-4", ("supplier",))) == []
    assert seen(Supplier("user-4", ("dispatcher", "unit-so-y-te"))) == []


def test_a_feed_that_is_asked_of_a_provider_is_not_uploaded(house: House) -> None:
    (found,) = dataset_list(house.supplying.all(WATER), "vi").items
    assert [feed.id for feed in found.feeds] == ["town"]
    with pytest.raises(NotFound):
        house.supplying.begin(WATER, *BILLS, "asked", MONTHLY)


ATTEMPTS: dict[str, Callable[[Supplying, Supplier], object]] = {
    "begin": lambda supplying, who: supplying.begin(who, *PLACES, "facilities", FILE),
    "one": lambda supplying, who: supplying.one(who, *PLACES),
    "upload": lambda supplying, who: supplying.upload(who, *PLACES, 1),
    "leave": lambda supplying, who: supplying.leave(who, *PLACES, 1, "https://back.example"),
    "roll back": lambda supplying, who: supplying.roll_back(who, *PLACES, "facilities", None),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_another_unit_s_data_are_refused(house: House, attempt: Callable[[Supplying, Supplier], object]) -> None:
    house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
    house.bucket.given.clear()
    for stranger in (WATER, Supplier("user-4", ("supplier",)), Supplier("user-4", ("unit-so-y-te",))):
        with pytest.raises(Forbidden):
            attempt(house.supplying, stranger)
    assert (len(house.uploads.kept), house.bucket.given, house.uploads.back) == (1, [], [])
    attempt(house.supplying, HEALTH)
    attempt(house.supplying, ADMINISTRATOR)


def test_an_upload_of_another_unit_s_feed_of_the_same_offer_is_refused(house: House) -> None:
    upload, _ = house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
    house.uploads.kept[upload.dataset, 1] = replace(upload, feed="gone")
    with pytest.raises(Forbidden):
        house.supplying.upload(HEALTH, *PLACES, 1)
    assert house.supplying.one(HEALTH, *PLACES).uploads == ()


@pytest.mark.parametrize(
    ("utility", "offer", "feed"),
    [("other", "facilities", "facilities"), ("health", "other", "facilities"), ("health", "facilities", "other"),
     ("feedback", "send", "facilities")],
)  # fmt: skip
def test_what_is_not_uploaded_is_not_found(house: House, utility: str, offer: str, feed: str) -> None:
    with pytest.raises(NotFound):
        house.supplying.begin(ADMINISTRATOR, utility, offer, feed, FILE)


def test_a_begun_upload_says_where_its_file_goes(house: House) -> None:
    upload, post = house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
    assert (upload.number, upload.state, upload.by, upload.slice) == (1, State.BEGUN, "user-1", "facilities")
    assert house.bucket.given == [(UploadKey("health.facilities", 1, FileKind.XLSX), 2_000, "")]
    assert post.fields["key"] == "uploads/health.facilities/1/data.xlsx"


def test_leave_to_send_is_given_again_until_the_file_has_come(house: House) -> None:
    upload, _ = house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
    house.supplying.leave(HEALTH, *PLACES, 1, "https://back.example")
    assert house.bucket.given[-1] == (UploadKey("health.facilities", 1, FileKind.XLSX), 2_000, "https://back.example")
    house.uploads.kept[upload.dataset, 1] = replace(upload, state=State.LIVE)
    with pytest.raises(Conflict):
        house.supplying.leave(HEALTH, *PLACES, 1, "https://back.example")


@pytest.mark.parametrize("name", ["data.xls", "data.pdf", "csv", "data.csv.exe", "data.csv/"])
def test_a_file_of_another_kind_is_refused_by_its_name(house: House, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.supplying.begin(HEALTH, *PLACES, "facilities", replace(FILE, file_name=name))
    assert refused.value.errors == (FieldError("file_name", "field.sheet_name"),)
    assert not house.uploads.kept


def test_a_month_goes_with_a_feed_by_months_and_with_no_other(house: House) -> None:
    upload, _ = house.supplying.begin(WATER, *BILLS, "town", MONTHLY)
    assert (upload.slice, upload.month) == ("town@2023-05", "2023-05")
    wrong: tuple[Callable[[], object], ...] = (
        lambda: house.supplying.begin(WATER, *BILLS, "town", replace(MONTHLY, month=None)),
        lambda: house.supplying.begin(HEALTH, *PLACES, "facilities", MONTHLY),
        lambda: house.supplying.roll_back(WATER, *BILLS, "town", None),
    )
    for attempt in wrong:
        with pytest.raises(Conflict):
            attempt()


def test_going_back_is_for_the_month_that_was_named(house: House) -> None:
    house.supplying.roll_back(WATER, *BILLS, "town", "2023-04")
    assert house.uploads.back == [("water.bills", "town@2023-04")]


def test_what_lives_is_told_by_feed_and_month_with_the_last_uploads_first(house: House) -> None:
    house.supplying.begin(WATER, *BILLS, "town", MONTHLY)
    house.supplying.begin(WATER, *BILLS, "town", MONTHLY)
    house.uploads.living["water.bills"] = (Slice("town@2023-05", 2, 1, 3_000, NOW), Slice("asked", 9, 0, 5, NOW))
    shown = dataset_view(house.supplying.one(WATER, *BILLS), "vi")
    assert [(one.feed, one.month, one.live, one.previous, one.rows) for one in shown.slices] == [
        ("town", "2023-05", 2, 1, 3_000)
    ]
    assert [one.number for one in shown.uploads] == [2, 1]
    assert [one.label for one in shown.columns] == ["Nhãn code"]


def test_refused_rows_come_in_pages_with_words_and_labels(house: House) -> None:
    upload, _ = house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
    house.uploads.found[upload.dataset, 1] = [
        Problem(row, (FieldError("title", "field.missing"), FieldError("", "field.unknown"))) for row in (2, 3, 5)
    ]
    found = house.supplying.upload(HEALTH, *PLACES, 1, limit=2)
    shown = upload_view(*found, "vi")
    assert [line.row for line in shown.items] == [2, 3]
    assert [(reason.column, reason.label) for reason in shown.items[0].reasons] == [("title", "Nhãn title"), ("", "")]
    assert all(reason.message for line in shown.items for reason in line.reasons)
    rest = upload_view(*house.supplying.upload(HEALTH, *PLACES, 1, 2, shown.next_cursor), "vi")
    assert ([line.row for line in rest.items], rest.next_cursor) == ([5], None)


def test_a_cursor_is_good_for_its_own_upload_only(house: House) -> None:
    for number in (1, 2):
        upload, _ = house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
        house.uploads.found[upload.dataset, number] = [Problem(row, ()) for row in range(2, 9)]
    cursor = house.supplying.upload(HEALTH, *PLACES, 1, 2)[2].next_cursor
    with pytest.raises(DomainError):
        house.supplying.upload(HEALTH, *PLACES, 2, 2, cursor)


def test_why_a_file_was_refused_as_a_whole_is_told_in_words(house: House) -> None:
    upload, _ = house.supplying.begin(HEALTH, *PLACES, "facilities", FILE)
    house.uploads.kept[upload.dataset, 1] = replace(upload, state=State.REFUSED, fault=Fault("error.sheet"))
    shown = upload_view(*house.supplying.upload(HEALTH, *PLACES, 1), "en")
    assert shown.upload.fault == "The file cannot be read."
