"""Tables of the shape of Cases and Directory that nothing listens to, and the operator's command for a reform on them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from random import Random

import msgspec
from msgspec.structs import replace

from chalicelib.feedback import records
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.reforming import Progress
from chalicelib.feedback.table import Case
from chalicelib.runtime.tables import _attributes
from tests.address import Address


class Field:
    """The tables of the proof, and the operator's command on them."""

    def __init__(self, stack: Address, name: str) -> None:
        self._cases, self._directory = f"cases-of-{name}", f"directory-of-{name}"
        self._dynamodb = stack.client("dynamodb")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = inherited | {
            "AWS_ENDPOINT_URL": stack.emulator_url, "AWS_REGION": stack.region, "AWS_DEFAULT_REGION": stack.region,
            "AWS_ACCESS_KEY_ID": stack.access_key, "AWS_SECRET_ACCESS_KEY": stack.secret_key, "STAGE": "prove",
            "CASES_TABLE": self._cases, "DIRECTORY_TABLE": self._directory,
        }  # fmt: skip

    @classmethod
    @contextmanager
    def of(cls, stack: Address, name: str) -> "Iterator[Field]":
        """Tables of these names, the directory of January 2025 in one of them."""
        made = cls(stack, name)
        made._create(made._cases, stack.outputs["CasesTable"])
        made._create(made._directory, stack.outputs["DirectoryTable"])
        made.run("infra.seed")
        yield made
        for table in (made._cases, made._directory):
            made._dynamodb.delete_table(TableName=table)

    def _create(self, name: str, like: str) -> None:
        shape = self._dynamodb.describe_table(TableName=like)["Table"]
        kept = ("IndexName", "KeySchema", "Projection")
        indexes = [{key: index[key] for key in kept} for index in shape.get("GlobalSecondaryIndexes", ())]
        self._dynamodb.create_table(
            TableName=name, KeySchema=shape["KeySchema"], AttributeDefinitions=shape["AttributeDefinitions"],
            BillingMode="PAY_PER_REQUEST", **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )  # fmt: skip

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
            left = self._dynamodb.batch_write_item(RequestItems={self._cases: wanted})["UnprocessedItems"]
            assert not left

    def cases(self) -> dict[str, Feedback]:
        """Every case as it stands with its words, by its code."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._cases, ConsistentRead=True)
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

    def run(self, module: str, *arguments: str, code: int = 0) -> str:
        """What such a process prints that ends with this code."""
        done = self.start(module, *arguments)
        out, err = done.communicate()
        assert done.returncode == code, err + out
        return out

    def run_killed(self, day: str, random: Random, most: int) -> tuple[int, str]:
        """Carry a reform out, killed (SIGKILL) at random moments; how often, and what the last run printed."""
        for killed in range(most + 1):
            process = self.start("infra.reform", day, "--apply")
            try:
                out, err = process.communicate(timeout=random.uniform(1.5, 6) if killed < most else None)
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
        item = self._dynamodb.get_item(TableName=self._cases, Key=key)["Item"]
        progress = msgspec.json.decode(item["text"]["S"], type=Progress)
        moved = replace(
            progress,
            known_since=progress.known_since - timedelta(minutes=11),
            began_at=progress.began_at - timedelta(minutes=11),
        )
        item["text"] = {"S": msgspec.json.encode(moved).decode()}
        self._dynamodb.put_item(TableName=self._cases, Item=item)


def moves(out: str) -> int:
    """How many moves a run of the command named."""
    return int(re.findall(r"^moves: (\d+)$", out, re.MULTILINE)[-1])
