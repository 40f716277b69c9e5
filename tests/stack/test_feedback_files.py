"""Photos and documents: leave to upload, the upload itself straight to storage, what is refused."""

from typing import Any
from urllib.error import HTTPError

import pytest

from tests.address import Address
from tests.stack.matters import JPEG, PDF, REASON, RESULT, Case, assigned, read, submit, upload, wait
from tests.stack.people import Answer, Person, call, refused, sign_in


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """The reporter of all these cases."""
    return sign_in(stack)


def leave(case: Case, kind: str = "image/jpeg", size: int = len(JPEG)) -> Answer:
    return case.act("photos", {"content_type": kind, "size": size})


def photos(case: Case) -> list[Any]:
    return list(case.view()["photos"])


def test_a_citizen_s_photo_goes_to_storage_and_is_seen_by_all_readers(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    asked = leave(case)
    assert (asked.status, asked.body["expires_in"]) == (201, 900)
    assert upload(asked.body, JPEG)[0] in (200, 201, 204)
    (photo,) = wait(lambda: photos(case))
    assert (photo["id"], photo["content_type"], photo["size"]) == (asked.body["id"], "image/jpeg", len(JPEG))
    assert read(photo["url"]) == ("image/jpeg", JPEG)
    assert [it["id"] for it in case.public().body["photos"]] == [photo["id"]]
    case.until("assigned")
    assert [it["id"] for it in case.opened().body["photos"]] == [photo["id"]]
    with pytest.raises(HTTPError):
        read(photo["url"].split("?")[0])


def test_leave_is_for_one_type_size_and_place(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    granted = leave(case).body
    assert upload(granted, JPEG + b"0" * 10)[0] == 400
    assert upload(granted, JPEG, **{"Content-Type": "text/html"})[0] == 403
    assert upload(granted, JPEG, key=granted["fields"]["key"] + "x")[0] == 403
    assert photos(case) == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["content_type", "size"]),
        ({"content_type": "image/gif", "size": 9}, ["content_type"]),
        ({"content_type": "application/pdf", "size": 9}, ["content_type"]),
        ({"content_type": "image/jpeg", "size": 0}, ["size"]),
        ({"content_type": "image/jpeg", "size": 10 * 1024 * 1024 + 1}, ["size"]),
        ({"content_type": "image/jpeg", "size": "9", "name": "a.jpg"}, ["name", "size"]),
    ],
)
def test_leave_for_anything_else_is_refused(
    stack: Address, person: Person, body: dict[str, Any], fields: list[str]
) -> None:
    case = submit(stack, person)
    assert refused(case.act("photos", body), 422) == fields


def test_a_file_that_is_not_what_it_says_is_taken_away(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    html = b"<!DOCTYPE html><script>alert(1)</script>"
    bad, good = leave(case, size=len(html)).body, leave(case).body
    assert upload(bad, html)[0] < 300
    assert upload(good, JPEG)[0] < 300
    (photo,) = wait(lambda: photos(case))
    assert photo["id"] == good["id"]
    listed = stack.client("s3").list_objects_v2(Bucket=stack.outputs["PhotosBucket"], Prefix=f"cases/{case.code}/")
    assert [item["Key"].rpartition("/")[2] for item in listed["Contents"]] == [good["id"]]


def test_a_sixth_photo_is_refused_before_and_after_its_upload(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    granted = [leave(case).body for _ in range(6)]
    for place, one in enumerate(granted[:5]):
        assert upload(one, JPEG)[0] < 300
        wait(lambda place=place: len(photos(case)) == place + 1)  # type: ignore[misc]
    sixth = leave(case)
    assert (sixth.status, sixth.body["type"]) == (409, "/problems/conflict")
    assert upload(granted[5], JPEG)[0] < 300
    gone = stack.client("s3").get_waiter("object_not_exists")
    key = granted[5]["fields"]["key"]
    gone.wait(Bucket=stack.outputs["PhotosBucket"], Key=key, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert len(photos(case)) == 5


def test_nobody_else_and_no_ended_case_gets_leave(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    body = {"content_type": "image/jpeg", "size": 9}
    stranger = sign_in(stack)
    path = f"/v1/feedback/{case.code}/photos"
    assert refused(call(stack, "POST", path, body, token=stranger.access_token), 404) == []
    assert call(stack, "POST", path, body).status == 401
    case.act("withdraw")
    assert refused(leave(case), 409) == []


def test_the_agency_s_evidence_stands_with_its_answer(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    picture = case.work("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    paper = case.work("photos", {"content_type": "application/pdf", "size": len(PDF)}).body
    assert upload(picture, JPEG)[0] < 300
    assert upload(paper, PDF)[0] < 300
    answer = {
        "outcome": "scheduled", "result": RESULT, "next_step": "Thảm lại cả đoạn đường.", "scheduled_for": "2099-07-01",
        "photos": [picture["id"]],
        "documents": [{"number": "12/UBND", "date": "2025-05-24", "signer": "Phó Chủ tịch", "file": paper["id"]}],
    }  # fmt: skip
    done = wait(lambda: it if (it := case.work("answer", answer)).status != 422 else None)
    assert done.status == 200, done
    view = case.view()
    assert view["photos"] == []
    assert (view["status"], view["status_text"]) == ("answered", "Đã trả lời, hẹn thực hiện trước 01/07/2099")
    (shown,), (document,) = view["answer"]["photos"], view["answer"]["documents"]
    assert read(shown["url"]) == ("image/jpeg", JPEG)
    assert read(document["url"]) == ("application/pdf", PDF)
    assert (document["number"], document["signer"], view["answer"]["scheduled_for"]) == (
        "12/UBND",
        "Phó Chủ tịch",
        "2099-07-01",
    )
    assert [it["id"] for it in case.public().body["answer"]["photos"]] == [picture["id"]]


def test_evidence_must_be_this_duty_s_own(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    granted = leave(case).body
    upload(granted, JPEG)
    wait(lambda: photos(case))
    answer = {
        "result": RESULT,
        "photos": [granted["id"], "0" * 16],
        "documents": [{"number": "1", "date": "2025-05-24", "signer": "A", "file": "0" * 16}],
    }
    assert refused(case.work("answer", answer), 422) == ["photos.0", "photos.1", "documents.0.file"]


def test_the_receiver_of_an_offer_uploads_nothing_yet(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("hand_over", {"agency": "so-gtvt", "reason": REASON})
    asked = case.work("photos", {"content_type": "image/jpeg", "size": 9}, assignment=2)
    assert (asked.status, asked.body["next_actions"]) == (409, ["accept", "give_back"])
