"""A case as each reader may see it."""

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.core.calendar import official
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.moderation import deny
from chalicelib.feedback.ports import Dossier, Line, Named, Upload
from chalicelib.feedback.values import Document, Outcome, Publication, Rating, RefusalReason, Terms
from chalicelib.feedback.views import FeedbackView, Views, status_text, upload_view
from tests.builders import (
    COMMITTEE,
    DISPATCHER,
    IN_STATUS,
    NOW,
    POLICE,
    REASON,
    REPORTER,
    RESULT,
    TEXT,
    answer,
    answered,
    assigned,
    feedback,
    in_progress,
    offered,
    photo,
    refused,
    stamp,
    waiting,
)
from tests.fakes import MemoryFiles

VIEWS = Views(
    lambda code, at=None: Named(code, f"Xã {code}"),
    lambda code, at=None: Named(code, f"Cơ quan {code}"),
    lambda code, language: f"{code} ({language})",
    lambda code, language: f"Cẩn thận ({language})",
    MemoryFiles().link,
    official,
)
ANSWER = msgspec.json.encode({"result": RESULT, "next_step": "Theo dõi thêm một tuần"}).decode()
TEXTS = {
    "ask1": "Ở bên nào đường?",
    "answer1": ANSWER,
    "offer1": REASON,
    "refuse1": "Xin gọi 1022",
    "reply1": "Bên trái",
}
# A reporter's account, phone or name must be in nothing but what the reporter and, with consent, the agency sees.
CONTACT = ("Người mẫu", "+84950000001")


def dossier(case: Feedback, *files: Any) -> Dossier:
    return Dossier(case, TEXTS, files)


def text(view: Any) -> str:
    return msgspec.json.encode(view).decode()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_has_a_view_for_every_reader(status: Status, language: str) -> None:
    case = dossier(IN_STATUS[status]())
    seen = [
        VIEWS.own(case, NOW, language),
        VIEWS.public(case, NOW, language),
        VIEWS.work(case, Party.HOLDER, NOW, language, None),
        VIEWS.work(case, None, NOW, language, None),
        VIEWS.centre(case, NOW, language),
    ]
    for view in seen:
        assert view.status == status
        assert REPORTER not in text(view)
        assert DISPATCHER not in text(view) or view is seen[-1], "only the centre sees who of it acted"
        assert msgspec.json.decode(text(view), type=FeedbackView).code == case.feedback.code


def test_the_reporter_sees_what_was_sent_what_happened_and_what_is_possible() -> None:
    case = replace(waiting(), share_contact=True, occurred_at=NOW)
    view = VIEWS.own(dossier(case, photo(), photo("agency00", by="1")), NOW, "vi")
    assert (view.text, view.title, view.share_contact, view.occurred_at) == (TEXT, "Ổ gà", True, NOW)
    assert [photo.id for photo in view.photos] == ["0123456789abcdef"]
    assert view.photos[0].url == f"https://files.example/{case.code}/0123456789abcdef"
    assert (view.next_actions, view.answer_by) == (["reply"], NOW + timedelta(days=7))
    assert [(line.action, line.by) for line in view.history] == [
        ("submit", "Người phản ánh"),
        ("assign", "Hệ thống"),
        ("accept", f"Cơ quan {COMMITTEE}"),
        ("ask", f"Cơ quan {COMMITTEE}"),
    ]
    assert view.history[-1].text == "Ở bên nào đường?"
    assert (view.status_text, view.version, view.safety_advice) == ("Chờ người phản ánh bổ sung", 4, "Cẩn thận (vi)")


def test_the_answer_stands_with_its_words_evidence_and_papers() -> None:
    papers = (
        Document("12/UBND", "2023-05-24", "Phó Chủ tịch", "paper000"),
        Document("13", "2023-05-24", "A", "gone0000"),
    )
    case = answered(
        outcome=Outcome.SCHEDULED, scheduled_for="2023-07-01", photos=("agency00", "gone0000"), documents=papers
    )
    view = VIEWS.own(dossier(case, photo("agency00", by="1"), photo("paper000", by="1")), NOW, "en")
    assert view.answer is not None
    assert (view.answer.result, view.answer.next_step, view.answer.outcome_text) == (
        RESULT,
        "Theo dõi thêm một tuần",
        "Scheduled",
    )
    assert (view.answer.agency.name, view.answer.rate_by) == (f"Cơ quan {COMMITTEE}", NOW + timedelta(days=7))
    assert [file.id for file in view.answer.photos] == ["agency00"]
    assert [paper.url is None for paper in view.answer.documents] == [False, True]
    assert (view.status_text, view.answer.scheduled_for) == ("Answered, to be done by 01/07/2023", "2023-07-01")
    assert view.next_actions == ["rate"]


def test_earlier_answers_stay_in_the_history() -> None:
    again = answered().rate(stamp(text_ref="rate1"), Rating.UNSATISFIED, Terms(NOW))
    second = again.give_answer(stamp(Party.HOLDER, text_ref="answer2"), answer(text_ref="answer2"))
    texts = TEXTS | {"answer2": '{"result":"Lần hai"}', "rate1": "Vẫn còn ổ gà"}
    view = VIEWS.own(Dossier(second, texts), NOW, "vi")
    assert [line.text for line in view.history[3:]] == [RESULT, "Vẫn còn ổ gà", "Lần hai"]
    assert view.history[4].action_text == "Xử lý lại"
    assert view.answer is not None
    assert (view.answer.result, view.answer.next_step, view.rating) == ("Lần hai", None, "unsatisfied")


def test_the_public_sees_neither_person_nor_what_passed_between_person_and_office() -> None:
    case = waiting().resume(Action.REPLY, stamp(text_ref="reply1"), Terms(NOW))
    case = offered(case).take_over(stamp(Party.RECEIVER), Terms(NOW))
    case = deny(case.extend(stamp(Party.HOLDER, text_ref="refuse1"), NOW), stamp(Party.CENTRE))
    case = case.give_answer(stamp(Party.HOLDER, text_ref="answer1"), answer())
    case = replace(case, share_contact=True, occurred_at=NOW)
    view = VIEWS.public(dossier(case, photo()), NOW, "vi")
    assert view.next_actions == []
    assert (view.contact, view.share_contact, view.answer_by, view.occurred_at) == (None, None, None, None)
    told = {line.action: line.text for line in view.history}
    assert told["hand_over"] == REASON
    assert told["ask"] is None
    assert told["reply"] is None
    assert told.keys().isdisjoint({"extend", "deny"})
    assert "Bên trái" not in text(view)
    assert "share_contact" not in text(view)


def test_the_agency_sees_the_person_with_consent_alone() -> None:
    case = dossier(in_progress())
    assert VIEWS.work(case, Party.HOLDER, NOW, "vi", None).contact is None
    shown = VIEWS.work(case, Party.HOLDER, NOW, "vi", CONTACT).contact
    assert shown is not None
    assert (shown.name, shown.phone) == CONTACT


def test_the_agency_is_told_what_its_part_allows() -> None:
    case = dossier(offered(assigned()))
    assert VIEWS.work(case, Party.HOLDER, NOW, "vi", None).next_actions == ["accept", "give_back", "answer"]
    assert VIEWS.work(case, Party.RECEIVER, NOW, "vi", None).next_actions == ["accept", "give_back"]
    assert VIEWS.work(case, None, NOW, "vi", None).next_actions == []


def test_the_centre_is_told_what_it_can_do() -> None:
    case = feedback(publication=Publication.PENDING)
    assert VIEWS.centre(dossier(case), NOW, "vi").next_actions == [
        "assign", "refuse", "merge", "split", "publish", "seal",
    ]  # fmt: skip


@pytest.mark.parametrize("reason", RefusalReason)
def test_a_refusal_says_where_to_go_instead(reason: RefusalReason) -> None:
    view = VIEWS.own(dossier(replace(refused(), refusal=reason)), NOW, "vi")
    assert view.refusal == reason
    assert view.refusal_text
    assert re.search(r"Xin|xin|Cổng", view.refusal_text)
    assert (view.history[-1].text, view.next_actions) == ("Xin gọi 1022", ["appeal"])


def test_a_case_without_its_words_is_shown_without_them() -> None:
    view = VIEWS.own(Dossier(feedback(matter=None)), NOW, "vi")
    assert (view.text, view.title, view.location, view.agency) == ("", "", None, None)


def test_overdue_is_told() -> None:
    case = dossier(assigned())
    assert not VIEWS.own(case, NOW, "vi").overdue
    assert VIEWS.own(case, NOW + timedelta(days=90), "vi").overdue


def test_a_line_of_a_list_has_names_beside_codes() -> None:
    line = Line(
        "CODE",
        "answered",
        "duong_sa",
        "commune-1",
        "normal",
        "public",
        NOW,
        NOW,
        POLICE,
        "Ổ gà",
        21.7,
        104.9,
        "2023-07-01",
    )
    view = VIEWS.line(line, "vi")
    assert (view.area_name, view.category_name) == ("Xã commune-1", "duong_sa (vi)")
    assert view.agency is not None
    assert (view.agency.code, view.agency.name) == (POLICE, f"Cơ quan {POLICE}")
    assert view.status_text == "Đã trả lời, hẹn thực hiện trước 01/07/2023"
    bare = VIEWS.line(Line("CODE", "received", "duong_sa", "commune-1", "normal", "private", NOW), "en")
    assert (bare.agency, bare.deadline, bare.lat) == (None, None, None)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_has_words(status: Status, language: str) -> None:
    assert status_text(status, "", language)


def test_leave_to_upload_says_where_how_and_until_when() -> None:
    view = upload_view(Upload("id", "key", "https://s3.example", {"key": "key"}, 900))
    assert (view.id, view.url, view.fields, view.expires_in) == ("id", "https://s3.example", {"key": "key"}, 900)
