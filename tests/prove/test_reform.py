"""Proof (r): the reforms of 2025 on 10,000 seeded cases, killed again and again, while agencies go on working.

The operator's own command, on tables of the shape of Cases and Directory that nothing listens to.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.feedback import records
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.reforming import Progress
from chalicelib.feedback.table import Case
from chalicelib.runtime.tables import _attributes
from infra.reform.directory import effective_at
from infra.reform.rows import reform
from tests.address import Address
from tests.fakes import MemoryStore, MovableClock
from tests.reforms import (
    JULY,
    MARCH,
    Province,
    carry_out,
    check,
    map_of,
    open_and_held,
    tables_after,
    told,
    units_of_all_days,
)

Proven = Callable[[str, str], None]
CASES, DIRECTORY = "cases-of-a-reform", "directory-of-a-reform"
NUMBER = int(os.environ.get("REFORM_CASES", "10000"))
ACTED = 200
MOST_KILLS = 6


class Field:
    """The tables of the proof, and the operator's command on them."""

    def __init__(self, stack: Address) -> None:
        self._dynamodb = stack.client("dynamodb")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = inherited | {
            "AWS_ENDPOINT_URL": stack.emulator_url, "AWS_REGION": stack.region, "AWS_DEFAULT_REGION": stack.region,
            "AWS_ACCESS_KEY_ID": stack.access_key, "AWS_SECRET_ACCESS_KEY": stack.secret_key, "STAGE": "prove",
            "CASES_TABLE": CASES, "DIRECTORY_TABLE": DIRECTORY,
        }  # fmt: skip

    def create(self, name: str, like: str) -> None:
        """A table of the shape of another."""
        shape = self._dynamodb.describe_table(TableName=like)["Table"]
        kept = ("IndexName", "KeySchema", "Projection")
        indexes = [{key: index[key] for key in kept} for index in shape.get("GlobalSecondaryIndexes", ())]
        self._dynamodb.create_table(
            TableName=name, KeySchema=shape["KeySchema"], AttributeDefinitions=shape["AttributeDefinitions"],
            BillingMode="PAY_PER_REQUEST", **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )  # fmt: skip

    def delete(self, name: str) -> None:
        self._dynamodb.delete_table(TableName=name)

    def seed(self, cases: Sequence[Feedback]) -> None:
        """Write heads, and words that stand beside them."""
        items = [records.head_values(case) for case in cases]
        items += [
            {"code": case.code, "part": records.matter_part(case), "matter": records.text_of(case.matter)}
            for case in cases
            if not records.inline(case)
        ]
        writing = iter(items)
        while some := list(islice(writing, 25)):
            wanted = [{"PutRequest": {"Item": Case._typed(item)}} for item in some]
            left = self._dynamodb.batch_write_item(RequestItems={CASES: wanted})["UnprocessedItems"]
            assert not left

    def cases(self) -> dict[str, Feedback]:
        """Every case as it stands with its words, by its code."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=CASES, ConsistentRead=True)
        items = [_attributes(item) for page in pages for item in page["Items"]]
        words = {
            item["code"]: records.matter_from(item["matter"]) for item in items if item["part"].startswith("matter#")
        }
        heads = (records.feedback_from(item) for item in items if item["part"] == records.HEAD)
        return {case.code: replace(case, matter=case.matter or words[case.code], heading=None) for case in heads}

    def start(self, module: str, *arguments: str, given: str = "") -> "subprocess.Popen[str]":
        """A process of an operator, or of an agency's office."""
        started = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        if given:
            assert started.stdin
            started.stdin.write(given)
            started.stdin.close()
            started.stdin = None
        return started

    def run(self, module: str, *arguments: str) -> str:
        """What such a process prints."""
        done = self.start(module, *arguments)
        out, err = done.communicate()
        assert done.returncode == 0, err + out
        return out

    def run_killed(self, day: str, random: Random) -> tuple[int, str]:
        """Carry a reform out, killed (SIGKILL) at random moments; how often, and what the last run printed."""
        for killed in range(MOST_KILLS + 1):
            process = self.start("infra.reform", day, "--apply")
            try:
                out, err = process.communicate(timeout=random.uniform(1.5, 6) if killed < MOST_KILLS else None)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                continue
            assert process.returncode == 0, err + out
            return killed, out
        raise AssertionError("unreachable")

    def let_hosts_read(self, day: str) -> None:
        """Let the time pass after which every host knows the new directory."""
        key = {"code": {"S": f"reform#{day}"}, "part": {"S": "walk"}}
        item = self._dynamodb.get_item(TableName=CASES, Key=key)["Item"]
        progress = msgspec.json.decode(item["text"]["S"], type=Progress)
        moved = replace(
            progress,
            known_since=progress.known_since - timedelta(minutes=11),
            began_at=progress.began_at - timedelta(minutes=11),
        )
        item["text"] = {"S": msgspec.json.encode(moved).decode()}
        self._dynamodb.put_item(TableName=CASES, Item=item)


@pytest.fixture(scope="module")
def field(stack: Address) -> Iterator[Field]:
    """Tables of the proof's own, the directory of January 2025 in one of them."""
    made = Field(stack)
    made.create(CASES, stack.outputs["CasesTable"])
    made.create(DIRECTORY, stack.outputs["DirectoryTable"])
    made.run("infra.seed", "--table", DIRECTORY)
    yield made
    made.delete(CASES)
    made.delete(DIRECTORY)


def moves(out: str) -> int:
    """How many moves a run of the command named."""
    return int(re.findall(r"^moves: (\d+)$", out, re.MULTILINE)[-1])


def expected(day: str, cases: Mapping[str, Feedback]) -> Mapping[str, Any]:
    """What an undisturbed reform makes of the cases, in memory."""
    store = MemoryStore()
    for case in cases.values():
        store.add(case)
    carry_out(day, store, MovableClock(effective_at(reform(day).day) + timedelta(minutes=30)))
    return told([store.dossier(code).feedback for code in cases])


def acted_on(before: Feedback, after: Feedback) -> None:
    """A case that its agency took up meanwhile has moved as well, with that step in its history."""
    added = [entry.action for entry in after.history[len(before.history) :]]
    assert added.count(Action.ACCEPT) == 1
    assert [entry.seq for entry in after.history] == list(range(1, len(after.history) + 1))
    assert (after.status, after.history[-1].status, after.deadline) == (
        Status.IN_PROGRESS,
        Status.IN_PROGRESS,
        before.deadline,
    )
    assert after.assignment


def carried_out(field: Field, day: str, random: Random) -> tuple[str, Counter[str]]:
    """One reform, with everything that must be true after it; what was counted."""
    before = field.cases()
    said = moves(field.run("infra.reform", day))
    assert field.cases() == before, "a dry run changes nothing"
    willing = [case for case in before.values() if case.status is Status.ASSIGNED and not case.hand_over]
    chosen = random.sample(willing, min(ACTED, len(willing)))
    work = "".join(f"{case.code} {case.agency} {case.assignment.number}\n" for case in chosen if case.assignment)
    office = field.start("tests.prove.acting", given=work)
    killed, first = field.run_killed(day, random)
    taken_up, trouble = office.communicate()
    assert office.returncode == 0, trouble
    assert "not done" in first
    field.let_hosts_read(day)
    field.run("infra.reform", day, "--apply")
    after, acted, counted = field.cases(), set(taken_up.split()), Counter[str]()
    new_map = map_of(tables_after(day), datetime.now(UTC))
    for code, case in before.items():
        if code in acted:
            acted_on(case, after[code])
            assert new_map.has_agency(after[code].agency)
        else:
            counted += check(case, after[code], new_map)
    wanted, found = expected(day, before), told(list(after.values()))
    assert not {code for code in wanted if wanted[code] != found[code]} - acted
    again = field.run("infra.reform", day, "--apply")
    assert (moves(again), field.cases() == after) == (0, True), "a second run changes nothing"
    assert "without a successor: 0 to the centre's queue, 0 left where they are" in again
    moved = sum(counted[name] for name in ("moved", "offers", "offers back", "supports"))
    assert said - len(acted) * 3 <= moved <= said
    opened = sum(map(open_and_held, before.values()))
    return (
        f"{len(before)} cases, {opened} open with an agency; said {said} moves; killed {killed} times, {len(acted)} taken up "
        f"by their agencies meanwhile; moved {counted['moved']} cases, {counted['offers']} offers, {counted['supports']} supports, "
        f"{counted['offers back']} offers given back, {counted['kept']} cases untouched; without a successor 0; "
        "deadlines changed 0; as an undisturbed run; second run 0"
    ), counted  # fmt: skip


def test_the_reforms_of_2025_lose_nothing_and_do_nothing_twice(field: Field, proven: Proven) -> None:
    random = Random(2025)
    field.seed(list(Province(MARCH, seed=2025).cases(NUMBER)))
    for day in (MARCH, JULY):
        line, counted = carried_out(field, day, random)
        proven("r", f"{day}: {line}")
        assert counted["moved"] > NUMBER / 20
    cases, units, july = field.cases(), units_of_all_days(), reform(JULY).day

    def figures(on: Any) -> Counter[str]:
        places = ((case, case.matter) for case in cases.values())
        return Counter(
            units.on(case.area, case.submitted_at.date(), on, (at.lat, at.long) if at else None) for case, at in places
        )

    old, new = figures(july - timedelta(days=1)), figures(july)
    assert sum(old.values()) == sum(new.values()) == len(cases)
    assert old == Counter(case.area for case in cases.values())
    proven(
        "r",
        f"figures: {len(cases)} cases in {len(old)} old units and in {len(new)} new ones, both sums {sum(new.values())}",
    )
