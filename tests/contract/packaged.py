"""The packaged template as tests read it: Chalice's resources with ours merged in, and what SAM makes of them."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra import package
from infra.local import emulator

Properties = Mapping[str, Any]

# SAM's own translator comes with the embedded stack, which uses it in the same way.
_TRANSLATE = """
import json, sys
from types import SimpleNamespace
from samtranslator.translator.transform import transform
json.dump(transform(json.load(sys.stdin), {}, SimpleNamespace(load=dict)), sys.stdout)
"""


@dataclass(frozen=True)
class Packaged:
    """One stage's package."""

    folder: Path

    @classmethod
    def build(cls, folder: Path, stage: str = "local") -> "Packaged":
        return cls(package.build(stage, folder))

    @property
    def template(self) -> Path:
        return self.folder / "sam.json"

    @property
    def archive(self) -> Path:
        return self.folder / "deployment.zip"

    @cached_property
    def sam(self) -> dict[str, Any]:
        """The template as it is deployed."""
        content: dict[str, Any] = json.loads(self.template.read_text("utf-8"))
        return content

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The same without SAM: every resource that CloudFormation will make."""
        text = json.dumps(self.sam).replace('"./deployment.zip"', '{"Bucket": "deployments", "Key": "package.zip"}')
        text = text.replace('"./spreadsheets.zip"', '{"Bucket": "deployments", "Key": "spreadsheets.zip"}')
        python = emulator.ENVIRONMENT / "bin" / "python"
        assert python.exists(), "the embedded stack is not installed: make emulator"
        done = subprocess.run(
            [str(python), "-c", _TRANSLATE], input=text, env={"AWS_DEFAULT_REGION": package.REGION},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made: dict[str, Any] = json.loads(done.stdout)
        return made

    def of_type(self, *kinds: str) -> dict[str, Properties]:
        """Logical names and properties of the resources of these types."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.plain["Resources"].items()
            if resource["Type"] in kinds
        }

    @property
    def functions(self) -> dict[str, Properties]:
        return self.of_type("AWS::Lambda::Function")

    @property
    def queues(self) -> dict[str, Properties]:
        return self.of_type("AWS::SQS::Queue")

    @property
    def alarms(self) -> dict[str, Properties]:
        return self.of_type("AWS::CloudWatch::Alarm")

    def alarms_on(self, metric: str) -> dict[str, Properties]:
        """The alarms on a metric, by the resource that their first dimension names."""
        return {
            target(alarm["Dimensions"][0]["Value"]): alarm
            for alarm in self.alarms.values()
            if alarm.get("MetricName") == metric and alarm.get("Dimensions")
        }

    def policy(self, function: str) -> list[dict[str, Any]]:
        """The statements that a function's role has."""
        role = self.plain["Resources"][target(self.functions[function]["Role"])]["Properties"]
        assert not role.get("ManagedPolicyArns"), "a role has its own policy only"
        return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def target(value: Any) -> str:
    """The logical name that an intrinsic function or a text refers to first."""
    return next(references(value), str(value))


def references(value: Any) -> Iterator[str]:
    """Every logical name (or parameter) that a value refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key in ("Ref", "Condition") and isinstance(inner, str):
            yield inner
        elif key == "Fn::GetAtt":
            yield inner.split(".")[0] if isinstance(inner, str) else inner[0]
        elif key == "Fn::Sub":
            yield from _in_text(inner)
        else:
            yield from references(inner)


def _in_text(sub: Any) -> Iterator[str]:
    text, names = (sub, {}) if isinstance(sub, str) else (sub[0], sub[1])
    for piece in text.split("${")[1:]:
        name = piece.split("}")[0].split(".")[0]
        if name not in names and not name.startswith(("AWS::", "!")):
            yield name
    yield from references(names)


def listed(value: Any) -> list[Any]:
    """A value that may be one or a list, as a list."""
    return value if isinstance(value, list) else [value]
