"""The inbox, in the reader's language."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEventType
from chalicelib.core.clock import to_text
from chalicelib.core.errors import Invalid
from chalicelib.notices.inbox import InboxService
from chalicelib.notices.views import InboxList, inbox_list
from tests.unit.notices.fakes import ACCOUNT, CASES, CODE, SECRET, START, E, House, an_event


def read(
    house: House, language: str = "vi", cursor: str | None = None, limit: int = 20, account: str = ACCOUNT
) -> InboxList:
    return inbox_list(InboxService(house.store, house.directory, SECRET).list(account, language, cursor, limit))


def told(kind: FeedbackEventType, **changes: object) -> House:
    house = House(CASES[kind])
    house.tell_citizens(an_event(kind, **changes))
    return house


@pytest.mark.parametrize("kind", sorted(CONSUMES[Consumer.CITIZENS] - {E.SEALED}))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_event_has_its_sentences_in_both_languages(kind: FeedbackEventType, language: str) -> None:
    (item,) = read(told(kind), language).items
    assert CODE in item.text
    assert item.code == CODE
    assert item.kind.startswith("feedback_")
    assert not item.read
    assert item.at == START
    assert "{" not in item.text
    assert ("feedback" in item.text) == (language == "en")


def test_deadlines_are_spoken_and_agencies_named() -> None:
    (item,) = read(told(E.ASSIGNED)).items
    assert item.title == "Đã giao xử lý"
    assert item.text == (
        f"Phản ánh {CODE} đã được giao Ủy ban nhân dân xã Thượng Bằng La xử lý. Hạn trả lời: 17:00 thứ Ba 30/05/2023."
    )
    (english,) = read(told(E.ASSIGNED), "en").items
    assert english.text.endswith("Answer due: 17:00 Tue 30/05/2023.")


def test_a_sentence_whose_value_is_not_there_is_left_out() -> None:
    house = House()
    house.tell_citizens(an_event(E.ASSIGNED, assignment=7))
    (item,) = read(house).items
    assert "Hạn trả lời" not in item.text


def test_the_newest_comes_first_and_pages_go_on_to_the_end() -> None:
    house = House(CASES[E.CLOSED])
    for minute in range(45):
        at = to_text(START + timedelta(minutes=minute))
        house.tell_citizens(an_event(E.CLOSED, id=f"{CODE}#{minute + 2}", seq=minute + 2, at=at))
    seen: list[datetime] = []
    cursor: str | None = None
    for size in (20, 20, 5):
        page = read(house, cursor=cursor)
        assert len(page.items) == size
        seen += [item.at for item in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 45


def test_an_empty_inbox_is_an_empty_list() -> None:
    page = read(House())
    assert page.items == []
    assert page.next_cursor is None


def test_nobody_reads_with_the_cursor_of_another() -> None:
    house = House(CASES[E.CLOSED])
    for seq in range(2, 5):
        house.tell_citizens(an_event(E.CLOSED, id=f"{CODE}#{seq}", seq=seq))
    cursor = read(house, limit=1).next_cursor
    assert cursor
    with pytest.raises(Invalid):
        read(house, cursor=cursor, account="account-2")
    with pytest.raises(Invalid):
        read(house, cursor="nonsense")


def test_a_row_of_the_inbox_holds_neither_text_nor_personal_data() -> None:
    house = told(E.ASKED)
    (entry,) = house.store.entries.values()
    assert entry.params.keys() == {"agency", "deadline", "answer_by"}
    assert entry.happened_at == datetime(2023, 5, 23, 7, 0, tzinfo=UTC)
    assert "cột số mấy" not in str(entry)
