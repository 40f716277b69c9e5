"""What people read: the whole matter for officers, plain sentences for citizens, nothing that anybody can inject."""

import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from chalicelib.contracts.contacts import Channels
from chalicelib.contracts.feedback_events import CONSUMES, Consumer, FeedbackEventType
from chalicelib.core.codes import Link, link_token, read_link
from chalicelib.core.text import fits_one_segment
from chalicelib.notices.model import Role, State
from chalicelib.notices.ports import Answered, Case, Letter
from tests.unit.notices.fakes import (
    ABOVE,
    ACCOUNT,
    AGENCY,
    BASE_URL,
    CASES,
    CODE,
    DUTIES,
    FOLLOWER,
    MAIN,
    OTHER,
    SECRET,
    START,
    E,
    House,
    a_case,
    a_contact,
    an_event,
    officers_of,
)

HOSTILE = "</td><script>alert('x')</script>{{ 7*7 }} {code} <img src=http://tracker.invalid/x.png>\nBấm: http://gia-mao.invalid\r\n--"
MAIL = Channels(sms=False, email=True)
CITIZEN_MAILS = sorted(CONSUMES[Consumer.CITIZENS] - {E.ACCEPTED, E.CLOSED, E.TRANSFERRED, E.SEALED})
# What is over has neither deadline nor link any more.
OVER = {E.RATED, E.WITHDRAWN, E.MERGED, E.HAND_OVER_LAPSED}


class Page(HTMLParser):
    """Counts elements and collects addresses; raises on nothing, so that tests look at what a reader would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "background", "srcset", "poster")]
        self.links += [value or "" for name, value in attrs if name == "href"]


def to_agency(kind: FeedbackEventType, case: Case | None = None, level: str = "normal") -> Letter:
    house = House(case or CASES[kind])
    house.tell_agencies(an_event(kind, level=level))
    letter = house.mails.taken[0]
    assert isinstance(letter, Letter)
    return letter


def to_citizen(
    kind: FeedbackEventType, case: Case | None = None, language: str = "vi", level: str = "normal"
) -> Letter:
    house = House(case or CASES[kind], a_contact(language=language, channels=MAIL))
    house.tell_citizens(an_event(kind, level=level))
    letter = house.mails.taken[0]
    assert isinstance(letter, Letter)
    return letter


def hostile(case: Case) -> Case:
    return replace(
        case, text=HOSTILE, title=HOSTILE, address=HOSTILE, said=dict.fromkeys(range(1, 9), HOSTILE), share_contact=True,
        answer=case.answer and Answered("scheduled", HOSTILE, HOSTILE, "2023-06-30"),
    )  # fmt: skip


def hostile_letters(kind: FeedbackEventType) -> list[Letter]:
    """What the event makes of a case and a reporter that attack with every text they can set."""
    house = House(hostile(CASES[kind]), a_contact(name=HOSTILE, channels=MAIL))
    if kind in CONSUMES[Consumer.AGENCIES]:
        house.tell_agencies(an_event(kind))
    if kind in CONSUMES[Consumer.CITIZENS]:
        house.tell_citizens(an_event(kind))
    return [letter for letter in house.mails.taken if isinstance(letter, Letter)]


@pytest.mark.parametrize("kind", sorted(CONSUMES[Consumer.AGENCIES]))
@pytest.mark.parametrize("level", ["normal", "urgent"])
def test_the_e_mail_to_an_officer_has_the_whole_matter_in_it(kind: FeedbackEventType, level: str) -> None:
    letter, case = to_agency(kind, level=level), CASES[kind]
    for body in (letter.text, unescape(letter.html)):
        for needed in (
            CODE, "Sạt lở, cây đổ, ngập đường, cầu nguy hiểm", "Xã Thượng Bằng La, Huyện Văn Chấn", "Km 5, thôn Dạ", case.title,
            case.text, "21.401230, 104.612340", "14:00 thứ Ba 23/05/2023", *case.said.values(),
        ):  # fmt: skip
            assert needed in body
    assert letter.subject.startswith("[YenBai-S] ")
    assert CODE in letter.subject


@pytest.mark.parametrize("kind", sorted(CONSUMES[Consumer.AGENCIES] - OVER))
def test_deadline_and_time_left_stand_in_words_in_subject_and_body(kind: FeedbackEventType) -> None:
    letter = to_agency(kind)
    assert "17:00 thứ Ba 30/05/2023" in letter.subject
    assert "17:00 thứ Ba 30/05/2023 (còn 5 ngày làm việc)" in letter.text
    assert "17:00 thứ Ba 30/05/2023 (còn 5 ngày làm việc)" in letter.html


@pytest.mark.parametrize(
    ("hours", "words"),
    [(3.5, "còn 3 giờ 30 phút"), (2, "còn 2 giờ"), (0.25, "còn 15 phút"), (-1.5, "quá hạn 1 giờ 30 phút")],
)
def test_the_time_left_of_an_urgent_matter_is_told_in_hours(hours: float, words: str) -> None:
    case = a_case(deadline=START + timedelta(hours=hours))
    assert words in to_agency(E.ASSIGNED, case, "urgent").text


def test_a_matter_that_is_due_today_or_overdue_says_so() -> None:
    assert "hạn hôm nay" in to_agency(E.ASSIGNED, a_case(deadline=START + timedelta(hours=3))).text
    assert "quá hạn 2 ngày làm việc" in to_agency(E.ASSIGNED, a_case(deadline=START - timedelta(days=4))).text


def test_the_button_opens_the_page_of_the_assignment_that_is_told_of() -> None:
    numbers = {E.ASSIGNED: 1, E.REOPENED: 2, E.HAND_OVER_OFFERED: 2, E.GIVEN_BACK: 1, E.REPLIED: 1}
    for kind, number in numbers.items():
        link = f"{BASE_URL}/a/{link_token(SECRET, Link(CODE, number))}"
        letter = to_agency(kind)
        assert link in Page(letter.html).links
        assert link in letter.text.splitlines()
        assert read_link(SECRET, link.rpartition("/")[2]) == Link(CODE, number)


def test_where_nothing_is_left_to_do_there_is_no_link_that_would_be_dead() -> None:
    for kind in (E.RATED, E.WITHDRAWN):
        letter = to_agency(kind)
        assert "/a/" not in letter.html + letter.text
        assert Page(letter.html).links == []


def test_photos_are_links_to_the_page_and_never_loaded_by_the_mail_reader() -> None:
    letter = to_agency(E.ASSIGNED)
    link = f"{BASE_URL}/a/{link_token(SECRET, Link(CODE, 1))}"
    assert [address for address in Page(letter.html).links if "#" in address] == [f"{link}#photo-1", f"{link}#photo-2"]


def test_name_and_phone_of_the_reporter_are_in_it_with_consent_only() -> None:
    without, consented = to_agency(E.ASSIGNED), to_agency(E.ASSIGNED, a_case(share_contact=True))
    for body in (without.text, without.html):
        assert "Bà Mẫu" not in body
        assert "+84951234567" not in body
    assert "Bà Mẫu – +84951234567" in consented.text
    assert "Bà Mẫu – +84951234567" in consented.html


def test_the_offer_names_both_agencies() -> None:
    letter = to_agency(E.HAND_OVER_OFFERED)
    assert "Ủy ban nhân dân xã Thượng Bằng La đề nghị chuyển phản ánh dưới đây đến Điện lực Yên Bái." in letter.text


def test_a_declined_offer_names_who_declined() -> None:
    letter = to_agency(E.GIVEN_BACK)
    assert "Điện lực Yên Bái không nhận" in letter.subject
    assert "Ủy ban nhân dân xã Thượng Bằng La vẫn là cơ quan xử lý" in letter.text


@pytest.mark.parametrize("kind", CITIZEN_MAILS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_e_mail_to_a_citizen_is_in_their_language_and_leads_to_the_tracking_page(
    kind: FeedbackEventType, language: str
) -> None:
    letter = to_citizen(kind, language=language)
    assert f'<html lang="{language}">' in letter.html
    link = f"{BASE_URL}/t/{MAIN if kind is E.MERGED else CODE}"
    assert link in Page(letter.html).links
    assert link in letter.text
    assert CODE in letter.subject
    assert ("phản ánh" in letter.text) == (language == "vi")


def test_the_answer_stands_in_the_e_mail_with_next_step_and_date() -> None:
    letter = to_citizen(E.ANSWERED)
    for needed in ("Đã dọn đất đá, thông xe một làn.", "Kè taluy trước mùa mưa.", "30/06/2023"):
        assert needed in letter.text
        assert needed in letter.html


def test_a_refusal_says_where_to_go_but_a_denunciation_leaves_no_trace_in_a_mailbox() -> None:
    assert "Tòa án nhân dân" in to_citizen(E.REFUSED).text
    sealed = to_citizen(
        E.REFUSED, a_case(status="refused", assignment=None, refusal="denunciation", said={2: "Tố cáo ông X"})
    )
    assert "tố cáo" not in (sealed.text + sealed.html + sealed.subject).lower()


def test_an_urgent_submission_is_answered_with_the_safety_advice() -> None:
    house = House(CASES[E.SUBMITTED], a_contact(channels=Channels(sms=True, email=True)))
    house.tell_citizens(an_event(E.SUBMITTED, level="urgent"))
    assert "Goi 112." in house.texts.taken[0].text
    assert "Gọi 112." in house.mails.taken[0].text


@pytest.mark.parametrize("kind", sorted(CASES))
def test_what_people_wrote_is_shown_and_never_obeyed(kind: FeedbackEventType) -> None:
    for letter in hostile_letters(kind):
        page = Page(letter.html)
        assert not {"script", "img", "iframe", "form", "link", "style"} & set(page.elements)
        assert page.loads == []
        assert all(address.startswith(f"{BASE_URL}/") for address in page.links)
        assert page.elements.count("td") == letter.html.count("</td>")
        assert len(letter.subject.splitlines()) == 1


@pytest.mark.parametrize("kind", sorted(CASES))
def test_in_plain_text_every_line_that_people_wrote_is_marked_as_theirs(kind: FeedbackEventType) -> None:
    for letter in hostile_letters(kind):
        forged = [line for line in letter.text.splitlines() if "gia-mao" in line]
        assert all(re.match(r"\| |Địa chỉ: |Người phản ánh: ", line) for line in forged), forged


def test_hostile_text_is_really_in_these_letters() -> None:
    letter = hostile_letters(E.ASSIGNED)[0]
    assert "&lt;script&gt;" in letter.html
    assert "| </td><script>" in letter.text
    assert "{{ 7*7 }} {code}" in letter.text


def test_nothing_is_loaded_from_anywhere() -> None:
    for kind in sorted(CONSUMES[Consumer.AGENCIES]):
        html = to_agency(kind).html
        assert Page(html).loads == []
        assert "url(" not in html
        assert "<style" not in html


def test_letters_carry_the_trace_and_no_personal_data_in_it() -> None:
    assert to_agency(E.ASSIGNED).trace == {"cid": "request-1", "event": f"{CODE}#2", "notice": "assigned"}


@pytest.mark.parametrize("kind", sorted(CASES))
@pytest.mark.parametrize("level", ["normal", "urgent"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sms_is_one_segment_with_the_code_and_the_right_link(
    kind: FeedbackEventType, level: str, language: str
) -> None:
    house = House(CASES[kind], a_contact(language=language))
    if kind in CONSUMES[Consumer.AGENCIES]:
        house.tell_agencies(an_event(kind, level=level))
    agency_texts = len(house.texts.taken)
    if kind in CONSUMES[Consumer.CITIZENS]:
        house.tell_citizens(an_event(kind, level=level))
    with_duty = {f"+{officer.phone[1:]}" for officer in officers_of(DUTIES.get(kind, (0, AGENCY))[1] or AGENCY)}
    for place, sms in enumerate(house.texts.taken):
        assert fits_one_segment(sms.text), sms.text
        assert CODE in sms.text
        if place >= agency_texts:
            assert sms.text.endswith(f"{BASE_URL}/t/{MAIN if kind is E.MERGED else CODE}")
        else:
            assert (f"{BASE_URL}/a/{CODE}-" in sms.text) == (sms.to in with_duty)


def test_an_agency_that_nobody_knows_is_named_by_its_code() -> None:
    house = House(CASES[E.ASSIGNED])
    del house.directory.offices[AGENCY]
    house.tell_citizens(an_event(E.ASSIGNED))
    assert f"da chuyen {AGENCY} xu ly" in house.texts.taken[0].text


# Who is told beside the holder


def letters(kind: FeedbackEventType, agency: str, case: Case | None = None, level: str = "normal") -> list[Letter]:
    """What the officers of one agency get."""
    house = House(case or CASES[kind])
    house.tell_agencies(an_event(kind, level=level))
    return [letter for letter in house.mails.taken if isinstance(letter, Letter) and f"@{agency}." in letter.to]


def token(letter: Letter) -> str:
    return next(address for address in Page(letter.html).links if "/a/" in address).rpartition("/")[2].partition("#")[0]


def test_the_head_gets_a_link_of_the_heads_own_with_the_draft_and_nobody_else_gets_it() -> None:
    (letter,) = letters(E.APPROVAL_REQUESTED, AGENCY)
    assert letter.to == f"head@{AGENCY}.example"
    assert read_link(SECRET, token(letter)) == Link(CODE, 1, head=True)
    assert "| Đã dọn đất đá, thông xe một làn." in letter.text
    assert "Ký duyệt cần mã gửi tới điện thoại của Thủ trưởng" in letter.text
    assert "Ai có đường dẫn đều làm được thay cơ quan" not in letter.text
    for kind in CONSUMES[Consumer.AGENCIES] - {E.APPROVAL_REQUESTED}:
        found = [token(letter) for letter in letters(kind, AGENCY) if "/a/" in letter.text]
        assert not any(read_link(SECRET, one).head for one in found)


def test_a_supporting_agency_gets_a_link_of_its_own() -> None:
    for letter in letters(E.SUPPORT_REQUESTED, OTHER):
        assert read_link(SECRET, token(letter)) == Link(CODE, 2)
        assert "Ủy ban nhân dân xã Thượng Bằng La chủ trì" in letter.text
    for letter in letters(E.CONTRIBUTED, AGENCY):
        assert read_link(SECRET, token(letter)) == Link(CODE, 1)
        assert "Điện lực Yên Bái đã gửi ý kiến phối hợp" in letter.text


def test_a_supporting_agency_learns_who_leads_and_never_the_reporters_name() -> None:
    found = letters(E.SUPPORT_REQUESTED, OTHER, replace(CASES[E.SUPPORT_REQUESTED], share_contact=True))
    assert found
    for letter in found:
        assert "Bà Mẫu" not in letter.text + letter.html
        assert "+84951234567" not in letter.text + letter.html
        assert "Người phản ánh:" not in letter.text
        assert "Cơ quan xử lý: Ủy ban nhân dân xã Thượng Bằng La, +84958000001" in letter.text


@pytest.mark.parametrize("kind", [E.REOPENED, E.BREACHED, E.CLIMBED])
def test_who_watches_learns_whom_to_call_but_gets_no_link_and_no_name(kind: FeedbackEventType) -> None:
    case = replace(CASES[kind], share_contact=True)
    found = letters(kind, ABOVE, case, "urgent")
    assert found
    for letter in found:
        assert "/a/" not in letter.html + letter.text
        assert "Cơ quan xử lý: Ủy ban nhân dân xã Thượng Bằng La, +84958000001" in letter.text
        assert "Bà Mẫu" not in letter.text + letter.html
        assert "Người phản ánh:" not in letter.text
        assert case.text in letter.text


def test_the_successor_of_a_holder_gets_a_link_of_its_own() -> None:
    assert {read_link(SECRET, token(letter)) for letter in letters(E.TRANSFERRED, ABOVE)} == {Link(CODE, 2)}


def test_what_lapsed_says_to_both_that_the_centre_has_it() -> None:
    for agency in (AGENCY, OTHER):
        found = letters(E.HAND_OVER_LAPSED, agency)
        assert len(found) == 2
        assert all("Trung tâm Điều hành thông minh sẽ giao lại" in letter.text for letter in found)
        assert not any("/a/" in letter.text for letter in found)


def test_who_follows_a_case_reads_the_answer_and_no_word_of_the_refusal() -> None:
    for kind, needed in (
        (E.ANSWERED, "Đã dọn đất đá, thông xe một làn."),
        (E.REFUSED, "không thuộc nội dung tiếp nhận"),
    ):
        house = House(CASES[kind])
        house.contacts.known = {FOLLOWER: a_contact(email="nguoi@theo.example", channels=MAIL)}
        house.cases.following = {CODE: [FOLLOWER, ACCOUNT]}
        house.tell_citizens(an_event(kind))
        (letter,) = house.mails.taken
        assert isinstance(letter, Letter)
        assert letter.to == "nguoi@theo.example"
        assert needed in letter.text
        for secret in ("Vụ việc đã có bản án", "Tòa án", "Đất đá tràn xuống", "đánh giá"):
            assert secret not in letter.text


def test_the_reporter_reads_why_a_matter_was_hidden_merged_or_split() -> None:
    for kind in (E.HIDDEN, E.UNHIDDEN, E.MERGED, E.SPLIT):
        assert CASES[kind].said[2] in to_citizen(kind).text
    assert "YB1CH1LDCDE, YB2CH1LDCDE" in to_citizen(E.SPLIT).text
    assert f"theo dõi phản ánh {MAIN}" in to_citizen(E.MERGED).text


def test_a_draft_of_an_agency_without_a_head_fails_for_all_to_see_and_reaches_nobody_else() -> None:
    house = House(CASES[E.APPROVAL_REQUESTED])
    house.directory.people[AGENCY] = [one for one in officers_of(AGENCY) if one.role is not Role.HEAD]
    house.tell_agencies(an_event(E.APPROVAL_REQUESTED))
    assert {(row.state, row.reason) for row in house.store.rows.values()} == {(State.FAILED, "no_officer")}
    assert house.journal.count("NoticeFailed") == 2
    assert house.mails.taken == house.texts.taken == []
