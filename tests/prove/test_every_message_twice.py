"""Proof (a): 8 clients make 200 changes, every message comes again and again; nothing is lost, nothing is twice.

Each message is published again the moment it is seen, while its consumers are at it, and twice more in random order at the end.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

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


@contextmanager
def echo(tap: Tap) -> Iterator[None]:
    """Meanwhile each event is published again as soon as it is seen, three times at once."""
    over, known = Event(), Counter[str]()

    def repeat() -> None:
        with ThreadPoolExecutor(3) as pool:
            while not over.wait(0.02):
                for message in tap.messages()[known.total() :]:
                    known[json.loads(message["Body"])["id"]] += 1
                    if known[json.loads(message["Body"])["id"]] == 1:
                        list(pool.map(tap.publish_again, [message] * 3))

    with ThreadPoolExecutor(1) as thread:
        repeating = thread.submit(repeat)
        try:
            yield
        finally:
            over.set()
            repeating.result()


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
        with echo(tap), ThreadPoolExecutor(CLIENTS) as pool:
            codes = [code for made in pool.map(lambda person: client(stack, person), people) for code in made]
        all_again(tap, random.Random(200))
        still(stack, seconds=300)
        books = Ledger(stack, codes)
        first = books.audit()
        all_again(tap, random.Random(201))
        still(stack, seconds=300)
        audit, published = books.audit(), tap.events()
    assert audit == first
    assert audit.clean, audit
    assert (audit.entries, set(published)) == (CHANGES, {entry.event for entry in books.entries()})
    proven("a", f"{CLIENTS} clients, {audit}; each event published {published.total() // CHANGES} times")
