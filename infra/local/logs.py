"""What the functions of the running local stack logged, oldest first.

python -m infra.local.logs [PART OF A FUNCTION'S NAME]
"""

import sys
from collections.abc import Iterator
from typing import Any

import boto3

from infra.local.stack import read_note

# Lambda's own lines and metrics in EMF say nothing to a reader.
NOISE = ("START ", "END ", "REPORT ", '{"_aws"')


def lines(note: dict[str, Any], part: str = "") -> Iterator[str]:
    """The log lines of functions whose name holds `part`, with the function's name before each."""
    session = boto3.Session(
        aws_access_key_id=note["access_key"], aws_secret_access_key=note["secret_key"], region_name=note["region"]
    )
    logs = session.client("logs", endpoint_url=note["emulator_url"])
    found = []
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        if part.lower() in name.lower():
            events = logs.filter_log_events(logGroupName=name)["events"]
            found += [(event["timestamp"], _short(name, note["stack_name"]), event["message"]) for event in events]
    for _, function, message in sorted(found):
        if not message.startswith(NOISE):
            yield f"{function}: {message.rstrip()}"


def _short(group: str, stack: str) -> str:
    return group.removeprefix("/aws/lambda/").removeprefix(f"{stack}-").rpartition("-")[0] or group


def main(part: str = "") -> None:
    """Prints the log lines of the running stack."""
    note = read_note()
    if note is None:
        sys.exit("no stack is up: make up, or make run")
    for line in lines(note, part):
        print(line)


if __name__ == "__main__":
    main(*sys.argv[1:2])
