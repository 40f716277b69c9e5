"""Least privilege: each function has a policy of its own that names what it may do and to what."""

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from tests.contract.packaged import Packaged, listed, references

FUNCTIONS = (
    "APIHandler", "Relay", "Route", "ReceiveFile", "Sweep", "Watch", "Digests", "Resend", "TellAgencies", "TellCitizens",
    "NoteBounces", "DefineAuth", "CreateAuth", "VerifyAuth", "OpenSealed", "LoadDataset", "ContinueUpload", "RemindDues",
)  # fmt: skip

# X-Ray knows no resources. An SMS goes to a number, which is none either: hence "anything but a topic".
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
NO_TOPIC = {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
MAY_SEND_SMS = {"APIHandler", "CreateAuth", "Resend", "TellAgencies", "TellCitizens", "RemindDues"}

# Names of services in policies where botocore's differ.
SERVICES = {"ses": "ses", "logs": "logs"}


def _statements(packaged: Packaged) -> list[tuple[str, dict[str, Any]]]:
    return [(name, statement) for name in packaged.functions for statement in packaged.policy(name)]


def test_these_are_all_functions(packaged: Packaged) -> None:
    assert set(packaged.functions) == set(FUNCTIONS)


def test_every_function_has_a_role_of_its_own(packaged: Packaged) -> None:
    roles = [str(function["Role"]) for function in packaged.functions.values()]
    assert len(set(roles)) == len(roles)


def test_no_policy_allows_everything_to_anything(packaged: Packaged) -> None:
    for function, statement in _statements(packaged):
        assert statement["Effect"] == "Allow", function
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action], function
        if "NotResource" in statement:
            assert statement["NotResource"] == NO_TOPIC
            assert actions == ["sns:Publish"]
            assert function in MAY_SEND_SMS
        elif "*" in listed(statement["Resource"]):
            assert set(actions) == TRACES, function


def test_every_other_resource_is_one_of_this_stack(packaged: Packaged) -> None:
    ours = set(packaged.plain["Resources"])
    for function, statement in _statements(packaged):
        for resource in listed(statement.get("Resource", "*")):
            if resource == "*" or statement["Sid"] in ("Logs", "Mail", "ProviderSecrets"):
                continue
            assert set(references(resource)) & ours, (function, resource)


def test_every_function_writes_its_own_log_only(packaged: Packaged) -> None:
    for function, statement in _statements(packaged):
        if statement["Sid"] == "Logs":
            assert f"/aws/lambda/${{AWS::StackName}}-{function}-*:*" in statement["Resource"]["Fn::Sub"]
    assert all("Logs" in {one["Sid"] for one in packaged.policy(name)} for name in FUNCTIONS)


def test_mail_goes_out_in_our_own_name_only(packaged: Packaged) -> None:
    # The embedded stack knows no identity for SES v2's SendEmail, so on it alone the statement is for anything.
    for _, statement in _statements(packaged):
        if any(action.startswith("ses:") for action in listed(statement["Action"])):
            condition, everywhere, embedded = statement["Resource"]["Fn::If"]
            assert (condition, embedded) == ("OverTheNetwork", "*")
            assert set(references(everywhere)) == {"MailFrom"}


def test_every_action_is_one_that_the_service_knows(packaged: Packaged) -> None:
    session = botocore.session.get_session()
    for function, statement in _statements(packaged):
        for action in listed(statement["Action"]):
            service, _, operation = action.partition(":")
            if action == "dynamodb:ConditionCheckItem":
                operation = "TransactWriteItems"  # what a transaction may look at has an action of its own
            if action == "dynamodb:ListStreams" or (service == "dynamodb" and operation in _STREAMS):
                service = "dynamodbstreams"
            model = session.get_service_model(SERVICES.get(service, service))
            assert operation in model.operation_names, (function, action)


_STREAMS = {"DescribeStream", "GetRecords", "GetShardIterator"}


def test_every_index_in_a_policy_exists(packaged: Packaged) -> None:
    tables = packaged.of_type("AWS::DynamoDB::Table")
    for function, statement in _statements(packaged):
        for resource in listed(statement.get("Resource", "*")):
            text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else ""
            if "/index/" in str(text):
                table, _, index = text.removeprefix("${").partition(".Arn}/index/")
                assert index in {one["IndexName"] for one in tables[table]["GlobalSecondaryIndexes"]}, function


def test_the_relay_touches_no_table_and_sends_no_message_to_people(packaged: Packaged) -> None:
    actions = {action for statement in packaged.policy("Relay") for action in listed(statement["Action"])}
    assert actions == {
        "logs:CreateLogStream", "logs:PutLogEvents", *TRACES, "sns:Publish", "sqs:SendMessage",
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    }  # fmt: skip


def test_only_the_relay_and_the_sweep_publish_events(packaged: Packaged) -> None:
    publishers = {
        function for function, statement in _statements(packaged)
        if "sns:Publish" in listed(statement["Action"]) and statement.get("Resource") == {"Ref": "FeedbackEvents"}
    }  # fmt: skip
    assert publishers == {"Relay", "Sweep"}


def test_the_sign_in_triggers_reach_no_case(packaged: Packaged) -> None:
    for function in ("DefineAuth", "CreateAuth", "VerifyAuth"):
        reached = {
            name for statement in packaged.policy(function) for name in references(statement.get("Resource", ""))
        }
        assert not reached & {"Cases", "Directory", "Notices", "Photos", "FeedbackEvents"}, function


@pytest.mark.parametrize("file", sorted(Path("infra/policies").glob("*.json")), ids=lambda file: file.stem)
def test_every_statement_says_what_it_is_for(file: Path) -> None:
    sids = [statement.get("Sid") for statement in json.loads(file.read_text("utf-8"))["Statement"]]
    assert all(sids)
    assert len(set(sids)) == len(sids)


# Which call in which module needs an action: what nobody calls is not granted, what is called is granted to somebody.
STORES = {
    "Cases": "feedback/store", "Directory": "directory/changes_store", "Accounts": "accounts/store", "Notices": "notices/store",
    "Sealed": "feedback/sealed_store", "Lookups": "lookups/**/*store",
}  # fmt: skip
TABLE_CALLS = {
    "dynamodb:GetItem": r"\b[A-Z]\w+\.(get|row)\(",
    "dynamodb:BatchGetItem": r"\.batch_get\(",
    "dynamodb:BatchWriteItem": r'"BatchWriteItem"',
    "dynamodb:PutItem": r"(?<!batch)\.(save|put)(_if)?\(",  # PynamoDB's batch is the seed's, which no function writes
    "dynamodb:UpdateItem": r"\.update(_if)?\(",
    "dynamodb:DeleteItem": r"\.(delete|take)\(",
    "dynamodb:Query": r"\.(query|rows)\(",
    "dynamodb:ConditionCheckItem": r"\.put_while\(",
}
OTHER_CALLS = {
    "s3:PutObject": ("feedback/providers", "generate_presigned_post"),
    "s3:GetObject": ("feedback/providers", "get_object"),
    "s3:DeleteObject": ("feedback/providers", "delete_object"),
    "s3:PutObjectTagging": ("lookups/uploads/providers", "put_object_tagging"),
    "ssm:GetParameter": ("lookups/upstream/providers", "get_parameter"),
    "ses:SendEmail": ("notices/providers", "send_email"),
    "cognito-idp:AdminCreateUser": ("accounts/providers", "admin_create_user"),
    "cognito-idp:AdminGetUser": ("accounts/providers", "admin_get_user"),
    "cognito-idp:AdminSetUserPassword": ("accounts/providers", "admin_set_user_password"),
    "cognito-idp:AdminInitiateAuth": ("accounts/providers", "admin_initiate_auth"),
    "cognito-idp:AdminRespondToAuthChallenge": ("accounts/providers", "admin_respond_to_auth_challenge"),
}
# The same by the resource, of those that have a provider of their own.
OWN_CALLS = {
    ("Datasets", "s3:PutObject"): ("lookups/uploads/providers", "generate_presigned_post"),
    ("Datasets", "s3:GetObject"): ("lookups/uploads/providers", "get_object"),
    ("Datasets", "s3:PutObjectTagging"): ("lookups/uploads/providers", "put_object_tagging"),
    ("Uploads", "sqs:SendMessage"): ("lookups/uploads/providers", "send_message"),
    ("Staff", "cognito-idp:AdminGetUser"): ("accounts/staff_pool", "admin_get_user"),
}


def _table_grants(packaged: Packaged) -> set[tuple[str, str]]:
    """(table, action) of every grant on a table or an index of it."""
    return {
        (name, action)
        for _, statement in _statements(packaged)
        for action in listed(statement["Action"])
        if action in TABLE_CALLS
        for name in references(statement["Resource"])
        if name in STORES
    }


def test_every_action_granted_on_a_table_is_one_that_its_store_makes_and_the_other_way_round(
    packaged: Packaged,
) -> None:
    needed = {
        (table, action)
        for table, part in STORES.items()
        for action, call in TABLE_CALLS.items()
        if any(re.search(call, file.read_text("utf-8")) for file in Path("chalicelib").glob(f"{part}.py"))
    }
    assert _table_grants(packaged) == needed


def test_every_other_action_is_one_that_a_provider_calls(packaged: Packaged) -> None:
    granted = {
        action
        for _, statement in _statements(packaged)
        for action in listed(statement["Action"])
        if action.startswith(("s3:", "ses:", "ssm:", "cognito-idp:"))
    }
    assert granted == set(OTHER_CALLS)
    for part, call in OTHER_CALLS.values():
        assert call in Path(f"chalicelib/{part}.py").read_text("utf-8"), call


@pytest.mark.parametrize(("granted", "called"), OWN_CALLS.items(), ids=lambda pair: "-".join(pair))
def test_what_is_granted_on_a_resource_its_own_provider_calls(
    packaged: Packaged, granted: tuple[str, str], called: tuple[str, str]
) -> None:
    resource, action = granted
    assert any(
        action in listed(statement["Action"]) and resource in references(statement.get("Resource", ""))
        for _, statement in _statements(packaged)
    )
    part, call = called
    assert call in Path(f"chalicelib/{part}.py").read_text("utf-8")


def test_the_providers_secrets_are_read_by_who_asks_providers_and_no_other_parameter_is(packaged: Packaged) -> None:
    reading = {
        function: statement["Resource"]
        for function, statement in _statements(packaged)
        if any(action.startswith("ssm:") for action in listed(statement["Action"]))
    }
    place = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/yenbai-s/${Stage}/providers/*"
    assert reading == {function: {"Fn::Sub": place} for function in ("APIHandler", "RemindDues")}


def test_of_the_units_files_the_api_only_writes_and_the_loading_functions_take_read_and_let_expire(
    packaged: Packaged,
) -> None:
    reaching = {
        (function, action, statement["Resource"]["Fn::Sub"].rpartition("}")[2])
        for function, statement in _statements(packaged)
        for action in listed(statement["Action"])
        if "Datasets" in references(statement.get("Resource", ""))
    }
    taken = ("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging")
    assert reaching == {
        ("APIHandler", "s3:PutObject", "/uploads/*"),
        *(
            (name, action, place)
            for name in ("LoadDataset", "ContinueUpload")
            for action, place in (("s3:GetObject", "/uploads/*"), *((one, "/taken/*") for one in taken))
        ),
    }
