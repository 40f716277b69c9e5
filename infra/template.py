"""Joins infra/resources/*.yaml into the one file that `chalice package --merge-template` takes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

RESOURCES = Path("infra/resources")
JOINED = Path("infra/resources.json")


class ConflictError(ValueError):
    """Two resource files say different things about the same key."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (!Ref, !Sub, !GetAtt …)."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


_Loader.add_multi_constructor("!", _intrinsic)


def merge(into: dict[str, Any], more: Mapping[str, Any], path: str = "") -> None:
    """Adds `more` to `into`, maps deeply; raises ConflictError where both hold different values."""
    for key, value in more.items():
        here = f"{path}/{key}"
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, Mapping):
            merge(into[key], value, here)
        elif into[key] != value:
            message = f"{here} is said twice, differently"
            raise ConflictError(message)


def joined(folder: Path = RESOURCES) -> dict[str, Any]:
    """The merge template of all resource files; raises ConflictError, yaml.YAMLError."""
    template: dict[str, Any] = {}
    for file in sorted(folder.glob("*.yaml")):
        content = yaml.load(file.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
        try:
            merge(template, content or {})
        except ConflictError as conflict:
            message = f"{file}: {conflict}"
            raise ConflictError(message) from None
    return template


def write(target: Path = JOINED) -> Path:
    """Writes the merge template and returns its path."""
    target.write_text(json.dumps(joined(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return target


if __name__ == "__main__":
    print(write())
