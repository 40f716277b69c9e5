"""Every permission is needed: without it the story of `make run` breaks off, with it again the story is told.

Taken away one action at a time, from one function at a time, on the deployed stack, which enforces its policies.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.local.demo import Story, StoryError
from tests.address import Address

POLICIES = Path("infra/policies")
PATIENCE = 10

# What the story cannot show: function, statement, action, and why.
ANY = "*"
UNSEEN = {
    (ANY, "Logs", ANY): "the embedded stack keeps logs by itself",
    (ANY, "Traces", ANY): "tracing is off",
    (ANY, "Messages", ANY): "the embedded stack polls queues by itself",
    (ANY, "Stream", ANY): "the embedded stack reads streams by itself",
    (ANY, "DeadLetters", ANY): "nothing dies in the story",
    ("api_handler", "CaseLists", ANY): "nobody asks for lists",
    ("api_handler", "Inbox", ANY): "nobody reads the inbox",
    ("receive_file", "Files", "s3:DeleteObject"): "every file is a picture",
    ("tell_agencies", "Notices", "dynamodb:GetItem"): "nothing comes twice",
    ("tell_citizens", "Notices", "dynamodb:GetItem"): "nothing comes twice",
    ("tell_citizens", "Mail", ANY): "the citizen chose SMS",
    ("resend", ANY, ANY): "no notice is left over",
    ("sweep", ANY, ANY): "no case is left over",
}
Case = tuple[str, str, str]


def _cases() -> Iterator[Case]:
    for file in sorted(POLICIES.glob("*.json")):
        for statement in json.loads(file.read_text("utf-8"))["Statement"]:
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                yield file.stem, statement["Sid"], action


def _told(entry: Case, case: Case) -> bool:
    return all(wanted in (ANY, found) for wanted, found in zip(entry, case, strict=True))


def _seen(case: Case) -> bool:
    return not any(_told(entry, case) for entry in UNSEEN)


def _function_name(stack: Address, file: str) -> str:
    logical = "APIHandler" if file == "api_handler" else "".join(word.capitalize() for word in file.split("_"))
    pages = stack.client("lambda").get_paginator("list_functions").paginate()
    names = [function["FunctionName"] for page in pages for function in page["Functions"]]
    return next(name for name in names if name.startswith(f"{stack.stack_name}-{logical}-"))


def _start_afresh(stack: Address, function: str) -> None:
    """Ends its warm workers, which may know by heart what they read before."""
    functions = stack.client("lambda")
    timeout = functions.get_function_configuration(FunctionName=function)["Timeout"]
    functions.update_function_configuration(FunctionName=function, Timeout=timeout)


@contextmanager
def without(stack: Address, case: Case) -> Iterator[None]:
    """While it lasts, the function lacks the action."""
    file, sid, action = case
    iam, function = stack.client("iam"), _function_name(stack, file)
    role = stack.client("lambda").get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
    policy = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(_less(whole, sid, action)))
    _start_afresh(stack, function)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))
        _start_afresh(stack, function)


def _less(document: dict[str, Any], sid: str, action: str) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if statement["Sid"] == sid:
            actions = [kept for kept in actions if kept != action]
        if actions:
            statements.append({**statement, "Action": actions})
    return {**document, "Statement": statements}


def test_every_exception_is_about_a_permission_that_there_is() -> None:
    assert [entry for entry in UNSEEN if not any(_told(entry, case) for case in _cases())] == []


@pytest.mark.parametrize("case", [case for case in _cases() if _seen(case)], ids="-".join)
def test_without_the_permission_the_story_breaks_off(stack: Address, case: Case) -> None:
    with without(stack, case), pytest.raises(StoryError):
        Story(stack.api_url, PATIENCE).tell()


def test_with_all_permissions_again_the_story_is_told(stack: Address) -> None:
    Story(stack.api_url).tell()
