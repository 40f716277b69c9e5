"""Reference data of the deployed stack, over HTTP, and the command that fills it."""

import json
import os
import re
import subprocess
import sys
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.address import Address

Answer = HTTPResponse | HTTPError


def get(stack: Address, path: str, headers: dict[str, str] | None = None, **query: str) -> tuple[Answer, Any]:
    """The answer of a GET and its JSON body, None where it has none."""
    url = f"{stack.api_url}/v1/{path}" + (f"?{urlencode(query)}" if query else "")
    try:
        answer: Answer = urlopen(Request(url, headers=headers or {}), timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        body = answer.read()
        return answer, json.loads(body) if body else None


def seeded_again(stack: Address, *options: str) -> str:
    """What the command prints on a stack that is seeded already."""
    place = {
        "DIRECTORY_TABLE": stack.outputs["DirectoryTable"],
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.secret_key,
        "STAGE": "local",
    }
    command = [sys.executable, "-m", "infra.seed", *options]
    return subprocess.run(
        command, env=os.environ | place, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_seeding_again_writes_nothing_and_leaves_what_others_have_changed(stack: Address) -> None:
    said = seeded_again(stack).splitlines()
    counts = {"areas": 178, "agencies": 410, "officers of agencies": 410, "categories": 24, "watches": 40, "rosters": 3}
    for name, count in counts.items():
        (line,) = [line for line in said if line.startswith(f"{name}: ")]
        written, unchanged, left = map(int, re.findall(r"[0-9]+", line))
        assert (written, unchanged + left) == (0, count), line
    assert said[-2:] == [f"staff: {name}.example unchanged" for name in ("dispatcher@centre", "supplier@so-y-te")]
    assert seeded_again(stack).splitlines() == said


def test_a_row_changed_in_operation_survives_seeding_unless_it_is_to_be_overwritten(stack: Address) -> None:
    key = {"kind": {"S": "agency"}, "sk": {"S": "lm-htx#2023-01-01"}}
    dynamodb, table = stack.client("dynamodb"), stack.outputs["DirectoryTable"]
    original = dynamodb.get_item(TableName=table, Key=key)["Item"]["body"]["S"]
    changed = original.replace("Liên minh Hợp tác xã tỉnh Yên Bái", "Liên minh Hợp tác xã")
    before = seeded_again(stack)
    dynamodb.put_item(TableName=table, Item=key | {"body": {"S": changed}})

    try:
        said = seeded_again(stack)
        assert "left: agency lm-htx#2023-01-01" in said
        assert said.count("left: ") == before.count("left: ") + 1
        assert dynamodb.get_item(TableName=table, Key=key)["Item"]["body"]["S"] == changed
    finally:
        again = seeded_again(stack, "--overwrite")
    assert "left: " not in again
    assert dynamodb.get_item(TableName=table, Key=key)["Item"]["body"]["S"] == original


def test_categories_tell_handling_time_and_safety_advice_in_the_callers_language(stack: Address) -> None:
    _, vietnamese = get(stack, "categories")
    _, english = get(stack, "categories", {"Accept-Language": "en"})
    assert len(vietnamese["items"]) == len(english["items"]) == 24
    assert vietnamese["items"][0] == {
        "code": "duong_sa",
        "name": "Đường sá, biển báo, gương cầu",
        "level": "normal",
        "handling": {"working_days": 7},
        "publication": "public",
        "safety_advice": "Không dừng xe giữa đường để chụp ảnh.",
    }
    assert english["items"][0]["name"] == "Roads, signs, mirrors"


def test_the_tree_is_read_level_by_level(stack: Address) -> None:
    _, top = get(stack, "areas")
    _, districts = get(stack, "areas", parent="15")
    _, communes = get(stack, "areas", parent="132")
    assert [area["code"] for area in top["items"]] == ["15"]
    assert len(districts["items"]) == 9
    assert len(communes["items"]) == 14


def test_a_place_is_found_with_how_sure_that_is(stack: Address) -> None:
    _, sure = get(stack, "areas/locate", lat="21.726", long="104.9009")
    _, unsure = get(stack, "areas/locate", lat="21.375", long="104.8125")
    assert (sure["sureness"], sure["area"]["name"]) == ("sure", "Phường Minh Tân")
    assert (unsure["sureness"], unsure["area"]["name"]) == ("unsure", "Huyện Văn Chấn")
    assert len(unsure["candidates"]) > 1


def test_agencies_come_in_pages_without_anybody_named(stack: Address) -> None:
    codes: list[str] = []
    query = {"limit": "100"}
    while True:
        _, page = get(stack, "agencies", **query)
        codes += [agency["code"] for agency in page["items"]]
        assert "Cán bộ" not in json.dumps(page, ensure_ascii=False)
        if "next_cursor" not in page:
            break
        query["cursor"] = page["next_cursor"]
    assert len(codes) == len(set(codes)) == 410


def test_reference_data_may_be_kept_and_is_not_sent_twice(stack: Address) -> None:
    for path in ("categories", "areas", "agencies"):
        first, _ = get(stack, path)
        assert first.headers["Cache-Control"] == "public, max-age=3600"
        again, body = get(stack, path, {"If-None-Match": first.headers["ETag"]})
        assert (again.status, body) == (304, None)


@pytest.mark.parametrize(
    ("path", "query", "fields"),
    [
        ("areas", {"parent": "99999"}, ["parent"]),
        ("areas", {"parent": "15", "depth": "2"}, ["depth"]),
        ("areas", {"parent": "x" * 5000}, ["parent"]),
        ("areas/locate", {}, ["lat", "long"]),
        ("areas/locate", {"lat": "nan", "long": "inf"}, ["lat", "long"]),
        ("areas/locate", {"lat": "104.9", "long": "21.7"}, ["lat"]),
        ("areas/locate", {"lat": "21.0285", "long": "105.8542"}, ["lat"]),
        ("agencies", {"kind": "wizards", "limit": "0"}, ["kind", "limit"]),
        ("agencies", {"area": "không có"}, ["area"]),
        ("agencies", {"cursor": "b'"}, ["cursor"]),
        ("categories", {"page": "2"}, ["page"]),
    ],
)
def test_bad_queries_are_refused_field_by_field(
    stack: Address, path: str, query: dict[str, str], fields: list[str]
) -> None:
    answer, problem = get(stack, path, **query)
    assert answer.status == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert [error["field"] for error in problem["errors"]] == fields
