"""Notices on the deployed stack: what agencies and citizens get, once, and what the inbox says."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from chalicelib.core.text import fits_one_segment
from infra.seed import rows
from tests.address import Address
from tests.stack.logbook import log_lines
from tests.stack.people import call, refused, sign_in, texts
from tests.stack.told import (
    LINK,
    Matter,
    all_texts,
    empty,
    function_name,
    mails,
    put_back,
    run,
    schedule,
    submit,
    wait,
)


@pytest.fixture(scope="module")
def matter(stack: Address) -> Matter:
    """An urgent case whose first notices have all gone out."""
    made = submit(stack)
    made.settled(1, 1)
    made.settled(2, 7)
    return made


def test_an_urgent_case_reaches_focal_officer_deputy_and_head_by_e_mail_and_sms(matter: Matter) -> None:
    officers = next(row.officers for row in rows.officers() if row.code == matter.agency)
    letters, sms = mails(matter.stack, matter.code), all_texts(matter.stack, matter.code)
    assert {letter["To"][0] for letter in letters} == {officer.email for officer in officers}
    assert len(letters) == 3
    assert {message["PhoneNumber"] for message in sms} - {matter.person.phone} == {
        officer.phone for officer in officers
    }
    assert all(fits_one_segment(message["Message"]) for message in sms)


def test_the_e_mail_is_html_and_text_with_the_matter_in_it_and_its_markup_harmless(matter: Matter) -> None:
    letter = mails(matter.stack, matter.code)[0]
    for body in (letter["BodyText"], letter["BodyHtml"]):
        assert matter.code in body
        assert "Km 5, trước cổng trường" in body
        assert "Đất đá tràn xuống đường sau mưa" in body
    assert "<script>" not in letter["BodyHtml"]
    assert "&lt;script&gt;" in letter["BodyHtml"]
    assert letter["Subject"].startswith(f"[YenBai-S] KHẨN {matter.code}, hạn ")


def test_the_links_in_e_mail_and_sms_open_the_agencys_page(matter: Matter) -> None:
    letter = mails(matter.stack, matter.code)[0]
    (link,) = set(LINK.findall(letter["BodyHtml"]))
    assert link.startswith(matter.stack.api_url)
    with urlopen(link, timeout=30) as page:
        assert page.status == 200
    officers = [text for text in all_texts(matter.stack, matter.code) if text["PhoneNumber"] != matter.person.phone]
    assert {LINK.findall(text["Message"])[0] for text in officers} == {link}


def test_the_reporter_is_told_of_receipt_with_the_safety_advice_and_of_the_assignment(matter: Matter) -> None:
    received, assigned = texts(matter.stack, matter.person.phone)[-2:]
    first, second = sorted((received, assigned), key=lambda text: "Da nhan" not in text)
    assert f"Da nhan phan anh {matter.code}" in first
    assert "Goi 112" in first
    assert f"Phan anh {matter.code} da chuyen" in second
    link = first.rsplit(" ", 1)[1]
    with urlopen(link, timeout=30) as page:
        assert page.status == 200


def test_one_correlation_id_leads_from_the_request_to_every_notice(matter: Matter) -> None:
    assert {row["cid"] for event in (1, 2) for row in matter.notices(event)} == {matter.request}


def test_the_ledger_says_one_attempt_one_send_and_both_consumers_have_seen_the_event(matter: Matter) -> None:
    assert {(row["attempt"], row["sends"]) for row in matter.notices(2)} == {("1", 1)}
    assert {row["sk"] for row in matter.rows(2) if row["sk"].startswith("seen#")} == {"seen#agencies", "seen#citizens"}
    assert all("due_at" not in row or row["due_at"] is None for row in matter.notices(2))


def test_rows_and_queues_hold_no_personal_data(matter: Matter) -> None:
    with urlopen(f"{matter.stack.emulator_url}/_ministack/sqs/messages", timeout=30) as answer:
        queued = answer.read().decode()
    stored = json.dumps([*matter.rows(1), *matter.rows(2)], ensure_ascii=False)
    for secret in (matter.person.phone, ".example", "Đất đá", "Km 5", "+8495"):
        assert secret not in stored
        assert secret not in queued


def test_logs_name_outcomes_and_nobody(matter: Matter) -> None:
    lines = ""
    for function in ("TellAgencies", "TellCitizens"):
        lines += "\n".join(log_lines(matter.stack, f"/aws/lambda/{function_name(matter.stack, function)}"))
    assert '"outcome":"NoticeSent"' in lines
    assert f'"correlation_id":"{matter.request}"' in lines
    assert '"NoticeSent":' in lines
    for secret in (matter.person.phone, "+8495", ".example", "Đất đá", "Km 5", "/a/"):
        assert secret not in lines


def test_a_message_delivered_twenty_times_at_once_sends_nothing_again(matter: Matter) -> None:
    before, client = matter.counts(), matter.stack.client("sqs")
    body = json.dumps(matter.event("FeedbackAssigned", 2))
    with ThreadPoolExecutor(10) as senders:
        for queue in ("AgencyNoticesQueue", "CitizenNoticesQueue"):
            list(
                senders.map(
                    lambda _, url=matter.stack.outputs[queue]: client.send_message(QueueUrl=url, MessageBody=body),
                    range(20),
                )
            )
    wait(lambda: empty(matter.stack, "AgencyNoticesQueue") and empty(matter.stack, "CitizenNoticesQueue"), 60)
    assert matter.counts() == before
    assert {row["sends"] for row in matter.notices(2)} == {1}


def test_ten_consumers_handed_one_new_event_at_once_send_it_once(stack: Address) -> None:
    matter = submit(stack, "pccc")
    matter.settled(2, 7)
    before = matter.counts()
    # The same assignment under an event number that was never told: planned, recorded and sent by whoever is first.
    record = {
        "messageId": "m", "receiptHandle": "r", "body": json.dumps(matter.event("FeedbackAssigned", 90)), "attributes": {},
        "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn", "awsRegion": "ap-southeast-1",
    }  # fmt: skip
    with ThreadPoolExecutor(10) as workers:
        answers = list(workers.map(lambda _: run(stack, "TellAgencies", {"Records": [record]}), range(10)))
    assert {json.dumps(answer) for answer in answers} == {'{"batchItemFailures": []}'}
    after = matter.counts()
    assert (after[0] - before[0], after[1] - before[1]) == (3, 3)
    assert {(row["state"], row["attempt"], row["sends"]) for row in matter.notices(90)} == {("sent", "1", 1)}


def test_a_poisonous_message_is_reported_alone(matter: Matter) -> None:
    good = json.dumps(matter.event("FeedbackAssigned", 2))
    bodies = {"a": good, "b": "{not json", "c": good.replace('"v": 1', '"v": 9'), "d": good}
    records = [
        {"messageId": name, "receiptHandle": name, "body": body, "attributes": {}, "messageAttributes": {},
         "eventSource": "aws:sqs", "eventSourceARN": "arn", "awsRegion": "ap-southeast-1"}
        for name, body in bodies.items()
    ]  # fmt: skip
    answer = run(matter.stack, "TellAgencies", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "c"}]}


def test_what_was_recorded_and_never_sent_is_sent_once_by_overlapping_sweeps(matter: Matter) -> None:
    before = matter.counts()
    for row in matter.notices(2):
        put_back(matter, row)
    with ThreadPoolExecutor(5) as sweeps:
        list(sweeps.map(lambda _: run(matter.stack, "Resend", schedule()), range(5)))
    run(matter.stack, "Resend", schedule())
    after = matter.counts()
    assert (after[0] - before[0], after[1] - before[1]) == (3, 4)
    assert {(row["state"], row["attempt"], row["sends"]) for row in matter.notices(2)} == {("sent", "1", 1)}


def test_a_notice_whose_assignment_is_over_when_its_time_comes_is_not_sent(matter: Matter) -> None:
    before = matter.counts()
    row = next(row for row in matter.notices(2) if row["channel"] == "sms" and "focal" in row["sk"])
    put_back(matter, row, assignment=9)
    run(matter.stack, "Resend", schedule())
    assert matter.counts() == before
    assert next(found for found in matter.notices(2) if found["sk"] == row["sk"])["state"] == "obsolete"
    put_back(matter, row)
    run(matter.stack, "Resend", schedule())
    matter.settled(2, 7)


def test_the_sweep_of_cases_repeats_an_event_that_was_not_seen_and_nothing_goes_out_twice(matter: Matter) -> None:
    before = matter.counts()
    for consumer in ("agencies", "citizens"):
        matter.stack.client("dynamodb").delete_item(
            TableName=matter.stack.outputs["NoticesTable"],
            Key={"pk": {"S": f"event#{matter.code}#2"}, "sk": {"S": f"seen#{consumer}"}},
        )
    later = datetime.now(UTC) + timedelta(minutes=10)
    wait(lambda: run(matter.stack, "Sweep", schedule(later))["replayed"] >= 1)
    wait(lambda: sum(row["sk"].startswith("seen#") for row in matter.rows(2)) == 2)
    assert matter.counts() == before


def test_an_sms_in_a_persons_quiet_hours_waits_for_their_end(stack: Address) -> None:
    now = datetime.now(UTC) + timedelta(hours=7)
    hours = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=2):%H:%M}"}
    matter = submit(stack, "chieu_sang_cay_xanh", quiet_hours=hours)
    matter.settled(1, 1)
    waiting = wait(
        lambda: [row for row in matter.notices(2) if "citizen" in row["sk"] and row.get("reason") == "quiet_hours"]
    )
    assert [row["state"] for row in waiting] == ["recorded"]
    assert [text for text in texts(stack, matter.person.phone) if matter.code in text and "da chuyen" in text] == []
    run(stack, "Resend", schedule())
    assert [row["state"] for row in matter.notices(2) if "citizen" in row["sk"]] == ["recorded"]


def test_who_chose_e_mail_is_written_to_and_not_texted(stack: Address) -> None:
    address = f"ba.mau.{secrets.token_hex(4)}@nha.example"
    matter = submit(stack, email=address, channels={"sms": False, "email": True}, language="en")
    matter.settled(2, 7)
    own = [letter for letter in mails(stack, matter.code) if letter["To"] == [address]]
    assert sorted(letter["Subject"] for letter in own) == [
        f"[YenBai-S] Feedback {matter.code} received", f"[YenBai-S] Feedback {matter.code} was assigned"
    ]  # fmt: skip
    assert [text for text in texts(stack, matter.person.phone) if matter.code in text] == []


def inbox(matter: Matter, query: str = "", language: str = "vi") -> Any:
    answer = call(matter.stack, "GET", f"/v1/inbox{query}", token=matter.person.access_token, Accept_Language=language)
    assert answer.status == 200, answer
    return answer.body


def test_the_inbox_tells_the_story_newest_first_in_the_readers_language(matter: Matter) -> None:
    page = wait(lambda: found if len((found := inbox(matter))["items"]) >= 2 else None)
    assert [item["kind"] for item in page["items"]] == ["feedback_assigned", "feedback_submitted"]
    newest = page["items"][0]
    assert newest.keys() == {"id", "at", "kind", "title", "text", "read", "code"}
    assert newest["read"] is False
    assert newest["code"] == matter.code
    assert f"Phản ánh {matter.code} đã được giao" in newest["text"]
    assert f"Your feedback {matter.code} was assigned to" in inbox(matter, language="en")["items"][0]["text"]


def test_the_inbox_is_read_page_by_page(matter: Matter) -> None:
    first = inbox(matter, "?limit=1")
    second = inbox(matter, f"?limit=1&cursor={first['next_cursor']}")
    assert [item["kind"] for item in (*first["items"], *second["items"])] == ["feedback_assigned", "feedback_submitted"]
    assert "next_cursor" not in second


def test_nobody_reads_anothers_inbox(stack: Address, matter: Matter) -> None:
    stranger = Matter(stack, sign_in(stack), "", "")
    assert inbox(stranger) == {"items": []}
    cursor = inbox(matter, "?limit=1")["next_cursor"]
    foreign = call(stack, "GET", f"/v1/inbox?cursor={cursor}", token=stranger.person.access_token)
    assert refused(foreign, 422) == ["cursor"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=51", "limit"),
        ("?limit=x", "limit"),
        ("?cursor=x", "cursor"),
        ("?page=2", "page"),
    ],
)
def test_wrong_queries_are_named(matter: Matter, query: str, field: str) -> None:
    answer = call(matter.stack, "GET", f"/v1/inbox{query}", token=matter.person.access_token)
    assert refused(answer, 422) == [field]


def test_the_inbox_needs_a_sign_in(stack: Address) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{stack.api_url}/v1/inbox", timeout=30)
    assert caught.value.code == 401


def test_the_life_of_a_case_is_told_step_by_step(stack: Address) -> None:
    matter = submit(stack, "pccc")
    matter.settled(2, 7)
    link = LINK.findall(mails(stack, matter.code)[0]["BodyText"])[0].rsplit("/", 1)[1]
    matter.by_link(link, "accept", {})
    matter.by_link(link, "ask", {"question": "Xin cho biết số nhà hoặc vị trí chính xác của đám khói?"})
    matter.settled(4, 1)
    matter.by_reporter("reply", {"text": "Nhà số 14, cạnh trường học, khói từ kho phía sau."})
    matter.settled(5, 3)
    result = "Đội chữa cháy đã đến lúc 9 giờ, dập tắt đám cháy ở kho phía sau nhà số 14, không có người bị thương."
    matter.by_link(link, "answer", {"result": result, "next_step": "Kiểm tra lại hệ thống điện của kho."})
    matter.settled(6, 1)
    reason = "Khói vẫn còn bốc lên từ phía sau kho, chưa ai quay lại kiểm tra."
    matter.by_reporter("rate", {"rating": "unsatisfied", "reason": reason})
    matter.settled(7, 7)
    replied = next(letter for letter in mails(stack, matter.code) if "đã bổ sung" in letter["Subject"])
    assert "Nhà số 14, cạnh trường học" in replied["BodyText"]
    again = next(letter for letter in mails(stack, matter.code) if "xử lý lại" in letter["Subject"])
    assert reason in again["BodyText"]
    new_link = LINK.findall(again["BodyText"])[0]
    assert link not in new_link
    with pytest.raises(HTTPError) as ended:
        urlopen(f"{stack.api_url}/v1/work/{link}", timeout=30)
    assert ended.value.code == 410
    told = [item["kind"].removeprefix("feedback_") for item in inbox(matter)["items"]]
    assert told == ["reopened", "answered", "asked", "accepted", "assigned", "submitted"]
    sent = [text for text in texts(stack, matter.person.phone) if matter.code in text]
    assert len(sent) == 5
    assert all(fits_one_segment(text) for text in sent)
