"""The directory over HTTP for the staff: read by every group, changed by administrators."""

import re
from datetime import date
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring_staff
from chalicelib.core.errors import NotFound
from chalicelib.directory import centre_views as views
from chalicelib.directory import commands
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)

_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_CHANGED = (403, 404, 409)


def _code(call: Call[Any, Any], part: str) -> str:
    """The code in the path; nothing else can be that of anything."""
    if not _CODE.fullmatch(call.path[part]):
        raise NotFound()
    return call.path[part]


def _day(call: Call[Any, Any]) -> date:
    try:
        return date.fromisoformat(call.path["day"])
    except ValueError:
        raise NotFound() from None


@endpoint(
    routes, "GET", "/v1/centre/categories",
    caller=Caller.STAFF, summary="Every category with its routing, by periods", answer=views.CategoryRows, problems=(403,),
)  # fmt: skip
def list_category_rows(call: Call[None, None]) -> views.CategoryRows:
    """What was, is and will be."""
    return views.CategoryRows(list(wiring_staff.administration().categories()))


@endpoint(
    routes, "GET", "/v1/centre/categories/{category}",
    caller=Caller.STAFF, summary="A category by periods, with its version", answer=views.CategoryRecord,
    problems=(403, 404),
)  # fmt: skip
def get_category_record(call: Call[None, None]) -> views.CategoryRecord:
    """One category."""
    return views.category_record(wiring_staff.administration().category(_code(call, "category")), call.language)


@endpoint(
    routes, "PUT", "/v1/centre/categories/{category}",
    caller=Caller.ADMINISTRATOR, summary="Let a category and its routing hold from a day on", body=commands.KeepCategory,
    answer=views.CategoryRecord, problems=_CHANGED,
)  # fmt: skip
def keep_category(call: Call[commands.KeepCategory, None]) -> views.CategoryRecord:
    """The category as it stands and will."""
    kept = wiring_staff.administration().keep_category(call.account, _code(call, "category"), call.body)
    return views.category_record(kept, call.language)


@endpoint(
    routes, "POST", "/v1/centre/categories/{category}/end",
    caller=Caller.ADMINISTRATOR, summary="Let nobody choose a category from a day on", body=commands.End,
    answer=views.CategoryRecord, problems=_CHANGED,
)  # fmt: skip
def end_category(call: Call[commands.End, None]) -> views.CategoryRecord:
    """Its cases go on; new ones are refused."""
    ended = wiring_staff.administration().end_category(call.account, _code(call, "category"), call.body)
    return views.category_record(ended, call.language)


@endpoint(
    routes, "GET", "/v1/centre/categories/{category}/history",
    caller=Caller.STAFF, summary="Who changed a category, when and why", answer=views.ChangeList, problems=(403, 404),
)  # fmt: skip
def list_category_changes(call: Call[None, None]) -> views.ChangeList:
    """The newest first."""
    return views.change_list(list(wiring_staff.administration().history("category", _code(call, "category"))))


@endpoint(
    routes, "GET", "/v1/centre/agencies/{agency}",
    caller=Caller.STAFF, summary="An agency and its officers by periods, with its version", answer=views.AgencyRecord,
    problems=(403, 404),
)  # fmt: skip
def get_agency_record(call: Call[None, None]) -> views.AgencyRecord:
    """One agency."""
    return views.agency_record(wiring_staff.administration().agency(_code(call, "agency")), call.language)


@endpoint(
    routes, "PUT", "/v1/centre/agencies/{agency}",
    caller=Caller.ADMINISTRATOR, summary="Let an agency and its officers be so from a day on", body=commands.KeepAgency,
    answer=views.AgencyRecord, problems=_CHANGED,
)  # fmt: skip
def keep_agency(call: Call[commands.KeepAgency, None]) -> views.AgencyRecord:
    """The agency as it stands and will."""
    kept = wiring_staff.administration().keep_agency(call.account, _code(call, "agency"), call.body)
    return views.agency_record(kept, call.language)


@endpoint(
    routes, "POST", "/v1/centre/agencies/{agency}/end",
    caller=Caller.ADMINISTRATOR, summary="Let an agency end on a day; says what still waits there", body=commands.End,
    answer=views.AgencyRecord, problems=_CHANGED,
)  # fmt: skip
def end_agency(call: Call[commands.End, None]) -> views.AgencyRecord:
    """Its cases are to be moved or assigned anew."""
    ended = wiring_staff.administration().end_agency(call.account, _code(call, "agency"), call.body)
    return views.agency_record(ended, call.language)


@endpoint(
    routes, "GET", "/v1/centre/agencies/{agency}/history",
    caller=Caller.STAFF, summary="Who changed an agency, when and why", answer=views.ChangeList, problems=(403, 404),
)  # fmt: skip
def list_agency_changes(call: Call[None, None]) -> views.ChangeList:
    """The newest first."""
    return views.change_list(list(wiring_staff.administration().history("agency", _code(call, "agency"))))


@endpoint(
    routes, "GET", "/v1/centre/calendar",
    caller=Caller.STAFF, summary="Every override of the public calendar", answer=views.DayRows, problems=(403,),
)  # fmt: skip
def list_day_changes(call: Call[None, None]) -> views.DayRows:
    """Days off and days of work that the public calendar does not have."""
    return views.DayRows(list(wiring_staff.administration().calendar()))


@endpoint(
    routes, "GET", "/v1/centre/calendar/{day}",
    caller=Caller.STAFF, summary="What a day was made, with its version", answer=views.DayRecord, problems=(403, 404),
)  # fmt: skip
def get_day_record(call: Call[None, None]) -> views.DayRecord:
    """One day."""
    day = _day(call)
    return views.day_record(day, wiring_staff.administration().day(day))


@endpoint(
    routes, "PUT", "/v1/centre/calendar/{day}",
    caller=Caller.ADMINISTRATOR, summary="Make a day off, a working day, or what the public calendar says",
    body=commands.KeepDay, answer=views.DayRecord, problems=_CHANGED,
)  # fmt: skip
def keep_day(call: Call[commands.KeepDay, None]) -> views.DayRecord:
    """Deadlines that it makes later are counted anew by the watch."""
    day = _day(call)
    return views.day_record(day, wiring_staff.administration().keep_day(call.account, day, call.body))


@endpoint(
    routes, "GET", "/v1/centre/calendar/{day}/history",
    caller=Caller.STAFF, summary="Who changed a day, when and why", answer=views.ChangeList, problems=(403, 404),
)  # fmt: skip
def list_day_history(call: Call[None, None]) -> views.ChangeList:
    """The newest first."""
    return views.change_list(list(wiring_staff.administration().history("calendar", _day(call).isoformat())))
