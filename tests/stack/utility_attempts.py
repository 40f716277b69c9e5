"""What is sent to the routes of the utilities, on the samples that the stack is seeded with."""

import json
from collections.abc import Mapping
from typing import Any

from tests.address import Address
from tests.stack.attempts import Attempt, as_json

# A commune of the samples; a file of theirs and what its owner knows; a warning for the whole province.
AREA = "04252"
FILE = {"code": "H62.133-26-00001", "factor": "0001"}
WARNING = "cb-001"
REASON = "Kiểm tra ai được sửa danh mục tiện ích."

_HEALTH = (("{utility}", "health"),)
_FACILITIES = (*_HEALTH, ("{offer}", "facilities"))
_FEED = (*_FACILITIES, ("{feed}", "facilities"))
_WARNING = (("{utility}", "warnings"), ("{offer}", "warnings"))


def as_it_stands(stack: Address) -> Mapping[str, Any]:
    """A utility over itself, which changes nothing."""
    key = {"pk": {"S": "catalogue"}, "sk": {"S": "health"}}
    found = stack.client("dynamodb").get_item(TableName=stack.outputs["LookupsTable"], Key=key)["Item"]
    return {**json.loads(found["facts"]["S"]), "version": int(found["version"]["N"]), "why": REASON}


def to_itself(stack: Address) -> Mapping[str, Any]:
    """The version that lives as the one to go back to, so that whoever may changes nothing for others."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["LookupsTable"],
        Key={"pk": {"S": "dataset#health.facilities"}, "sk": {"S": "slice#facilities"}},
        UpdateExpression="SET previous = live",
    )
    return {}


OF_UTILITIES: Mapping[str, Attempt] = {
    "GET /v1/utilities/{utility}": Attempt(path=_HEALTH),
    "GET /v1/utilities/{utility}/pack": Attempt(path=(*_HEALTH, ("/pack", f"/pack?area={AREA}"))),
    "POST /v1/utilities/{utility}/rating": Attempt(body=as_json(rating="satisfied"), path=_HEALTH),
    "GET /v1/utilities/{utility}/{offer}/places": Attempt(path=(*_FACILITIES, ("/places", f"/places?area={AREA}"))),
    "GET /v1/utilities/{utility}/{offer}/board": Attempt(path=(*_WARNING, ("/board", f"/board?area={AREA}"))),
    "POST /v1/utilities/{utility}/{offer}/board/{posting}/receipt": Attempt(
        body=as_json(area=AREA), path=(*_WARNING, ("{posting}", WARNING))
    ),
    "POST /v1/utilities/{utility}/{offer}/account": Attempt(
        body=as_json(**FILE), path=(("{utility}", "files"), ("{offer}", "status"))
    ),
    "POST /v1/me/codes": Attempt(body=as_json(utility="files", offer="status", **FILE)),
    "DELETE /v1/me/codes/{saved}": Attempt(path=(("{saved}", "none"),)),
    "GET /v1/centre/utilities/{utility}": Attempt(path=_HEALTH),
    "GET /v1/centre/utilities/{utility}/history": Attempt(path=_HEALTH),
    "GET /v1/centre/utilities/{utility}/ratings": Attempt(path=_HEALTH),
    "PUT /v1/centre/utilities/{utility}": Attempt(body=as_it_stands, path=_HEALTH),
    "GET /v1/centre/datasets/{utility}/{offer}": Attempt(path=_FACILITIES),
    "GET /v1/centre/datasets/{utility}/{offer}/uploads/{number}": Attempt(path=(*_FACILITIES, ("{number}", "1"))),
    "POST /v1/centre/datasets/{utility}/{offer}/{feed}/uploads": Attempt(
        body=as_json(file_name="a.csv", size=9), path=_FEED
    ),
    "POST /v1/centre/datasets/{utility}/{offer}/{feed}/roll_back": Attempt(body=to_itself, path=_FEED),
    "GET /centre/datasets/{utility}/{offer}": Attempt(path=_FACILITIES),
    "GET /centre/datasets/{utility}/{offer}/roll_back": Attempt(path=_FACILITIES),
    "POST /centre/datasets/{utility}/{offer}/roll_back": Attempt(body=as_json(feed="facilities"), path=_FACILITIES),
    "GET /centre/datasets/{utility}/{offer}/uploads": Attempt(path=_FACILITIES),
    "POST /centre/datasets/{utility}/{offer}/uploads": Attempt(body=as_json(feed="facilities"), path=_FACILITIES),
    "GET /centre/datasets/{utility}/{offer}/uploads/{number}": Attempt(path=(*_FACILITIES, ("{number}", "1"))),
}
