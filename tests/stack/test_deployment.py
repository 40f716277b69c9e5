"""Deploying goes the same way here as to AWS."""

from pathlib import Path
from typing import Any

from infra import package
from infra.deploy import Deployment
from tests.address import Address


def settings(stack: Address) -> dict[str, Any]:
    """What the API's function was told."""
    name = stack.outputs["APIHandlerName"]
    told: dict[str, Any] = stack.client("lambda").get_function_configuration(FunctionName=name)["Environment"][
        "Variables"
    ]
    return told


def test_deploying_again_keeps_the_secret_the_resources_and_the_address(stack: Address, tmp_path: Path) -> None:
    before = settings(stack)
    folder = package.build("local", tmp_path / "package")
    deployment = Deployment(stack.session, "local", folder, "deployments", stack.emulator_url)
    outputs = deployment.run({"BaseUrl": stack.api_url, "Providers": before["PROVIDERS"]})
    after = settings(stack)
    assert outputs == stack.outputs
    assert {name: value for name, value in after.items() if name != "VERSION"} == {
        name: value for name, value in before.items() if name != "VERSION"
    }
    assert len(after["SECRET_KEY"]) >= 32
    assert after["BASE_URL"] == stack.api_url


def test_the_secret_is_shown_to_nobody_who_describes_the_stack(stack: Address) -> None:
    described = stack.client("cloudformation").describe_stacks(StackName=stack.stack_name)["Stacks"][0]
    parameters = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in described["Parameters"]}
    assert set(parameters["SecretKey"]) == {"*"}
