"""What the centre does with cases that belong together or are sealed, as ways that end in an error without a permission."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError

from tests.address import Address
from tests.stack.faults import not_permitted
from tests.stack.matters import JPEG, REASON, TEXT, Case, read, submit, upload, wait
from tests.stack.people import call, sign_in
from tests.stack.shelf import Shelf
from tests.stack.told import function_name

# How long to wait for what does not come without its permission.
PATIENCE = 10
UNROUTED = "gop_y"


def merged(stack: Address) -> None:
    """A case is merged; its follower and its reporter follow the main case, and nobody the duplicate."""
    case, main = (submit(stack, sign_in(stack)) for _ in range(2))
    follower = sign_in(stack)
    followed = _call(stack, case, "follow", follower.access_token)
    assert followed.status == 200, followed
    answer = case.centre("merge", {"into": main.code, "reason": REASON})
    assert answer.status == 200, answer
    _until(lambda: len(Shelf(stack).kept(f"followers#{main.code}")) == 2)
    _until(lambda: not Shelf(stack).kept(f"followers#{case.code}"))


def split(stack: Address) -> None:
    """A matter with a photo is split; each part is a case with the photo."""
    case = _photographed(stack, UNROUTED)
    case.until_queued()
    parts = [{"category": "duong_sa", "text": TEXT}] * 2
    answer = case.centre("split", {"parts": parts})
    assert answer.status == 200, answer
    for code in answer.body["children"]:
        child = Case(stack, case.person, code)
        _until(lambda it=child: it.seen_by(it.person).status == 200)
        _until(lambda it=child: it.view()["photos"])


def sealed(stack: Address) -> None:
    """A case with a photo is sealed, and nothing stands beside its tombstone."""
    case = _photographed(stack)
    answer = case.centre("seal", {"reason": REASON})
    assert answer.status == 200, answer
    assert [item["part"] for item in Shelf(stack).kept(case.code)] == ["head"]
    assert _keys(stack, case) == ["sealed"]


def completed_seal(stack: Address) -> None:
    """A sealing that dies at its photo is completed by the consumer of its event."""
    case, shelf = _photographed(stack), Shelf(stack)
    with not_permitted(stack, "APIHandler", "SealFiles"):
        assert case.centre("seal", {"reason": REASON}).status == 500
        _until(lambda: [item["part"] for item in shelf.kept(case.code)] == ["head"])
    assert _keys(stack, case) == ["sealed"]


def opened(stack: Address) -> None:
    """An auditor opens a sealed case with its photo and its reporter, which is recorded."""
    case = _photographed(stack)
    assert case.centre("seal", {"reason": REASON}).status == 200
    asked = {"code": case.code, "auditor": "thanh-tra@centre.example", "reason": REASON}
    answer = stack.client("lambda").invoke(FunctionName=function_name(stack, "OpenSealed"), Payload=json.dumps(asked))
    held = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, held
    assert held["reporter"][1] == case.person.phone
    try:
        assert read(held["files"][0]["url"]) == ("image/jpeg", JPEG)
    except HTTPError as error:
        raise AssertionError(error.read().decode()) from error
    assert len(Shelf(stack).kept(f"looks#{case.code}")) == 1


def _photographed(stack: Address, category: str = "duong_sa") -> Case:
    case = submit(stack, sign_in(stack), category=category)
    leave = case.act("photos", {"content_type": "image/jpeg", "size": len(JPEG)}).body
    assert upload(leave, JPEG)[0] == 204
    wait(lambda: case.view()["photos"])
    return case


def _call(stack: Address, case: Case, action: str, token: str) -> Any:
    return call(stack, "POST", f"/v1/feedback/{case.code}/{action}", {}, token=token)


def _keys(stack: Address, case: Case) -> list[str]:
    """Under which prefixes the files of a case lie."""
    listed = stack.client("s3").list_objects_v2(Bucket=stack.outputs["PhotosBucket"])["Contents"]
    return [one["Key"].partition("/")[0] for one in listed if case.code in one["Key"]]


def _until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.25)
