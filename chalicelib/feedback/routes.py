"""Cases over HTTP for citizens and the public; agencies' routes stand in work_routes.py, the centre's in centre_routes.py."""

from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.clock import now
from chalicelib.core.paging import Page
from chalicelib.feedback import commands, views
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier, Line
from chalicelib.runtime.http import Call, Caller, Reply, endpoint

routes = Blueprint(__name__)


def trace(call: Call[Any, Any]) -> Trace:
    """What the request brings along."""
    return Trace(call.idempotency_key, call.correlation_id)


def line_list(page: Page[Line], language: str) -> views.LineList:
    """A page of cases as callers see it."""
    made = wiring.feedback_views()
    return views.LineList([made.line(line, language) for line in page.items], page.next_cursor)


def _own(case: Feedback, language: str) -> views.FeedbackView:
    return wiring.feedback_views().own(wiring.cases().dossier(case.code), now(), language)


@endpoint(
    routes, "POST", "/v1/feedback",
    caller=Caller.CITIZEN, summary="Report a matter", body=commands.Submit, answer=views.FeedbackView, status=201,
    problems=(409,), idempotent=True,
)  # fmt: skip
def submit_feedback(call: Call[commands.Submit, None]) -> Reply:
    """A new case, or the one that the same key made before."""
    case = wiring.feedback().submit(call.account, call.body, trace(call))
    # A repeated submission may meet its case long after, with an answer and photos.
    dossier = Dossier(case) if case.version == 1 else wiring.cases().dossier(case.code)
    view = wiring.feedback_views().own(dossier, now(), call.language)
    return Reply(view, 201, {"Location": f"/v1/feedback/{case.code}"})


@endpoint(
    routes, "GET", "/v1/feedback",
    caller=Caller.CITIZEN, summary="The caller's own cases, or those that he follows, newest first", query=commands.ListOwn,
    answer=views.LineList,
)  # fmt: skip
def list_own_feedback(call: Call[None, commands.ListOwn]) -> views.LineList:
    """A page of own cases, or of followed ones."""
    lists = wiring.case_lists()
    read = lists.followed if call.query.followed else lists.own
    return line_list(read(call.account, call.query), call.language)


@endpoint(
    routes, "GET", "/v1/feedback/similar",
    caller=Caller.CITIZEN, summary="Open public cases nearby that may be the same matter, the likest first",
    query=commands.FindSimilar, answer=views.SimilarList,
)  # fmt: skip
def find_similar_feedback(call: Call[None, commands.FindSimilar]) -> views.SimilarList:
    """What to follow instead of reporting it again."""
    found, made = wiring.similar_cases().find(call.account, call.query), wiring.feedback_views()
    return views.SimilarList([made.similar(one, call.language) for one in found])


@endpoint(
    routes, "GET", "/v1/feedback/{code}",
    caller=Caller.CITIZEN, summary="An own case with history, photos, answer and next actions", answer=views.FeedbackView,
    problems=(404,),
)  # fmt: skip
def get_own_feedback(call: Call[None, None]) -> views.FeedbackView:
    """One own case."""
    dossier = wiring.feedback().own_case(call.account, call.path["code"])
    parts = wiring.feedback().parts(dossier.feedback)
    return wiring.feedback_views().own(dossier, now(), call.language, parts)


@endpoint(
    routes, "POST", "/v1/feedback/{code}/photos",
    caller=Caller.CITIZEN, summary="Leave to upload a photo (JPEG, PNG, WebP, HEIC; 10 MB; 5 a case)",
    body=commands.AddPhoto, answer=views.UploadView, status=201, problems=(404, 409),
)  # fmt: skip
def add_feedback_photo(call: Call[commands.AddPhoto, None]) -> views.UploadView:
    """A presigned upload."""
    return views.upload_view(wiring.feedback().add_photo(call.account, call.path["code"], call.body))


@endpoint(
    routes, "POST", "/v1/feedback/{code}/reply",
    caller=Caller.CITIZEN, summary="Answer the agency's question", body=commands.Reply, answer=views.FeedbackView,
    problems=(404, 409),
)  # fmt: skip
def reply_to_question(call: Call[commands.Reply, None]) -> views.FeedbackView:
    """The case goes on."""
    return _own(wiring.feedback().reply(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/feedback/{code}/withdraw",
    caller=Caller.CITIZEN, summary="Withdraw an own case", body=commands.Withdraw, answer=views.FeedbackView,
    problems=(404, 409),
)  # fmt: skip
def withdraw_feedback(call: Call[commands.Withdraw, None]) -> views.FeedbackView:
    """The case ends."""
    return _own(wiring.feedback().withdraw(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/feedback/{code}/rate",
    caller=Caller.CITIZEN, summary="Rate the answer; unsatisfied sends the case back", body=commands.Rate,
    answer=views.FeedbackView, problems=(404, 409),
)  # fmt: skip
def rate_answer(call: Call[commands.Rate, None]) -> views.FeedbackView:
    """The case closes, or is handled again."""
    case = wiring.feedback().rate(call.account, call.path["code"], call.body, trace(call))
    return _own(case, call.language)


@endpoint(
    routes, "POST", "/v1/feedback/{code}/appeal",
    caller=Caller.CITIZEN, summary="Ask once for another look at a refusal", body=commands.Explain,
    answer=views.FeedbackView, problems=(404, 409),
)  # fmt: skip
def appeal_refusal(call: Call[commands.Explain, None]) -> views.FeedbackView:
    """The case goes back to the centre's queue."""
    return _own(wiring.feedback().appeal(call.account, call.path["code"], call.body, trace(call)), call.language)


@endpoint(
    routes, "POST", "/v1/feedback/{code}/follow",
    caller=Caller.CITIZEN, summary="Follow a public case; for a duplicate its main case", body=commands.Follow,
    answer=views.FollowView, problems=(404,),
)  # fmt: skip
def follow_feedback(call: Call[commands.Follow, None]) -> views.FollowView:
    """The caller hears of the case from now on."""
    return views.FollowView(wiring.following().follow(call.account, call.path["code"]), following=True)


@endpoint(
    routes, "POST", "/v1/feedback/{code}/unfollow",
    caller=Caller.CITIZEN, summary="Follow a case no more", body=commands.Unfollow, answer=views.FollowView, problems=(404,),
)  # fmt: skip
def unfollow_feedback(call: Call[commands.Unfollow, None]) -> views.FollowView:
    """The caller hears of the case no more."""
    return views.FollowView(wiring.following().unfollow(call.account, call.path["code"]), following=False)


@endpoint(
    routes, "GET", "/v1/public/feedback",
    caller=Caller.ANYONE, summary="Public cases, newest first", query=commands.ListPublic, answer=views.LineList, cache=60,
)  # fmt: skip
def list_public_feedback(call: Call[None, commands.ListPublic]) -> views.LineList:
    """A page of the public feed."""
    return line_list(wiring.case_lists().public(call.query), call.language)


@endpoint(
    routes, "GET", "/v1/public/feedback/{code}",
    caller=Caller.ANYONE, summary="A public case, without its reporter", answer=views.FeedbackView, problems=(404,), cache=60,
)  # fmt: skip
def get_public_feedback(call: Call[None, None]) -> views.FeedbackView:
    """One public case."""
    return wiring.feedback_views().public(wiring.feedback().public_case(call.path["code"]), now(), call.language)
