"""Uploads of data over HTTP, for the units that supply it: the file itself goes straight to the bucket."""

import re
from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.core.errors import NotFound
from chalicelib.lookups.uploads import views
from chalicelib.lookups.uploads.service import MOST_PROBLEMS, BeginUpload, RollBack, Supplier
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class ProblemsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of the refused rows."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_PROBLEMS)] = MOST_PROBLEMS
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


@endpoint(
    routes, "GET", "/v1/centre/datasets",
    caller=Caller.SUPPLIER, summary="The data that the caller's unit supplies", answer=views.DatasetList, problems=(403,),
)  # fmt: skip
def list_datasets(call: Call[None, None]) -> views.DatasetList:
    """In the order of the catalogue; every dataset for administrators."""
    return views.dataset_list(wiring_lookups.supplying().all(_who(call)), call.language)


@endpoint(
    routes, "GET", "/v1/centre/datasets/{utility}/{offer}",
    caller=Caller.SUPPLIER, summary="What lives of a dataset, its columns, and the last uploads to it", answer=views.DatasetView,
    problems=(403, 404),
)  # fmt: skip
def get_dataset(call: Call[None, None]) -> views.DatasetView:
    """One dataset, as far as the caller supplies it."""
    found = wiring_lookups.supplying().one(_who(call), _part(call, "utility"), _part(call, "offer"))
    return views.dataset_view(found, call.language)


@endpoint(
    routes, "POST", "/v1/centre/datasets/{utility}/{offer}/{feed}/uploads",
    caller=Caller.SUPPLIER, summary="Begin an upload: its number, and leave to send the file", body=BeginUpload,
    answer=views.Begun, status=201, problems=(403, 404, 409),
)  # fmt: skip
def begin_upload(call: Call[BeginUpload, None]) -> views.Begun:
    """The file is loaded as soon as it has arrived; what becomes of it, its upload says, and an e-mail."""
    upload, post = wiring_lookups.supplying().begin(_who(call), *_feed(call), call.body)
    return views.Begun(views.upload_line(upload, call.language), post)


@endpoint(
    routes, "GET", "/v1/centre/datasets/{utility}/{offer}/uploads/{number}",
    caller=Caller.SUPPLIER, summary="One upload and the rows of it that were refused, with their reasons", query=ProblemsQuery,
    answer=views.DatasetUploadView, problems=(403, 404),
)  # fmt: skip
def get_upload(call: Call[None, ProblemsQuery]) -> views.DatasetUploadView:
    """How far it came."""
    if not _NUMBER.fullmatch(call.path["number"]):
        raise NotFound("error.upload_not_found")
    where = _part(call, "utility"), _part(call, "offer"), int(call.path["number"])
    found = wiring_lookups.supplying().upload(_who(call), *where, call.query.limit, call.query.cursor)
    return views.upload_view(*found, call.language)


@endpoint(
    routes, "POST", "/v1/centre/datasets/{utility}/{offer}/{feed}/roll_back",
    caller=Caller.SUPPLIER, summary="Let the version before the present one live again", body=RollBack, answer=views.SliceLine,
    problems=(403, 404, 409),
)  # fmt: skip
def roll_back(call: Call[RollBack, None]) -> views.SliceLine:
    """At once for all readers; done again it takes itself back."""
    return views.slice_line(wiring_lookups.supplying().roll_back(_who(call), *_feed(call), call.body.month).slice)


def _who(call: Call[Any, Any]) -> Supplier:
    return Supplier(call.account, call.groups)


def _feed(call: Call[Any, Any]) -> tuple[str, str, str]:
    return _part(call, "utility"), _part(call, "offer"), _part(call, "feed")


def _part(call: Call[Any, Any], name: str) -> str:
    """The id in the path; nothing else can be that of anything."""
    if not _IDENTIFIER.fullmatch(call.path[name]):
        raise NotFound()
    return call.path[name]
