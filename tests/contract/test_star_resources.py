"""Proof (f), as the template shows it: no statement of any function is for `*`, unless it stands on this list."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.contract.packaged import Packaged

Proven = Callable[[str, str], None]
EVERY = "every function"

# Function and statement, and why it cannot name what it is for.
NAMED = {
    (EVERY, "Traces"): "X-Ray knows no resources",
    (
        "TellAgencies",
        "Mail",
    ): "on the embedded stack alone, which knows no identities for SES v2; elsewhere our own domain",
    ("TellCitizens", "Mail"): "on the embedded stack alone, as above",
    ("Digests", "Mail"): "on the embedded stack alone, as above",
    ("Resend", "Mail"): "on the embedded stack alone, as above",
    ("LoadDataset", "Mail"): "on the embedded stack alone, as above",
    ("ContinueUpload", "Mail"): "on the embedded stack alone, as above",
    ("RemindDues", "Mail"): "on the embedded stack alone, as above",
    ("TellAgencies", "Sms"): "a telephone is no resource: anything but a topic",
    ("TellCitizens", "Sms"): "a telephone is no resource: anything but a topic",
    ("Resend", "Sms"): "a telephone is no resource: anything but a topic",
    ("RemindDues", "Sms"): "a telephone is no resource: anything but a topic",
    ("APIHandler", "SigningCodes"): "a telephone is no resource: anything but a topic",
    ("CreateAuth", "SmsOnly"): "a telephone is no resource: anything but a topic",
}


def addresses(value: Any) -> Iterator[str]:
    """Every address in a value, also inside intrinsic functions, with `x` for what CloudFormation fills in."""
    if isinstance(value, dict) and "Fn::Sub" in value:
        sub = value["Fn::Sub"]
        yield re.sub(r"\$\{[^}]+\}", "x", sub if isinstance(sub, str) else sub[0])
    elif isinstance(value, dict):
        for inner in value.values():
            yield from addresses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from addresses(inner)
    else:
        yield str(value)


def is_wide(statement: dict[str, Any]) -> bool:
    """Whether a statement is for anything: `*`, anything but something, or an address that names nothing of a service."""
    if {"NotResource", "NotAction"} & statement.keys() or "Resource" not in statement:
        return True
    found = list(addresses(statement["Resource"]))
    # arn:partition:service:region:account:resource, the last part being all stars and separators.
    return "*" in found or any(not one.split(":", 5)[5].strip("*:/") for one in found if one.count(":") >= 5)


def test_a_star_stands_on_the_list_and_nothing_stands_there_for_nothing(packaged: Packaged, proven: Proven) -> None:
    statements = [(name, one) for name in packaged.functions for one in packaged.policy(name)]
    wide = {(name, one["Sid"]) for name, one in statements if is_wide(one)}
    allowed = {
        (name, sid) for function, sid in NAMED for name in ([function] if function != EVERY else packaged.functions)
    }
    assert wide == allowed
    proven(
        "f",
        f"{len(statements)} statements of {len(packaged.functions)} functions: {len(wide)} for `*` or anything but a topic, all on "
        f"a list of {len(NAMED)} with reasons",
    )


def test_the_search_for_stars_finds_them() -> None:
    wide = [
        {"Resource": "*"},
        {"Resource": [{"Ref": "FeedbackEvents"}, "*"]},
        {"Resource": {"Fn::If": ["OverTheNetwork", {"Ref": "FeedbackEvents"}, "*"]}},
        {"Resource": "arn:aws:sns:*:*:*"},
        {"Resource": {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:*"}},
        {"NotResource": "arn:aws:s3:::photos"},
        {},
    ]
    narrow = [
        {"Resource": {"Ref": "FeedbackEvents"}},
        {"Resource": {"Fn::GetAtt": ["Cases", "Arn"]}},
        {"Resource": {"Fn::Sub": "${Cases.Arn}/stream/*"}},
        {"Resource": {"Fn::Sub": "arn:${AWS::Partition}:logs:x:y:log-group:/aws/lambda/${AWS::StackName}-Relay-*:*"}},
    ]
    assert [is_wide(one) for one in wide] == [True] * len(wide)
    assert [is_wide(one) for one in narrow] == [False] * len(narrow)
