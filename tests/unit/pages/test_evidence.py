"""Photos and documents of an answer, with scripts off: posted straight to the store, then chosen."""

import re

import pytest

from chalicelib.pages.model import Task
from tests.builders import RESULT
from tests.unit.pages.scene import Scene, words

PHOTO = "abcdef0123456701"
PDF = "abcdef0123456702"


def test_the_answer_form_holds_a_form_that_posts_straight_to_the_store_and_comes_back() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    page = scene.officer.form(token, Task.ANSWER, "vi")
    upload = re.search(r'<form class="upload".*?</form>', page.body, re.DOTALL)
    assert upload is not None
    assert 'action="https://files.example"' in upload[0]
    assert 'enctype="multipart/form-data"' in upload[0]
    hidden, file = upload[0].index('type="hidden"'), upload[0].index('type="file"')
    assert hidden < file
    assert scene.files.asked == [(case.code, "1", "", 10 * 1024 * 1024, f"https://yenbai-s.example/a/{token}/answer")]


def test_a_file_that_has_arrived_is_listed_and_chosen() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "1", identifier=PHOTO)
    page = scene.officer.form(token, Task.ANSWER, "vi", f"cases/{case.code}/1/{PHOTO}")
    assert "Đã nhận tệp." in words(page)
    assert re.search(f'form="task" type="checkbox" id="file-{PHOTO}" name="files" value="{PHOTO}" checked', page.body)
    assert scene.pauses == []


def test_the_page_waits_some_seconds_for_a_file_and_then_says_what_can_be_wrong() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    page = scene.officer.form(token, Task.ANSWER, "vi", f"cases/{case.code}/1/{PHOTO}")
    assert "Chưa nhận được tệp vừa tải lên" in words(page)
    assert 2 < sum(scene.pauses) < 5


def test_a_chosen_photo_goes_with_the_answer_and_another_stays_out() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "1", identifier=PHOTO)
    scene.upload(case, "1", identifier="abcdef0123456709")
    assert scene.send(token, Task.ANSWER, result=RESULT, files=PHOTO).status == 303
    answer = scene.store.head(case.code).answer
    assert answer is not None
    assert answer.photos == (PHOTO,)


def test_a_document_goes_with_its_number_date_and_signer() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "1", identifier=PHOTO)
    scene.upload(case, "1", "application/pdf", PDF)
    typed = {f"number-{PDF}": "12/UBND", f"date-{PDF}": "24/5/2023", f"signer-{PDF}": "Phó Chủ tịch"}
    assert scene.send(token, Task.ANSWER, result=RESULT, files=[PHOTO, PDF], **typed).status == 303
    answer = scene.store.head(case.code).answer
    assert answer is not None
    assert answer.photos == (PHOTO,)
    assert [(paper.number, paper.date, paper.signer, paper.file) for paper in answer.documents] == [
        ("12/UBND", "2023-05-24", "Phó Chủ tịch", PDF)
    ]


def test_a_document_without_number_date_or_signer_is_asked_for_them_at_its_own_fields() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "1", "application/pdf", PDF)
    reply = scene.send(token, Task.ANSWER, result=RESULT, files=PDF, **{f"signer-{PDF}": "Phó Chủ tịch"})
    assert reply.status == 422
    assert re.findall(r'<li><a href="#([a-z0-9-]+)">', reply.body) == [f"number-{PDF}", f"date-{PDF}"]
    assert 'value="Phó Chủ tịch"' in reply.body
    assert f'value="{PDF}" checked' in reply.body
    assert f"{RESULT}</textarea>" in reply.body


@pytest.mark.parametrize("foreign", ["0123456789abcdef", "no-such", "x" * 50])
def test_a_file_that_is_not_this_assignments_is_refused(foreign: str) -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "citizen")
    reply = scene.send(token, Task.ANSWER, result=RESULT, files=foreign)
    assert reply.status == 422
    assert 'href="#evidence"' in reply.body


def test_an_unchosen_file_stays_unchosen_when_the_form_comes_back() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    scene.upload(case, "1", identifier=PHOTO)
    reply = scene.send(token, Task.ANSWER, result="Ngắn")
    assert reply.status == 422
    assert f'value="{PHOTO}">' in reply.body


def test_when_all_places_are_taken_no_further_upload_is_offered() -> None:
    scene = Scene()
    case, token = scene.in_progress()
    for number in range(5):
        scene.upload(case, "1", identifier=f"abcdef012345670{number}")
    page = scene.officer.form(token, Task.ANSWER, "vi")
    assert "Đã đủ 5 tệp." in words(page)
    assert 'type="file"' not in page.body
