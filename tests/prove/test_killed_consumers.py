"""Proof (c): a consumer is killed after each of its writes and sends in turn; what was doubtful is resolved, every send counted."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from tests.address import Address
from tests.stack.faults import let_pass, redelivered_after
from tests.stack.ledger import outbox
from tests.stack.line import Line, Verdict, held_line
from tests.stack.told import Matter, function_name, run, schedule, submit, wait

Proven = Callable[[str, str], None]
READS = frozenset({"Query", "GetItem", "BatchGetItem"})
SENDS = frozenset({"SendEmail", "Publish"})
OFFICERS_MESSAGES = 4  # focal officer and deputy, by e-mail and SMS
SPELL = 11  # minutes: longer than the queue has a notice to itself, than a claim lasts, than any pause between attempts


@pytest.fixture(scope="module")
def matter(stack: Address) -> Matter:
    """A case whose own notices have all gone out."""
    made = submit(stack, "chieu_sang_cay_xanh")
    made.settled(1, 1)
    made.settled(2, OFFICERS_MESSAGES + 1)
    return made


@dataclass(frozen=True)
class Delivery:
    """One event that the agency's officers are to hear of, under a number that was never told."""

    matter: Matter
    seq: int

    def hand_over(self) -> bool:
        """Give the message to the consumer; whether it lived."""
        record = {
            "messageId": "m", "receiptHandle": "r", "body": json.dumps(self.matter.event("FeedbackAssigned", self.seq)),
            "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn",
            "awsRegion": self.matter.stack.region,
        }  # fmt: skip
        answer = self.matter.stack.client("lambda").invoke(
            FunctionName=function_name(self.matter.stack, "TellAgencies"), Payload=json.dumps({"Records": [record]})
        )
        return "FunctionError" not in answer

    def rows(self) -> list[dict[str, Any]]:
        return self.matter.notices(self.seq)

    def sweep(self, function: str = "Resend") -> None:
        """Let a spell pass and what is due be sent."""
        let_pass(self.matter.stack, self.rows(), SPELL)
        run(self.matter.stack, function, schedule())


@pytest.fixture(scope="module")
def deliveries(matter: Matter) -> Iterator[Delivery]:
    return (Delivery(matter, seq) for seq in count(100))


def kill_after(line: Line, place: int, work: Callable[[], Any]) -> str:
    """Do the work with a function that is killed once so many of its writes and sends are done; the last of them.

    Empty where there were fewer.
    """
    done = count(1)

    def hold(call: str) -> Verdict:
        return Verdict.AFTER if call not in READS and next(done) == place else Verdict.PASS

    line.hold = hold
    with ThreadPoolExecutor(1) as worker:
        result = worker.submit(work)
        while not line.held.wait(0.05):
            if result.done():
                return ""
        return line.kill_holder()


def sent(matter: Matter) -> int:
    """How many messages the providers took about the case, from the outboxes."""
    return sum(matter.code in (one.get("Subject") or one["Message"]) for one in outbox(matter.stack))


def test_wherever_a_consumer_dies_everything_is_sent_and_only_a_send_in_doubt_is_repeated(
    stack: Address, matter: Matter, deliveries: Iterator[Delivery], proven: Proven
) -> None:
    killed: list[str] = []
    with held_line(stack, "TellAgencies", "DYNAMODB", "SESV2", "SNS") as line:
        for place in count(1):
            delivery, before = next(deliveries), sent(matter)
            last = kill_after(line, place, delivery.hand_over)
            if not last:
                break
            killed.append(last)
            line.hold = lambda call: Verdict.PASS
            assert delivery.hand_over(), "the message comes again and finds a consumer that lives"
            for _ in range(2):
                delivery.sweep()
            rows = delivery.rows()
            assert [row["state"] for row in rows] == ["sent"] * OFFICERS_MESSAGES, (place, last, rows)
            in_doubt = last in SENDS
            assert sent(matter) - before == OFFICERS_MESSAGES + in_doubt, (place, last)
            assert sum(row["sends"] + row.get("doubts", 0) for row in rows) >= sent(matter) - before
            delivery.sweep()
            assert sent(matter) - before == OFFICERS_MESSAGES + in_doubt, "nothing more, ever"
    doubts = sum(last in SENDS for last in killed)
    assert len(killed) == OFFICERS_MESSAGES + 1 + 3 * OFFICERS_MESSAGES
    proven(
        "c",
        f"{len(killed)} consumers killed, each after another of its writes and sends: {len(killed) * OFFICERS_MESSAGES} notices "
        f"sent, {doubts} once more because the consumer died between a provider's yes and our own books, 0 lost, 0 more",
    )


def test_a_consumer_killed_on_its_queue_is_followed_by_another_and_the_doubt_is_resolved(
    stack: Address, proven: Proven
) -> None:
    mails = count()

    def first_mail(call: str) -> Verdict:
        return Verdict.AFTER if call == "SendEmail" and next(mails) == 0 else Verdict.PASS

    with (
        redelivered_after(stack, "AgencyNoticesQueue", 2),
        held_line(stack, "TellAgencies", "SESV2", hold=first_mail) as line,
    ):
        case = submit(stack, "chieu_sang_cay_xanh")
        line.kill_holder()
        wait(lambda: sorted(row["state"] for row in case.notices(2)) == ["sending"] + ["sent"] * OFFICERS_MESSAGES)
    for _ in range(2):
        Delivery(case, 2).sweep()
    rows = case.settled(2, OFFICERS_MESSAGES + 1)
    doubted = [(row["attempt"], row["sends"]) for row in rows if row.get("doubts")]
    letters, _ = case.counts()
    assert (doubted, letters) == ([("2", 1)], 3)
    proven(
        "c",
        "a consumer killed on its queue after the provider's yes: 2 letters due, 3 sent, 1 attempt in doubt on the books",
    )


@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "heard"])
def test_a_second_doubt_is_final_and_nothing_is_sent_a_third_time(
    stack: Address, matter: Matter, deliveries: Iterator[Delivery], proven: Proven, heard: bool
) -> None:
    verdict = Verdict.AFTER if heard else Verdict.BEFORE
    delivery, before = next(deliveries), sent(matter)

    def first_mail(call: str) -> Verdict:
        return verdict if call == "SendEmail" else Verdict.PASS

    with held_line(stack, "TellAgencies", "SESV2") as line, ThreadPoolExecutor(1) as worker:
        line.hold = first_mail
        worker.submit(delivery.hand_over)
        line.kill_holder()
        line.hold = lambda call: Verdict.PASS
        assert delivery.hand_over()
    delivery.sweep()
    with held_line(stack, "Resend", "SESV2") as line, ThreadPoolExecutor(1) as worker:
        line.hold = first_mail
        let_pass(stack, delivery.rows(), SPELL)
        worker.submit(lambda: stack.client("lambda").invoke(
            FunctionName=function_name(stack, "Resend"), Payload=json.dumps(schedule())
        ))  # fmt: skip
        line.kill_holder()
    for _ in range(3):
        delivery.sweep()
    states = sorted((row["state"], row.get("doubts", 0), row.get("sends", 0)) for row in delivery.rows())
    assert states == [("sent", 0, 1)] * 3 + [("uncertain", 2, 0)]
    assert sent(matter) - before == 3 + 2 * heard
    what = "took both" if heard else "heard of neither"
    proven(
        "c",
        f"a notice whose consumer and whose repetition were killed (the provider {what}): {2 * heard} sends, then left and counted",
    )
