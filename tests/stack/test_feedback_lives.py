"""A golden life for every path of the state table, over HTTP, on the deployed stack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.address import Address
from tests.stack.matters import (
    COMMITTEE,
    OTHER_AGENCY,
    REASON,
    RESULT,
    TEXT,
    Case,
    answered,
    assigned,
    submit,
    sweep,
    wait,
)
from tests.stack.people import Person, call, sign_in
from tests.stack.shelf import Shelf

UNSATISFIED = {"rating": "unsatisfied", "reason": "Ổ gà vẫn còn nguyên, chưa ai đến."}


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """The reporter of all these cases."""
    return sign_in(stack)


def actions(view: Any) -> list[str]:
    return [line["action"] for line in view["history"]]


def deadline(view: Any) -> datetime:
    return datetime.fromisoformat(view["deadline"])


def test_submitted_routed_accepted_answered_satisfied_closed(stack: Address, person: Person) -> None:
    case = submit(stack, person)
    view = case.until("assigned")
    assert view["agency"] == {"code": COMMITTEE, "name": view["agency"]["name"]}
    assert (view["area"], view["publication"], view["text"]) == ("04252", "public", TEXT)
    assert view["next_actions"] == ["withdraw"]

    seen = case.opened()
    assert seen.body["next_actions"] == ["accept", "give_back", "answer", "hand_over"]
    assert seen.body["text"] == TEXT
    taken = case.work("accept")
    assert (taken.body["status"], taken.body["next_actions"]) == (
        "in_progress",
        ["answer", "ask", "hand_over", "extend"],
    )
    assert deadline(taken.body) == deadline(view)

    done = case.work("answer", {"result": RESULT, "next_step": "Theo dõi thêm một tuần."})
    assert (done.status, done.body["status"]) == (200, "answered")
    view = case.view()
    assert (view["answer"]["result"], view["answer"]["outcome"]) == (RESULT, "resolved")
    assert view["next_actions"] == ["rate"]

    closed = case.act("rate", {"rating": "satisfied"}).body
    assert (closed["status"], closed["rating"], closed["next_actions"]) == ("closed", "satisfied", [])
    assert actions(closed) == ["submit", "assign", "accept", "answer", "rate"]
    assert case.opened().status == 410
    assert case.public().body["rating"] == "satisfied"


def test_an_acceptable_answer_closes_the_case_too(stack: Address, person: Person) -> None:
    case = answered(stack, person)
    assert case.act("rate", {"rating": "acceptable", "reason": "Được"}).body["status"] == "closed"


def test_unsatisfied_reopens_twice_with_a_shorter_deadline_and_the_third_time_closes(
    stack: Address, person: Person
) -> None:
    case = answered(stack, person)
    first = deadline(case.view())
    for reopening in (1, 2):
        again = case.act("rate", UNSATISFIED).body
        assert (again["status"], again["rating"]) == ("assigned", "unsatisfied")
        assert deadline(again) < first
        assert again["history"][-1]["text"] == UNSATISFIED["reason"]
        assert case.opened(reopening).status == 410
        assert case.work("answer", {"result": f"Lần {reopening}. {RESULT}"}, assignment=reopening + 1).status == 200
    closed = case.act("rate", UNSATISFIED).body
    assert (closed["status"], closed["rating"], closed["next_actions"]) == ("closed", "unsatisfied", [])
    told = [line["text"] for line in closed["history"] if line["action"] == "answer"]
    assert told == [RESULT, f"Lần 1. {RESULT}", f"Lần 2. {RESULT}"]


def test_the_agency_asks_and_the_reporter_replies(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    asked = case.work("ask", {"question": "Xin cho biết ổ gà ở phía nào?"})
    assert (asked.body["status"], asked.body["next_actions"]) == ("waiting", ["answer"])
    view = case.view()
    assert (view["next_actions"], view["history"][-1]["text"]) == (["reply"], "Xin cho biết ổ gà ở phía nào?")
    assert datetime.fromisoformat(view["answer_by"]) > datetime.now(UTC)
    replied = case.act("reply", {"text": "Ở làn bên phải, ngay cổng."}).body
    assert (replied["status"], "answer_by" in replied) == ("in_progress", False)
    assert case.opened().body["history"][-1]["text"] == "Ở làn bên phải, ngay cổng."
    public = case.public().body
    assert all("text" not in line for line in public["history"] if line["action"] in ("ask", "reply"))


def test_a_question_without_reply_times_out_and_the_deadline_has_moved(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    before = deadline(case.work("ask", {"question": "Xin cho biết ổ gà ở phía nào?"}).body)
    sweep(stack, days=1)
    assert case.view()["status"] == "waiting"
    assert sweep(stack, days=20)["timed_out"] >= 1
    view = case.view()
    assert (view["status"], actions(view)[-1], view["history"][-1]["by"]) == ("in_progress", "time_out", "Hệ thống")
    assert deadline(view) > before
    length = len(view["history"])
    sweep(stack, days=20)
    assert len(case.view()["history"]) == length
    assert case.work("answer", {"result": RESULT}).status == 200


def test_an_answer_may_come_while_the_reporter_is_asked(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    case.work("ask", {"question": "Xin cho biết ổ gà ở phía nào?"})
    assert case.work("answer", {"result": RESULT}).body["status"] == "answered"


def test_an_answer_nobody_rates_closes_after_seven_days(stack: Address, person: Person) -> None:
    case = answered(stack, person)
    sweep(stack, days=6)
    assert case.view()["status"] == "answered"
    assert sweep(stack, days=8)["closed"] >= 1
    view = case.view()
    assert (view["status"], actions(view)[-1], "rating" in view) == ("closed", "close", False)
    assert case.act("rate", {"rating": "satisfied"}).status == 409


def test_handed_over_and_accepted_there(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    offered = case.work("hand_over", {"agency": OTHER_AGENCY, "reason": REASON})
    assert (offered.body["agency"]["code"], offered.body["status"]) == (COMMITTEE, "in_progress")
    receiver = case.opened(2).body
    assert (receiver["next_actions"], receiver["agency"]["code"]) == (["accept", "give_back"], COMMITTEE)
    assert case.work("answer", {"result": RESULT}, assignment=2).status == 409
    taken = case.work("accept", assignment=2).body
    assert (taken["agency"]["code"], taken["status"]) == (OTHER_AGENCY, "in_progress")
    assert case.opened(1).status == 410
    assert case.work("answer", {"result": RESULT}, assignment=2).body["status"] == "answered"
    assert [line["text"] for line in case.public().body["history"] if line["action"] == "hand_over"] == [REASON]


def test_handed_over_and_returned_to_its_sender(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("hand_over", {"agency": OTHER_AGENCY, "reason": REASON})
    assert case.work("hand_over", {"agency": "ubnd-132", "reason": REASON}).status == 409
    returned = case.work("give_back", {"reason": REASON}, assignment=2)
    assert (returned.status, returned.body["next_actions"]) == (200, [])
    assert case.opened(2).status == 410
    assert case.view()["agency"]["code"] == COMMITTEE
    assert case.work("accept").body["status"] == "in_progress"


def test_given_back_waits_for_the_centre_which_assigns_it_anew(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    back = case.work("give_back", {"reason": REASON})
    assert (back.body["status"], back.body["next_actions"]) == ("received", [])
    assert case.opened().status == 410
    assert case.centre("assign", {"agency": OTHER_AGENCY, "note": "Đường tỉnh 163"}).body["status"] == "assigned"
    assert case.opened(2).body["agency"]["code"] == OTHER_AGENCY
    case.work("give_back", {"reason": REASON}, assignment=2)
    assert case.centre("assign", {"agency": COMMITTEE}).status == 200
    third = case.work("give_back", {"reason": REASON}, assignment=3)
    assert (third.status, "give_back" in third.body["next_actions"]) == (409, False)
    assert case.work("accept", assignment=3).body["status"] == "in_progress"


def test_an_extension_is_asked_for_once_and_recorded(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    before = deadline(case.work("accept").body)
    until = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    asked = case.work("extend", {"until": until, "reason": REASON})
    assert (asked.status, deadline(asked.body)) == (200, before)
    assert case.work("extend", {"until": until, "reason": REASON}).status == 409
    assert actions(case.view())[-1] == "extend"
    assert "extend" not in actions(case.public().body)


@pytest.mark.parametrize("agency_has_it", [False, True])
def test_the_reporter_withdraws(stack: Address, person: Person, agency_has_it: bool) -> None:
    case = (
        assigned(stack, person) if agency_has_it else submit(stack, person, category="duong_sa", visibility="private")
    )
    if agency_has_it:
        case.link()  # a notice that has not gone out by the withdrawal never does
    gone = case.act("withdraw", {"reason": "Đã tự xử lý xong."})
    assert (gone.status, gone.body["status"], gone.body["next_actions"]) == (200, "withdrawn", [])
    assert gone.body["text"] == TEXT
    assert case.public().status == 404
    if agency_has_it:
        assert case.opened().status == 410


def test_what_is_in_progress_cannot_be_withdrawn(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.work("accept")
    refused = case.act("withdraw")
    assert (refused.status, refused.body["next_actions"]) == (409, [])
    assert refused.body["type"] == "/problems/not-possible-now"


# Where no rule finds an agency the centre has it.


def unroutable(stack: Address, person: Person, **changes: Any) -> Case:
    """A case in the centre's queue: no agency handles general suggestions by rule."""
    case = submit(stack, person, category="gop_y", **changes)
    case.until_queued()
    return case


@pytest.fixture
def queued(stack: Address, person: Person) -> Case:
    """A case in the centre's queue, public once it was published."""
    case = unroutable(stack, person)
    if case.view()["publication"] == "pending":
        case.centre("publish")
    return case


def test_what_no_rule_routes_is_the_centre_s_and_never_nowhere(stack: Address, person: Person) -> None:
    case = unroutable(stack, person)
    view = case.view()
    assert (view["status"], view["next_actions"], view["agency"]) == ("received", ["withdraw"], None)
    sweep(stack, minutes=30)
    assert case.view()["history"] == view["history"]
    assert case.centre("assign", {"agency": COMMITTEE}).body["agency"]["code"] == COMMITTEE
    assert case.work("accept").body["status"] == "in_progress"


REASONS = ["complaint", "denunciation", "crime_report", "admin_rule", "court", "out_of_scope", "no_content", "abuse"]


def test_the_centre_refuses_with_every_reason_and_says_where_to_go_instead(stack: Address, person: Person) -> None:
    doors = set()
    for reason in REASONS:
        case = unroutable(stack, person, visibility="private")
        refused = case.centre("refuse", {"reason_code": reason, "note": "Xin xem hướng dẫn."})
        assert (refused.status, refused.body["status"]) == (200, "refused")
        view = case.view()
        assert (view["refusal"], view["next_actions"]) == (reason, ["appeal"])
        assert view["history"][-1]["text"] == "Xin xem hướng dẫn."
        doors.add(view["refusal_text"])
    assert len(doors) == len(REASONS)


def test_a_refusal_is_appealed_once_and_the_words_are_kept(queued: Case) -> None:
    assert queued.centre("refuse", {"reason_code": "out_of_scope"}).status == 200
    assert queued.public().status == 404
    again = queued.act("appeal", {"reason": "Đường này do xã quản lý, xin xem lại."})
    assert (again.body["status"], again.body["text"]) == ("received", TEXT)
    assert queued.centre("refuse", {"reason_code": "no_content"}).status == 200
    second = queued.act("appeal", {"reason": "Đường này do xã quản lý, xin xem lại."})
    assert (second.status, second.body["next_actions"]) == (409, [])


def test_an_appealed_case_is_assigned_by_the_centre_alone(stack: Address, queued: Case) -> None:
    queued.centre("refuse", {"reason_code": "out_of_scope"})
    queued.act("appeal", {"reason": "Đường này do xã quản lý, xin xem lại."})
    sweep(stack, minutes=30)
    assert queued.view()["status"] == "received"
    assert queued.centre("assign", {"agency": COMMITTEE}).body["status"] == "assigned"
    assert queued.work("answer", {"result": RESULT}).status == 200


def test_a_merged_case_s_reporter_hears_the_answer_of_the_main_case(stack: Address, person: Person) -> None:
    main, neighbour = assigned(stack, person), sign_in(stack)
    case = assigned(stack, neighbour)
    assert case.work("accept").status == 200
    merged = case.centre("merge", {"into": main.code, "reason": REASON})
    assert (merged.status, merged.body["status"]) == (200, "duplicate")
    assert case.opened().status == 410
    view = case.view()
    assert (view["merged_into"], view["next_actions"], actions(view)[-1]) == (main.code, [], "merge")

    def heard() -> list[tuple[str, str]]:
        inbox = call(stack, "GET", "/v1/inbox", token=neighbour.access_token).body["items"]
        return [(line["kind"], line.get("code", "")) for line in inbox]

    wait(lambda: ("feedback_merged", case.code) in heard())
    # Followers move by the event of the merge; whoever follows reads the main case as the public does.
    wait(lambda: followers(stack, main))
    assert main.work("answer", {"result": RESULT}).status == 200
    wait(lambda: ("feedback_answered_followed", main.code) in heard())
    assert main.public().body["answer"]["result"] == RESULT
    assert ("feedback_answered", main.code) not in heard()


def followers(stack: Address, case: Case) -> list[Any]:
    return list(Shelf(stack).kept(f"followers#{case.code}"))
