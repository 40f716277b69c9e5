"""The table Accounts as an operator sees it: to look into it, and to let time pass there."""

from typing import Any

from tests.address import Address


def items(stack: Address) -> list[dict[str, Any]]:
    """Everything in the table Accounts."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs["AccountsTable"])
    return [item for page in pages for item in page["Items"]]


def grow_older(stack: Address, session: str, seconds: int) -> None:
    """Move everything that is kept about the session's request into the past: a test cannot wait for an hour."""
    request = session.split(".")[0]
    (item,) = [item for item in items(stack) if item.get("request", {}).get("S") == request]
    for name in ("made_at", "expires_at"):
        item[name] = {"N": str(float(item[name]["N"]) - seconds)}
    item["asked_at"] = {"L": [{"N": str(float(at["N"]) - seconds)} for at in item["asked_at"]["L"]]}
    stack.client("dynamodb").put_item(TableName=stack.outputs["AccountsTable"], Item=item)


def forget_addresses(stack: Address) -> None:
    """Let this hour's count of codes begin anew for every network address: all tests come from one."""
    for item in items(stack):
        if item["id"]["S"].startswith("address#"):
            stack.client("dynamodb").delete_item(TableName=stack.outputs["AccountsTable"], Key={"id": item["id"]})


def request_of(stack: Address, phone: str) -> str:
    """The id of the latest request for a code of somebody who has signed in."""
    known = next(item["id"]["S"] for item in items(stack) if item.get("phone", {}).get("S") == phone)
    return next(str(item["request"]["S"]) for item in items(stack) if item.get("account", {}).get("S") == known)
