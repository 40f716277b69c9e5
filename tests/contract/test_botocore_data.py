"""The package's slim botocore data says the same as what was shipped, and holds every call that functions make."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver

from infra.botocore_data import OPERATIONS, without_words
from infra.package import REGION
from tests.contract.packaged import Packaged, listed

# What policies call a service where botocore has another name.
POLICY_NAMES = {"ses": "sesv2"}
# Calls that Lambda, not our code, makes with a function's role.
BY_LAMBDA = re.compile(r"logs:.*|xray:.*|sqs:.*|dynamodb:(ListStreams|DescribeStream|GetRecords|GetShardIterator)")


@pytest.fixture(scope="module")
def shipped() -> Loader:
    """What was shipped."""
    loader: Loader = botocore.session.get_session().get_component("data_loader")
    return loader


@pytest.fixture(scope="module")
def slim(packaged: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Loader:
    """What is packaged, and nothing else."""
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(packaged.archive) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith("botocore/data/")])
    return Loader(extra_search_paths=[str(folder / "botocore" / "data")], include_default_search_paths=False)


def _reached(model: Any) -> dict[str, Any]:
    """The model's operations with the definitions of all shapes they lead to, without documentation."""
    found = {name: model["operations"][name] for name in model["operations"]}
    shapes: dict[str, Any] = {}
    open_ends = _shapes_in(found)
    while open_ends:
        name = open_ends.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            open_ends |= _shapes_in(shapes[name])
    reached: dict[str, Any] = without_words({"operations": found, "shapes": shapes})
    return reached


def _rest(model: Any) -> dict[str, Any]:
    return {name: value for name, value in model.items() if name not in ("operations", "shapes")}


def _shapes_in(value: Any) -> set[str]:
    return set(re.findall(r'"shape": "(\w+)"', json.dumps(value)))


@pytest.mark.parametrize("service", sorted(OPERATIONS))
def test_the_operations_in_use_and_their_shapes_are_those_that_were_shipped(
    shipped: Loader, slim: Loader, service: str
) -> None:
    whole, cut = (loader.load_service_model(service, "service-2") for loader in (shipped, slim))
    assert set(cut["operations"]) == OPERATIONS[service]
    kept = {**whole, "operations": {name: whole["operations"][name] for name in OPERATIONS[service]}}
    assert _reached(cut) == _reached(kept)
    assert _rest(cut) == _rest(whole)


@pytest.mark.parametrize("service", sorted(OPERATIONS))
@pytest.mark.parametrize("data", ["endpoint-rule-set-1", "paginators-1"])
def test_rules_of_endpoints_and_pages_are_those_that_were_shipped(
    shipped: Loader, slim: Loader, service: str, data: str
) -> None:
    assert slim.determine_latest_version(service, "service-2") == shipped.determine_latest_version(service, "service-2")
    if service in shipped.list_available_services(data):
        assert slim.load_service_model(service, data) == shipped.load_service_model(service, data)


def test_every_region_has_the_endpoints_that_were_shipped(shipped: Loader, slim: Loader) -> None:
    whole, cut = (EndpointResolver(loader.load_data("endpoints")) for loader in (shipped, slim))
    compared = 0
    for service in ("cognito-idp", "dynamodb", "email", "s3", "sns", "sqs", "ssm"):
        for partition in whole.get_available_partitions():
            for region in whole.get_available_endpoints(service, partition, allow_non_regional=True):
                assert cut.construct_endpoint(service, region) == whole.construct_endpoint(service, region)
                compared += 1
    assert compared > 100


def test_all_else_that_botocore_reads_for_a_client_is_there(shipped: Loader, slim: Loader) -> None:
    for name in ("partitions", "sdk-default-configuration", "_retry"):
        assert slim.load_data(name) == shipped.load_data(name)


@pytest.mark.parametrize("service", sorted(OPERATIONS))
def test_a_client_needs_nothing_else(slim: Loader, service: str) -> None:
    session = botocore.session.get_session()
    session.register_component("data_loader", slim)
    client = session.create_client(
        service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )  # fmt: skip
    assert client.meta.endpoint_url.startswith("https://")
    if service == "s3":
        assert client.generate_presigned_post("photos", "key")["fields"]["key"] == "key"


def test_every_client_that_is_made_has_its_data() -> None:
    made = {
        name for file in Path("chalicelib").rglob("*.py") for name in re.findall(r'\bclient\("([\w-]+)"', file.read_text("utf-8"))
    }  # fmt: skip
    assert made == set(OPERATIONS) - {"dynamodb"}  # which is PynamoDB's


def test_every_action_that_a_policy_grants_our_code_has_its_operation(packaged: Packaged) -> None:
    granted = {
        action
        for function in packaged.functions
        for statement in packaged.policy(function)
        for action in listed(statement["Action"])
        if not BY_LAMBDA.fullmatch(action)
    }
    assert granted
    for action in granted:
        service, _, operation = action.partition(":")
        if action == "s3:PutObject":
            continue  # a browser's, by a presigned POST; and CopyObject's
        if action == "dynamodb:ConditionCheckItem":
            operation = "TransactWriteItems"
        assert operation in OPERATIONS[POLICY_NAMES.get(service, service)], action
