"""Reports on uploads: what stands in them, that none goes twice, and that nothing in them comes alive."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from msgspec.structs import replace

from chalicelib.contracts.uploads import MOST_REFUSALS, Refusal, UploadReport, UploadState
from chalicelib.notices.digests import DigestState
from chalicelib.notices.ports import Busy, Letter, Refused, Telling, Unanswered
from chalicelib.notices.upload_reports import UploadReports, letter
from tests.unit.notices.fakes import BASE_URL, START, FakeBounces, FakeClock, FakeJournal, FakeProvider

TO = "supplier@nuoc.example"
REPORT = UploadReport(
    dataset="water.bills", utility="Hóa đơn tiền nước", offer="Hóa đơn", feed="Cấp nước Nghĩa Lộ",
    file_name="hoa-don-11.csv", number=7, state=UploadState.LIVE, good=1250, bad=2, loaded_at=START, month="2026-11",
    link="/centre/datasets/water/bills/uploads/7",
    refusals=(Refusal(12, "Mã khách hàng", "trùng với dòng 4"), Refusal(1301, "", "thiếu 3 cột")),
)  # fmt: skip


@dataclass
class Ledger:
    """What became of each report, in memory."""

    rows: dict[tuple[str, int, str], DigestState] = field(default_factory=dict)

    def claim(self, report: UploadReport, state: DigestState, at: datetime) -> bool:
        if self.rows.get(_key(report), DigestState.FREE) is not DigestState.FREE:
            return False
        self.rows[_key(report)] = state
        return True

    def settle(self, report: UploadReport, state: DigestState, at: datetime) -> None:
        self.rows[_key(report)] = state


def _key(report: UploadReport) -> tuple[str, int, str]:
    return report.dataset, report.number, report.state.value


class House:
    """Reports, composed from fakes."""

    def __init__(self) -> None:
        self.ledger, self.mailer, self.bounces = Ledger(), FakeProvider(), FakeBounces()
        self.journal = FakeJournal()
        self.reports = UploadReports(self.ledger, self.mailer, self.bounces, self.journal, FakeClock(), BASE_URL)

    def send(self, report: UploadReport = REPORT, to: str = TO) -> Telling:
        return self.reports.send(report, to)


def written(report: UploadReport = REPORT) -> Letter:
    return letter(report, TO, BASE_URL)


def test_a_report_says_what_lives_and_names_each_refused_row_with_its_reason() -> None:
    made = written()
    assert made.to == TO
    assert made.subject == "[YenBai-S] Đã công bố 1.250 dòng: Hóa đơn tiền nước, Hóa đơn, tháng 11/2026"
    for body in (made.text, made.html):
        assert "1.250 dòng của tệp hoa-don-11.csv đã thay dữ liệu trước đó" in body
        assert "2 dòng bị loại" in body
        assert "Dòng 12, cột Mã khách hàng" in body
        assert "trùng với dòng 4" in body
        assert "Dòng 1.301" in body
        assert f"{BASE_URL}/centre/datasets/water/bills/uploads/7" in body


def test_where_every_row_was_good_nothing_is_said_of_bad_ones() -> None:
    made = written(replace(REPORT, bad=0, refusals=(), month=""))
    assert made.subject.endswith("Hóa đơn tiền nước, Hóa đơn")
    assert "bị loại" not in made.text
    assert "Dòng chưa dùng được" not in made.html


def test_a_file_that_was_refused_as_a_whole_says_so_and_that_the_old_data_stand() -> None:
    made = written(replace(REPORT, state=UploadState.REFUSED, good=0, bad=0, refusals=(Refusal(0, "", "phông VNI"),)))
    assert "Tệp chưa dùng được" in made.subject
    assert "dữ liệu trước đó vẫn đang dùng" in made.text
    assert "- Cả tệp: phông VNI" in made.text


def test_a_file_that_came_too_late_says_that_nothing_is_to_be_done() -> None:
    made = written(replace(REPORT, state=UploadState.SUPERSEDED, refusals=()))
    assert "đã có bản mới hơn" in made.subject
    assert "Không cần làm gì thêm" in made.text


def test_of_many_refusals_the_letter_says_that_the_page_has_the_rest() -> None:
    many = tuple(Refusal(row, "", "trùng mã") for row in range(2, MOST_REFUSALS + 2))
    assert "50 lỗi đầu tiên" in written(replace(REPORT, bad=900, refusals=many)).text
    assert "lỗi đầu tiên" not in written(replace(REPORT, bad=50, refusals=many)).text


def test_nothing_that_was_typed_comes_alive_or_passes_for_our_own_words() -> None:
    nasty = '=HYPERLINK("http://x.invalid")<script>\n\nĐã công bố.csv'
    made = written(replace(REPORT, file_name=nasty, refusals=(Refusal(3, "<b>Tên</b>", "<i>lạ</i>\r\nx"),)))
    assert "<script>" not in made.html
    assert "<i>" not in made.html
    assert "<b>" not in made.html
    assert not any(line.startswith(("=", "Đã công bố.csv", "x")) for line in made.text.splitlines())
    assert "\n" not in made.subject


def test_a_report_goes_once_for_each_end_of_an_upload() -> None:
    house = House()
    assert [house.send(), house.send()] == [Telling.TOLD, Telling.TOLD]
    assert len(house.mailer.taken) == 1
    house.send(replace(REPORT, number=8))
    house.send(replace(REPORT, state=UploadState.SUPERSEDED))
    assert len(house.mailer.taken) == 3


def test_a_busy_provider_leaves_the_report_to_be_sent_again() -> None:
    house = House()
    house.mailer.errors.append(Busy("Throttling"))
    assert [house.send(), house.send()] == [Telling.BUSY, Telling.TOLD]
    assert len(house.mailer.taken) == 1
    assert [name for name, _ in house.journal.outcomes] == ["NoticeRetried", "NoticeSent"]


@pytest.mark.parametrize(
    ("error", "told", "state"),
    [
        (Refused("ParamValidation"), Telling.REFUSED, DigestState.FAILED),
        (Unanswered("ReadTimeout"), Telling.TOLD, DigestState.UNCERTAIN),
    ],
)
def test_what_was_refused_or_may_have_arrived_is_not_sent_again(
    error: Exception, told: Telling, state: DigestState
) -> None:
    house = House()
    house.mailer.errors.append(error)
    assert house.send() is told
    house.send()
    assert house.mailer.taken == []
    assert house.ledger.rows[_key(REPORT)] is state


def test_nobody_writes_to_an_address_that_bounced_or_to_none() -> None:
    house = House()
    house.bounces.known.add(TO)
    assert house.send() is Telling.REFUSED
    assert house.send(replace(REPORT, number=8), "") is Telling.REFUSED
    assert house.send() is Telling.REFUSED
    assert house.mailer.taken == []
    assert house.journal.count("NoticeFailed") == 2


def test_the_providers_records_name_the_upload_and_nobody() -> None:
    assert written().trace == {"notice": "upload_live", "event": "water.bills-7"}
