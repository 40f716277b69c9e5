"""The resource files become one merge template."""

from pathlib import Path

import pytest

from infra import template


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, "utf-8")
    return folder


def test_files_are_joined_map_by_map(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        cases="Resources: {Cases: {Type: AWS::DynamoDB::Table}}",
        topics="Resources: {Events: {Type: AWS::SNS::Topic}}\nOutputs: {Topic: {Value: !Ref Events}}",
    )
    assert template.joined(folder) == {
        "Resources": {"Cases": {"Type": "AWS::DynamoDB::Table"}, "Events": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Topic": {"Value": {"Ref": "Events"}}},
    }


def test_the_same_key_with_two_values_is_refused_by_its_path(tmp_path: Path) -> None:
    folder = write(tmp_path, a="Globals: {Function: {Timeout: 5}}", b="Globals: {Function: {Timeout: 6}}")
    with pytest.raises(template.ConflictError, match=r"b\.yaml: /Globals/Function/Timeout"):
        template.joined(folder)


def test_saying_the_same_twice_is_no_conflict(tmp_path: Path) -> None:
    folder = write(tmp_path, a="Globals: {Function: {Timeout: 5}}", b="Globals: {Function: {Timeout: 5}}")
    assert template.joined(folder) == {"Globals": {"Function": {"Timeout": 5}}}


def test_short_forms_become_intrinsics(tmp_path: Path) -> None:
    folder = write(tmp_path, a="{a: !GetAtt Pool.Arn, b: !Sub '${X}', c: !If [Prod, 1, 2], d: !Condition Prod}")
    assert template.joined(folder) == {
        "a": {"Fn::GetAtt": ["Pool", "Arn"]},
        "b": {"Fn::Sub": "${X}"},
        "c": {"Fn::If": ["Prod", 1, 2]},
        "d": {"Condition": "Prod"},
    }
