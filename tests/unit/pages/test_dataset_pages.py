"""The pages on which units send their data: who sees them, how a file is sent without scripts, what is said of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.staff import Member
from chalicelib.lookups.model import ColumnType
from chalicelib.lookups.uploads.model import State
from chalicelib.pages.dataset_model import (
    ColumnView,
    FeedView,
    FileKind,
    FileLimits,
    OfferSheet,
    OfferView,
    RefusedRow,
    Sending,
    SliceView,
    UploadSheet,
    UploadView,
)
from chalicelib.pages.dataset_views import DatasetPages, sign
from chalicelib.pages.dataset_words import DATASETS
from chalicelib.pages.model import Leave
from chalicelib.pages.views import Address
from chalicelib.runtime.http import Reply
from tests.unit.pages.centre_scene import Desk
from tests.unit.pages.scene import words

SUPPLIER, LEADER = "supplier@nuoc.example", "leader@centre.example"
STORE = "https://datasets.s3.ap-southeast-1.amazonaws.com"
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
FEEDS = (FeedView("nghia-lo", "Cấp nước Nghĩa Lộ", True), FeedView("van-chan", "Cấp nước Văn Chấn", True))
LIVE = SliceView("nghia-lo", "Cấp nước Nghĩa Lộ", "2026-11", 7, 5, 1250, NOON)
OFFER = OfferView("water", "bills", "Hóa đơn tiền nước", "Hóa đơn", FEEDS, (LIVE,))
UPLOAD = UploadView(
    number=7, feed_name="Cấp nước Nghĩa Lộ", month="2026-11", file_name="water-bills-2026-11.csv", state="live", good=1250,
    bad=2, begun_at=NOON, loaded_at=NOON,
)  # fmt: skip
COLUMNS = (
    ColumnView("ma_kh", "Mã khách hàng", "text", "", True),
    ColumnView("tien", "Số tiền", "money", "đ", True),
    ColumnView("loai", "Loại", "choice", "", False, (("kd", "Kinh doanh"),)),
)
ROWS = (RefusedRow(12, (("Mã khách hàng", "trùng với dòng 4"),)), RefusedRow(1301, (("", "thiếu 3 cột"),)))


@dataclass
class FakeDatasets:
    """One offer, what was sent of it and what was asked for."""

    known: OfferView = OFFER
    shown: UploadSheet = field(default_factory=lambda: UploadSheet(OFFER, UPLOAD, ROWS, "more"))
    begun: list[Sending] = field(default_factory=list)
    gone_back: list[tuple[str, str]] = field(default_factory=list)
    conflict: str = ""

    def offers(self, member: Member, language: str) -> Sequence[OfferView]:
        return (self.known,) if self.known.feeds else ()

    def offer(self, member: Member, utility: str, offer: str, language: str) -> OfferSheet:
        if (utility, offer) != ("water", "bills"):
            raise NotFound()
        return OfferSheet(self.known, (self.shown.upload,), COLUMNS)

    def upload(
        self, member: Member, utility: str, offer: str, number: int, language: str, cursor: str = ""
    ) -> UploadSheet:
        return self.shown

    def leave(self, member: Member, utility: str, offer: str, number: int, back_to: str) -> Leave:
        return Leave(str(number), f"{STORE}/", (("key", "k"), ("success_action_redirect", back_to)))

    def begin(self, member: Member, utility: str, offer: str, sending: Sending) -> int:
        self._conflict()
        self.begun.append(sending)
        return 8

    def roll_back(self, member: Member, utility: str, offer: str, feed: str, month: str) -> None:
        self._conflict()
        self.gone_back.append((feed, month))

    def _conflict(self) -> None:
        if self.conflict:
            raise Conflict(self.conflict)


@dataclass
class Unit:
    """A supplier at the pages, in a browser of his own."""

    data: FakeDatasets = field(default_factory=FakeDatasets)
    desk: Desk = field(default_factory=Desk)

    def __post_init__(self) -> None:
        self.desk.office.pool.groups |= {SUPPLIER: ("supplier", "unit-nuoc-nghia-lo")}
        base = self.desk.scene.base
        self.pages = DatasetPages(
            self.desk.door, self.data, self.desk.scene.clock, Address(base, ""), FileLimits(100, 200_000)
        )

    def sign_in(self, email: str = SUPPLIER, **more: str) -> Reply:
        return self.desk.sign_in(email, **more)

    def offers(self) -> Reply:
        return self.desk.open(self.pages.offers)

    def offer(self, query: str = "", offer: str = "bills") -> Reply:
        return self.desk.open(self.pages.offer, "water", offer, query=query)

    def new(self) -> Reply:
        return self.desk.open(self.pages.new, "water", "bills")

    def begin(self, **typed: str) -> Reply:
        return self.desk.open(self.pages.begin, "water", "bills", typed={**_form(self.new(), "uploads"), **typed})

    def upload(self, query: str = "", number: str = "7") -> Reply:
        return self.desk.open(self.pages.upload, "water", "bills", number, query=query)

    def confirm(self) -> Reply:
        return self.desk.open(self.pages.confirm, "water", "bills", query="feed=nghia-lo&month=2026-11")

    def roll_back(self, **typed: str) -> Reply:
        carried = {**_form(self.confirm(), "roll_back"), **typed}
        return self.desk.open(self.pages.roll_back, "water", "bills", typed=carried)


def _form(reply: Reply, name: str) -> dict[str, str]:
    inside = re.search(rf'action="[^"]*/{name}"[^>]*>(.*?)</form>', reply.body, re.DOTALL)
    assert inside
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside[1]))


@pytest.fixture
def unit() -> Unit:
    made = Unit()
    made.sign_in()
    return made


def test_a_supplier_is_led_to_his_data_and_sees_nothing_else_of_the_centre(unit: Unit) -> None:
    assert unit.desk.lists().headers["Location"] == "/centre/datasets"
    assert unit.desk.case("ABC").headers["Location"] == "/centre/datasets"
    assert unit.desk.open(unit.desk.pages.audit).status == 403
    body = unit.offers().body
    assert "Dữ liệu tiện ích" in body
    assert 'href="/centre"' not in body


def test_who_does_not_supply_data_reads_that_these_pages_are_not_his() -> None:
    unit = Unit()
    unit.sign_in(LEADER)
    for reply in (unit.offers(), unit.offer(), unit.upload()):
        assert reply.status == 403
    assert "/centre/datasets" not in unit.desk.lists().body


def test_without_a_session_the_sign_in_leads_back_to_what_one_came_for() -> None:
    unit = Unit()
    assert unit.upload().headers["Location"] == "/centre/sign_in?to=datasets%2Fwater%2Fbills%2Fuploads%2F7"
    reply = unit.sign_in(to="datasets/water/bills/uploads/7")
    assert reply.headers["Location"] == "/centre/datasets/water/bills/uploads/7"


@pytest.mark.parametrize(
    "to", ["datasets/../x", "datasets//evil.example", "datasets/a/b/uploads/x", "datasets/a/b?c=d"]
)
def test_signing_in_for_data_leads_nowhere_else(to: str) -> None:
    assert Unit().sign_in(to=to).headers["Location"] == "/centre"


def test_the_list_says_of_each_offer_what_lives_since_when_and_in_which_months(unit: Unit) -> None:
    told = words(unit.offers())
    assert "Hóa đơn tiền nước: Hóa đơn" in told
    assert "Đang công bố 1.250 dòng, cập nhật 12:00 thứ Sáu 20/11/2026" in told
    assert "Các tháng: 11/2026" in told
    unit.data.known = replace(OFFER, slices=())
    assert "Chưa có dữ liệu nào được công bố" in words(unit.offers())


def test_without_feeds_the_list_says_whom_to_ask(unit: Unit) -> None:
    unit.data.known = replace(OFFER, feeds=())
    assert "Xin liên hệ người quản trị" in words(unit.offers())


def test_an_offer_shows_versions_and_uploads_with_their_counts(unit: Unit) -> None:
    told = words(unit.offer())
    for part in ("1.250 dòng", "Lần tải lên số 7", "Quay lại lần tải lên số 5", "1.250 dòng dùng được, 2 dòng bị loại"):
        assert part in told
    assert "roll_back?feed=nghia-lo&amp;month=2026-11" in unit.offer().body
    with pytest.raises(NotFound):
        unit.offer(offer="prices")


def test_of_many_months_the_latest_stand_open_and_none_is_missing(unit: Unit) -> None:
    months = [f"2026-{month:02d}" for month in range(12, 0, -1)]
    unit.data.known = replace(OFFER, slices=tuple(replace(LIVE, month=month) for month in months))
    before, _, after = unit.offer().body.partition("<details>")
    assert "tháng 07/2026" in before
    assert "tháng 06/2026" not in before
    assert "Cũ hơn (6)" in after
    assert "tháng 01/2026" in after
    assert "Các tháng: 12/2026, 11/2026, 10/2026, 09/2026, 08/2026, 07/2026, …" in words(unit.offers())


def test_the_form_asks_for_feed_month_and_kind_and_says_the_columns(unit: Unit) -> None:
    body = unit.new().body
    assert body.count('name="feed"') == 2
    assert "<option" in body
    assert "<code>ma_kh</code>" in body
    assert "số tiền, đồng" in body
    assert "<code>kd</code> Kinh doanh" in body
    unit.data.known = replace(OFFER, feeds=(FeedView("places", "Sở Y tế", False),))
    body = unit.new().body
    assert "<option" not in body
    assert '<input type="hidden" name="feed" value="places">' in body


def test_beginning_leads_to_the_page_where_the_file_is_chosen(unit: Unit) -> None:
    reply = unit.begin(feed="van-chan", month="2026-11", kind="csv")
    assert (reply.status, reply.headers["Location"]) == (303, "/centre/datasets/water/bills/uploads/8")
    assert unit.data.begun == [Sending("van-chan", "2026-11", FileKind.CSV)]


def test_a_feed_without_months_is_sent_without_one(unit: Unit) -> None:
    unit.data.known = replace(OFFER, feeds=(FeedView("places", "Sở Y tế", False), FEEDS[0]))
    unit.begin(feed="places", month="2026-11", kind="xlsx")
    assert unit.data.begun == [Sending("places", "", FileKind.XLSX)]


def test_without_a_feed_the_form_comes_back_with_what_was_chosen(unit: Unit) -> None:
    reply = unit.begin(month="2023-04", kind="csv")
    assert reply.status == 422
    assert "xin chọn một nguồn" in words(reply)
    assert 'href="#feed-nghia-lo"' in reply.body
    assert 'value="csv" checked' in reply.body
    assert '"2023-04" selected' in reply.body
    assert unit.data.begun == []


def test_a_form_of_another_browser_and_a_conflict_do_nothing_and_say_so(unit: Unit) -> None:
    reply = unit.begin(feed="van-chan", month="2026-11", nonce="of another")
    assert (reply.status, unit.data.begun) == (409, [])
    unit.data.conflict = "error.upload_month"
    assert unit.begin(feed="van-chan", month="2026-11").status == 409


def test_the_file_goes_straight_to_the_store_and_the_page_may_post_there_alone(unit: Unit) -> None:
    unit.data.shown = UploadSheet(OFFER, replace(UPLOAD, state="begun", good=0, bad=0, loaded_at=None))
    reply = unit.upload()
    assert f'action="{STORE}/" enctype="multipart/form-data"' in reply.body
    assert 'accept=".csv"' in reply.body
    assert f'value="{unit.desk.scene.base}/centre/datasets/water/bills/uploads/7"' in reply.body
    assert f"form-action 'self' {STORE};" in reply.headers["Content-Security-Policy"]
    assert "Tối đa 100 MB và 200.000 dòng" in words(reply)


def test_who_comes_back_from_the_store_reads_that_the_file_is_being_checked(unit: Unit) -> None:
    unit.data.shown = UploadSheet(OFFER, replace(UPLOAD, state="begun", good=0, bad=0, loaded_at=None))
    reply = unit.upload("bucket=b&key=uploads%2Fwater.bills%2F7%2Fdata.csv&etag=x")
    assert "Tệp đang được kiểm tra" in words(reply)
    assert "multipart/form-data" not in reply.body
    unit.desk.cookie = ""
    bare = unit.upload("key=x")
    assert bare.status == 200
    assert 'href="/centre/datasets/water/bills/uploads/7?sent=1"' in bare.body
    assert "water-bills" not in bare.body


def test_an_upload_shows_each_refused_row_with_column_and_reason_and_where_more_are(unit: Unit) -> None:
    told = words(unit.upload())
    for part in ("Dòng 12", "Mã khách hàng", "trùng với dòng 4", "Dòng 1.301", "thiếu 3 cột"):
        assert part in told
    assert "uploads/7?cursor=more" in unit.upload().body
    assert "Về đầu danh sách" in words(unit.upload("cursor=more"))


def test_a_refused_file_says_why_and_what_is_typed_never_comes_alive(unit: Unit) -> None:
    nasty = replace(UPLOAD, state="refused", fault="<b>phông VNI</b>", file_name="=cmd|x.csv")
    unit.data.shown = UploadSheet(OFFER, nasty)
    body = unit.upload().body
    assert "&lt;b&gt;phông VNI&lt;/b&gt;" in body
    assert "<b>phông" not in body


@pytest.mark.parametrize("number", ["x", "-1", "1e3", "9" * 10, "²"])
def test_a_number_that_is_none_leads_nowhere(unit: Unit, number: str) -> None:
    with pytest.raises(NotFound):
        unit.upload(number=number)


def test_going_back_is_asked_once_more_and_done_by_the_form_of_this_browser(unit: Unit) -> None:
    assert "Lần tải lên số 5 được công bố lại thay cho lần tải lên số 7" in words(unit.confirm())
    assert unit.roll_back(nonce="of another").status == 403
    assert unit.data.gone_back == []
    reply = unit.roll_back()
    assert (reply.status, reply.headers["Location"]) == (303, "/centre/datasets/water/bills?done=roll_back")
    assert unit.data.gone_back == [("nghia-lo", "2026-11")]
    assert "Đã quay lại phiên bản trước" in words(unit.offer("done=roll_back"))


def test_where_there_is_no_version_before_the_offer_says_so(unit: Unit) -> None:
    carried = _form(unit.confirm(), "roll_back")
    unit.data.known = replace(OFFER, slices=(replace(LIVE, previous=0),))
    assert "Không còn phiên bản trước" in words(unit.confirm())
    unit.data.conflict = "error.no_previous"
    reply = unit.desk.open(unit.pages.roll_back, "water", "bills", typed=carried)
    assert reply.status == 409


def test_a_session_that_has_ended_is_told_before_anything_is_done(unit: Unit) -> None:
    carried = _form(unit.new(), "uploads")
    unit.desk.cookie = ""
    assert unit.desk.open(unit.pages.begin, "water", "bills", typed={**carried, "feed": "van-chan"}).status == 401
    assert unit.data.begun == []


def test_every_state_and_type_of_lookups_has_its_words_in_both_languages() -> None:
    for state in State:
        assert sign(state.value, "vi").words != sign(state.value, "en").words
    assert {f"datasets.type.{kind}" for kind in ColumnType} == {key for key in DATASETS if "datasets.type." in key}


def test_every_page_speaks_english_too(unit: Unit) -> None:
    unit.desk.language = "en"
    unit.data.shown = UploadSheet(OFFER, UPLOAD, (RefusedRow(12, ()),), "more")
    for reply in (unit.offers(), unit.offer(), unit.new(), unit.upload(), unit.confirm()):
        assert '<html lang="en">' in reply.body
        assert not re.search(r"dòng|tệp|tháng", words(reply))
