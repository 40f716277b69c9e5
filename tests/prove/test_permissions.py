"""Proof (f): every permission is needed. Without it a named flow breaks off; with all of them again every flow goes through.

Taken away one action, or one resource of several, at a time, from one function at a time, on the deployed stack, which enforces
its policies. What no flow can show stands on a list, with the reason.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.address import Address
from tests.prove import centre_flows, flows, lookup_flows, staff_flows
from tests.prove.flows import Flow
from tests.stack.faults import redelivered_after
from tests.stack.logbook import log_lines

POLICIES = Path("infra/policies")
Proven = Callable[[str, str], None]

# What the embedded stack cannot show, because it does by itself what AWS does in the function's name.
ANY = "*"
UNSEEN = {
    (ANY, "Logs", ANY): "the embedded stack keeps logs by itself",
    (ANY, "Traces", ANY): "tracing is off",
    (ANY, "Messages", ANY): "the embedded stack polls queues by itself",
    (ANY, "Stream", ANY): "the embedded stack reads streams by itself",
    (ANY, "DeadLetters", ANY): "the embedded stack writes to failure destinations by itself",
}
# Which flow needs it; what is not here is needed by the story.
FLOWS: dict[tuple[str, str, str], Flow] = {
    ("api_handler", "Cases", "dynamodb:BatchGetItem"): flows.neighbours,
    ("api_handler", "Followers", ANY): flows.neighbours,
    ("api_handler", "Cells", ANY): flows.neighbours,
    ("api_handler", "CaseLists", ANY): flows.lists,
    ("api_handler", "SigningCodes", ANY): flows.signed,
    ("api_handler", "Inbox", ANY): flows.inbox,
    ("api_handler", "Files", "s3:GetObject"): flows.shown_photo,
    ("api_handler", "Cases", "dynamodb:ConditionCheckItem"): centre_flows.merged,
    ("api_handler", "Files", "s3:DeleteObject"): centre_flows.sealed,
    ("api_handler", "Seal", ANY): centre_flows.sealed,
    ("api_handler", "SealFiles", ANY): centre_flows.sealed,
    ("api_handler", "SignIn", "cognito-idp:AdminGetUser"): staff_flows.entered,
    ("api_handler", "ChangeDirectory", ANY): staff_flows.changed,
    ("api_handler", "Trials", ANY): staff_flows.tried,
    ("api_handler", "Lookups", "dynamodb:DeleteItem"): lookup_flows.forgotten,
    ("api_handler", "Lookups", ANY): lookup_flows.supplied,
    ("api_handler", "Datasets", ANY): lookup_flows.supplied,
    ("api_handler", "ProviderSecrets", ANY): lookup_flows.asked,
    ("load_dataset", ANY, ANY): lookup_flows.loaded,
    ("continue_upload", ANY, ANY): lookup_flows.continued,
    ("remind_dues", ANY, ANY): lookup_flows.reminded,
    ("open_sealed", ANY, ANY): centre_flows.opened,
    ("route", "Cases", "dynamodb:Query"): centre_flows.split,
    ("route", "Followers", ANY): centre_flows.merged,
    ("route", "Seal", ANY): centre_flows.completed_seal,
    ("route", "Files", "s3:DeleteObject"): centre_flows.completed_seal,
    ("route", "Files", ANY): centre_flows.split,
    ("route", "SealFiles", ANY): centre_flows.completed_seal,
    ("receive_file", "Files", "s3:DeleteObject"): flows.refused_file,
    ("tell_agencies", "Notices", "dynamodb:GetItem"): flows.overtaken_agencies,
    ("tell_citizens", "Notices", "dynamodb:GetItem"): flows.overtaken_citizens,
    ("tell_citizens", "Notices", "dynamodb:DeleteItem"): flows.purged_notices,
    ("tell_citizens", "Mail", ANY): flows.mailed_citizen,
    ("note_bounces", ANY, ANY): flows.noted_bounce,
    ("digests", ANY, ANY): flows.digested,
    ("resend", ANY, ANY): flows.late_notices,
    ("sweep", ANY, ANY): flows.swept,
    ("watch", ANY, ANY): flows.watched,
}
# Where a refusal is not told as one: S3 says the same of a file that is not there; a digest not taken is put off without a word.
SILENT = {
    ("receive_file", "Files", "s3:GetObject"), ("route", "Files", "s3:GetObject"), ("digests", "Mail", "ses:SendEmail"),
}  # fmt: skip
REFUSALS = ("AccessDenied", "AuthorizationError")
QUEUES = ("RoutingQueue", "AgencyNoticesQueue", "CitizenNoticesQueue", "BouncesQueue", "UploadsQueue")
# Function, statement, and what is taken from it: an action, or the place of a resource where there are several.
Case = tuple[str, str, str]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _cases() -> Iterator[Case]:
    for file in sorted(POLICIES.glob("*.json")):
        for statement in json.loads(file.read_text("utf-8"))["Statement"]:
            yield from ((file.stem, statement["Sid"], action) for action in _listed(statement["Action"]))
            places = len(_listed(statement.get("Resource", "")))
            yield from ((file.stem, statement["Sid"], f"resource {place}") for place in range(places) if places > 1)


def _is_told(entry: Case, case: Case) -> bool:
    return all(wanted in (ANY, found) for wanted, found in zip(entry, case, strict=True))


def _seen(case: Case) -> bool:
    return not any(_is_told(entry, case) for entry in UNSEEN)


def _flow(case: Case) -> Flow:
    return next((flow for entry, flow in FLOWS.items() if _is_told(entry, case)), flows.story)


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
    """While it lasts, the function lacks the action, or the resource."""
    file, sid, taken = case
    iam, function = stack.client("iam"), _function_name(stack, file)
    role = stack.client("lambda").get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
    policy = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(_less(whole, sid, taken)))
    _start_afresh(stack, function)
    with ExitStack() as soon:
        for queue in QUEUES:  # what fails for want of it is dead at once and waits for no later flow
            soon.enter_context(redelivered_after(stack, queue, 2))
        try:
            yield
        finally:
            iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))
            _start_afresh(stack, function)


def refusals(stack: Address, file: str) -> int:
    """How often the function's log says that a service refused it."""
    group = f"/aws/lambda/{_function_name(stack, file)}"
    return sum(any(word in line for word in REFUSALS) for line in log_lines(stack, group))


def _less(document: dict[str, Any], sid: str, taken: str) -> dict[str, Any]:
    """The document without that action or resource of that statement."""
    kept = [_without(one, taken) if one["Sid"] == sid else one for one in document["Statement"]]
    statements = [one for one in kept if one["Action"] and one.get("Resource", "none") != []]
    assert statements != document["Statement"]
    return {**document, "Statement": statements}


def _without(statement: dict[str, Any], taken: str) -> dict[str, Any]:
    if taken.startswith("resource "):
        place = int(taken.removeprefix("resource "))
        return {**statement, "Resource": [one for at, one in enumerate(statement["Resource"]) if at != place]}
    return {**statement, "Action": [action for action in _listed(statement["Action"]) if action != taken]}


def broken_off(flow: Flow, stack: Address) -> Exception | None:
    """What ended the flow, None where it went through."""
    try:
        flow(stack)
    except Exception as error:
        return error
    return None


@pytest.fixture(scope="module")
def broken() -> Counter[str]:
    """How many permissions were missed by which flow."""
    return Counter()


def test_every_exception_and_every_flow_is_about_a_permission_that_there_is() -> None:
    assert [entry for entry in (*UNSEEN, *FLOWS, *SILENT) if not any(_is_told(entry, case) for case in _cases())] == []


@pytest.mark.parametrize("case", [case for case in _cases() if _seen(case)], ids="-".join)
def test_without_the_permission_its_flow_breaks_off(stack: Address, broken: Counter[str], case: Case) -> None:
    flow, before = _flow(case), refusals(stack, case[0])
    with without(stack, case):
        error = broken_off(flow, stack)
    assert error, f"{flow.__name__} does not need it"
    refused = refusals(stack, case[0]) > before or any(word in str(error) for word in REFUSALS)
    assert refused or case in SILENT, f"{flow.__name__} broke off for another reason: {error}"
    broken[flow.__name__] += 1


@pytest.mark.parametrize("flow", [flows.story, *dict.fromkeys(FLOWS.values())], ids=lambda flow: flow.__name__)
def test_with_all_permissions_again_the_flow_goes_through(stack: Address, flow: Flow) -> None:
    flow(stack)


def test_what_was_taken_is_counted(broken: Counter[str], proven: Proven) -> None:
    cases = list(_cases())
    unseen = sum(not _seen(case) for case in cases)
    told = ", ".join(f"{name} {times}" for name, times in broken.most_common())
    proven(
        "f",
        f"{sum(broken.values())} of {len(cases) - unseen} permissions taken away one by one broke their flows ({told}); "
        f"{unseen} more that the embedded stack cannot show stand on a list of {len(UNSEEN)} reasons",
    )
