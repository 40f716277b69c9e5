"""Proof (a): 8 clients make 200 changes, every message is published again in random order; nothing is lost, nothing is twice."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.address import Address
from tests.stack.ledger import Ledger, Tap, still, tapped
from tests.stack.matters import REASON, RESULT, assigned
from tests.stack.people import Answer, Person, sign_in

CLIENTS = 8
CHANGES = 200
Proven = Callable[[str, str], None]


def done(answer: Answer) -> None:
    assert answer.status == 200, answer


def judged_twice(stack: Address, person: Person) -> str:
    """Ten changes: submit, assign, accept, ask, reply, answer, rate, accept, answer, rate."""
    case = assigned(stack, person)
    done(case.work("accept"))
    done(case.work("ask", {"question": "Xin cho biết ổ gà ở phía nào của cổng trường?"}))
    done(case.act("reply", {"text": "Phía bên phải, sát vạch sang đường."}))
    done(case.work("answer", {"result": RESULT}))
    done(case.act("rate", {"rating": "unsatisfied", "reason": "Ổ gà vẫn còn nguyên."}))
    done(case.work("accept", assignment=2))
    done(case.work("answer", {"result": RESULT}, assignment=2))
    done(case.act("rate", {"rating": "satisfied"}))
    return case.code


def given_back(stack: Address, person: Person) -> str:
    """Three changes: submit, assign, give back. It waits in the centre's queue, whatever comes again."""
    case = assigned(stack, person)
    done(case.work("give_back", {"reason": REASON}))
    return case.code


def client(stack: Address, person: Person) -> list[str]:
    """Twenty-five changes of four cases."""
    lives = (judged_twice, given_back, judged_twice, lambda *both: assigned(*both).code)
    return [life(stack, person) for life in lives]


def all_again(tap: Tap, chance: random.Random) -> int:
    """Publish every message once more, in random order, eight at a time."""
    messages = tap.messages()
    chance.shuffle(messages)
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(tap.publish_again, messages))
    return len(messages)


def guarded(stack: Address) -> bool:
    """Whether both topics say themselves who may publish."""
    topics = [arn["TopicArn"] for arn in stack.client("sns").list_topics()["Topics"]]
    policies = [stack.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] for arn in topics]
    return len(topics) == 2 and all(json.loads(policy)["Statement"][0]["Sid"] == "OurRoles" for policy in policies)


def test_of_200_changes_by_8_clients_nothing_is_lost_or_twice_though_every_message_comes_again(
    stack: Address, proven: Proven
) -> None:
    assert guarded(stack)
    people = [sign_in(stack) for _ in range(CLIENTS)]
    with tapped(stack) as tap:
        with ThreadPoolExecutor(CLIENTS) as pool:
            codes = [code for made in pool.map(lambda person: client(stack, person), people) for code in made]
        # Without waiting for the consumers: some messages come again while the first is still being handled.
        again = all_again(tap, random.Random(200))
        still(stack, seconds=300)
        books = Ledger(stack, codes)
        first = books.audit()
        again += all_again(tap, random.Random(201))
        still(stack, seconds=300)
        audit, published = books.audit(), tap.events()
    assert audit == first
    assert audit.clean, audit
    assert (audit.entries, set(published)) == (CHANGES, {entry.event for entry in books.entries()})
    proven("a", f"{CLIENTS} clients, {audit}; {again} messages published again in random order changed nothing")
