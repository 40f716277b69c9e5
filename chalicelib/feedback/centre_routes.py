"""Cases over HTTP for the operations centre; core/staff.py says which group may do what."""

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.clock import now
from chalicelib.core.words import say
from chalicelib.feedback import centre_commands, commands, shapes
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.routes import trace
from chalicelib.runtime.http import Call, Caller, endpoint
from chalicelib.runtime.observability import count

routes = Blueprint(__name__)


def _view(case: Feedback, language: str) -> shapes.FeedbackView:
    return wiring.feedback_views().centre(wiring.cases().dossier(case.code), now(), language)


@endpoint(
    routes, "GET", "/v1/centre/queue",
    caller=Caller.CENTRE, summary="What the centre looks after, list by list, and how each case came there",
    query=centre_commands.ListQueue, answer=shapes.QueueList, problems=(403,),
)  # fmt: skip
def list_centre_queue(call: Call[None, centre_commands.ListQueue]) -> shapes.QueueList:
    """A page of one list."""
    made, at = wiring.feedback_views(), now()
    page = wiring.centre().queue(call.query)
    return shapes.QueueList([made.queue_line(line, at, call.language) for line in page.items], page.next_cursor)


@endpoint(
    routes, "GET", "/v1/centre/feedback/{code}",
    caller=Caller.CENTRE, summary="A whole case, to decide on it", answer=shapes.FeedbackView, problems=(403, 404),
)  # fmt: skip
def get_centre_feedback(call: Call[None, None]) -> shapes.FeedbackView:
    """The case with its words, without its reporter."""
    return wiring.feedback_views().centre(wiring.centre().case(call.path["code"]), now(), call.language)


@endpoint(
    routes, "GET", "/v1/centre/feedback/{code}/audit",
    caller=Caller.AUDITOR, summary="Who looked at the personal data of a case", answer=shapes.LookList, problems=(403, 404),
)  # fmt: skip
def get_feedback_audit(call: Call[None, None]) -> shapes.LookList:
    """Every look, the earliest first."""
    looks = wiring.centre().audit(call.path["code"])
    return shapes.LookList(
        [
            shapes.LookView(look.at, look.user, look.what, say(f"look.{look.what}", call.language), look.reason)
            for look in looks
        ]
    )


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/reveal",
    caller=Caller.DISPATCHER, summary="The reporter's name and phone; every look is recorded first",
    body=commands.Explain, answer=shapes.ContactView, problems=(403, 404, 409),
)  # fmt: skip
def reveal_reporter(call: Call[commands.Explain, None]) -> shapes.ContactView:
    """Name and phone."""
    name, phone = wiring.centre().reveal(call.account, call.path["code"], call.body)
    count("ReporterRevealed")
    return shapes.ContactView(name, phone)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/assign",
    caller=Caller.DISPATCHER, summary="Give a case to an agency, also one that another holds", body=commands.Assign,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def assign_feedback(call: Call[commands.Assign, None]) -> shapes.FeedbackView:
    """The case is assigned."""
    return _view(wiring.centre().assign(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/refuse",
    caller=Caller.DISPATCHER, summary="Say that a matter is not taken, and where to go instead", body=commands.Refuse,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def refuse_feedback(call: Call[commands.Refuse, None]) -> shapes.FeedbackView:
    """The case is refused."""
    return _view(wiring.centre().refuse(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/publish",
    caller=Caller.DISPATCHER, summary="Let the public read a case", body=commands.Publish,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def publish_feedback(call: Call[commands.Publish, None]) -> shapes.FeedbackView:
    """The case is public."""
    return _view(wiring.centre().publish(call.account, call.path["code"], trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/merge",
    caller=Caller.DISPATCHER, summary="End a case as a duplicate; its reporter follows the other", body=centre_commands.Merge,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def merge_feedback(call: Call[centre_commands.Merge, None]) -> shapes.FeedbackView:
    """The case is a duplicate."""
    return _view(wiring.centre().merge(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/split",
    caller=Caller.DISPATCHER, summary="Make a case of each question of a matter", body=centre_commands.Split,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def split_feedback(call: Call[centre_commands.Split, None]) -> shapes.FeedbackView:
    """The case is split; its children follow within seconds."""
    return _view(wiring.centre().split(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/support",
    caller=Caller.DISPATCHER, summary="Ask another agency to contribute", body=centre_commands.Support,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def support_feedback(call: Call[centre_commands.Support, None]) -> shapes.FeedbackView:
    """The other agency gets a link of its own."""
    return _view(wiring.centre().support(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/grant",
    caller=Caller.DISPATCHER, summary="Give the agency the time it asked for", body=centre_commands.Grant,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def grant_extension(call: Call[centre_commands.Grant, None]) -> shapes.FeedbackView:
    """The deadline is later."""
    return _view(wiring.centre().grant(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/deny",
    caller=Caller.DISPATCHER, summary="Leave the deadline where it is", body=commands.Explain,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def deny_extension(call: Call[commands.Explain, None]) -> shapes.FeedbackView:
    """The deadline stays."""
    return _view(wiring.centre().deny(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/hide",
    caller=Caller.DISPATCHER, summary="Take a case out of the public view", body=commands.Explain,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def hide_feedback(call: Call[commands.Explain, None]) -> shapes.FeedbackView:
    """The public does not see it."""
    return _view(wiring.centre().hide(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/unhide",
    caller=Caller.DISPATCHER, summary="Give a hidden case back to the public view", body=commands.Explain,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def unhide_feedback(call: Call[commands.Explain, None]) -> shapes.FeedbackView:
    """The public sees it again."""
    return _view(wiring.centre().unhide(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/centre/feedback/{code}/seal",
    caller=Caller.DISPATCHER, summary="Take content and identity of a case out of every view", body=commands.Explain,
    answer=shapes.FeedbackView, problems=(403, 404, 409),
)  # fmt: skip
def seal_feedback(call: Call[commands.Explain, None]) -> shapes.FeedbackView:
    """Only an auditor can open it."""
    return _view(wiring.centre().seal(call.account, call.path["code"], call.body, trace(call)), call.language)
