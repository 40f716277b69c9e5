"""Who hears of a case beside its holder and its reporter, on the deployed stack: heads, watchers, the duty roster, followers."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.core.text import fits_one_segment
from chalicelib.directory.catalogue import agencies_on, areas_on
from chalicelib.directory.model import Officer, OfficerRole
from chalicelib.directory.watching import Watching, watches_on
from infra.seed import rows
from tests.address import Address
from tests.stack.matters import RESULT, dispatcher
from tests.stack.people import call, sign_in, texts
from tests.stack.test_approval import Duty
from tests.stack.told import LINK, Matter, all_texts, mails, run, schedule, submit, wait

DAY = date(2024, 1, 1)
WATCHING = Watching(agencies_on(rows.agencies(), DAY), areas_on(rows.areas(), DAY), watches_on(rows.watches(), DAY))
GROUPS = {category.code: category.group for category in rows.categories()}
PEOPLE = {row.code: row.officers for row in rows.officers()}


def officers(agency: str, *roles: OfficerRole) -> list[Officer]:
    return [officer for officer in PEOPLE[agency] if officer.role in roles]


def watcher(matter: Matter, category: str) -> str:
    found = WATCHING.watcher(matter.agency, GROUPS[category])
    assert found
    return found.code


def later(matter: Matter, **span: float) -> Any:
    """A pass of the watch at that time after the assignment of the case."""
    assigned = matter.case()["history"][1]
    at = datetime.fromisoformat(assigned["at"].replace("Z", "+00:00")) + timedelta(**span)
    return run(matter.stack, "Watch", schedule(at))


def told_by_sms(matter: Matter, words: str) -> set[str]:
    """The numbers that got an SMS about the case with these words."""
    found = [text for text in all_texts(matter.stack, matter.code) if words in text["Message"]]
    assert all(fits_one_segment(text["Message"]) for text in found)
    return {text["PhoneNumber"] for text in found}


def test_an_answer_that_waits_for_approval_goes_to_the_head_alone_with_a_link_of_the_heads_own(stack: Address) -> None:
    duty = Duty.of(stack, "in progress, needs approval")
    code = duty.case.code
    assert duty.act("officer", "submit_approval", {"result": RESULT}).status == 200
    letters = wait(lambda: [letter for letter in mails(stack, code) if "trình ký trả lời" in letter["Subject"]])
    (letter,) = letters
    (head,) = officers(duty.case.agency, OfficerRole.HEAD)
    assert letter["To"] == [head.email]
    assert RESULT in letter["BodyText"]
    (link,) = set(LINK.findall(letter["BodyText"]))
    assert link.rpartition("/")[2] == duty.link("head")
    assert "1h-" in link
    others = [letter["BodyText"] for letter in mails(stack, code) if letter["To"] != [head.email]]
    assert not any(duty.link("head") in body for body in others)


def test_an_urgent_case_climbs_until_somebody_accepts(stack: Address) -> None:
    matter = submit(stack)
    matter.settled(2, 7)
    above = watcher(matter, "sat_lo")
    later(matter, minutes=31)
    wait(lambda: told_by_sms(matter, "CHUA AI NHAN"))
    assert told_by_sms(matter, "CHUA AI NHAN") == {
        officer.phone for officer in officers(matter.agency, OfficerRole.HEAD)
    }
    later(matter, minutes=61)
    expected = {officer.phone for officer in officers(above, OfficerRole.FOCAL, OfficerRole.DEPUTY)}
    wait(lambda: told_by_sms(matter, "CHUA NHAN") >= expected)
    assert told_by_sms(matter, "CHUA NHAN") == expected
    link = LINK.findall(mails(stack, matter.code)[0]["BodyText"])[0].rpartition("/")[2]
    matter.by_link(link, "accept", {})
    wait(lambda: any(row["sk"].startswith("seen#") for row in matter.rows(5)))
    before = matter.counts()
    later(matter, minutes=91)
    assert [entry["action"] for entry in matter.case()["history"]][-1] == "accept"
    assert matter.counts() == before


def test_a_breach_is_told_to_the_head_and_to_who_watches_and_later_to_the_leaders(stack: Address) -> None:
    matter = submit(stack, "duong_sa")
    matter.settled(2, 5)
    above = watcher(matter, "duong_sa")
    deadline = datetime.fromisoformat(matter.case()["deadline"].replace("Z", "+00:00"))
    run(stack, "Watch", schedule(deadline + timedelta(minutes=10)))
    head = officers(matter.agency, OfficerRole.HEAD)[0]
    watching = {officer.email for officer in officers(above, OfficerRole.FOCAL, OfficerRole.DEPUTY)}

    def addresses(subject: str) -> set[str]:
        return {letter["To"][0] for letter in mails(stack, matter.code) if letter["Subject"].startswith(subject)}

    wait(lambda: addresses("[YenBai-S] QUÁ HẠN") >= {head.email} | watching)
    told = [letter for letter in mails(stack, matter.code) if letter["To"][0] in watching]
    assert told
    assert not any(LINK.search(letter["BodyHtml"]) for letter in told)
    assert not any(matter.person.phone in letter["BodyText"] for letter in told)
    run(stack, "Watch", schedule(deadline + timedelta(days=9)))
    leaders = {post.agency for roster in rows.rosters() if roster.code == "leaders" for post in roster.posts}
    expected = {officers(agency, OfficerRole.HEAD)[0].email for agency in leaders}
    wait(lambda: addresses("[YenBai-S] Quá hạn kéo dài") >= expected)


def test_who_follows_a_case_hears_its_answer_once(stack: Address) -> None:
    matter = submit(stack, "duong_sa")
    matter.settled(2, 5)
    follower = sign_in(stack)
    path = f"/v1/feedback/{matter.code}/follow"
    assert call(stack, "POST", path, {}, token=follower.access_token).status == 200
    link = LINK.findall(mails(stack, matter.code)[0]["BodyText"])[0].rpartition("/")[2]
    matter.by_link(link, "accept", {})
    matter.by_link(link, "answer", {"result": RESULT})
    matter.settled(4, 2)
    (text,) = [text for text in texts(stack, follower.phone) if matter.code in text]
    assert "Ong/Ba theo doi da co ket qua tra loi" in text
    inbox = call(stack, "GET", "/v1/inbox", token=follower.access_token).body["items"]
    assert [item["kind"] for item in inbox] == ["feedback_answered_followed"]


def everywhere(stack: Address, *words: str) -> list[str]:
    """The rows of the table of notices in which one of the words stands, in keys or in values."""
    pages = (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=stack.outputs["NoticesTable"], ConsistentRead=True)
    )
    found = [json.dumps(item, ensure_ascii=False) for page in pages for item in page["Items"]]
    return [row for row in found if any(word in row for word in words)]


def test_of_a_sealed_case_no_notice_no_line_and_no_mark_points_to_the_person(stack: Address) -> None:
    matter = submit(stack, "duong_sa", channels={"sms": False, "email": False})
    matter.settled(2, 4)
    account = call(stack, "GET", "/v1/me", token=matter.person.access_token).body["id"]
    wait(lambda: any(row["sk"] == "seen#citizens" for row in matter.rows(2)))
    assert everywhere(stack, account)
    old = matter.event("FeedbackAssigned", 2)
    answer = call(
        stack, "POST", f"/v1/centre/feedback/{matter.code}/seal", {"reason": "Đơn tố cáo, chuyển thanh tra."},
        token=dispatcher(stack), Idempotency_Key=secrets.token_hex(8),
    )  # fmt: skip
    assert answer.status == 200, answer
    wait(lambda: not everywhere(stack, account))
    # What comes late, or is overtaken, finds the case sealed; and so does a second look.
    seal = old | {"type": "FeedbackSealed", "seq": 3, "id": f"{matter.code}#3", "agency": "", "assignment": 0}
    seal["at"] = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    for function, event in (("TellCitizens", old), ("TellAgencies", old), ("TellCitizens", seal)):
        record = {
            "messageId": "m", "receiptHandle": "r", "body": json.dumps(event), "attributes": {}, "messageAttributes": {},
            "eventSource": "aws:sqs", "eventSourceARN": "arn", "awsRegion": "ap-southeast-1",
        }  # fmt: skip
        assert run(stack, function, {"Records": [record]}) == {"batchItemFailures": []}
    assert not everywhere(stack, account)
    left = {json.loads(row)["sk"]["S"] for row in everywhere(stack, matter.code)}
    assert left <= {"seen#citizens"}, "only that the seal was seen"
