"""Deploys the package of a stage with CloudFormation: the same code for the embedded stack and for AWS.

    python -m infra.deploy STAGE BUCKET REGION

Parameters come from infra/stages/STAGE.json. Two may be left out there: `SecretKey` is made up at the first deployment
and kept by CloudFormation, `BaseUrl` is the address that API Gateway gives.
"""

import hashlib
import json
import secrets
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

STAGES = Path("infra/stages")
UNKNOWN_URL = "https://example.invalid"
SECRET = "SecretKey"  # noqa: S105 - the name of a parameter
NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


class DeploymentFailedError(RuntimeError):
    """CloudFormation refused or rolled back; the message lists the causes."""


class Deployment:
    """One stage's stack from the package in `folder`; `session` decides where it goes."""

    def __init__(
        self, session: boto3.Session, stage: str, folder: Path, bucket: str, endpoint: str | None = None
    ) -> None:
        stage_file = json.loads((STAGES / f"{stage}.json").read_text("utf-8"))
        self.name: str = stage_file["stack"]
        # What is no text is given as JSON.
        self.parameters: dict[str, str] = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in stage_file["parameters"].items()
        }
        self._folder = folder
        self._bucket = bucket
        self._delay = 1 if endpoint else 10
        self._cloudformation = session.client("cloudformation", endpoint_url=endpoint)
        self._gateway = session.client("apigateway", endpoint_url=endpoint)
        self._s3 = session.client("s3", endpoint_url=endpoint)

    def run(self, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """Creates or updates the stack and returns its outputs; raises DeploymentFailedError."""
        parameters = {**self.parameters, **(given or {})}
        code = self._upload_code()
        # The reproducible zip is its own version: the first figures of its hash, which /v1/health tells.
        parameters["Version"] = Path(code["Key"]).stem[:12]
        template_url = self._upload_template(code)
        address_known = "BaseUrl" in parameters
        if not address_known:
            parameters["BaseUrl"] = self._outputs().get("EndpointURL", UNKNOWN_URL).rstrip("/")
        self._apply(template_url, parameters)
        outputs = self._outputs()
        given_url = outputs["EndpointURL"].rstrip("/")
        if not address_known and parameters["BaseUrl"] != given_url:
            self._apply(template_url, {**parameters, "BaseUrl": given_url})
        self._publish(outputs)
        return outputs

    def _upload(self, content: bytes, suffix: str) -> str:
        key = f"{self.name}/{hashlib.sha256(content).hexdigest()}{suffix}"
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)
        return key

    def _upload_code(self) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._upload((self._folder / "deployment.zip").read_bytes(), ".zip")}

    def _upload_template(self, code: dict[str, str]) -> str:
        template = json.loads((self._folder / "sam.json").read_text("utf-8"))
        for resource in template["Resources"].values():
            if resource.get("Type") == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = code
            if resource.get("Type") == "AWS::Serverless::LayerVersion":
                archive = self._folder / resource["Properties"]["ContentUri"]
                key = self._upload(archive.read_bytes(), ".zip")
                resource["Properties"]["ContentUri"] = {"Bucket": self._bucket, "Key": key}
        key = self._upload(json.dumps(template, ensure_ascii=False).encode(), ".json")
        host = self._s3.meta.endpoint_url.rstrip("/")
        return f"{host}/{self._bucket}/{key}"

    def _describe(self) -> dict[str, Any] | None:
        try:
            stack: dict[str, Any] = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return stack

    def _outputs(self) -> dict[str, str]:
        stack = self._describe() or {}
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def _apply(self, template_url: str, parameters: Mapping[str, str]) -> None:
        """One change set, created, awaited and executed; no change is no error."""
        exists = self._exists()
        name = f"deploy-{time.time_ns()}"
        self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateURL=template_url,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=self._parameter_list(parameters, exists),
        )
        if not self._change_set_is_ready(name):
            return
        started = time.time()
        self._cloudformation.execute_change_set(StackName=self.name, ChangeSetName=name)
        waiter = self._cloudformation.get_waiter("stack_update_complete" if exists else "stack_create_complete")
        try:
            waiter.wait(StackName=self.name, WaiterConfig={"Delay": self._delay, "MaxAttempts": 1800 // self._delay})
        except WaiterError as error:
            raise DeploymentFailedError(self._causes(started)) from error

    def _exists(self) -> bool:
        """Whether there is a stack to update; one whose very creation was rolled back holds nothing and is cleared."""
        stack = self._describe()
        if stack and stack["StackStatus"] == "ROLLBACK_COMPLETE":
            self._cloudformation.delete_stack(StackName=self.name)
            self._cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=self.name, WaiterConfig={"Delay": self._delay}
            )
            return False
        return stack is not None and stack["StackStatus"] != "REVIEW_IN_PROGRESS"

    def _change_set_is_ready(self, name: str) -> bool:
        waiter = self._cloudformation.get_waiter("change_set_create_complete")
        try:
            waiter.wait(StackName=self.name, ChangeSetName=name, WaiterConfig={"Delay": self._delay})
        except WaiterError as error:
            reason = self._cloudformation.describe_change_set(StackName=self.name, ChangeSetName=name)["StatusReason"]
            if not any(words in reason for words in NOTHING_TO_DO):
                raise DeploymentFailedError(reason) from error
            self._cloudformation.delete_change_set(StackName=self.name, ChangeSetName=name)
            return False
        return True

    @staticmethod
    def _parameter_list(parameters: Mapping[str, str], exists: bool) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())
        ]
        if SECRET not in parameters:
            kept = {"UsePreviousValue": True} if exists else {"ParameterValue": secrets.token_urlsafe(32)}
            listed.append({"ParameterKey": SECRET, **kept})
        return listed

    def _causes(self, since: float) -> str:
        events = self._cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("FAILED") and event["Timestamp"].timestamp() >= since - 1
        ]
        return f"{self.name} was not deployed\n" + "\n".join(failed)

    def _publish(self, outputs: Mapping[str, str]) -> None:
        """Gateway responses reach a stage only with the next deployment of the API."""
        template = json.loads((self._folder / "sam.json").read_text("utf-8"))
        stage_name = template["Resources"]["RestAPI"]["Properties"]["StageName"]
        self._gateway.create_deployment(restApiId=outputs["RestAPIId"], stageName=stage_name)


def main(stage: str, bucket: str, region: str) -> None:
    """Deploys the package in build/STAGE and prints the outputs."""
    deployment = Deployment(boto3.Session(region_name=region), stage, Path("build") / stage, bucket)
    for key, value in sorted(deployment.run().items()):
        print(f"{key} = {value}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (DeploymentFailedError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
