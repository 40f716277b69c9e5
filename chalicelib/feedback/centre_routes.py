"""Cases over HTTP for the operations centre."""

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.clock import now
from chalicelib.core.codes import normal_code
from chalicelib.feedback import commands, views
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.routes import line_list, trace
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)


def _view(case: Feedback, language: str) -> views.FeedbackView:
    return wiring.feedback_views().centre(wiring.cases().dossier(case.code), now(), language)


@endpoint(
    routes, "GET", "/v1/centre/queue",
    caller=Caller.DISPATCHER, summary="What the centre has to assign or to publish", query=commands.ListQueue,
    answer=views.LineList, problems=(403,),
)  # fmt: skip
def list_centre_queue(call: Call[None, commands.ListQueue]) -> views.LineList:
    """A page of the queue."""
    return line_list(wiring.case_lists().queue(call.query), call.language)


@endpoint(
    routes, "GET", "/v1/centre/feedback/{code}",
    caller=Caller.DISPATCHER, summary="A whole case, to decide on it", answer=views.FeedbackView, problems=(403, 404),
)  # fmt: skip
def get_centre_feedback(call: Call[None, None]) -> views.FeedbackView:
    """The case with its words, without its reporter."""
    dossier = wiring.cases().dossier(normal_code(call.path["code"]))
    return wiring.feedback_views().centre(dossier, now(), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/assign",
    caller=Caller.DISPATCHER, summary="Give a case to an agency", body=commands.Assign, answer=views.FeedbackView,
    problems=(403, 404, 409),
)  # fmt: skip
def assign_feedback(call: Call[commands.Assign, None]) -> views.FeedbackView:
    """The case is assigned."""
    case = wiring.centre().assign(call.account, call.path["code"], call.body, trace(call))
    return _view(case, call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/refuse",
    caller=Caller.DISPATCHER, summary="Say that a matter is not taken, and where to go instead", body=commands.Refuse,
    answer=views.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def refuse_feedback(call: Call[commands.Refuse, None]) -> views.FeedbackView:
    """The case is refused."""
    case = wiring.centre().refuse(call.account, call.path["code"], call.body, trace(call))
    return _view(case, call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/publish",
    caller=Caller.DISPATCHER, summary="Let the public read a case", body=commands.Publish, answer=views.FeedbackView,
    problems=(403, 404, 409),
)  # fmt: skip
def publish_feedback(call: Call[commands.Publish, None]) -> views.FeedbackView:
    """The case is public."""
    case = wiring.centre().publish(call.account, call.path["code"], trace(call))
    return _view(case, call.language)
