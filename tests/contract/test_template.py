"""The template as a whole: valid, complete, without circles."""

import ast
import json
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.contract.packaged import Packaged, listed, references, target

POLICIES = Path("infra/policies")
CONFIG = Path(".chalice/config.json")

# Given by Lambda itself, or by nobody because the default serves every stage.
NOT_OURS = {"AWS_REGION", "AWS_DEFAULT_REGION"}


def _complaints(template: Path, *options: str) -> str:
    code = "import sys; from cfnlint.runner import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "-r", "ap-southeast-1", "-t", str(template), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_cfn_lint_has_no_complaint_about_the_template(packaged: Packaged) -> None:
    assert _complaints(packaged.template) == ""


def test_cfn_lint_has_no_complaint_about_what_sam_makes_of_it(packaged: Packaged, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps(packaged.plain), "utf-8")
    # W3660: gateway responses stand beside the API's body because the embedded stack does not read them from it.
    assert _complaints(plain, "-i", "W3660") == ""


def test_every_placeholder_of_a_decorator_is_overridden(packaged: Packaged) -> None:
    assert "PLACEHOLDER" not in json.dumps(packaged.sam)


def test_no_resource_waits_for_itself(packaged: Packaged) -> None:
    resources = packaged.plain["Resources"]
    graph = {
        name: {found for found in (*references(resource), *listed(resource.get("DependsOn", []))) if found in resources}
        for name, resource in resources.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(resources)


def test_every_reference_names_something_that_is_there(packaged: Packaged) -> None:
    known = {*packaged.plain["Resources"], *packaged.plain["Parameters"], *packaged.plain.get("Conditions", {})}
    found = {name for part in ("Resources", "Outputs") for name in references(packaged.plain[part])}
    assert {name for name in found if not name.startswith("AWS::")} <= known


def test_the_api_has_one_stage_named_after_ours(packaged: Packaged) -> None:
    stages = packaged.of_type("AWS::ApiGateway::Stage")
    assert [stage["StageName"] for stage in stages.values()] == ["local"]
    # A deployment with a stage of its own makes a second one beside it, which SAM does unless told the version of the API.
    assert not [one for one in packaged.of_type("AWS::ApiGateway::Deployment").values() if "StageName" in one]


def test_every_function_is_told_exactly_what_settings_reads(packaged: Packaged) -> None:
    source = ast.parse(Path("chalicelib/runtime/settings.py").read_text("utf-8"))
    read = {
        str(call.args[0].value)
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "read"
        and isinstance(call.args[0], ast.Constant)
    } - NOT_OURS  # fmt: skip
    told = packaged.functions["APIHandler"]["Environment"]["Variables"]
    assert {name for name in told if not name.startswith(("POWERTOOLS_", "AWS_"))} == read


def test_only_the_api_knows_the_pools_since_their_triggers_would_wait_for_themselves(packaged: Packaged) -> None:
    knowing = {
        name
        for name, function in packaged.functions.items()
        if {"CITIZENS_POOL", "CITIZENS_CLIENT"} & set(function["Environment"]["Variables"])
    }
    assert knowing == {"APIHandler"}


def test_traces_are_off_unless_the_parameter_says_otherwise(packaged: Packaged) -> None:
    assert packaged.sam["Parameters"]["Tracing"]["Default"] == "PassThrough"
    for function in packaged.functions.values():
        assert function["TracingConfig"] == {"Mode": {"Ref": "Tracing"}}


def test_every_function_has_a_log_group_that_forgets(packaged: Packaged) -> None:
    groups = packaged.of_type("AWS::Logs::LogGroup").values()
    assert all("RetentionInDays" in group for group in groups)
    names = {target(group["LogGroupName"]) for group in groups}
    assert set(packaged.functions) <= names


def test_every_function_of_the_configuration_is_packaged_and_every_packaged_one_configured(packaged: Packaged) -> None:
    configured = json.loads(CONFIG.read_text("utf-8"))["lambda_functions"]
    handlers = {function["Handler"].rpartition(".")[2] for function in packaged.functions.values()}
    assert {name.replace("api_handler", "app") for name in configured} == handlers
    assert {Path(function["iam_policy_file"]).name for function in configured.values()} == {
        file.name for file in POLICIES.iterdir()
    }


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"])
def test_what_holds_data_outlives_its_stack_in_production_only(packaged: Packaged, kind: str) -> None:
    kept = {"Fn::If": ["Production", "Retain", "Delete"]}
    holders = {n: r for n, r in packaged.plain["Resources"].items() if r["Type"] == kind}
    assert holders
    for name, resource in holders.items():
        assert (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) == (kept, kept), name


def test_the_secret_is_long_and_never_shown(packaged: Packaged) -> None:
    secret = packaged.sam["Parameters"]["SecretKey"]
    assert secret["NoEcho"] is True
    assert secret["MinLength"] >= 32
    assert "Default" not in secret


@pytest.mark.parametrize("name", ["Photos", "Datasets"])
def test_the_bucket_is_private_encrypted_and_reached_by_tls_only(packaged: Packaged, name: str) -> None:
    bucket = packaged.of_type("AWS::S3::Bucket")[name]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    statements = packaged.of_type("AWS::S3::BucketPolicy")[f"{name}Policy"]["PolicyDocument"]["Statement"]
    assert any(
        statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in statements
    )


def test_every_bucket_was_looked_at(packaged: Packaged) -> None:
    assert set(packaged.of_type("AWS::S3::Bucket")) == {"Photos", "Datasets"}


def test_only_the_functions_that_load_files_have_the_layer_that_reads_spreadsheets(packaged: Packaged) -> None:
    layered = {name for name, function in packaged.functions.items() if function.get("Layers")}
    assert layered == {"LoadDataset", "ContinueUpload"}
    assert len(packaged.of_type("AWS::Lambda::LayerVersion")) == 1
