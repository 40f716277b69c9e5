"""Matters from the older channels, and rules on trial, over HTTP, for the operations centre."""

from chalice.app import Blueprint

from chalicelib import wiring, wiring_staff
from chalicelib.core.clock import now
from chalicelib.feedback import intake_views, shapes
from chalicelib.feedback.intake_commands import MOST_SHEET_BODY, Enter, EnterSheet, TryRouting
from chalicelib.feedback.ports import Dossier
from chalicelib.feedback.routes import trace
from chalicelib.runtime.http import Call, Caller, Reply, endpoint

routes = Blueprint(__name__)


@endpoint(
    routes, "POST", "/v1/centre/feedback",
    caller=Caller.DISPATCHER, summary="Enter a matter that came by another channel, on behalf of a person", body=Enter,
    answer=shapes.FeedbackView, status=201, problems=(403, 409),
)  # fmt: skip
def enter_feedback(call: Call[Enter, None]) -> Reply:
    """A new case, or the one that the channel's number has already."""
    entered = wiring_staff.intake().enter(call.account, call.body, trace(call))
    case = entered.case
    dossier = Dossier(case) if entered.new else wiring.cases().dossier(case.code)
    view = wiring.feedback_views().centre(dossier, now(), call.language)
    return Reply(view, 201, {"Location": f"/v1/centre/feedback/{case.code}"})


@endpoint(
    routes, "POST", "/v1/centre/intake",
    caller=Caller.DISPATCHER, summary="Enter a sheet of matters as CSV, row by row", body=EnterSheet,
    answer=intake_views.SheetView, problems=(403,), most_bytes=MOST_SHEET_BODY,
)  # fmt: skip
def enter_sheet(call: Call[EnterSheet, None]) -> intake_views.SheetView:
    """What became of each row."""
    return intake_views.sheet_view(
        wiring_staff.intake().enter_sheet(call.account, call.body, trace(call)), call.language
    )


@endpoint(
    routes, "POST", "/v1/centre/categories/{category}/try",
    caller=Caller.ADMINISTRATOR, summary="What a routing rule would have done with past cases", body=TryRouting,
    answer=intake_views.TrialView, problems=(403, 404),
)  # fmt: skip
def try_routing(call: Call[TryRouting, None]) -> intake_views.TrialView:
    """Counts by agency; nothing is changed."""
    found = wiring_staff.routing_trial().run(call.path["category"], call.body)
    return intake_views.trial_view(found, wiring_staff.agency_named)
