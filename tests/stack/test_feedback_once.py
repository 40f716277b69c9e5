"""Once and only once: repeated and parallel submissions and actions."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.address import Address
from tests.stack.matters import OTHER_AGENCY, REASON, RESULT, TEXT, Case, answered, assigned, send, submission, submit
from tests.stack.people import Answer, Person, call, refused, sign_in


@pytest.fixture(scope="module")
def person(stack: Address) -> Person:
    """The reporter of all these cases."""
    return sign_in(stack)


def history(case: Case) -> list[str]:
    return [line["action"] for line in case.view()["history"]]


def test_the_same_key_and_body_give_the_same_case_also_later(stack: Address, person: Person) -> None:
    key = secrets.token_hex(8)
    first, again = (send(stack, person, submission(), key) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.body["code"] == again.body["code"]
    assert first.headers["Location"] == f"/v1/feedback/{first.body['code']}"
    case = Case(stack, person, first.body["code"])
    case.until("assigned")
    case.work("answer", {"result": RESULT})
    late = send(stack, person, submission(), key)
    assert (late.status, late.body["status"], late.body["answer"]["result"]) == (201, "answered", RESULT)


@pytest.mark.parametrize("change", [{"text": TEXT + " Gấp!"}, {"visibility": "private"}, {"title": ""}])
def test_the_same_key_with_another_body_is_a_conflict_and_changes_nothing(
    stack: Address, person: Person, change: dict[str, Any]
) -> None:
    key = secrets.token_hex(8)
    first = send(stack, person, submission(), key).body
    other = send(stack, person, submission(**change), key)
    assert refused(other, 409) == []
    kept = Case(stack, person, first["code"]).view()
    assert (kept["text"], kept["title"], kept["publication"]) == (TEXT, "Ổ gà", "public")


def test_the_same_key_of_another_account_is_another_case(stack: Address, person: Person) -> None:
    key, stranger = secrets.token_hex(8), sign_in(stack)
    codes = {send(stack, somebody, submission(), key).body["code"] for somebody in (person, stranger)}
    assert len(codes) == 2


def test_fifty_at_once_make_one_case(stack: Address, person: Person) -> None:
    key, lonely = secrets.token_hex(8), sign_in(stack)

    def patiently(_: int) -> Answer:
        # A busy machine may answer 503, or its gateway 502 or 504; a client then tries again with the same key, as it should.
        answer = send(stack, lonely, submission(), key)
        while answer.status in (502, 503, 504):
            time.sleep(int(answer.headers.get("Retry-After", 2)))
            answer = send(stack, lonely, submission(), key)
        return answer

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(patiently, range(50)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["code"] for answer in answers}) == 1
    listed = call(stack, "GET", "/v1/feedback", token=lonely.access_token).body
    assert len(listed["items"]) == 1
    case = Case(stack, lonely, answers[0].body["code"])
    case.until("assigned")
    assert history(case) == ["submit", "assign"]


def test_a_submission_without_a_key_is_refused(stack: Address, person: Person) -> None:
    assert refused(call(stack, "POST", "/v1/feedback", submission(), token=person.access_token), 422) == [
        "Idempotency-Key"
    ]
    assert refused(send(stack, person, submission(), "short"), 422) == ["Idempotency-Key"]


def test_a_repeated_action_with_its_key_happens_once(stack: Address, person: Person) -> None:
    case = answered(stack, person)
    key = secrets.token_hex(8)
    body = {"rating": "unsatisfied", "reason": "Ổ gà vẫn còn nguyên."}
    first, again = (case.act("rate", body, Idempotency_Key=key) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert history(case).count("rate") == 1
    assert case.act("rate", body, Idempotency_Key=secrets.token_hex(8)).status == 409


def test_a_repeated_action_that_ended_its_link_is_answered_again(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    key = secrets.token_hex(8)
    answers = [case.work("give_back", {"reason": REASON}, Idempotency_Key=key) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert history(case).count("give_back") == 1
    assert case.work("give_back", {"reason": REASON}).status == 410


def at_once(acts: list[Any]) -> list[Answer]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: act(), acts))


def test_of_two_officers_at_once_one_wins(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.link()
    acts = [
        lambda: case.work("answer", {"result": RESULT}),
        lambda: case.work("give_back", {"reason": REASON}),
    ] * 3  # fmt: skip
    statuses = sorted(answer.status for answer in at_once(acts))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 410}
    assert len(history(case)) == 3


def test_of_many_that_accept_at_once_one_does(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.link()
    answers = at_once([lambda: case.work("accept")] * 8)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert all(answer.body["next_actions"] for answer in answers if answer.status == 409)
    assert history(case) == ["submit", "assign", "accept"]


def test_a_reporter_who_withdraws_while_the_agency_accepts_meets_one_outcome(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.link()
    withdrawn, accepted = at_once([lambda: case.act("withdraw"), lambda: case.work("accept")])
    assert sorted((withdrawn.status, accepted.status)) in ([200, 409], [200, 410])
    assert len(history(case)) == 3


def test_rating_twice_at_once_counts_once(stack: Address, person: Person) -> None:
    case = answered(stack, person)
    answers = at_once(
        [lambda: case.act("rate", {"rating": "satisfied"}), lambda: case.act("rate", {"rating": "acceptable"})]
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert history(case).count("rate") == 1


def test_a_second_offer_while_one_waits_is_refused(stack: Address, person: Person) -> None:
    case = assigned(stack, person)
    case.link()
    answers = at_once(
        [
            lambda: case.work("hand_over", {"agency": OTHER_AGENCY, "reason": REASON}),
            lambda: case.work("hand_over", {"agency": "ca-04252", "reason": REASON}),
        ]
    )
    assert sorted(answer.status for answer in answers) == [200, 409]


def test_different_matters_at_once_are_all_kept(stack: Address) -> None:
    busy = sign_in(stack)
    with ThreadPoolExecutor(8) as pool:
        cases = list(pool.map(lambda _: submit(stack, busy).code, range(16)))
    listed = call(stack, "GET", "/v1/feedback?limit=50", token=busy.access_token).body
    assert {item["code"] for item in listed["items"]} == set(cases)
