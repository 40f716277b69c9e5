"""Reminders of bills: the line in the inbox, who gets which message, and that every SMS fits one segment."""

from datetime import date, timedelta
from itertools import product

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.contracts.contacts import Channels, Contact, QuietHours
from chalicelib.contracts.dues import Due
from chalicelib.core.text import fits_one_segment
from chalicelib.notices.bill_words import money, params, spoken_period, values
from chalicelib.notices.delivery import Post
from chalicelib.notices.due_notices import DueNotices
from chalicelib.notices.inbox import InboxService
from chalicelib.notices.model import Channel, InboxEntry, Side
from chalicelib.notices.ports import Busy, Letter, Refused, Sms, Telling, Unanswered
from chalicelib.notices.store import EntryFacts
from chalicelib.notices.views import InboxItem, inbox_list
from chalicelib.notices.wording import fill_sms, words_of
from infra.seed.utilities import utilities
from tests.unit.notices.fakes import (
    ACCOUNT,
    NIGHT,
    SECRET,
    START,
    FakeBounces,
    FakeClock,
    FakeContacts,
    FakeDirectory,
    FakeJournal,
    FakeProvider,
    a_contact,
)
from tests.unit.notices.memory import FakeStore

DUE = Due(
    id="dues-1", account=ACCOUNT, utility="electricity", name_vi="Hóa đơn tiền điện", name_en="Electricity bills",
    label="Nhà mẹ", code="...345", period="2026-11", amount=325000, due=date(2026, 11, 25),
)  # fmt: skip
BOTH = Channels(sms=True, email=True)
EMAIL = Channels(sms=False, email=True)


class House:
    """The reminding of bills, composed from fakes."""

    def __init__(self, contact: Contact | None = None) -> None:
        self.clock, self.store, self.journal, self.bounces = FakeClock(), FakeStore(), FakeJournal(), FakeBounces()
        self.mails, self.texts = FakeProvider(), FakeProvider()
        contacts = FakeContacts({ACCOUNT: contact or a_contact()})
        self.notices = DueNotices(
            self.store, contacts, Post(self.mails, self.texts), self.journal, self.bounces, self.clock, NIGHT
        )

    def tell(self, due: Due = DUE) -> Telling:
        return self.notices.tell(due)

    def lines(self, language: str = "vi") -> list[InboxItem]:
        return inbox_list(InboxService(self.store, FakeDirectory(), SECRET).list(ACCOUNT, language)).items

    def sent(self) -> tuple[int, int]:
        return len(self.mails.taken), len(self.texts.taken)


def test_a_reminder_is_a_line_in_the_inbox_without_a_case_in_the_readers_language() -> None:
    house = House()
    assert house.tell() is Telling.TOLD
    (line,) = house.lines()
    assert (line.kind, line.code, line.read) == ("bill_due", "", False)
    assert "code" not in msgspec.json.decode(msgspec.json.encode(line))
    assert line.title == "Hóa đơn sắp đến hạn"
    assert line.text == (
        "Hóa đơn tiền điện: hóa đơn kỳ 11/2026 của Nhà mẹ (...345) đến hạn thanh toán ngày 25/11/2026. Số tiền: 325.000đ."
        " Nếu đã thanh toán, xin bỏ qua lời nhắc này."
    )
    (english,) = house.lines("en")
    assert "Electricity bills" in english.text
    assert "325,000 VND" in english.text


def test_without_amount_or_label_neither_is_spoken_of() -> None:
    house = House()
    house.tell(replace(DUE, amount=None, label=""))
    (line,) = house.lines()
    assert "Số tiền" not in line.text
    assert "của ...345 đến hạn" in line.text
    (sms,) = house.texts.taken
    assert isinstance(sms, Sms)
    assert sms.text == (
        "YenBai-S: Hoa don tien dien ky 11/2026, ma ...345, han 25/11/2026. Neu da thanh toan, xin bo qua."
    )


def test_the_sms_says_utility_month_code_amount_and_day() -> None:
    house = House()
    house.tell()
    (sms,) = house.texts.taken
    assert isinstance(sms, Sms)
    assert sms.text == (
        "YenBai-S: Hoa don tien dien ky 11/2026, ma ...345 - Nha me, 325.000d, han 25/11/2026."
        " Neu da thanh toan, xin bo qua."
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sms_fits_one_segment_whatever_the_utility_and_the_label(language: str) -> None:
    pattern = words_of(Side.CITIZEN, "bill_due", language)["sms"]
    long = "Tra cứu hóa đơn tiền nước theo đơn vị cấp nước của từng địa bàn trong tỉnh Yên Bái " * 2
    names = [long, *(utility.name.text(language) for utility in utilities())]
    labels = ("", "Nhà", "Nhà trọ của bà ngoại ở thôn Khe Sung, xã Thượng Bằng La, huyện Văn Chấn", "Ư" * 60)
    for name, label, amount, code in product(names, labels, (None, 999_999_999_999), ("***345", "************345")):
        due = replace(DUE, name_vi=name, name_en=name, label=label, amount=amount, code=code)
        text = fill_sms(pattern, values(params(due), language))
        assert fits_one_segment(text), text
        assert "25/11/2026" in text
        assert code in text
        assert amount is None or money(amount, language).replace("đ", "d") in text


def test_who_chose_both_ways_gets_both_and_who_chose_none_the_line_alone() -> None:
    for channels, sent in ((BOTH, (1, 1)), (EMAIL, (1, 0)), (Channels(sms=False, email=False), (0, 0))):
        house = House(a_contact(channels=channels))
        assert house.tell() is Telling.TOLD
        assert house.sent() == sent
        assert len(house.lines()) == 1


def test_in_quiet_hours_no_telephone_rings_and_the_line_says_it_all() -> None:
    house = House(a_contact(quiet_hours=QuietHours("13:00", "15:00")))
    assert house.tell() is Telling.TOLD
    assert house.sent() == (0, 0)
    assert len(house.lines()) == 1


def test_the_stages_night_holds_for_who_chose_none() -> None:
    house = House()
    house.clock.move(hours=9)
    house.tell()
    assert house.sent() == (0, 0)


def test_an_address_that_bounced_gives_way_to_an_sms() -> None:
    house = House(a_contact(channels=EMAIL))
    house.bounces.known.add("ba.mau@nha.example")
    assert house.tell() is Telling.TOLD
    assert house.sent() == (0, 1)


@pytest.mark.parametrize(
    ("error", "told"),
    [(Busy("Throttling"), Telling.BUSY), (Refused("OptedOut"), Telling.REFUSED), (Unanswered("Silence"), Telling.TOLD)],
)
def test_what_the_provider_says_decides_whether_telling_may_be_repeated(error: Exception, told: Telling) -> None:
    house = House()
    house.texts.errors.append(error)
    assert house.tell() is told
    assert len(house.lines()) == 1


def test_a_message_that_went_is_not_repeated_for_one_that_did_not() -> None:
    house = House(a_contact(channels=BOTH))
    house.texts.errors.append(Busy("Throttling"))
    assert house.tell() is Telling.TOLD
    assert house.sent() == (1, 0)


def test_telling_again_on_that_day_adds_no_line_and_none_for_an_account_that_is_gone() -> None:
    house = House()
    house.texts.errors.append(Busy("Throttling"))
    assert house.tell() is Telling.BUSY
    house.clock.move(hours=2)
    assert house.tell() is Telling.TOLD
    assert len(house.lines()) == 1
    assert [name for name, _ in house.journal.outcomes] == ["NoticeSent", "NoticeRetried", "NoticeSent"]
    assert house.tell(replace(DUE, account="gone", id="dues-2")) is Telling.REFUSED
    assert not house.store.inbox("gone", 10, "")[0]


def test_the_letter_speaks_the_readers_language_and_no_link_leads_to_a_case() -> None:
    house = House(a_contact(channels=EMAIL, language="en"))
    house.tell(replace(DUE, label="<b>Home</b>"))
    (made,) = house.mails.taken
    assert isinstance(made, Letter)
    assert made.subject == "[YenBai-S] Electricity bills: the bill of 11/2026 is due on 25/11/2026"
    assert "&lt;b&gt;Home&lt;/b&gt; (...345)" in made.html
    assert "href" not in made.html
    assert "Amount: 325,000 VND." in made.text
    assert "345" not in str(made.trace)


def test_lines_about_cases_written_before_keep_their_names() -> None:
    entry = InboxEntry(account=ACCOUNT, event="C#2", words="assigned", happened_at=START, params={}, code="C", seq=2)
    assert entry.id.endswith("-C-2")
    assert replace(entry, code="", seq=0, event="dues-1").id.endswith("-dues-1")


def test_rows_written_before_are_read_as_they_are() -> None:
    row = (
        '{"event":"C#2","words":"assigned","happened_at":"2023-05-23T07:00:00Z","code":"C","seq":2,'
        '"params":{"agency":"ubnd-04288"},"cid":"request-1"}'
    )
    facts = msgspec.json.decode(row, type=EntryFacts)
    assert (facts.code, facts.seq, facts.happened_at, facts.params) == ("C", 2, START, {"agency": "ubnd-04288"})


def test_a_period_that_is_no_month_stays_as_the_supplier_calls_it() -> None:
    assert [spoken_period(period) for period in ("2026-11", "Quý 3", "2026-11-2", "")] == [
        "11/2026", "Quý 3", "2026-11-2", "",
    ]  # fmt: skip


def test_a_line_of_a_bill_stands_among_those_of_cases_by_its_hour() -> None:
    house = House()
    for minute, code in ((-10, "B"), (10, "A")):
        at = START + timedelta(minutes=minute)
        house.store.put_into_inbox(
            InboxEntry(account=ACCOUNT, event=f"{code}#2", words="closed", happened_at=at, params={}, code=code, seq=2)
        )
    house.tell()
    # The run is at eight in the morning, and it is two in the afternoon.
    assert [line.kind for line in house.lines()] == ["feedback_closed", "feedback_closed", "bill_due"]
    assert Channel.INBOX in {channel for _, channel in house.journal.outcomes}
