"""Everything that a log group holds. The embedded stack gives 10,000 lines at most, and no token to go on with."""

from typing import Any

from tests.address import Address

_MOST = 10_000


def log_lines(stack: Address, group: str) -> list[str]:
    """Every line of a log group, the earliest first."""
    logs, start = stack.client("logs"), 0
    lines: list[str] = []
    seen: set[tuple[str, int, str]] = set()
    while True:
        page: list[Any] = logs.filter_log_events(logGroupName=group, startTime=start, limit=_MOST)["events"]
        new = [event for event in page if _name(event) not in seen]
        lines += [event["message"] for event in new]
        if len(page) < _MOST or not new:
            return lines
        # The next page begins with the last moment of this one.
        start = page[-1]["timestamp"]
        seen = {_name(event) for event in page if event["timestamp"] == start}


def all_log_lines(stack: Address) -> dict[str, list[str]]:
    """Every line of every log group, by group."""
    groups = [it["logGroupName"] for it in stack.client("logs").describe_log_groups()["logGroups"]]
    return {group: log_lines(stack, group) for group in groups}


def _name(event: Any) -> tuple[str, int, str]:
    return event["logStreamName"], event["timestamp"], event["message"]
